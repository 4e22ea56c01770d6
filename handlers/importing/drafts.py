"""A draft to be consulted on, Markdown or DOCX, to its numbered sections. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, product
from string import ascii_uppercase

from handlers.chat import FILE_BYTES, shorten
from handlers.i18n import N_
from handlers.importing import docx
from handlers.importing.docx import Paragraph
from handlers.importing.faults import refused, say
from handlers.importing.texts import text_of
from storage.consultations import Section

ENDINGS = ("md", "markdown", "docx")
"""The endings of files that are drafts."""
MOST_SECTIONS = 300
MOST_TEXT = 600_000
"""Characters of a draft in all."""
TITLE_LENGTH = 200
LONGEST_NUMBER = 24
"""Characters of a section's number: it stands in the command of every button that is about the section."""
A_LINE = 80
"""Characters of what stands below a title before the first part: whose draft it is, of when."""

_SAVE = say(N_("save the draft as DOCX or Markdown and try again"))
_ARABIC = r"(\d{1,3}(?:\.\d{1,3})*)[.)]\s+|(\d{1,3}(?:\.\d{1,3})+)\s+"
_ROMAN = r"([IVXLC]{1,8})[.)]\s+|([IVXLC]{1,8})\s+(?:SKYRIUS|SKIRSNIS|DALIS)\b[.:]?\s*"
_POINT = re.compile(_ARABIC)
_HEADING = re.compile(f"{_ARABIC}|{_ROMAN}")
_CHAPTER = re.compile(r"([IVXLC]{1,8})\s+(?:SKYRIUS|SKIRSNIS|DALIS)\b")
_BARE = re.compile(r"(\d{1,3})\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft: its title, empty where it has none, and its sections; there is one of a number."""

    title: str
    sections: tuple[Section, ...]


def is_draft(name: str) -> bool:
    """Whether a file of that name may be one."""
    return name.rpartition(".")[2].casefold() in ENDINGS


def read(content: bytes, name: str) -> Draft:
    """The draft in a file. A section is what stands under a heading; where there are none, what begins with a number,
    and else each paragraph. Numbers that are there are kept, others made.

    Raises FileRefused with one sentence: empty, no DOCX and no text, more than 300 sections, larger than 20 MB or
    600,000 characters, and what `docx.paragraphs` and `texts.text_of` refuse.
    """
    found = _made(_paragraphs(content, name))
    if not found.sections:
        raise refused(say(N_("there is no text in it")))
    if len(found.sections) > MOST_SECTIONS:
        raise refused(
            say(
                N_("it has {count} sections, and at most {most} can be consulted on"),
                count=len(found.sections),
                most=MOST_SECTIONS,
            ),
            say(N_("make headings of the larger parts only, or split the draft")),
        )
    if sum(len(one.title) + len(one.text) for one in found.sections) > MOST_TEXT:
        raise refused(say(N_("its text has more than {most} characters"), most=_figure(MOST_TEXT)))
    return found


def _figure(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")


def _paragraphs(content: bytes, name: str) -> Sequence[Paragraph]:
    if len(content) > FILE_BYTES:
        raise refused(say(N_("the file is larger than {most} MB"), most=FILE_BYTES // 1_000_000))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise refused(say(N_("it is an old Word file, or one with a password")), _SAVE)
    if content.startswith(b"%PDF"):
        raise refused(say(N_("it is a PDF")), _SAVE)
    if content.startswith(b"PK\x03\x04"):
        return docx.paragraphs(content)
    if name.casefold().endswith(".docx") and content.strip():
        raise refused(say(N_("it is called DOCX, but is none")), _SAVE)
    return tuple(_of_markdown(text_of(content)))


# Markdown

_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_ATX = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*")
_UNDER = re.compile(r"\s{0,3}(=+|-+)\s*")
_RULE = re.compile(r"\s{0,3}(?:[-*_]\s*){3,}")
_MARKED = re.compile(r"\s*[-*+•]\s+")
_ROW = re.compile(r"\s*\|(.*?)\|?\s*")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(?:(?!\1).){1,300}(?<=\S)\1")
_NO_ROW = re.compile(r"[\s|:-]*")
_FRONT = re.compile(r"\A---\n(?:[^\n]*\n){0,60}?---\n")
_INLINE = (
    (re.compile(r"<!--.*?-->", re.DOTALL), ""),
    (re.compile(r"!\[([^\]\n]{0,300})\]\([^)\s]{0,500}\)"), r"\1"),
    (re.compile(r"\[([^\]\n]{1,300})\]\(([^)\s]{1,500})\)"), r"\1 (\2)"),
    (re.compile(r"(\*\*|__)(?=\S)((?:(?!\1)[^\n]){1,2000})(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]{1,2000})(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_\n]{1,2000})(?<=\S)_(?![\w_])"), r"\1"),
    (re.compile(r"`([^`\n]{1,2000})`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])"), r"\1"),
)


def _plain(text: str) -> str:
    """Without Markdown's signs within a line."""
    for sign, meant in _INLINE:
        text = sign.sub(meant, text)
    return " ".join(text.split())


def _of_markdown(text: str) -> Iterator[Paragraph]:
    """Headings, paragraphs, items of lists and rows of tables; what is fenced stays as it is, a line each."""
    text = _INLINE[0][0].sub("", _FRONT.sub("", re.sub(r"\r\n?", "\n", text), count=1))
    lines: list[str] = []
    fenced = False
    for line in text.split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
            yield from _ended(lines)
        elif fenced:
            if line.strip():
                yield Paragraph(line.rstrip())
        elif heading := _ATX.fullmatch(line):
            yield from _ended(lines)
            yield from _ended([heading[2]], len(heading[1]))
        elif lines and (under := _UNDER.fullmatch(line)):
            yield from _ended(lines, 1 if under[1][0] == "=" else 2)
        elif _RULE.fullmatch(line) or not line.strip():
            yield from _ended(lines)
        elif row := _ROW.fullmatch(line):
            yield from _ended(lines)
            if not _NO_ROW.fullmatch(row[1]):
                yield from _ended([" | ".join(cell.strip() for cell in row[1].split("|"))])
        else:
            quoted = line.lstrip("> ") if line.lstrip().startswith(">") else line
            if _MARKED.match(quoted) or _POINT.match(_plain(quoted)):
                yield from _ended(lines)
                quoted = _MARKED.sub("• ", quoted, count=1)
            lines.append(quoted)
    yield from _ended(lines)


def _ended(lines: list[str], level: int = 0) -> Iterator[Paragraph]:
    """The paragraph that these lines are; they are taken."""
    bold = bool(_BOLD.fullmatch(" ".join(lines).strip()))
    text = _plain(" ".join(lines))
    lines.clear()
    if text:
        yield Paragraph(text, level, bold=bold)


# Sections


def _made(given: Sequence[Paragraph]) -> Draft:
    """The title and the sections that these paragraphs make."""
    title, rest = _title(_joined(_by_bold(given)))
    heads = [one for one in rest if one.level]
    points = not heads
    if points:
        rest = _by_points(rest)
        heads = [one for one in rest if one.level]
    numbers = iter(_numbered(heads))
    sections: list[Section] = []
    texts: list[list[str]] = [[]]  # the first before any section
    for one in rest:
        if one.level:
            sections.append(_section(*next(numbers), point=points))
            texts.append([sections[-1].text] if sections[-1].text else [])
        else:
            texts[-1].append(one.text)
    made = [replace(one, text="\n".join(lines)) for one, lines in zip(sections, texts[1:], strict=True)]
    if texts[0]:
        free = next(n for n in ("0", "00", "000") if n not in {one.number for one in made})
        made.insert(0, Section(free, "", "\n".join(texts[0])))
    return Draft(shorten(title, TITLE_LENGTH), tuple(made))


def _section(number: str, named: str, *, point: bool) -> Section:
    """A section under a heading, or one that is a paragraph by itself and has no title."""
    if point:
        return Section(number, "", named)
    title = " ".join(named.split())
    return Section(number, shorten(title, TITLE_LENGTH), title if len(title) > TITLE_LENGTH else "")


def _title(given: Sequence[Paragraph]) -> tuple[str, list[Paragraph]]:
    """What the draft is called, and the rest: its title in Word, or a first heading that stands above all others."""
    for at, one in enumerate(given):
        if one.title:
            return one.text.replace("\n", " "), [
                *given[:at],
                *(replace(p, title=False) for p in given[at + 1 :]),
            ]
    heads = [one for one in given if one.level]
    first = given[0] if given else None
    if first is None or not first.level or _HEADING.match(first.text):
        return "", list(given)
    if any(one.level <= first.level for one in heads[1:]):
        return "", list(given)
    return first.text.replace("\n", " "), list(given[1:])


def _by_bold(given: Sequence[Paragraph]) -> Sequence[Paragraph]:
    """A draft without headings whose parts begin with a bold line: these are its headings, and the first may be its
    title. Points stay what they are where most of the text is points."""
    heads = [place for place, one in enumerate(given) if _stands_out(one)]
    if len(heads) < 2 or any(one.level for one in given):
        return given
    named = _named(given, heads)
    rest = [one for place, one in enumerate(given) if place not in heads]
    points = sum(bool(_POINT.match(one.text)) for one in rest)
    if not rest or 2 * points > len(rest) or any(_CHAPTER.match(one.text) for one in given):
        return [replace(one, title=True) if place == named else one for place, one in enumerate(given)]
    levels = _levels_of_bold([given[place].text for place in heads if place != named])
    at = dict(zip((place for place in heads if place != named), levels, strict=True))
    return [replace(one, level=at.get(place, 0), title=place == named) for place, one in enumerate(given)]


def _stands_out(one: Paragraph) -> bool:
    """Whether a bold line reads as a heading: it is short, and no item of a list or half a sentence."""
    text = one.text
    return (
        one.bold
        and len(text) <= TITLE_LENGTH
        and "\n" not in text
        and text[-1] not in ";,:"
        and text[0] != "•"
    )


def _named(given: Sequence[Paragraph], heads: Sequence[int]) -> int | None:
    """Where the title is: in a first bold line without a number, when others bear one or little stands below it."""
    if heads[0] != 0 or _HEADING.match(given[0].text):
        return None
    below = given[1 : heads[1]]
    others = [given[place].text for place in heads[1:]]
    bare = sum(len(one.text) for one in below) <= A_LINE
    return 0 if len(heads) > 2 and (bare or all(map(_HEADING.match, others))) else None


def _levels_of_bold(texts: Sequence[str]) -> list[int]:
    """By their numbers, where those are; else what is written in capitals stands above what is not."""
    romans = any(found and (found[3] or found[4]) for found in map(_HEADING.match, texts))
    capitals = any(text.isupper() for text in texts) and not all(text.isupper() for text in texts)
    levels = []
    for text in texts:
        found = _HEADING.match(text)
        if found and (arabic := found[1] or found[2]):
            levels.append(1 + romans + arabic.count("."))
        else:
            levels.append(2 if capitals and not found and not text.isupper() else 1)
    return levels


def _by_points(given: Sequence[Paragraph]) -> list[Paragraph]:
    """A draft without headings: what bears a number begins a section; where nothing does, each paragraph is one."""
    if sum(bool(_POINT.match(one.text)) for one in given) > 1:
        return [replace(one, level=_depth(one.text)) for one in given]
    return [replace(one, level=1) for one in given]


def _depth(text: str) -> int:
    """Of a chapter 1, of a point 2, of one below it 3; 0 of what bears no number."""
    if _CHAPTER.match(text):
        return 1
    found = _POINT.match(text)
    return 2 + (found[1] or found[2]).count(".") if found else 0


def _joined(given: Sequence[Paragraph]) -> list[Paragraph]:
    """A chapter's number and its title are often two headings: one."""
    found: list[Paragraph] = []
    for one in given:
        last = found[-1] if found else None
        alone = last is not None and last.level == one.level > 0 and _HEADING.fullmatch(last.text)
        if last is not None and alone and not _HEADING.match(one.text):
            found[-1] = replace(last, text=f"{last.text}\n{one.text}")
        else:
            found.append(one)
    return found


def _numbered(heads: Sequence[Paragraph]) -> list[tuple[str, str]]:
    """The number and the rest of each heading: the numbers that they bear, or numbers made of their levels."""
    borne = [_HEADING.match(one.text) for one in heads]
    if heads and not any(borne):
        borne = [_BARE.match(one.text) for one in heads]
        if not all(borne):
            return list(zip(_of_levels([one.level for one in heads]), (h.text for h in heads), strict=True))
    numbers = [_number(found) if found else "" for found in borne]
    rests = [h.text[found.end() :] if found else h.text for h, found in zip(heads, borne, strict=True)]
    return list(zip(_apart(numbers, [one.level for one in heads]), rests, strict=True))


def _number(found: re.Match[str]) -> str:
    return next(group for group in found.groups() if group)


def _of_levels(levels: Sequence[int]) -> Iterator[str]:
    """1, 1.1, 1.2, 2: a level that is left out is not counted, and one between two is beside the deeper one."""
    open_: list[tuple[int, int]] = []
    for level in levels:
        below = 0
        while open_ and open_[-1][0] > level:
            below = open_.pop()[1]
        if open_ and open_[-1][0] == level:
            below = open_.pop()[1]
        open_.append((level, below + 1))
        yield ".".join(str(number) for _, number in open_)


def _apart(numbers: Sequence[str], levels: Sequence[int]) -> Iterator[str]:
    """The numbers, each once: where those of a level begin anew, all of them are told apart by the heading above, and a
    heading without one gets a letter, and so does one whose number is too long for a button."""
    often = Counter(numbers)
    repeated = {level for number, level in zip(numbers, levels, strict=True) if number and often[number] > 1}
    letters = ("".join(found) for n in count(1) for found in product(ascii_uppercase, repeat=n))
    given = set(numbers)
    above: list[tuple[int, str]] = []
    taken: set[str] = set()
    for number, level in zip(numbers, levels, strict=True):
        while above and above[-1][0] >= level:
            above.pop()
        found = number or next(letter for letter in letters if letter not in given | taken)
        if number and level in repeated and above:
            found = f"{above[-1][1]}.{number}"
        if len(found) > LONGEST_NUMBER:
            found = next(letter for letter in letters if letter not in given | taken)
        if found in taken:
            found = next(f"{found}-{n}" for n in count(2) if f"{found}-{n}" not in taken)
        taken.add(found)
        above.append((level, found))
        yield found
