"""A draft, Markdown or DOCX, becomes numbered sections; what cannot be read is refused in one sentence."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

import pytest

from handlers.i18n import translator
from handlers.importing.drafts import Draft, read
from handlers.importing.faults import FileRefused
from storage.consultations import Section

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STYLES = f"""<?xml version="1.0" encoding="UTF-8"?><w:styles xmlns:w="{W}">
<w:style w:styleId="Antrat1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="Antrat2"><w:name w:val="heading 2"/></w:style>
<w:style w:styleId="Skirsnis"><w:name w:val="Skirsnis"/><w:basedOn w:val="Antrat2"/></w:style>
<w:style w:styleId="Pavadinimas"><w:name w:val="Title"/></w:style>
<w:style w:styleId="Numeruota"><w:basedOn w:val="Antrat2"/>
<w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>
<w:style w:styleId="Punktas"><w:name w:val="Punktas"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>
</w:styles>"""
NUMBERS = f"""<?xml version="1.0" encoding="UTF-8"?><w:numbering xmlns:w="{W}">
<w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="2">
<w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1 SKYRIUS"/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/><w:pStyle w:val="Numeruota"/><w:lvlText w:val="%2."/></w:lvl>
</w:abstractNum>
<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>
<w:num w:numId="4"><w:abstractNumId w:val="2"/>
<w:lvlOverride w:ilvl="0"><w:startOverride w:val="3"/></w:lvlOverride></w:num>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
</w:numbering>"""


def p(text: str, style: str = "", *, number: tuple[str, int] | None = None) -> str:
    """A paragraph in that style, of that list and level."""
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    of_list = (
        f'<w:numPr><w:ilvl w:val="{number[1]}"/><w:numId w:val="{number[0]}"/></w:numPr>' if number else ""
    )
    return f"<w:p><w:pPr>{styled}{of_list}</w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def b(text: str, *, by: str = "<w:b/>") -> str:
    """A bold line."""
    return f"<w:p><w:r><w:rPr>{by}</w:rPr><w:t>{escape(text)}</w:t></w:r></w:p>"


def packed(body: str, *, head: str = "", **more: str) -> bytes:
    """A DOCX whose document has that body."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(
            "word/document.xml", f'{head}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
        )
        file.writestr("word/styles.xml", more.get("styles", STYLES))
        file.writestr("word/numbering.xml", more.get("numbers", NUMBERS))
        for part in ("footnotes", "endnotes"):
            if part in more:
                file.writestr(f"word/{part}.xml", f'<w:{part} xmlns:w="{W}">{more[part]}</w:{part}>')
    return out.getvalue()


def numbers(draft: Draft) -> list[str]:
    return [one.number for one in draft.sections]


def refused(content: bytes, name: str = "projektas.docx") -> str:
    """What is said of a file that is refused."""
    with pytest.raises(FileRefused) as caught:
        read(content, name)
    [fault] = caught.value.faults
    return fault.in_(translator("lt"))


# Markdown


