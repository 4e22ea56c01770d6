"""The strict server is as strict as Telegram, seen through python-telegram-bot's own client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from tests.telegram_people import Person
from tests.telegram_server import Fault, TelegramServer

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02\x80\x00\x00\x01\xe0"


def client(server: TelegramServer, token: str | None = None) -> Bot:
    """PTB's client, pointed at the server."""
    base = f"{server.url}/bot", f"{server.url}/file/bot"
    requests = [HTTPXRequest(connection_pool_size=8, read_timeout=2.0) for _ in range(2)]
    return Bot(token or server.token, *base, request=requests[0], get_updates_request=requests[1])


@pytest_asyncio.fixture
async def server() -> AsyncIterator[TelegramServer]:
    """A running server, whose calls are not recorded: here they are bad on purpose."""
    async with TelegramServer() as running:
        yield running


@pytest_asyncio.fixture
async def bot(server: TelegramServer) -> AsyncIterator[Bot]:
    """A started client."""
    async with client(server) as started:
        yield started


@pytest.fixture
def ada(server: TelegramServer) -> Person:
    """Somebody who has started the bot."""
    person = server.person(900000001, "Ada", "lt")
    person.starts()
    return person


def said(words: str) -> str:
    """A pattern for Telegram's words, whose case PTB changes."""
    return f"(?i){words}"


def keys(*rows: tuple[str, ...]) -> InlineKeyboardMarkup:
    """A keyboard whose buttons say their own labels."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(t, callback_data=t) for t in row] for row in rows])


async def test_what_is_sent_is_seen(bot: Bot, ada: Person) -> None:
    """A message arrives with its text, entities and buttons."""
    sent = await bot.send_message(
        ada.id, "<b>Labas</b> &lt;Ada&gt; 🎉", parse_mode="HTML", reply_markup=keys(("Taip", "Ne"))
    )
    seen = await ada.reads()
    assert (seen.text, seen.of("bold"), seen.rows) == ("Labas <Ada> 🎉", ("Labas",), (("Taip", "Ne"),))
    assert sent.parse_entities() == {sent.entities[0]: "Labas"}


async def test_updates_come_until_they_are_confirmed(server: TelegramServer, bot: Bot) -> None:
    """An update is brought again until a higher offset confirms it."""
    ada = server.person(900000001, "Ada", "lt")
    first, second = ada.starts("KODAS"), ada.says("sveiki")
    got = await bot.get_updates()
    assert [u.update_id for u in got] == [first, second]
    assert got[0].message is not None and got[0].message.text == "/start KODAS"
    assert [u.update_id for u in await bot.get_updates(limit=1)] == [first]
    assert [u.update_id for u in await bot.get_updates(offset=second)] == [second]
    assert await bot.get_updates(offset=second + 1) == ()
    assert server.confirmed == second


async def test_a_long_poll_ends_when_somebody_speaks(server: TelegramServer, bot: Bot, ada: Person) -> None:
    """A waiting poll is answered by the next gesture."""
    offset = (await bot.get_updates())[-1].update_id + 1
    poll = asyncio.create_task(bot.get_updates(offset=offset, timeout=30))
    await server.until(lambda: server.polled)
    ada.says("labas")
    assert [u.effective_message and u.effective_message.text for u in await poll] == ["labas"]


async def test_of_two_pollers_the_older_is_sent_away(server: TelegramServer, bot: Bot) -> None:
    """A second poll ends the first with 409."""
    older = asyncio.create_task(bot.get_updates(timeout=30))
    await server.until(lambda: server.polled)
    async with client(server) as second:
        newer = asyncio.create_task(second.get_updates(timeout=30))
        with pytest.raises(Conflict, match=said("terminated by other getUpdates request")):
            await older
        server.person(1, "Ada").starts()
        assert len(await newer) == 1


async def test_a_repeated_poll_is_held_back() -> None:
    """A poll that repeats its offset at once waits although it asked for no wait."""
    async with TelegramServer(hold=0.2) as server, client(server) as bot:
        loop = asyncio.get_running_loop()
        await bot.get_updates(offset=5)
        begin = loop.time()
        await bot.get_updates(offset=5)
        assert loop.time() - begin >= 0.19


async def test_polling_is_refused_while_a_webhook_is_set(server: TelegramServer, bot: Bot) -> None:
    """A webhook excludes polling until it is deleted."""
    server.webhook = "https://example.org/hook"
    assert (await bot.get_webhook_info()).url == "https://example.org/hook"
    with pytest.raises(Conflict, match=said("while webhook is active")):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_only_the_kinds_asked_for_are_brought(server: TelegramServer, bot: Bot, ada: Person) -> None:
    """allowed_updates holds for what happens afterwards."""
    await bot.get_updates(allowed_updates=["message"])
    assert ada.edits("kitaip") == 0
    assert ada.says("dar") > 0


BAD_MESSAGES = [
    ("", "Message text is empty"),
    (" \n ", "Text must be non-empty"),
    ("a" * 4097, "Message is too long"),
    ("🎉" * 2049, "Message is too long"),
    ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
    ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("š<blink>a</blink>", 'Unsupported start tag "blink" at byte offset 2'),
    ("a</b>", "Unexpected end tag at byte offset 1"),
    ("a <3", "Unclosed start tag at byte offset 2"),
    ("<a href=>a</a>", "Expected equal sign|Empty attribute name|Unexpected end"),
    ("<!channel>", 'Unsupported start tag "!channel"'),
]


@pytest.mark.parametrize(("text", "why"), BAD_MESSAGES)
async def test_a_bad_text_is_refused(bot: Bot, ada: Person, text: str, why: str) -> None:
    """Empty, too long and malformed texts are refused with Telegram's words."""
    with pytest.raises(BadRequest, match=said(why)):
        await bot.send_message(ada.id, text, parse_mode="HTML")
    assert ada.unread == ()


