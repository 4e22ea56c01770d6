"""The operator's commands; thin: parse, ask, print. Exit 0 done, 1 not now, 2 what was given is wrong."""

import base64
import gc
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer

app = typer.Typer(
    name="sauklys",
    help="The herald of an association of clusters: a chat bot for Telegram, Slack and a local page.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
manifest_app = typer.Typer(help="What a platform needs to be told about the bot.", rich_markup_mode=None)
app.add_typer(manifest_app, name="manifest")

Config = Annotated[Path, typer.Option("--config", help="The configuration file.")]
Lang = Annotated[
    Literal["lt", "en"] | None,
    typer.Option("--lang", help="The language of what is said about the association."),
]
Now = Annotated[str | None, typer.Option("--now", metavar="ISO", help="As if it were then: reading only.")]
CONFIG = Path("config.toml")


def main() -> None:
    """The entry point: every refusal is one sentence on standard error, never a traceback."""
    from bot.config import BadSetting
    from storage.errors import StoreError
    from storage.opening import BadAddress

    try:
        app()
    except BadSetting as bad:
        _fail(str(bad), 2)
    except BadAddress as bad:
        _fail(str(bad), 2)
    except (StoreError, TimeoutError) as error:
        _fail(str(error) or "the bot did not answer in time", 1)
    except KeyboardInterrupt:
        sys.exit(130)


def _fail(sentence: str, code: int) -> NoReturn:
    print(f"sauklys: {sentence}", file=sys.stderr)
    sys.exit(code)


@app.command()
def demo(
    lang: Lang = None, port: Annotated[int, typer.Option(help="The page's port; 0 takes a free one.")] = 8080
) -> None:
    """A throw-away association: a conversation in the terminal, then the local page, until Ctrl-C."""
    from bot.demo.walk import play

    sys.exit(play(lang or "lt", port, serve=sys.stdin.isatty()))


@app.command()
def run(config: Config = CONFIG, lang: Lang = None) -> None:
    """The bot: every platform that has a token, the schedule and the page."""
    import asyncio

    from bot import logs
    from bot.app import run as run_app
    from bot.config import Log, load

    logs.start(Log())
    settings = load(config, os.environ)
    logs.start(settings.log, settings.secrets)
    sys.exit(asyncio.run(run_app(settings, config, lambda line: print(line, flush=True))))


@app.command()
def check(config: Config = CONFIG, lang: Lang = None) -> None:
    """Configuration, store, backups, tokens and their rights, clock and zone data: one line each."""
    import asyncio

    from bot import logs
    from bot.checking import look
    from bot.config import Log, load

    logs.start(Log(level="error"))
    settings = load(config, os.environ)
    lines = asyncio.run(look(settings, config))
    for line in lines:
        print(("✓ " if line.ok else "✗ ") + line.what)
    sys.exit(0 if all(line.ok for line in lines) else 1)


@app.command()
def init(
    config: Config = CONFIG,
    telegram_token: Annotated[
        str | None, typer.Option(help="From @BotFather; asked for when it is left out.")
    ] = None,
    slack_bot_token: Annotated[str | None, typer.Option(help="Begins with xoxb-.")] = None,
    slack_app_token: Annotated[str | None, typer.Option(help="Begins with xapp-.")] = None,
    ask: Annotated[bool, typer.Option("--ask/--no-ask", help="Ask for what is left out.")] = True,
    lang: Lang = None,
) -> None:
    """Writes config.toml, checks each token, prints the Slack manifest and the first invitation."""
    from bot.initial import begin

    sys.exit(begin(config, telegram_token, slack_bot_token, slack_app_token, ask=ask and sys.stdin.isatty()))


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="What a member would write, or a command.")],
    as_: Annotated[
        str | None, typer.Option("--as", metavar="WHO", help="A member's id or e-mail address: reading only.")
    ] = None,
    now: Now = None,
    answers: Annotated[Path | None, typer.Option(help="A form's answers, as JSON.")] = None,
    file: Annotated[Path | None, typer.Option(help="A file to send with it.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="The reply as JSON.")] = False,
    config: Config = CONFIG,
    lang: Lang = None,
) -> None:
    """One message through the bot, and its reply."""
    if file is None:
        gc.disable()  # it is over before anything has to be collected, and looking takes a tenth of its time
    request = {
        "do": "ask",
        "text": text,
        "as": as_,
        "now": _instant(now),
        "answers": _json(answers) if answers else None,
        "file": {"name": file.name, "content": _content(file)} if file else None,
        "lang": lang,
    }
    _print(_request(request, config), json_)


@app.command()
def understand(now: Now = None, config: Config = CONFIG, lang: Lang = None) -> None:
    """JSON lines in, JSON lines out: what the bot understands in each text; nothing is done."""
    lines = []
    for number, line in enumerate(sys.stdin, 1):
        if line.strip():
            lines.append(_question(line, number))
    answer = _request({"do": "understand", "lines": lines, "now": _instant(now)}, config)
    for understood in answer["lines"]:
        print(json.dumps(understood, ensure_ascii=False))


def _question(line: str, number: int) -> Any:
    try:
        question = json.loads(line)
    except ValueError:
        _fail(f'line {number} is no JSON; {{"id": 1, "text": "…"}} would be', 2)
    if not isinstance(question, dict) or not isinstance(question.get("text"), str):
        _fail(f'line {number} has no "text"', 2)
    context = question.get("context")
    if context is not None and not (isinstance(context, dict) and isinstance(context.get("text"), str)):
        _fail(f'line {number}: "context" is {{"text": "…"}}, the message before', 2)
    return question


@app.command(name="import")
def import_(
    kind: Annotated[
        Literal["association", "members", "calls", "meetings", "survey"] | None, typer.Argument()
    ] = None,
    file: Annotated[Path | None, typer.Argument()] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Import it, or undo the last import.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Undo the last import instead.")] = False,
    over_edits: Annotated[
        bool, typer.Option("--over-edits", help="Replace what was edited by hand since the last import.")
    ] = False,
    without_refused: Annotated[
        bool,
        typer.Option("--without-refused", help="Import the rows that are right, and leave out the others."),
    ] = False,
    whole: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to write the whole preview, as a workbook (.xlsx)."),
    ] = None,
    group: Annotated[str | None, typer.Option(help="Whose meetings these are.")] = None,
    now: Now = None,
    config: Config = CONFIG,
    lang: Lang = None,
) -> None:
    """Previews a list: what is new, what differs, what is refused; with --apply it is imported."""
    if undo:
        if kind or file or over_edits or without_refused or whole or group or now:
            _fail("--undo is about the last import; give it nothing but --apply", 2)
        _print(_request({"do": "undo", "apply": apply, "lang": lang}, config), False)
        return
    if kind is None or file is None:
        _fail("import wants a kind and a file: sauklys import calls kvietimai.xlsx; or --undo", 2)
    if now and apply:
        _fail("--now is for looking only; leave out --apply or --now", 2)
    request = {
        "do": "import",
        "kind": kind,
        "name": str(file),
        "content": _content(file),
        "apply": apply,
        "rest": without_refused,
        "over": over_edits,
        "whole": whole is not None,
        "group": group,
        "now": _instant(now),
        "lang": lang,
    }
    if whole and (whole.exists() or whole.suffix.casefold() != ".xlsx"):
        _fail(f"--whole {whole}: name a file that is not there yet and ends in .xlsx", 2)
    with _reading(file):
        answer = _request(request, config)
    if whole:
        _write(whole, base64.b64decode(answer["whole"]))
    _print(answer, False)
    if why := answer.get("why"):
        _fail(why, int(answer["exit"]))


