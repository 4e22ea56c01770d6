"""The summary as one HTML document to print: A4, nothing loaded from anywhere. Pure."""

from __future__ import annotations

import re
from base64 import b64encode
from html import escape

from handlers.surveys.summary import Summary, Told
from handlers.surveys.wording import together

HTML = "text/html"
_UNSEEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

_STYLE = """
@page { size: A4; margin: 17mm 19mm 15mm }
* { box-sizing: border-box }
:root {
  --ink: #22262b; --soft: #5b6068; --line: #dcd3c2; --accent: #9b2f22; --sheet: #fff;
  --text: "Segoe UI", Roboto, "Noto Sans", Cantarell, Ubuntu, "Liberation Sans", "DejaVu Sans", system-ui, sans-serif;
  --book: "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, "Noto Serif", "Liberation Serif", "DejaVu Serif", serif;
}
html { background: #efe9dc; -webkit-print-color-adjust: exact; print-color-adjust: exact }
body { margin: 0; color: var(--ink); font: 10.5pt/15pt var(--text); overflow-wrap: anywhere }
h1, h2, h3, p, ol, figure { margin: 0; padding: 0 }
section {
  width: 210mm; margin: 8mm auto; padding: 17mm 19mm 15mm; background: var(--sheet);
  box-shadow: 0 1px 2px rgb(60 45 25 / .1), 0 8px 32px rgb(60 45 25 / .14);
}
.from {
  display: flex; justify-content: space-between; gap: 8mm; padding-bottom: 3mm; border-bottom: .6mm solid var(--accent);
  color: var(--soft);
}
.from p:first-child { font-weight: 600 }
.from p:last-child { white-space: nowrap }
h1 { margin-top: 9mm; font: 400 25pt/30pt var(--book) }
.response { margin-top: 3mm; font: 13pt/18pt var(--book) }
.standing { color: var(--soft) }
h2 { margin-top: 8mm; font: 600 10.5pt/15pt var(--text); color: var(--accent); letter-spacing: .04em }
ol { list-style: none }
.finding { display: flex; gap: 8mm; padding: 4mm 0; border-bottom: .3mm solid var(--line); break-inside: avoid }
.finding div { flex: 1; min-width: 0 }
.finding h3 { font: 400 14.5pt/19.5pt var(--book) }
.finding p { margin-top: 1.5mm; color: var(--soft) }
.finding img { width: 84mm; align-self: center; flex: none }
.about { margin-top: 6mm; font-size: 9pt; line-height: 13pt; color: var(--soft) }
.about h2 { margin: 0 0 1mm; font-size: 9pt; line-height: 13pt }
.about p + p { margin-top: 1mm }
.all { margin-top: 4mm; columns: 2; column-gap: 10mm }
figure { break-inside: avoid; overflow: hidden; margin-bottom: 6mm; padding-bottom: 3mm; border-bottom: .3mm solid var(--line) }
figure img { display: block; width: 108.7%; margin: -2mm -4.35% 0 } /* the picture's own margins stand outside */
figcaption { font: 12pt/16.5pt var(--book) }
figcaption p { color: var(--soft); font: 9.5pt/13.5pt var(--text) }
.words h3 { margin-top: 5mm; font: 12pt/16.5pt var(--book) }
.words ul { margin: 2mm 0 0; padding-left: 5mm }
.words li { margin-top: 1.5mm; white-space: pre-line; break-inside: avoid }
.words p { margin-top: 2mm; color: var(--soft) }
@media print {
  html { background: none }
  section { width: auto; margin: 0; padding: 0; box-shadow: none }
  section + section { break-before: page }
  section + section h2 { margin-top: 0 }
}
@media screen and (max-width: 210mm) {
  section { width: auto; margin: 0; padding: 6mm }
  .finding { display: block }
  .finding img { width: 100%; margin-top: 3mm }
  .all { columns: 1 }
}
"""


def render(summary: Summary) -> str:
    """The document in the summary's language: a page with what is clearest, then every question."""
    findings = "\n".join(_finding(one) for one in summary.findings)
    figures = [_figure(one) for one in summary.told]
    if summary.rates is not None:
        figures.insert(0, f"<figure>{_picture(summary.rates, summary.response)}</figure>")
    return f"""<!doctype html>
<html lang="{_text(summary.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>{_text(summary.title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<section>
<header class="from"><p>{_text(summary.association)}</p><p>{_text(summary.day)}</p></header>
<h1>{_text(summary.title)}</h1>
<p class="response">{_text(summary.response)}</p>
<p class="standing">{_text(summary.standing)}</p>
<h2>{_text(summary.clearest)}</h2>
<ol>{findings}</ol>
<footer class="about"><h2>{_text(summary.privacy_title)}</h2>
<p>{_text(summary.privacy)}</p><p>{_text(summary.rule)}</p></footer>
</section>
<section>
<h2>{_text(summary.all)}</h2>
<div class="all">
{"".join(figures)}
</div>
</section>
{_own_words(summary)}</body>
</html>
"""


def _finding(one: Told) -> str:
    drawn = _picture(one.picture, "") if one.picture else ""
    return f"""<li class="finding"><div><h3>{_text(together(one.sentence))}</h3><p>{_text(one.question)}</p></div>{drawn}</li>"""


def _figure(one: Told) -> str:
    """A picture has its own title; what has none is said in letters."""
    if one.picture is not None:
        return f"<figure>{_picture(one.picture, f'{one.sentence} {one.question}')}</figure>\n"
    said = f"{_text(together(one.sentence))}<p>{_text(one.question)}</p>"
    return f"<figure><figcaption>{said}</figcaption></figure>\n"


def _own_words(summary: Summary) -> str:
    """A section with what people wrote, question by question; nothing where nothing goes along."""
    wrote = [one for one in summary.told if one.texts]
    if not wrote:
        return ""
    lists = "".join(
        f"<h3>{_text(one.question)}</h3>\n<ul>{''.join(f'<li>{_text(text)}</li>' for text in one.texts)}</ul>"
        + (f"<p>{_text(one.left_out)}</p>" if one.left_out else "")
        for one in wrote
    )
    return f'<section class="words">\n<h2>{_text(summary.own_words)}</h2>\n{lists}\n</section>\n'


def _picture(png: bytes, said: str) -> str:
    return f'<img src="data:image/png;base64,{b64encode(png).decode()}" alt="{_text(said)}">'


def _text(text: str) -> str:
    return escape(_UNSEEN.sub("", text))
