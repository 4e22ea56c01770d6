"""A survey of the tests' own, with a question of every kind, and sheets for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from storage.surveys import Answers, Option, Plan, Question, Sheet, ShowIf, Survey, SurveyState
from storage.words import Words

OPENED = datetime(2026, 9, 14, 5, 0, tzinfo=UTC)
CLOSED = datetime(2026, 10, 5, 14, 0, tzinfo=UTC)


def options(*named: tuple[str, str, str]) -> tuple[Option, ...]:
    """Options of their ids, Lithuanian and English labels."""
    return tuple(Option(id, Words(lt, en)) for id, lt, en in named)


HELP = options(
    ("calls", "Informacija apie kvietimus", "Information on calls"),
    ("applications", "Paraiškų rengimas", "Preparing applications"),
    ("partners", "Tarptautiniai partneriai ir kontaktų mugės", "International partners and matchmaking"),
    ("training", "Klasterio valdymo mokymai", "Cluster management training"),
    ("rdi", "MTEPI infrastruktūra", "RDI infrastructure"),
    ("export", "Eksportas ir rinkodara", "Export and marketing"),
    ("digital", "Skaitmeninė pertvarka", "Digital transformation"),
    ("green", "Žalioji pertvarka", "Green transition"),
    ("label", "Klasterio kokybės ženklas (bronza, sidabras, auksas)", "Cluster quality label"),
    ("none", "Pagalbos nereikia", "No help is needed"),
)
QUESTIONS = (
    Question(
        "field",
        "single",
        Words("Kokioje srityje veikia jūsų klasteris?", "Which sector is your cluster in?"),
        options=options(
            ("agro", "Agroinovacijos ir maisto technologijos", "Agro-innovation and food technology"),
            ("energy", "Energetika ir statyba", "Energy and construction"),
            ("ict", "IRT", "ICT"),
            ("health", "Sveikata", "Health"),
        ),
        other=True,
    ),
    Question(
        "size",
        "number",
        Words("Kiek narių vienija klasteris?", "How many members does the cluster have?"),
        low=1,
        high=500,
        whole=True,
    ),
    Question(
        "help",
        "multi",
        Words("Kokios pagalbos labiausiai reikia?", "What help do you need most?"),
        options=HELP,
        other=True,
        exclusive="none",
        at_most=3,
    ),
    Question(
        "digest",
        "scale",
        Words("Kiek naudinga savaitės santrauka?", "How useful is the weekly digest?"),
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
        options=options(
            ("rdi", "MTEPI", "RDI"),
            ("export", "Eksportas", "Export"),
            ("skills", "Kompetencijos", "Skills"),
            ("abroad", "Tarptautiškumas", "Internationalisation"),
        ),
    ),
    Question(
        "apply",
        "single",
        Words(
            "Ar planuojate teikti paraišką pagal „Inoklaster LT“?", "Do you plan to apply under Inoklaster?"
        ),
        options=options(
            ("yes", "Taip", "Yes"), ("no", "Ne", "No"), ("unsure", "Dar nežinome", "Not known yet")
        ),
    ),
    Question(
        "sum",
        "number",
        Words("Kokios paramos sumos prašytumėte?", "What amount would you ask for?"),
        required=False,
        low=0,
        unit="Eur",
        show_if=(ShowIf("apply", ("yes",)),),
    ),
    Question(
        "wish",
        "text",
        Words("Ką asociacija turėtų perduoti darbo grupei?", "What should the association tell the group?"),
        required=False,
    ),
    Question(
        "stand",
        "yes_no",
        Words("Ar jūsų klasteris dalyvautų bendroje parodoje?", "Would you take part in a joint stand?"),
    ),
    Question(
        "agree",
        "consent",
        Words("Sutinku, kad atsakymai būtų naudojami apibendrintai.", "I agree to use in aggregate."),
    ),
)


def survey(
    *, anonymous: bool = False, questions: tuple[Question, ...] = QUESTIONS, closed: bool = True
) -> Survey:
    """A survey of these questions, closed unless it is said."""
    title = Words("Klasterių poreikių apklausa", "Cluster needs survey")
    plan = Plan("poreikiai-2026", title, questions, CLOSED, OPENED, anonymous=anonymous, series="poreikiai")
    state: SurveyState = "closed" if closed else "open"
    return Survey("a3", 2, plan, OPENED, "n1", state, OPENED, CLOSED if closed else None)


def sheet(number: int, answers: Answers) -> Sheet:
    """What the person of that number has handed in for the organisation of that number."""
    at = OPENED + timedelta(minutes=number)
    return Sheet(f"s{number}", 1, "a3", f"person-{number}", f"house-{number}", answers, at, "answered")


def sheets(count: int, seed: int = 1, questions: tuple[Question, ...] = QUESTIONS) -> tuple[Sheet, ...]:
    """So many sheets, filled in by chance, the same for the same seed."""
    random = Random(seed)
    return tuple(sheet(n, {q.id: _answer(q, random) for q in questions}) for n in range(1, count + 1))


_WISHES = (
    "Trumpesnių paraiškų formų",
    "Kad kvietimai būtų skelbiami iš anksto, bent prieš tris mėnesius",
    "Daugiau dėmesio regionų klasteriams",
    "Ilgesnių paraiškų rengimo terminų",
)


def _answer(question: Question, random: Random) -> str | tuple[str, ...]:
    """Early options are chosen more often than late ones, so that there is something to find."""
    if not question.required and random.random() < 0.3:
        return ""
    ids = [option.id for option in question.options]
    weights = [len(ids) - at + 1 for at in range(len(ids))]
    match question.kind:
        case "single":
            own = question.other and random.random() < 0.08
            return "Kosmoso technologijos" if own else random.choices(ids, weights)[0]
        case "multi":
            return tuple(dict.fromkeys(random.choices(ids, weights, k=3)))
        case "scale":
            return random.choices(["1", "2", "3", "4", "5", "na"], [1, 2, 5, 9, 6, 1])[0]
        case "ranking":
            return tuple(sorted(ids, key=lambda id: ids.index(id) + random.gauss(0, 1.5)))
        case "number":
            return str(random.randint(8, 90)) if question.whole else str(random.randint(2, 60) * 5000)
        case "text":
            return random.choice(_WISHES)
        case "yes_no":
            return random.choices(["yes", "no"], [3, 2])[0]
        case "consent":
            return "yes"
