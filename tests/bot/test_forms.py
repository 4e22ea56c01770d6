"""Forms asked one question at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import forms
from handlers.chat import Choice, Condition, Field, Form
from handlers.i18n import translator
from tests.shared_words import SURVEY_FORM

LT = translator("lt")


def test_a_choice_is_a_button_and_its_label_may_be_typed() -> None:
    """What stands on a choice's button can be typed instead, in any case of letters."""
    sector = SURVEY_FORM.fields[0]
    assert forms.read(sector, " irt ", LT) == "s3"
    assert forms.read(sector, "robotika", LT) == "robotika"  # of their own: `other` is allowed


def test_choices_toggle_and_keep_their_order() -> None:
    """A multiple choice goes on and off and keeps the form's order; a ranking keeps the order of pressing."""
    needs, rank = SURVEY_FORM.fields[1], SURVEY_FORM.fields[2]
    given = forms.toggled(needs, forms.toggled(needs, None, "partneriai"), "pinigai")
    assert given == ("pinigai", "partneriai")
    assert forms.toggled(needs, given, "pinigai") == ("partneriai",)
    assert forms.toggled(rank, ("mokymai",), "eksportas") == ("mokymai", "eksportas")


@pytest.mark.parametrize(
    ("field", "given", "fault"),
    [
        ("needs", ("pinigai", "žmonės", "partneriai"), "ne daugiau kaip 2"),
        ("needs", ("kava",), "Pasirinkite iš sąrašo."),
        ("call", "gal", "Pasirinkite iš sąrašo."),
        ("members", "1" * 11, "Per ilgas tekstas: telpa ne daugiau kaip 10 ženklų."),
        ("sector", "", "būtina"),
        ("words", "", ""),
    ],
)
def test_a_wrong_answer_gets_a_sentence(field: str, given: str | tuple[str, ...], fault: str) -> None:
    """Each rule of a field has its own sentence, and an optional field may stay empty."""
    found = forms.faults(SURVEY_FORM, {field: given}, LT, frozenset({field}))
    assert (fault in found[field]) if fault else not found


def test_a_condition_decides_what_is_asked() -> None:
    """A field with a condition is asked only after the answer that calls for it."""
    form = Form(
        "x",
        "X",
        (
            Field("call", "?", "one", choices=(Choice("yes", "Taip"), Choice("no", "Ne"))),
            Field("which", "Kurį?", when=(Condition("call", ("yes",)),)),
            Field("last", "Dar?"),
        ),
    )
    assert forms.next_field(form, {"call": "yes"}) == "which"
    assert forms.next_field(form, {"call": "no"}) == "last"
    assert forms.previous_field(form, {"call": "no"}, "last") == "call"
    assert not forms.faults(form, {"call": "no", "last": "x"}, LT)


def test_a_scale_is_one_row_and_what_is_no_figure_has_its_own() -> None:
    """Five figures stand side by side although the last choice is long, and without one, too."""
    figures = tuple(Choice(str(n), str(n)) for n in range(1, 6))
    for more, rows in (((), 1), ((Choice("na", "negaliu pasakyti"),), 2), ((Choice("na", "nežinau"),), 2)):
        form = Form("x", "X", (Field("scale", "Kiek?", "one", choices=(*figures, *more)),), at="scale")
        laid = [[b.label for b in row] for row in forms.question(form, LT).buttons[:-1]]
        assert laid[0] == ["1", "2", "3", "4", "5"] and len(laid) == rows


def test_a_long_list_of_choices_is_paged() -> None:
    """Ten choices are shown at a time, with a way to the next ten and back."""
    field = Field("who", "Kas?", "one", choices=tuple(Choice(f"n{i}", f"Narys {i}") for i in range(23)))
    form = Form("role", "Vaidmuo", (field,), at="who")
    first, last = forms.question(form, LT), forms.question(form, LT, 3)
    commands = [b.command for row in first.buttons for b in row]
    assert sum(" n" in c for c in commands) == 10 and any(c.endswith(" ~2") for c in commands)
    assert [b.label for row in last.buttons for b in row][:3] == ["Narys 20", "Narys 21", "Narys 22"]


def test_a_button_of_another_form_has_another_mark() -> None:
    """Two forms' buttons never answer each other, even for a field of the same name."""
    other = replace(SURVEY_FORM, command="answersurvey s4")
    assert forms.token(other.command) != forms.token(SURVEY_FORM.command)


def test_a_text_that_is_there_may_stay() -> None:
    """A field that has a text already shows it and can keep it; of the only field the button says what comes of it."""
    text, more = Field("text", "Ką?", "paragraph"), Field("more", "Dar?", "paragraph")
    begun = Form("ask", "X", (text, more), values={"text": "Ar <galima>?"}, at="text")
    shown = forms.question(begun, LT)
    assert "Kol kas: „Ar <galima>?“" in shown.plain
    [keep] = [b for row in shown.buttons for b in row if b.command.startswith("done ")]
    assert keep.label == "Palikti, kaip yra"
    only = replace(begun, fields=(text,), submit="Perduoti")
    assert "Perduoti" in [b.label for row in forms.question(only, LT).buttons for b in row]
    assert "Kol kas" not in forms.question(replace(only, values={}), LT).plain


def test_a_long_optional_question_in_the_middle_has_room_for_every_button() -> None:
    """Ten choices, both turns, and every way on fit on each page of thirty choices."""
    choices = tuple(Choice(f"k{n}", f"{n} klasterio ilgas pavadinimas") for n in range(30))
    fields = (
        Field("lt", "Tekstas"),
        Field("who", "Kam nesiųsti?", "several", choices=choices, required=False),
    )
    form = Form("announce", "Skelbimas", fields, values={"lt": "a"}, at="who")
    for page in (1, 2, 3):
        shown = forms.question(form, LT, page)
        assert [b.label for b in shown.buttons[-1]] == ["Baigta", "‹ Atgal", "Praleisti", "Atšaukti"]
