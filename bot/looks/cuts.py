"""What of a survey does not arrive as it was written: found by looking for each text in what is sent. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.looks.shown import INVITATION, Shown, leading
from bot.slack.render import line
from handlers.chat import LABEL_LENGTH, shorten
from handlers.i18n import N_, Translator
from handlers.looks import Wrote

SPOKEN = {"lt": N_("In Lithuanian"), "en": N_("In English")}
WITHIN = {"lt": N_("in Lithuanian"), "en": N_("in English")}
"""The same within a sentence."""
SAID = 90
"""Characters of a text in a sentence about it."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A sentence about one text, and the look in which it is cut; a language's own has none."""

    sentence: str
    fields: tuple[str, ...] = ()
    platform: str = ""


def cuts(one: Wrote, shown: Iterable[Shown], t: Translator) -> Iterator[Cut]:
    """Every text that a platform shows only the beginning of, and every button that a phone does not show whole; then
    what has no text in this language, and what nobody is asked. A text is told of once a platform."""
    numbers = {field.name: n for n, field in enumerate(one.form.fields, 1)}
    looks = tuple(shown)
    told: set[tuple[str, str]] = set()
    for each in looks:
        together = (look for look in looks if (look.platform, look.fields) == (each.platform, each.fields))
        sent = "\n".join(line(words) for look in together for words in look.texts)
        for words in (*_written(one, each), *each.buttons):
            if (each.platform, words) not in told and (said := _cut(one, each, words, sent, t)):
                told.add((each.platform, words))
                yield Cut(said, each.fields, each.platform)
    yield from _borrowed(one, numbers, t)
    for field in one.form.fields:
        if field.when and leading(one.form, field) is None:
            yield Cut(t("No answer leads to question {number}.", number=numbers[field.name]), (field.name,))


def place(platform: str, t: Translator) -> str:
    """What a platform is called."""
    return t("The page") if platform == "page" else platform


def _borrowed(one: Wrote, numbers: Mapping[str, int], t: Translator) -> Iterator[Cut]:
    """What is shown in the other language, having no text in this one."""
    language = t(SPOKEN[one.language])
    if one.borrowed == numbers.keys():
        said = t(
            "{language}: nothing is translated, the other language is shown throughout.", language=language
        )
        yield Cut(said)
        return
    for name, number in numbers.items():
        if name in one.borrowed:
            said = t(
                "{language}: question {number} or one of its answers is shown in the other language.",
                language=language,
                number=number,
            )
            yield Cut(said, (name,))


def _written(one: Wrote, look: Shown) -> Iterator[str]:
    """What was written of what is shown there. The title stands in the invitation and over Slack's pages, the
    introduction in the invitation and before the first question."""
    if look.platform == "Slack" or INVITATION in look.fields:
        yield one.title
    if INVITATION in look.fields or one.form.fields[0].name in look.fields:
        yield from one.intro.splitlines()
    for name in look.fields:
        yield from one.texts.get(name, ())


def _cut(one: Wrote, look: Shown, words: str, sent: str, t: Translator) -> str:
    """What is wrong with that text there; empty when nothing is."""
    whole = line(words)
    where = {"platform": place(look.platform, t), "language": t(WITHIN[one.language])}
    if words in look.buttons:
        if look.platform == "Telegram" and len(whole) > LABEL_LENGTH:
            return t(
                "{platform}, {language}: a phone may not show the end of the button “{text}”.",
                **where,
                text=shorten(whole.removeprefix("☐ "), SAID),
            )
        return ""
    if whole in sent:
        return ""
    fits = next(end for end in range(len(whole), -1, -1) if whole[:end] in sent)
    return t(
        "{platform}, {language}: of “{text}” only “{shown}” fits.",
        **where,
        text=shorten(whole, SAID),
        shown=whole[:fits].rstrip(" ,;:–-") + "…",
    )
