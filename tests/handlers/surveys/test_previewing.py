"""How a survey will look, before anybody is asked: as it then does, and what of it does not fit."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import pytest

from bot.dispatch import Dispatcher
from bot.local import parts
from bot.slack import modal
from bot.telegram import render as telegram
from handlers.chat import Answers, Reply
from handlers.i18n import translator
from storage.surveys import Option, Plan, Question, ShowIf
from storage.words import Words
from tests.conversation import Chat, Someone, labels
from tests.handlers.answering import sends
from tests.handlers.surveys.asked import PLAN, QUESTIONS, associate, somebody
from tests.handlers.surveys.test_answering import answers_all
from tests.postman import Postman

LT = translator("lt")
LONG = "Klasterio kokybės ženklas, kurį suteikia Europos klasterių sekretoriatas"


@pytest.fixture
async def chat() -> Chat:
    chat = Chat.begin()
    await associate(chat)
    return chat


@pytest.fixture
async def rita(chat: Chat) -> Someone:
    """The secretary."""
    return await somebody(chat, "Rita", "LKA", "secretariat")


async def looked(chat: Chat, rita: Someone, plan: Plan = PLAN) -> tuple[Reply, str]:
    """What the secretary is shown of that draft, and the page that comes with it."""
    made = await chat.store.surveys.add(plan, chat.by())
    shown = await rita.says(f"/perziureti_apklausa {made.id}")
    [file] = shown.files
    assert (file.name, file.mime) == (f"{plan.key}-perziura.html", "text/html")
    return shown, file.content.decode()


async def opens(chat: Chat) -> None:
    """The draft is opened."""
    await chat.store.surveys.open("a1", 1, chat.by())


async def test_it_is_a_button_of_the_draft_s_card(chat: Chat, rita: Someone) -> None:
    """One press from the card and back; nobody is asked by it, and nobody else may look."""
    await chat.store.surveys.add(PLAN, chat.by())
    assert "Kaip atrodys" in labels(await rita.says("/apklausa a1"))
    shown = await rita.presses("Kaip atrodys")
    assert shown.plain.startswith(
        "Klasterių poreikių apklausa\nPakvietimas ir visi klausimai abiem kalbomis, kaip juos"
    )
    assert labels(shown) == ["Išbandyti", "‹ Atgal"]
    assert "Tai juodraštis" in (await rita.presses("‹ Atgal")).plain
    assert "Kaip atrodys" in labels(await rita.says("/apklausos_klausimai a1"))
    ona = await somebody(chat, "Ona", "k1")
    assert not (await ona.says("/perziureti_apklausa a1")).files
    assert await chat.store.sendings.all() == ()


async def test_the_invitation_is_the_one_that_people_get(chat: Chat, rita: Someone) -> None:
    """What leaves when it is opened is in the page, for Telegram as it is sent."""
    _, page = await looked(chat, rita)
    await opens(chat)
    await somebody(chat, "Ona", "k1")
    postman = Postman()
    await sends(chat, postman)
    [reply] = [one for one in postman.replies if "Užtruks apie 5 min." in one.plain][:1]
    [part] = telegram.render(reply)
    assert f'<div class="bubble">{part.html}</div>' in page
    assert "<h3>Pakvietimas</h3>" in page


async def test_telegram_sends_the_very_messages_that_were_shown(chat: Chat, rita: Someone) -> None:
    """Every question that Ona is then asked, with its buttons, is in the page as it was sent to her."""
    _, page = await looked(chat, rita)
    await opens(chat)
    ona = await somebody(chat, "Ona", "k1")
    await ona.says("/pildyti a1")
    await answers_all(ona)
    asked = {
        reply.plain.split("  ")[0]: reply
        for reply in reversed(ona.replies)
        if "\u00a0iš\u00a0" in reply.plain
    }
    assert len(asked) == len(QUESTIONS)
    for reply in asked.values():
        [part] = telegram.render(reply)
        assert f'<div class="bubble">{part.html}</div>' in page
        assert all(f"<span>{escape(label)}</span>" in page for label in labels(reply))


def texts(value: object) -> list[str]:
    """Every text of a view that is sent, its buttons' and placeholders' too."""
    match value:
        case {"text": str(found)}:
            return [found]
        case dict():
            return [text for each in value.values() for text in texts(each)]
        case list():
            return [text for each in value for text in texts(each)]
        case _:
            return []


async def test_slack_opens_the_very_pages_that_were_shown(chat: Chat, rita: Someone) -> None:
    """Title, labels, hints, options and buttons of each page of the modal, of what is asked after an answer too."""
    _, page = await looked(chat, rita)
    drawn = page.split('<div class="slack">')
    await opens(chat)
    ona = await somebody(chat, "Ona", "k1", platform="slack")
    first: Answers = {
        "sector": "ict",
        "members": "47",
        "help": ("training",),
        "digest": "4",
        "order": (),
    }
    shown = [await ona.says("/pildyti a1")]
    shown.append(await ona.submits("fill a1", first))
    shown.append(await ona.submits("fill a1", {"apply": "yes"}))
    for number, reply in enumerate(shown, 1):
        assert reply.form is not None
        sent = texts(modal.view(reply.form, LT))
        assert f"{number} puslapis iš 3" in sent and len(sent) > 6
        [here] = [one for one in drawn if f"{number} puslapis iš 3" in one]
        assert [text for text in sent if escape(text) not in here] == []


async def test_the_page_shows_the_very_bubbles_that_were_shown(chat: Chat, rita: Someone) -> None:
    """What the local page is given is drawn paragraph by paragraph."""
    _, page = await looked(chat, rita)
    await opens(chat)
    ona = await somebody(chat, "Ona", "k1", platform="page")
    [part] = parts.render(await ona.says("/pildyti a1"))
    blocks = part.body["blocks"]
    assert isinstance(blocks, list) and len(blocks) == 3
    said = "".join(
        "<p>"
        + "".join(
            f"<b>{span['text']}</b>" if span["is"] == "bold" else escape(span["text"])
            for span in block["spans"]
        )
        + "</p>"
        for block in blocks
    )
    assert f'<div class="page"><div class="bubble">{said}</div>' in page


async def test_both_languages_are_shown_and_what_is_not_translated_is_said(chat: Chat, rita: Someone) -> None:
    """A question without an English text is named with its number; of a survey without any it is said once."""
    questions = (QUESTIONS[0], replace(QUESTIONS[1], text=Words("Kiek narių?")))
    shown, page = await looked(chat, rita, replace(PLAN, questions=questions))
    assert "Which sector is your cluster in?" in page and "Kokioje srityje veikia jūsų klasteris?" in page
    said = "Angliškai: neišverstas 2 klausimas arba kuris nors jo atsakymas, todėl rodoma kita kalba."
    assert said in shown.plain and said in page
    alone = (replace(QUESTIONS[1], text=Words("Kiek narių?")),)
    shown, _ = await looked(chat, rita, replace(PLAN, key="kita", questions=alone))
    assert "• Angliškai: niekas neišversta, visur rodoma kita kalba." in shown.plain
    assert shown.plain.count("Angliškai") == 1


async def test_what_slack_cuts_is_said_and_marked(chat: Chat, rita: Someone) -> None:
    """Its modal has 24 characters for a title: once in words, once at the page where it is cut, nowhere else."""
    shown, page = await looked(chat, rita)
    said = "Slack, lietuviškai: iš „Klasterių poreikių apklausa“ telpa tik „Klasterių poreikių…“."
    assert f"• {said}" in shown.plain
    assert page.count(f'<p class="mark">✂ {said}</p>') == 1
    assert "Slack, angliškai" not in shown.plain


async def test_an_answer_that_does_not_fit_a_button_is_marked(chat: Chat, rita: Someone) -> None:
    """With its box to tick an answer of 75 characters is cut on Telegram and on the page, not in Slack; one of more
    than a phone shows is named for Telegram, where it is not wrapped."""
    whole = "Ilgas " * 12 + "abc"
    assert len(whole) == 75
    options = (Option("a", Words(LONG, "Label")), Option("b", Words(whole, "Long")))
    plan = replace(PLAN, title=Words("Ženklas", "Label"), questions=(replace(QUESTIONS[2], options=options),))
    plan = replace(plan, questions=(replace(plan.questions[0], exclusive=""),))
    shown, page = await looked(chat, rita, plan)
    assert f"Telegram, lietuviškai: telefone gali nesimatyti mygtuko „{LONG}“ pabaigos." in shown.plain
    cut = f"iš „{whole}“ telpa tik „"
    assert (
        f"Telegram, lietuviškai: {cut}" in shown.plain
        and f"Naršyklės langas, lietuviškai: {cut}" in shown.plain
    )
    assert f"Slack, lietuviškai: {cut}" not in shown.plain
    assert f"☐ {whole}" not in page and f"<li>{whole}</li>" in page


async def test_what_fits_is_said_too(chat: Chat, rita: Someone) -> None:
    """A short survey in two languages has nothing to be marked."""
    shown, page = await looked(
        chat, rita, replace(PLAN, title=Words("Narių skaičius", "Members"), questions=(QUESTIONS[1],))
    )
    assert "Visur viskas telpa." in shown.plain and 'class="mark"' not in page


async def test_a_question_that_nobody_is_asked_is_named(chat: Chat, rita: Someone) -> None:
    """Its conditions cannot all hold; it is drawn all the same."""
    never = replace(
        QUESTIONS[6], show_if=(ShowIf("apply", ("yes",)), ShowIf("apply", ("no",))), required=True
    )
    shown, page = await looked(chat, rita, replace(PLAN, questions=(QUESTIONS[5], never)))
    assert "Kad ir kaip būtų atsakyta, 2 klausimas nebus užduotas." in shown.plain
    assert page.count("Kokios sumos prašytumėte?") >= 3


async def test_more_than_ten_answers_come_page_by_page(chat: Chat, rita: Someone) -> None:
    """Telegram shows ten and a way to the rest, and so does the preview: both of its messages."""
    many = Question(
        "many",
        "single",
        Words("Kuris?", "Which?"),
        options=tuple(Option(f"o{n}", Words(f"Nr. {n}", f"No. {n}")) for n in range(1, 24)),
    )
    _, page = await looked(chat, rita, replace(PLAN, questions=(many,)))
    lithuanian = page.partition('<section lang="lt">')[2].partition('<section lang="en">')[0]
    assert lithuanian.count('<div class="tg">') == 4  # with the invitation
    assert all(f"<span>Nr. {n}</span>" in lithuanian for n in range(1, 24))


async def test_whatever_people_wrote_is_only_words(chat: Chat, rita: Someone) -> None:
    """Markup in titles, questions and answers is shown as it was typed, and the page loads nothing."""
    evil = Words("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>')
    questions = tuple(
        replace(q, text=evil, options=tuple(replace(o, label=evil) for o in q.options)) for q in QUESTIONS
    )
    _, page = await looked(chat, rita, replace(PLAN, title=evil, intro=evil, questions=questions))
    assert "<script" not in page and "<img" not in page and "http" not in page.replace("http-equiv", "")
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in page


async def test_without_questions_there_is_nothing_to_look_at(chat: Chat, rita: Someone) -> None:
    """It says so and offers to add one; a survey that is not there is said, too."""
    await chat.store.surveys.add(replace(PLAN, questions=()), chat.by())
    shown = await rita.says("/perziureti_apklausa a1")
    assert shown.plain == "Klausimų joje dar nėra." and labels(shown) == ["Pridėti klausimą", "‹ Atgal"]
    assert (await rita.says("/perziureti_apklausa a9")).plain == "Tokios apklausos nėra."


async def test_where_nobody_draws_the_questions_are_in_words(chat: Chat, rita: Someone) -> None:
    """A bot that was put together without the drawing still shows what will be asked."""
    chat.dispatch = Dispatcher(chat.store, lambda: chat.now, frozenset({"telegram"}))
    await chat.store.surveys.add(PLAN, chat.by())
    shown = await rita.says("/perziureti_apklausa a1")
    assert not shown.files and "2. Kiek narių? / How many members?" in shown.plain
