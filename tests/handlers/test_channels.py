"""A working group's channel, as transcripts: connected in its chat, announced to, sent the digest, told of changes."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import load_workbook

from bot.dispatch import Policy
from bot.health import health
from bot.outbox import Outbox, Rules
from bot.schedule import notice
from handlers import heard, told
from handlers.announcements.drafts import Bad, from_toml
from handlers.chat import Incoming, Reply
from storage.association import DigestTime, Group
from storage.calls import Why
from storage.channels import Channel
from storage.meetings import Plan
from storage.words import Words
from tests.conversation import STRUCTURE, Chat, Someone, labels, moment
from tests.patience import PATIENCE
from tests.postman import Postman

MONDAY = datetime(2026, 9, 28, 6, tzinfo=UTC)  # 09:00 in Vilnius
GROUP = "-100"
POLICY = "Klasterių politikos darbo grupė"
CHANNEL = "Klasterių politikos darbo grupės kanalas (Telegram)"


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """Two working groups and one that has finished, a call, and a meeting with a join link."""
    chat = Chat.begin(policy=Policy(approve_over=3))
    politika = replace(STRUCTURE.groups[0], digest=DigestTime(0, "09:00"))
    export = Group("eksportas", Words("Eksporto darbo grupė", "Export working group"))
    done = Group("senoji", Words("Senoji darbo grupė"), archived=True)
    await chat.store.association.take_over(replace(STRUCTURE, groups=(politika, export, done)), chat.by())
    await chat.call("Inoklaster LT", closes=moment("2026-10-02 16:00"))
    start = datetime(2026, 10, 1, 14)
    plan = Plan(
        Words("Posėdis"),
        "politika",
        start,
        60,
        "Europe/Vilnius",
        link="https://meet.example/slapta",
        mode="online",
    )
    await chat.store.meetings.add(plan, chat.by())
    yield chat
    await chat.store.close()


@pytest.fixture
async def rūta(chat: Chat) -> Someone:
    """Of the secretariat; she has written to the bot."""
    rūta = await chat.member("Rūta", "secretariat")
    await rūta.says("labas")
    return rūta


async def member(chat: Chat, name: str, *groups: str, language: str = "lt") -> Someone:
    """A member who has written to the bot."""
    person = await chat.member(name, groups=groups, language=language)
    await person.says("labas")
    return person


async def connected(rūta: Someone, room: str = GROUP, group: str = "politika") -> Channel:
    """The secretariat connects the chat."""
    before = len(await rūta.chat.store.channels.all())
    await rūta.among(room).says(f"/kanalas {group}")
    found = await rūta.chat.store.channels.all()
    assert len(found) == before + 1
    return found[-1]


async def leaves(chat: Chat, *postmen: Postman) -> None:
    """What is due is opened, and everything that may leave now has left."""
    rules = Rules({p.name: 1000.0 for p in postmen})
    outbox = Outbox(chat.store, postmen, chat.dispatch.compose, lambda: chat.now, rules)
    await notice(chat.store, chat.now)
    task = asyncio.create_task(outbox.run())
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.sleep(0.05)
            while await under_way(chat):
                await asyncio.sleep(0.01)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def under_way(chat: Chat) -> bool:
    """Whether something is being sent, or could be now."""
    open_ = {s.id for s in await chat.store.sendings.all() if s.state == "open" and s.due <= chat.now}
    queued = [d for d in await chat.store.sendings.in_state("queued") if d.sending in open_]
    return bool(queued or await chat.store.sendings.in_state("sending"))


async def announces(rūta: Someone, *audience: str, acknowledge: str = "no", en: str = "") -> Reply:
    """The secretariat fills the form in; the preview."""
    answers: dict[str, str | tuple[str, ...]] = {
        "lt": "Naujiena\n\nAteikite.",
        "en": en,
        "audience": audience,
        "exclude": (),
    }
    answers |= {"exclude": (), "at": "", "acknowledge": acknowledge, "urgent": ""}
    return await rūta.submits("announce", answers)


# Connecting


async def test_the_secretariat_connects_a_chat_by_one_command(chat: Chat, rūta: Someone) -> None:
    """`/kanalas politika` in the chat connects it, is confirmed to whoever said it, and the chat itself hears what will
    come; `/grupes politika` shows it to the secretariat, not to members; the history says who."""
    reply = await rūta.among(GROUP).says("/kanalas politika")
    assert reply.aside and reply.plain.startswith(
        f"Prijungta: nuo šiol grupė „{POLICY}“ turi kanalą programėlėje „Telegram“"
    )
    assert "Nė vieno šios grupės nario programėlėje „Telegram“ dar nepažįstu." in reply.plain
    [channel] = await chat.store.channels.all()
    assert (channel.group, channel.platform, channel.address, channel.by) == (
        "politika",
        "telegram",
        GROUP,
        "n1",
    )
    postman = Postman()
    await leaves(chat, postman)
    [greeting] = postman.arrived[GROUP]
    assert greeting.startswith(f"Nuo šiol čia – darbo grupės kanalas: {POLICY}.") and "asmeniško" in greeting
    assert postman.replies[-1].buttons == ()
    ada = await member(chat, "Ada", "politika")
    assert (
        "Programėlės „Telegram“ kanalas prijungtas nuo rugsėjo 24 d."
        in (await rūta.says("/grupes politika")).plain
    )
    assert "Kanalas" not in (await ada.says("/grupes politika")).plain
    assert "Rūta: prijungtas kanalas, " + CHANNEL in (await rūta.says("/istorija")).plain


async def test_only_the_secretariat_connects(chat: Chat, rūta: Someone) -> None:
    """A member and a stranger are told in one sentence that they cannot, and nothing is connected."""
    ada = await member(chat, "Ada", "politika")
    assert (await ada.among(GROUP).says("/kanalas politika")).plain == "Tai gali tik sekretoriatas."
    guest = chat.stranger("Svečias").among(GROUP)
    assert "Tai skirta nariams" in (await guest.says("/kanalas politika")).plain
    assert await chat.store.channels.all() == ()


async def test_in_private_it_says_where_it_is_done(chat: Chat, rūta: Someone) -> None:
    """Said in a private chat nothing is connected: what to write, and where."""
    reply = await rūta.says("/kanalas politika")
    assert "Kanalo grupė dar neturi." in reply.plain
    assert "pakvieskite mane į jį ir ten parašykite /kanalas politika" in reply.plain
    assert "/sauklys kanalas politika" in reply.plain
    assert await chat.store.channels.all() == ()


async def test_what_cannot_be_connected_is_refused_in_a_sentence(chat: Chat, rūta: Someone) -> None:
    """A group that is not there, one that has finished, a chat that is another group's, the same chat again."""
    room = rūta.among(GROUP)
    unknown = await room.says("/kanalas kosmosas")
    assert unknown.plain == "Darbo grupės „kosmosas“ nežinau."
    assert labels(unknown) == ["Eksporto darbo grupė", POLICY]
    assert "darbą baigė" in (await room.says("/kanalas senoji")).plain
    await connected(rūta)
    assert (await room.says("/kanalas politika")).plain == f"Šis pokalbis jau yra grupės „{POLICY}“ kanalas."
    taken = await room.says("/kanalas eksportas")
    assert taken.plain == f"Šis pokalbis yra grupės „{POLICY}“ kanalas. Pirma atjunkite jį nuo tos grupės."
    await room.presses("Atjungti Telegram")
    assert (await connected(rūta, group="eksportas")).group == "eksportas"
    assert len([s for s in await chat.store.sendings.all() if s.kind == "channel"]) == 2


