"""Every sentence that the program says is there in Lithuanian, once, whole and without markup."""

import ast
import gettext
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from handlers import i18n

HERE = Path(__file__).parent.parent
CATALOGS = sorted((HERE / "handlers" / "locales" / "lt").glob("*.po"))
SINGLE, PLURAL = frozenset({"t", "rich", "N_"}), frozenset({"n", "rich_n"})


class Said(NamedTuple):
    """A sentence in the code: one msgid, or one and many; what fills it, where that can be seen."""

    where: str
    msgid: tuple[str, ...]
    filled: frozenset[str] | None


def said() -> list[Said]:
    """Every sentence that stands in a call of the translator, or is marked with N_."""
    return [
        found
        for root in ("handlers", "bot")
        for path in sorted((HERE / root).rglob("*.py"))
        for found in said_in(path)
    ]


def said_in(path: Path) -> Iterator[Said]:
    """The sentences of one module. A choice between two literals (`a if x else b`) says both."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        count = 2 if name in PLURAL else 1 if name in SINGLE else 0
        if not count or len(node.args) < count:
            continue
        where = f"{path.relative_to(HERE)}:{node.lineno}"
        if name == "N_" or any(keyword.arg is None for keyword in node.keywords):
            filled = None
        else:
            filled = frozenset(str(keyword.arg) for keyword in node.keywords) | (
                {"count"} if count == 2 else set()
            )
        for msgid in zip(*(literals(argument) for argument in node.args[:count]), strict=False):
            yield Said(where, msgid, filled)


def literals(argument: ast.expr) -> list[str]:
    """The literal sentences of an argument; none for a name, whose sentence is marked where it stands."""
    if isinstance(argument, ast.IfExp):
        return literals(argument.body) + literals(argument.orelse)
    return [argument.value] if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else []


def catalog(path: Path) -> Catalog:
    """A catalog as Babel reads it; a file that is not right to the last line raises."""
    with path.open("rb") as file:
        return read_po(file, locale="lt", abort_invalid=True)


def entries() -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Every translation: the catalog it is in, its msgids, its Lithuanian forms."""
    for path in CATALOGS:
        for message in catalog(path):
            if message.id:
                yield path.name, as_tuple(message.id), as_tuple(message.string)


def as_tuple(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def places(text: str) -> set[str]:
    """The placeholders of a sentence."""
    return set(re.findall(r"\{(\w*)\}", text))


def test_every_sentence_is_translated_and_none_besides():
    """What the code says and what the catalogs hold is the same: nothing missing, nothing unused."""
    spoken = {sentence.msgid: sentence.where for sentence in said() if sentence.msgid[0]}
    translated = {msgid for _, msgid, _ in entries()}
    missing = {msgid: where for msgid, where in spoken.items() if msgid not in translated}
    assert missing == {}
    assert {msgid for msgid in translated if msgid not in spoken} == set()


def test_every_sentence_is_in_one_catalog():
    """One sentence has one translation, in the file of one subject."""
    counted = Counter(msgid[0] for _, msgid, _ in entries())
    assert [msgid for msgid, times in counted.items() if times > 1] == []


def test_every_translation_is_whole():
    """No translation is empty or marked as doubtful, and those with a number have three forms."""
    faults = [
        (name, msgid)
        for name, msgid, forms in entries()
        if not all(forms) or len(forms) != (3 if len(msgid) == 2 else 1)
    ]
    assert faults == []
    assert [(path.name, m.id) for path in CATALOGS for m in catalog(path) if m.fuzzy and m.id] == []


def test_placeholders_are_the_same_in_both_languages():
    """A translation has the places of its sentence; a form for one thing may leave the number out."""
    faults = [
        (name, msgid, form)
        for name, msgid, forms in entries()
        for form in forms
        if places(form) != places(msgid[-1]) and places(form) | {"count"} != places(msgid[-1])
    ]
    assert faults == []


def test_every_place_of_a_sentence_is_filled():
    """A call gives a value for each placeholder and no other."""
    faults = [
        (sentence.where, sentence.msgid)
        for sentence in said()
        if sentence.filled is not None
        and sentence.filled - {"count"} != set().union(*map(places, sentence.msgid)) - {"count"}
    ]
    assert faults == []


def test_catalogs_hold_no_markup():
    """Neither tags nor Slack's or Telegram's signs for bold: what is bold is a span."""
    markup = re.compile(r"</?[a-z]+>|&\w+;|\*\w|\w\*|__|\[[^\]]+\]\(")
    faults = [
        (name, form) for name, msgid, forms in entries() for form in (*msgid, *forms) if markup.search(form)
    ]
    assert faults == []


def test_lithuanian_quotes_are_lithuanian():
    """In a Lithuanian sentence quotes are „such“, never "such"."""
    faults = [
        (name, form)
        for name, _, forms in entries()
        for form in forms
        if '"' in form or "”" in form or form.count("„") != form.count("“")
    ]
    assert faults == []


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.name)
def test_the_plural_rule_is_the_program_s(path):
    """Each header's rule picks the same of three forms as the program does, for every number to 1,000."""
    header = catalog(path)
    rule = gettext.c2py(str(header.plural_expr))
    assert header.num_plurals == 3
    assert [n for n in range(1001) if rule(n) != i18n._form("lt", n)] == []
