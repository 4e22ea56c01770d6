"""A Form as Slack modals of at most five fields a page, and what was filled in as answers. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, assert_never

from bot.forms import token
from bot.slack.render import Json, blocks, button, clean, plain_text
from handlers.chat import Answer, Answers, Bold, Choice, Field, Form, para
from handlers.i18n import Translator

FIELDS = 5
CALLBACK = "form"

# docs.slack.dev, Block Kit.
TITLE_LENGTH = 24
LABEL_LENGTH = 2000
INPUT_LENGTH = 3000
OPTION_LENGTH = 75
RADIO_BUTTONS = 6  # Slack takes ten; more than six push the rest of the page out of sight
CHECKBOXES = 10
SELECT = 100
_OTHER = "~other"  # behind a field's name: its text of the person's own
_OWN = "~own"
"""The choice of who writes a text of their own where something has to be chosen: without it the list could be left as
it is, and Slack would write that it may be."""


def pages(form: Form) -> tuple[tuple[Field, ...], ...]:
    """The fields in pages. A field whose condition is on a page begins another: only then is it answered."""
    found: list[list[Field]] = [[]]
    for field in form.fields:
        here = {f.name for f in found[-1]}
        if len(found[-1]) == FIELDS or any(one.field in here for one in field.when):
            found.append([])
        found[-1].append(field)
    return tuple(tuple(page) for page in found)


def view(form: Form, t: Translator) -> Json:
    """The page that the form is at. Faults are said above their fields, but not of fields that are still
    empty: the page has not been seen yet."""
    all_pages = pages(form)
    number = next((i for i, page in enumerate(all_pages) if any(f.name == form.at for f in page)), 0)
    asked = form.asked(form.values)
    fields = [field for field in all_pages[number] if field in asked]
    shown: list[Json] = []
    if number == 0 and form.intro:
        shown += blocks([para(form.intro)])
    if len(all_pages) > 1:
        shown += blocks([para(t("Page {number} of {total}", number=number + 1, total=len(all_pages)))])
    for field in fields:
        if field.name in form.faults and form.values.get(field.name):
            shown += blocks([para(Bold(form.faults[field.name]))])
        shown += _inputs(field, form.values.get(field.name), t)
    if number > 0:
        back = f"back {token(form.command)}.{fields[0].name}" if fields else "continue"
        shown.append({"type": "actions", "elements": [button(t("‹ Back"), back, "say.back")]})
    last = number == len(all_pages) - 1
    return {
        **_frame(form.title, shown),
        "callback_id": CALLBACK,
        "private_metadata": json.dumps({"command": form.command}),
        "submit": plain_text(form.submit if last and form.submit else t("Next"), TITLE_LENGTH),
        "close": plain_text(t("Close"), TITLE_LENGTH),
    }


def loading(t: Translator) -> Json:
    """What is shown at once when the form takes a moment: a trigger dies after three seconds."""
    return _frame("Šauklys", blocks([para(t("One moment…"))]))


def elsewhere(t: Translator) -> Json:
    """What a modal says when its answer has come in the conversation: nothing can close it from here."""
    return _frame(
        t("Done"), blocks([para(t("The answer is in our conversation; this window can be closed."))])
    )


def submitted(form: Form, page: Json, t: Translator) -> Json:
    """How Slack is answered when a page was submitted and the form goes on: errors beside the fields of this
    page, or the page that is next."""
    here = {block["block_id"] for block in page["blocks"] if block["type"] == "input"}
    errors = {name: sentence for name, sentence in form.faults.items() if name in here}
    if errors:
        return {"response_action": "errors", "errors": errors}
    return {"response_action": "update", "view": view(form, t)}


def command(page: Json) -> str | None:
    """The command that a submitted page says; None when it is none of our forms."""
    try:
        kept = json.loads(page.get("private_metadata") or "{}")
    except ValueError:
        return None
    said = kept.get("command") if isinstance(kept, dict) else None
    return said if isinstance(said, str) else None


def answers(page: Json) -> Answers:
    """What was filled in, by field: what was left empty is "" or ()."""
    values = page["state"]["values"]
    found: dict[str, Answer] = {}
    own: dict[str, str] = {}
    for block in page["blocks"]:
        if block["type"] != "input":
            continue
        name = block["block_id"]
        kind = block["element"]["type"]
        state = values.get(name, {}).get(block["element"]["action_id"], {})
        if name.endswith(_OTHER):
            own[name.removesuffix(_OTHER)] = (state.get("value") or "").strip()
        else:
            found[name] = _without_own(_answer(kind, state))
    for name, text in own.items():
        given = found.get(name, "")
        if text:
            found[name] = (*given, text) if isinstance(given, tuple) else text
    return found


def _without_own(given: Answer) -> Answer:
    if isinstance(given, tuple):
        return tuple(value for value in given if value != _OWN)
    return "" if given == _OWN else given


def _answer(kind: str, state: dict[str, Any]) -> Answer:
    if kind == "plain_text_input":
        return (state.get("value") or "").strip()
    if kind in ("static_select", "radio_buttons"):
        return str((state.get("selected_option") or {}).get("value", ""))
    return tuple(option["value"] for option in state.get("selected_options") or ())


def _frame(title: str, shown: list[Json]) -> Json:
    return {"type": "modal", "title": plain_text(title, TITLE_LENGTH), "blocks": shown}


# Fields


def _inputs(field: Field, given: Answer | None, t: Translator) -> Iterator[Json]:
    """The field as one input, or two where an answer may be a text of the person's own."""
    values = {choice.value for choice in field.choices}
    chosen = (given,) if isinstance(given, str) else given or ()
    own = ", ".join(value for value in chosen if value and value not in values) if field.other else ""
    if not field.choices and len(_string(given)) > INPUT_LENGTH:
        said = t.n(
            "This text has {count} character, more than fits here, and stays as it is.",
            "This text has {count} characters, more than fits here, and stays as it is.",
            len(_string(given)),
        )
        yield from blocks([para(Bold(field.label)), para(said)])
        return
    if not field.choices:
        yield _input(field.name, field.label, _typed(field, _string(given)), field.hint, field.required)
        return
    hint = field.hint
    if field.kind == "ranking" and not hint:
        hint = t("Choose them in your order, the first one first.")
    picked = [value for value in chosen if value in values]
    if field.other and field.required:
        field = replace(field, choices=(*field.choices, Choice(_OWN, t("Something else, written below"))))
        picked += [_OWN] if own else []
    yield _input(field.name, field.label, _choosing(field, picked), hint, field.required)
    if field.other:
        text = _text_input(own, field.limit, multiline=False)
        yield _input(field.name + _OTHER, t("Or in your own words"), text, "", required=False)


