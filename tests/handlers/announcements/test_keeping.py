"""Drafts that are put aside and handed over, as transcripts."""

from __future__ import annotations

from pathlib import Path

from bot.dispatch import Policy
from handlers.chat import Answers
from storage.tinydb.embedded import EmbeddedStore
from tests.conversation import Chat, Someone, labels
from tests.handlers.announcements.announcing import TEXT, members, secretary

FORM: Answers = {
    "lt": TEXT,
    "en": "",
    "audience": ("all",),
    "exclude": (),
    "at": "",
    "acknowledge": "no",
    "urgent": "",
}


async def test_a_draft_is_put_aside_and_another_sends_it(chat: Chat, rūta: Someone) -> None:
    """Listed with whose it is, taken up by a colleague, who sees it as it was and sends it; then it is none any
    more."""
    await members(chat, "Ada")
    ona = await secretary(chat, "Ona")
    assert "Juodraščių nėra" in (await ona.says("/juodrasciai")).plain
    await rūta.submits("announce", FORM)
    assert "padėta į juodraščius" in (await rūta.presses("Padėti į juodraščius")).plain
    assert await chat.store.conversation.draft("n1") is None
    listed = await ona.says("/juodrasciai")
    assert "1. Susitinkame pirmadienį: Rūta, rugsėjo 24 d., 10:00" in listed.plain
    shown = await ona.presses("1")
    assert "rengia Rūta" in shown.plain and "Kam: visi nariai." in shown.plain
    preview = await ona.presses("Tęsti")
    assert "Posėdis vyks 10 val. ministerijoje." in preview.plain
    await ona.presses("Siųsti")
    [sent] = await chat.store.sendings.all()
    assert sent.content["asked_by"] == "n3" and sent.content["lt"] == TEXT
    assert "Tokio juodraščio nebėra" in (await rūta.says("/juodrasciai b1")).plain


async def test_whoever_had_it_before_does_not_send_it_too(chat: Chat, rūta: Someone) -> None:
    """Taken up by a colleague meanwhile, the first one's preview sends nothing and says who has it."""
    await members(chat, "Ada")
    ona = await secretary(chat, "Ona")
    await rūta.submits("announce", FORM)
    await rūta.presses("Padėti į juodraščius")
    hers = await rūta.presses("Tęsti")
    await ona.says("/juodrasciai b1")
    theirs = await ona.presses("Tęsti")
    refused = await rūta.presses("Siųsti", of=hers)
    assert "rengia Ona" in refused.plain and await chat.store.sendings.all() == ()
    await ona.presses("Siųsti", of=theirs)
    await ona.presses("Siųsti", of=theirs)
    assert len(await chat.store.sendings.all()) == 1
    assert "Tokio juodraščio nebėra" in (await rūta.presses("Perimti", of=refused)).plain


async def test_an_unfinished_form_is_put_aside_where_it_was(chat: Chat, rūta: Someone) -> None:
    """Half filled in, it goes on at the question it had come to, after a change of hands, too."""
    ona = await secretary(chat, "Ona")
    await rūta.says("/skelbti")
    await rūta.says(TEXT)
    assert "Vieną skelbimą rengiate dabar" in (await rūta.says("/juodrasciai")).plain
    await rūta.presses("Padėti į juodraščius")
    await ona.says("/juodrasciai b1")
    assert "anglų kalba" in (await ona.presses("Tęsti")).plain
    await ona.fills_in(en="We meet on Monday", audience="Visi nariai")
    assert "We meet on Monday" in ona.last.plain and "Siųsti" in labels(ona.last)
    kept = await chat.store.announcements.get("b1")
    assert kept is not None and kept.answers["en"] == "We meet on Monday" and kept.by == "n2"


async def test_it_is_thrown_away_when_that_is_meant(chat: Chat, rūta: Someone) -> None:
    """Asked first; a draft that has changed since is not thrown away with the old question."""
    await rūta.submits("announce", FORM)
    await rūta.presses("Padėti į juodraščius")
    await rūta.says("/juodrasciai b1")
    asked = await rūta.presses("Išmesti")
    assert "Susigrąžinti nebebus galima" in asked.plain
    ona = await secretary(chat, "Ona")
    await ona.says("/juodrasciai b1")
    await ona.presses("Tęsti")
    assert "Susigrąžinti" in (await rūta.presses("Išmesti", of=asked)).plain
    assert len(await chat.store.announcements.all()) == 1
    await rūta.presses("Išmesti")
    assert await chat.store.announcements.all() == ()
    assert "Dabar jokio skelbimo nerengiate" in (await rūta.says("/juodrasciai keep")).plain


async def test_after_a_restart_it_is_there(tmp_path: Path) -> None:
    """What was put aside is on the disk."""
    chat = Chat.begin(EmbeddedStore.open(tmp_path), Policy(approve_over=3))
    await chat.associate()
    rūta = await secretary(chat)
    await rūta.submits("announce", FORM)
    await rūta.presses("Padėti į juodraščius")
    await chat.store.close()
    rūta.chat = Chat.begin(EmbeddedStore.open(tmp_path), Policy(approve_over=3))
    rūta.chat.events = 100
    assert "Susitinkame pirmadienį" in (await rūta.says("/juodrasciai")).plain
    await rūta.chat.store.close()


async def test_a_member_has_no_drafts(chat: Chat, rūta: Someone) -> None:
    """Nobody but the secretariat lists, takes or throws away."""
    [ada] = await members(chat, "Ada")
    await rūta.submits("announce", FORM)
    await rūta.presses("Padėti į juodraščius")
    for line in ("juodrasciai", "juodrasciai b1", "juodrasciai take b1", "juodrasciai drop b1 v1"):
        assert "Tai gali tik sekretoriatas" in (await ada.says(f"/{line}")).plain
    [kept] = await chat.store.announcements.all()
    assert (kept.by, kept.version) == ("n1", 1)
