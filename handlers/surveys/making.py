"""A survey made in chat: what it is and of whom, then one question after another."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count

from handlers import paging
from handlers.announcements import drafts
from handlers.chat import (
    CHOICE_LENGTH,
    Answers,
    Block,
    Button,
    Choice,
    Condition,
    Field,
    Form,
    Incoming,
    Items,
    Reply,
    para,
    rows,
    say,
    shorten,
)
from handlers.closing import closing, closing_faults
from handlers.commands import Line
from handlers.context import Context
from handlers.i18n import N_
from handlers.surveys import asking, rounds, showing
from handlers.surveys.meaning import likeness
from handlers.surveys.showing import find
from handlers.surveys.tallying import OTHER
from storage.surveys import Option, Plan, Question, QuestionKind, Survey
from storage.words import Words

TITLE_LENGTH = 120
TEXT_LENGTH = 300
MOST_QUESTIONS = 100
MOST_OPTIONS = 30
A_PAGE = 10
FOLLOWED = 30
"""Surveys of which a new one may be a round; older ones by the survey's own card."""
LABEL = 60
KINDS: Mapping[QuestionKind, str] = {
    "single": N_("one of several"),
    "multi": N_("any of several"),
    "yes_no": N_("yes or no"),
    "scale": N_("a scale of 1 to 5"),
    "ranking": N_("an order of preference"),
    "number": N_("a number"),
    "text": N_("a text"),
    "consent": N_("a consent"),
}
_LISTS = ("single", "multi", "ranking")


