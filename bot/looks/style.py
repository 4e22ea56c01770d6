"""How the looks of a survey are drawn: each program's own manner as far as paper shows it, at a phone's width."""

STYLE = """
@page { size: A4 landscape; margin: 11mm 12mm }
* { box-sizing: border-box }
:root {
  --ink: #22262b; --soft: #5b6068; --line: #dcd3c2; --accent: #9b2f22; --sheet: #fff; --red: #b3261e; --wash: #fdecea;
  --text: "Segoe UI", Roboto, "Noto Sans", Cantarell, Ubuntu, "Liberation Sans", "DejaVu Sans", system-ui, sans-serif;
  --book:
    "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, "Noto Serif", "Liberation Serif", "DejaVu Serif", serif;
}
html { background: #efe9dc; -webkit-print-color-adjust: exact; print-color-adjust: exact }
body {
  margin: 16px auto; padding: 32px; max-width: 1160px; background: var(--sheet); color: var(--ink);
  font: 15px/22px var(--text); overflow-wrap: anywhere;
  box-shadow: 0 1px 2px rgb(60 45 25 / .1), 0 8px 32px rgb(60 45 25 / .14);
}
h1, h2, h3, h4, h5, p, ul { margin: 0; padding: 0 }
.top > p:first-child { color: var(--accent); font-weight: 600; letter-spacing: .04em }
.top h1 { font: 400 30px/38px var(--book) }
.top > p:last-child { margin-top: 8px; color: var(--soft) }
h2 { font: 400 24px/32px var(--book) }
section[lang] > h2 { margin-top: 32px; padding-top: 16px; border-top: 2px solid var(--accent) }
h3 { margin: 16px 0 8px; font: 600 15px/22px var(--text); color: var(--accent) }
h4 { margin-bottom: 8px; font: 600 13px/18px var(--text); color: var(--soft); letter-spacing: .04em }
h5 { font: 600 15px/20px var(--text) }
.cuts, .fine { margin-top: 24px; padding: 16px 24px; border-radius: 8px }
.cuts { background: var(--wash); border: 1px solid var(--red) }
.cuts h2 { font: 600 15px/22px var(--text); color: var(--red) }
.cuts ul { padding-left: 20px }
.fine { background: #eef5ec }
.grid { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 24px }
.look { margin-bottom: 16px }
.look:not(.of-slack) { break-inside: avoid }
.mark {
  margin-top: 4px; padding-left: 10px; border-left: 3px solid var(--red); color: var(--red); font-size: 13px;
  line-height: 18px
}
.cut .bubble, .cut .slack { outline: 2px solid var(--red); outline-offset: 1px }
.keys span { display: block }
.row { display: flex; gap: 4px; margin-top: 4px }
.row span { flex: 1 1 0; min-width: 0; padding: 6px 8px; border-radius: 6px; text-align: center }

.tg { padding: 10px; border-radius: 12px; background: #d5e3ee }
.tg .bubble { padding: 7px 11px; border-radius: 12px 12px 12px 4px; background: #fff; white-space: pre-wrap }
.tg .row span {
  background: #8aa9c2; color: #fff; font-size: 14px; line-height: 20px; white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis
}
.tg a { color: #2a6fa8 }

.slack {
  border: 1px solid #c9c9c9; border-radius: 10px; padding: 0 16px; background: #fff; break-inside: auto;
  box-decoration-break: clone
}
.slack header, .slack footer {
  display: flex; justify-content: space-between; align-items: center; gap: 8px; padding: 12px 0
}
.slack .keys { display: flex; flex-wrap: wrap; gap: 8px; padding-bottom: 14px }
.slack header { border-bottom: 1px solid #e4e4e4; font-size: 17px }
.slack header i { font-style: normal; color: var(--soft) }
.slack footer { justify-content: flex-end; border-top: 1px solid #e4e4e4; margin-top: 12px }
.slack footer span, .slack .keys span {
  padding: 5px 12px; border: 1px solid #bbb; border-radius: 6px; font-weight: 600; display: inline-block
}
.slack footer .go { background: #007a5a; border-color: #007a5a; color: #fff }
.slack > p, .slack h5 { margin-top: 12px }
.slack h5 small { font-weight: 400; color: var(--soft) }
.slack .choice { display: flex; gap: 8px; margin-top: 4px }
.slack .choice i { font-style: normal; color: var(--soft) }
.slack .hint { margin-top: 4px; color: var(--soft); font-size: 13px; line-height: 18px }
.slack .box {
  margin-top: 4px; height: 34px; padding: 5px 10px; border: 1px solid #999; border-radius: 6px; text-align: right;
  color: var(--soft)
}
.slack .tall { height: 64px }
.slack .open {
  list-style: none; margin: 2px 8px 0; padding: 4px 10px; border: 1px solid #ddd; border-radius: 6px;
  font-size: 14px
}

.page .bubble {
  padding: 9px 14px 8px; border: 1px solid var(--line); border-radius: 4px 16px 16px 16px; background: #fffefb
}
.page .bubble p + p { margin-top: 8px }
.page .bubble p { white-space: pre-wrap }
.page .row { flex-wrap: wrap; gap: 6px; margin-top: 6px }
.page .row span {
  flex: 1 1 auto; border: 1px solid var(--line); border-radius: 10px; background: #fffefb; color: #7c2219;
  font-weight: 550
}
@media print {
  html { background: none }
  body { margin: 0; padding: 0; max-width: none; box-shadow: none; zoom: .68 }
  section[lang] + section[lang] { break-before: page }
  section[lang] > h2 { margin-top: 0; border: 0; padding: 0 }
  .group:nth-of-type(n + 3) { break-before: page }
  h3, h4 { break-after: avoid }
}
@media screen and (max-width: 760px) {
  body { margin: 0; padding: 16px }
  .grid { grid-template-columns: minmax(0, 1fr) }
}
"""
