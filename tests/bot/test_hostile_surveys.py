"""Somebody unkind among surveys: whatever is typed or pressed, nothing breaks, nobody reads or writes for others."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import forms
from handlers.chat import COMMAND_BYTES, Reply
from handlers.commands import COMMANDS
from handlers.surveys.pushes import for_good
from storage.audit import By
from storage.surveys import Option, Question, Sheet, Survey
from storage.tinydb.embedded import EmbeddedStore
from storage.words import Words
from tests.conversation import Chat, Someone, labels
from tests.handlers.surveys.asked import PLAN, QUESTIONS, associate, opened, somebody

ABOUT = {c.en for c in COMMANDS} & {
    *("surveys", "survey", "fill", "handin", "changeanswer", "myanswers", "passon", "beside", "newsurvey"),
    *("addquestion", "questions", "trysurvey", "opensurvey", "movesurvey", "remindsurvey", "closesurvey"),
    *("results", "dropsurvey", "dropquestion", "looksurvey"),
}
IDS = ["a1", "a2", "a3", "a4", "a999", "a", "A1", "a-1", "poreikiai-2026", "h1", "h2", "h999", "h", "h-1"]
ODD = ["p0", "p1", "p2", "p999", "v1", "v2", "v99", "both", "pictures", "table", "page", "share", "compare"]
ODDER = [
    "ž" * 70,
    "🙂",
    "\x00",
    "\u202e",
    "<b>",
    "..",
    "²",
    "p²",
    "h²",
    "v²",
    "a²",
    "9" * 30,
    "p" + "9" * 30,
    "a" + "9" * 5000,
    "v" + "9" * 5000,
]
NAMES = [question.id for question in QUESTIONS]
MARKS = [forms.token(f"fill a{n}") for n in (1, 2, 3, 4)]
WORDS = st.sampled_from([*IDS, *ODD, *ODDER, *NAMES]) | st.text(max_size=8)
COMMAND = st.builds(
    lambda name, words: " ".join((name, *words)),
    st.sampled_from(sorted(ABOUT)),
    st.lists(WORDS, max_size=4),
)
STEP = st.builds(
    lambda word, mark, name, value: f"{word} {mark}.{name} {value}",
    st.sampled_from(["answer", "skip", "done", "back", "continue", "apply", "cancel", "question"]),
    st.sampled_from([*MARKS, "0000", ""]),
    st.sampled_from([*NAMES, "", "nothing"]),
    st.sampled_from(["ict", "training", "none", "4", "yes", "no", "rdi", "~2", "~²", "?", "", "ž" * 60]),
)
APPLY = st.builds(lambda text: f"apply {text}", COMMAND)
SAID = st.one_of(
    COMMAND, STEP, APPLY, st.text(max_size=30), st.sampled_from(["47", "taip", "1e9", "nan", "-0"])
)
WHO = st.sampled_from(["secretariat", "ona", "jonas", "rasa", "manager", "stranger", "in a group"])
GESTURES = st.lists(st.tuples(WHO, SAID, st.sampled_from("cpt")), min_size=1, max_size=14)
FAILED = ("kažkas nepavyko", "Something went wrong")


async def peopled() -> tuple[Chat, dict[str, Someone]]:
    """A named survey a1 and an anonymous one a2 that are open, a draft a3, a closed anonymous a4; two of one cluster,
    one of another, a manager, the secretariat, a stranger."""
    chat = Chat.begin()
    await associate(chat)
    people = {
        "secretariat": await somebody(chat, "Rūta", "LKA", "secretariat"),
        "ona": await somebody(chat, "Ona", "k1"),
        "jonas": await somebody(chat, "Jonas", "k1"),
        "rasa": await somebody(chat, "Rasa", "k2"),
        "manager": await somebody(chat, "Mantas", "k1", "manager"),
        "stranger": chat.stranger("Petras"),
    }
    people["in a group"] = people["rasa"].among("grupė")
    await opened(chat)
    await opened(chat, key="anoniminė", anonymous=True)
    await chat.store.surveys.add(replace(PLAN, key="juodraštis"), chat.by())
    closed = await opened(chat, key="baigta", anonymous=True)
    answers = {"sector": "ict", "members": "12", "consent": "yes"}
    for n in (2, 3):
        for survey in ("a1", "a2", closed.id):
            await chat.store.surveys.keep(survey, f"n{n}", "k1", answers, chat.now)
    await chat.store.surveys.close(closed.id, for_good, chat.by())
    return chat, people


def failed(someone: Someone) -> bool:
    """Whether the last reply is the apology for something that broke."""
    return bool(someone.replies) and any(words in someone.last.plain for words in FAILED)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(GESTURES)
def test_nothing_about_surveys_breaks_anything(gestures: list[tuple[str, str, str]]) -> None:
    """Any command about surveys with any words, forged steps of forms, old confirmations, by anybody, twice: always a
    reply, never an apology, and one sheet for each person."""

    async def run() -> None:
        chat, people = await peopled()
        for number, (who, text, how) in enumerate(gestures):
            someone = people[who]
            for _ in range(1 + number % 2):
                await chat.deliver(someone, text, how != "t", pressed=how == "p", event=f"g{number}")
                assert someone.replies and not failed(someone), (who, text, how)
        for survey in await chat.store.surveys.all():
            sheets = await chat.store.surveys.sheets(survey.id)
            assert len(sheets) == len({sheet.member for sheet in sheets})
            counting = [sheet.owner for sheet in sheets if sheet.state == "answered"]
            assert len(counting) == len(set(counting))
        assert await chat.store.surveys.sheets("a4") == ()
        await chat.store.close()

    asyncio.run(run())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(["rasa", "stranger", "in a group"]), st.one_of(COMMAND, STEP, APPLY)),
        min_size=1,
        max_size=14,
    )
)
def test_others_surveys_and_sheets_are_out_of_reach(gestures: list[tuple[str, str]]) -> None:
    """Whatever somebody of another cluster, a stranger or a group presses, no survey and no sheet of others changes,
    and no word of theirs is shown."""

    async def run() -> None:
        chat, people = await peopled()
        store = chat.store
        secret = {"sector": "Slapta kosmoso sritis", "members": "12", "consent": "yes"}
        await store.surveys.keep("a1", "n2", "k1", secret, chat.now)

        async def of_others() -> tuple[tuple[Survey, ...], list[Sheet]]:
            surveys = await store.surveys.all()
            sheets = [sheet for one in surveys for sheet in await store.surveys.sheets(one.id)]
            return surveys, [sheet for sheet in sheets if sheet.owner == "k1"]

        before = await of_others()
        for who, text in gestures:
            reply = await chat.deliver(people[who], text, True, pressed=True)
            assert "Slapta kosmoso" not in reply.plain, (who, text)
        assert await of_others() == before
        await store.close()

    asyncio.run(run())


async def test_a_sheet_of_another_cluster_is_neither_read_nor_taken_over() -> None:
    """`myanswers` and `fill` with a sheet's id of another organisation show nothing of it; `handin` over it hands in
    for one's own."""
    chat, people = await peopled()
    rasa = people["rasa"]
    theirs = await chat.store.surveys.sheet("a1", "n2")
    assert theirs is not None
    assert (await rasa.says(f"/mano_atsakymai a1 {theirs.id}")).plain == "Atsakymų čia dar nėra."
    begun = await rasa.says(f"/pildyti a1 {theirs.id}")
    assert "Kokioje srityje" in begun.plain and "✓" not in begun.plain
    assert "IRT" not in (await rasa.says(f"/handin a1 {theirs.id}")).plain.split("Kokioje")[0]
    assert await chat.store.surveys.sheet("a1", "n2") == theirs
    await chat.store.close()


