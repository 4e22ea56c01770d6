"""The operator at the terminal: the real program, its exit codes, its one sentence for what is wrong."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.main import get_command

from bot.cli import app
from bot.local.console import ask_running, socket_path
from storage.audit import By
from storage.sendings import NewSending
from storage.tinydb.embedded import EmbeddedStore
from tests.patience import PATIENCE

FILES = Path(__file__).parents[2] / "bot" / "demo" / "files"
NOW = "2026-09-24T10:00"


class Operator:
    """Somebody with a folder, a configuration and a terminal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("SAUKLYS_")}
        self.environment |= {"XDG_RUNTIME_DIR": str(folder), "COLUMNS": "80", "PYTHONUTF8": "1"}

    def writes(self, *lines: str) -> None:
        """The configuration."""
        self.config.write_text("\n".join(('[store]\nurl = "tinydb:data"', *lines)) + "\n", "utf-8")

    def command(self, *words: str | Path) -> list[str]:
        """The whole command line."""
        return [sys.executable, "-m", "bot", *map(str, words), "--config", str(self.config)]

    def tries(self, *words: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
        """Runs a command, whatever comes of it."""
        return subprocess.run(
            self.command(*words),
            input=given,
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=PATIENCE,
            check=False,
        )

    def does(self, *words: str | Path, given: str = "") -> str:
        """Runs a command that succeeds and complains of nothing; what it printed."""
        done = self.tries(*words, given=given)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return done.stdout

    def fails(self, code: int, *words: str | Path, given: str = "") -> str:
        """Runs a command that prints nothing, ends with that code and one sentence, which is returned."""
        done = self.tries(*words, given=given)
        assert (done.returncode, done.stdout) == (code, ""), done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert done.stderr.count("\n") == 1, done.stderr
        return done.stderr

    def audit(self) -> list[str]:
        """The store's files, byte for byte enough to see that nothing changed."""
        return [f"{p.name} {p.read_bytes()!r}" for p in sorted((self.folder / "data").glob("journal-*"))]

    def heard(self) -> bool:
        """Whether the running bot takes requests."""
        for path in self.folder.glob("*.sock"):
            with socket.socket(socket.AF_UNIX) as client:
                return client.connect_ex(str(path)) == 0
        return False

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[str]]:
        """`sauklys run`, until the block ends; it stops on SIGTERM with 0 and nothing on standard error."""
        process = subprocess.Popen(
            self.command("run"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
        )
        deadline = time.monotonic() + PATIENCE
        while not self.heard() and time.monotonic() < deadline:
            time.sleep(0.02)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            _, complaints = process.communicate(timeout=PATIENCE)
        assert (process.returncode, [line for line in complaints.splitlines() if "error" in line]) == (0, [])


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo's association taken in by the commands themselves."""
    operator = Operator(tmp_path_factory.mktemp("furnished"))
    operator.writes("[local]\npage = false")
    for kind, name in KINDS.items():
        operator.does("import", kind, FILES / name, "--apply")
    return operator.folder


KINDS = {
    "association": "association.toml",
    "members": "members.csv",
    "calls": "calls.csv",
    "meetings": "meetings.ics",
}


@pytest.fixture
def operator(furnished: Path, tmp_path: Path) -> Operator:
    """The operator of such an association."""
    shutil.copytree(furnished, tmp_path / "o")
    return Operator(tmp_path / "o")


@pytest.fixture
def newcomer(tmp_path: Path) -> Operator:
    """An operator with an empty folder."""
    return Operator(tmp_path)


# Asking


def test_a_question_is_answered_as_text(operator: Operator) -> None:
    """A member's question, answered in the terminal with its source."""
    said = operator.does("ask", "iki kada Inoklaster LT?", "--now", NOW)
    assert "iki spalio 15 d., 17:00 (liko 21 diena)" in said
    assert "example.org/inoklaster-lt" in said


def test_a_question_is_answered_as_json(operator: Operator) -> None:
    """Blocks, buttons that are commands, form and files: what scripts read."""
    reply = json.loads(operator.does("ask", "kokie kvietimai atviri?", "--now", NOW, "--json"))
    assert set(reply) == {"blocks", "buttons", "form", "files"}
    assert reply["blocks"] and all(set(b) == {"label", "command"} for b in reply["buttons"])


def test_as_somebody_else_is_only_looked_at(operator: Operator) -> None:
    """A member's view shows no secretariat's commands, refuses changes kindly and writes nothing at all."""
    before = operator.audit()
    seen = operator.does("ask", "/pagalba", "--as", "austeja@fotonika.example", "--now", NOW)
    assert "atidėti" not in seen.casefold()
    operator.does("ask", "/language en", "--as", "austeja@fotonika.example")
    assert operator.audit() == before
    assert "no member" in operator.fails(2, "ask", "labas", "--as", "n999")


def test_english_is_asked_for(operator: Operator) -> None:
    """`--lang en` answers in English."""
    assert "until 15 October, 17:00 (21 days left)" in operator.does(
        "ask", "/call c1", "--lang", "en", "--now", NOW
    )


def test_a_change_goes_through_with_answers(operator: Operator, tmp_path: Path) -> None:
    """A form's answers come as JSON; the change is previewed, then confirmed by the button's own command."""
    later = tmp_path / "later.csv"
    later.write_text(
        "Nr.;Pavadinimas;Teikiama iki;Nuoroda\nX-9;Tolimas;2098-12-31;https://example.org/x\n", "utf-8"
    )
    operator.does("import", "calls", later, "--apply")
    buttons = json.loads(operator.does("ask", "/kvietimas Tolimas", "--json"))["buttons"]
    call = next(b["command"].split()[-1] for b in buttons if b["command"].startswith("edit"))
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps({"reason": "LVPA, asociacijos siūlymu", "asked_by": "LKA", "source": ""}))
    shown = json.loads(operator.does("ask", f"/postpone {call}", "--answers", answers, "--json"))
    confirm = next(b["command"] for b in shown["buttons"] if call in b["command"])
    operator.does("ask", f"/{confirm}")
    told = operator.does("ask", f"/kvietimas {call}")
    assert "atidėtas" in told.casefold() and "LVPA, asociacijos siūlymu" in told
    assert "no JSON" in operator.fails(2, "ask", "/postpone c1", "--answers", FILES / "calls.csv")


