"""A draft announcement: the form it is written in, and the file it may come from."""

from __future__ import annotations

import base64
import mimetypes
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers import posting
from handlers.calls.fields import moment
from handlers.chat import (
    CHOICE_LENGTH,
    Answers,
    Choice,
    Field,
    File,
    Form,
    shorten,
)
from handlers.context import Context
from handlers.i18n import alphabetical

TEXT_LENGTH = 12_000


class Bad(ValueError):
    """What is wrong with a file: one sentence."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to announce. `at` is aware or None: at once."""

    lt: str
    en: str
    words: tuple[str, ...]
    at: datetime | None = None
    acknowledge: bool = False
    files: tuple[File, ...] = ()

    @property
    def content(self) -> Mapping[str, Any]:
        """As a sending keeps it."""
        files = [
            {"name": file.name, "mime": file.mime, "content": base64.b64encode(file.content).decode()}
            for file in self.files
        ]
        return {
            "lt": self.lt,
            "en": self.en,
            "audience": list(self.words),
            "acknowledge": self.acknowledge,
            "files": files,
        }


def form(ctx: Context) -> Form:
    t = ctx.t
    organisations = sorted(ctx.structure.organisations, key=lambda o: alphabetical(t.words(o.name)))
    choices = [Choice("all", t("All members")), Choice("role:manager", t("Cluster managers"))]
    choices += [
        Choice(f"group:{g.id}", _short(t.words(g.name))) for g in ctx.structure.groups if not g.archived
    ]
    choices += posting.choices(ctx)
    choices += [
        Choice(f"cluster:{o.id}", _short(t.words(o.name))) for o in organisations if o.kind == "cluster"
    ]
    return Form(
        command="announce",
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
            Field("audience", t("For whom?"), "several", choices=tuple(choices)),
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
                t("Shall readers confirm that they have read it?"),
                "one",
                choices=(Choice("no", t("no")), Choice("yes", t("yes"))),
                required=False,
            ),
        ),
        check=lambda answers: _faults(answers, ctx),
    )


def _short(name: str) -> str:
    return shorten(name, CHOICE_LENGTH)


def _faults(answers: Answers, ctx: Context) -> Mapping[str, str]:
    at = str(answers.get("at") or "")
    if not at:
        return {}
    found = moment(at, ctx)
    if found is None or found.precision != "hour":
        return {"at": ctx.t("A day and an hour are needed. For example: 2026-10-30 09:00.")}
    return {"at": ctx.t("That is in the past.")} if found.last_instant() <= ctx.now else {}


def from_answers(answers: Answers, ctx: Context) -> Draft:
    given = answers.get("audience") or ()
    at = moment(str(answers.get("at") or ""), ctx) if answers.get("at") else None
    return Draft(
        str(answers.get("lt") or "").strip(),
        str(answers.get("en") or "").strip(),
        (given,) if isinstance(given, str) else tuple(given),
        at.last_instant() if at else None,
        answers.get("acknowledge") == "yes",
    )


def from_toml(content: bytes, attached: Mapping[str, bytes], ctx: Context) -> Draft:
    """The announcement that a file holds; `attached` are the contents of the files that it names. Raises Bad with the
    key and what would be right."""
    try:
        given = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Bad(ctx.t("the file is not UTF-8 text")) from None
    except tomllib.TOMLDecodeError as error:
        raise Bad(ctx.t("this is not TOML: {error}", error=str(error))) from None
    unknown = sorted(set(given) - {"lt", "en", "audience", "at", "acknowledge", "attachments"})
    if unknown:
        raise Bad(
            ctx.t("{key} is not known; lt, en, audience, at, acknowledge and attachments are", key=unknown[0])
        )
    texts = {key: given.get(key, "") for key in ("lt", "en")}
    for key, text in texts.items():
        if not isinstance(text, str) or len(text) > TEXT_LENGTH:
            raise Bad(ctx.t("{key} is a text of at most {count} characters", key=key, count=TEXT_LENGTH))
    if not any(text.strip() for text in texts.values()):
        raise Bad(ctx.t("lt is missing: there is nothing to say"))
    words = given.get("audience")
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise Bad(ctx.t("audience is a list of texts, like {example}", example='["all"]'))
    if wrong := posting.fault(words, ctx):
        raise Bad(f"audience: {wrong}")
    acknowledge = given.get("acknowledge", False)
    if not isinstance(acknowledge, bool):
        raise Bad(ctx.t("acknowledge is either true or false"))
    files = tuple(
        File(name, mimetypes.guess_type(name)[0] or "application/octet-stream", held)
        for name, held in attached.items()
    )
    at = _at(given.get("at"), ctx)
    return Draft(texts["lt"].strip(), texts["en"].strip(), tuple(words), at, acknowledge, files)


def _at(given: object, ctx: Context) -> datetime | None:
    if given is None:
        return None
    found = moment(given.isoformat(" ") if isinstance(given, datetime) else str(given), ctx)
    if found is None or found.precision != "hour":
        raise Bad(ctx.t("at is a day and an hour, like 2026-10-30T09:00"))
    if found.last_instant() <= ctx.now:
        raise Bad(ctx.t("at is in the past"))
    return found.last_instant()