async def test_without_a_group_it_asks_which(chat: Chat, rūta: Someone) -> None:
    """The working groups are buttons; in a channel it says whose it is."""
    room = rūta.among(GROUP)
    asked = await room.says("/kanalas")
    assert asked.plain == "Kurios grupės kanalas bus šis pokalbis?"
    assert labels(asked) == ["Eksporto darbo grupė", POLICY]
    await room.presses(POLICY)
    assert (await room.says("/channel")).plain == f"Šis pokalbis yra grupės „{POLICY}“ kanalas."
    assert (await rūta.among("-200").says("/kanalas off")).plain == "Šis pokalbis nėra jokios grupės kanalas."


async def test_another_chat_takes_the_place_of_the_one_before(chat: Chat, rūta: Someone) -> None:
    """A group has one channel on a platform; whoever connects another chat is told that the first is it no more."""
    first = await connected(rūta)
    reply = await rūta.among("-200").says("/kanalas politika")
    assert "Ankstesnis pokalbis nebėra jos kanalas." in reply.plain
    [channel] = await chat.store.channels.all()
    assert (channel.id, channel.address) == (first.id, "-200")


async def test_it_is_taken_away_in_its_chat_or_in_private(chat: Chat, rūta: Someone) -> None:
    """`off` in the chat takes it away, elsewhere says that it is not there, in private takes away all."""
    await connected(rūta)
    await chat.store.channels.connect("politika", "slack", "C1", chat.by())
    other = rūta.among("-200")
    assert (
        await other.says("/kanalas politika off")
    ).plain == f"Šis pokalbis nėra grupės „{POLICY}“ kanalas."
    gone = f"Atjungta: grupė „{POLICY}“ nebeturi kanalo programėlėje „Telegram“."
    assert (await rūta.among(GROUP).says("/kanalas politika off")).plain == gone
    assert labels(await rūta.says("/kanalas politika")) == ["Atjungti Slack"]
    assert "nebeturi kanalo programėlėje „Slack“" in (await rūta.presses("Atjungti Slack")).plain
    assert (await rūta.says("/kanalas politika off")).plain == f"Tokio kanalo grupė „{POLICY}“ neturi."
    assert not any(c.connected for c in await chat.store.channels.all())


