"""What a survey has shown goes to members as an announcement; and an announcement to those who have not answered."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from handlers import progress
from handlers.chat import Account
from handlers.surveys.pushes import close_due
from tests.conversation import Chat, Someone, labels
from tests.handlers.announcements.announcing import sending, settled
from tests.handlers.surveys import shown
from tests.handlers.surveys.asked import PLAN, associate, opened, somebody
from tests.handlers.surveys.shown import answered, furnished, names
from tests.postman import Postman, quiet


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


WISHES = ("Mano vardas Narys1, rašykite n@k1.example", "Trumpesnių paraiškų", "Parodų")


async def announced(chat: Chat, rita: Someone, way: str) -> Someone:
    """Results of a named survey in which everybody wished for something are on their way to who was asked; one of
    them."""
    id = await answered(chat, wishes=WISHES)
    chat.now = shown.PLAN.closes + timedelta(minutes=1)
    await close_due(chat.store, chat.now)
    await rita.says(f"/rezultatai {id} {way}")
    await rita.presses("Siųsti")
    return Someone(chat, Account("telegram", "uNarys1"), "Narys1")


async def arrives(chat: Chat) -> Postman:
    """The minute is over, and it is sent."""
    chat.passes(seconds=61)
    postman = Postman()
    async with sending(chat, postman):
        await settled(chat)
    return postman


async def test_whoever_gets_results_opens_every_picture_of_them() -> None:
    """Six at a time, by a button under the announcement and under `/skelbimai`; the preview says so before."""
    chat = await furnished()
    rita = await somebody(chat, "Rita", "LKA", "secretariat")
    narys = await announced(chat, rita, "share")
    assert "Skelbime gavėjai galės atsiversti 8 diagramas." in rita.replies[-2].plain
    postman = await arrives(chat)
    reply = next(one for one in postman.replies if one.plain.startswith("Ką parodė"))
    assert labels(reply) == ["Visos diagramos", "Atsakyti", "Kodėl tai gavau?"] and len(reply.files) == 3
    first = await narys.presses("Visos diagramos", of=reply)
    assert first.plain == "Ką parodė apklausa „Klasterių poreikių apklausa“\nDiagramos, 1 dalis iš 2."
    assert len(first.files) == 6 and all(f.picture for f in first.files) and labels(first) == ["›"]
    rest = await narys.presses("›")
    assert names(rest) == ["poreikiai-2026-stand.png", "poreikiai-2026-agree.png"] and labels(rest) == ["‹"]
    assert {file.content for file in reply.files} <= {file.content for file in (*first.files, *rest.files)}
    assert labels(await narys.says("/skelbimai"))[0] == "Visos diagramos"


async def test_the_workbook_of_members_has_counts_and_nothing_else() -> None:
    """Only where the secretariat chose it: nobody's answer, text, name or house, and no question of few."""
    chat = await furnished()
    rita = await somebody(chat, "Rita", "LKA", "secretariat")
    narys = await announced(chat, rita, "share table")
    assert "Taip pat galės atsiversti: poreikiai-2026.xlsx." in rita.replies[-2].plain
    postman = await arrives(chat)
    reply = next(one for one in postman.replies if one.plain.startswith("Ką parodė"))
    opened = await narys.presses("Lentelė", of=reply)
    assert names(opened) == ["poreikiai-2026.xlsx"]
    book = load_workbook(io.BytesIO(opened.files[0].content))
    cells = [str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row if cell]
    assert "Kokios pagalbos labiausiai reikia?" in cells and "Paraiškų rengimas" in cells
    assert "Nerodoma, kad nebūtų galima atpažinti, kas ką atsakė." in cells  # few were asked for a sum
    assert "Savais žodžiais atsakė 12." in cells
    assert not [cell for cell in cells for told in (*WISHES, "Narys", "1 klasteris", "k1") if told in cell]
    assert [page.title for page in book][:2] == ["Santrauka", "Atsakymai"]
    assert [len(list(page.iter_rows())) for page in book][1] == 1, "a sentence in place of the answers"


async def test_nobody_else_opens_them() -> None:
    """Neither before it is sent, nor whom it was not sent to, nor in a group, nor once it has been taken back."""
    chat = await furnished()
    rita = await somebody(chat, "Rita", "LKA", "secretariat")
    narys = await announced(chat, rita, "share")
    refused = "Tai siųsta ne jums arba jau atšaukta."
    assert (await narys.says("/enclosed s1")).plain == refused
    await arrives(chat)
    late = await somebody(chat, "Vėlyvė", "k2")
    assert (await late.says("/enclosed s1")).plain == refused
    for wrong in ("", "s9", "a1"):
        assert (await narys.says(f"/enclosed {wrong}")).plain == refused
    assert (await narys.says("/enclosed s1")).files
    among = await narys.among("grupe").says("/enclosed s1")
    assert "/prideta s1" in among.plain and among.files == ()
    stranger = await chat.stranger().says("/enclosed s1")
    assert stranger.files == ()
    await rita.says("/atsiimti s1")
    await rita.presses("Atsiimti")
    assert (await narys.says("/enclosed s1")).plain == refused


