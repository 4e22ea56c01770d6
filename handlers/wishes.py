"""What a person wants to be sent: each topic at once, in the digest or never; nothing until a day; quiet hours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Literal

from handlers.calm import leaves_room
from handlers.chat import Block, Bold, Button, Incoming, Items, Reply, Spans, para, rows, say
from handlers.commands import Line
from handlers.context import Context
from handlers.i18n import N_
from handlers.understanding.dates import window_of
from handlers.understanding.stretches import Window
from storage.association import Group, Structure
from storage.members import Member, Reach, Wishes

TOPICS: Mapping[str, str] = {
    "change": "notices",
    "announcement": "announcements",
    "nudge": "announcements",
    "digest": "digest",
    "reminder": "reminders",
    "survey": "surveys",
    "surveyreminder": "surveys",
    "consultation": "surveys",
    "consultationreminder": "surveys",
}
"""The topic of each kind of sending; what has none always comes."""

NAMES: Mapping[str, str] = {
    "digest": N_("the weekly digest"),
    "notices": N_("changes of what you were told"),
    "announcements": N_("announcements of the secretariat"),
    "reminders": N_("reminders of deadlines and meetings"),
    "surveys": N_("surveys"),
}
LABELS: Mapping[str, str] = {
    "digest": N_("digest"),
    "notices": N_("changes"),
    "announcements": N_("announcements"),
    "reminders": N_("reminders"),
    "surveys": N_("surveys"),
}
When = Literal["on", "gathered", "off"]
WHEN: Mapping[When, str] = {
    "on": N_("at once"),
    "gathered": N_("in the weekly digest"),
    "off": N_("never"),
}
_WORDS: Mapping[str, When] = {
    "on": "on",
    "iskart": "on",
    "iškart": "on",
    "digest": "gathered",
    "santraukoje": "gathered",
    "santrauka": "gathered",
    "off": "off",
    "niekada": "off",
}
ALSO: Mapping[str, str] = {
    "calls": "notices",
    "meetings": "notices",
    "santrauka": "digest",
    "skelbimai": "announcements",
    "pakeitimai": "notices",
    "pasikeitimai": "notices",
    "priminimai": "reminders",
    "apklausos": "surveys",
}
"""Other names of topics."""
_QUIET = re.compile(r"([01]?\d|2[0-3])(?::([0-5]\d))?\s*[-–]\s*([01]?\d|2[0-3])(?::([0-5]\d))?")
PLATFORMS: Mapping[str, str] = {"telegram": "Telegram", "slack": "Slack"}
"""The platforms that reach people wherever they are."""
LONGEST_SNOOZE = timedelta(days=92)


def digested(member: Member, structure: Structure) -> tuple[Group, ...]:
    """The groups of a member that have a digest."""
    return tuple(g for g in structure.groups if g.digest and not g.archived and g.id in member.groups)


def gathers(topic: str, member: Member, structure: Structure) -> bool:
    """Whether they want that topic in their digest instead of at once, and have one."""
    wishes = member.person.wishes
    return topic in wishes.gathered and "digest" not in wishes.muted and bool(digested(member, structure))


def lines(wishes: Wishes, ctx: Context) -> tuple[Block, ...]:
    """What comes and when, and what does not, for the settings."""
    t = ctx.t
    found: list[Spans] = [(f"{t(name)}: ", Bold(_said(topic, wishes, ctx))) for topic, name in NAMES.items()]
    if wishes.snoozed is not None and wishes.snoozed > ctx.today:
        found.append(t.rich("snoozed until {day}", day=Bold(t.day(wishes.snoozed, ctx.today))))
    if wishes.quiet:
        found.append(t.rich("quiet hours: {hours}", hours=Bold(wishes.quiet)))
    places = order(ctx.member.person.accounts, wishes) if ctx.member else ()
    if len(places) > 1:
        found.append(t.rich("first on: {platform}", platform=Bold(PLATFORMS[places[0].platform])))
    blocks: list[Block] = [para(t("What is sent to you:")), Items(tuple(found))]
    waiting = [topic for topic in NAMES if _when(topic, wishes) == "gathered"]
    if waiting and ctx.member:
        comes = any(gathers(topic, _with(ctx.member, wishes), ctx.structure) for topic in waiting)
        blocks.append(
            para(
                t("What cannot wait for the digest comes at once.")
                if comes
                else t("No weekly digest comes to you, so these come at once until one does.")
            )
        )
    return tuple(blocks)


def _said(topic: str, wishes: Wishes, ctx: Context) -> str:
    when = _when(topic, wishes)
    return ctx.t("comes") if topic == "digest" and when == "on" else ctx.t(WHEN[when])


def _with(member: Member, wishes: Wishes) -> Member:
    return replace(member, person=replace(member.person, wishes=wishes))


def _when(topic: str, wishes: Wishes) -> When:
    if topic in wishes.muted:
        return "off"
    return "gathered" if topic in wishes.gathered else "on"


def order(accounts: tuple[Reach, ...], wishes: Wishes) -> tuple[Reach, ...]:
    """The accounts to which something can be sent by itself, the wished one first; the others are for when it is
    blocked."""
    found = [a for a in accounts if a.platform in PLATFORMS and a.address]
    return tuple(sorted(found, key=lambda a: a.platform != wishes.first))


def switches(wishes: Wishes, ctx: Context) -> tuple[Button, ...]:
    """A button for each topic that asks when it shall come, and one to snooze or wake."""
    t = ctx.t
    found = [
        Button(t("Change: {topic}", topic=t(label)), f"topic {topic}") for topic, label in LABELS.items()
    ]
    if wishes.snoozed is not None and wishes.snoozed > ctx.today:
        found.append(Button(t("Wake"), "snooze off"))
    else:
        found.append(Button(t("Snooze for a week"), "snooze 7"))
    return tuple(found)


def turned_over(member: Member, ctx: Context) -> Button | None:
    """A button that makes their other platform the first, or None where they have but one."""
    places = order(member.person.accounts, member.person.wishes)
    if len(places) < 2:
        return None
    other = places[1].platform
    return Button(ctx.t("First on {platform}", platform=PLATFORMS[other]), f"platform {other}")


def _choices(topic: str, wishes: Wishes, ctx: Context) -> tuple[Button, ...]:
    """What else one topic may be: at once, in the digest, never."""
    t, label = ctx.t, ctx.t(LABELS[topic])
    buttons: dict[When, Button] = {}
    if topic == "digest":
        buttons["on"] = Button(t("On: {topic}", topic=label), f"topic {topic} on")
    else:
        buttons["on"] = Button(t("At once: {topic}", topic=label), f"topic {topic} on")
        buttons["gathered"] = Button(t("In the digest: {topic}", topic=label), f"topic {topic} digest")
    buttons["off"] = Button(t("Off: {topic}", topic=label), f"topic {topic} off")
    return tuple(button for when, button in buttons.items() if when != _when(topic, wishes))


async def topic(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`topic announcements digest`: a topic, or all of them, from now on at once (`on`), in the weekly digest, or never
    (`off`); without the last word it is asked."""
    if ctx.member is None:
        return say(ctx.t("Messages are sent to members only."))
    wishes = ctx.member.person.wishes
    words = tuple(word.casefold() for word in line.words)
    named = ALSO.get(words[0], words[0]) if words else ""
    chosen = tuple(NAMES) if named == "all" else (named,) if named in NAMES else ()
    when = _WORDS.get(words[1]) if len(words) > 1 else None
    if not chosen or when is None:
        return _shown(wishes, ctx, chosen[0] if len(chosen) == 1 else "")
    return await _set(_wished(wishes, chosen, when), ctx, chosen[0] if len(chosen) == 1 else "")


