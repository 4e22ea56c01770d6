"""Members read a draft section by section and say for their organisation what they think of it, until it closes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from storage.consultations import Position, Remark, Section
from storage.words import Words
from tests.conversation import Chat, Someone, button, labels
from tests.handlers.consultations.consulted import CLOSES, PLAN, opened, sent
from tests.handlers.surveys.asked import associate, somebody


@pytest.fixture
async def chat() -> Chat:
    chat = Chat.begin()
    await associate(chat)
    return chat


@pytest.fixture
async def ona(chat: Chat) -> Someone:
    """A manager of the first cluster."""
    return await somebody(chat, "Ona", "k1", "manager")


async def said(chat: Chat, section: str, owner: str = "k1") -> Remark:
    """What that organisation says of a section."""
    remarks = await chat.store.consultations.remarks("t1")
    return next(r for r in remarks if (r.section, r.owner) == (section, owner))


async def test_a_remark_and_a_wording_stand_side_by_side_until_they_are_taken_back(
    chat: Chat, ona: Someone
) -> None:
    """Both are one position; agreeing gives them up only when that is confirmed; what is taken back is gone, and
    everything can be changed until it closes."""
    await opened(chat)
    await ona.says("/skyrius t1 1")
    await ona.presses("Turiu pastabą")
    assert "Ne daugiau kaip 3000 ženklų." in ona.last.plain
    await ona.says("Per trumpa.")
    await ona.presses("Siūlau formuluotę")
    await ona.says("Stiprinti ir plėsti klasterius.")
    assert ona.last.plain.endswith(
        "Pastaba:\nPer trumpa.\nSiūloma formuluotė:\nStiprinti ir plėsti klasterius."
    )
    await ona.presses("Turiu pastabą")
    assert "Per trumpa." in ona.last.plain
    await ona.says("Per trumpa ir neaišku.")
    assert (await said(chat, "1")).said == Position(
        remark="Per trumpa ir neaišku.", proposal="Stiprinti ir plėsti klasterius."
    )
    asked = await ona.presses("Pritariu")
    assert "pritarus to nebeliks" in asked.plain and "Per trumpa ir neaišku." in asked.plain
    assert not (await said(chat, "1")).said.agrees
    await ona.presses("Vis tiek pritarti")
    assert (await said(chat, "1")).said == Position(agrees=True)
    assert (await ona.presses("Atsiimti")).plain.startswith("Pozicija atsiimta.")
    assert "dar nepasisakė" in ona.last.plain and "Atsiimti" not in labels(ona.last)


async def test_a_short_question_beside_a_remark_is_asked_about_and_a_long_one_is_the_remark(
    chat: Chat, ona: Someone
) -> None:
    """ "kada posėdis?" is not recorded as an organisation's wording unasked; a remark that asks something is taken."""
    await opened(chat)
    await ona.says("/siulyti t1 1")
    asked = await ona.says("kada posėdis?")
    assert asked.plain == "Ar tai atsakymas į „Kaip siūlote išdėstyti šį skyrių?“, ar klausimas?"
    assert await chat.store.consultations.remarks("t1") == ()
    assert "Posėdžių nenumatyta." in (await ona.presses("Klausimas")).plain
    await ona.presses("Tęsti formą")
    assert (await ona.says("kada kitas posėdis")).plain == asked.plain
    await ona.presses("Klausimas")
    chat.passes(minutes=11)
    assert (await ona.says("labas")).plain.startswith("Laba diena.")
    assert await chat.store.consultations.remarks("t1") == ()
    long = (
        "Siūlome nurodyti, kada bus skelbiami kvietimai, nes be terminų klasteriai negali planuoti savo paraiškų. "
        * 2
    )
    await ona.says(f"{long}Kada posėdis?")
    assert (await said(chat, "1")).said.proposal.endswith("Kada posėdis?")


