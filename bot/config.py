"""What the operator has set: config.toml and the environment as typed, frozen settings.

A setting is said once, in the dataclasses below: name, type, default, and the sentence that tells what would
be right. `token` of `[telegram]` may also be set as SAUKLYS_TELEGRAM__TOKEN, which wins over the file.
"""

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_type_hints

import msgspec

from handlers.calm import PER_DAY
from handlers.i18n import N_, Translator, translator

_PREFIX = "SAUKLYS_"


class BadSetting(Exception):
    """A setting is wrong. `str()` is one English sentence that says where (file and line, or variable) and what
    would be right; `say` says it in another language. It never quotes a value, which may be a secret."""

    def __init__(self, where: str, message: str, **values: str) -> None:
        super().__init__(where, message)
        self.where = where
        self.message = message
        self.values = values

    def say(self, t: Translator) -> str:
        """The sentence in the translator's language."""
        return f"{self.where}: {t(self.message, **self.values)}"

    def __str__(self) -> str:
        return self.say(translator("en"))


class Secret:
    """A token. Shown as dots wherever it is printed; `reveal()` is for the one call that needs it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The token itself."""
        return self._value

    def __repr__(self) -> str:
        return "•••"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)


def _setting(default: Any, right: str, check: Callable[[Any], object] = lambda value: True) -> Any:
    """A setting: its default, the sentence that says what would be right, and what its type leaves open."""
    return field(default=default, metadata={"right": right, "check": check})


def _token_like(pattern: str) -> Callable[[Secret], object]:
    return lambda secret: re.fullmatch(pattern, secret.reveal())


_ADDRESS = N_("{key} is an address that begins with https:// or http://.")
_RATE = N_("{key} is a number from 0.01 to 1000: messages a second.")
_SWITCH = N_("{key} is either true or false.")


def _is_rate(rate: float) -> bool:
    return 0.01 <= rate <= 1000


_is_address = re.compile(r"https?://[^\s/]\S*").fullmatch


@dataclass(frozen=True, slots=True)
class Store:
    url: str = _setting(
        "tinydb:data",
        N_("{key} says where everything is kept, like tinydb:data."),
        re.compile(r"[a-z]+:\S.*").fullmatch,
    )


@dataclass(frozen=True, slots=True)
class Association:
    strangers_may_ask: bool = _setting(True, _SWITCH)


@dataclass(frozen=True, slots=True)
class Telegram:
    token: Secret | None = _setting(
        None,
        N_("{key} is the token that @BotFather gave, like 123456789:AAF…; without Telegram, leave it out."),
        _token_like(r"\d+:[\w-]+"),
    )
    api_url: str = _setting("https://api.telegram.org", _ADDRESS, _is_address)
    per_second: float = _setting(29.0, _RATE, _is_rate)


@dataclass(frozen=True, slots=True)
class Slack:
    bot_token: Secret | None = _setting(
        None,
        N_("{key} is the Bot User OAuth Token, which begins with xoxb-; without Slack, leave it out."),
        _token_like(r"xoxb-[\w-]+"),
    )
    app_token: Secret | None = _setting(
        None,
        N_("{key} is the App-Level Token, which begins with xapp-; without Slack, leave it out."),
        _token_like(r"xapp-[\w-]+"),
    )
    api_url: str = _setting("https://slack.com/api/", _ADDRESS, _is_address)
    per_second: float = _setting(1.0, _RATE, _is_rate)


@dataclass(frozen=True, slots=True)
class Local:
    page: bool = _setting(True, _SWITCH)
    port: int = _setting(
        8080,
        N_("{key} is a whole number from 0 to 65535; 0 takes any port that is free."),
        lambda port: 0 <= port <= 65535,
    )


@dataclass(frozen=True, slots=True)
class Sending:
    in_flight: int = _setting(
        8,
        N_("{key} is a whole number from 1 to 100: messages that a platform is sent at once."),
        lambda count: 1 <= count <= 100,
    )
    on_unknown: Literal["ask", "resend"] = _setting(
        "ask", N_("{key} is ask or resend: what is done when it is not known whether a message arrived.")
    )
    approve_over: int = _setting(
        100,
        N_(
            "{key} is a whole number: an announcement to more people than that needs a second person's approval."
        ),
        lambda count: count >= 0,
    )
    per_day: int = _setting(
        PER_DAY,
        N_("{key} is a whole number from 1 to 1000: messages that nobody asked for, to one person a day."),
        lambda count: 1 <= count <= 1000,
    )
    pause_after_failures: int = _setting(
        20,
        N_("{key} is a whole number from 1 to 10000: failures in a row after which a sending is paused."),
        lambda count: 1 <= count <= 10_000,
    )