async def test_an_import_of_the_association_leaves_the_channels(chat: Chat, rūta: Someone) -> None:
    """The association's file says nothing of channels, so they stay; the chat of a group that it drops is free."""
    channel = await connected(rūta)
    shorter = replace(STRUCTURE, groups=(Group("eksportas", Words("Eksporto darbo grupė")),))
    await chat.store.association.take_over(STRUCTURE, chat.by())
    assert await chat.store.channels.get(channel.id) == channel
    await chat.store.association.take_over(shorter, chat.by())
    await rūta.among(GROUP).says("/kanalas eksportas")
    assert [(c.group, c.address) for c in await chat.store.channels.all()] == [
        ("politika", ""),
        ("eksportas", GROUP),
    ]


# Announcing


async def test_an_announcement_goes_into_the_channel_as_one_post(chat: Chat, rūta: Someone) -> None:
    """The form offers the channel, the preview counts it in words of its own, one post is there without anything
    personal, and progress and report name it by its group; correcting and taking back reach it."""
    await connected(rūta)
    await member(chat, "Ada", "eksportas")
    preview = await announces(rūta, "channel:politika", "group:eksportas")
    assert f"Pasieks 1 žmogų: Telegram – 1.\nPasieks ir 1 kanalą: {CHANNEL}." in preview.plain
    await rūta.presses("Siųsti")
    chat.passes(minutes=2)
    postman = Postman()
    await leaves(chat, postman)
    assert postman.arrived[GROUP][-1] == "Naujiena\nAteikite." == postman.arrived["chat-uAda"][-1]
    assert [labels(r) for r in postman.replies if r.plain.startswith("Naujiena")].count([]) == 1
    progress = await rūta.says("/siuntimas s2")
    assert f"• išsiųsta: 1\n• {CHANNEL}: išsiųsta" in progress.plain
    reported = await rūta.presses("Ataskaita")
    assert f"Gavo 1 iš 1.\n• {CHANNEL}: išsiųsta" == reported.plain
    book = load_workbook(io.BytesIO(reported.files[-1].content))["Ataskaita"]
    assert (CHANNEL, None, "Telegram", "išsiųsta") in [row[:4] for row in book.iter_rows(values_only=True)]
    await rūta.submits("correct s2", {"lt": "Patikslinta", "en": ""})
    await rūta.presses("Pataisyti")
    await leaves(chat, postman)
    assert "Patikslinta" in postman.arrived[GROUP][-1]
    assert f"Paskelbta čia, įrašas bus ištrintas: {CHANNEL}." in (await rūta.says("/atsiimti s2")).plain
    back = await rūta.presses("Atsiimti")
    assert f"Įrašas trinamas čia: {CHANNEL}." in back.plain
    await leaves(chat, postman)
    assert len(postman.arrived[GROUP]) == 1
    assert f"{CHANNEL}: atsiimta" in (await rūta.says("/siuntimas s2")).plain


