"""A survey's file in the secretariat's hands: previewed whole, approved, kept as a draft, and written out again."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from openpyxl import load_workbook

from bot.slack.render import render as slack
from bot.telegram.render import render as telegram
from handlers import exports, questionnaire, survey_sheets
from handlers.chat import Account, Incoming, Reply
from handlers.context import Context
from handlers.i18n import translator
from handlers.importing.surveys.reading import read
from handlers.importing.surveys.writing import to_rows
from handlers.imports import speech, taking
from storage.errors import Changed
from storage.surveys import Plan, Survey
from tests.conversation import Chat, labels
from tests.handlers.importing.surveys.plans import (
    ASSOCIATION,
    NOW,
    SURVEY,
    ZONE,
    as_bytes,
    found,
    plans,
    question,
    survey,
)
from tests.handlers.test_intake import drops


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    chat = Chat.begin()
    await chat.associate()
    yield chat
    await chat.store.close()


async def context(chat: Chat) -> Context:
    """The operator's, for one gesture."""
    chat.events += 1
    msg = Incoming(f"survey:{chat.events}", Account("console", "operator"), "console", True, "")
    return await chat.dispatch.context(msg)


async def kept(chat: Chat, document: dict[str, Any] = SURVEY) -> Survey:
    """The document, taken over."""
    ctx = await context(chat)
    await taking.apply(await taking.preview("survey", as_bytes(document), "a.json", ctx), ctx)
    survey = await chat.store.surveys.of_key(document["id"])
    assert survey is not None
    return survey


def text(reply: Reply) -> str:
    """What is said, on one line."""
    return " ".join(reply.plain.split())


async def test_a_dropped_survey_is_read_whole_and_kept_as_a_draft_with_one_press(chat: Chat) -> None:
    """The preview has every question in both languages; approved, it is a draft that can be looked at, and the same
    file again differs in nothing."""
    rūta = await chat.member("Rūta", "secretariat")
    preview = await drops(rūta, "apklausa.json", as_bytes(SURVEY))
    said = text(preview)
    assert "nauji – 1" in said and "Narių nuomonė / What members think" in said
    assert "2. Ko trūksta? / What is missing?" in said
    assert (
        "keli atsakymai; privaloma atsakyti; ne daugiau kaip 2; galima įrašyti ir savo; „Nieko“ nederinama"
        in said
    )
    assert "• Lėšų; paskolų / Money; loans" in said
    assert "5: labai / very" in said
    assert "klausiama, kai į „Kiek žmonių dirba?“ atsakyta „iki 10“ / „daugiau kaip 10“" in said
    assert "Pabaiga: sekmadienį, spalio 25 d., 17:00" in said and "Anoniminė" in said
    assert "Kam skirta: visi nariai, išskyrus šiuos: sekretoriatas" in said
    assert await chat.store.surveys.all() == ()
    done = await rūta.presses("Įkelti")
    assert (
        text(done)
        == "„Narių nuomonė“ įrašyta kaip juodraštis (a1). Kol apklausos neatidarysite, niekas jos negaus."
    )
    assert labels(done) == ["Peržiūrėti apklausą"]
    assert "Narių nuomonė" in text(await rūta.presses("Peržiūrėti apklausą"))
    assert "2. Ko trūksta? / What is missing?" in text(await rūta.says("/apklausos_klausimai a1"))
    again = await drops(rūta, "apklausa.json", as_bytes(SURVEY))
    assert "skirtumų nėra" in text(again) and "8 įrašai" in text(again)
    assert [entry.verb for entry in await chat.store.audit.latest(9, "a1")] == ["surveys.add"]


async def test_a_workbook_with_a_surveys_headings_is_a_survey(chat: Chat) -> None:
    """Beside lists of calls and members, and as CSV too: it is known by its headings, not by its name."""
    rūta = await chat.member("Rūta", "secretariat")
    ctx = await context(chat)
    plan = found(SURVEY).plan
    assert plan is not None
    for name in ("sąrašas.xlsx", "sąrašas.csv"):
        preview = await drops(rūta, name, survey_sheets.file_of(plan, name, ctx))
        assert "nauji – 1" in text(preview) and labels(preview)[0] == "Įkelti"
    await rūta.presses("Įkelti")
    assert [one.plan for one in await chat.store.surveys.all()] == [plan]