@app.command()
def export(
    kind: Annotated[Literal["calls", "members", "meetings", "survey"], typer.Argument()],
    file: Annotated[
        Path,
        typer.Argument(
            help="Ends in .csv or .xlsx; .ics for meetings; a survey also in .json, its preview in .html."
        ),
    ],
    template: Annotated[bool, typer.Option("--template", help="A sheet to fill in.")] = False,
    survey: Annotated[str | None, typer.Option(help="Which survey: its id or short name.")] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="A survey as each platform will show it, as a page to print.")
    ] = False,
    config: Config = CONFIG,
    lang: Lang = None,
) -> None:
    """Writes a list as import reads it, or with --preview how a survey will look; never over an existing file."""
    endings = {".ics"} if kind == "meetings" else {".xlsx"} if template else {".csv", ".xlsx"}
    endings |= {".json"} if kind == "survey" else set()
    if preview and (kind != "survey" or template):
        _fail("--preview shows how a survey will look; it goes with: sauklys export survey FILE.html", 2)
    endings = {".html"} if preview else endings
    if survey and (kind != "survey" or template):
        _fail("--survey says which survey is written out; it goes with: sauklys export survey FILE", 2)
    if file.suffix.casefold() not in endings:
        _fail(f"{file} ends in {file.suffix or 'nothing'}; {' or '.join(sorted(endings))} would be right", 2)
    if file.exists():
        _fail(f"{file} is there already; name a file that is not", 2)
    request = {"do": "export", "kind": kind, "name": file.name, "template": template, "lang": lang}
    request |= {"survey": survey, "preview": preview}
    answer = _request(request, config)
    _write(file, base64.b64decode(answer["content"]))
    with _readable():
        print("\n".join((*answer.get("said", ()), str(file))))


