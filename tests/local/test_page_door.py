"""Who the page lets in, what it refuses, and what it tells a browser."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from http.cookies import Morsel
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.local.door import Door
from bot.local.page import Page, Reader, Seat
from bot.platform import Blocked, Down, Refused
from handlers.chat import Account, Button, Reply, para, rows, say
from storage.words import Words
from tests.local.page_talk import Talk
from tests.patience import PATIENCE

EVENT = "0123456789abcdef"
SEATS = (
    Seat(Words("Ada, vadovė", "Ada, manager"), "ada"),
    Seat(Words("Sekretoriatas", "Secretariat"), "sek", "lt", "secretariat"),
)


@dataclass
class Visitor:
    """A browser without a window: keeps its cookie, sends what browsers send."""

    page: Page
    http: aiohttp.ClientSession
    cookie: dict[str, str] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The page's address without its key, and its origin."""
        return self.page.address.split("/?")[0]

    async def enter(self, address: str | None = None) -> Morsel[str]:
        """Opens the address with the key; returns the cookie it was swapped for."""
        async with self.http.get(address or self.page.address, cookies=self.cookie) as answer:
            assert answer.status == 200
            (morsel,) = answer.cookies.values()
        self.cookie = {morsel.key: morsel.value}
        return morsel

    async def get(self, path: str, **headers: str) -> tuple[int, str, Mapping[str, str]]:
        """Status, text and headers of what stands there."""
        async with self.http.get(
            self.root + path, cookies=self.cookie, headers=headers, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text(), dict(answer.headers)

    async def say(
        self, user: str, event: str = EVENT, origin: str | None = "", file: bytes = b"", **fields: str
    ) -> int:
        """Posts a gesture; returns the status."""
        body = aiohttp.FormData({"user": user, "event": event, **fields}, default_to_multipart=True)
        if file:
            body.add_field("file", file, filename="kvietimai.csv", content_type="text/csv")
        headers = {} if origin is None else {"Origin": origin or self.root}
        async with self.http.post(
            self.root + "/say", data=body, cookies=self.cookie, headers=headers
        ) as answer:
            return answer.status

    def live(self, origin: str | None = "") -> Any:
        """The socket."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookie.items())
        headers = {"Cookie": cookie} | ({} if origin is None else {"Origin": origin or self.root})
        return self.http.ws_connect(self.root + "/live", headers=headers)


@pytest.fixture
def talk() -> Talk:
    """What answers."""
    return Talk()


@pytest_asyncio.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A client that keeps no cookies of its own."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


async def _served(page: Page, talk: Talk) -> AsyncIterator[Page]:
    await page.start()
    running = asyncio.create_task(page.run(talk))
    await asyncio.sleep(0)
    yield page
    running.cancel()
    await page.close()


@pytest_asyncio.fixture
async def page(talk: Talk) -> AsyncIterator[Page]:
    """A page outside the demo."""
    async for served in _served(Page(port=0), talk):
        yield served


@pytest_asyncio.fixture
async def demo(talk: Talk) -> AsyncIterator[Page]:
    """A page with two people."""
    async for served in _served(Page(port=0, people=SEATS), talk):
        yield served


@pytest.fixture
def visitor(page: Page, http: aiohttp.ClientSession) -> Visitor:
    """Someone who has not come in."""
    return Visitor(page, http)


@pytest_asyncio.fixture
async def guest(demo: Page, http: aiohttp.ClientSession) -> Visitor:
    """Someone who has come into the demo."""
    visitor = Visitor(demo, http)
    await visitor.enter()
    return visitor


# The key and the cookie


async def test_the_key_opens_once(visitor: Visitor) -> None:
    """The same address a second time, without the cookie, is a closed door; the page has another by then."""
    address = visitor.page.address
    await visitor.enter()
    async with visitor.http.get(address) as answer:
        assert answer.status == 403
        assert "rakt" in await answer.text()
    assert visitor.page.address != address


async def test_the_cookie_is_for_this_page_only(visitor: Visitor) -> None:
    """No script reads it, no other site's request carries it, and its name has the port in it."""
    morsel = await visitor.enter()
    assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "Strict", "/")
    assert visitor.root.rsplit(":", 1)[1] in morsel.key