async def test_the_form_offers_the_channels_that_there_are(chat: Chat, rūta: Someone) -> None:
    """ "Eksporto darbo grupės kanalas" is among the answers to "Kam?" once it is connected, and no more afterwards."""
    channel = await connected(rūta, group="eksportas")
    for there in (True, False):
        await rūta.says("/skelbti")
        await rūta.says("Naujiena", quotes=True)
        asked = await rūta.presses("Praleisti")
        assert asked.plain.startswith("Kam?")
        assert ("☐ Eksporto darbo grupės kanalas" in labels(asked)) is there
        await chat.store.channels.disconnect(channel.id, chat.by())


async def test_only_a_channel_is_chosen(chat: Chat, rūta: Someone) -> None:
    """The preview says so, and that nobody can confirm; the post has no button then."""
    await connected(rūta)
    preview = await announces(rūta, "channel:politika", acknowledge="yes")
    assert f"Pasieks 1 kanalą: {CHANNEL}." in preview.plain and "Tokių gavėjų nėra" not in preview.plain
    assert "Kanale patvirtinti nebus kam" in preview.plain
    await rūta.presses("Siųsti")
    chat.passes(minutes=2)
    postman = Postman()
    await leaves(chat, postman)
    assert postman.replies[-1].buttons == () and postman.arrived[GROUP][-1].startswith("Naujiena")


async def test_the_people_of_its_group_count_for_the_approval(chat: Chat, rūta: Someone) -> None:
    """A post that more people read than may hear of it without a second person waits for one, who sees where it is."""
    jonas = await chat.member("Jonas", "secretariat")
    await jonas.says("labas")
    await connected(rūta)
    for name in ("Ada", "Eva", "Ona", "Ieva"):
        await member(chat, name, "politika")
    assert "turi patvirtinti kitas" in (await announces(rūta, "channel:politika")).plain
    await rūta.presses("Siųsti")
    chat.passes(minutes=2)
    postman = Postman()
    await leaves(chat, postman)
    [asked] = postman.arrived["chat-uJonas"]
    assert asked.startswith("Prašo patvirtinti Rūta.") and f"Taip pat bus paskelbta čia: {CHANNEL}." in asked
    assert len(postman.arrived[GROUP]) == 1