def _write(file: Path, content: bytes) -> None:
    """Writes a file that is not there yet; exits with 2 where that cannot be."""
    try:
        with file.open("xb") as out:
            out.write(content)
    except OSError as error:
        _fail(f"{file} cannot be written: {error.strerror}", 2)


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    """That it is at work, while a long file is read; nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{file.name}…"):
        yield


@app.command()
def invite(
    role: Annotated[Literal["member", "manager", "secretariat"], typer.Option()] = "member",
    organisation: Annotated[str | None, typer.Option()] = None,
    png: Annotated[Path | None, typer.Option(help="Where to write the QR picture.")] = None,
    pack: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Invitations for all who have not joined: a table and sheets."),
    ] = None,
    remind: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="A mail merge for who has not joined, and all only mail reaches."
        ),
    ] = None,
    for_: Annotated[
        str | None, typer.Option("--for", metavar="WHO", help="For somebody on the list: their e-mail or id.")
    ] = None,
    lost: Annotated[
        str | None,
        typer.Option(
            metavar="PLATFORM", help="With --for: their account there is lost and shut out at once."
        ),
    ] = None,
    config: Config = CONFIG,
    lang: Lang = None,
) -> None:
    """A single-use code, its link and QR code; with --pack or --remind one for everybody who has not joined."""
    if lost and not for_:
        _fail("--lost says whose account with --for", 2)
    if for_ and (pack or remind or organisation or role != "member"):
        _fail("--for goes without --pack, --remind, --role and --organisation", 2)
    if remind and (pack or organisation):
        _fail("--remind goes without --pack and --organisation: it is for all who have an address", 2)
    if remind:
        _remind(remind, config, lang)
        return
    if pack:
        _pack(pack, organisation, config, lang)
        return
    request = {"do": "invite", "role": role, "organisation": organisation, "lang": lang}
    answer = _request({**request, "for": for_, "lost": lost}, config)
    _print(answer, False)
    for made in answer["reply"]["files"]:
        if png:
            png.write_bytes(base64.b64decode(made["content"]))


def _pack(folder: Path, organisation: str | None, config: Path, lang: str | None) -> None:
    """Writes the invitations where nobody else reads them. The place is tried first: once they are made, the codes
    that people had before are void."""
    _own_folder(folder, ("invitations.xlsx", "invitations.html"))
    answer = _request({"do": "pack", "organisation": organisation, "lang": lang}, config)
    for made in answer["files"]:
        _write_privately(folder / made["name"], base64.b64decode(made["content"]))
    print(answer["text"])


def _remind(folder: Path, config: Path, lang: str | None) -> None:
    """Writes the mail merge and the addresses where nobody else reads them."""
    _own_folder(folder, ("reminders.xlsx", "addresses.xlsx"))
    for table in ("reminder", "addresses"):
        answer = _request({"do": "ask", "text": f"/bymail {table}", "lang": lang}, config)
        for made in answer["reply"]["files"]:
            _write_privately(folder / made["name"], base64.b64decode(made["content"]))
        print(answer["text"])


def _own_folder(folder: Path, names: tuple[str, ...]) -> None:
    """The folder is there, can be written to, and has none of these files yet."""
    files = [folder / name for name in names]
    there = next((file for file in files if file.exists()), None)
    if there:
        _fail(f"{there} is there already; name another folder", 2)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        _fail(f"{folder} cannot be written to: {error.strerror}", 2)


def _write_privately(file: Path, content: bytes) -> None:
    """For the owner alone (0600), whole or not at all, and never over a file that is there."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(content)
    except OSError as error:
        if not isinstance(error, FileExistsError):
            file.unlink(missing_ok=True)
        _fail(f"{file} cannot be written: {error.strerror}; write them again, these codes are lost", 2)
    print(file)


