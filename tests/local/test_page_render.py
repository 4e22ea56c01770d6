"""How a reply becomes what the page's script draws."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.local.parts import Part, render, seen
from handlers.chat import (
    Bold,
    Button,
    Choice,
    Code,
    Field,
    File,
    Form,
    Heading,
    Items,
    Link,
    Reply,
    para,
    rows,
    say,
)

PICTURE = File("poreikiai.png", "image/png", b"png")

KITCHEN_SINK = Reply(
    (
        Heading("Kvietimas <1>"),
        para("Teikti iki ", Bold("spalio 30 d., 16:00"), " & ", Link("lvpa.lt", "https://lvpa.lt/"), "."),
        para("Terminas: buvo ", "spalio 1 d.", " → dabar ", Bold("spalio 30 d."), "."),
        Items((("vienas",), ("du ", Code("/kvietimai"))), start=5),
        Items((("be numerio",),)),
    ),
    buttons=rows(Button("Patvirtinti", "apply extend c1 v7"), Button("Atšaukti", "cancel")),
    files=(PICTURE,),
)


def test_every_kind_of_block_span_and_button_has_its_drawing() -> None:
    """One reply with everything in it comes out as this tree."""
    (part,) = render(KITCHEN_SINK)
    assert part.files == (PICTURE,)
    assert part.body == {
        "blocks": [
            {"is": "heading", "text": "Kvietimas <1>"},
            {
                "is": "para",
                "spans": [
                    {"is": "text", "text": "Teikti iki "},
                    {"is": "bold", "text": "spalio 30 d., 16:00"},
                    {"is": "text", "text": " & "},
                    {"is": "link", "text": "lvpa.lt", "url": "https://lvpa.lt/"},
                    {"is": "text", "text": "."},
                ],
            },
            {
                "is": "change",
                "was": [
                    {"is": "text", "text": "Terminas: buvo "},
                    {"is": "text", "text": "spalio 1 d."},
                ],
                "now": [
                    {"is": "text", "text": "dabar "},
                    {"is": "bold", "text": "spalio 30 d."},
                    {"is": "text", "text": "."},
                ],
            },
            {
                "is": "items",
                "start": 5,
                "items": [
                    [{"is": "text", "text": "vienas"}],
                    [{"is": "text", "text": "du "}, {"is": "code", "text": "/kvietimai"}],
                ],
            },
            {"is": "items", "start": None, "items": [[{"is": "text", "text": "be numerio"}]]},
        ],
        "buttons": [
            [
                {"label": "Patvirtinti", "command": "apply extend c1 v7", "strong": True},
                {"label": "Atšaukti", "command": "cancel", "strong": False},
            ]
        ],
    }


def test_a_reply_that_says_nothing_is_no_message() -> None:
    """An empty reply has no parts."""
    assert render(Reply()) == ()


def test_where_a_reply_goes_is_kept() -> None:
    """Aside and fresh stay with the part."""
    assert render(say("Ne jums.", aside=True))[0].aside
    assert render(Reply((para("Naujas."),), fresh=True))[0].fresh


def test_a_whole_form_is_shown_as_its_questions() -> None:
    """A form that is not asked step by step shows its title, its intro and each question with its fault."""
    form = Form(
        "newcall",
        "Naujas kvietimas",
        (
            Field("title", "Pavadinimas"),
            Field("agency", "Institucija", "one", choices=(Choice("LVPA", "LVPA"),)),
        ),
        intro="Trys klausimai.",
        faults={"title": "Be jo negalima."},
    )
    (part,) = render(Reply(form=form))
    shown = json.dumps(part.body, ensure_ascii=False)
    assert [
        text in shown for text in ("Naujas kvietimas", "Trys klausimai.", "Pavadinimas: Be jo negalima.")
    ] == [True] * 3


def test_marks_that_turn_direction_are_taken_out_and_letters_stay() -> None:
    """A title cannot turn the sentence around it; Hebrew, emoji and their joiners are as they were."""
    assert seen("a\u202eb\u2066c\u0000d") == "abcd"
    assert seen("שלום 👩‍🚀 č\n") == "שלום 👩‍🚀 č\n"


@given(st.text())
def test_whatever_is_written_arrives_as_text(text: str) -> None:
    """Any text at all is valid JSON and UTF-8, and is in the tree only as the value of a text."""
    (part,) = render(Reply((para(text, "."), Items(((text, "."),)))))
    assert json.loads(json.dumps(part.body, ensure_ascii=False).encode()) == part.body
    assert part == Part(
        {
            "blocks": [_para(text), {"is": "items", "start": None, "items": [_spans(text)]}],
            "buttons": [],
        }
    )


def _para(text: str) -> dict[str, object]:
    if "→" in text:
        was, now = text.split("→", 1)
        end: list[dict[str, object]] = [{"is": "text", "text": "."}]
        return {"is": "change", "was": _texts(was.rstrip()), "now": _texts(now.lstrip()) + end}
    return {"is": "para", "spans": _spans(text)}


def _spans(text: str) -> list[dict[str, object]]:
    return [*_texts(text), {"is": "text", "text": "."}]


def _texts(text: str) -> list[dict[str, object]]:
    return [{"is": "text", "text": seen(text)}] if text else []
