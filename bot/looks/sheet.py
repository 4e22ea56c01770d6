"""The looks of a survey as one HTML document to open and print: nothing loaded from anywhere. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.looks.bubbles import on_page, on_telegram
from bot.looks.cuts import SPOKEN, Cut, cuts, place
from bot.looks.modals import on_slack
from bot.looks.shown import INVITATION, Shown, text
from bot.looks.style import STYLE
from handlers.i18n import Translator, translator
from handlers.looks import Drawn, Wrote

PLATFORMS = ("Telegram", "Slack", "page")


@dataclass(frozen=True, slots=True)
class _Part:
    """What is seen in one language."""

    wrote: Wrote
    looks: tuple[Shown, ...]
    cuts: tuple[Cut, ...]


def draw(wrote: tuple[Wrote, ...], t: Translator) -> Drawn:
    """The document and what does not fit, in the words of `t`; the looks themselves are each in its own language."""
    parts = tuple(_part(one, t) for one in wrote)
    said = tuple(cut.sentence for part in parts for cut in part.cuts)
    title = wrote[0].title
    return Drawn(
        f"""<!doctype html>
<html lang="{t.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>{text(t("How it will look: {title}", title=title))}</title>
<style>{STYLE}</style>
</head>
<body>
<header class="top"><p>{text(t("How it will look"))}</p><h1>{text(title)}</h1>
<p>{text(t("This is what people will be asked, as each program shows it. Nobody is asked yet by looking at it."))}</p>
</header>
{_summary(said, t)}
{"".join(_section(part, t) for part in parts)}
</body>
</html>
""",
        said,
    )


def _part(one: Wrote, t: Translator) -> _Part:
    own = translator(one.language)
    looks = tuple(
        look for on in (on_telegram, on_slack, on_page) for look in on(one.invitation, one.form, own)
    )
    return _Part(one, looks, tuple(cuts(one, looks, t)))


def _summary(said: Sequence[str], t: Translator) -> str:
    if not said:
        return f'<p class="fine">{text(t("Nothing is cut anywhere."))}</p>'
    lines = "".join(f"<li>{text(sentence)}</li>" for sentence in said)
    heading = text(t("Not everything fits or is translated:"))
    return f'<section class="cuts"><h2>{heading}</h2><ul>{lines}</ul></section>'


def _section(part: _Part, t: Translator) -> str:
    """One language: the questions of each page of Slack's, on every platform side by side."""
    numbers = {field.name: n for n, field in enumerate(part.wrote.form.fields, 1)}
    drawn = []
    for group in _groups(part.looks):
        heading = _heading([numbers[name] for name in group if name != INVITATION], t)
        columns = "".join(_column(name, part, group, t) for name in PLATFORMS)
        drawn.append(
            f'<section class="group"><h3>{text(heading)}</h3><div class="grid">{columns}</div></section>'
        )
    language = t(SPOKEN[part.wrote.language])
    return f'<section lang="{part.wrote.language}"><h2>{text(language)}</h2>{"".join(drawn)}</section>\n'


def _heading(numbers: list[int], t: Translator) -> str:
    if not numbers:
        return t("The invitation")
    if len(numbers) == 1:
        return t("Question {number}", number=numbers[0])
    return t("Questions {first} to {last}", first=numbers[0], last=numbers[-1])


def _groups(looks: Iterable[Shown]) -> tuple[tuple[str, ...], ...]:
    """The fields by Slack's pages, those asked twice once."""
    found: list[tuple[str, ...]] = []
    for look in looks:
        if look.platform == "Slack":
            new = tuple(name for name in look.fields if all(name not in group for group in found))
            found += [new] if new else []
    return tuple(found)


def _column(platform: str, part: _Part, group: tuple[str, ...], t: Translator) -> str:
    """What that platform shows of these questions, each look with what does not fit in it below."""
    drawn = []
    for look in part.looks:
        if look.platform == platform and not set(group).isdisjoint(look.fields):
            marks = [c.sentence for c in part.cuts if c.platform == platform and c.fields == look.fields]
            below = "".join(f'<p class="mark">✂ {text(sentence)}</p>' for sentence in marks)
            drawn.append(
                f'<div class="look of-{platform.lower()}{" cut" if marks else ""}">{look.html}{below}</div>'
            )
    return f'<div class="column"><h4>{text(place(platform, t))}</h4>{"".join(drawn)}</div>'
