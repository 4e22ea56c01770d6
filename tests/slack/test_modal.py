"""Forms as Slack's modals."""

from __future__ import annotations

import json

from bot.slack.modal import INPUT_LENGTH, view
from handlers.chat import Field, Form
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