async def test_who_presses_in_a_channel_confirms_for_themselves(chat: Chat, rūta: Someone) -> None:
    """A recipient confirms their own; somebody who was sent nothing and a stranger hear a kind word alone; the channel
    itself never counts as one who has not read it."""
    await connected(rūta)
    ada, eva = await member(chat, "Ada", "politika"), await member(chat, "Eva")
    await announces(rūta, "group:politika", "channel:politika", acknowledge="yes")
    await rūta.presses("Siųsti")
    chat.passes(minutes=2)
    postman = Postman()
    await leaves(chat, postman)
    deliveries = {d.recipient: d for d in await chat.store.sendings.deliveries("s2")}
    [post] = [r for r in postman.replies if labels(r) == ["Perskaičiau"]]
    for someone in (eva, chat.stranger("Svečias")):
        reply = await someone.among(GROUP).presses("Perskaičiau", of=post)
        assert reply.aside and reply.plain
    assert "patvirtinti nereikia" in (await eva.among(GROUP).presses("Perskaičiau", of=post)).plain
    assert not any(d.acknowledged for d in await chat.store.sendings.deliveries("s2"))
    thanks = await ada.among(GROUP).presses("Perskaičiau", of=post)
    assert thanks.aside and thanks.plain == "Ačiū, pažymėta, kad perskaitėte."
    own = await chat.store.sendings.delivery(deliveries["n2"].id)
    channel = await chat.store.sendings.delivery(deliveries["g1"].id)
    assert own and own.acknowledged and channel and channel.acknowledged is None
    progress = await rūta.says("/siuntimas s2")
    assert "perskaitė: 1" in progress.plain and "Paraginti likusius" not in labels(progress)
    assert (await rūta.says("/paraginti s2")).plain == "Visi, kas gavo, jau perskaitė."


async def test_a_word_for_a_channel_that_is_not_there_is_refused(chat: Chat, rūta: Someone) -> None:
    """The form offers only channels that there are; a file that names another is told what is wrong with it."""
    msg = Incoming("e", rūta.account, "1", True, "")
    for word, said in (
        ("channel:politika", "ši grupė neturi kanalo, į kurį būtų galima rašyti"),
        ("channel:senoji", "ši grupė neturi kanalo"),
        ("channel:kosmosas", "nežinau"),
    ):
        with pytest.raises(Bad, match=said):
            from_toml(f'lt = "a"\naudience = ["{word}"]'.encode(), await chat.dispatch.context(msg))
    await connected(rūta)
    answers, _ = from_toml(b'lt = "a"\naudience = ["channel:politika"]', await chat.dispatch.context(msg))
    assert answers["audience"] == ("channel:politika",)


async def test_members_find_what_was_posted_in_their_channel(chat: Chat, rūta: Someone) -> None:
    """`/skelbimai` shows the people of the group what its channel was told, and nobody else."""
    await connected(rūta)
    ada, eva = await member(chat, "Ada", "politika"), await member(chat, "Eva")
    await announces(rūta, "channel:politika")
    await rūta.presses("Siųsti")
    chat.passes(minutes=2)
    await leaves(chat, Postman())
    assert "Ateikite." in (await ada.says("/skelbimai")).plain
    assert "Ateikite." not in (await eva.says("/skelbimai")).plain


# The digest, and what has changed since


async def test_the_digest_is_posted_once_without_anything_personal(chat: Chat, rūta: Someone) -> None:
    """One post a week beside everybody's own message: no join link, no names, no buttons; the preview says where it is
    posted, and held it is not."""
    await connected(rūta)
    await member(chat, "Ada", "politika")
    chat.now = MONDAY - timedelta(hours=14)
    await notice(chat.store, chat.now)
    preview = await rūta.says("/santrauka politika")
    assert f"gaus 1 žmogus.\nTaip pat bus paskelbta čia: {CHANNEL}." in preview.plain
    await rūta.presses("Sulaikyti")
    chat.now = MONDAY + timedelta(minutes=1)
    postman = Postman()
    await leaves(chat, postman)
    assert GROUP not in postman.arrived
    await rūta.says("/santraukos_siuntimas s2 go")
    for _ in range(3):
        await leaves(chat, postman)
        chat.passes(minutes=20)
    [text] = postman.arrived[GROUP]
    assert text.startswith(f"Savaitės santrauka: {POLICY}") and "Inoklaster LT: iki spalio 2 d." in text
    assert "ketvirtadienį, spalio 1 d., 14:00" in text
    assert not any(word in text for word in ("slapta", "http", "Ada", "Rūta"))
    assert [labels(r) for r in postman.replies if r.plain == text].count([]) == 1
    assert len(postman.arrived["chat-uAda"]) == 1


