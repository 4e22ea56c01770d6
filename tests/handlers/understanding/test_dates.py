"""Dates as people write them, held against what Babel writes for every day of three years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.dates import moment_of, window_of
from handlers.understanding.stretches import Ambiguous, Window

TODAY = date(2026, 9, 24)  # a Thursday
FIRST = date(2025, 1, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(3 * 365 + 1)]
BARE = str.maketrans("ąčęėįšųūž", "aceeisuuz")

# Each form: how it is written of a day, and whether its year is in it.
FORMS = {
    "lt long": (lambda d: format_date(d, "y 'm'. MMMM d 'd'.", locale="lt"), True),
    "lt medium": (lambda d: format_date(d, "medium", locale="lt"), True),
    "lt without its year": (lambda d: format_date(d, "MMMM d 'd'.", locale="lt"), False),
    "lt without d.": (lambda d: format_date(d, "MMMM d", locale="lt"), False),
    "lt accusative": (lambda d: format_date(d, "MMMM d 'dieną'", locale="lt"), False),
    "en long": (lambda d: format_date(d, "d MMMM y", locale="en"), True),
    "en american": (lambda d: format_date(d, "MMMM d, y", locale="en"), True),
    "en medium": (lambda d: format_date(d, "d MMM y", locale="en"), True),
    "en without its year": (lambda d: format_date(d, "d MMMM", locale="en"), False),
    "en the other way": (lambda d: format_date(d, "MMMM d", locale="en"), False),
    "iso": (lambda d: d.isoformat(), True),
    "dotted": (lambda d: format_date(d, "y.MM.dd", locale="lt"), True),
    "dotted backwards": (lambda d: format_date(d, "dd.MM.y", locale="lt"), True),
}


def coming(day: date) -> date:
    """The next such day of the year from today on."""
    for year in (TODAY.year, TODAY.year + 1, TODAY.year + 2, TODAY.year + 3):
        try:
            found = day.replace(year=year)
        except ValueError:
            continue
        if found >= TODAY:
            return found
    raise AssertionError


@pytest.mark.parametrize("form", list(FORMS))
def test_every_day_of_three_years_in_every_form(form: str) -> None:
    """What Babel writes is read as that day, with and without diacritics, in a question and alone."""
    write, with_year = FORMS[form]
    for day in DAYS:
        meant = day if with_year else coming(day)
        for text in {write(day), write(day).translate(BARE)}:
            assert window_of(f"kvietimai {text}", TODAY) == Window(meant, meant), text


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("šią savaitę", "2026-09-21", "2026-09-27"),
        ("this week", "2026-09-21", "2026-09-27"),
        ("kitą savaitę", "2026-09-28", "2026-10-04"),
        ("next week", "2026-09-28", "2026-10-04"),
        ("šį mėnesį", "2026-09-01", "2026-09-30"),
        ("kitą mėnesį", "2026-10-01", "2026-10-31"),
        ("spalį", "2026-10-01", "2026-10-31"),
        ("spalio mėnesį", "2026-10-01", "2026-10-31"),
        ("in October", "2026-10-01", "2026-10-31"),
        ("rugsėjį", "2026-09-01", "2026-09-30"),
        ("sausį", "2027-01-01", "2027-01-31"),
        ("iki spalio 15", None, "2026-10-15"),
        ("iki penktadienio", None, "2026-09-25"),
        ("by Friday", None, "2026-09-25"),
        ("nuo spalio 5 d.", "2026-10-05", None),
        ("from 5 October", "2026-10-05", None),
        ("nuo spalio 5 iki spalio 9", "2026-10-05", "2026-10-09"),
        ("penktadienį", "2026-09-25", "2026-09-25"),
        ("ketvirtadienį", "2026-09-24", "2026-09-24"),
        ("kitą penktadienį", "2026-10-02", "2026-10-02"),
        ("rytoj", "2026-09-25", "2026-09-25"),
        ("tomorrow", "2026-09-25", "2026-09-25"),
        ("šiandien", "2026-09-24", "2026-09-24"),
        ("IV ketvirtį", "2026-10-01", "2026-12-31"),
        ("4 ketvirtyje", "2026-10-01", "2026-12-31"),
        ("in Q4", "2026-10-01", "2026-12-31"),
        ("Q1 2027", "2027-01-01", "2027-03-31"),
        ("spalio pabaigoje", "2026-10-21", "2026-10-31"),
        ("spalio pradžioje", "2026-10-01", "2026-10-10"),
        ("spalio viduryje", "2026-10-11", "2026-10-20"),
        ("end of October", "2026-10-21", "2026-10-31"),
        ("ketvirtąjį šių metų ketvirtį", "2026-10-01", "2026-12-31"),
        ("pirmąjį kitų metų ketvirtį", "2027-01-01", "2027-03-31"),
        ("1-15 October", "2026-10-01", "2026-10-15"),
        ("12–16 spalio", "2026-10-12", "2026-10-16"),
        ("šitą mėnesį", "2026-09-01", "2026-09-30"),
        ("po dviejų savaičių", "2026-10-05", "2026-10-11"),
        ("mėnesio pabaigoje", "2026-09-21", "2026-09-30"),
        ("spaly", "2026-10-01", "2026-10-31"),
        ("gruody", "2026-12-01", "2026-12-31"),
        ("iki spalio penkioliktos", None, "2026-10-15"),
        ("iki lapkričio pirmos", None, "2026-11-01"),
        ("spalio dvidešimt trečiąją", "2026-10-23", "2026-10-23"),
        ("spalio trisdešimtą dieną", "2026-10-30", "2026-10-30"),
        ("on the fifteenth of October", "2026-10-15", "2026-10-15"),
        ("October twenty-first", "2026-10-21", "2026-10-21"),
        ("nuo gruodžio 1 iki 15 d.", "2026-12-01", "2026-12-15"),
        ("nuo gruodžio 1 iki 15 sausio", "2026-12-01", "2027-01-15"),
        ("lapkritį ir gruodį", "2026-11-01", "2026-12-31"),
        ("October and November", "2026-10-01", "2026-11-30"),
        ("this week and next week", "2026-09-21", "2026-10-04"),
        ("kt. sav.", "2026-09-28", "2026-10-04"),
        ("nxt week", "2026-09-28", "2026-10-04"),
        ("pirmad.", "2026-09-28", "2026-09-28"),
        ("between now and the end of October", None, "2026-10-31"),
        ("up to and including 15 October", None, "2026-10-15"),
        ("since June", "2026-06-01", None),
        ("from last week", "2026-09-14", "2026-09-20"),
        ("from yesterday", "2026-09-23", "2026-09-23"),
        ("last Friday of October", "2026-10-30", "2026-10-30"),
        ("the first Monday in November", "2026-11-02", "2026-11-02"),
        ("by the last Friday of October", None, "2026-10-30"),
        ("in the last ten days of October", "2026-10-22", "2026-10-31"),
        ("in the first week of November", "2026-11-01", "2026-11-07"),
        ("paskutinis spalio penktadienis", "2026-10-30", "2026-10-30"),
        ("pirmąją lapkričio savaitę", "2026-11-01", "2026-11-07"),
        ("spalio antroje pusėje", "2026-10-16", "2026-10-31"),
        ("pirmoje kito mėnesio pusėje", "2026-10-01", "2026-10-15"),
        ("pirmas dešimt spalio dienų", "2026-10-01", "2026-10-10"),
        ("5 to 9 October", "2026-10-05", "2026-10-09"),
        ("2026-10-05–2026-10-09", "2026-10-05", "2026-10-09"),
        ("from 5 October 2026 up to and including 23 October 2026", "2026-10-05", "2026-10-23"),
        ("from 1 July to 31 August 2026", "2026-07-01", "2026-08-31"),
        ("on or before 31 October", None, "2026-10-31"),
        ("the week of 5 October", "2026-10-05", "2026-10-11"),
        ("week commencing 28 September", "2026-09-28", "2026-10-04"),
        ("on Friday week", "2026-10-02", "2026-10-02"),
        ("iki š. m. spalio 15 d.", None, "2026-10-15"),
        ("už 2026 m.", "2026-01-01", "2026-12-31"),
        ("už savaitės", "2026-09-28", "2026-10-04"),
        ("tmrw", "2026-09-25", "2026-09-25"),
    ],
)
def test_windows_are_what_people_mean(said: str, first: str | None, last: str | None) -> None:
    """Weeks, months, weekdays, quarters, beginnings and ends, from and until."""
    wanted = Window(date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)
    assert window_of(f"kvietimai {said}", TODAY) == wanted
    assert window_of(f"kvietimai {said}?".translate(BARE), TODAY) == wanted


@pytest.mark.parametrize("said", ["10-31", "10/31", "05/06/2026", "26-10-30"])
def test_what_could_be_two_things_asks(said: str) -> None:
    """A bare month and day, days and months that could change places, a year without its century."""
    assert isinstance(window_of(said, TODAY), Ambiguous)


@pytest.mark.parametrize(
    "said", ["31 d. vasario", "2026-02-30", "vasario 31", "kažkada spalį", "40 spalio", "nieko"]
)
def test_what_is_no_date_is_none(said: str) -> None:
    """In a form nothing may be left over, and no day is made up."""
    found = moment_of(said, TODAY)
    assert found is None


@given(st.dates(date(1995, 1, 1), date(2090, 12, 31)), st.times())
def test_a_moment_is_read_as_it_was_written(day: date, at: object) -> None:
    """A day and hour in a form come to just that day and hour."""
    hour = f"{at:%H:%M}"
    found = moment_of(f"{day.isoformat()} {hour}", TODAY)
    assert found is not None and (found.first, f"{found.time:%H:%M}") == (day, hour)


@given(st.text(max_size=80), st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_no_text_breaks_it(text: str, today: date) -> None:
    """Anything at all is a window, a doubt, or nothing."""
    found = window_of(text, today)
    assert found is None or isinstance(found, Window | Ambiguous)