def test_headings_are_sections_and_the_one_above_all_is_the_title() -> None:
    """Numbers are made by level; signs of Markdown go, lists and tables stay readable, code is no heading."""
    draft = read(
        "\ufeff---\ntitle: x\n---\n# Koncepcija\n\nĮžanga.\n\n## Tikslai ##\n**Stiprinti** [klasterius](https://k.lt)\n"
        "ir *eksportą*.\n\n- vienas\n* du_trys_keturi\n\n```\n# ne antraštė\n```\n\n### Uždaviniai\n\n"
        "| A | B |\n|---|:-:|\n| 1 | 2 |\n\nLėšos\n------\n\n> Citata\n<!-- pastaba -->\n".encode(),
        "k.md",
    )
    assert draft == Draft(
        "Koncepcija",
        (
            Section("0", "", "Įžanga."),
            Section(
                "1",
                "Tikslai",
                "Stiprinti klasterius (https://k.lt) ir eksportą.\n• vienas\n• du_trys_keturi\n# ne antraštė",
            ),
            Section("1.1", "Uždaviniai", "A | B\n1 | 2"),
            Section("2", "Lėšos", "Citata"),
        ),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# 1. A\n## 1.1 B\n## 1.2. C\n# 2) D\n", ["1", "1.1", "1.2", "2"]),
        ("# I. A\n# II SKYRIUS\n# IV. D\n", ["I", "II", "IV"]),
        ("# I. A\n## 1. B\n# II. C\n## 1. D\n", ["I", "I.1", "II", "II.1"]),
        ("# 1 A\n# 2 B\n", ["1", "2"]),
        ("# 5 prioritetai\n# Lėšos\n", ["1", "2"]),
        ("# Įžanga\n# 1. A\n# 2. B\n# Priedas\n", ["A", "1", "2", "B"]),
        ("# 1. A\n# 1. B\n# 1. C\n", ["1", "1-2", "1-3"]),
        ("## A\n#### B\n### C\n## D\n", ["1", "1.1", "1.2", "2"]),
        ("1\\. A\n\n2\\. B\ntęsinys\n\nBe numerio\n", ["1", "2"]),
        ("1. A\n2. B\n2.1. C\n", ["1", "2", "2.1"]),
        ("Pirma.\n\n2026 m. antra.\n\nTrečia.\n", ["1", "2", "3"]),
        ("# Vienintelė\n\nPirma.\n\nAntra.\n", ["1", "2"]),
    ],
)
def test_numbers_that_are_there_are_kept_and_others_made(text: str, expected: list[str]) -> None:
    """Arabic and Roman ones, each once; without headings what bears a number begins a section, else each paragraph."""
    assert numbers(read(text.encode("cp1257"), "k.md")) == expected


# DOCX


def test_a_word_file_is_read_by_its_styles_in_either_language() -> None:
    """Headings by their built-in names, also through a style of one's own; a table a line a row; what was deleted or
    moved away is not there, nor what older programs are given a second time."""
    draft = read(
        packed(
            p("Klasterių koncepcija", "Pavadinimas")
            + p("Įžanga", "Antrat1")
            + "<w:p><w:r><w:t>Pirma </w:t></w:r><w:del><w:r><w:delText>senas</w:delText></w:r></w:del>"
            "<w:ins><w:r><w:t>eilutė</w:t><w:br/><w:t>antra</w:t></w:r></w:ins>"
            "<w:moveFrom><w:r><w:t>iškelta</w:t></w:r></w:moveFrom></w:p>"
            + p("Sąvokos", "Skirsnis")
            + f"<w:tbl><w:tr><w:tc>{p('A')}{p('B')}</w:tc><w:tc>{p('C')}</w:tc></w:tr></w:tbl>"
            + p("Lėšos", "Antraštė1")
            + '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice>'
            + p("Kartą")
            + "</mc:Choice><mc:Fallback>"
            + p("Kartą")
            + "</mc:Fallback></mc:AlternateContent>"
        ),
        "k.docx",
    )
    assert draft == Draft(
        "Klasterių koncepcija",
        (
            Section("1", "Įžanga", "Pirma eilutė\nantra"),
            Section("1.1", "Sąvokos", "A; B | C"),
            Section("2", "Lėšos", "Kartą"),
        ),
    )


def test_a_word_file_without_headings_is_taken_by_its_points() -> None:
    """Points that Word numbers by itself, or that somebody has typed, are sections with their numbers, and so are
    chapters; marked lists are not; without any each paragraph is one."""
    points = packed(
        p("Įžanga")
        + p("Pirmas", number=("1", 0))
        + p("Papunktis", number=("1", 1))
        + p("ženklas", number=("2", 0))
        + p("Antras", "Punktas", number=("1", 0))
        + p("be numerio", number=("0", 0))
    )
    assert read(points, "k.docx").sections == (
        Section("0", "", "Įžanga"),
        Section("1", "", "Pirmas\n1.a) Papunktis\n• ženklas"),
        Section("2", "", "Antras\nbe numerio"),
    )
    typed = p("I SKYRIUS") + p("BENDROSIOS NUOSTATOS") + p("1. Pirmas.") + p("II SKYRIUS") + p("2. Antras.")
    assert read(packed(typed), "k.docx").sections == (
        Section("I", "", "BENDROSIOS NUOSTATOS"),
        Section("1", "", "Pirmas."),
        Section("II", "", ""),
        Section("2", "", "Antras."),
    )
    assert numbers(read(packed(p("A") + p("B") + p("C")), "k.docx")) == ["1", "2", "3"]


