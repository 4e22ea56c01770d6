"""What the documents promise is what there is, and what there is is documented."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from bot import cli
from bot.config import names, variable

HERE = Path(__file__).parent.parent
DOCUMENTS = [HERE / "README.md", HERE / "CONTRIBUTING.md", *sorted((HERE / "docs").glob("*.md"))]
OPERATORS = (HERE / "README.md", HERE / "docs" / "operating.md")
GENERAL = frozenset({"--help"})


def text_of(*documents: Path) -> str:
    """The documents as one text."""
    return "\n".join(path.read_text("utf-8") for path in documents)


def commands() -> Iterator[tuple[str, Any]]:
    """Every command of the program with its full name: `import`, `manifest slack`."""
    todo: list[tuple[str, Any]] = [("", typer.main.get_command(cli.app))]
    while todo:
        name, command = todo.pop()
        children = getattr(command, "commands", {})
        todo += [(f"{name} {child}".strip(), found) for child, found in children.items()]
        if not children:
            yield name, command


def code_spans(text: str) -> list[str]:
    """What stands in backticks or in a fenced block, a line each."""
    fenced = re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return inline + [line for block in fenced for line in block.splitlines()]


def documented() -> set[str]:
    """Every command that a document tells the reader to type."""
    lines = code_spans(text_of(*DOCUMENTS))
    typed = [match[1] for line in lines for match in re.finditer(r"\bsauklys ((?:[a-z]+ ?)+)", line)]
    known = {name for name, _ in commands()}
    found = set()
    for line in typed:
        words = line.split()
        two = " ".join(words[:2])
        found.add(two if two in known else words[0])
    return found


def test_every_command_is_documented_and_every_documented_one_is_there():
    """README and operating.md name each command; no document names one that does not exist."""
    known = {name for name, _ in commands()}
    operators = text_of(*OPERATORS)
    assert {name for name in known if f"sauklys {name}" not in operators} == set()
    assert documented() - known == set()


def test_every_option_is_documented_and_every_documented_one_is_there():
    """The options of all commands are those that operating.md names."""
    known = {
        option
        for _, command in commands()
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--")
    }
    spans = code_spans(text_of(HERE / "docs" / "operating.md"))
    named = {match for span in spans for match in re.findall(r"--[a-z][a-z-]+", span)}
    assert named - GENERAL == known - GENERAL


def test_every_variable_in_a_document_is_a_setting():
    """A variable that somebody copies from a document sets something."""
    known = {variable(*name.split(".")) for name in names()}
    assert set(re.findall(r"SAUKLYS_\w+", text_of(*DOCUMENTS))) <= known


def exit_codes() -> set[int]:
    """The codes that the command line ends with, as its source names them; done is 0."""
    found = {0}
    for node in ast.walk(ast.parse((HERE / "bot" / "cli.py").read_text("utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("_fail", "sys.exit"):
            for constant in ast.walk(node.args[-1]):
                if isinstance(constant, ast.Constant) and type(constant.value) is int:
                    found.add(constant.value)
    return found


def test_exit_codes_are_those_of_the_document():
    """Scripts rely on the codes: the table has each that the program ends with, and no other."""
    table = re.findall(r"^\| (\d+) \|", text_of(HERE / "docs" / "operating.md"), re.MULTILINE)
    assert {int(code) for code in table} == exit_codes()


def test_every_make_target_in_a_document_is_there():
    """`make demo` and the others do what the README says; help names each of them."""
    makefile = (HERE / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    targets = set(phony[1].split())
    named = {
        match for line in code_spans(text_of(*DOCUMENTS)) for match in re.findall(r"\bmake ([a-z]+)", line)
    }
    assert {"demo", "test"} <= named <= targets
    assert set(re.findall(r'echo "make (\w+)', makefile)) == targets - {"help"}


def test_every_link_between_documents_leads_somewhere():
    """A relative link names a file that is there."""
    broken = [
        f"{path.name}: {link}"
        for path in DOCUMENTS
        for link in re.findall(r"\]\((?!https?://|mailto:|#)([^)#\s]+)", path.read_text("utf-8"))
        if not (path.parent / link).exists()
    ]
    assert broken == []
