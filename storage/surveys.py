"""Surveys: what is asked, the sheets that people fill in, and what is left of them when an anonymous one has closed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from storage.audit import By
from storage.words import Words

QuestionKind = Literal["single", "multi", "scale", "ranking", "number", "text", "yes_no", "consent"]
Respondent = Literal["organisation", "person"]
SurveyState = Literal["draft", "open", "closed"]
SheetState = Literal["begun", "answered"]

Given = str | tuple[str, ...]
"""An answer: an option's id, or a text of one's own; several of them, in the order of a ranking. Numbers are kept as
they are counted ("1200.5"), "" is a question that was passed over."""
Answers = Mapping[str, Given]

NO_WORDS = Words()
SMALL = 5
"""A question or a group with fewer answers is hidden in what is published of an anonymous survey."""
SMALL_TEXT = 10
"""Texts are hidden when fewer wrote one."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers that can be chosen. Both languages have the one id."""

    id: str
    label: Words


@dataclass(frozen=True, slots=True)
class ShowIf:
    """Asked only of those who answered the earlier `question` with one of `values`."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `options` are the choices of single and multi and the items of a ranking. `exclusive` is the id of
    an option that excludes the rest. `at_most` limits a multi. `low` and `high` bound a scale (whole numbers) or a
    number, `labels` say what steps of a scale mean, `na` adds "can't say". `limit` is the most characters of a text.
    All conditions of `show_if` have to hold."""

    id: str
    kind: QuestionKind
    text: Words
    required: bool = True
    options: tuple[Option, ...] = ()
    other: bool = False
    exclusive: str = ""
    at_most: int | None = None
    low: float | None = None
    high: float | None = None
    whole: bool = False
    unit: str = ""
    labels: Mapping[str, Words] | None = None
    na: bool = False
    limit: int = 1000
    show_if: tuple[ShowIf, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a survey asks, of whom, and until when. `key` is its own name ("poreikiai-2026"): importing the same key
    again changes that survey. `audience` is made of the words of an announcement's. Moments are aware UTC; `opens` is
    None for a survey that somebody opens. Rounds of one survey have the same `series`."""

    key: str
    title: Words
    questions: tuple[Question, ...]
    closes: datetime
    opens: datetime | None = None
    intro: Words = NO_WORDS
    per: Respondent = "organisation"
    anonymous: bool = False
    editable: bool = True
    audience: tuple[str, ...] = ("all",)
    series: str = ""


@dataclass(frozen=True, slots=True)
class Bin:
    """How many numbers lie from `low` to `high` (the next bin's low belongs to the next)."""

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """What an item of a ranking got: points (the last place 1, one more for each place above), and how often first."""

    item: str
    points: int
    firsts: int


@dataclass(frozen=True, slots=True)
class Tally:
    """One question's answers, counted. `answered` people gave one. `hidden` are too few to be shown: then there is
    nothing else. `nearly` is the answer that all but at most two gave (several choices: each that they chose; a
    ranking: its items, "a - c"), of an anonymous survey: then nothing else is counted, because a count of all would be
    everybody's answer, and of all but one everybody else's to that one. `counts` are by option,
    in the order of the options, texts of people's own counted as "other". `texts` are in random order."""

    question: str
    answered: int = 0
    hidden: bool = False
    nearly: str = ""
    counts: tuple[tuple[str, int], ...] = ()
    ranked: tuple[Ranked, ...] = ()
    mean: float | None = None
    median: float | None = None
    bins: tuple[Bin, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Closing:
    """When it was to close from that version on, set at `at`."""

    version: int
    closes: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey under its id (`a3`). `small` and `small_text` are its thresholds. `forwarded` are
    the clusters whose manager has passed it on to their companies, `closings` the closing that it was opened with and
    those it was moved to. Once it is closed, `taken_part` are the organisations or people who answered, sorted;
    `tallies` are what is left of an anonymous one, whose sheets are gone."""

    id: str
    version: int
    plan: Plan
    at: datetime
    by: str
    state: SurveyState = "draft"
    opened: datetime | None = None
    closed: datetime | None = None
    small: int = SMALL
    small_text: int = SMALL_TEXT
    forwarded: tuple[str, ...] = ()
    closings: tuple[Closing, ...] = ()
    taken_part: tuple[str, ...] = ()
    tallies: tuple[Tally, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one person has filled in, for themselves or for their organisation: `owner` is whichever answers. The
    `answers` of an `answered` sheet count, the others of the same owner don't: there is one that counts. `changing` is
    what its writer has made of a sheet that was handed in and has not handed in anew."""

    id: str
    version: int
    survey: str
    member: str
    owner: str
    answers: Answers
    at: datetime
    state: SheetState = "begun"
    changing: Answers | None = None

    @property
    def latest(self) -> Answers:
        """What its writer has filled in so far, handed in or not."""
        return self.answers if self.changing is None else self.changing


TallyUp = Callable[[Survey, tuple[Sheet, ...]], tuple[Tally, ...]]
"""Counts the sheets that count. Pure: it is called while the survey is being closed."""


class Surveys(Protocol):
    async def get(self, id: str) -> Survey | None:
        """The survey of that id, or None."""

    async def all(self) -> tuple[Survey, ...]:
        """Every survey, in the order of their ids; the same object until one changes."""

    async def of_key(self, key: str) -> Survey | None:
        """The survey with that key, or None."""

    async def sheets(self, survey: str) -> tuple[Sheet, ...]:
        """Every sheet of a survey, in the order of their ids; none of an anonymous one that is closed."""

    async def sheet(self, survey: str, member: str) -> Sheet | None:
        """What that person has begun or handed in, or None."""

    async def add(self, plan: Plan, by: By, *, follows: str = "") -> Survey:
        """A new draft; where it `follows` a survey, a round of that one's series, as `follow` makes it. When there is a
        survey of that key it is returned as it is. Raises Missing when there is none that it could follow."""

    async def change(self, id: str, seen: int, plan: Plan, by: By) -> Survey:
        """Another plan for a draft. Raises Missing, and Changed(the survey) when its version is not `seen` or it is no
        draft any more."""

    async def remove(self, id: str, seen: int, by: By) -> None:
        """Removes a draft; nothing to remove is no error. Raises Changed as `change` does."""

    async def open(self, id: str, seen: int, by: By) -> Survey:
        """People may answer from now on, or from when its plan says that it opens; its questions, whether it is
        anonymous, who answers and its thresholds stay as they are. Raises Missing, and Changed unless it is a draft of
        that version."""

    async def move(self, id: str, seen: int, closes: datetime, by: By) -> Survey:
        """It closes at another time. Raises Missing, and Changed when its version is not `seen` or it is closed."""

    async def follow(self, id: str, seen: int, earlier: str, by: By) -> Survey:
        """It is a round of the series of the survey `earlier`, which has its own key as its series from then on when it
        has none; with an empty `earlier` it is a round of none. In any state, for nobody's answer depends on it. Raises
        Missing, and Changed when its version is not `seen`."""

    async def forward(self, id: str, cluster: str, by: By) -> Survey:
        """The companies of that cluster may answer too; twice is once. Raises Missing, and Changed unless it is
        open."""

    async def close(self, id: str, tally: TallyUp, by: By) -> Survey:
        """Nobody can answer any more, and who has is known. Of an anonymous one the tallies are kept and every sheet
        and draft goes in the same commit: when this returns, no file of the store and no automatic backup has what
        belonged to anybody. Closed twice is closed once. Raises Missing."""

    async def keep(self, id: str, member: str, owner: str, answers: Answers, at: datetime) -> Sheet:
        """The answers that somebody has given so far, in place of those before; of a sheet that was handed in what was
        handed in counts until it is handed in anew. Raises Missing, and Changed(the survey) unless it is open."""

    async def hand_in(
        self, id: str, member: str, owner: str, answers: Answers, at: datetime, over: str = ""
    ) -> Sheet:
        """The answers count from now on. When another's sheet counts for the same owner, Changed(that sheet) is raised
        unless `over` names it: then it is begun again and stays its writer's. Raises Missing, and Changed(the survey)
        unless it is open."""