async def test_the_rest_is_agreed_to_at_once(chat: Chat, ona: Someone) -> None:
    """Whoever has remarked on what they wanted agrees to everything else with one press, shown how much that is."""
    await opened(chat)
    await ona.says("/konsultacija t1")
    assert "Pritarti visam projektui" in labels(ona.last)
    await chat.store.consultations.say("t1", "2", 0, "k1", "n1", Position(remark="Mažai."), chat.now)
    await ona.says("/konsultacija t1")
    asked = await ona.presses("Pritarti likusiems")
    assert (
        asked.plain
        == "Jūsų organizacija dar nepasisakė dėl 2 skyrių. Patvirtinę pritarsite viskam, kas liko."
    )
    done = await ona.presses("Pritariu")
    assert "pasisakė dėl 3 iš 3 skyrių" in done.plain and "Pritarti likusiems" not in labels(done)
    assert (await said(chat, "2")).said.remark == "Mažai."
    assert (await ona.says("/pritarti_likusiems t1 yes")).plain.startswith("Klasterių koncepcija")


async def test_colleagues_write_one_position_and_lose_nothing(chat: Chat, ona: Someone) -> None:
    """Whoever saves second sees what the first has written, has their own text kept, and chooses; a press on an old
    button changes nothing."""
    jonas = await somebody(chat, "Jonas", "k1")
    await opened(chat)
    await ona.says("/pastaba t1 1")
    await jonas.says("/skyrius t1 1")
    stale = jonas.last
    await ona.says("Onos pastaba.")
    await jonas.presses("Turiu pastabą", of=stale)
    between = await jonas.says("Jono pastaba.")
    assert between.plain == (
        "Nieko nepakeista: kol rašėte, jūsų organizacijos vardu parašė Ona (rugsėjo 24 d., 10:00).\n"
        "Pastaba:\nOnos pastaba.\n"
        "Jūsų tekstas (jis išsaugotas):\nJono pastaba."
    )
    assert (await said(chat, "1")).said.remark == "Onos pastaba."
    mending = await jonas.presses("Taisyti savąjį")
    assert "Jono pastaba." in mending.plain
    await jonas.says("Onos ir Jono pastaba.")
    both = await said(chat, "1")
    assert (both.said.remark, both.member, both.writers) == ("Onos ir Jono pastaba.", "n2", ("n1", "n2"))
    pressed = await jonas.presses("Pritariu", of=stale)
    assert "pritarus to nebeliks" in pressed.plain
    old = button(stale, "Pritariu").command.replace("v0", "instead v1")
    assert (await ona.says(f"/{old}")).plain.startswith(
        "Nieko nepakeista: kol rašėte, jūsų organizacijos vardu parašė Jonas"
    )

    await ona.says("/siulyti t1 2 v0")
    await chat.store.consultations.say("t1", "2", 0, "k1", "n2", Position(remark="Jono."), chat.now)
    await ona.says("Onos formuluotė.")
    await ona.presses("Vietoj jo įrašyti mano")
    assert (await said(chat, "2")).said == Position(remark="Jono.", proposal="Onos formuluotė.")
    assert (await ona.says("/taip")).plain.startswith("Čia nėra ko baigti")


async def test_the_others_are_seen_only_where_that_is_set(chat: Chat, ona: Someone) -> None:
    """Their positions stand under a section, long ones in full behind a button; where it is not set nobody does."""
    eva = await somebody(chat, "Eva", "k2")
    shown = await opened(chat, others_shown=True)
    hidden = await opened(chat, replace(PLAN, key="kita"))
    for one in (shown, hidden):
        await chat.store.consultations.say(
            one.id, "1", 0, "k2", "n2", Position(remark="žodis " * 90), chat.now
        )
        await chat.store.consultations.say(one.id, "1", 0, "LKA", "n9", Position(agrees=True), chat.now)
    section = (await ona.says("/skyrius t1 1")).plain
    assert "Kitų pozicijos:\n• 2 klasteris: žodis žodis" in section and section.endswith(
        "…\n• Lietuvos klasterių asociacija: Pritaria"
    )
    everything = await ona.presses("Visos kitų pozicijos")
    assert "žodis " * 89 in everything.plain and "Šiam skyriui pritaria." in everything.plain
    assert "žodis" not in (await ona.says("/skyrius t2 1")).plain
    assert (await ona.says("/kiti t2 1")).plain == "Čia kol kas nėra ko rodyti."
    assert "mato vieni kitų pozicijas" in (await ona.says("/konsultacija t1")).plain
    assert "mato tik sekretoriatas" in (await ona.says("/konsultacija t2")).plain
    assert "Lietuvos klasterių asociacija" in (await eva.says("/skyrius t1 1")).plain
    assert "2 klasteris:" not in eva.last.plain