async def test_who_is_inside_is_not_asked_again(visitor: Visitor) -> None:
    """The page opens by the cookie; a used address leads to it, and uses no new key up."""
    await visitor.enter()
    address = visitor.page.address
    assert (await visitor.get("/"))[0] == 200
    status, _, headers = await visitor.get("/?k=used")
    assert (status, headers["Location"]) == (303, "/")
    assert visitor.page.address == address


@pytest.mark.parametrize("path", ["/", "/?k=", "/?k=wrong", "/?k=%C5%A1", "/alive", "/files/ada/b1/0?s=0"])
async def test_without_the_key_every_door_is_closed(visitor: Visitor, path: str) -> None:
    """Nothing but the door itself is shown, and the key is not in it."""
    visitor.cookie = {visitor.page._cookie: "0" * 32 + ".forged"}
    key = visitor.page.address.split("k=")[1]
    status, text, headers = await visitor.get(path)
    assert status == 403
    assert key not in text
    assert "Set-Cookie" not in headers


async def test_a_guess_of_the_browser_uses_no_key_up(visitor: Visitor) -> None:
    """An address bar that fetches ahead of Enter leaves the key as it was."""
    address = visitor.page.address
    status, _, _ = await visitor.get("/?" + address.split("?")[1], **{"Sec-Purpose": "prefetch;prerender"})
    assert status == 503
    assert visitor.page.address == address


async def test_the_next_address_is_told_when_one_is_used(talk: Talk, http: aiohttp.ClientSession) -> None:
    """Another browser can be let in without a restart."""
    told: list[str] = []
    async for page in _served(Page(port=0, renewed=told.append), talk):
        await Visitor(page, http).enter()
        assert told == [page.address]
        await Visitor(page, http).enter(told[0])


def test_a_browser_keeps_its_name_over_a_restart_and_nothing_else() -> None:
    """Another program with another key knows the browser's user again; the old cookie opens nothing there."""
    before, after = Door(), Door()
    old = before.enter(before.key, None)
    assert old is not None
    assert after.guest(old) is None
    assert after.enter("wrong", old) is None
    new = after.enter(after.key, old)
    known, again = before.guest(old), after.guest(new)
    assert known
    assert again
    assert (again.user, again.mark != known.mark) == (known.user, True)
    assert after.enter(after.key, "../../x.y").partition(".")[0] != "../../x"  # type: ignore[union-attr]


# Host and Origin


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "[::2]", "10.0.0.1", "[", "a@b@c"]
)
@pytest.mark.parametrize("path", ["/", "/assets/page.css", "/live", "/nothing"])
async def test_a_foreign_name_for_this_machine_is_refused(guest: Visitor, host: str, path: str) -> None:
    """A name that somebody points at 127.0.0.1 (DNS rebinding) reaches nothing, cookie or not."""
    assert (await guest.get(path, Host=host))[0] == 421


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:9000", "[::1]:8080"])
async def test_loopback_by_any_of_its_names_and_ports_is_served(guest: Visitor, host: str) -> None:
    """A forwarded port has another number, and is the same page."""
    status, _, headers = await guest.get("/", Host=host)
    assert status == 200
    assert f"ws://{host}" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://127.0.0.1:1", "https://127.0.0.1", "null", None]
)
async def test_other_pages_neither_post_nor_open_a_socket(
    guest: Visitor, talk: Talk, origin: str | None
) -> None:
    """A foreign Origin, or none at all, is refused although the cookie is right."""
    assert await guest.say("ada", origin=origin, text="labas") == 403
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await guest.live(origin)
    assert refused.value.status == 403
    assert talk.said == []


