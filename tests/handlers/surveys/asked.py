"""A survey on cluster needs with every kind of question, and clusters that answer it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.chat import Account
from storage.association import Organisation, Structure
from storage.members import NewMember, Person, Reach
from storage.surveys import Option, Plan, Question, ShowIf, Survey
from storage.words import Words
from tests.conversation import NOW, STRUCTURE, Chat, Someone

CLOSES = NOW + timedelta(days=11, hours=7)  # Monday, 5 October, 17:00 in Vilnius


def options(**labels: str) -> tuple[Option, ...]:
    """Options by id, "lt / en"."""
    return tuple(Option(id, Words(*label.split(" / "))) for id, label in labels.items())


QUESTIONS = (
    Question(
        "sector",
        "single",
        Words("Kokioje srityje veikia jūsų klasteris?", "Which sector is your cluster in?"),
        options=options(ict="IRT / ICT", health="Sveikata / Health"),
        other=True,
    ),
    Question("members", "number", Words("Kiek narių?", "How many members?"), low=1, high=500, whole=True),
    Question(
        "help",
        "multi",
        Words("Kokios pagalbos reikia?", "What help do you need?"),
        options=options(
            calls="Informacijos / Information",
            training="Mokymų / Training",
            export="Eksporto / Export",
            none="Nereikia / None",
        ),
        at_most=2,
        exclusive="none",
        other=True,
    ),
    Question(
        "digest",
        "scale",
        Words("Kiek naudinga santrauka?", "How useful is the digest?"),
        low=1,
        high=5,
        labels={"1": Words("visai nenaudinga", "not useful"), "5": Words("labai naudinga", "very useful")},
        na=True,
    ),
    Question(
        "order",
        "ranking",
        Words("Išdėstykite prioritetus", "Rank the priorities"),
        required=False,
        options=options(rdi="MTEPI / RDI", export="Eksportas / Export", skills="Kompetencijos / Skills"),
    ),
    Question("apply", "yes_no", Words("Ar teiksite paraišką?", "Will you apply?")),
    Question(
        "sum",
        "number",
        Words("Kokios sumos prašytumėte?", "What amount would you ask for?"),
        required=False,
        unit="Eur",
        low=0,
        show_if=(ShowIf("apply", ("yes",)),),
    ),
    Question("say", "text", Words("Ką perduoti darbo grupei?", "What should we pass on?"), required=False),
    Question("consent", "consent", Words("Sutinku, kad atsakymai būtų naudojami.", "I agree.")),
)
PLAN = Plan(
    "poreikiai-2026",
    Words("Klasterių poreikių apklausa", "Cluster needs survey"),
    QUESTIONS,
    CLOSES,
    intro=Words("Užtruks apie 5 min.", "About 5 minutes."),
)


async def associate(chat: Chat, clusters: int = 2) -> None:
    """The association with clusters `k1`, `k2`, … and a company of the first."""
    more = tuple(
        Organisation(f"k{n}", "cluster", Words(f"{n} klasteris", f"Cluster {n}"))
        for n in range(1, clusters + 1)
    )
    company = Organisation("imone", "company", Words("Įmonė"), belongs_to=("k1",))
    structure = Structure(STRUCTURE.association, (*STRUCTURE.organisations, *more, company), STRUCTURE.groups)
    await chat.store.association.take_over(structure, chat.by())


async def somebody(chat: Chat, name: str, organisation: str, role: str = "member", **more: str) -> Someone:
    """A member of that organisation who can be reached on Telegram."""
    platform = more.get("platform", "telegram")
    someone = Someone(chat, Account(platform, f"u{name}"), name)
    person = Person(
        name,
        organisation,
        role,  # type: ignore[arg-type]
        more.get("language", "lt"),
        accounts=(Reach(platform, someone.account.user, f"chat-u{name}"),),
    )
    await chat.store.members.take_over((NewMember(person),), chat.by())
    return someone


async def opened(chat: Chat, plan: Plan = PLAN, **changes: object) -> Survey:
    """The survey in the store, open."""
    made = await chat.store.surveys.add(replace(plan, **changes), chat.by())  # type: ignore[arg-type]
    return await chat.store.surveys.open(made.id, made.version, chat.by())