async def test_who_approves_sees_what_readers_open() -> None:
    """Beside the texts and the files that it carries."""
    chat = await furnished(approve_over=3)
    rita = await somebody(chat, "Rita", "LKA", "secretariat")
    ona = await somebody(chat, "Ona", "LKA", "secretariat")
    await announced(chat, rita, "share table")
    chat.passes(minutes=2)
    postman = Postman()
    async with sending(chat, postman):
        for new in await progress.due(chat.store, chat.now):
            await chat.store.sendings.open(new.sending, new.recipients, chat.by())
        chat.dispatch.changed()
        await quiet(chat.store, postman)
    asked = postman.arrived[f"chat-{ona.account.user}"][0]
    assert "Skelbime gavėjai galės atsiversti 8 diagramas.\n" in asked and "poreikiai-2026.xlsx" in asked


async def test_two_who_announce_the_same_results_at_once_send_them_once() -> None:
    """Both looked before either sent: the second is told who was first, and may send once more when that is meant."""
    chat = await furnished()
    rita = await somebody(chat, "Rita", "LKA", "secretariat")
    tomas = await somebody(chat, "Tomas", "LKA", "secretariat")
    id = await answered(chat)
    chat.now = shown.PLAN.closes + timedelta(minutes=1)
    await close_due(chat.store, chat.now)
    await rita.says(f"/rezultatai {id} share")
    await tomas.says(f"/rezultatai {id} share table")
    assert (await rita.presses("Siųsti")).plain.startswith("Bus išsiųsta")
    told = await tomas.presses("Siųsti")
    assert told.plain == "Kol žiūrėjote, tuos pačius rezultatus paskelbė Rita; jūsų skelbimas neišsiųstas."
    assert len([one for one in await chat.store.sendings.all() if one.kind == "announcement"]) == 1
    anew = await tomas.presses("Parengti iš naujo")
    assert anew.plain.startswith("Šiuos rezultatus jau paskelbė Rita (spalio 5 d., 17:01); žmonės")
    assert (await tomas.presses("Siųsti")).plain.startswith("Bus išsiųsta")
    assert len([one for one in await chat.store.sendings.all() if one.kind == "announcement"]) == 2


async def with_texts(chat: Chat, *secretaries: str) -> tuple[str, list[Someone]]:
    """A closed survey whose texts go along, and its secretaries."""
    people = [await somebody(chat, name, "LKA", "secretariat") for name in secretaries]
    id = await answered(chat, wishes=("Trumpesnių paraiškų", "Parodų", "Kvietimų", "Ramybės"))
    chat.now = shown.PLAN.closes + timedelta(minutes=1)
    await close_due(chat.store, chat.now)
    await people[0].says(f"/tekstai {id} 8 shared")
    await people[0].presses("Skelbti juos")
    return id, people


async def hides(secretary: Someone, id: str, word: str) -> str:
    """Hides the word wherever it stands; what is said of it."""
    await secretary.says(f"/hideword {id} 8")
    await secretary.says(word)
    return (await secretary.presses("Slėpti visur")).plain


async def test_a_text_that_is_hidden_while_the_announcement_is_looked_at_does_not_go() -> None:
    """The preview is of texts as they were; it is prepared anew, without what is hidden."""
    chat = await furnished()
    id, (rita, tomas) = await with_texts(chat, "Rita", "Tomas")
    kept = await rita.says(f"/rezultatai {id} share")
    words = ("Trumpesnių", "Parodų", "Kvietimų", "Ramybės")
    assert any(word in kept.plain for word in words)
    for word in words:
        assert "lieka kaip buvo" in await hides(tomas, id, word)
    said = await rita.presses("Siųsti", of=kept)
    assert (
        said.plain.startswith("Kol žiūrėjote, dėl jame esančių tekstų")
        and not await chat.store.sendings.all()
    )
    anew = await rita.presses("Parengti iš naujo")
    assert "[…]" in anew.plain and not any(word in anew.plain for word in words)
    assert (await rita.presses("Siųsti")).plain.startswith("Bus išsiųsta")


async def test_who_hides_a_text_hears_what_becomes_of_what_was_shared() -> None:
    """What has not left can be taken back, what has stays as it was shared, and members open the same as before."""
    chat = await furnished()
    id, (rita,) = await with_texts(chat, "Rita")
    narys = Someone(chat, Account("telegram", "uNarys1"), "Narys1")
    await rita.says(f"/rezultatai {id} share table")
    await rita.presses("Siųsti")
    assert "dar neišsiųstas. Atsiimkite jį" in await hides(rita, id, "Kvietimų")
    assert "/atsiimti s1" in rita.last.plain
    await arrives(chat)
    before = (await narys.says("/skelbimai")).plain, (await narys.presses("Lentelė")).files
    assert "lieka kaip buvo" in await hides(rita, id, "Ramybės")
    assert (await rita.says(f"/withholdtexts {id} 8")).plain == (
        "Jie nebeskelbiami.\nKas jau išdalyta ar išsiųsta, lieka kaip buvo."
    )
    assert before == ((await narys.says("/skelbimai")).plain, (await narys.presses("Lentelė")).files)


async def test_what_waits_for_approval_does_not_go_with_texts_that_were_hidden_since() -> None:
    """Who approves is told that it has to be prepared anew."""
    chat = await furnished(approve_over=3)
    id, (rita, tomas) = await with_texts(chat, "Rita", "Tomas")
    await rita.says(f"/rezultatai {id} share")
    assert "laukia" in (await rita.presses("Siųsti")).plain
    await hides(rita, id, "Kvietimų")
    refused = await tomas.says("/release s1")
    assert refused.plain.startswith("Nuo tada, kai skelbimas parašytas") and labels(refused) == ["Atsiimti"]