# Understanding


def test_understanding_alone_is_json_lines(operator: Operator) -> None:
    """Each line's intent and slots, with the message before as context; nothing is done."""
    lines = (
        {"id": 1, "text": "iki kada inoklaster?"},
        {"id": "b", "text": "o kada posėdis?", "context": {"text": "iki kada inoklaster?"}},
        {"text": "kvietimai iki spalio 15"},
    )
    said = operator.does("understand", "--now", NOW, given="\n".join(map(json.dumps, lines)) + "\n\n")
    first, second, third = map(json.loads, said.splitlines())
    assert (first["id"], first["intent"]) == (1, "call_deadline")
    assert first["slots"]["call"].startswith("Inoklaster LT")
    assert (second["id"], second["intent"]) == ("b", "next_meeting")
    assert third["slots"]["window"] == {"from": None, "to": "2026-10-15"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 1 is no JSON"),
        ("[]", 'line 1 has no "text"'),
        ('{"text": 5}', 'line 1 has no "text"'),
        ('{"text": "a", "context": "b"}', 'line 1: "context"'),
    ],
)
def test_a_bad_line_is_named(operator: Operator, line: str, said: str) -> None:
    """The number of the line and what would be right; nothing of it is answered."""
    assert said in operator.fails(2, "understand", given=line + "\n")


# Taking in


@pytest.mark.parametrize(("kind", "name"), KINDS.items())
def test_the_same_file_again_is_no_difference(operator: Operator, kind: str, name: str) -> None:
    """A list that is there already previews as nothing new, and applying it changes no fact."""
    before = operator.does("ask", "/kvietimai", "--now", NOW)
    assert "skirtumų nėra" in " ".join(operator.does("import", kind, FILES / name).split())
    operator.does("import", kind, FILES / name, "--apply")
    assert operator.does("ask", "/kvietimai", "--now", NOW) == before


def test_a_preview_changes_nothing(newcomer: Operator) -> None:
    """What is new is shown; taken over it is only with --apply."""
    newcomer.writes()
    newcomer.does("import", "association", FILES / "association.toml")
    assert "LKA" not in newcomer.does("ask", "/grupes")