async def test_a_channel_connected_while_the_run_waits_gets_it_too(chat: Chat, rūta: Someone) -> None:
    """The evening before there was no channel; connected before the hour, it gets the week's post with everybody, and
    once the hour is over it does not."""
    await member(chat, "Ada", "politika")
    chat.now = MONDAY - timedelta(hours=14)
    await notice(chat.store, chat.now)
    chat.now = MONDAY - timedelta(minutes=30)
    await connected(rūta)
    await notice(chat.store, chat.now)
    assert "Taip pat bus paskelbta čia: " + CHANNEL in (await rūta.says("/santrauka politika")).plain
    chat.now = MONDAY + timedelta(minutes=1)
    postman = Postman()
    await leaves(chat, postman)
    assert [t for t in postman.arrived[GROUP] if t.startswith("Savaitės santrauka")]
    await chat.store.channels.connect("politika", "slack", "C1", chat.by())
    assert await notice(chat.store, chat.now) == 0


async def test_a_mixed_group_reads_both_languages_in_one_post(chat: Chat, rūta: Someone) -> None:
    """The association's first language, and then the other where somebody of the group reads it; a note stands once."""
    await connected(rūta)
    await member(chat, "Ada", "politika")
    await member(chat, "John", "politika", language="en")
    chat.now = MONDAY - timedelta(hours=14)
    await notice(chat.store, chat.now)
    await rūta.submits("digestnote s2", {"note": "Prašome registruotis."})
    chat.now = MONDAY + timedelta(minutes=1)
    postman = Postman()
    await leaves(chat, postman)
    [text] = postman.arrived[GROUP]
    assert text.startswith("Prašome registruotis.\nSavaitės santrauka:")
    assert "\nIn English\nWeekly digest: Cluster policy working group\n" in text
    assert text.count("Prašome registruotis.") == 1


async def test_a_channel_that_was_told_hears_the_change_once(chat: Chat, rūta: Someone) -> None:
    """What the digest told the channel is kept as told to it, and when it changes it hears was → now, once; the table
    of what was told names it by its group."""
    await connected(rūta)
    chat.now = MONDAY + timedelta(minutes=1)
    postman = Postman()
    await leaves(chat, postman)
    known = [(t.member, t.field, t.how) for t in await chat.store.conversation.told("c1")]
    assert ("g1", "closes", "digest") in known
    await chat.store.calls.change(
        "c1", 1, {"closes": moment("2026-10-06 16:00")}, Why("daugiau laiko"), chat.by()
    )
    chat.passes(minutes=11)
    for _ in range(3):
        await leaves(chat, postman)
        chat.passes(minutes=5)
    _, text = postman.arrived[GROUP]
    assert text.startswith("Pasikeitė kvietimas, apie kurį čia buvo rašyta.\nInoklaster LT")
    assert "buvo spalio 2 d., 16:00 → dabar spalio 6 d., 16:00" in text and "daugiau laiko" in text
    ctx = await chat.dispatch.context(Incoming("e", rūta.account, "1", True, ""))
    rows = await heard.rows_of(ctx, call="c1")
    assert {row.name for row in rows} == {CHANNEL} and any(
        row.how == "pranešimas apie pasikeitimą" for row in rows
    )


async def test_an_answer_in_the_channel_is_told_to_the_channel(chat: Chat, rūta: Someone) -> None:
    """Whoever asked in front of everybody is not told by themselves: the channel hears the change, unless it is the
    group's no more; in a chat that is nobody's channel nobody is told."""
    await connected(rūta)
    ada = await member(chat, "Ada", "politika")
    for room in (GROUP, "-200"):
        assert "spalio 2 d." in (await ada.among(room).says("iki kada inoklaster?")).plain
    assert {t.member for t in await chat.store.conversation.told("c1")} == {"g1"}
    await chat.store.calls.change("c1", 1, {"closes": moment("2026-10-06 16:00")}, Why("LVPA"), chat.by())
    chat.passes(minutes=11)
    assert [d.recipients for d in await told.due(chat.store, chat.now)] == [("g1",)]
    await rūta.says("/kanalas politika off")
    assert await told.due(chat.store, chat.now) == ()