async def newsurvey(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The form of a new survey; finished, a draft to which questions are added."""
    t = ctx.t
    yes_no = (Choice("no", t("no")), Choice("yes", t("yes")))
    whom = drafts.form(ctx).field("audience")
    choices = tuple(c for c in (whom.choices if whom else ()) if not c.value.startswith("channel:"))
    per = (Choice("organisation", t("one from each organisation")), Choice("person", t("each person")))
    form = Form(
        command="newsurvey",
        title=t("A new survey"),
        fields=(
            Field("lt", t("The title in Lithuanian"), limit=TITLE_LENGTH),
            Field("en", t("The title in English"), required=False, limit=TITLE_LENGTH),
            Field(
                "intro",
                t("What should people know before they begin?"),
                "paragraph",
                required=False,
                limit=1000,
            ),
            *_follows(await ctx.store.surveys.all(), ctx),
            Field("audience", t("Whom does it ask?"), "several", choices=choices),
            Field("per", t("Who answers?"), "one", choices=per),
            Field(
                "anonymous",
                t("Is it anonymous?"),
                "one",
                t("It cannot be changed once the survey is open."),
                choices=yes_no,
            ),
            Field(
                "closes",
                t("Until when should it be open?"),
                "moment",
                t("For example: 2026-10-30 17:00."),
                limit=60,
            ),
        ),
        check=lambda answers: closing_faults(answers, ctx),
    )
    if msg.answers is None:
        return Reply(form=form)
    plan = _plan(msg.answers, ctx)
    if plan is None:
        return Reply(
            form=form.with_(values=msg.answers, at="closes", faults=closing_faults(msg.answers, ctx))
        )
    made = await ctx.store.surveys.add(plan, ctx.by, follows=str(msg.answers.get("follows") or ""))
    await ctx.store.conversation.end_draft(ctx.by.who)
    return say(
        t("The survey is kept as a draft. Now its questions."),
        buttons=rows(
            Button(t("Add a question"), f"addquestion {made.id}"), Button(t("Show it"), f"survey {made.id}")
        ),
    )


def _follows(surveys: Sequence[Survey], ctx: Context) -> tuple[Field, ...]:
    """Which survey it is a further round of, where there are any; the newest first."""
    t = ctx.t
    asked = [one for one in reversed(surveys) if one.state != "draft"][:FOLLOWED]
    labels = {
        one.id: f"{shorten(t.words(one.plan.title), 50)}, {showing.closing_day(one, ctx)}" for one in asked
    }
    choices = tuple(Choice(id, shorten(label, CHOICE_LENGTH)) for id, label in labels.items())
    hint = t("Then its results can be seen beside that one's. Skip it if it is a new one.")
    label = t("Is it a round of an earlier survey?")
    return (Field("follows", label, "one", hint, choices=choices, required=False),) if choices else ()


def _plan(answers: Answers, ctx: Context) -> Plan | None:
    closes = closing(answers, ctx)
    if closes is None:
        return None
    given = answers.get("audience") or ()
    return Plan(
        key=fresh_key(str(answers["lt"]), closes, ctx),
        title=Words(str(answers["lt"]), str(answers.get("en") or "")),
        intro=Words(str(answers.get("intro") or "")),
        questions=(),
        closes=closes,
        per="person" if answers.get("per") == "person" else "organisation",
        anonymous=answers.get("anonymous") == "yes",
        audience=(given,) if isinstance(given, str) else tuple(given),
    )


def fresh_key(title: str, closes: datetime, ctx: Context) -> str:
    """The name of a survey that is made in chat: the same gesture again, after a crash, gives the same."""
    gesture = zlib.crc32(ctx.event.encode()) & 0xFFFF
    return f"{short_id(title, 30)}-{closes.year}-{gesture:04x}"


def short_id(text: str, limit: int) -> str:
    """A short id made of a text: "Paraiškų rengimas" becomes "paraisku-rengimas"."""
    apart = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", bare)[:limit].strip("-") or "x"


# Questions


async def addquestion(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The form of one more question of a draft; finished, the draft with it."""
    t = ctx.t
    survey = await find(line, ctx)
    if survey is None or survey.state != "draft":
        return no_draft(survey, ctx)
    if len(survey.plan.questions) >= MOST_QUESTIONS:
        return say(t("A survey has at most {count} questions: nobody answers more.", count=MOST_QUESTIONS))
    form = _question_form(survey, ctx)
    if msg.answers is None:
        return Reply(form=form)
    others = rounds.series(survey, await ctx.store.surveys.all())
    question = _question(survey, msg.answers, others)
    if not msg.confirmed:
        blocks = (para(t("This is how it will be asked:")), *_shown(question, ctx))
        buttons = rows(
            Button(t("Add it"), f"apply addquestion {survey.id} v{survey.version}"),
            Button(t("‹ Back"), "back"),
            Button(t("Cancel"), "cancel"),
        )
        return Reply(blocks, buttons=buttons)
    plan = replace(survey.plan, questions=(*survey.plan.questions, question))
    changed = await ctx.store.surveys.change(survey.id, line.seen or survey.version, plan, ctx.by)
    count = len(changed.plan.questions)
    return say(
        t.n("The survey has {count} question now.", "The survey has {count} questions now.", count),
        buttons=rows(
            Button(t("Add a question"), f"addquestion {survey.id}"),
            Button(t("Show it"), f"survey {survey.id}"),
            Button(t("Try it out"), f"trysurvey {survey.id}"),
        ),
    )


def no_draft(survey: Survey | None, ctx: Context) -> Reply:
    """Why a survey's questions cannot be changed, and what can."""
    t = ctx.t
    if survey is None or survey.state == "closed":
        return say(t("There is no such draft."))
    return say(
        t("People are answering it already, so its questions stay as they are. Its closing can be moved."),
        buttons=rows(
            Button(t("Move the closing"), f"movesurvey {survey.id}"),
            Button(t("Show it"), f"survey {survey.id}"),
        ),
    )


async def dropquestion(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`dropquestion a3`: which question of a draft goes; `dropquestion a3 q4 v5`: that one, unless another depends on
    it."""
    t = ctx.t
    survey = await find(line, ctx)
    if survey is None or survey.state != "draft":
        return no_draft(survey, ctx)
    gone = line.words[1] if len(line.words) > 1 else ""
    questions = survey.plan.questions
    if gone not in {question.id for question in questions}:
        return _which(survey, paging.asked(line.words[1:]), ctx)
    needed = tuple(q for q in questions if any(one.question == gone for one in q.show_if))
    if needed:
        names = t.listed(tuple(t("“{text}”", text=shorten(t.words(q.text), LABEL)) for q in needed))
        return say(t("It cannot go while another depends on its answer: {questions}.", questions=names))
    left = tuple(question for question in questions if question.id != gone)
    plan = replace(survey.plan, questions=left)
    changed = await ctx.store.surveys.change(survey.id, line.seen or survey.version, plan, ctx.by)
    return say(
        t("The question is removed."),
        buttons=rows(
            Button(t("The questions"), f"questions {changed.id}"),
            Button(t("Show it"), f"survey {changed.id}"),
        ),
    )


def _which(survey: Survey, number: int, ctx: Context) -> Reply:
    page = paging.page(survey.plan.questions, number, A_PAGE)
    press, seen = f"dropquestion {survey.id}", f"v{survey.version}"
    buttons = [
        (Button(shorten(f"{n}. {ctx.t.words(q.text)}", LABEL), f"{press} {q.id} {seen}"),)
        for n, q in enumerate(page.shown, page.first)
    ]
    turns = page.turns(lambda number: f"{press} p{number}")
    back = (Button(ctx.t("‹ Back"), f"questions {survey.id}"),)
    return Reply(
        (para(ctx.t("Which question should go?")),),
        buttons=(*buttons, *((turns,) if turns else ()), back),
    )


def _shown(question: Question, ctx: Context) -> tuple[Block, ...]:
    labels = tuple((choice.label,) for choice in asking.choices(question, ctx.t))
    text = para(" / ".join(question.text.both))
    hint = asking.hint(question, ctx.t)
    return (text, *((Items(labels),) if labels else ()), *((para(hint),) if hint else ()))


def _question_form(survey: Survey, ctx: Context) -> Form:
    t = ctx.t
    lists, yes_no = Condition("kind", _LISTS), (Choice("yes", t("yes")), Choice("no", t("no")))
    return Form(
        command=f"addquestion {survey.id}",
        title=t("A question"),
        fields=(
            Field(
                "kind",
                t("What kind of answer?"),
                "one",
                choices=tuple(Choice(k, t(n)) for k, n in KINDS.items()),
            ),
            Field("lt", t("The question in Lithuanian"), limit=TEXT_LENGTH),
            Field("en", t("The question in English"), required=False, limit=TEXT_LENGTH),
            Field(
                "options",
                t("The answers to choose from, a line each"),
                "paragraph",
                t("Lithuanian, then | and English: Mokymai | Training."),
                limit=3000,
                when=(lists,),
            ),
            Field(
                "other",
                t("May people answer in their own words too?"),
                "one",
                choices=yes_no,
                when=(Condition("kind", ("single", "multi")),),
            ),
            Field(
                "at_most",
                t("At most how many?"),
                "number",
                t("Skip it when any number will do."),
                required=False,
                limit=3,
                when=(Condition("kind", ("multi",)),),
            ),
            Field(
                "unit",
                t("In which unit?"),
                hint=t("For example: Eur, %, people."),
                required=False,
                limit=20,
                when=(Condition("kind", ("number",)),),
            ),
            Field("required", t("Must it be answered?"), "one", choices=yes_no),
        ),
        check=lambda answers: _question_faults(answers, ctx),
    )


def _question_faults(answers: Answers, ctx: Context) -> Mapping[str, str]:
    t, found = ctx.t, dict[str, str]()
    if answers.get("options"):
        options = _options(str(answers["options"]))
        if len(options) < 2:
            found["options"] = t("At least two answers are needed, a line each.")
        elif len(options) > MOST_OPTIONS:
            found["options"] = t("At most {count} answers to choose from.", count=MOST_OPTIONS)
        elif long := next((o for o in options if max(map(len, o.label.both)) > CHOICE_LENGTH), None):
            found["options"] = t(
                "“{text}” is too long for a button: at most {count} characters.",
                text=long.label.lt,
                count=CHOICE_LENGTH,
            )
    most = str(answers.get("at_most") or "")
    if most and not (most.isascii() and most.isdigit() and int(most) > 0):
        found["at_most"] = t("A whole number is needed here.")
    return found


def _options(text: str) -> tuple[Option, ...]:
    found: dict[str, Option] = {}
    for each in text.splitlines():
        lt, _, en = (part.strip(" -•\t") for part in each.partition("|"))
        if not lt:
            continue
        id, n = short_id(lt, 20), 2
        while id in found or id == OTHER:
            id, n = f"{short_id(lt, 17)}-{n}", n + 1
        found[id] = Option(id, Words(" ".join(lt.split()), " ".join(en.split())))
    return tuple(found.values())


def _question(survey: Survey, answers: Answers, others: Sequence[Survey]) -> Question:
    """The question as it was answered. Its id is that of the same question in one of the `others`, the further rounds,
    and otherwise one that means nothing else in them."""
    kind: QuestionKind = next(kind for kind in KINDS if kind == answers["kind"])
    most = str(answers.get("at_most") or "")
    made = Question(
        "",
        kind,
        Words(str(answers["lt"]), str(answers.get("en") or "")),
        required=answers.get("required") == "yes",
        options=_options(str(answers.get("options") or "")) if kind in _LISTS else (),
        other=kind in ("single", "multi") and answers.get("other") == "yes",
        at_most=int(most) if most and kind == "multi" else None,
        unit=str(answers.get("unit") or "") if kind == "number" else "",
        na=kind == "scale",
    )
    taken = {question.id for question in survey.plan.questions}
    before = {question.id: question for one in others for question in one.plan.questions}
    known = (id for id, was in before.items() if id not in taken and likeness(was, made) == "same")
    fresh = (id for id in map("q{}".format, count(1)) if id not in taken and id not in before)
    return replace(made, id=next(known, "") or next(fresh))