async def test_entities_do_not_count(bot: Bot, ada: Person) -> None:
    """4096 UTF-16 units of text pass however long their tags are."""
    await bot.send_message(ada.id, "<b>" + "&amp;" * 4094 + "🎉</b>", parse_mode="HTML")
    assert len((await ada.reads()).text) == 4095


async def test_links_are_http_or_nothing(bot: Bot, ada: Person) -> None:
    """A link of another scheme is dropped in a text and refused in a button."""
    html = (
        '<a href="https://a.lt/?x=1&amp;y=2">a</a> <a href="mailto:a@b.lt">b</a> <a href="javascript:1">c</a>'
    )
    await bot.send_message(ada.id, html, parse_mode="HTML")
    seen = await ada.reads()
    assert seen.of("text_link") == ("a",) and seen.entities[0]["url"] == "https://a.lt/?x=1&y=2"
    for url, why in (("ftp://a.lt", "Unsupported URL protocol"), ("http://localhost", "Wrong HTTP URL")):
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("a", url=url)]])
        with pytest.raises(BadRequest, match=said(why)):
            await bot.send_message(ada.id, "a", reply_markup=markup)


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        (keys(("š" * 33,)), "Button_data_invalid"),
        (keys(*[("a",)] * 101), "Reply markup is too long"),
        (InlineKeyboardMarkup([[InlineKeyboardButton("a")]]), "Text buttons are unallowed"),
        (keys(("",)), "Text must be non-empty"),
    ],
)
async def test_bad_buttons_are_refused(bot: Bot, ada: Person, markup: InlineKeyboardMarkup, why: str) -> None:
    """Callback data over 64 bytes, over 100 buttons, buttons that do nothing."""
    with pytest.raises(BadRequest, match=said(why)):
        await bot.send_message(ada.id, "a", reply_markup=markup)


async def test_an_edit_changes_what_is_seen(bot: Bot, ada: Person) -> None:
    """An edit without buttons takes them away, and one that changes nothing is refused."""
    sent = await bot.send_message(ada.id, "a", reply_markup=keys(("A",)))
    await bot.edit_message_text("b", ada.id, sent.message_id)
    await ada.reads()
    seen = await ada.reads()
    assert (seen.text, seen.rows, seen.edited) == ("b", (), True)
    with pytest.raises(BadRequest, match=said("Message is not modified")):
        await bot.edit_message_text(" b ", ada.id, sent.message_id)
    await bot.edit_message_reply_markup(ada.id, sent.message_id, reply_markup=keys(("B",)))
    assert (await ada.reads()).labels == ("B",)


async def test_what_cannot_be_edited_is_not(server: TelegramServer, bot: Bot, ada: Person) -> None:
    """Not a message with a reply keyboard, nor somebody's own, nor a deleted one, nor a file's text."""
    keyboard = await bot.send_message(ada.id, "a", reply_markup=ReplyKeyboardMarkup([["a"]]))
    file = await bot.send_document(ada.id, b"a", filename="a.txt", caption="a")
    gone = await bot.send_message(ada.id, "b")
    await bot.delete_message(ada.id, gone.message_id)
    for message, why in (
        (keyboard.message_id, "Message can't be edited"),
        (1, "Message can't be edited"),
        (gone.message_id, "Message to edit not found"),
        (file.message_id, "There is no text in the message to edit"),
    ):
        with pytest.raises(BadRequest, match=said(why)):
            await bot.edit_message_text("c", ada.id, message)
    await bot.edit_message_caption(ada.id, file.message_id, caption="c")
    with pytest.raises(BadRequest, match=said("Message to delete not found")):
        await bot.delete_message(ada.id, gone.message_id)
    server.later(49 * 3600)
    with pytest.raises(BadRequest, match=said("can't be deleted")):
        await bot.delete_message(ada.id, file.message_id)


