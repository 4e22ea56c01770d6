"""Bytes to text: which encoding a file is in, and whether it is text at all."""

from __future__ import annotations

import codecs
import re

from handlers.i18n import N_
from handlers.importing.faults import FileRefused, refused, say

MOST_BYTES = 64 * 1024 * 1024

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_MAGIC = (
    (b"PK\x03\x04", N_("it is a workbook or another packed file")),
    (b"%PDF", N_("it is a PDF")),
)
_OLD = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""The stream in which Office keeps a workbook or document that has a password (MS-OFFCRYPTO, 2.3.4.4)."""
_FOLDED = re.compile(rb"([\xc2-\xf4][\x80-\xbf]{0,2})(\r?\n[ \t]|\r[ \t])([\x80-\xbf]{1,3})")
# What no text file holds; TAB, CR and LF are text. U+0080 to U+009F mean that the encoding was guessed wrongly by
# whoever wrote the file.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_LINE_END = re.compile(r"\r\n|\r|\n")


def text_of(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or windows-1257, with or without a byte order mark.

    Raises FileRefused with one sentence: larger than 64 MB, empty, packed, binary, or in no encoding of these.
    """
    if len(content) > MOST_BYTES:
        raise refused(say(N_("the file is larger than {most} MB"), most=MOST_BYTES // 1024 // 1024))
    for magic, what in _MAGIC:
        if content.startswith(magic):
            raise refused(say(what), say(N_("save it as CSV (UTF-8) and try again")))
    if content.startswith(_OLD):
        raise _old(content)
    text = _decoded(content)
    if not text.strip():
        raise refused(say(N_("the file is empty")))
    strange = _NO_TEXT.search(text)
    if strange:
        raise refused(
            say(N_("there is a character that is no text (U+{code})"), code=f"{ord(strange[0]):04X}"),
            say(N_("save the file anew as text in UTF-8")),
            line=line_at(text, strange.start()),
        )
    return text


def _old(content: bytes) -> FileRefused:
    if _ENCRYPTED in content:
        return refused(say(N_("the file is locked with a password")), say(N_("take the password off")))
    return refused(
        say(N_("it is an old Excel or Word file")), say(N_("save it as XLSX, DOCX or CSV and try again"))
    )


def with_whole_letters(content: bytes) -> bytes:
    """The same with the folds of its lines moved behind the letters that they split: a calendar is folded by bytes
    (RFC 5545, 3.1). What is then no UTF-8 was none before, and stays."""
    whole = _FOLDED.sub(rb"\1\3\2", content)
    if whole == content:
        return content
    try:
        whole.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError:
        return content
    return whole


def line_at(text: str, offset: int) -> int:
    """The line, from 1, that this offset lies in."""
    return 1 + len(_LINE_END.findall(text, 0, offset))


def _decoded(content: bytes) -> str:
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _strictly(content[len(bom) :], encoding)
    wide = _utf16_without_mark(content[:4096])
    if wide:
        return _strictly(content, wide)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            raise refused(
                say(N_("the file ends in the middle of a letter")), say(N_("it was cut off; send it again"))
            ) from error
    _refuse_mixture(content)
    return _strictly(content, "cp1257")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = 1 + content.count(b"\n", 0, error.start)
        raise refused(
            say(N_("this is not text in UTF-8, UTF-16 or windows-1257")),
            say(N_("save the file anew as text in UTF-8")),
            line=line,
        ) from error


def _utf16_without_mark(head: bytes) -> str | None:
    """UTF-16 as some programs write it without a mark: every second byte of mostly Latin text is NUL."""
    half = len(head) // 2
    if half < 2 or b"\x00" not in head:
        return None
    if head[1::2].count(0) > half * 0.6 and head[0::2].count(0) < half * 0.05:
        return "utf-16-le"
    if head[0::2].count(0) > half * 0.6 and head[1::2].count(0) < half * 0.05:
        return "utf-16-be"
    return None


def _refuse_mixture(content: bytes) -> None:
    """Two lists pasted together in two encodings would be read half wrongly, so neither half is read."""
    utf8 = other = 0
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            utf8 = utf8 or number
        except UnicodeDecodeError:
            other = other or number
        if utf8 and other:
            raise _mixed(utf8, other)


def _mixed(utf8: int, other: int) -> FileRefused:
    return refused(
        say(N_("lines {one} and {other} are in different encodings"), one=utf8, other=other),
        say(N_("save the whole file as UTF-8")),
        line=max(utf8, other),
    )
