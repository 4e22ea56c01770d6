"""A draft announcement: the form it is written in, the file it may come from, and the one that somebody has in hand."""

from __future__ import annotations

import mimetypes
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers import posting
from handlers.calls.fields import moment
from handlers.chat import CHOICE_LENGTH, NO_ANSWERS, Answers, Choice, Field, Form, Incoming, shorten
from handlers.context import Context, whose
from handlers.i18n import alphabetical
from handlers.posting import in_words
from handlers.understanding.folding import fold
from storage.conversation import Draft as Begun
from storage.moments import zone

TEXT_LENGTH = 12_000
REASON_LENGTH = 200
_NO, _YES = frozenset(("ne", "no", "-", "nera")), frozenset(("taip", "yes", "skubu", "urgent"))
"""Answers to whether it is urgent that are no reason."""


class Bad(ValueError):
    """What is wrong with a file: one sentence."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to announce. `at` is aware or None: at once. `files` are ids of files that are kept."""

    lt: str
    en: str
    words: tuple[str, ...]
    at: datetime | None = None
    acknowledge: bool = False
    files: tuple[str, ...] = ()
    urgent: str = ""
    """Why it may come at night and on holidays, too; empty for most."""
    more: tuple[str, ...] = ()
    """Ids of files that are kept, which readers open by a button."""
    results: tuple[str, ...] = ()
    """Of which survey it has the results, as `outcomes.kept` says; empty for most."""

    @property
    def content(self) -> Mapping[str, Any]:
        """As a sending keeps it."""
        return {
            "lt": self.lt,
            "en": self.en,
            "audience": list(self.words),
            "acknowledge": self.acknowledge,
            "files": [{"id": id} for id in self.files],
            **({"urgent": self.urgent} if self.urgent else {}),
            **({"more": [{"id": id} for id in self.more]} if self.more else {}),
            **({"results": list(self.results[:2])} if self.results else {}),
        }


# The form


def form(ctx: Context, command: str = "announce", values: Answers = NO_ANSWERS) -> Form:
    """The questions of an announcement. What of `values` is no question (files, more, results) stays with them."""
    t = ctx.t
    chosen = (*several(values, "audience"), *several(values, "exclude"))
    everybody = Choice("all", t("All members"))
    groups = _choices(ctx, chosen)
    return Form(
        command=command,
        title=t("An announcement"),
        fields=(
            Field(
                "lt",
                t("The text in Lithuanian"),
                "paragraph",
                t("Its first line is its title."),
                limit=TEXT_LENGTH,
            ),
            Field("en", t("The text in English"), "paragraph", required=False, limit=TEXT_LENGTH),
            Field("audience", t("For whom?"), "several", choices=(everybody, *groups, *posting.choices(ctx))),
            Field("exclude", t("Whom to leave out?"), "several", choices=groups, required=False),
            Field(
                "at",
                t("When?"),
                "moment",
                t("For example: 2026-10-30 09:00. Skip it to send at once."),
                required=False,
                limit=60,
            ),
            Field(
                "acknowledge",
                t("Should readers confirm that they have read it?"),
                "one",
                choices=(Choice("no", t("no")), Choice("yes", t("yes"))),
                required=False,
            ),
            Field(
                "urgent",
                t("Is it urgent? If so, why?"),
                "text",
                t(
                    "An urgent announcement goes out at night and on holidays too, and readers see why. Skip "
                    "this if it is not urgent."
                ),
                required=False,
                limit=REASON_LENGTH,
            ),
        ),
        values=values,
        check=lambda answers: faults(answers, ctx),
    )


def _choices(ctx: Context, chosen: Iterable[str]) -> tuple[Choice, ...]:
    """Those who may be meant or left out, and what was chosen otherwise, in a file."""
    t = ctx.t
    organisations = sorted(ctx.structure.organisations, key=lambda o: alphabetical(t.words(o.name)))
    found = [Choice("role:manager", t("Cluster managers"))]
    found += [
        Choice(f"group:{g.id}", _short(t.words(g.name))) for g in ctx.structure.groups if not g.archived
    ]
    found += [
        Choice(f"cluster:{o.id}", _short(t.words(o.name))) for o in organisations if o.kind == "cluster"
    ]
    found += [
        Choice(word, _capital(in_words(word, ctx))) for word in ("topic:calls", "topic:digest", "not-joined")
    ]
    found += [Choice(c.value, _capital(c.label)) for c in posting.silent_choices(ctx)]
    known = {"all", *(choice.value for choice in (*found, *posting.choices(ctx)))}
    more = dict.fromkeys(word for word in chosen if word not in known)
    return (*found, *(Choice(word, _short(in_words(word, ctx))) for word in more if len(word.encode()) <= 48))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _short(name: str) -> str:
    return shorten(name, CHOICE_LENGTH)


def several(answers: Answers, name: str) -> tuple[str, ...]:
    """The answer as several, whatever it is."""
    given = answers.get(name) or ()
    return (given,) if isinstance(given, str) else tuple(given)


def faults(answers: Answers, ctx: Context) -> Mapping[str, str]:
    """What is wrong with these answers now, by field: a time that has passed, an audience that is gone."""
    found: dict[str, str] = {}
    for name in ("lt", "en"):
        if len(str(answers.get(name) or "")) > TEXT_LENGTH:
            found[name] = ctx.t.n(
                "This is too long: at most {count} character.",
                "This is too long: at most {count} characters.",
                TEXT_LENGTH,
            )
    if at := str(answers.get("at") or ""):
        when = moment(at, ctx)
        if when is None or when.precision != "hour":
            found["at"] = ctx.t("A day and an hour are needed. For example: 2026-10-30 09:00.")
        elif when.last_instant() <= ctx.now:
            found["at"] = ctx.t("That is in the past.")
    if fold(str(answers.get("urgent") or "").strip()).strip(".!") in _YES:
        found["urgent"] = ctx.t("Why? A few words that readers will see.")
    for name in ("audience", "exclude"):
        words = several(answers, name)
        if words and (wrong := posting.fault(words, ctx)):
            found[name] = wrong
    return found


