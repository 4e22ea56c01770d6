"""What people ask in vain, and the synonyms with which the secretariat answers it from then on."""

from __future__ import annotations

import re
from collections.abc import Mapping

from handlers import paging
from handlers.chat import (
    Answers,
    Block,
    Button,
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
from handlers.commands import Line
from handlers.context import Context
from handlers.i18n import N_
from handlers.understanding.folding import words
from handlers.understanding.intents import ALIEN
from handlers.understanding.lexicon import concepts
from handlers.understanding.reading import Understanding, understand
from handlers.understanding.synonyms import MOST_WORDS
from storage.vocabulary import Missed, Synonym

SHOWN = 5
LONGEST = 200
_PRIVATE = re.compile(r"\S+@\S+|https?://\S+|\+?\d(?:[\s().-]*\d){5,}")
_HIDDEN = "…"
EXAMPLE = N_("Which calls are open?")
_NEVER_OURS = frozenset((*ALIEN, "hostile"))
_WAYS_ON = ("not_understood", "out_of_scope", "greeting", "thanks")


def without_private(text: str) -> str:
    """A sentence as it may be kept: on one line, addresses and long numbers left out, 200 characters at most."""
    return shorten(_PRIVATE.sub(_HIDDEN, " ".join(text.split())), LONGEST)


def missed(understood: Understanding, text: str) -> str:
    """The sentence as it may be kept when it was asked in vain, else nothing: what was asked back about, and what is
    never ours (the weather, somebody's telephone), is nothing to be taught."""
    if understood.intent not in ("not_understood", "out_of_scope") or understood.choices or understood.among:
        return ""
    if any(not concepts(word).isdisjoint(_NEVER_OURS) for word in words(text)):
        return ""
    return without_private(text)


async def unanswered(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The sentences that were not understood, the most frequent first; `unanswered p2` shows further ones."""
    t = ctx.t
    found = sorted(await ctx.store.vocabulary.missed(), key=lambda m: (-m.times, -m.last.toordinal(), m.id))
    if not found:
        return say(
            t("I have understood every question so far."),
            buttons=rows(Button(t("Words I was taught"), "synonyms")),
        )
    page = paging.page(found, paging.asked(line.words), SHOWN)
    blocks: tuple[Block, ...] = (
        para(t("This was asked and I did not understand it. Who asked is not kept.")),
        Items(tuple((_missed(one, ctx),) for one in page.shown), start=page.first),
    )
    buttons = [
        (
            Button(t("Explain {number}", number=number), f"teach {one.id}"),
            Button(t("Drop {number}", number=number), f"forget {one.id}"),
        )
        for number, one in enumerate(page.shown, page.first)
    ]
    turns = page.turns(lambda number: f"unanswered p{number}")
    return Reply(blocks, buttons=(*buttons, (*turns, Button(t("Words I was taught"), "synonyms"))))


def _missed(one: Missed, ctx: Context) -> str:
    return ctx.t.n(
        "“{text}” (once, {day})",
        "“{text}” ({count} times, last {day})",
        one.times,
        text=one.text,
        day=ctx.t.day(one.last, ctx.today),
    )


async def teach(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`teach u3` explains a sentence that was not understood, `teach` any word; what is meant must be understood."""
    t = ctx.t
    heard = next((m for m in await ctx.store.vocabulary.missed() if line.words[:1] == (m.id,)), None)
    form = Form(
        command=f"teach {heard.id}" if heard else "teach",
        title=t("A new word"),
        fields=(
            Field(
                "said",
                t("What do people say? A word or a few, at most {count}.", count=MOST_WORDS),
                hint=t("Any form of the words will do."),
                limit=LONGEST,
                anything=True,
            ),
            Field(
                "means",
                t("And how would they say it so that I understand?"),
                hint=t(
                    "A word, the name of a call, or a whole question: {example}",
                    example=t(EXAMPLE),
                ),
                limit=LONGEST,
                anything=True,
            ),
        ),
        check=lambda answers: _faults(answers, ctx),
        values={"said": heard.text} if heard and len(words(heard.text)) <= MOST_WORDS else {},
    )
    if msg.answers is None:
        return Reply(form=form)
    said, means = (" ".join(str(msg.answers.get(name, "")).split()) for name in ("said", "means"))
    kept = await ctx.store.vocabulary.teach(said, means, ctx.by, heard.id if heard else "")
    return Reply(
        (para(t("From now on “{said}” means “{means}”.", said=kept.said, means=kept.means)),),
        buttons=rows(
            Button(t("What else did I not understand?"), "unanswered"),
            Button(t("Forget it"), f"forget {kept.id}"),
        ),
    )


def _faults(given: Answers, ctx: Context) -> Mapping[str, str]:
    """What keeps the words from being taught: a word that is known already would change what all others ask."""
    t = ctx.t
    faults = {}
    said, means = str(given.get("said", "")), str(given.get("means", ""))
    spoken = words(said)
    if "said" in given and not 1 <= len(spoken) <= MOST_WORDS:
        faults["said"] = t("A word or a few, at most {count}.", count=MOST_WORDS)
    elif len(spoken) == 1 and (len(spoken[0]) < 3 or concepts(spoken[0]) or ctx.names.knows(spoken[0])):
        faults["said"] = t("“{word}” has a meaning already.", word=said)
    if "means" in given and not _understood(means, ctx):
        faults["means"] = t("I do not understand that either. For example: {example}", example=t(EXAMPLE))
    elif means and spoken == words(means):
        faults["means"] = t("That is the same word.")
    return faults


def _understood(text: str, ctx: Context) -> bool:
    if any(concepts(word) or ctx.names.knows(word) for word in words(text)):
        return True
    return understand(text, ctx.today, ctx.names).intent not in _WAYS_ON


async def synonyms(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """The words that the bot was taught, newest first; `synonyms p2` shows further ones."""
    t = ctx.t
    found = tuple(reversed(await ctx.store.vocabulary.synonyms()))
    if not found:
        return say(
            t("I have not been taught any words yet."), buttons=rows(Button(t("Teach a word"), "teach"))
        )
    page = paging.page(found, paging.asked(line.words), SHOWN)
    forgetting = tuple(
        Button(t("Forget {number}", number=number), f"forget {one.id}")
        for number, one in enumerate(page.shown, page.first)
    )
    turns = page.turns(lambda number: f"synonyms p{number}")
    items = tuple((_synonym(one, ctx),) for one in page.shown)
    return Reply(
        (para(t("Words I was taught:")), Items(items, start=page.first)),
        buttons=(forgetting, (*turns, Button(t("Teach a word"), "teach"))),
    )


def _synonym(one: Synonym, ctx: Context) -> str:
    return ctx.t("“{said}” means “{means}”", said=one.said, means=one.means)


async def forget(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`forget w3` forgets a synonym, `forget u3` a sentence that was asked in vain; then what is left."""
    id = line.words[0] if line.words else ""
    if id[:1] not in ("u", "w"):
        return await synonyms(msg, ctx, Line(line.command, ()))
    await ctx.store.vocabulary.forget(id, ctx.by)
    rest = Line(line.command, ())
    return await (unanswered if id.startswith("u") else synonyms)(msg, ctx, rest)