@app.command()
def announce(
    file: Annotated[
        Path, typer.Argument(help="TOML: lt, en, audience, at, acknowledge, urgent, attachments.")
    ],
    send: Annotated[bool, typer.Option("--send", help="Send it, by the rules of the chat.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Then show its progress until it is done.")] = False,
    config: Config = CONFIG,
    lang: Lang = None,
) -> None:
    """Shows an announcement and whom it reaches; with --send it goes out, after the same approval and minute."""
    if watch and not send:
        _fail("--watch shows how far what was sent is; add --send", 2)
    content = _content(file)
    attached = {path.name: _content(path) for path in _attachments(file, base64.b64decode(content))}
    request = {"do": "announce", "name": str(file), "content": content, "attached": attached, "send": send}
    request["lang"] = lang
    answer = _request(request, config)
    _print(answer, False)
    if watch and answer["sending"]:
        _watch(answer["sending"], config, lang)


@app.command()
def sending(
    id: Annotated[str, typer.Argument(help="A sending's id, like s4.")],
    watch: Annotated[bool, typer.Option("--watch", help="Show its progress until it is done.")] = False,
    config: Config = CONFIG,
    lang: Lang = None,
) -> None:
    """The progress of a sending, who did not get it and why."""
    if watch:
        _watch(id, config, lang)
    else:
        _print(_request({"do": "sending", "id": id, "lang": lang}, config), False)


def _watch(id: str, config: Path, lang: str | None) -> None:
    """Until the running bot has sent it; it goes on without us."""
    from bot.local.console import ask_running, socket_path
    from bot.local.watching import watch

    def look() -> dict[str, Any]:
        answer = ask_running(
            socket_path(config), {"do": "sending", "id": id, "lang": lang, "width": _width(), "colour": False}
        )
        if answer is None:
            _fail("the bot does not run; what is queued leaves when it does", 1)
        if "error" in answer:
            _fail(answer["error"], int(answer["exit"]))
        return answer

    try:
        seen = watch(look, sys.stderr)
    except KeyboardInterrupt:
        print(f"sauklys: no longer watched; {id} goes on", file=sys.stderr)
        sys.exit(130)
    _print(seen, False)


def _attachments(file: Path, content: bytes) -> list[Path]:
    """The files that an announcement names, taken from beside it; what is no TOML is refused later, in words."""
    import tomllib

    try:
        named = tomllib.loads(content.decode("utf-8-sig")).get("attachments", [])
    except ValueError:
        return []
    if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        _fail(f'{file}: attachments is a list of files, like ["tvarka.pdf"]', 2)
    return [file.parent / name for name in named]


@app.command()
def told(
    call: Annotated[str | None, typer.Option(help="A call's id or title.")] = None,
    organisation: Annotated[str | None, typer.Option(help="An organisation's id or name.")] = None,
    csv_: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write the table there.")] = None,
    config: Config = CONFIG,
    lang: Lang = None,
) -> None:
    """Who was told what, when, and whether it is still so."""
    request = {"do": "told", "call": call, "organisation": organisation, "lang": lang}
    answer = _request(request, config)
    if csv_:
        _write_csv(csv_, answer["heading"], answer["rows"])
    else:
        with _readable():
            _table(answer["heading"], answer["rows"])


