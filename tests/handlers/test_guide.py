"""What the bot says about itself."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from handlers.guide import EXAMPLES
from handlers.i18n import translator
from tests.conversation import Chat, moment


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat.begin()
    await chat.associate()
    await chat.call("Inočekiai", closes=moment("2026-09-30 16:00"))
    yield chat
    await chat.store.close()


@pytest.mark.parametrize("language", ["lt", "en"])
@pytest.mark.parametrize("example", EXAMPLES)
async def test_every_example_of_help_is_understood(chat: Chat, example: str, language: str) -> None:
    """What help offers as an example is answered with what it asks for, in both languages."""
    ada = await chat.member("Ada", groups=("politika",), language=language)
    t = translator(language)
    reply = await ada.says(t(example))
    refusals = (
        t("I did not understand that. You can ask, for example:"),
        t("That is not something I know about. I answer about our calls, meetings, surveys and news."),
        t("Did you mean one of these?"),
    )
    assert not any(refusal in reply.plain for refusal in refusals), reply.plain


@pytest.mark.parametrize("question", ["kokie kvietimai laukia?", "which calls are coming?"])
async def test_what_is_coming_is_open_and_planned(chat: Chat, question: str) -> None:
    """Calls that are coming are those that are open and those that are planned."""
    await chat.call("Expo klasteris", opens=moment("2026-11-01"))
    ada = await chat.member("Ada")
    reply = await ada.says(question)
    assert "Inočekiai" in reply.plain and "Expo klasteris" in reply.plain


async def test_help_names_what_a_member_and_the_secretariat_look_for() -> None:
    """Topics, quiet hours and reminders for everybody; results, mail and undoing a list for the secretariat alone."""
    chat = Chat.begin()
    await chat.associate()
    own = ("/tema", "/snausti", "/tyla", "/priminimai", "/apklausos", "/klausti")
    theirs = ("/rezultatai", "/pastu", "/atsaukti_importa", "/kam_pasakyta", "/perduoti", "/kanalas")
    ada = (await (await chat.member("Ada")).says("/pagalba")).plain
    rūta = (await (await chat.member("Rūta", "secretariat")).says("/pagalba")).plain
    assert all(command in ada and command in rūta for command in own)
    assert all(command in rūta and command not in ada for command in theirs)
