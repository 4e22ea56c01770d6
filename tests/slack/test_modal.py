"""Forms as Slack's modals."""

from __future__ import annotations

import json

import pytest

from bot.forms import faults
from bot.slack.modal import INPUT_LENGTH, answers, view
from bot.slack.render import Json
from handlers.chat import Answer, Choice, Field, FieldKind, Form
from handlers.i18n import translator


def test_a_text_longer_than_an_input_is_not_cut() -> None:
    """Slack's inputs take 3,000 characters: a longer text that is there already is not shown to be changed, and so
    stays whole."""
    fields = (Field("lt", "Tekstas", "paragraph", limit=12_000), Field("at", "Kada?", required=False))
    form = Form("announce", "Skelbimas", fields, values={"lt": "ž" * (INPUT_LENGTH + 1)})
    page = view(form.with_(values=form.values, at="at", faults={}), translator("lt"))
    inputs = [block["block_id"] for block in page["blocks"] if block["type"] == "input"]
    assert inputs == ["at"] and "yra 3001 ženklas" in json.dumps(page, ensure_ascii=False)
    short = form.with_(values={"lt": "ž" * INPUT_LENGTH}, at="lt", faults={})
    [field, _] = [block for block in view(short, translator("lt"))["blocks"] if block["type"] == "input"]
    assert len(field["element"]["initial_value"]) == INPUT_LENGTH


def _filled(page: Json, chosen: str, own: str = "") -> Json:
    """The page as Slack hands it in: that choice of the first field, and that text of one's own."""
    first, second, *_ = [block for block in page["blocks"] if block["type"] == "input"]
    option = next(o for o in first["element"]["options"] if chosen in o["text"]["text"])
    several = first["element"]["type"] in ("checkboxes", "multi_static_select")
    given = {"selected_options": [option]} if several else {"selected_option": option}
    values = {first["block_id"]: {"given": given}, second["block_id"]: {"given": {"value": own}}}
    return {**page, "state": {"values": values}}


@pytest.mark.parametrize("kind", ["one", "several"])
def test_what_is_needed_is_not_said_to_be_optional_where_own_words_are_taken(kind: FieldKind) -> None:
    """Something has to be chosen, one's own words too: they count alone, and choosing them without writing them is no
    answer."""
    choices = (Choice("ict", "IRT"), Choice("health", "Sveikata"))
    form = Form("fill a1", "Apklausa", (Field("sector", "Kokia sritis?", kind, choices=choices, other=True),))
    page = view(form, translator("lt"))
    first, own = [block for block in page["blocks"] if block["type"] == "input"]
    assert not first["optional"] and own["optional"]

    def read(chosen: str, words: str = "") -> Answer:
        return answers(_filled(page, chosen, words))["sector"]

    assert read("IRT") == ("ict" if kind == "one" else ("ict",))
    assert read("Kita", "Lazeriai") == ("Lazeriai" if kind == "one" else ("Lazeriai",))
    empty = read("Kita")
    assert empty in ("", ()) and faults(form, {"sector": empty}, translator("lt"))
    kept = form.with_(values={"sector": read("Kita", "Lazeriai")}, at="sector", faults={})
    shown = json.dumps(view(kept, translator("lt")), ensure_ascii=False)
    assert '"initial_value": "Lazeriai"' in shown and '"initial_option' in shown
