"""The local page: a chat platform that lives in a browser on this machine."""

from __future__ import annotations

import asyncio
import html
import re
import secrets
import string
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, urlencode

from aiohttp import WSCloseCode, WSMsgType, web

from bot.local import words
from bot.local.door import Door, Guest, headers, own_host, same_origin
from bot.local.gestures import Gesture, language_in, read, spoken
from bot.local.parts import Json, Part, render
from bot.local.rooms import Room, Watcher
from bot.local.showing import Showing
from bot.logs import events
from bot.platform import Blocked, Dispatch, Down, NotDurable, Refused, Status
from handlers.chat import Account, Incoming, Reply
from handlers.commands import Rank
from handlers.i18n import translator
from storage.words import Words

log = events("page")

_ASSETS = Path(__file__).with_name("page")
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_MIME = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}")
_PICTURE = (
    "default-src 'none'; style-src 'unsafe-inline'; sandbox"  # a drawing's style is inline, and only its own
)
HEARTBEAT = 25.0  # seconds between pings of a socket


_NOTHING = Words()


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody the demo's page speaks as: who that is, in which language and with which rights at first, and
    what one might ask there (else the usual examples)."""

    label: Words
    user: str
    language: str = "lt"
    rank: Rank = "member"
    about: Words = _NOTHING
    ideas: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """What the page's own words and list of commands follow: the stored language and rank of a member."""

    language: str
    rank: Rank


Readers = Callable[[str], Awaitable[Reader | None]]
"""Who a user of the page is now; None for a stranger."""


