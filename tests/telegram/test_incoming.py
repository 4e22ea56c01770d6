"""What people pass on, as Telegram brings it and as the bot reads it."""

from __future__ import annotations

from typing import Any

from telegram import Update, User

from bot.telegram.incoming import incoming
from handlers.chat import Incoming

ME = User(1, "Šauklys", True, username="sauklys_bot")
ORIGIN = {"type": "hidden_user", "date": 1, "sender_user_name": "Ministerija"}


async def no_file(id: str, size: int) -> bytes:
    raise AssertionError("nothing is fetched unread")


def brought(**message: Any) -> Incoming:
    """The gesture that this private message is."""
    person = {"id": 7, "is_bot": False, "first_name": "Rūta"}
    raw = {"message_id": 3, "date": 2, "chat": {"id": 7, "type": "private"}, "from": person, **message}
    update = Update.de_json({"update_id": 1, "message": raw}, None)
    msg = incoming(update, ME, no_file)
    assert msg is not None
    return msg


def test_a_forwarded_message_is_known_for_one() -> None:
    """It is marked, and links that hide behind words keep their addresses; what is typed oneself is not marked."""
    link = {"type": "text_link", "offset": 5, "length": 7, "url": "https://a.lt/tvarka"}
    msg = brought(
        text="Nauja tvarka čia", entities=[{**link, "offset": 6, "length": 6}], forward_origin=ORIGIN
    )
    assert (msg.forwarded, msg.text) == (True, "Nauja tvarka (https://a.lt/tvarka) čia")
    typed = brought(text="Nauja tvarka čia", entities=[{**link, "offset": 6, "length": 6}])
    assert (typed.forwarded, typed.text) == (False, "Nauja tvarka čia")


def test_pictures_sent_together_are_known_for_an_album() -> None:
    """Each is a message of its own with the album's name; a caption is the text."""
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 9, "height": 9, "file_size": 60_000_000}]
    msg = brought(photo=photo, caption="Planas", media_group_id="77", forward_origin=ORIGIN)
    assert (msg.album, msg.text, msg.forwarded) == ("77", "Planas", True)
    [file] = msg.files
    assert (file.mime, file.size) == ("image/jpeg", 60_000_000)