def _write_csv(file: Path, heading: list[str], rows: list[list[str]]) -> None:
    """As Lithuanian spreadsheets read it; no cell is a formula (OWASP ASVS 1.2.10)."""
    import csv

    try:
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            table = csv.writer(out, delimiter=";")
            table.writerow(heading)
            for row in rows:
                table.writerow(
                    [f"'{c}" if c.startswith(("=", "+", "-", "@", "\t", "\r")) else c for c in row]
                )
    except OSError as error:
        _fail(f"{file} cannot be written: {error.strerror}", 2)
    print(f"{file}: {len(rows)}")


def _table(heading: list[str], rows: list[list[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*heading, box=None, padding=(0, 1))
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 200, highlight=False).print(table)


@app.command()
def backup(file: Path, config: Config = CONFIG, lang: Lang = None) -> None:
    """Writes a consistent archive, also while the bot runs."""
    if file.exists():
        _fail(f"{file} is there already; name a file that is not", 2)
    answer = _request({"do": "backup", "file": str(file.absolute())}, config)
    print(answer["text"])


@app.command()
def restore(file: Path, config: Config = CONFIG, lang: Lang = None) -> None:
    """Brings an archive back, into an empty place only."""
    from bot.config import load
    from storage.errors import Damaged, Occupied
    from storage.opening import restore as bring_back

    settings = load(config, os.environ)
    try:
        bring_back(file, settings.store.url)
    except (Damaged, Occupied) as wrong:
        _fail(str(wrong), 2)
    print(f"{file} → {settings.store.url.partition(':')[2]}")


@manifest_app.command()
def slack(config: Config = CONFIG, lang: Lang = None) -> None:
    """The Slack app manifest for this configuration."""
    from bot.slack.manifest import manifest

    print(manifest())


# Speaking to the bot, running or not


def _request(request: dict[str, Any], config: Path) -> dict[str, Any]:
    """What the running bot answers, or the same done on the store that nobody has open."""
    from bot.local.console import ask_running, socket_path

    request = {**request, "width": _width(), "colour": sys.stdout.isatty() and "NO_COLOR" not in os.environ}
    answer = ask_running(socket_path(config), request)
    if answer is None:
        answer = _by_ourselves(request, config)
    if "error" in answer:
        _fail(answer["error"], int(answer["exit"]))
    return answer


def _by_ourselves(request: dict[str, Any], config: Path) -> dict[str, Any]:
    import asyncio

    from bot import logs
    from bot.app import dispatcher, join_link
    from bot.app import now as clock
    from bot.config import Log, load
    from bot.operating import Operator
    from storage.opening import open_store

    logs.start(Log(level="error"))
    settings = load(config, os.environ)

    async def work() -> dict[str, Any]:
        store = open_store(settings.store.url)
        try:
            link = await join_link(settings) if request["do"] in ("invite", "pack") else ""
            return await Operator(store, dispatcher(store, settings, join_link=link), clock)(request)
        finally:
            await store.close()

    return asyncio.run(work())


def _print(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer["reply"], ensure_ascii=False))
    else:
        with _readable():
            print(answer["text"])


@contextmanager
def _readable() -> Iterator[None]:
    """A reader that goes away (`| head`) is no fault of ours."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _width() -> int:
    import shutil

    return min(shutil.get_terminal_size((80, 24)).columns, 100)


def _instant(text: str | None) -> str | None:
    """An ISO time with its offset; without one it is the association's. Exits with 2 when it is none."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        _fail(f"--now {text} is no time; 2026-09-24T10:00 would be", 2)


def _json(file: Path) -> Any:
    try:
        found = json.loads(base64.b64decode(_content(file)))
    except ValueError as error:
        _fail(f"{file} is no JSON: {error}", 2)
    if not isinstance(found, dict):
        _fail(f'{file}: answers are an object, {{"field": "value"}}', 2)
    return found


def _content(file: Path) -> str:
    from handlers.chat import FILE_BYTES

    try:
        if file.stat().st_size > FILE_BYTES:
            _fail(f"{file} is larger than {FILE_BYTES // 1_000_000} MB", 2)
        return base64.b64encode(file.read_bytes()).decode()
    except OSError as error:
        _fail(f"{file} cannot be read: {error.strerror}", 2)
