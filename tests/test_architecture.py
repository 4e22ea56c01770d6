"""The house's own rules: roots, layers, packages, what is declared is what is used."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent
ROOTS = ("bot", "handlers", "storage")
PROJECT = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))


def modules() -> list[Path]:
    """Every Python file of the program."""
    return [path for root in ROOTS for path in sorted((HERE / root).rglob("*.py"))]


def packages() -> list[str]:
    """Every package of the program, by its dotted name."""
    return sorted({".".join(path.parent.relative_to(HERE).parts) for path in modules()})


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """What import-linter says of the tree in that folder."""
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_roots_are_the_three_packages_and_the_tests():
    """No fourth package stands beside bot, handlers, storage and tests."""
    found = {path.parent.name for path in HERE.glob("*/__init__.py")}
    assert found == {*ROOTS, "tests"}
    assert not list(HERE.glob("*.py"))


def test_every_folder_with_code_is_a_package():
    """A folder without __init__.py would be invisible to the contracts and left out of a wheel."""
    assert [p for p in packages() if not (HERE.joinpath(*p.split(".")) / "__init__.py").is_file()] == []


def test_every_package_has_an_exhaustive_contract():
    """A contract sees direct children only, so each package needs one of its own."""
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    covered = {c for contract in contracts if contract.get("exhaustive") for c in contract["containers"]}
    with_children = {
        package
        for package in packages()
        if any(path.name != "__init__.py" for path in HERE.joinpath(*package.split(".")).glob("*.py"))
    }
    assert covered == with_children


def test_a_stray_module_in_any_package_breaks_its_contract(tmp_path):
    """A utils.py finds no room, wherever it is put; the tree as it is keeps every contract."""
    for root in ROOTS:
        shutil.copytree(HERE / root, tmp_path / root, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HERE / "pyproject.toml", tmp_path)
    kept = lint(tmp_path)
    assert kept.returncode == 0, kept.stdout
    everywhere = packages()
    for package in everywhere:
        (tmp_path.joinpath(*package.split(".")) / "utils.py").write_text('"""Stray."""\n', "utf-8")
    broken = lint(tmp_path)
    assert broken.returncode != 0
    strays = set(re.findall(r"^- (\S+)\.utils$", broken.stdout, re.MULTILINE))
    assert strays == set(everywhere)


@pytest.mark.parametrize("root", ROOTS)
def test_every_module_opens_with_its_sentence(root):
    """A module with code says in its first sentence what it is about."""
    silent = [
        str(path.relative_to(HERE))
        for path in modules()
        if path.is_relative_to(HERE / root)
        and (tree := ast.parse(path.read_text("utf-8"))).body
        and not ast.get_docstring(tree)
    ]
    assert silent == []


def imported() -> set[str]:
    """The roots of every module that the program imports, by any way of importing."""
    found = set()
    for path in modules():
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                found.add(node.module.partition(".")[0])
        found |= set(re.findall(r"(?:import_module|find_spec)\(\"(\w+)", text))
    return found - set(sys.stdlib_module_names) - set(ROOTS)


def declared() -> set[str]:
    """The distributions that requirements.in names."""
    lines = (HERE / "requirements.in").read_text("utf-8").splitlines()
    return {normal(match[0]) for line in lines if (match := re.match(r"[A-Za-z][\w.-]*", line))}


def normal(name: str) -> str:
    """A distribution's name as PEP 503 writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_what_is_imported_is_declared_and_nothing_else():
    """It names what the code imports; zoneinfo reads tzdata, httpcore looks for sniffio, setuptools builds."""
    providers = packages_distributions()
    used = {normal(name) for module in imported() for name in providers.get(module, [module])}
    assert used == declared() - {"tzdata", "sniffio", "setuptools"}


def test_every_file_of_the_program_is_packaged():
    """What is not Python is named in the package data, so that an installed bot has it too."""
    patterns = [
        f"{root}/{pattern}"
        for root, globs in PROJECT["tool"]["setuptools"]["package-data"].items()
        for pattern in globs
    ]
    files = [
        path.relative_to(HERE).as_posix()
        for root in ROOTS
        for path in (HERE / root).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    ]
    assert [file for file in files if not any(fnmatch(file, pattern) for pattern in patterns)] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_locks_hold_hashes_and_no_address(name):
    """Every release is locked by hash; nothing in a lock says where it is fetched from."""
    text = (HERE / name).read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)
    entries = re.findall(r"^\S+==\S+.*(?:\n    .*)*", text, re.MULTILINE)
    assert entries
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_both_locks_agree():
    """The tests run on the very releases that the program runs on."""
    runtime, dev = (
        set(re.findall(r"^(\S+==\S+)", (HERE / name).read_text("utf-8"), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert runtime <= dev


def test_commit_hook_and_ci_call_the_same_check():
    """`make check` is the one definition of OK: pre-commit calls it, and CI's `make test` begins with it."""
    assert "entry: make check" in (HERE / ".pre-commit-config.yaml").read_text("utf-8")
    assert "exec make test" in (HERE / ".ci" / "run").read_text("utf-8")
    assert re.search(r"^test: check$", (HERE / "Makefile").read_text("utf-8"), re.MULTILINE)