def test_a_number_that_no_button_can_carry_becomes_a_letter() -> None:
    """Thirty levels deep or told apart by many headings above: no number is longer than a button's command allows."""
    deep = "1" + ".1" * 30
    assert numbers(read(f"## {deep}. A\n\n## 2. B\n".encode(), "k.md")) == ["A", "2"]
    levels = "".join(f"{'#' * n} 1.1.1.1.1.1. x\n" for n in range(2, 6))
    found = numbers(read(f"# I. A\n{levels}# II. B\n{levels}".encode(), "k.md"))
    assert len(set(found)) == len(found) == 10 and max(map(len, found)) <= 24


def test_a_word_file_whose_headings_are_only_bold_is_taken_by_them() -> None:
    """Bold lines are headings, the first the title when others bear numbers or little stands below it; a list of two
    points is no draft of points; half a sentence, a bold word and what is not bold after all are no headings."""
    listed = p("įmonės", number=("1", 0)) + p("mokslas", number=("1", 0))
    body = (
        b("Koncepcija")
        + p("Projektas, 2026 m.")
        + b("Tikslai", by='<w:rStyle w:val="Ryskus"/>')
        + p("Augti.")
    )
    body += b("Svarbu:") + listed + b("Ne", by='<w:b w:val="0"/>') + b("Lėšos") + p("6 mln.")
    styles = STYLES.replace(
        "</w:styles>", '<w:style w:styleId="Ryskus"><w:rPr><w:b/></w:rPr></w:style></w:styles>'
    )
    draft = read(packed(body, styles=styles), "k.docx")
    assert draft.title == "Koncepcija"
    assert draft.sections == (
        Section("0", "", "Projektas, 2026 m."),
        Section("1", "Tikslai", "Augti.\nSvarbu:\n1. įmonės\n2. mokslas\nNe"),
        Section("2", "Lėšos", "6 mln."),
    )
    chapters = b("I. BENDROJI DALIS") + b("1. Tikslai") + p("A.") + b("II. LĖŠOS") + b("1. Sumos") + p("B.")
    assert numbers(read(packed(b("KONCEPCIJA") + chapters), "k.docx")) == ["I", "I.1", "II", "II.1"]
    capitals = b("ĮVADAS") + p("A. " * 40) + b("Tikslai") + p("B.") + b("PRIEMONĖS") + p("C.")
    assert numbers(read(packed(capitals), "k.docx")) == ["1", "1.1", "2"]
    assert numbers(read("**Įvadas**\n\nA.\n\n**Tikslai**\n\nB.\n".encode(), "k.md")) == ["1", "2"]


def test_a_draft_of_points_under_bold_lines_stays_one() -> None:
    """Where most of the text is numbered points, each of them is a section, and the bold first line is the title."""
    points = "".join(p(f"Punktas {n}.", number=("1", 0)) for n in range(1, 5))
    draft = read(packed(b("KONCEPCIJA") + b("I SKYRIUS") + b("NUOSTATOS") + points), "k.docx")
    assert draft.title == "KONCEPCIJA" and numbers(draft) == ["I", "1", "2", "3", "4"]


def test_footnotes_and_empty_cells_are_not_lost() -> None:
    """A footnote stands behind its paragraph, below its heading or its table's row, by the number of its mark; an empty
    cell keeps its place, so that a sum stays in its column."""
    mark = '<w:r><w:footnoteReference w:id="{}"/></w:r></w:p>'
    ends = '<w:r><w:endnoteReference w:id="2"/></w:r></w:p>'

    def cell(text: str) -> str:
        return f"<w:tc>{text}</w:tc>"

    table = f"<w:tbl><w:tr>{cell(p('2027'))}{cell(p(''))}{cell(p('6 mln.').replace('</w:p>', ends))}</w:tr></w:tbl>"
    body = p("Tikslai", "Antrat1").replace("</w:p>", mark.format(2)) + p("Augti").replace(
        "</w:p>", mark.format(3)
    )
    notes = '<w:footnote w:type="separator" w:id="0">' + p("––") + "</w:footnote>"
    notes += f'<w:footnote w:id="2">{p("Žr. 2014 m.")}{p("koncepciją.")}</w:footnote>'
    notes += f'<w:footnote w:id="3">{p("Palyginti.")}</w:footnote>'
    content = packed(
        body + table + p("Lėšos", "Antrat1"),
        footnotes=notes,
        endnotes=f'<w:endnote w:id="2">{p("Preliminariai.")}</w:endnote>',
    )
    assert read(content, "k.docx").sections == (
        Section(
            "1",
            "Tikslai[1]",
            "[1] Žr. 2014 m. koncepciją.\nAugti[2]\n[2] Palyginti.\n2027 | – | 6 mln.[3]\n[3] Preliminariai.",
        ),
        Section("2", "Lėšos", ""),
    )