async def test_a_socket_needs_the_cookie(visitor: Visitor) -> None:
    """The right Origin alone opens no socket."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await visitor.live()
    assert refused.value.status == 403


@pytest.mark.parametrize(
    "path", ["/", "/assets/page.js", "/alive", "/nothing", "/assets/../page.py", "/assets/index.html"]
)
async def test_every_answer_is_sealed(guest: Visitor, path: str) -> None:
    """Whatever is answered, errors too: a strict content policy, and kept or framed nowhere."""
    status, _, headers = await guest.get(path)
    assert status == {"/": 200, "/assets/page.js": 200, "/alive": 204}.get(path, 404)
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"


async def test_the_page_needs_nothing_inline_and_nothing_from_elsewhere(guest: Visitor) -> None:
    """No inline script, handler or style in what is served, and no address of another machine."""
    for name in guest.page._files:
        text = guest.page._files[name].decode().replace("http://www.w3.org/2000/svg", "")
        assert "https://" not in text.replace("(https?:\\/\\/|mailto:)", "")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
        if name.endswith(".html"):
            assert not re.search(r"<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=|<style", text)


# Gestures


async def test_words_become_a_message_from_that_person(guest: Visitor, talk: Talk) -> None:
    """What is typed reaches dispatch as the seat's own, in private, in its language."""
    assert await guest.say("ada", text=" labas ") == 204
    (msg,) = talk.said
    assert msg.account == Account("page", "ada")
    assert (msg.text, msg.private, msg.command, msg.pressed, msg.language) == (
        "labas",
        True,
        False,
        False,
        "lt",
    )
    assert msg.event == f"page:ada:{EVENT}"


async def test_a_press_says_its_command_and_changes_its_message(guest: Visitor, talk: Talk) -> None:
    """Turning a page puts the next one where the first stood; nothing is added."""
    async with guest.live() as live:
        await guest.say("ada", text="calls")
        first = await _last(live)
        assert await guest.say("ada", event="fedcba9876543210", command="calls 2", message=first["id"]) == 204
        second = await _last(live)
        assert (second["id"], second["revision"]) == (first["id"], 1)
        assert (talk.said[1].command, talk.said[1].pressed, talk.said[1].shown_to) == (True, True, "ada")
    assert [m["id"] for m in await _standing(guest, "ada")] == [EVENT, first["id"]]


async def test_an_aside_passes_by(guest: Visitor) -> None:
    """What is for the presser alone is shown for a moment and leaves the conversation as it was."""
    async with guest.live() as live:
        await guest.say("ada", text="calls")
        shown = await _last(live)
        await guest.say("ada", event="fedcba9876543210", command="aside", message=shown["id"])
        aside = await _event(live, "aside")
        assert "kitam žmogui" in json.dumps(aside, ensure_ascii=False)
    assert (await _standing(guest, "ada"))[-1]["revision"] == 0


async def test_the_same_gesture_twice_is_one(guest: Visitor, talk: Talk) -> None:
    """A gesture that a browser brings again is shown once and answered once."""
    for _ in range(2):
        assert await guest.say("ada", text="labas") == 204
    assert len(talk.said) == 1
    assert len(await _standing(guest, "ada")) == 2


async def test_what_was_not_recorded_is_to_be_brought_again(guest: Visitor, talk: Talk) -> None:
    """Not durable means not confirmed: 503, and the next time it counts."""
    talk.lose = 1
    assert await guest.say("ada", text="labas") == 503
    assert await guest.say("ada", text="labas") == 204
    assert len(talk.said) == 1


async def test_nobody_speaks_for_somebody_else(visitor: Visitor, talk: Talk) -> None:
    """A browser speaks as its own user only; names of others are refused."""
    await visitor.enter()
    assert await visitor.say("ada", text="labas") == 403
    assert talk.said == []


async def test_each_browser_is_another_stranger(page: Page, http: aiohttp.ClientSession, talk: Talk) -> None:
    """Outside the demo every browser has a user of its own, and sees its own conversation only."""
    users = []
    for n in range(2):
        visitor = Visitor(page, http)
        await visitor.enter()
        user = (await _all(visitor))["rooms"][0]["user"]
        assert await visitor.say(user, event=f"{EVENT}{n}", text="labas") == 204
        assert len(await _standing(visitor, user)) == 2
        users.append(user)
    assert [msg.account.user for msg in talk.said] == users
    assert users[0] != users[1]