async def test_a_draft_changes_and_the_preview_says_how(chat: Chat) -> None:
    """Was → now for the survey and each question: what came, what changed, what went, and in which order."""
    await kept(chat)
    document = question("size", lt="Kiek darbuotojų?", required=False, type="single")
    document["closes"] = "2026-10-30T17:00"
    document["anonymous"] = False
    document["questions"][1]["options"][0]["lt"] = "Pinigų"
    del document["questions"][1]["options"][2]
    document["questions"] = [q for q in document["questions"] if q["id"] != "words"]
    document["questions"].append({"id": "new", "type": "yes_no", "lt": "Nauja?", "en": "New?"})
    document["questions"][-2]["show_if"] = {"size": "few"}
    document["questions"][2], document["questions"][3] = document["questions"][3], document["questions"][2]
    ctx = await context(chat)
    preview = await taking.preview("survey", as_bytes(document), "a.json", ctx)
    said = text(Reply(speech.describe(preview, ctx)))
    assert "nauji – 1, pasikeitę – 4" in said
    assert "Narių nuomonė: Pabaiga: spalio 25 d., 17:00 → spalio 30 d., 17:00; Anoniminė: taip → ne" in said
    assert "Klausimų eilė: size, help, digest, first" in said
    assert "1. Kiek darbuotojų?: Klausimas: Kiek žmonių dirba? / How many people work there? → Kiek" in said
    assert "Privalomas: taip → ne" in said
    assert (
        "Variantai: Lėšų; paskolų / Money; loans → Pinigų / Money; loans; Variantai: Laiko / Time → –" in said
    )
    assert "Rodyti jei: stand = Taip → size = iki 10" in said
    assert "Faile nėra, todėl pašalinami • 6. Ką dar pasakytumėte?" in said
    await taking.apply(preview, ctx)
    changed = await chat.store.surveys.get("a1")
    assert changed is not None and changed.version == 2 and changed.plan == found(document).plan
    again = await taking.preview("survey", as_bytes(document), "a.json", await context(chat))
    assert not again.changes and again.same == 8


async def test_a_survey_that_is_open_is_not_changed_by_a_file(chat: Chat) -> None:
    """What people are answering stays; the refusal says what may still be done. The same file is no difference."""
    draft = await kept(chat)
    await chat.store.surveys.open(draft.id, draft.version, chat.by())
    rūta = await chat.member("Rūta", "secretariat")
    refused = await drops(rūta, "a.json", as_bytes(survey(anonymous=False)))
    assert "Apklausa jau vyksta" in text(refused) and "/perkelti_apklausa a1" in text(refused)
    assert labels(refused) == []
    same = await drops(rūta, "a.json", as_bytes(SURVEY))
    assert "skirtumų nėra" in text(same)
    chat.passes(days=90)
    assert "skirtumų nėra" in text(await drops(rūta, "a.json", as_bytes(SURVEY)))
    await chat.store.surveys.close(draft.id, lambda survey, sheets: (), chat.by())
    closed = await drops(rūta, "a.json", as_bytes(survey(closes="2027-02-01T17:00")))
    assert "jau baigta" in text(closed)


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (survey(audience=["cluster:fotonikos"]), "Kam skirta: gavėjų „cluster:fotonikos“ nežinau; yra:"),
        (question("help", max_choices=9), "help.max_choices: iš 4 negalima leisti rinktis daugiausia 9"),
    ],
)
async def test_what_is_wrong_with_a_file_waits_for_nothing(
    chat: Chat, document: object, sentence: str
) -> None:
    """A fault is shown, nothing is kept, and there is no button to press."""
    rūta = await chat.member("Rūta", "secretariat")
    reply = await drops(rūta, "a.json", as_bytes(document))
    assert sentence in text(reply) and labels(reply) == []
    assert await chat.store.surveys.all() == ()


async def test_only_the_secretariat_takes_in_a_survey(chat: Chat) -> None:
    """A member's file is not read; noise with a survey's name is one sentence."""
    ada = await chat.member("Ada")
    assert "tik iš sekretoriato" in text(await drops(ada, "a.json", as_bytes(SURVEY)))
    rūta = await chat.member("Rūta", "secretariat")
    assert text(await drops(rūta, "a.json", b"{")).startswith("a.json: 1 eilutė: nuo 2 ženklo tai ne JSON")


async def test_a_draft_that_has_moved_on_is_not_written_over(chat: Chat) -> None:
    """Approved after somebody else changed it: shown anew, changed by nobody."""
    draft = await kept(chat)
    ctx = await context(chat)
    preview = await taking.preview("survey", as_bytes(survey(anonymous=False)), "a.json", ctx)
    other = found(survey(one_answer_per="organisation")).plan
    assert other is not None
    await chat.store.surveys.change(draft.id, 1, other, chat.by())
    with pytest.raises(Changed):
        await taking.apply(preview, ctx)
    now = await chat.store.surveys.get(draft.id)
    assert now is not None and now.plan == other