async def test_a_press_is_answered_once_and_in_time(server: TelegramServer, bot: Bot, ada: Person) -> None:
    """A second answer and a late one are refused."""
    await bot.send_message(ada.id, "a", reply_markup=keys(("Taip", "Ne")))
    press, late = ada.presses("Taip"), ada.presses("Ne")
    got = (await bot.get_updates())[-2].callback_query
    assert got is not None and got.data == "Taip" and got.id == press.id
    await bot.answer_callback_query(press.id, "Gerai", show_alert=True)
    assert await press.answer() == ("Gerai", True)
    server.later(60)
    for query in (press, late):
        with pytest.raises(BadRequest, match=said("Query is too old")):
            await bot.answer_callback_query(query.id)


async def test_chats_that_cannot_be_reached(server: TelegramServer, bot: Bot, ada: Person) -> None:
    """A stranger, somebody met in a group only, a blocker, a closed account, a group that threw us out."""
    jonas, rūta = server.person(900000002, "Jonas"), server.person(900000003, "Rūta")
    group = server.group(-1001, "Politika", ada, rūta)
    ada.blocks()
    group.kicks()
    for chat, error, why in (
        (jonas.id, BadRequest, "Chat not found"),
        (rūta.id, Forbidden, "bot can't initiate conversation with a user"),
        (ada.id, Forbidden, "bot was blocked by the user"),
        (-1001, Forbidden, "bot was kicked from the supergroup chat"),
        (424242, BadRequest, "Chat not found"),
    ):
        with pytest.raises(error, match=said(why)):
            await bot.send_message(chat, "a")
    ada.deactivates()
    with pytest.raises(Forbidden, match=said("user is deactivated")):
        await bot.send_message(ada.id, "a")


async def test_a_group_that_moved_says_where(server: TelegramServer, bot: Bot, ada: Person) -> None:
    """The old group refuses with the new id, and both groups tell of it."""
    group = server.group(-55, "Politika", ada, kind="group")
    await bot.get_updates()
    new = group.migrates(-10055)
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(-55, "a")
    assert caught.value.new_chat_id == -10055
    await bot.send_message(-10055, "a")
    assert (await new.reads()).text == "a"
    told = [u.message for u in await bot.get_updates() if u.message]
    assert [(m.migrate_to_chat_id, m.migrate_from_chat_id) for m in told[-2:]] == [
        (-10055, None),
        (None, -55),
    ]


async def test_in_a_group_the_bot_hears_what_is_for_it(server: TelegramServer, bot: Bot, ada: Person) -> None:
    """Commands, mentions and replies are brought; the rest and other bots' commands are not."""
    group = server.group(-1001, "Politika", ada)
    sent = await bot.send_message(-1001, "Kas bus?")
    assert ada.says("šiaip šneka", group) == 0
    assert ada.says("/calls@kitas_bot", group) == 0
    assert ada.says("/calls", group) and ada.says("/calls@Sauklys_bot", group)
    assert ada.says("ei @sauklys_bot kada", group)
    assert ada.says("aš", group, to=sent.message_id)
    last = (await bot.get_updates())[-1].message
    assert last is not None and last.reply_to_message is not None
    assert last.reply_to_message.message_id == sent.message_id


async def test_a_reply_to_a_gone_message_needs_leave(bot: Bot, ada: Person) -> None:
    """Replying to nothing is refused unless sending without it is allowed."""
    with pytest.raises(BadRequest, match=said("Message to be replied not found")):
        await bot.send_message(ada.id, "a", reply_to_message_id=999)
    await bot.send_message(ada.id, "a", reply_to_message_id=999, allow_sending_without_reply=True)
    assert (await ada.reads()).reply_to is None


async def test_files_go_both_ways(bot: Bot, ada: Person) -> None:
    """A document is fetched by its id up to 20 MB; documents and pictures of the bot are seen."""
    ada.sends_file("nariai.csv", "vardas;rolė\n".encode(), "Štai", mime="text/csv")
    ada.sends_file("didelis.zip", b"a", size=20_000_001)
    small, large = [
        u.message.document for u in (await bot.get_updates())[-2:] if u.message and u.message.document
    ]
    assert small.file_name == "nariai.csv"
    assert (
        bytes(await (await bot.get_file(small.file_id)).download_as_bytearray()) == "vardas;rolė\n".encode()
    )
    with pytest.raises(BadRequest, match=said("File is too big")):
        await bot.get_file(large.file_id)
    await bot.send_document(
        ada.id, b"BEGIN:VCALENDAR", filename="c42.ics", caption="<b>a</b>", parse_mode="HTML"
    )
    await bot.send_photo(ada.id, PNG, filename="a.png")
    document, picture = await ada.reads(), await ada.reads()
    assert (document.file, document.content, document.text) == ("c42.ics", b"BEGIN:VCALENDAR", "a")
    assert picture.content == PNG
    for content, why in (
        (b"GIF89a", "Image_process_failed"),
        (PNG[:16] + b"\x00\x00\x30\x00" + PNG[20:], "Photo_invalid"),
    ):
        with pytest.raises(BadRequest, match=said(why)):
            await bot.send_photo(ada.id, content)
    with pytest.raises(BadRequest, match=said("Message caption is too long")):
        await bot.send_document(ada.id, b"a", caption="a" * 1025)