def test_a_refused_row_is_named_and_nothing_is_taken(operator: Operator, tmp_path: Path) -> None:
    """The line and what would be right, exit 2, and none of the file is taken over."""
    bad = tmp_path / "k.csv"
    bad.write_text("Nr.;Pavadinimas;Teikiama iki\nX-1;Geras;2026-12-01\nX-2;Blogas;kada nors\n", "utf-8")
    before = operator.audit()
    done = operator.tries("import", "calls", bad, "--apply")
    assert done.returncode == 2
    assert "kada nors" in done.stdout
    assert (
        done.stderr.startswith(f"sauklys: {bad}: 3 eilutė, Teikiama iki: ") and done.stderr.count("\n") == 1
    )
    assert operator.audit() == before


def test_a_file_that_is_not_there_is_named(operator: Operator) -> None:
    """One sentence with the path."""
    assert "nera.csv cannot be read: No such file" in operator.fails(2, "import", "calls", "nera.csv")
    assert "--now" in operator.fails(2, "import", "calls", FILES / "calls.csv", "--apply", "--now", NOW)
    assert "no time" in operator.fails(2, "ask", "labas", "--now", "rytoj")


# Invitations, backups, the manifest


def test_an_invitation_is_a_code_with_a_picture(operator: Operator, tmp_path: Path) -> None:
    """A code is printed, the picture is a PNG where it was asked for, and the code lets one person in."""
    said = operator.does("invite", "--role", "manager", "--png", tmp_path / "qr.png")
    assert (tmp_path / "qr.png").read_bytes().startswith(b"\x89PNG")
    assert any(len(word.strip(".,`")) >= 8 for word in said.split())
    assert "sauklys-qr.png" not in said, "no file of that name was written"
    assert "organisation" in operator.fails(2, "invite", "--organisation", "nėra").casefold()


@pytest.mark.parametrize("running", [False, True])
def test_a_pack_of_invitations_is_for_its_owner_alone(
    operator: Operator, tmp_path: Path, running: bool
) -> None:
    """A table and sheets for all who have not joined, readable by nobody else, never over others; the bot may run."""
    folder = tmp_path / "pakvietimai"
    with operator.running() if running else nullcontext():
        said = operator.does("invite", "--pack", folder)
    assert "6 pakvietimai" in said and "tik jūs" in said
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {(f.name, stat.S_IMODE(f.stat().st_mode)) for f in folder.iterdir()} == {
        ("invitations.xlsx", 0o600),
        ("invitations.html", 0o600),
    }
    kept, audit = (folder / "invitations.html").read_bytes(), operator.audit()
    assert "is there already" in operator.fails(2, "invite", "--pack", folder)
    assert "cannot be written to" in operator.fails(2, "invite", "--pack", operator.config)
    assert "organisation" in operator.fails(2, "invite", "--pack", tmp_path / "x", "--organisation", "nėra")
    assert (kept, audit) == ((folder / "invitations.html").read_bytes(), operator.audit())


def test_reminders_to_be_mailed_are_for_their_owner_alone(operator: Operator, tmp_path: Path) -> None:
    """A mail merge with codes and the addresses, readable by nobody else, never over others."""
    folder = tmp_path / "priminimai"
    said = operator.does("invite", "--remind", folder)
    assert "kodai galioja iki" in said and "tik el. paštu" in said
    assert {(f.name, stat.S_IMODE(f.stat().st_mode)) for f in folder.iterdir()} == {
        ("reminders.xlsx", 0o600),
        ("addresses.xlsx", 0o600),
    }
    assert "is there already" in operator.fails(2, "invite", "--remind", folder)
    assert "--organisation" in operator.fails(2, "invite", "--remind", folder, "--organisation", "fotonika")


def test_somebody_on_the_list_is_invited_or_gets_back_in(operator: Operator, tmp_path: Path) -> None:
    """By e-mail address; whoever has joined needs the platform of the lost account, which is shut out; what is wrong is
    named."""
    people = tmp_path / "nariai.csv"
    people.write_text(
        "Vardas;Organizacija;El. paštas;Slack\n"
        "Jonas;fotonika;jonas@example.org;U0JONAS\nOna;fotonika;ona@example.org;\n",
        "utf-8",
    )
    operator.does("import", "members", people, "--apply")
    assert "/join " in operator.does("invite", "--for", "ona@example.org")
    assert "--for nera@example.org" in operator.fails(2, "invite", "--for", "nera@example.org")
    assert "--lost slack" in operator.fails(2, "invite", "--for", "jonas@example.org")
    lost = ("--for", "jonas@example.org", "--lost")
    assert "they have: slack" in operator.fails(2, "invite", *lost, "telegram")
    said = operator.does("invite", *lost, "slack", "--png", tmp_path / "qr.png")
    assert "Jonas: paskyra atsieta (Slack)." in said and "/join " in said
    assert (tmp_path / "qr.png").read_bytes().startswith(b"\x89PNG")
    assert "no account there" in operator.fails(2, "invite", *lost, "slack")
    assert "--for" in operator.fails(2, "invite", "--lost", "slack")
    assert "--role" in operator.fails(2, "invite", "--for", "ona@example.org", "--role", "manager")
    assert "atsieta prarasta paskyra" in operator.does("ask", "/istorija")