async def test_what_is_not_complete_is_not_handed_in() -> None:
    """`handin` and a forged confirmation of a sheet with questions left open ask for them."""
    chat, people = await peopled()
    ona = people["ona"]
    for text in ("handin a1", "handin a1 h2", "handin a1 h999", "apply fill a1", "apply handin a1"):
        await chat.deliver(ona, text, True, pressed=True)
        kept = await chat.store.surveys.sheet("a1", "n2")
        assert kept is not None and kept.state == "begun", text
    await chat.store.close()


async def test_a_form_of_a_survey_that_closed_meanwhile_leaves_nothing() -> None:
    """Of an anonymous survey that closes while somebody answers, no answer and no begun form is there afterwards,
    whichever of its buttons they press."""
    chat, people = await peopled()
    rasa = people["rasa"]
    old = await rasa.says("/pildyti a2")
    await rasa.presses("IRT")
    await chat.store.surveys.close("a2", for_good, chat.by())
    for row in (*old.buttons, *rasa.last.buttons):
        for button in row:
            await chat.deliver(rasa, button.command, True, pressed=True)
            assert not failed(rasa)
    await rasa.says("47")
    assert await chat.store.conversation.draft("n4") is None
    assert await chat.store.surveys.sheets("a2") == ()
    await chat.store.close()


async def test_a_step_under_way_while_it_closes_leaves_nothing() -> None:
    """The closing comes between the sheet and the form of one and the same press: what was filled in is not kept, and
    the writer is told."""
    chat, people = await peopled()
    rasa, surveys = people["rasa"], chat.store.surveys
    await rasa.says("/pildyti a2")
    keep = surveys.keep

    async def and_closes(*args: object) -> Sheet:
        kept = await keep(*args)  # type: ignore[arg-type]
        await surveys.close("a2", for_good, By("operator", chat.now, "close"))
        return kept

    surveys.keep = and_closes  # type: ignore[method-assign, assignment]
    told = await rasa.presses("IRT")
    assert told.plain and not failed(rasa)
    assert await chat.store.conversation.draft("n4") is None
    assert await surveys.sheets("a2") == ()
    await chat.store.close()