async def test_many_sections_come_by_pages_and_long_ones_in_parts(chat: Chat, ona: Someone) -> None:
    """Nine sections a page with ways on and back; a long section is read on, and spoken of all the same."""
    sections = tuple(Section(str(n), f"Dalis {n}", "") for n in range(1, 20))
    long = Section("20", "Ilga", "\n".join(f"{n} sakinys. " * 20 for n in range(40)))
    await opened(chat, sections=(*sections, long))
    first = await ona.says("/konsultacija t1")
    assert "• 9. Dalis 9" in first.plain and "Dalis 10" not in first.plain and "‹" not in labels(first)
    await ona.presses("›")
    last = await ona.presses("›")
    assert "• 19. Dalis 19\n• 20. Ilga" in last.plain and "›" not in labels(last)
    part = await ona.presses("20")
    assert len(part.plain) < 3200 and "dar nepasisakė" not in part.plain
    parts = 1
    while "Skaityti toliau" in labels(ona.last):
        await ona.presses("Skaityti toliau")
        parts += 1
    assert parts > 3 and "39 sakinys." in ona.last.plain and "dar nepasisakė" in ona.last.plain
    back = await ona.presses("Skyriai")
    assert "• 20. Ilga" in back.plain
    assert "• 19. Dalis 19" in (await ona.says("/konsultacija t1 p99")).plain


async def test_the_list_has_what_asks_first_and_what_was_spoken_of(chat: Chat, ona: Someone) -> None:
    """What nobody has spoken of stands first; a closed one stays for who took part; others see none of it."""
    eva = await somebody(chat, "Eva", "k2")
    assert (
        await ona.says("/konsultacijos")
    ).plain == "Šiuo metu nėra konsultacijų, kurios lauktų jūsų pozicijos."
    await opened(chat, audience=("cluster:k1",))
    await opened(chat, replace(PLAN, key="kita", title=Words("Antra")), audience=("cluster:k1",))
    await chat.store.consultations.say("t1", "1", 0, "k1", "n1", Position(agrees=True), chat.now)
    listed = await ona.says("/konsultacijos")
    assert listed.plain == (
        "Konsultacijos:\n1. Antra (vyksta iki spalio 5 d., 17:00)\n"
        "2. Klasterių koncepcija (vyksta iki spalio 5 d., 17:00; pasisakyta dėl 1 iš 3)"
    )
    assert "2. Lėšos" in (await ona.presses("1")).plain
    for line in (
        "/konsultacija t1",
        "/skyrius t1 1",
        "/kiti t1 1",
        "/pritarti t1 1",
        "/pritarti_likusiems t1",
    ):
        assert (await eva.says(line)).plain == "Tokios konsultacijos nėra arba ji skirta ne jums."
    for id in ("t1", "t2"):
        await chat.store.consultations.close(id, chat.by())
    assert (await ona.says("/konsultacijos")).plain.splitlines()[1:] == [
        "1. Klasterių koncepcija (baigta; pasisakyta dėl 1 iš 3)"
    ]


async def test_whoever_has_no_organisation_speaks_for_themselves(chat: Chat) -> None:
    """Two of them have two positions, under their own names."""
    ada, jurga = await somebody(chat, "Ada", ""), await somebody(chat, "Jurga", "")
    rita = await somebody(chat, "Rita", "LKA", "secretariat")
    await opened(chat)
    for who in (ada, jurga):
        await who.says("/pastaba t1 1")
        await who.says(f"{who.name} nesutinka.")
    assert len(await chat.store.consultations.remarks("t1")) == 2
    assert (
        "1. Ada: Ada nesutinka. (nenuspręsta)\n2. Jurga: Jurga nesutinka. (nenuspręsta)"
        in (await rita.says("/pastabos t1 1")).plain
    )