def from_answers(answers: Answers, ctx: Context) -> Draft:
    """The announcement that a finished form comes to."""
    at = moment(str(answers.get("at") or ""), ctx) if answers.get("at") else None
    left_out = tuple(f"-{word}" for word in several(answers, "exclude"))
    return Draft(
        str(answers.get("lt") or "").strip(),
        str(answers.get("en") or "").strip(),
        (*several(answers, "audience"), *left_out),
        at.last_instant() if at else None,
        answers.get("acknowledge") == "yes",
        several(answers, "files"),
        _reason(answers),
        several(answers, "more"),
        several(answers, "results"),
    )


def _reason(answers: Answers) -> str:
    """Why it is urgent; empty when it is not."""
    said = str(answers.get("urgent") or "").strip()
    return "" if fold(said).strip(".!") in _NO else said


# The one in hand


async def in_hand(msg: Incoming, ctx: Context) -> Begun | None:
    """The announcement whose form this person has open or whose preview waits, in a private chat; None when there is
    none."""
    begun = await ctx.store.conversation.draft(whose(msg, ctx)) if msg.private else None
    if begun is None or begun.expires <= ctx.now or begun.command.split()[:1] != ["announce"]:
        return None
    return begun


# From a file


def is_one(content: bytes) -> bool:
    """Whether a TOML file is an announcement rather than an association."""
    try:
        given = tomllib.loads(content.decode("utf-8-sig"))
    except ValueError:
        return False
    return bool({"lt", "en", "audience"} & set(given))


def from_toml(content: bytes, ctx: Context) -> tuple[Answers, tuple[str, ...]]:
    """The answers that a file holds, and the names of the files it wants attached. Raises Bad with the key and what
    would be right."""
    try:
        given = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Bad(ctx.t("the file is not UTF-8 text")) from None
    except tomllib.TOMLDecodeError as error:
        raise Bad(ctx.t("this is not TOML: {error}", error=str(error))) from None
    unknown = sorted(set(given) - {"lt", "en", "audience", "at", "acknowledge", "urgent", "attachments"})
    if unknown:
        raise Bad(
            ctx.t(
                "there is no “{key}”; lt, en, audience, at, acknowledge, urgent and attachments can be set",
                key=unknown[0],
            )
        )
    texts = _texts(given, ctx)
    words = _words(given, ctx)
    acknowledge = given.get("acknowledge", False)
    if not isinstance(acknowledge, bool):
        raise Bad(ctx.t("acknowledge is either true or false"))
    urgent = given.get("urgent", "-")
    if not isinstance(urgent, str) or not 0 < len(urgent.strip()) <= REASON_LENGTH:
        raise Bad(
            ctx.t(
                "urgent is the reason why it is urgent, a text of at most {count} characters",
                count=REASON_LENGTH,
            )
        )
    names = given.get("attachments", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Bad(ctx.t("attachments is a list of files, like {example}", example='["tvarka.pdf"]'))
    answers: Answers = {
        "lt": texts["lt"].strip(),
        "en": texts["en"].strip(),
        "audience": tuple(word for word in words if not word.startswith("-")),
        "exclude": tuple(word[1:] for word in words if word.startswith("-")),
        "at": _at(given.get("at"), ctx),
        "acknowledge": "yes" if acknowledge else "no",
        "urgent": urgent.strip() if "urgent" in given else "",
    }
    return answers, tuple(name.rpartition("/")[2] for name in names)


def _texts(given: Mapping[str, Any], ctx: Context) -> dict[str, str]:
    texts = {key: given.get(key, "") for key in ("lt", "en")}
    for key, text in texts.items():
        if not isinstance(text, str) or len(text) > TEXT_LENGTH:
            raise Bad(ctx.t("{key} is a text of at most {count} characters", key=key, count=TEXT_LENGTH))
    if not any(text.strip() for text in texts.values()):
        raise Bad(ctx.t("lt is missing: there is nothing to say"))
    return texts


def _words(given: Mapping[str, Any], ctx: Context) -> list[str]:
    words = given.get("audience")
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise Bad(ctx.t("audience is a list of texts, like {example}", example='["all"]'))
    if wrong := posting.fault(words, ctx):
        raise Bad(f"audience: {wrong}")
    return words


def _at(given: object, ctx: Context) -> str:
    """The time as the form keeps it, in the association's zone."""
    if given is None:
        return ""
    found = moment(given.isoformat(" ") if isinstance(given, datetime) else str(given), ctx)
    if found is None or found.precision != "hour":
        raise Bad(ctx.t("at is a day and an hour, like 2026-10-30T09:00"))
    if found.last_instant() <= ctx.now:
        raise Bad(ctx.t("at is in the past"))
    return f"{found.last_instant().astimezone(zone(ctx.zone)):%Y-%m-%d %H:%M}"


def kind_of(name: str, said: str) -> str:
    """A file's type, by its name where the platform does not say it."""
    known = said if said and said != "application/octet-stream" else ""
    return known or mimetypes.guess_type(name)[0] or "application/octet-stream"