def test_a_backup_comes_back_into_an_empty_place_only(operator: Operator, tmp_path: Path) -> None:
    """What was there is there again; a place that holds something is left alone, as is a file that is there."""
    kept, before = tmp_path / "kept.zip", operator.does("ask", "/kvietimai", "--now", NOW)
    operator.does("backup", kept)
    assert "is there already" in operator.fails(2, "backup", kept)
    operator.fails(2, "restore", kept)
    shutil.rmtree(operator.folder / "data")
    operator.does("restore", kept)
    assert operator.does("ask", "/kvietimai", "--now", NOW) == before


def test_a_damaged_backup_is_not_brought_back(operator: Operator, tmp_path: Path) -> None:
    """A file that is no archive is refused by one sentence, and the place stays empty."""
    shutil.rmtree(operator.folder / "data")
    (tmp_path / "x.zip").write_bytes(b"PK no archive")
    assert "x.zip" in operator.fails(2, "restore", tmp_path / "x.zip")
    assert not any((operator.folder / "data").glob("store-*"))


def test_the_manifest_is_json(operator: Operator) -> None:
    """What is pasted into Slack."""
    assert "display_information" in json.loads(operator.does("manifest", "slack"))


# A store that cannot be used


def test_a_damaged_store_says_so_and_changes_nothing(operator: Operator) -> None:
    """One sentence with the file and the way out."""
    journal = max((operator.folder / "data").glob("journal-*"))
    journal.write_bytes(b"rubbish\n" + journal.read_bytes())
    damaged = journal.read_bytes()
    assert journal.name in operator.fails(1, "ask", "/kvietimai")
    assert journal.read_bytes() == damaged


def test_a_store_that_cannot_be_written_still_answers(operator: Operator) -> None:
    """Questions are answered and say that nothing can be changed; a change is refused by a sentence."""
    if os.getuid() == 0:
        pytest.skip("root may write everywhere")
    data = operator.folder / "data"
    data.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        assert "Inoklaster" in operator.does("ask", "/kvietimai", "--now", NOW)
    finally:
        data.chmod(stat.S_IRWXU)


def test_a_setting_that_is_wrong_is_named(newcomer: Operator) -> None:
    """The key and the nearest right one."""
    newcomer.config.write_text('[stor]\nurl = "tinydb:data"\n')
    assert "store" in newcomer.fails(2, "ask", "labas")
    newcomer.config.write_text("[store\n")
    assert "config.toml:1:" in newcomer.fails(2, "check")
    newcomer.config.unlink()
    assert "config.toml" in newcomer.fails(2, "ask", "labas")


# While the bot runs


def test_commands_speak_to_the_running_bot(operator: Operator) -> None:
    """Asking, importing and backing up go through its socket, which is its owner's alone; a second bot is told who
    holds the store; SIGTERM ends it with 0 and takes the socket away."""
    with operator.running() as bot:
        (path,) = operator.folder.glob("*.sock")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "Inoklaster" in operator.does("ask", "/kvietimai", "--now", NOW)
        operator.does("import", "calls", FILES / "calls.csv", "--apply")
        operator.does("backup", operator.folder / "kept.zip")
        assert str(bot.pid) in operator.fails(1, "run")
        assert path.exists(), "the second one must leave the first one's socket alone"
    assert not path.exists()


def test_the_socket_survives_nonsense(operator: Operator) -> None:
    """What is no request is no trouble; the next one is answered. An unknown request says so."""
    with operator.running():
        (there,) = operator.folder.glob("*.sock")
        os.environ["XDG_RUNTIME_DIR"] = str(operator.folder)
        path = socket_path(operator.config)
        assert path == there
        answer: Any = ask_running(path, {"do": "dance"})
        assert answer["exit"] == 1
        content = base64.b64encode(b"Nr.;Pavadinimas\n").decode()
        ask_running(path, {"do": "import", "kind": "calls", "name": "k.csv", "content": content})
        assert "Inoklaster" in operator.does("ask", "/kvietimai", "--now", NOW)