async def test_files_reach_dispatch_whole(guest: Visitor, talk: Talk) -> None:
    """A dropped file comes with its name, type, size and content."""
    assert await guest.say("sek", file=b"Nr.;Pavadinimas\r\n") == 204
    (file,) = talk.said[0].files
    assert (file.name, file.mime, file.size, talk.contents) == (
        "kvietimai.csv",
        "text/csv",
        17,
        [b"Nr.;Pavadinimas\r\n"],
    )


async def test_a_file_beyond_the_limit_is_refused(guest: Visitor, talk: Talk) -> None:
    """More than 20 MB is told to be too much, and nothing of it is handled."""
    assert await guest.say("sek", file=bytes(20_200_000)) == 413
    assert talk.said == []


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"text": "x" * 10_001},
        {"text": "a", "event": "short"},
        {"text": "a", "event": "../../../etc/x"},
        {"text": "y" * 200_000},
    ],
)
async def test_a_gesture_that_is_none_is_refused(guest: Visitor, talk: Talk, fields: dict[str, str]) -> None:
    """Nothing to say, too much of it, or a name that is none: 4xx and nothing done."""
    assert await guest.say("ada", fields.get("event", EVENT), text=fields["text"]) in (400, 413)
    assert talk.said == []


@pytest.mark.parametrize(
    "body",
    [b"", b"--x\r\n\r\n", b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\r\n--x--\r\n'],
)
async def test_a_body_that_is_no_form_is_refused(guest: Visitor, body: bytes) -> None:
    """What cannot be read is the sender's fault, never ours."""
    for kind in ("multipart/form-data; boundary=x", "multipart/form-data", "application/json"):
        headers = {"Origin": guest.root, "Content-Type": kind}
        async with guest.http.post(
            guest.root + "/say", data=body, cookies=guest.cookie, headers=headers
        ) as answer:
            assert answer.status == 400


# Files that we send


async def test_a_files_address_is_good_for_one_browser(guest: Visitor) -> None:
    """Its owner is given the file, to be saved; another browser, or another number, gets nothing."""
    await guest.say("ada", text="calendar c1")
    url = (await _standing(guest, "ada"))[-1]["files"][0]["url"]
    status, text, headers = await guest.get(url)
    assert (status, text[:15]) == (200, "BEGIN:VCALENDAR")
    assert headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''inoklaster-lt.ics")
    assert "sandbox" in headers["Content-Security-Policy"]
    other = Visitor(guest.page, guest.http)
    await other.enter()
    assert (await other.get(url))[0] == 404
    assert (await guest.get(url.replace("/0?", "/1?")))[0] == 404
    assert (await guest.get(url.split("?")[0]))[0] == 404


# Pushes


async def test_a_push_stands_in_its_persons_conversation_once(guest: Visitor) -> None:
    """The same key sent again is the same message; it can be found by it, changed and deleted."""
    page = guest.page
    (part,) = page.render(Reply((para("Terminas pratęstas."),), buttons=rows(Button("Kvietimas", "call c1"))))
    message = await page.send("ada", part, "k1")
    assert await page.send("ada", part, "k1") == message == await page.look_up("ada", "k1")
    assert await page.look_up("ada", "k2") is None
    await page.edit("ada", message, page.render(say("Pataisyta."))[0])
    assert "Pataisyta." in json.dumps(await _standing(guest, "ada"))
    await page.delete("ada", message)
    await page.delete("ada", message)
    assert await _standing(guest, "ada") == []
    with pytest.raises(Refused):
        await page.edit("ada", message, part)


async def test_who_has_no_page_open_cannot_be_reached_there(page: Page) -> None:
    """Nothing is kept for whom nobody has seen since the start."""
    with pytest.raises(Blocked):
        await page.send("nobody", page.render(say("Labas."))[0], "k1")
    assert await page.look_up("nobody", "k1") is None


async def test_a_conversation_that_was_played_elsewhere_can_be_shown(guest: Visitor) -> None:
    """The demo's walk stands in the conversation before anybody opens it."""
    guest.page.heard("ada", "iki kada?")
    await guest.page.send("ada", guest.page.render(say("Iki rytojaus."))[0], "k1")
    assert [m["mine"] for m in await _standing(guest, "ada")] == [True, False]


# Language and rank


async def test_the_page_follows_the_language_that_was_chosen(guest: Visitor) -> None:
    """The language command changes the page's own words too, of that person only."""
    async with guest.live() as live:
        assert await guest.say("ada", command="language en") == 204
        face = await _event(live, "face")
    assert (face["user"], face["language"], face["words"]["send"], face["label"]) == (
        "ada",
        "en",
        "Send",
        "Ada, manager",
    )
    assert "calls" in [command["name"] for command in face["commands"]]
    assert [room["language"] for room in (await _all(guest))["rooms"]] == ["en", "lt"]


async def test_joining_brings_a_members_commands(talk: Talk, http: aiohttp.ClientSession) -> None:
    """As soon as a stranger is known as a member, the page shows what members may say, in their language."""
    known: dict[str, Reader] = {}

    async def reader(user: str) -> Reader | None:
        return known.get(user)

    async for page in _served(Page(port=0, readers=reader), talk):
        visitor = Visitor(page, http)
        await visitor.enter()
        (room,) = (await _all(visitor))["rooms"]
        assert room["stranger"]
        assert "posedziai" not in [command["name"] for command in room["commands"]]
        async with visitor.live() as live:
            known[room["user"]] = Reader("en", "member")
            await visitor.say(room["user"], command="join LABAS123")
            face = await _event(live, "face")
        assert not face["stranger"]
        assert "meetings" in [command["name"] for command in face["commands"]]
        assert "extend" not in [command["name"] for command in face["commands"]]


@pytest.mark.parametrize(
    ("asked", "language"), [("en-GB,lt;q=0.5", "en"), ("de, lt-LT", "lt"), ("de", "lt"), ("", "lt")]
)
async def test_the_door_speaks_the_browsers_language(visitor: Visitor, asked: str, language: str) -> None:
    """The first of our languages that the browser asks for; Lithuanian when there is none."""
    _, text, _ = await visitor.get("/", **{"Accept-Language": asked})
    assert f'<html lang="{language}">' in text


# Beginning and end


async def test_a_port_that_is_taken_is_said() -> None:
    """Neither start nor check hides why the page cannot listen."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        page = Page(port=taken.getsockname()[1])
        (status,) = await page.check()
        assert not status.ok
        with pytest.raises(Down):
            await page.run(Talk())
    (status,) = await page.check()
    assert status.ok


async def test_closing_lets_every_browser_go(guest: Visitor) -> None:
    """A browser that looks is told that the page goes, and the page is gone."""
    async with guest.live() as live:
        await _event(live, "all")
        await guest.page.close()
        assert (await live.receive()).type is aiohttp.WSMsgType.CLOSE
        assert live.close_code == aiohttp.WSCloseCode.GOING_AWAY
    with pytest.raises(RuntimeError):
        _ = guest.page.address


async def _event(live: aiohttp.ClientWebSocketResponse, name: str) -> dict[str, Any]:
    while True:
        event: dict[str, Any] = await live.receive_json(timeout=PATIENCE)
        if event["event"] == name:
            return event


async def _last(live: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    """The next message of ours that is shown."""
    while True:
        message: dict[str, Any] = (await _event(live, "put"))["message"]
        if not message["mine"]:
            return message


async def _all(visitor: Visitor) -> dict[str, Any]:
    async with visitor.live() as live:
        return await _event(live, "all")


async def _standing(visitor: Visitor, user: str) -> list[dict[str, Any]]:
    rooms = (await _all(visitor))["rooms"]
    messages: list[dict[str, Any]] = next(room["messages"] for room in rooms if room["user"] == user)
    return messages
