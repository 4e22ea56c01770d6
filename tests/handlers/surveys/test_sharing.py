"""What a survey has shown goes to members as an announcement; and an announcement to those who have not answered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.surveys.pushes import close_due
from tests.conversation import Chat, Someone, labels
from tests.handlers.surveys.asked import PLAN, associate, opened, somebody


@pytest.fixture
async def chat() -> Chat:
    chat = Chat.begin()
    await associate(chat, 6)
    return chat


@pytest.fixture
async def rita(chat: Chat) -> Someone:
    """The secretary."""
    return await somebody(chat, "Rita", "LKA", "secretariat")


async def test_results_are_announced_with_one_press(chat: Chat, rita: Someone) -> None:
    """When it has closed, its clearest findings in both languages with their pictures are ready to be sent to those who
    were asked; what is hidden is not in them."""
    survey = await opened(chat, anonymous=True)
    for n in range(1, 8):
        await somebody(chat, f"Vadovas{n}", f"k{n}")
        answers = {"sector": "ict" if n < 5 else "health", "members": "12", "apply": "yes" if n < 4 else "no"}
        await chat.store.surveys.hand_in(survey.id, f"n{n + 1}", f"k{n}", answers, chat.now)
    assert "Apklausa anoniminė, todėl" in (await rita.says("/rezultatai a1 share")).plain
    chat.now = PLAN.closes + timedelta(minutes=1)
    await close_due(chat.store, chat.now)
    await rita.says("/rezultatai a1")
    shown = await rita.presses("Paskelbti nariams")
    assert "Ką parodė apklausa „Klasterių poreikių apklausa“" in shown.plain
    assert "What the survey “Cluster needs survey” has shown" in shown.plain
    assert (
        "• Kokioje srityje veikia jūsų klasteris? – Daugiau kaip pusė (4 iš 7) atsakė „IRT“." in shown.plain
    )
    assert "Pasieks 8 žmones" in shown.plain and "Siųsti" in labels(shown)
    await rita.presses("Siųsti")
    [sending] = [one for one in await chat.store.sendings.all() if one.kind == "announcement"]
    assert len(await chat.store.sendings.deliveries(sending.id)) == 8 and sending.content["files"]


async def test_an_announcement_goes_to_those_who_have_not_answered(chat: Chat, rita: Someone) -> None:
    """`survey-open:a1` are those for whom nobody has answered; a survey that is not open is a fault."""
    survey = await opened(chat)
    await somebody(chat, "Ona", "k1")
    await somebody(chat, "Jonas", "k2")
    await chat.store.surveys.hand_in(survey.id, "n2", "k1", {"sector": "ict"}, chat.now)
    await rita.says("/skelbti")
    await rita.says("Primename apie apklausą", quotes=True)
    await rita.presses("Praleisti")
    offered = await rita.presses("›")
    assert "Neatsakiusieji į apklausą „Klasterių poreikių apklausa“" in str(labels(offered))
    await rita.says("Neatsakiusieji į apklausą „Klasterių poreikių apklausa“", quotes=True)
    while "Praleisti" in labels(rita.last):
        await rita.presses("Praleisti")
    assert "Pasieks 1 žmogų" in rita.last.plain