async def test_a_meeting_that_moves_is_told_in_the_channel(chat: Chat, rūta: Someone) -> None:
    """A meeting of the digest that is moved is told there as was → now, without its link."""
    await connected(rūta)
    chat.now = MONDAY + timedelta(minutes=1)
    postman = Postman()
    await leaves(chat, postman)
    changes = {"start": datetime(2026, 10, 2, 10)}
    await chat.store.meetings.change("m1", 1, changes, Why("salė"), chat.by())
    chat.passes(minutes=11)
    await leaves(chat, postman)
    text = postman.arrived[GROUP][-1]
    assert text.startswith("Pasikeitė posėdis, apie kurį čia buvo rašyta.") and "slapta" not in text
    assert "ketvirtadienį, spalio 1 d., 14:00 → dabar penktadienį, spalio 2 d., 10:00" in text


# When it cannot be reached


async def test_a_channel_that_is_lost_is_marked_until_it_is_connected_again(
    chat: Chat, rūta: Someone
) -> None:
    """What the platform says is kept with the channel: the progress, `/grupes`, the next preview and `check` say it,
    nothing more is tried; connected again it is reached, and what failed can be sent again."""
    await connected(rūta)
    postman = Postman(blocked={GROUP})
    await leaves(chat, postman)
    channel = await chat.store.channels.get("g1")
    assert channel and channel.unreachable == "The person has blocked the bot."
    await chat.store.channels.lost("g1", GROUP, "The bot was removed from the group.")
    assert (
        "Programėlės „Telegram“ kanalas nepasiekiamas: robotas pašalintas iš pokalbio."
        in (await rūta.says("/grupes politika")).plain
    )
    assert (
        f"Nepasieks: {CHANNEL} – robotas pašalintas iš pokalbio."
        in (await announces(rūta, "channel:politika")).plain
    )
    lines = [s.what for s in await health(chat.store, {}) if not s.ok]
    assert lines == [
        "channels: that of politika on telegram is not reached (The bot was removed from the group); let the bot in "
        "again and write there: /channel politika"
    ]
    chat.now = MONDAY + timedelta(minutes=1)
    await leaves(chat, postman)
    run = await chat.store.sendings.of_key("digest politika 2026-W40")
    assert run
    assert f"{CHANNEL}: robotas pašalintas iš pokalbio" in (await rūta.says(f"/siuntimas {run.id}")).plain
    postman.blocked.clear()
    await rūta.among(GROUP).says("/kanalas politika")
    assert all(s.ok for s in await health(chat.store, {}))
    await rūta.says(f"/siuntimas {run.id}")
    assert f"Dar kartą skelbiama čia: {CHANNEL}." in (await rūta.presses("Siųsti negavusiems")).plain
    await leaves(chat, postman)
    assert any(text.startswith("Savaitės santrauka") for text in postman.arrived[GROUP])


async def test_what_waits_for_a_channel_that_is_taken_away_is_not_sent(chat: Chat, rūta: Someone) -> None:
    """It ends as not delivered, with the reason."""
    await connected(rūta)
    await announces(rūta, "channel:politika")
    await rūta.presses("Siųsti")
    await rūta.among(GROUP).says("/kanalas off")
    chat.passes(minutes=2)
    postman = Postman()
    await leaves(chat, postman)
    assert postman.arrived == {}
    assert f"{CHANNEL}: šio kanalo grupė nebeturi" in (await rūta.says("/siuntimas s2")).plain