async def test_what_cannot_be_done_is_said_in_one_sentence(chat: Chat, ona: Someone) -> None:
    """A section that is not there, an empty remark, ten thousand characters, a button after the closing, words that
    name nothing: nothing is kept of it, and nobody sees an error."""
    await opened(chat)
    assert (await ona.says("/skyrius t1 9")).plain == "Tokio skyriaus šiame projekte nėra: 9."
    assert (await ona.says("/pastaba t1 " + "9" * 500)).plain.startswith(
        "Tokio skyriaus šiame projekte nėra: 9999"
    )
    assert (await ona.says("/skyrius t1")).plain == "Tokio skyriaus šiame projekte nėra: –."
    for line in ("/skyrius", "/skyrius a1 1", "/pritarti", "/konsultacija t99", "/konsultacija ²"):
        assert (await ona.says(line)).plain == "Tokios konsultacijos nėra arba ji skirta ne jums."
    await ona.says("/pastaba t1 1")
    assert "3000" in (await ona.says("a" * 3001)).plain
    assert "3000" in (await ona.submits("remark t1 1", {"text": "b" * 10_000})).plain
    for empty in ("", "   "):
        await ona.submits("remark t1 1", {"text": empty})
        assert "Tekstas tuščias" in ona.last.plain or "būtin" in ona.last.plain
    assert await chat.store.consultations.remarks("t1") == ()
    await ona.says("/atsaukti")
    chat.now = CLOSES - timedelta(seconds=1)
    before = await ona.says("/skyrius t1 1")
    await ona.presses("Turiu pastabą", of=before)
    chat.now = CLOSES + timedelta(seconds=1)
    late = "Konsultacija baigėsi spalio 5 d., 17:00; pasisakyti ar keisti pozicijos nebegalima."
    assert (await ona.says("Vėluoju.", quotes=True)).plain == late
    for label in ("Pritariu", "Turiu pastabą", "Siūlau formuluotę"):
        assert (await ona.presses(label, of=before)).plain == late
    assert (await ona.says("/pritarti_likusiems t1 yes")).plain == late
    assert await chat.store.consultations.remarks("t1") == ()


async def test_a_draft_and_the_secretariats_ways_are_not_for_members(chat: Chat, ona: Someone) -> None:
    """What is not open yet nobody sees; opening, deciding, the table and the rest are the secretariat's."""
    await chat.store.consultations.add(PLAN, chat.by())
    assert "nėra" in (await ona.says("/konsultacija t1")).plain
    await chat.store.consultations.open("t1", 1, chat.by())
    await chat.store.consultations.say("t1", "1", 0, "k2", "n9", Position(remark="Slapta."), chat.now)
    for line in (
        "/pastabos t1 1",
        "/spresti r1",
        "/pastabu_lentele t1 docx",
        "/uzdaryti_konsultacija t1 v2",
        "/paskelbti_sprendimus t1 v2",
        "/nauja_konsultacija t1",
    ):
        reply = await ona.says(line)
        assert "sekretoriat" in reply.plain.casefold() and "Slapta" not in reply.plain and not reply.files


async def test_who_has_no_organisation_is_spoken_to_alone(chat: Chat) -> None:
    """An expert who sits for nobody is never told of "your organisation", from the invitation to the last question."""
    await opened(chat, audience=("all",))
    jonas = await somebody(chat, "Jonas", "")
    heard = list((await sent(chat))["chat-uJonas"])
    for said in ("/konsultacija t1", "/skyrius t1 1"):
        heard.append((await jonas.says(said)).plain)
    heard.append((await jonas.presses("Turiu pastabą")).plain)
    heard.append((await jonas.says("Per trumpa.")).plain)
    heard.append((await jonas.presses("Pritariu")).plain)
    heard.append((await jonas.says("/pritarti_likusiems t1")).plain)
    everything = "\n".join(heard)
    assert "rganizacij" not in everything, everything
    for sentence in (
        "galite kiekvienam skyriui pritarti",
        "Dėl šio skyriaus dar nepasisakėte.",
        "Kokia jūsų pastaba?",
        "Esate parašę štai ką",
        "Pritarsite 2 skyriams, dėl kurių dar nepasisakėte.",
    ):
        assert sentence in everything
