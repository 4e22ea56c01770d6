"""Invitations as sheets to print: one A4 page a person, nothing loaded from anywhere. Pure."""

from __future__ import annotations

import io
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import assert_never

from bot.local.parts import seen
from handlers.chat import Bold, Code, Link, Span, Spans
from handlers.invitations import Letter

_STYLE = """
@page { size: A4; margin: 0 }
* { box-sizing: border-box }
:root {
  --ink: #22262b; --soft: #62615c; --line: #dcd3c2; --accent: #9b2f22; --wash: #f8ece7; --sheet: #fff;
  --text: "Segoe UI", Roboto, "Noto Sans", Cantarell, Ubuntu, "Liberation Sans", "DejaVu Sans", system-ui, sans-serif;
  --book: "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, "Noto Serif", "Liberation Serif", "DejaVu Serif", serif;
  --mono: ui-monospace, "Cascadia Mono", Menlo, "Noto Sans Mono", "Liberation Mono", "DejaVu Sans Mono", monospace;
}
html { background: #efe9dc; -webkit-print-color-adjust: exact; print-color-adjust: exact }
body { margin: 0; color: var(--ink); font: 11.5pt/17pt var(--text) }
h1, h2, p, ol, ul, figure { margin: 0; padding: 0 }
.sheet {
  position: relative; width: 210mm; height: 296.5mm; margin: 8mm auto; padding: 22mm 24mm 20mm; overflow: hidden;
  background: var(--sheet); box-shadow: 0 1px 2px rgb(60 45 25 / .1), 0 8px 32px rgb(60 45 25 / .14);
  display: flex; flex-direction: column; overflow-wrap: anywhere;
}
.sheet::before { content: ""; position: absolute; inset: 0 0 auto; height: 3mm; background: var(--accent) }
.from { display: flex; align-items: center; gap: 4mm; padding-bottom: 5mm; border-bottom: .3mm solid var(--line) }
.from svg { width: 12mm; height: 12mm; fill: var(--accent); flex: none }
.from .charge { fill: var(--sheet) }
.from p { font: 600 11pt/15pt var(--text); color: var(--soft) }
.whom { margin-top: 17mm }
h1 { font: 400 11.5pt/16pt var(--text); color: var(--accent); letter-spacing: .04em }
h2 { font: 400 29pt/35pt var(--book); margin-top: 1.5mm; max-height: 105pt; overflow: hidden }
.house { margin-top: 2mm; color: var(--soft); max-height: 34pt; overflow: hidden }
.about { margin-top: 9mm; max-width: 150mm; font: 12.5pt/19pt var(--book) }
.way { margin-top: 11mm; display: flex; gap: 10mm; align-items: flex-start }
figure { width: 66mm; flex: none; text-align: center }
figure .qr { display: block; width: 66mm; height: 66mm; padding: 7mm; border: .3mm solid var(--line); border-radius: 2.5mm }
figcaption { margin-top: 3mm; font: 9.5pt/13pt var(--text); color: var(--soft) }
ol { list-style: none; counter-reset: step; flex: 1; min-width: 0 }
ol li { counter-increment: step; position: relative; padding-left: 10.5mm; margin-bottom: 5.5mm }
ol li::before {
  content: counter(step); position: absolute; left: 0; top: -.3mm; width: 6.6mm; height: 6.6mm; border-radius: 50%;
  background: var(--accent); color: #fff; font: 600 10pt/6.6mm var(--text); text-align: center;
}
code, .url { font: 10.5pt/15pt var(--mono) }
code { display: inline-block; margin-top: 1.2mm; padding: 1.6mm 3mm; background: var(--wash); border-radius: 1.5mm; white-space: pre-wrap }
.url { color: var(--accent); text-decoration: none; font-size: 9.5pt }
.then { margin-top: 9mm; padding-top: 6mm; border-top: .3mm solid var(--line) }
.then p { color: var(--soft) }
.then ul { list-style: none; margin-top: 2.5mm; display: flex; flex-wrap: wrap; gap: 2.5mm }
.then li { padding: 1.4mm 4mm; border: .3mm solid var(--line); border-radius: 5mm; font: 11pt/15pt var(--book) }
.foot { margin-top: auto; padding-top: 5mm; border-top: .3mm solid var(--line); font: 9.5pt/14pt var(--text); color: var(--soft) }
.foot b { color: var(--ink) }
.note { max-width: 210mm; margin: 8mm auto 0; padding: 0 4mm; color: var(--soft) }
@media print {
  html { background: none }
  .note { display: none }
  .sheet { margin: 0; box-shadow: none; break-after: page; break-inside: avoid }
  .sheet:last-of-type { break-after: auto }
}
"""


def render(letters: Iterable[Letter], language: str, title: str, note: str) -> str:
    """The sheets as one HTML document in that language, each sheet in its person's; `note` stands above them on a
    screen and is not printed."""
    sheets = "\n".join(_sheet(letter, _mark()) for letter in letters)
    return f"""<!doctype html>
<html lang="{_text(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>{_text(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<p class="note">{_text(note)}</p>
{sheets}
</body>
</html>
"""


def _sheet(letter: Letter, mark: str) -> str:
    steps = "".join(f"<li>{_spans(step)}</li>" for step in letter.steps)
    asked = "".join(f"<li>{_text(example)}</li>" for example in letter.asked)
    contact = f"<p>{_text(letter.contact)}</p>" if letter.contact else ""
    return f"""<section class="sheet" lang="{_text(letter.language)}">
<header class="from">{mark}<p>{_text(letter.association)}</p></header>
<div class="whom"><h1>{_text(letter.title)}</h1><h2>{_text(letter.name)}</h2>
<p class="house">{_text(letter.organisation)}</p></div>
<p class="about">{_text(letter.about)}</p>
<div class="way"><figure>{_qr(letter.picture)}<figcaption>{_text(letter.picture_says)}</figcaption></figure>
<ol>{steps}</ol></div>
<div class="then"><p>{_text(letter.ask)}</p><ul>{asked}</ul></div>
<footer class="foot"><p>{_spans(letter.valid)}</p>{contact}</footer>
</section>"""


def _spans(spans: Spans) -> str:
    return "".join(_span(span) for span in spans)


def _span(span: Span) -> str:
    match span:
        case str():
            return _text(span)
        case Bold(text):
            return f"<b>{_text(text)}</b>"
        case Code(text):
            return f"<code>{_text(text)}</code>"
        case Link(text, url):
            return f'<a class="url" href="{_text(url)}">{_text(text)}</a>'
        case _:
            assert_never(span)


def _text(text: str) -> str:
    return escape(seen(text))


def _qr(text: str) -> str:
    """The text as a picture of lines, sharp at any size."""
    import segno

    out = io.BytesIO()
    # Its quiet zone, four modules, is the padding of the style; 15 % of it may be smudged (level m).
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        border=0,
        dark="#22262b",
        xmldecl=False,
        svgns=True,
        svgclass="qr",
        lineclass=None,
        omitsize=True,
    )
    return out.getvalue().decode().strip()


def _mark() -> str:
    """The herald's mark, in the colours of the sheet."""
    drawn = (Path(__file__).parent / "page" / "icon.svg").read_text("utf-8")
    before, _, rest = drawn.partition("<style>")
    # On paper there is no dark scheme: the sheet colours it.
    return (before + rest.partition("</style>")[2]).replace('<g id="plain"/>', "")