class Page:
    """Serves http on loopback. In the demo everybody in `people` is in one browser; otherwise each browser is
    one stranger, until that person says `join CODE`."""

    name = "page"
    stepwise = True

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 8080,
        people: tuple[Seat, ...] = (),
        *,
        readers: Readers | None = None,
        renewed: Callable[[str], None] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Port 0 takes any that is free. `renewed` is given the next address when the one before was used."""
        self._host = host
        self._port = port
        self._seats = {seat.user: seat for seat in people}
        self._readers = readers
        self._renewed = renewed
        self._clock = clock
        self._door = Door()
        self._rooms: dict[str, Room] = {}
        self._ranks: dict[str, Rank] = {}
        self._watchers: set[Watcher] = set()
        self._dispatch: Dispatch | None = None
        self._runner: web.AppRunner | None = None
        self._started = asyncio.Event()
        self._epoch = secrets.token_hex(4)
        self._files = {path.name: path.read_bytes() for path in _ASSETS.iterdir() if path.suffix in _TYPES}
        for seat in people:
            self._room(seat.user)

    # The port

    async def run(self, dispatch: Dispatch) -> None:
        """See bot.platform.Platform. Raises Down when the port is taken."""
        self._dispatch = dispatch
        await self.start()
        await asyncio.Event().wait()

    async def start(self) -> None:
        """Begins to listen; a second time it does nothing. Raises Down when the port is taken."""
        if self._runner:
            return
        runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=10)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as error:
            await runner.cleanup()
            raise Down(f"The page cannot listen on port {self._port}: {error.strerror}") from error
        self._runner = runner
        self._port = runner.addresses[0][1]
        self._started.set()

    @property
    def address(self) -> str:
        """Where to open the page, with a key that works once. Raises RuntimeError before `start`."""
        if not self._started.is_set():
            raise RuntimeError("the page has no address before it listens")
        return f"http://{self._host}:{self._port}/?{urlencode({'k': self._door.key})}"

    async def introduce(self) -> str:
        """The address, as soon as there is one."""
        await self._started.wait()
        return self.address

    def render(self, reply: Reply) -> tuple[Part, ...]:
        """See bot.platform.Platform."""
        return render(reply)

    async def send(self, address: str, part: Part, key: str) -> str:
        """See bot.platform.Platform. `address` is the user; the page is in memory only, so that whoever
        has not opened it since the start cannot be reached here."""
        room = self._known(address)
        if key not in room.keys:
            room.keys[key] = room.say(part)
        return room.keys[key]

    async def edit(self, address: str, message: str, part: Part) -> None:
        """See bot.platform.Platform."""
        if not self._known(address).change(message, part):
            raise Refused("That message is no longer on the page.")

    async def delete(self, address: str, message: str) -> None:
        """See bot.platform.Platform."""
        self._known(address).remove(message)

    async def look_up(self, address: str, key: str) -> str | None:
        """See bot.platform.Platform."""
        room = self._rooms.get(address)
        return room.keys.get(key) if room else None

    async def check(self) -> tuple[Status, ...]:
        """Whether the port can be had: it is, when the page is not running, tried."""
        if self._runner:
            return (Status(True, f"The page listens on port {self._port}."),)
        try:
            server = await asyncio.get_running_loop().create_server(asyncio.Protocol, self._host, self._port)
        except OSError as error:
            why = f"Port {self._port} cannot be had ({error.strerror}): set [local] port to another."
            return (Status(False, why),)
        server.close()
        return (Status(True, f"The page can listen on port {self._port}."),)

    async def close(self) -> None:
        """Finishes the answers that are being made, 10 s at most, and lets every browser go."""
        runner, self._runner = self._runner, None
        self._started.clear()
        if runner:
            await runner.cleanup()

    def heard(self, user: str, text: str) -> None:
        """Puts words into a conversation as said by that person, for a demo that has played it elsewhere."""
        self._room(user).heard(secrets.token_hex(8), text)

    # Rooms

    def _room(self, user: str, language: str = "lt") -> Room:
        if user not in self._rooms:
            seat = self._seats.get(user)
            self._rooms[user] = Room(
                user, seat.language if seat else language, self._clock, self._file_url, self._watchers
            )
            self._ranks[user] = seat.rank if seat else "stranger"
        return self._rooms[user]

    def _known(self, user: str) -> Room:
        if user not in self._rooms:
            raise Blocked("This person has not opened the page since it was started.")
        return self._rooms[user]

    def _users(self, guest: Guest) -> tuple[str, ...]:
        """Whom that browser speaks as."""
        return tuple(self._seats) or (guest.user,)

    def _file_url(self, guest: Guest, user: str, message: str, number: int) -> str:
        name = f"{user}/{message}/{number}"
        return f"/files/{quote(name)}?{urlencode({'s': self._door.sign(guest, name)})}"

    async def _learn(self, room: Room, said: str = "") -> bool:
        """Whether the language or the rank of a room's person is another now, as far as it is known: as
        stored of a member, else as just `said`."""
        before = (room.language, self._ranks[room.user])
        reader = await self._readers(room.user) if self._readers else None
        if reader:
            room.language, self._ranks[room.user] = reader.language, reader.rank
        else:
            room.language = language_in(said) or room.language
        return before != (room.language, self._ranks[room.user])

    def _face(self, room: Room) -> dict[str, object]:
        """What stands around a conversation, in its person's language."""
        seat, language, rank = self._seats.get(room.user), room.language, self._ranks[room.user]
        own = [text for idea in seat.ideas if (text := idea.in_(language))] if seat else []
        return {
            "user": room.user,
            "label": seat.label.in_(language) if seat else "",
            "about": seat.about.in_(language) if seat else "",
            "language": language,
            "stranger": rank == "stranger",
            "words": words.labels(language),
            "commands": words.commands(language, rank),
            "ideas": own or words.ideas(language, rank),
        }

    # The server

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard])
        app.on_response_prepare.append(self._seal)
        app.on_shutdown.append(self._let_go)
        app.router.add_get("/", self._index, allow_head=False)
        app.router.add_get("/assets/{name}", self._asset)
        app.router.add_get("/live", self._live, allow_head=False)
        app.router.add_get("/alive", self._alive)
        app.router.add_post("/say", self._say)
        app.router.add_get("/files/{user}/{message}/{number}", self._file)
        return app

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Refuses foreign names for this machine, and foreign pages that post or open a socket."""
        host, origin = request.headers.get("Host"), request.headers.get("Origin")
        if not own_host(host):
            return web.Response(status=421, text="This page answers to 127.0.0.1 only.\n")
        must_be_ours = request.method != "GET" or request.path == "/live"
        if (must_be_ours or origin is not None) and not same_origin(host, origin):
            return web.Response(
                status=HTTPStatus.FORBIDDEN, text="This page takes nothing from other pages.\n"
            )
        return await handler(request)

    async def _seal(self, request: web.Request, response: web.StreamResponse) -> None:
        for name, value in headers(request.headers.get("Host", "")).items():
            response.headers.setdefault(name, value)

    async def _let_go(self, _: web.Application) -> None:
        for watcher in tuple(self._watchers):
            watcher.leave()

    @property
    def _cookie(self) -> str:
        """Its name has the port in it: browsers send a machine's cookies to all of its ports."""
        return f"sauklys-{self._port}"

    def _guest(self, request: web.Request) -> Guest:
        guest = self._door.guest(request.cookies.get(self._cookie))
        if guest is None:
            raise web.HTTPForbidden(text="Open the address that the program printed.\n")
        return guest

    async def _index(self, request: web.Request) -> web.StreamResponse:
        """The page for who is inside or brings the key; a closed door for everyone else."""
        cookie, key = request.cookies.get(self._cookie), request.query.get("k")
        if guest := self._door.guest(cookie):
            if key is not None:
                raise web.HTTPSeeOther("/")
            self._greet(guest, request)
            return self._page()
        if key is not None and request.headers.get("Sec-Purpose", "").startswith("prefetch"):
            raise web.HTTPServiceUnavailable  # a guess of the browser's uses no key up
        value = self._door.enter(key, cookie) if key is not None else None
        if value is None:
            return self._closed(request)
        if self._renewed:
            self._renewed(self.address)
        if guest := self._door.guest(value):
            self._greet(guest, request)
        page = self._page()
        page.set_cookie(
            self._cookie, value, max_age=90 * 24 * 3600, httponly=True, samesite="Strict", path="/"
        )
        return page

    def _greet(self, guest: Guest, request: web.Request) -> None:
        """Their conversations begin in the language that the page was asked for in: not every browser says it
        again when it opens the connection."""
        for user in self._users(guest):
            self._room(user, spoken(request))

    def _page(self) -> web.Response:
        return web.Response(body=self._files["index.html"], content_type="text/html", charset="utf-8")

    def _closed(self, request: web.Request) -> web.Response:
        t = translator(spoken(request))
        text = string.Template(self._files["door.html"].decode()).substitute(
            language=t.language, title=html.escape(t(words.LOCKED)), more=html.escape(t(words.LOCKED_MORE))
        )
        return web.Response(status=HTTPStatus.FORBIDDEN, text=text, content_type="text/html")

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in self._files or name.endswith(".html"):
            raise web.HTTPNotFound
        response = web.Response(
            body=self._files[name], content_type=_TYPES[Path(name).suffix], charset="utf-8"
        )
        if name.endswith(".svg"):
            response.headers["Content-Security-Policy"] = _PICTURE
        return response

    async def _alive(self, request: web.Request) -> web.StreamResponse:
        """How the script tells a lost connection from a stay that has ended."""
        self._guest(request)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def _live(self, request: web.Request) -> web.StreamResponse:
        """Everything there is, then everything that happens, until the browser leaves."""
        guest = self._guest(request)
        users = self._users(guest)
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=1024, compress=False)
        await socket.prepare(request)
        rooms = [self._room(user, spoken(request)) for user in users]
        for room in rooms:
            await self._learn(room)
        watcher = Watcher(guest, frozenset(users))
        watcher.tell(self._everything(guest, rooms))
        self._watchers.add(watcher)
        writing = asyncio.create_task(_write(socket, watcher))
        try:
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    break
        finally:
            self._watchers.discard(watcher)
            writing.cancel()
        return socket

    def _everything(self, guest: Guest, rooms: list[Room]) -> Json:
        return {
            "event": "all",
            "epoch": self._epoch,
            "demo": bool(self._seats),
            "limits": words.LIMITS,
            "rooms": [
                {**self._face(room), "busy": room.answering, "messages": room.view(guest)} for room in rooms
            ],
        }

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """A file of a message: pictures to be seen, everything else to be saved, nothing to be run."""
        guest = self._guest(request)
        user, message, number = (request.match_info[key] for key in ("user", "message", "number"))
        name = f"{user}/{message}/{number}"
        signed = self._door.signed(guest, name, request.query.get("s", ""))
        room = self._rooms.get(user)
        file = room.file(message, int(number)) if signed and room and number.isdecimal() else None
        if file is None:
            raise web.HTTPNotFound
        shown = "inline" if file.picture and "download" not in request.query else "attachment"
        return web.Response(
            body=file.content,
            headers={
                "Content-Type": file.mime if _MIME.fullmatch(file.mime) else "application/octet-stream",
                "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(file.name, safe='')}",
                "Content-Security-Policy": "default-src 'none'; sandbox",
            },
        )

    # What people do

    async def _say(self, request: web.Request) -> web.StreamResponse:
        """One gesture. 204 when it is answered and that is durable; 503 when it is to be brought again."""
        guest = self._guest(request)
        if self._dispatch is None:
            raise web.HTTPServiceUnavailable
        gesture = await read(request)
        if gesture.user not in self._users(guest):
            raise web.HTTPForbidden
        room = self._room(gesture.user, spoken(request))
        if not gesture.pressed:
            files = tuple((file.name, len(file.content)) for file in gesture.files)
            room.heard(gesture.event, gesture.text, files)
        with room.busy():
            showing = Showing(room, gesture.message)
            try:
                await self._dispatch(self._incoming(gesture, room), showing)
            except NotDurable as error:
                raise web.HTTPServiceUnavailable from error
            finally:
                showing.clear()
        if await self._learn(room, gesture.text):
            room.tell({"event": "face", **self._face(room)})
        return web.Response(status=HTTPStatus.NO_CONTENT)

    def _incoming(self, gesture: Gesture, room: Room) -> Incoming:
        seat = self._seats.get(gesture.user)
        return Incoming(
            event=f"page:{gesture.user}:{gesture.event}",
            account=Account("page", gesture.user),
            chat=gesture.user,
            private=True,
            text=gesture.text,
            command=gesture.pressed,
            pressed=gesture.pressed,
            files=gesture.attachments,
            shown_to=gesture.user if gesture.message else None,
            language=room.language,
            name=seat.label.in_(room.language) if seat else "",
        )


async def _write(socket: web.WebSocketResponse, watcher: Watcher) -> None:
    """Writes a browser's events until it is let go."""
    while (event := await watcher.waiting.get()) is not None:
        await socket.send_str(event)
    await socket.close(code=WSCloseCode.GOING_AWAY)