def test_headings_keep_the_numbers_that_word_shows() -> None:
    """By the list of the heading or of its style, in the format and from the number that it begins with; a chapter's
    number and title in two headings are one."""
    draft = read(
        packed(
            p("Nuostatos", "Antrat1", number=("3", 0))
            + p("Sąvokos", "Numeruota")
            + p("Taikymas", "Numeruota")
            + p("Lėšos", "Antrat1", number=("3", 0))
            + p("Dydis", "Numeruota")
        ),
        "k.docx",
    )
    assert [(s.number, s.title) for s in draft.sections] == [
        ("III", "Nuostatos"),
        ("III.1", "Sąvokos"),
        ("III.2", "Taikymas"),
        ("IV", "Lėšos"),
        ("IV.1", "Dydis"),
    ]
    again = packed(p("A", "Antrat1", number=("3", 0)) + p("B", "Antrat1", number=("4", 0)))
    assert numbers(read(again, "k.docx")) == ["III", "III-2"]
    two = packed(
        p("I SKYRIUS", "Antrat1")
        + p("NUOSTATOS", "Antrat1")
        + p("II SKYRIUS", "Antrat1")
        + p("LĖŠOS", "Antrat1")
    )
    assert [(s.number, s.title) for s in read(two, "k.docx").sections] == [
        ("I", "NUOSTATOS"),
        ("II", "LĖŠOS"),
    ]


# Refused


def test_what_cannot_be_read_is_refused_in_one_sentence() -> None:
    """No DOCX, empty, locked, damaged, too large, too many: each says what would be right."""
    assert refused(b"hello") == (
        "Vadinasi DOCX, bet iš tikrųjų tai ne DOCX failas; "
        "įrašykite projektą kaip DOCX arba Markdown ir bandykite dar kartą."
    )
    assert refused(b"  \n", "k.md") == "Failas tuščias."
    assert "seno „Word“" in refused(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    assert "PDF" in refused(b"%PDF-1.7", "k.docx")
    assert refused(packed("")) == "Jame nėra teksto."
    assert "ne DOCX" in refused(_zip({"xl/workbook.xml": b"<a/>"}))
    assert "sugadintas" in refused(packed(p("A"))[:-40])
    assert "sugadintas" in refused(packed("<w:p>"))
    assert "20\xa0MB" in refused(b"x" * 20_000_001, "k.md")
    assert "300" in refused("".join(f"# {n}. A\n" for n in range(1, 302)).encode(), "k.md")
    assert "600" in refused(b"# A\n" + b"zodis " * 101_000, "k.md")
    locked = bytearray(packed(p("A")))
    for at in _flags(bytes(locked)):
        locked[at] |= 1
    assert "slaptažodžiu" in refused(bytes(locked))


def test_a_bomb_is_refused_before_it_is_unfolded() -> None:
    """Neither a part that unfolds to gigabytes, nor definitions that multiply, nor one that brings a file along."""
    assert "64\xa0MB" in refused(_zip({"word/document.xml": b"<a/>", "word/x.bin": b"\0" * (65 << 20)}))
    laughs = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    assert "apibrėžčių" in refused(packed(p("A"), head=laughs))
    outside = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    assert "apibrėžčių" in refused(packed("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>", head=outside))
    assert "apibrėžčių" in refused(packed(p("A"), styles=f"{laughs}<a/>"))
    deep = "<w:p>" * 50_000
    assert "sugadintas" in refused(packed(deep))


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def _flags(content: bytes) -> list[int]:
    """Where each part's flags stand in the directory at the end."""
    found, at = [], content.find(b"PK\x01\x02")
    while at >= 0:
        found.append(at + 8)
        at = content.find(b"PK\x01\x02", at + 4)
    return found
