"""An example survey that twelve clusters answer, for whoever looks at its results."""

from __future__ import annotations

from bot.dispatch import Policy
from handlers.chat import Reply
from storage.surveys import Plan
from storage.words import Words
from tests.conversation import Chat
from tests.handlers.surveys import example
from tests.handlers.surveys.asked import CLOSES, associate, opened, somebody

CLUSTERS = 12
PLAN = Plan(
    "poreikiai-2026",
    Words("Klasterių poreikių apklausa", "Cluster needs survey"),
    example.QUESTIONS,
    CLOSES,
    series="poreikiai",
)


async def furnished(approve_over: int = 100) -> Chat:
    """A conversation with the members of twelve clusters, and two of a company."""
    chat = Chat.begin(policy=Policy(approve_over=approve_over))
    await associate(chat, CLUSTERS)
    for n in range(1, CLUSTERS + 3):
        await somebody(chat, f"Narys{n}", f"k{n}" if n <= CLUSTERS else "imone")
    return chat


async def answered(chat: Chat, plan: Plan = PLAN, seed: int = 1, wishes: tuple[str, ...] = ()) -> str:
    """A survey that all clusters but their company have answered; its id."""
    survey = await opened(chat, plan)
    people = {m.person.organisation: m for m in await chat.store.members.all()}
    for n, one in enumerate(example.sheets(CLUSTERS, seed), 1):
        member = people[f"k{n}"]
        given = {**one.answers, "wish": wishes[n % len(wishes)] if wishes else one.answers["wish"]}
        await chat.store.surveys.hand_in(survey.id, member.id, f"k{n}", given, chat.now)
    return survey.id


def names(reply: Reply) -> list[str]:
    """The names of its files."""
    return [file.name for file in reply.files]
