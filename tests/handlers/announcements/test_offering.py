"""What is sent to the bot, offered to be announced, as transcripts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.dispatch import Policy
from handlers.announcements.drafts import TEXT_LENGTH
from handlers.chat import FILE_BYTES, Attachment, Reply
from storage.tinydb.embedded import EmbeddedStore
from tests.conversation import Chat, Someone, labels
from tests.handlers.announcements.announcing import TEXT, members, secretary, sending, settled
from tests.postman import Postman

TOML = """
lt = "Nauja tvarka\\n\\nPrašome susipažinti."
en = "A new procedure"
audience = ["all", "-role:manager"]
at = 2026-09-30T09:00:00
acknowledge = true
"""


def attachment(
    name: str, content: bytes = b"%PDF", mime: str = "application/pdf", size: int = 0
) -> Attachment:
    async def read() -> bytes:
        return content

    return Attachment(name, mime, size or len(content), read)


async def sends(
    someone: Someone, text: str = "", *files: Attachment, forwarded: bool = False, album: str = ""
) -> Reply:
    """Somebody sends or passes on a message."""
    return await someone.chat.deliver(someone, text, False, files=files, forwarded=forwarded, album=album)


async def goes_out(rūta: Someone, **answers: str) -> Reply:
    """The rest of the form, for all; then it is sent."""
    await rūta.fills_in(audience="Visi nariai", **answers)
    return await rūta.presses("Siųsti")


async def test_a_forwarded_message_is_announced_with_its_files(chat: Chat, rūta: Someone) -> None:
    """Its text is in the form already, its picture and document come along, each once, to everybody."""
    await members(chat, "Ada")
    picture = attachment("planas.png", b"\x89PNG", "image/png")
    asked = await sends(rūta, TEXT, picture, attachment("tvarka.pdf"), forwarded=True)
    assert asked.plain.startswith("Paskelbti tai?") and "planas.png, tvarka.pdf" in asked.plain
    assert "tekstas anglų kalba" in (await rūta.presses("Skelbti")).plain.casefold()
    await goes_out(rūta)
    chat.passes(minutes=2)
    postman = Postman()
    async with sending(chat, postman):
        await settled(chat)
    assert postman.arrived["chat-uAda"] == [TEXT.replace("\n\n", "\n"), "planas.png", "tvarka.pdf"]
    [file, other] = postman.replies[-1].files
    assert (file.picture, file.content, other.content) == (True, b"\x89PNG", b"%PDF")
    assert await chat.store.announcements.all() == ()


async def test_a_long_message_is_rather_announced_than_asked(chat: Chat, rūta: Someone) -> None:
    """What is long, or has paragraphs, is offered; a question is answered, and a member's long text is no
    announcement."""
    assert (await sends(rūta, "Gerbiami nariai, " * 30)).plain.startswith("Paskelbti tai?")
    assert "Paskelbti tai?" not in (await sends(rūta, "kokie kvietimai baigiasi šį mėnesį?")).plain
    [ada] = await members(chat, "Ada")
    assert "Paskelbti tai?" not in (await sends(ada, "Gerbiami nariai, " * 30)).plain
    assert "Paskelbti tai?" not in (await sends(ada, TEXT, forwarded=True)).plain


async def test_what_is_passed_on_is_no_command(chat: Chat, rūta: Someone) -> None:
    """A forwarded text that reads like a command does nothing; where a form waits for a text, it is the answer."""
    await members(chat, "Ada")
    assert (await sends(rūta, "atsaukti", forwarded=True)).plain.startswith("Paskelbti tai?")
    await rūta.presses("Ne")
    await rūta.says("/skelbti")
    assert "Paskelbti tai?" not in (await sends(rūta, TEXT, forwarded=True)).plain
    draft = await chat.store.conversation.draft("n1")
    assert draft is not None and draft.answers["lt"] == TEXT


async def test_no_is_no(chat: Chat, rūta: Someone) -> None:
    """What is not to be announced is forgotten, and its file a week later."""
    await sends(rūta, "", attachment("tvarka.pdf"))
    assert "neskelbiama" in (await rūta.presses("Ne")).plain
    assert await chat.store.announcements.all() == ()
    assert await chat.store.announcements.named("x1") == "tvarka.pdf"
    assert await chat.store.announcements.sweep(chat.now.replace(year=2027)) == 1


async def test_a_file_joins_the_announcement_in_hand(chat: Chat, rūta: Someone) -> None:
    """Dropped while the form is open, or under its preview, it is attached; the form goes on where it was."""
    await members(chat, "Ada")
    await rūta.says("/skelbti")
    assert "Prisegta: tvarka.pdf." in (await sends(rūta, "", attachment("tvarka.pdf"))).plain
    await rūta.presses("Tęsti formą")
    await rūta.fills_in(lt=TEXT, audience="Visi nariai")
    assert "Prisegta: tvarka.pdf." in rūta.last.plain
    shown = await sends(rūta, "", attachment("planas.png", b"\x89PNG", "image/png"))
    assert "Prisegta: tvarka.pdf, planas.png." in shown.plain
    await rūta.presses("Siųsti")
    [sent] = await chat.store.sendings.all()
    assert sent.content["files"] == [{"id": "x1"}, {"id": "x2"}]


async def test_a_caption_is_the_answer_to_what_the_form_asks(chat: Chat, rūta: Someone) -> None:
    """A picture with its text, sent when the text is asked for: both are in, and the next question follows."""
    await members(chat, "Ada")
    await rūta.says("/skelbti")
    asked = await sends(rūta, TEXT, attachment("planas.png", b"\x89PNG", "image/png"))
    assert "anglų kalba" in asked.plain
    await rūta.fills_in(audience="Visi nariai")
    assert "Prisegta: planas.png." in rūta.last.plain and "Susitinkame" in rūta.last.plain


async def test_a_draft_from_a_file_whose_time_has_passed_is_asked_anew(chat: Chat, rūta: Someone) -> None:
    """Attached to later, the preview asks for the time that is left to choose."""
    await members(chat, "Ada")
    await sends(rūta, "", attachment("skelbimas.toml", TOML.encode()))
    chat.passes(days=20)
    await rūta.says("/juodrasciai b1")
    assert "jau praėjo" in (await rūta.presses("Tęsti")).plain
    await rūta.says("2026-10-15 10:00")
    chat.passes(days=2)
    assert "jau praėjo" in (await sends(rūta, "", attachment("tvarka.pdf"))).plain
    shown = await rūta.says("2026-10-20 10:00")
    assert "Prisegta: tvarka.pdf." in shown.plain and "Siųsti" in labels(shown)


async def test_the_pictures_of_an_album_are_asked_about_once(chat: Chat, rūta: Someone) -> None:
    """Each comes as a message of its own; together they are one announcement."""
    first = await sends(rūta, TEXT, attachment("1.jpg", b"1", "image/jpeg"), album="a7")
    assert "Paskelbti tai?" in first.plain
    for name in ("2.jpg", "3.jpg"):
        assert await sends(rūta, "", attachment(name, name.encode(), "image/jpeg"), album="a7") == Reply()
    [kept] = await chat.store.announcements.all()
    assert len(kept.answers["files"]) == 3
    await rūta.presses("Skelbti", of=first)
    await rūta.fills_in(audience="Visi nariai")
    assert "Prisegta: 1.jpg, 2.jpg, 3.jpg." in rūta.last.plain


async def test_a_toml_file_is_an_announcement(chat: Chat, rūta: Someone) -> None:
    """Its preview is shown at once, and it is sent as it says; what is wrong in it is said with its name."""
    await members(chat, "Ada")
    shown = await sends(rūta, "", attachment("skelbimas.toml", TOML.encode()))
    assert "Nauja tvarka" in shown.plain and "A new procedure" in shown.plain
    await rūta.presses("Siųsti")
    [sent] = await chat.store.sendings.all()
    assert sent.content["audience"] == ["all", "-role:manager"] and sent.content["acknowledge"]
    assert sent.due == datetime(2026, 9, 30, 6, tzinfo=UTC), "nine in Vilnius"
    wrong = await sends(rūta, "", attachment("x.toml", b'lt = "Labas"\naudience = ["group:niekas"]'))
    assert wrong.plain.startswith("x.toml: audience: gavėjų „group:niekas“")


async def test_files_that_a_file_names_are_to_follow(chat: Chat, rūta: Someone) -> None:
    """Until they are all here it cannot be sent."""
    await members(chat, "Ada")
    text = TOML + 'attachments = ["priedai/tvarka.pdf", "planas.png"]\n'
    shown = await sends(rūta, "", attachment("skelbimas.toml", text.encode()))
    assert "Dar trūksta priedų, atsiųskite juos čia: tvarka.pdf, planas.png." in shown.plain
    assert "Siųsti" not in labels(shown)
    shown = await sends(rūta, "", attachment("tvarka.pdf"))
    assert "juos čia: planas.png." in shown.plain
    shown = await sends(rūta, "", attachment("planas.png", b"\x89PNG", "image/png"))
    assert "trūksta" not in shown.plain and "Siųsti" in labels(shown)


async def test_a_sheet_that_is_no_list_can_be_sent_round(chat: Chat, rūta: Someone) -> None:
    """What cannot be taken in says why, and can be attached instead."""
    await members(chat, "Ada")
    await sends(rūta, "", attachment("biudzetas.csv", b"Straipsnis;Suma\nNuoma;100\n"))
    await rūta.presses("Skelbti su šiuo failu")
    assert "Prisegta: biudzetas.csv." in rūta.last.plain
    await rūta.fills_in(lt=TEXT, audience="Visi nariai")
    await rūta.presses("Siųsti")
    assert len(await chat.store.sendings.all()) == 1


@pytest.mark.parametrize(
    ("text", "file", "said"),
    [
        ("", attachment("video.mp4", b"", "video/mp4", 60_000_000), "„video.mp4“ yra didesnis nei 20\xa0MB"),
        ("", attachment("k.xlsx", b"", "", 60_000_000), "„k.xlsx“ yra didesnis nei 20\xa0MB"),
        ("", attachment("didelis.pdf", b"0" * (FILE_BYTES + 1), size=1), "didesnis nei 20\xa0MB"),
        ("", attachment("tuscias.pdf", b""), "„tuscias.pdf“ yra tuščias"),
        ("ž" * 40_000, None, f"telpa ne daugiau kaip {TEXT_LENGTH}"),
    ],
)
async def test_what_cannot_be_carried_is_said_in_one_sentence(
    chat: Chat, rūta: Someone, text: str, file: Attachment | None, said: str
) -> None:
    """Too large, empty or too long: one kind sentence, and nothing is kept."""
    reply = await sends(rūta, text, *([file] if file else []))
    assert said in reply.plain and len(reply.blocks) == 1 and not reply.buttons
    assert await chat.store.announcements.all() == ()


async def test_it_is_there_after_a_restart(tmp_path: Path) -> None:
    """The offer, its text and its file survive; pressed afterwards, it is announced whole."""
    chat = Chat.begin(EmbeddedStore.open(tmp_path), Policy(approve_over=3))
    await chat.associate()
    rūta = await secretary(chat)
    asked = await sends(rūta, TEXT, attachment("tvarka.pdf"), forwarded=True)
    await chat.store.close()
    again = Chat.begin(EmbeddedStore.open(tmp_path), Policy(approve_over=3))
    again.events = 100
    rūta.chat = again
    await rūta.presses("Skelbti", of=asked)
    await goes_out(rūta)
    [sent] = await again.store.sendings.all()
    file = await again.store.announcements.file(sent.content["files"][0]["id"])
    assert sent.content["lt"] == TEXT and file is not None and file.content == b"%PDF"
    await again.store.close()


async def test_a_text_that_telegram_cut_is_one_text(chat: Chat, rūta: Someone) -> None:
    """Pieces that come at once belong together, in the form and without one; of too many the whole is refused, and no
    piece is taken for the answer to the next question."""
    await members(chat, "Ada")
    piece = "žodis " * 680
    first = await sends(rūta, piece)
    assert await sends(rūta, "pabaiga") == Reply() and "Paskelbti tai?" in first.plain
    [kept] = await chat.store.announcements.all()
    assert kept.answers["lt"] == f"{piece.strip()}\npabaiga"
    await rūta.says("/skelbti")
    for text in (piece, "pabaiga"):
        asked = await sends(rūta, text)
    assert "anglų kalba" in asked.plain
    for _ in range(9):
        asked = await sends(rūta, piece)
    assert "Per ilgas tekstas: telpa ne daugiau kaip 12000 ženklų" in asked.plain
    chat.passes(seconds=10)
    asked = await sends(rūta, TEXT)
    assert "anglų kalba" in asked.plain, "typed later it is another text"
    draft = await chat.store.conversation.draft("n1")
    assert draft is not None and draft.answers["lt"] == TEXT
    await sends(rūta, "We meet on Monday")
    await rūta.fills_in(audience="Visi nariai")
    assert "We meet on Monday" in rūta.last.plain


async def test_a_text_cut_into_too_many_is_refused_whole(chat: Chat, rūta: Someone) -> None:
    """Forty thousand characters come as ten messages: what they come to is said, and taken up it is asked anew."""
    first = await sends(rūta, "žodis " * 680)
    for _ in range(9):
        last = await sends(rūta, "žodis " * 680)
    assert f"telpa ne daugiau kaip {TEXT_LENGTH}" in last.plain
    await rūta.presses("Skelbti", of=first)
    await rūta.fills_in(audience="Visi nariai", lt=TEXT)
    [asked] = [reply for reply in rūta.replies if "Per ilgas tekstas" in reply.plain]
    assert "Tekstas lietuvių kalba" in asked.plain and "Siųsti" not in labels(asked)
    assert "Susitinkame pirmadienį" in rūta.last.plain and "Siųsti" in labels(rūta.last)
