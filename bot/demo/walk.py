"""`sauklys demo`: a throw-away association plays the origin story through the real dispatch, then serves the page."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.resources import files
from itertools import count
from pathlib import Path

from bot import logs
from bot.app import dispatcher, now, page
from bot.config import Association, Log, Settings
from bot.demo.dates import moved
from bot.dispatch import Dispatcher
from bot.local import terminal
from bot.local.page import Page, Seat
from bot.platform import Down
from handlers.chat import Account, Incoming, Reply
from handlers.imports import taking
from storage.members import ChangedMember, Reach
from storage.moments import zone
from storage.opening import open_store
from storage.store import Store
from storage.words import Words

PEOPLE = (
    Seat(
        Words("Austėja Vaitkienė", "Austėja Vaitkienė"),
        "austeja",
        about=Words("klasterio vadovė", "cluster manager"),
        ideas=(
            Words("Kokie kvietimai dabar atviri?", "Which calls are open?"),
            Words("Iki kada Inoklaster LT?", "Until when is Inoklaster LT?"),
            Words("Kada kitas posėdis?", "When is the next meeting?"),
        ),
    ),
    Seat(
        Words("Rūta Žukauskienė", "Rūta Žukauskienė"),
        "ruta",
        rank="secretariat",
        about=Words("sekretoriatas", "secretariat"),
        ideas=(
            Words("/pratesti Inočekiai", "/extend Inočekiai"),
            Words("/pakviesti", "/invite"),
            Words("/istorija", "/history"),
        ),
    ),
)
_EMAILS = {"austeja": "austeja@fotonika.example", "ruta": "sekretoriatas@lka.example"}
DAYS_SINCE = 4
"""The postponement that everything began with was entered so many days ago."""


@dataclass
class Clock:
    """The demo's time: the real one, moved back for what happened before."""

    back: timedelta = timedelta()

    def __call__(self) -> datetime:
        return now() - self.back


class Stage:
    """Says what the people of the demo say, and prints it with the replies."""

    def __init__(
        self, store: Store, dispatch: Dispatcher, shown: Page, show: Callable[[str], None], width: int
    ) -> None:
        self._store = store
        self._dispatch = dispatch
        self._page = shown
        self._show = show
        self._width = width
        self._colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self._events = count(1)
        self.last: dict[str, Reply] = {}
        self._message: dict[str, str] = {}

    async def says(self, user: str, text: str) -> Reply:
        """Somebody types something."""
        return await self._gesture(user, text, text.removeprefix("/"), command=text.startswith("/"))

    async def presses(self, user: str, command: str) -> Reply:
        """Somebody presses the button of the newest reply whose command begins so."""
        button = next(b for row in self.last[user].buttons for b in row if b.command.startswith(command))
        return await self._gesture(user, f"[{button.label}]", button.command, command=True, pressed=True)

    async def _gesture(
        self, user: str, shown: str, text: str, *, command: bool, pressed: bool = False
    ) -> Reply:
        self._line(user, shown)
        msg = Incoming(
            f"demo:{next(self._events)}",
            Account("page", user),
            user,
            True,
            text,
            command,
            pressed,
            quotes=not command,
        )

        async def respond(reply: Reply) -> None:
            self.last[user] = reply

        await self._dispatch(msg, respond)
        reply = self.last[user]
        await self._on_page(user, reply, "" if pressed else shown)
        self._reply(reply)
        return reply

    async def _on_page(self, user: str, reply: Reply, said: str) -> None:
        """The same on the page: words as a bubble, a press in the place of the message that was pressed."""
        parts = self._page.render(reply)
        if said:
            self._page.heard(user, said)
        elif parts and not reply.files:
            await self._page.edit(user, self._message[user], parts[0])
            return
        for part in parts:
            self._message[user] = await self._page.send(user, part, f"demo.{next(self._events)}")

    def scene(self, title: str) -> None:
        """A line that says what happens next."""
        self._show("")
        self._show(f"\x1b[1m— {title}\x1b[0m" if self._colour else f"— {title}")

    def _line(self, user: str, text: str) -> None:
        name = next(seat.label.lt for seat in PEOPLE if seat.user == user).split()[0]
        self._show("")
        self._show(f"{name}: {text}")

    def _reply(self, reply: Reply) -> None:
        body = terminal.text(reply, width=self._width - 2, colour=self._colour, buttons_as_labels=True)
        for line in body.splitlines():
            self._show(f"│ {line}")


def play(language: str, port: int, *, serve: bool) -> int:
    """The conversation in the terminal; then, where somebody is there to look, the page until Ctrl-C."""
    logs.start(Log(level="error"))
    with tempfile.TemporaryDirectory(prefix="sauklys-demo-") as folder:
        return asyncio.run(_play(Path(folder), language, port, serve=serve))


async def _play(folder: Path, language: str, port: int, *, serve: bool) -> int:
    clock = Clock()
    store = open_store(f"tinydb:{folder / 'data'}")
    try:
        dispatch = dispatcher(store, Settings(association=Association(True)), clock=clock)
        await _furnish(store, dispatch, clock, language)
        seats = tuple(replace(seat, language=language) for seat in PEOPLE)
        shown = page(port, store, seats, lambda address: print(f"  {address}", flush=True))
        stage = Stage(store, dispatch, shown, print, 78)
        await _conversation(stage, clock, language)
        if not serve:
            return 0
        return await _serve(shown, dispatch, language)
    finally:
        await store.close()


