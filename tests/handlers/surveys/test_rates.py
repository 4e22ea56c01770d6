"""Who was asked and who has answered, by cluster and by sector."""

from __future__ import annotations

from dataclasses import replace

from handlers.chat import Reply
from handlers.i18n import translator
from handlers.surveys.rates import Rate, lines, rates
from handlers.taking_part import done
from storage.association import Association, Organisation, Structure
from storage.members import Member, Person
from storage.words import Words
from tests.handlers.surveys.example import sheets, survey

LT = translator("lt")
FOOD, LIGHT = Words("Maisto pramonė", "Food"), Words("Lazeriai", "Lasers")
STRUCTURE = Structure(
    Association(Words("Asociacija"), "LKA"),
    (
        Organisation("agentura", "agency", Words("Inovacijų agentūra")),
        Organisation("brolis", "company", Words("Brolis"), belongs_to=("fotonika", "maistas")),
        Organisation("fotonika", "cluster", Words("Fotonikos klasteris"), sector=LIGHT),
        Organisation("maistas", "cluster", Words("Čiobrelių klasteris"), sector=FOOD),
        Organisation("optika", "company", Words("Optika"), sector=FOOD, belongs_to=("fotonika",)),
    ),
)
HOMES = ("fotonika", "fotonika", "optika", "brolis", "maistas", "agentura", "")
MEMBERS = tuple(Member(f"n{n}", 1, Person(f"Narys {n}", home)) for n, home in enumerate(HOMES, 1))


def test_one_of_an_organisation_answers_for_it():
    """Two people of one organisation are one; a company is counted in each of its clusters; who is of none is last."""
    found = rates(survey(), MEMBERS, STRUCTURE, frozenset({"fotonika", "brolis"}), LT)
    assert found.whole == Rate("", 6, 2)
    assert found.clusters == (
        Rate("Čiobrelių klasteris", 2, 1),
        Rate("Fotonikos klasteris", 3, 2),
        Rate("Nepriklauso klasteriui", 2, 0),
    )
    assert found.sectors == (
        Rate("Lazeriai", 2, 2),
        Rate("Maisto pramonė", 3, 1),
        Rate("Sektorius nenurodytas", 2, 0),
    )


def test_each_person_answers_where_persons_are_asked():
    """Only those of the audience; who has answered and left it since still counts, and so does who has left."""
    plan = replace(survey().plan, per="person", audience=("cluster:fotonika",))
    one = replace(survey(), plan=plan)
    found = rates(one, MEMBERS, STRUCTURE, frozenset({"n1", "n5", "n99"}), LT)
    assert found.whole == Rate("", 6, 3)
    assert found.clusters[-1] == Rate("Nepriklauso klasteriui", 1, 1)


def test_who_has_answered_is_known_before_and_after():
    """Before it closes by the sheets that were handed in, afterwards by what was kept."""
    rows = (*sheets(2), replace(sheets(3)[2], state="begun"))
    assert done(survey(closed=False), rows) == {"house-1", "house-2"}
    assert done(replace(survey(), taken_part=("a", "b")), ()) == {"a", "b"}


def test_the_response_rate_is_said_in_small_pieces():
    """The whole first, then a line for each cluster and each sector."""
    found = rates(survey(), MEMBERS, STRUCTURE, frozenset({"fotonika", "brolis"}), LT)
    said = Reply(lines(found, LT)).plain.splitlines()
    assert said[0] == "Atsakė 2 iš 6 (33\u00a0%)."
    assert said[1:3] == ["Pagal klasterius:", "• Čiobrelių klasteris: 1 iš 2 (50\u00a0%)"]
    assert said[-1] == "• Sektorius nenurodytas: 0 iš 2 (0\u00a0%)"
    nobody = rates(survey(), (), STRUCTURE, frozenset(), LT)
    assert Reply(lines(nobody, LT)).plain == "Atsakyti niekas nekviečiamas."