def _wished(wishes: Wishes, chosen: tuple[str, ...], when: When) -> Wishes:
    """The same with these topics so; the digest itself comes or does not."""
    muted, gathered = set(wishes.muted) - set(chosen), set(wishes.gathered) - set(chosen)
    if when == "off":
        muted |= set(chosen)
    elif when == "gathered":
        gathered |= set(chosen) - {"digest"}
    return replace(wishes, muted=tuple(sorted(muted)), gathered=tuple(sorted(gathered)))


async def snooze(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`snooze 7` for days, `snooze 2026-10-05` or "iki pirmadienio" until a day, `snooze off`."""
    if ctx.member is None:
        return say(ctx.t("Messages are sent to members only."))
    wishes = ctx.member.person.wishes
    if line.words[:1] == ("off",):
        return await _set(replace(wishes, snoozed=None), ctx)
    until = _until(line.rest, ctx.today)
    if until is None or not ctx.today < until <= ctx.today + LONGEST_SNOOZE:
        return say(
            ctx.t(
                "Until when? A number of days or a day within three months, for example: {example}.",
                example=f"/{line.command.name(ctx.t.language)} 7",
            ),
            buttons=rows(Button(ctx.t("Snooze for a week"), "snooze 7")),
        )
    return await _set(replace(wishes, snoozed=until), ctx)


def _until(text: str, today: date) -> date | None:
    if text.isdecimal() and len(text) <= 3:
        return today + timedelta(days=int(text))
    window = window_of(text, today)
    return (window.last or window.first) if isinstance(window, Window) else None


async def quiet(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`quiet 22-7` keeps those hours quiet; `quiet off` no more."""
    if ctx.member is None:
        return say(ctx.t("Messages are sent to members only."))
    wishes = ctx.member.person.wishes
    if line.words[:1] == ("off",):
        return await _set(replace(wishes, quiet=""), ctx)
    match = _QUIET.fullmatch(line.rest.strip())
    if match is None:
        example = f"/{line.command.name(ctx.t.language)} 12:00-14:00"
        return say(
            ctx.t("Which hours should be quiet? For example: {example}.", example=example),
            buttons=rows(Button(ctx.t("What is sent to you"), "topic")),
        )
    begin, end = (time(int(match[i]), int(match[i + 1] or 0)) for i in (1, 3))
    if begin == end:
        return say(
            ctx.t("The two hours are the same. To stop everything for a while, snooze."),
            buttons=rows(*switches(wishes, ctx)),
        )
    hours = f"{begin:%H:%M}-{end:%H:%M}"
    if not leaves_room(hours, ctx.association):
        opens, shuts = ctx.association.working_hours
        return say(
            ctx.t(
                "Messages are sent between {opens} and {shuts}, so nothing would reach you any more. To "
                "stop everything for a while, snooze.",
                opens=opens,
                shuts=shuts,
            ),
            buttons=rows(*switches(wishes, ctx)),
        )
    return await _set(replace(wishes, quiet=hours), ctx)


async def platform(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`platform slack`: what is sent goes there first, and elsewhere only when it cannot be reached there."""
    t = ctx.t
    if ctx.member is None:
        return say(t("Messages are sent to members only."))
    person = ctx.member.person
    places = order(person.accounts, person.wishes)
    if len(places) < 2:
        only = PLATFORMS[places[0].platform] if places else ""
        sentence = (
            t("Only your account on {platform} is linked, so everything comes there.", platform=only)
            if only
            else t("No account of yours on Telegram or Slack is linked.")
        )
        return say(sentence, buttons=rows(Button(t("Link another account"), "link")))
    wished = line.words[0].casefold() if line.words else ""
    if wished not in {place.platform for place in places}:
        return say(
            t("Where shall messages be sent to you first?"),
            buttons=rows(*(Button(PLATFORMS[p.platform], f"platform {p.platform}") for p in places)),
        )
    return await _set(replace(person.wishes, first=wished), ctx)


async def _set(wishes: Wishes, ctx: Context, topic: str = "") -> Reply:
    assert ctx.member is not None
    await ctx.store.members.set_wishes(ctx.member.id, wishes, ctx.by)
    return _shown(wishes, ctx, topic)


def _shown(wishes: Wishes, ctx: Context, topic: str = "") -> Reply:
    """What is sent, with what may be changed: of one topic when it is about that one."""
    if not topic:
        return Reply(lines(wishes, ctx), buttons=rows(*switches(wishes, ctx)))
    other = Button(ctx.t("What is sent to you"), "topic")
    return Reply(lines(wishes, ctx), buttons=rows(*_choices(topic, wishes, ctx), other))