async def _furnish(store: Store, dispatch: Dispatcher, clock: Clock, language: str) -> None:
    """Imports the demo's files, their dates moved to today, as the operator would; gives two people the page."""
    operator = Incoming("demo:0", Account("console", "operator"), "console", True, "")
    for number, (kind, name) in enumerate(_files()):
        ctx = replace(await dispatch.context(operator), event=f"demo:import:{number}")
        text = (files("bot.demo") / "files" / name).read_text("utf-8")
        local = clock().astimezone(zone("Europe/Vilnius")).date()
        preview = await taking.preview(kind, moved(text, local).encode(), name, ctx)
        assert not preview.refused, preview.refused
        await taking.apply(preview, ctx)
    ctx = replace(await dispatch.context(operator), event="demo:accounts")
    rows = []
    for member in await store.members.all():
        user = next((u for u, email in _EMAILS.items() if email == member.person.email), None)
        accounts = (Reach("page", user, user),) if user else member.person.accounts
        person = replace(member.person, accounts=accounts, language=language)
        rows.append(ChangedMember(member.id, member.version, person))
    await store.members.take_over(tuple(rows), ctx.by)


def _files() -> Iterator[tuple[str, str]]:
    yield "association", "association.toml"
    yield "members", "members.csv"
    yield "calls", "calls.csv"
    yield "meetings", "meetings.ics"


async def _conversation(stage: Stage, clock: Clock, language: str) -> None:
    """The origin story, and what comes of it."""
    lt = language == "lt"
    ruta, austeja = "ruta", "austeja"
    clock.back = timedelta(days=DAYS_SINCE)
    stage.scene(
        "Prieš keturias dienas sekretoriatas įrašo, kad kvietimas atidėtas"
        if lt
        else "Four days ago the secretariat enters that a call is postponed"
    )
    await stage.says(
        ruta, "/atideti Inoklaster LT (pakartotinis)" if lt else "/postpone Inoklaster LT (repeated)"
    )
    await stage.presses(ruta, "skip")
    await stage.says(
        ruta,
        "rengiama atnaujinta Klasterių plėtros koncepcija"
        if lt
        else "the Cluster Development Concept is being renewed",
    )
    await stage.says(ruta, "Lietuvos klasterių asociacija" if lt else "Lithuanian Cluster Association")
    await stage.says(ruta, "https://example.org/naujienos/atidetas-inoklaster-lt")
    await stage.presses(ruta, "apply postpone")
    clock.back = timedelta()
    stage.scene("Šiandien klasterio vadovė klausia" if lt else "Today a cluster manager asks")
    await stage.says(austeja, "kokie kvietimai laukia?" if lt else "which calls are coming?")
    await stage.says(austeja, "iki kada Inoklaster LT?" if lt else "until when is Inoklaster LT?")
    await stage.says(
        austeja, "o kada kitas darbo grupės posėdis?" if lt else "and when is the next working group meeting?"
    )
    await stage.says(austeja, "ar žirafos mėgsta šokoladą" if lt else "do giraffes like chocolate")
    stage.scene(
        "Sekretoriatas pratęsia kvietimą, ir vadovė klausia dar kartą"
        if lt
        else "The secretariat extends a call, and the manager asks again"
    )
    await stage.says(ruta, "/pratesti Inočekiai" if lt else "/extend Innovation vouchers")
    await stage.says(ruta, _later(clock))
    await stage.says(ruta, "pareiškėjų prašymu" if lt else "at the applicants' request")
    await stage.presses(ruta, "skip")
    await stage.presses(ruta, "skip")
    await stage.presses(ruta, "apply extend")
    await stage.says(austeja, "iki kada Inočekiai?" if lt else "deadline for Innovation vouchers?")


def _later(clock: Clock) -> str:
    day = clock().astimezone(zone("Europe/Vilnius")).date() + timedelta(days=40)
    return f"{day.isoformat()} 16:00"


async def _serve(shown: Page, dispatch: Dispatcher, language: str) -> int:
    """The page, until Ctrl-C or SIGTERM."""
    task = asyncio.create_task(shown.run(dispatch))
    stop = asyncio.Event()
    for which in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(which, stop.set)
    introduced = asyncio.create_task(shown.introduce())
    await asyncio.wait({task, introduced}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        introduced.cancel()
        error = task.exception()
        why = error.why if isinstance(error, Down) else str(error)
        print(f"sauklys: {why} sauklys demo --port 0 takes a free one.", file=sys.stderr)
        return 1
    print()
    print(
        "Toliau – naršyklėje (adresas galioja vieną kartą, Ctrl-C baigia):"
        if language == "lt"
        else "Go on in the browser (the address works once, Ctrl-C ends it):"
    )
    print(f"  {introduced.result()}", flush=True)
    await stop.wait()
    print()
    await shown.close()
    task.cancel()
    return 0