# Beginning


def test_check_says_a_line_for_each_thing(operator: Operator) -> None:
    """Configuration, store, clock and zone data, each ok or what to do."""
    done = operator.tries("check")
    lines = done.stdout.splitlines()
    assert len(lines) >= 4 and all(line[0] in "✓✗" for line in lines)
    assert done.returncode == (1 if any(line.startswith("✗") for line in lines) else 0)
    assert any("members" in line for line in lines) and any("messages that wait" in line for line in lines)
    with operator.running():
        said = operator.tries("check").stdout
    assert "the bot is running and answers" in said and "messages that wait to leave" in said


def test_init_writes_a_configuration_once(newcomer: Operator) -> None:
    """Without a terminal it asks nothing, invites the first secretary, and never overwrites."""
    said = newcomer.tries("init", "--no-ask")
    assert said.returncode == 0, said.stderr
    written = newcomer.config.read_text("utf-8")
    assert "[store]" in written
    newcomer.fails(2, "init", "--no-ask")
    assert newcomer.config.read_text("utf-8") == written
    assert stat.S_IMODE(newcomer.config.stat().st_mode) == 0o600


@pytest.mark.parametrize(("language", "words"), [("lt", "iki kada Inoklaster LT?"), ("en", "Inoklaster")])
def test_the_demo_plays_and_ends(newcomer: Operator, language: str, words: str) -> None:
    """Without a terminal the conversation is played and the program ends with 0, having left nothing behind."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--lang", language],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=newcomer.environment | {"PYTHONPATH": str(FILES.parents[2]), "TMPDIR": str(newcomer.folder)},
        cwd=newcomer.folder,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert words in done.stdout
    assert not any(newcomer.folder.iterdir())


def test_what_is_exported_comes_back_unchanged(operator: Operator, tmp_path: Path) -> None:
    """Calls and members as CSV and XLSX, meetings as ICS: read again there is no difference; a wrong ending and a file
    that is there are named; a template is a workbook."""
    for kind, ending in (("calls", "csv"), ("members", "xlsx"), ("meetings", "ics")):
        file = tmp_path / f"{kind}.{ending}"
        operator.does("export", kind, file)
        assert "skirtumų nėra" in " ".join(operator.does("import", kind, file).split())
        assert "is there already" in operator.fails(2, "export", kind, file)
    assert ".csv or .xlsx" in operator.fails(2, "export", "calls", tmp_path / "x.pdf")
    operator.does("export", "calls", tmp_path / "t.xlsx", "--template")
    assert (tmp_path / "t.xlsx").read_bytes().startswith(b"PK")


def test_a_survey_comes_from_a_file_and_goes_out_as_one(operator: Operator, tmp_path: Path) -> None:
    """The sheet to fill in is taken over as it is; written out it comes back unchanged; with several, one is named."""
    sheet, out = tmp_path / "s.xlsx", tmp_path / "out.json"
    operator.does("export", "survey", sheet, "--template")
    operator.does("import", "survey", sheet, "--apply")
    operator.does("export", "survey", out, "--survey", "pavyzdys")
    assert "skirtumų nėra" in " ".join(operator.does("import", "survey", out).split())
    other = out.read_text("utf-8").replace('"id": "pavyzdys"', '"id": "kita"')
    (tmp_path / "kita.json").write_text(other, "utf-8")
    operator.does("import", "survey", tmp_path / "kita.json", "--apply")
    assert "pavyzdys ir kita" in operator.fails(2, "export", "survey", tmp_path / "x.csv")
    looks = tmp_path / "kaip.html"
    said = operator.does("export", "survey", looks, "--survey", "kita", "--preview")
    assert said.splitlines()[-1] == str(looks)
    page = looks.read_text("utf-8")
    assert 'class="tg"' in page and 'class="slack"' in page and "Do you plan to apply?" in page
    assert "is there already" in operator.fails(2, "export", "survey", looks, "--survey", "kita", "--preview")
    assert ".html would be right" in operator.fails(
        2, "export", "survey", out.with_name("y.json"), "--preview"
    )
    assert "--preview" in operator.fails(2, "export", "calls", tmp_path / "y.html", "--preview")
    (tmp_path / "bad.json").write_text(other[:-20], "utf-8")
    assert "tai ne JSON" in operator.fails(2, "import", "survey", tmp_path / "bad.json")
    assert "--survey" in operator.fails(2, "export", "calls", tmp_path / "x.csv", "--survey", "a1")


def test_the_rows_that_are_right_can_be_taken_alone(operator: Operator, tmp_path: Path) -> None:
    """With --without-refused the good rows are taken over and the others named."""
    mixed = tmp_path / "k.csv"
    mixed.write_text("Nr.;Pavadinimas;Teikiama iki\nX-1;Geras;2098-12-01\nX-2;Blogas;kada nors\n", "utf-8")
    said = operator.does("import", "calls", mixed, "--apply", "--without-refused")
    assert "kada nors" in said
    assert "Geras" in operator.does("ask", "/kvietimas Geras")


def test_the_whole_preview_is_a_workbook(operator: Operator, tmp_path: Path) -> None:
    """What the terminal shows the first ten of is written with --whole, never over a file that is there."""
    sheet, whole = tmp_path / "k.csv", tmp_path / "w.xlsx"
    rows = [f"X-{n};Kvietimas {n};2098-12-01" for n in range(30)]
    sheet.write_text("\n".join(["Nr.;Pavadinimas;Teikiama iki", *rows]), "utf-8")
    assert "ir dar 20" in operator.does("import", "calls", sheet, "--whole", whole)
    page = load_workbook(whole).worksheets[0]
    assert [row[1].value for row in page.iter_rows(min_row=2, max_row=31)] == [
        f"Kvietimas {n}" for n in range(30)
    ]
    assert "not there yet" in operator.fails(2, "import", "calls", sheet, "--whole", whole)


def test_an_edit_stays_and_the_last_import_is_undone(operator: Operator, tmp_path: Path) -> None:
    """An edited deadline stays unless --over-edits is given; --undo shows the way back, with --apply goes it, once."""
    sheet, answers = tmp_path / "k.csv", tmp_path / "a.json"
    sheet.write_text("Nr.;Pavadinimas;Teikiama iki\nX-1;Geras;2098-12-01\n", "utf-8")
    operator.does("import", "calls", sheet, "--apply")
    answers.write_text(json.dumps({"closes": "2098-12-20", "reason": "prašymu"}), "utf-8")
    buttons = json.loads(operator.does("ask", "/kvietimas Geras", "--json"))["buttons"]
    call = next(b["command"].split()[1] for b in buttons if b["command"].startswith("edit "))
    assert "2098 m. gruodžio 20 d." in operator.does("ask", f"/extend {call}", "--answers", answers)
    operator.does("ask", f"/apply extend {call} v1")
    kept = " ".join(operator.does("import", "calls", sheet, "--apply").split())
    assert "ranka įrašyta 2098 m. gruodžio 20 d." in kept and "pakeisti – 0" in kept
    chosen = operator.does("import", "calls", sheet, "--apply", "--over-edits")
    assert "pakeisti – 1" in " ".join(chosen.split())
    assert "2098 m. gruodžio 1 d." in operator.does("ask", "/kvietimas Geras")
    before = operator.audit()
    assert "grąžinamos įrašams: 1" in " ".join(operator.does("import", "--undo").split())
    assert operator.audit() == before
    assert "Įkėlimas atšauktas: k.csv." in operator.does("import", "--undo", "--apply")
    assert "2098 m. gruodžio 20 d." in operator.does("ask", "/kvietimas Geras")
    assert "already: k.csv" in operator.fails(1, "import", "--undo", "--apply", "--lang", "en")
    assert "--undo" in operator.fails(2, "import", "calls", sheet, "--undo")
    assert "sauklys import calls" in operator.fails(2, "import", "calls")


def test_an_import_of_the_association_is_undone_too(operator: Operator, tmp_path: Path) -> None:
    """--undo shows what would be as before, --apply does it; what was built on meanwhile keeps it, with exit 1."""
    sample = FILES / "association.toml"
    more = '\n[[organisation]]\nid = "naujas"\nkind = "cluster"\nname = {lt = "Naujas klasteris"}\n'
    file = tmp_path / "lka.toml"
    file.write_text(sample.read_text("utf-8") + more, "utf-8")
    assert "Naujas klasteris" in operator.does("import", "association", file, "--apply")
    assert "Naujas klasteris" in operator.does("import", "--undo")
    assert "Įkėlimas atšauktas: lka.toml." in operator.does("import", "--undo", "--apply")
    assert "no such organisation" in operator.fails(2, "invite", "--organisation", "naujas")
    operator.does("import", "association", file, "--apply")
    operator.does("invite", "--organisation", "naujas")
    assert "dar nepanaudotas pakvietimas" in operator.fails(1, "import", "--undo", "--apply", "--lang", "lt")


# Announcing, and who was told


def test_an_announcement_is_shown_then_handed_in(operator: Operator, tmp_path: Path) -> None:
    """A file is previewed with whom it reaches; with --send it is queued, under the rules of the chat."""
    file = tmp_path / "skelbimas.toml"
    file.write_text(
        'lt = "Susitinkame\\n\\nPirmadienį, 10 val."\naudience = ["all", "-role:manager"]\n', "utf-8"
    )
    shown = operator.does("announce", file)
    assert "Pirmadienį, 10 val." in shown and "nepasieks" in shown
    assert "Dar niekas nesiųsta" in operator.does("ask", "/siuntimas")
    handed = operator.does("announce", file, "--send")
    assert "Niekas nesiunčiama" in handed, "nobody of the demo has joined yet"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('lt = "a"', "audience is a list"),
        ('lt = "a"\naudience = ["group:nera"]', "politika"),
        ('lt = "a"\naudience = ["-all"]', "Nobody is chosen"),
        ('audience = ["all"]', "lt is missing"),
        ('lt = "a"\naudience = ["all"]\nat = "2020-01-01 10:00"', "at is in the past"),
        ('lt = "a"\naudience = ["all"]\nwhen = 1', "there is no “when”"),
        ('lt = "a"\naudience = ["all"]\nattachments = ["nera.pdf"]', "nera.pdf cannot be read"),
        ("lt = ", "not TOML"),
    ],
)
def test_a_bad_announcement_is_named(operator: Operator, tmp_path: Path, text: str, said: str) -> None:
    """The key and what would be right; nothing is queued."""
    file = tmp_path / "s.toml"
    file.write_text(text + "\n", "utf-8")
    assert said in operator.fails(2, "announce", file, "--send", "--lang", "en")


def test_a_sending_is_watched_until_it_is_over(operator: Operator) -> None:
    """While the bot sends, how far it is comes on standard error and the end on standard output; a sending that is none
    is named, and without a bot nobody waits for ever."""
    asyncio.run(_queued(operator.folder / "data"))
    assert "laukia: 1" in operator.does("sending", "s1")
    assert "does not run" in operator.fails(1, "sending", "s1", "--watch")
    assert "s9: there is no such sending" in operator.fails(2, "sending", "s9")
    assert "add --send" in operator.fails(2, "announce", "s.toml", "--watch")
    with operator.running():
        done = operator.tries("sending", "s1", "--watch")
    assert (done.returncode, "nepristatyta: 1" in done.stdout) == (0, True), done.stderr
    assert done.stderr.splitlines()[-1] == "1/1 laukia 0, išsiųsta 0, neaišku 0, nepristatyta 1"


async def _queued(folder: Path) -> None:
    """An announcement to somebody whom nothing reaches, to leave at once."""
    store = EmbeddedStore.open(folder)
    at = datetime(2026, 9, 24, 7, tzinfo=UTC)
    new = NewSending("announcement", "announcement e1", {"lt": "Labas"}, at)
    await store.sendings.open(new, ("n1",), By("operator", at, "e1"))
    await store.close()


def test_who_was_told_what_is_a_table(operator: Operator, tmp_path: Path) -> None:
    """By call or organisation, on the terminal and as a file; an unknown one is named."""
    assert "Kvietimas" in operator.does("told")
    operator.does("told", "--call", "inoklaster lt", "--csv", tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbfVardas;Organizacija;")
    assert "no such call" in operator.fails(2, "told", "--call", "nesamas dalykas")
    assert "no such organisation" in operator.fails(2, "told", "--organisation", "nėra")


def test_every_command_takes_the_same_two_options() -> None:
    """A script may give --config and --lang to whichever command it calls; the demo has a configuration of its own."""
    commands = dict(get_command(app).commands)  # type: ignore[attr-defined]
    manifests = commands.pop("manifest").commands
    for name, command in {**commands, **manifests}.items():
        options = {option for parameter in command.params for option in parameter.opts}
        assert "--lang" in options and ("--config" in options or name == "demo"), name