def _input(name: str, label: str, element: Json, hint: str, required: bool) -> Json:
    found: Json = {
        "type": "input",
        "block_id": name,
        "label": plain_text(label, LABEL_LENGTH),
        "element": element,
        "optional": not required,
    }
    if hint:
        found["hint"] = plain_text(hint, LABEL_LENGTH)
    return found


def _typed(field: Field, given: str) -> Json:
    return _text_input(given, field.limit, multiline=field.kind == "paragraph")


def _text_input(given: str, limit: int, *, multiline: bool) -> Json:
    most = max(1, min(limit, INPUT_LENGTH))
    element: Json = {
        "type": "plain_text_input",
        "action_id": "given",
        "multiline": multiline,
        "max_length": most,
    }
    if given:
        element["initial_value"] = clean(given)[:most]
    return element


def _choosing(field: Field, chosen: list[str]) -> Json:
    """The element that suits the kind of choice and how many there are to choose from."""
    options = {choice.value: _option(choice) for choice in field.choices}
    initial = [options[value] for value in chosen]
    match field.kind:
        case "several" if len(options) <= CHECKBOXES and field.at_most is None:
            return _element("checkboxes", options.values(), initial_options=initial)
        case "several" | "ranking":
            most = field.at_most or len(options)
            return _element(
                "multi_static_select",
                options.values(),
                initial_options=initial[:most],
                max_selected_items=most,
            )
        case "one" | "text" | "paragraph" | "number" | "moment":
            few = len(options) <= RADIO_BUTTONS and field.required
            kind = "radio_buttons" if few else "static_select"
            return _element(kind, options.values(), initial_option=initial[0] if initial else None)
        case _:
            assert_never(field.kind)


def _element(kind: str, options: Iterable[Json], **more: Any) -> Json:
    """The element with its options, in groups of a hundred where there are more; without what is empty."""
    held = list(options)
    offered: Json = {"options": held}
    if len(held) > SELECT:
        groups = range(0, len(held), SELECT)
        offered = {
            "option_groups": [
                {
                    "label": plain_text(f"{i + 1}–{min(i + SELECT, len(held))}", OPTION_LENGTH),
                    "options": held[i : i + SELECT],
                }
                for i in groups
            ]
        }
    return {"type": kind, "action_id": "given", **offered, **{k: v for k, v in more.items() if v}}


def _option(choice: Choice) -> Json:
    return {"text": plain_text(choice.label, OPTION_LENGTH), "value": choice.value}


def _string(given: Answer | None) -> str:
    return ", ".join(given) if isinstance(given, tuple) else given or ""