async def test_menus_and_descriptions_are_kept_by_language(
    server: TelegramServer, bot: Bot, ada: Person
) -> None:
    """The narrowest scope wins, and a language falls back to the default."""
    await bot.set_my_commands([BotCommand("help", "Help")])
    await bot.set_my_commands([BotCommand("pagalba", "Pagalba")], language_code="lt")
    assert server.menu(ada) == {"pagalba": "Pagalba"}
    await bot.set_my_commands([BotCommand("calls", "Calls")], scope=BotCommandScopeChat(ada.id))
    assert server.menu(ada) == {"calls": "Calls"}
    await bot.set_my_description("Herald")
    await bot.set_my_description("Šauklys", language_code="lt")
    assert (await bot.get_my_description("lt")).description == "Šauklys"
    assert (await bot.get_my_description("de")).description == "Herald"
    for name, description, why in (("Bad-Name", "a", "Bot_command_invalid"), ("a", "", "must be non-empty")):
        with pytest.raises(BadRequest, match=said(why)):
            await bot.set_my_commands([BotCommand(name, description)])
    with pytest.raises(BadRequest, match=said("Invalid language code")):
        await bot.set_my_description("a", language_code="lt-LT")
    with pytest.raises(BadRequest, match=said("too long")):
        await bot.set_my_short_description("a" * 121)


async def test_the_token_is_checked(server: TelegramServer) -> None:
    """A wrong token and an impossible one are refused."""
    for token in ("900000000:" + "B" * 35, "x"):
        wrong = client(server, token)
        with pytest.raises(InvalidToken):
            await wrong.initialize()
        await wrong.shutdown()


FAULTS: list[tuple[Fault, type[TelegramError], bool]] = [
    (Fault("flood", seconds=7), RetryAfter, False),
    (Fault("broken", status=502), NetworkError, False),
    (Fault("broken", accepted=True), NetworkError, True),
    (Fault("close"), NetworkError, False),
    (Fault("close", accepted=True), NetworkError, True),
    (Fault("half"), NetworkError, True),
    (Fault("garbled"), TelegramError, True),
    (Fault("refuse", status=403, description="Forbidden: odd"), Forbidden, False),
]


@pytest.mark.parametrize(("fault", "error", "accepted"), FAULTS)
async def test_it_fails_as_told(
    server: TelegramServer, bot: Bot, ada: Person, fault: Fault, error: type[TelegramError], accepted: bool
) -> None:
    """The second call fails as was asked, before or after it was accepted, and the third is well."""
    server.fails(fault, "sendMessage", after=1)
    await bot.send_message(ada.id, "pirma")
    with pytest.raises(error):
        await bot.send_message(ada.id, "antra")
    await bot.send_message(ada.id, "trečia")
    assert [m.text for m in ada.unread] == ["pirma"] + ["antra"] * accepted + ["trečia"]


async def test_a_stalled_answer_times_out(server: TelegramServer, bot: Bot, ada: Person) -> None:
    """A call that is never answered is the client's timeout."""
    server.fails(Fault("stall", accepted=True), "sendMessage")
    with pytest.raises(TimedOut):
        await bot.send_message(ada.id, "a", read_timeout=0.05)
    assert [m.text for m in ada.unread] == ["a"]


async def test_every_call_is_recorded(server: TelegramServer, bot: Bot, ada: Person, tmp_path: Path) -> None:
    """The record holds decoded arguments, files as placeholders, one JSON line a call."""
    await bot.send_message(ada.id, "a", reply_markup=keys(("A",)))
    await bot.send_document(ada.id, b"abc", filename="a.txt")
    server.dump(tmp_path / "calls.jsonl")
    lines: list[dict[str, Any]] = [json.loads(x) for x in (tmp_path / "calls.jsonl").read_text().splitlines()]
    assert [line["method"] for line in lines] == ["getMe", "sendMessage", "sendDocument"]
    assert lines[1]["params"]["reply_markup"]["inline_keyboard"][0][0]["text"] == "A"
    assert lines[2]["params"]["document"] == "<file a.txt, 3 bytes>"
    assert {line["platform"] for line in lines} == {"telegram"}