async def test_a_form_of_a_survey_that_was_removed_says_so() -> None:
    """The draft that was tried out, or given another question, is gone meanwhile: a sentence, no apology."""
    chat, people = await peopled()
    rūta = people["secretariat"]
    tried = await rūta.says("/addquestion a3")
    await chat.store.surveys.remove("a3", 1, chat.by())
    for row in tried.buttons:
        for button in row:
            assert (await chat.deliver(rūta, button.command, True, pressed=True)).plain
            assert not failed(rūta)
    await rūta.says("Dar vienas klausimas")
    assert not failed(rūta)
    await chat.store.close()


async def test_a_confirmation_pressed_twice_hands_in_once() -> None:
    """The second press of „Pateikti“ changes nothing."""
    chat, people = await peopled()
    rasa = people["rasa"]
    short = Question("q", "yes_no", Words("Ar?"))
    await opened(chat, key="trumpa", questions=(short,))
    await rasa.says("/pildyti a5")
    summary = await rasa.presses("taip")
    await rasa.presses("Pateikti", of=summary)
    kept = await chat.store.surveys.sheet("a5", "n4")
    await rasa.presses("Pateikti", of=summary)
    assert (
        await chat.store.surveys.sheet("a5", "n4") == kept and kept is not None and kept.state == "answered"
    )
    await chat.store.close()


LONGEST = "x" * 24


async def test_a_hundred_questions_with_the_longest_ids_fit_every_button() -> None:
    """Ids of 24 letters, of questions and of choices, on the thousandth survey: every button within its 64 bytes, from
    the first question to the list of a hundred answers."""
    choices = tuple(Option(f"{n:02}" + LONGEST[2:], Words(f"Pasirinkimas {n}")) for n in range(30))
    many = tuple(
        Question(
            f"{n:03}" + LONGEST[3:],
            "multi" if n % 2 else "single",
            Words(f"{n}?"),
            options=choices,
            other=True,
        )
        for n in range(100)
    )
    chat = Chat.begin()
    await associate(chat)
    ona, ruta = await somebody(chat, "Ona", "k1"), await somebody(chat, "Rūta", "LKA", "secretariat")
    store = chat.store
    assert isinstance(store, EmbeddedStore)
    store._tables.table("surveys").next_id = 123_456
    await opened(chat, questions=many)
    fits(await ona.says("/pildyti a123456"))
    for _ in range(4):
        page = await ona.presses("›") if "›" in labels(ona.last) else ona.last
        fits(page)
    answers = {q.id: (choices[0].id,) if q.kind == "multi" else choices[0].id for q in many}
    await store.surveys.hand_in("a123456", "n1", "k1", answers, chat.now)
    shown = await ona.says("/keisti_atsakyma a123456")
    for _ in range(9):
        fits(shown)
        shown = await ona.presses("›")
    assert "100. 99?" in labels(shown)
    fits(await ona.presses("100. 99?"))
    for text in ("/rezultatai a123456", f"/rezultatai a123456 {many[0].id}", "/klausimai a123456"):
        fits(await ruta.says(text))
        assert not failed(ruta)
    chat.passes(days=12)
    await store.surveys.close("a123456", for_good, chat.by())
    assert not failed(ona)
    await store.close()


def fits(reply: Reply) -> None:
    assert reply.buttons or reply.blocks
    for row in reply.buttons:
        for button in row:
            assert len(button.command.encode()) <= COMMAND_BYTES


@pytest.mark.parametrize("word", ["pictures", "table", "page", "share", "compare", "more", "p2", "1"])
async def test_no_question_hides_behind_a_word_of_the_results(word: str) -> None:
    """A question called as a part of the results is, is reached all the same."""
    chat = Chat.begin()
    await associate(chat)
    ruta = await somebody(chat, "Rūta", "LKA", "secretariat")
    await opened(
        chat, questions=(Question("a", "yes_no", Words("Ar?")), Question(word, "yes_no", Words("Ar tikrai?")))
    )
    for n in range(6):
        await chat.store.surveys.hand_in("a1", f"n{n}", f"k{n}", {"a": "yes", word: "yes"}, chat.now)
    await ruta.says("/rezultatai a1 1")
    assert (await ruta.presses("›")).plain.startswith("Ar tikrai?")
    assert (await ruta.says(f"/rezultatai a1 ={word}")).plain.startswith("Ar tikrai?")
    await chat.store.close()