@dataclass(frozen=True, slots=True)
class Log:
    level: Literal["debug", "info", "warning", "error"] = _setting(
        "info", N_("{key} is one of debug, info, warning, error.")
    )
    format: Literal["console", "json"] = _setting("console", N_("{key} is either console or json."))


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that is set. A platform without a token is not used."""

    store: Store = field(default_factory=Store)
    association: Association = field(default_factory=Association)
    telegram: Telegram = field(default_factory=Telegram)
    slack: Slack = field(default_factory=Slack)
    local: Local = field(default_factory=Local)
    sending: Sending = field(default_factory=Sending)
    log: Log = field(default_factory=Log)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every token that is set: what logs must never show."""
        return tuple(s for s in (self.telegram.token, self.slack.bot_token, self.slack.app_token) if s)


_SECTIONS: dict[str, type] = get_type_hints(Settings)
_IN_FILE = "_file"  # `token_file` names a file that holds nothing but the token


def load(path: Path, environ: Mapping[str, str]) -> Settings:
    """The settings of that file and environment: tokens read from their files, relative paths (the store's,
    and `token_file`) taken from the folder that the file is in. Raises BadSetting."""
    given = _Given(path, environ)
    given.refuse_unknown()
    read = {section: kind(**_section(given, section, kind)) for section, kind in _SECTIONS.items()}
    settings = Settings(**read)
    if (settings.slack.bot_token is None) != (settings.slack.app_token is None):
        there, missing = (
            ("bot_token", "app_token") if settings.slack.bot_token else ("app_token", "bot_token")
        )
        raise BadSetting(
            given.where("slack", there),
            N_("{key} is missing: Slack needs {other} and {key}."),
            key=f"slack.{missing}",
            other=f"slack.{there}",
        )
    return replace(settings, store=Store(_from_here(settings.store.url, path)))


def names() -> tuple[str, ...]:
    """Every setting as `section.key`, in the order of the example file; a secret's file follows it."""
    return tuple(f"{section}.{key}" for section, kind in _SECTIONS.items() for key in _keys(kind))


def variable(section: str, key: str) -> str:
    """The environment variable that sets it: SAUKLYS_TELEGRAM__TOKEN."""
    return f"{_PREFIX}{section}__{key}".upper()


def _keys(kind: type) -> Iterator[str]:
    for setting in fields(kind):
        yield setting.name
        if _is_secret(kind, setting):
            yield setting.name + _IN_FILE


def _is_secret(kind: type, setting: Field[Any]) -> bool:
    return bool(get_type_hints(kind)[setting.name] == Secret | None)


