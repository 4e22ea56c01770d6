"""Answers in people's own words: grouped by a word in all its forms, and what names somebody found to be hidden."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.surveys.texts import HIDDEN, Spot, common, containing, known, phrases, redacted, spots
from storage.association import Association, Organisation, Structure
from storage.members import Member, Person
from storage.words import Words

TEXTS = (
    "Trumpesnių paraiškų formų",
    "Paraiškos turėtų būti trumpesnės",
    "Ilgesnio paraiškų rengimo termino, o ne trumpesnio",
    "Parodų užsienyje",
)
STRUCTURE = Structure(
    Association(Words("Asociacija"), "LKA"),
    (
        Organisation("LVPA", "agency", Words("Lietuvos verslo paramos agentūra"), ("LVPA",)),
        Organisation("brolis", "company", Words("Brolis")),
        Organisation("fotonika", "cluster", Words("Fotonikos klasteris", "Photonics cluster"), ("FK",)),
    ),
)
MEMBERS = tuple(
    Member(f"n{n}", 1, Person(name)) for n, name in enumerate(("Ada Vaitkienė", "Jonas Žukas-Petraitis"), 1)
)
NAMES = known(MEMBERS, STRUCTURE)


def hidden(text: str) -> str:
    """The text with everything that was found hidden."""
    return redacted(text, spots(text, NAMES))


def test_texts_are_grouped_by_a_word_in_all_its_forms():
    """With and without diacritics; several words have to be there all."""
    assert containing(TEXTS, "paraiška") == TEXTS[:3]
    assert containing(TEXTS, "paraisku trumpesni") == TEXTS[:3]
    assert containing(TEXTS, "terminas paraiška") == TEXTS[2:3]
    assert containing(TEXTS, "biudžetas") == ()


def test_the_words_that_texts_share_are_found():
    """The commonest first, as most wrote it; small words and words of one text are left out."""
    assert common(TEXTS) == (("paraiškų", 3), ("trumpesnio", 3))
    assert common(TEXTS, most=1) == (("paraiškų", 3),)
    assert common(("kad turėtų būti", "kad turėtų būti daugiau")) == ()


@pytest.mark.parametrize(
    ("text", "without"),
    [
        (
            "Rašykite ada.v@fotonika.example arba skambinkite +370 600 12345.",
            "Rašykite […] arba skambinkite […].",
        ),
        ("Tel. 8 600 12345, (8-5) 212 3456, +37060012345", "Tel. […], […], […]"),
        ("Ačiū Adai Vaitkienei už pagalbą", "Ačiū […] už pagalbą"),
        ("Klauskite Ados arba Jono Žuko-Petraičio.", "Klauskite […] arba […]."),
        ("Mes, Fotonikos klasteryje, ir „Brolis“ su FK", "Mes, […], ir „[…]“ su […]"),
        ("fotonikos klasterio nuomone", "[…] nuomone"),
    ],
)
def test_what_names_somebody_is_found_in_any_form(text, without):
    """Addresses, telephone numbers, people and organisations that answer, in every case."""
    assert hidden(text) == without


@pytest.mark.parametrize(
    "text",
    [
        "LVPA turėtų atsakyti greičiau",
        "Mūsų broliai ir adatos",
        "Biudžetas – 1 500 000 Eur iki 2026-10-05, 17:00",
        "Nuo 2021 iki 2027 metų skirta 100 000 000",
        "Priemonė Nr. 05.1.1-LVPA-K-859",
    ],
)
def test_what_names_nobody_is_left(text):
    """Agencies are what answers are about; amounts, dates and numbers of measures are no telephones."""
    assert spots(text, NAMES) == ()


def test_the_secretariat_chooses():
    """Only what was chosen is hidden; the rest stays word for word."""
    text = "Ada, rašyk a@b.lt"
    person, address = spots(text, NAMES)
    assert (person, address.kind) == (Spot(0, 3, "person"), "email")
    assert redacted(text, (address,)) == f"Ada, rašyk {HIDDEN}"
    assert redacted(text, ()) == text


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["Ada", "FK", "a@b.lt", "+370 600 12345", " ", "ž"])).map("".join)
)
def test_spots_lie_apart_and_in_order(text):
    """Whatever is written: each is a part of the text, none over another."""
    found = spots(text, NAMES)
    ends = [0]
    for one in found:
        assert ends[-1] <= one.start < one.end <= len(text)
        ends.append(one.end)
    assert redacted(text, found).count(HIDDEN) >= len(found)


DECLINED = """
Vaitkienė Vaitkienės Vaitkienei Vaitkienę Vaitkiene Vaitkienėje
Kazlauskas Kazlausko Kazlauskui Kazlauską Kazlausku Kazlauske Kazlauskai Kazlauskų
Petraitis Petraičio Petraičiui Petraitį Petraičiu Petraityje Petraiti Petraičiai Petraičių
Jankauskaitė Jankauskaitės Jankauskaitei Jankauskaitę Jankauskaite Jankauskaitėje
Stankevičius Stankevičiaus Stankevičiui Stankevičių Stankevičiumi Stankevičiuje Stankevičiau
Butkus Butkaus Butkui Butkų Butkumi Butkuje Butkau
Jonas Jono Jonui Joną Jonu Jone Jonai
Ona Onos Onai Oną Onoje
Eglė Eglės Eglei Eglę Egle Eglėje
Andrius Andriaus Andriui Andrių Andriumi Andriau
Algis Algio Algiui Algį Algiu Algi
Vytis Vyčio Vyčiui Vytį Vyčiu
Kęstutis Kęstučio Kęstučiui Kęstutį Kęstučiu Kęstuti
Jūratė Jūratės Jūratei Jūratę Jūrate
Gaidys Gaidžio Gaidžiui Gaidį Gaidžiu
Genys Genio Geniui Genį Geniu
Adomaitytė Adomaitytės Adomaitytei Adomaitytę Adomaityte
Marija Marijos Marijai Mariją Marijoje
Dalia Dalios Daliai Dalią Dalioje
Smith Smitho Smithui Smithą Smithu
Medis Medžio Medžiui Medį Medžiu Medyje Medžiai Medžių Medžiams Medžius Medžiais Medžiuose
Laboratorija Laboratorijos Laboratorijai Laboratorijų Laboratorijoms Laboratorijose
Kaunas Kauno Kaunui Kauną Kaunu Kaune
"""


@pytest.mark.parametrize("forms", DECLINED.strip().splitlines())
def test_a_name_is_found_in_every_case(forms):
    """Whichever form was written to be hidden, every other one is found, with and without diacritics."""
    forms = forms.split()
    plain = [form.translate(str.maketrans("ąčęėįšųūž", "aceeisuuz")) for form in forms]
    for text in (" / ".join(forms), " / ".join(plain)):
        for sought in (forms[0], forms[1], forms[-1]):
            assert len(phrases(text, sought)) == len(forms), (text, sought)


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Darius nori. Dar daugiau!", "Darius", ["Darius"]),
        ("ono onos Ona", "Ona", ["Ona"]),
        ("vaitkienė sakė", "Vaitkienė", ["vaitkienė"]),
        ("UAB „Lazeris 3“, lazerio 3 skyrius", "lazeris 3", ["Lazeris 3", "lazerio 3"]),
        ("Ada Vaitkienė ir Ada", "ada vaitkienė", ["Ada Vaitkienė"]),
        ("Petraitis, Petraitytė, Petraitienė", "Petraičio", ["Petraitis"]),
        ("viskas", "…", []),
    ],
)
def test_words_are_found_one_behind_another(text, words, found):
    """Digits are words too; a short name needs its capital letter, and another surname of the family is another."""
    assert [text[start:end] for start, end in phrases(text, words)] == found