# On its way out


@pytest.mark.parametrize("name", ["a.json", "a.xlsx", "a.csv"])
async def test_a_survey_that_goes_out_comes_back_without_a_difference(chat: Chat, name: str) -> None:
    """In each form, by its id, by its short name, or as the only one there is."""
    await kept(chat)
    for which in ("", "a1", "Nuomone-2026"):
        ctx = await context(chat)
        preview = await taking.preview("survey", await exports.file("survey", name, ctx, which), name, ctx)
        assert (preview.refused, preview.changes, preview.same) == ((), False, 8)


@settings(max_examples=12)
@given(plans())
def test_any_plan_survives_its_workbook(plan: Plan) -> None:
    """Two sheets hold all of it, under either language's headings."""
    for language in ("lt", "en"):
        content = survey_sheets.workbook(to_rows(plan, ZONE, language), translator(language))
        back = read(content, "a.xlsx", ASSOCIATION, NOW)
        assert (back.faults, back.plan) == ((), plan)


@pytest.mark.parametrize("language", ["lt", "en"])
async def test_the_sheet_to_fill_in_is_an_example_with_choices(chat: Chat, language: str) -> None:
    """Sent back as it is it would be a survey; cells with choices offer them, and every column is explained."""
    rūta = await chat.member("Rūta", "secretariat", language=language)
    asked = await rūta.says("/export survey template")
    [file] = asked.files
    preview = await drops(rūta, file.name, file.content)
    assert len(labels(preview)) == 2
    book = load_workbook(io.BytesIO(file.content))
    offered = {str(v.sqref): v.formula1 for v in book.worksheets[0].data_validations.dataValidation}
    assert offered["B2:B200"].startswith('"vienas variantas,' if language == "lt" else '"one choice,')
    assert len(book.worksheets[1].data_validations.dataValidation) == 3
    assert {row[0].value for row in book.worksheets[2].iter_rows()} == {
        c.value for c in book.worksheets[0][1]
    }


async def test_surveys_are_written_out_in_chat(chat: Chat) -> None:
    """Which one is chosen by a button; one that is not there is named with those that are."""
    rūta = await chat.member("Rūta", "secretariat")
    assert "Apklausos" in labels(await rūta.says("/iseksportuoti"))
    await kept(chat)
    asked = await rūta.presses("Apklausos", of=await rūta.says("/iseksportuoti"))
    assert labels(asked) == ["Narių nuomonė", "Lentelė apklausai"]
    [file] = (await rūta.presses("Narių nuomonė")).files
    assert file.name == "nuomone-2026.xlsx"
    assert "nuomone-2026" in text(await rūta.says("/iseksportuoti survey a9"))


def test_a_preview_is_in_the_readers_words_and_in_both_languages() -> None:
    """Questions and answers are shown as they are, what is said of them in the reader's language."""
    plan = found(SURVEY).plan
    assert plan is not None
    said = Reply(questionnaire.preview(plan, translator("en"))).plain
    assert "3. Ar naudinga santrauka? / Is the digest of use?" in said
    assert "a scale from 1 to 5; needed; “can't say” is there as well" in said
    assert "a number, at least 0 (Eur); may be passed over" in said
    assert "asked when the answer to “Would you take part?” is “Yes”" in said


async def test_the_longest_survey_is_shown_within_the_platforms_limits(chat: Chat) -> None:
    """A hundred questions of three hundred characters are many parts, and none is too long."""
    long = "Ž" * 300
    questions = [{"id": f"q{n}", "type": "yes_no", "lt": long, "en": "Q" * 300} for n in range(100)]
    rūta = await chat.member("Rūta", "secretariat")
    reply = await drops(rūta, "a.json", json.dumps(survey(questions=questions)).encode())
    assert labels(reply)[0] == "Įkelti"
    assert 10 < len(telegram(reply)) < 30 and 1 < len(slack(reply)) < 30


async def test_a_file_that_names_no_series_leaves_a_draft_in_its_own(chat: Chat) -> None:
    """What it is a round of may have been said in chat: a file that is silent about it does not take it out."""
    silent = {key: value for key, value in SURVEY.items() if key != "series"}
    first = await kept(chat, silent)
    plan = replace(first.plan, series="poreikiai")
    await chat.store.surveys.change(first.id, first.version, plan, chat.by())
    again = await kept(chat, {**silent, "title": {"lt": "Kitas pavadinimas", "en": "Another title"}})
    assert again.id == first.id and again.plan.title.lt == "Kitas pavadinimas"
    assert again.plan.series == "poreikiai"
    assert (await kept(chat, {**silent, "series": "kita"})).plan.series == "kita"