class _Given:
    """What was given, in the file and in the environment, and where each setting was found."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self.path = path
        self.text, self.document = _read(path)
        self.variables = {n.upper(): v for n, v in environ.items() if n.upper().startswith(_PREFIX)}

    def refuse_unknown(self) -> None:
        """Raises BadSetting for a section, key or variable that is none, naming the nearest one there is."""
        for section, table in self.document.items():
            if section not in _SECTIONS:
                raise _unknown(self.where(section), section, _SECTIONS, "[{}]")
            if not isinstance(table, dict):
                message = N_("{key} is a section: write [{key}] in a line of its own.")
                raise BadSetting(self.where("", section), message, key=section)
            known = tuple(_keys(_SECTIONS[section]))
            for key in table:
                if key not in known:
                    raise _unknown(self.where(section, key), key, known, section + ".{}")
        variables = [variable(section, key) for section, kind in _SECTIONS.items() for key in _keys(kind)]
        for name in self.variables:
            if name not in variables:
                raise _unknown(name, name, variables, "{}")

    def value(self, section: str, key: str) -> object | None:
        """The setting as it was written, the environment first; None where it was not."""
        in_file: object | None = self.document.get(section, {}).get(key)
        return self.variables.get(variable(section, key), in_file)

    def is_text(self, section: str, key: str) -> bool:
        """Whether it comes from where everything is text, so that "8080" is a number."""
        return variable(section, key) in self.variables

    def where(self, section: str, key: str = "") -> str:
        """Where that setting was found: the variable, or the file with its line."""
        if variable(section, key) in self.variables:
            return variable(section, key)
        line = _line(self.text, section, key)
        return f"{self.path}:{line}" if line else str(self.path)


def _section(given: _Given, section: str, kind: type) -> dict[str, Any]:
    """The settings of one section that were given, in their types."""
    found: dict[str, Any] = {}
    for setting in fields(kind):
        key = setting.name
        value = given.value(section, key)
        if _is_secret(kind, setting):
            value = _secret_from_file(given, section, key) if value is None else value
        if value is not None:
            found[key] = _typed(given, section, setting, get_type_hints(kind)[key], value)
    return found


def _typed(given: _Given, section: str, setting: Field[Any], hint: Any, value: object) -> Any:
    key = setting.name
    written = key if given.value(section, key) is not None else key + _IN_FILE
    right = BadSetting(given.where(section, written), setting.metadata["right"], key=f"{section}.{key}")
    try:
        if hint == Secret | None:
            typed: Any = Secret(msgspec.convert(value, str).strip())
        else:
            typed = msgspec.convert(value, hint, strict=not given.is_text(section, key))
    except msgspec.ValidationError:
        raise right from None
    if not setting.metadata["check"](typed):
        raise right
    return typed


def _secret_from_file(given: _Given, section: str, key: str) -> str | None:
    """What the file that `token_file` names holds; None when it names none."""
    name = given.value(section, key + _IN_FILE)
    if name is None:
        return None
    where, named = (
        given.where(section, key + _IN_FILE),
        f"{section}.{key}{_IN_FILE}",
    )
    if not isinstance(name, str) or not name:
        raise BadSetting(
            where,
            N_("{key} is the path of a file that holds nothing but the token."),
            key=named,
        )
    try:
        return (given.path.parent / name).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "not UTF-8"
        raise BadSetting(
            where,
            N_("the file that {key} names cannot be read: {why}."),
            key=named,
            why=why,
        ) from None


def _unknown(where: str, name: str, known: Collection[str], written: str) -> BadSetting:
    """That name is none of those known; `written` is how such a name is written."""
    key = written.format(name)
    near = get_close_matches(name, known, 1)
    if near:
        nearest = written.format(near[0])
        return BadSetting(
            where, N_("{key} is not a setting; did you mean {nearest}?"), key=key, nearest=nearest
        )
    names = ", ".join(written.format(other) for other in known)
    return BadSetting(where, N_("{key} is not a setting; there are {names}."), key=key, names=names)


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    """The file's text and what TOML makes of it."""
    try:
        text = path.read_text("utf-8-sig")
        return text, tomllib.loads(text)
    except FileNotFoundError:
        message = N_("this file is not there; `sauklys init` writes it, `--config` names another.")
        raise BadSetting(str(path), message) from None
    except OSError as error:
        message = N_("this file cannot be read: {why}.")
        raise BadSetting(str(path), message, why=error.strerror or "?") from None
    except UnicodeDecodeError:
        raise BadSetting(str(path), N_("this file is not UTF-8 text.")) from None
    except tomllib.TOMLDecodeError as error:
        # "Invalid value (at line 3, column 9)": tomllib names what it expected and quotes no more than a character.
        what, _, place = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", place)
        where = f"{path}:{line[1]}" if line else str(path)
        raise BadSetting(where, N_("this is not TOML: {why}."), why=what) from None


def _line(text: str, section: str, key: str) -> int | None:
    """The line of that key, or of the section when there is no key; None when it is written some other way."""
    inside = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\s*([\w-]+)\s*\]", line)
        if header:
            inside = header[1]
            if not key and inside == section:
                return number
        elif key and inside == section and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", line):
            return number
    return None


def _from_here(url: str, path: Path) -> str:
    """The store's URL, its folder taken from the configuration's: `sauklys` may be called from anywhere."""
    scheme, _, folder = url.partition(":")
    return f"{scheme}:{path.absolute().parent / folder}" if scheme == "tinydb" else url
