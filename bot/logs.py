"""What is logged, and what never is: no token, no name and no text of a member, at any level.

Our own events are constant sentences with ids beside them. What a library logs may quote a message or an
address that holds a token, so of a library only its name and the place in its source are kept (versions are
locked: the place leads to the sentence). Tracebacks keep types and places, not the errors' own words. And
whatever is left goes through one last redaction as text.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Any, TextIO

from bot.config import Log, Secret

if TYPE_CHECKING:
    import structlog

Event = MutableMapping[str, Any]

_OURS = "sauklys"
_DOTS = "•••"
_SECRETS = re.compile(
    r"\d{5,}(?::|%3A)[A-Za-z0-9_-]{20,}"  # a Telegram token; it also stands in every API address
    r"|(?<=/bot)\d+(?::|%3A)[^/\s\"']+"
    r"|x(?:ox[a-z]|app)(?:\.xox[a-z])?-[A-Za-z0-9-]+"  # Slack's tokens
    r"|(?<=hooks\.slack\.com/)[^\s\"']+"  # a response_url answers for anyone who has it
    r"|(?<=[?&]ticket=)[^\s\"'&]+"  # of a Socket Mode connection
    r"|(?<=[?&]start=)[^\s\"'&]+"  # an invitation
    r"|[\w.+-]+@[\w-]+\.[\w.-]*\w",
    re.IGNORECASE,
)
_HERE = Path(__file__).parent.parent


def start(settings: Log, secrets: Iterable[Secret] = (), stream: TextIO | None = None) -> None:
    """Logs of the whole process, ours and the libraries', to `stream` (standard error). Call it first, and
    again when the settings are known. Libraries are heard from WARNING up, whatever the level."""
    out = stream or sys.stderr
    root = logging.getLogger()
    root.handlers[:] = [_Handler(settings.format, _redacting(secrets), out)]
    root.setLevel(logging.WARNING)
    logging.getLogger(_OURS).setLevel(settings.level.upper())
    logging.raiseExceptions = False  # a record that cannot be formatted would be printed with its arguments


def events(name: str) -> structlog.stdlib.BoundLogger:
    """What a part of the program logs its events with."""
    return _Events(name)  # type: ignore[return-value]


class _Events:
    """structlog's logger of that name, imported with its first event: most commands of the console have none,
    and structlog brings all of rich."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, method: str) -> Any:
        import structlog

        if not structlog.is_configured():
            structlog.configure(
                processors=[
                    structlog.stdlib.filter_by_level,
                    structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
                ],
                logger_factory=_our_logger,
                wrapper_class=structlog.stdlib.BoundLogger,
                cache_logger_on_first_use=False,
            )
        return getattr(structlog.get_logger(self._name), method)


class _Handler(logging.StreamHandler[TextIO]):
    """Writes every record through the same processors, which are made with the first."""

    def __init__(self, form: str, redact: Callable[[object, str, Any], str], out: TextIO) -> None:
        super().__init__(out)
        self._form = form
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        if self.formatter is None:
            self.formatter = self._made()
        return self.formatter.format(record)

    def _made(self) -> logging.Formatter:
        import structlog

        renderer = (
            structlog.processors.JSONRenderer(ensure_ascii=False)
            if self._form == "json"
            else structlog.dev.ConsoleRenderer(
                colors=self.stream.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        )
        return structlog.stdlib.ProcessorFormatter(
            # str(record.msg), never msg % args: the arguments are what may hold somebody's words.
            use_get_message=False,
            foreign_pre_chain=[_of_a_library],
            processors=[
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                _without_words,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                renderer,
                self._redact,
            ],
        )


def _our_logger(*name: str) -> logging.Logger:
    return logging.getLogger(".".join((_OURS, *name)))


def _of_a_library(_logger: object, _method: str, event: Event) -> Event:
    """Who spoke and where in its source, instead of what was said."""
    record: logging.LogRecord = event["_record"]
    place = f"{_short(record.pathname)}:{record.lineno}"
    return {
        **event,
        "event": "a library reports",
        "library": record.name,
        "place": place,
        "exc_info": record.exc_info,
    }


def _without_words(_logger: object, _method: str, event: Event) -> Event:
    """Errors without their messages: the one that is being handled as a traceback, others by their type."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else given[1] if isinstance(given, tuple) else None
    if given is True:
        error = sys.exc_info()[1]
    event.pop("stack_info", None)
    for key, value in event.items():
        if isinstance(value, BaseException):
            event[key] = type(value).__qualname__ + _system_reason(value)
    if error is not None:
        event["exception"] = "\n".join(_told(error))
    return event


def _told(error: BaseException, indent: str = "") -> Iterator[str]:
    """An error's cause, its frames, the latest call last, its type; then those it groups."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None:
        yield from _told(earlier, indent)
        yield f"{indent}which led to"
    for frame in extract_tb(error.__traceback__):
        yield f"{indent}  {_short(frame.filename)}:{frame.lineno} in {frame.name}"
    yield f"{indent}{type(error).__module__}.{type(error).__qualname__}{_system_reason(error)}"
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _told(member, indent + "  | ")


def place(error: BaseException) -> str:
    """What kind of error it is and where it arose, in a few words without its own: "KeyError, handlers/told.py:88"."""
    frames = extract_tb(error.__traceback__)
    where = f", {_short(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    return type(error).__qualname__ + where


def _system_reason(error: BaseException) -> str:
    """The system's own words for its errors ("No space left on device"): the operator needs those."""
    number = error.errno if isinstance(error, OSError) else None
    if number is not None and number in errno.errorcode:
        return f" ({os.strerror(number)})"
    return ""


def _short(filename: str) -> str:
    """The file as people look for it: from the package on, not from the root of this machine."""
    path = Path(filename)
    if path.is_relative_to(_HERE) and "site-packages" not in path.parts:
        return path.relative_to(_HERE).as_posix()
    after = path.parts[path.parts.index("site-packages") + 1 :] if "site-packages" in path.parts else ()
    return "/".join(after or path.parts[-2:])


def _redacting(secrets: Iterable[Secret]) -> Callable[[object, str, Any], str]:
    """The last step: known secrets, and what looks like one, become dots in the finished line."""
    known = {form for secret in secrets for form in (secret.reveal(), json.dumps(secret.reveal())[1:-1])}
    longest_first = sorted(known - {""}, key=len, reverse=True)

    def redact(_logger: object, _method: str, rendered: Any) -> str:
        line = str(rendered)
        for secret in longest_first:
            line = line.replace(secret, _DOTS)
        return _SECRETS.sub(_DOTS, line)

    return redact
