"""What a person wants to be sent: topics on and off, snoozed until a day, quiet hours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta

from handlers.chat import Block, Bold, Button, Incoming, Items, Reply, Spans, para, rows, say
from handlers.commands import Line
from handlers.context import Context
from handlers.i18n import N_
from handlers.understanding.dates import Window, window_of
from storage.members import Reach, Wishes

TOPICS: Mapping[str, str] = {
    "change": "notices",
    "announcement": "announcements",
    "nudge": "announcements",
    "digest": "digest",
    "reminder": "reminders",
    "survey": "surveys",
    "surveyreminder": "surveys",
}
"""The topic of each kind of sending; what has none always comes."""

NAMES: Mapping[str, str] = {
    "digest": N_("the weekly digest"),
    "notices": N_("changes of what you were told"),
    "announcements": N_("announcements of the secretariat"),
    "reminders": N_("reminders of deadlines and meetings"),
    "surveys": N_("surveys"),
}
ALSO: Mapping[str, str] = {
    "calls": "notices",
    "meetings": "notices",
    "santrauka": "digest",
    "skelbimai": "announcements",
    "priminimai": "reminders",
    "apklausos": "surveys",
}
"""Other names of topics."""
_QUIET = re.compile(r"([01]?\d|2[0-3])(?::([0-5]\d))?\s*[-–]\s*([01]?\d|2[0-3])(?::([0-5]\d))?")
PLATFORMS: Mapping[str, str] = {"telegram": "Telegram", "slack": "Slack"}
"""The platforms that reach people wherever they are."""
LONGEST_SNOOZE = timedelta(days=92)


def lines(wishes: Wishes, ctx: Context) -> tuple[Block, ...]:
    """What comes and what does not, for the settings."""
    t = ctx.t
    found: list[Spans] = [
        (f"{t(name)}: ", Bold(t("never") if topic in wishes.muted else t("comes")))
        for topic, name in NAMES.items()
    ]
    if wishes.snoozed is not None and wishes.snoozed > ctx.today:
        found.append(t.rich("snoozed until {day}", day=Bold(t.day(wishes.snoozed, ctx.today))))
    if wishes.quiet:
        found.append(t.rich("quiet hours: {hours}", hours=Bold(wishes.quiet)))
    places = order(ctx.member.person.accounts, wishes) if ctx.member else ()
    if len(places) > 1:
        found.append(t.rich("first on: {platform}", platform=Bold(PLATFORMS[places[0].platform])))
    return (para(t("What is sent to you:")), Items(tuple(found)))


def order(accounts: tuple[Reach, ...], wishes: Wishes) -> tuple[Reach, ...]:
    """The accounts to which something can be sent by itself, the wished one first; the others are for when it is
    blocked."""
    found = [a for a in accounts if a.platform in PLATFORMS and a.address]
    return tuple(sorted(found, key=lambda a: a.platform != wishes.first))


def switches(wishes: Wishes, ctx: Context) -> tuple[Button, ...]:
    """A button for each topic that turns it over, and one to snooze or wake."""
    t = ctx.t
    found = []
    for topic, label in (
        ("digest", N_("digest")),
        ("notices", N_("changes")),
        ("announcements", N_("announcements")),
        ("reminders", N_("reminders")),
        ("surveys", N_("surveys")),
    ):
        off = topic in wishes.muted
        sentence = t("On: {topic}", topic=t(label)) if off else t("Off: {topic}", topic=t(label))
        found.append(Button(sentence, f"topic {topic} {'on' if off else 'off'}"))
    if wishes.snoozed is not None and wishes.snoozed > ctx.today:
        found.append(Button(t("Wake"), "snooze off"))
    else:
        found.append(Button(t("Snooze for a week"), "snooze 7"))
    places = order(ctx.member.person.accounts, wishes) if ctx.member else ()
    if len(places) > 1:
        other = places[1].platform
        found.append(Button(t("First on {platform}", platform=PLATFORMS[other]), f"platform {other}"))
    return tuple(found)


async def topic(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`topic digest off`: turns a topic, or all of them, on or off."""
    if ctx.member is None:
        return say(ctx.t("Only members are sent anything."))
    wishes = ctx.member.person.wishes
    named = ALSO.get(line.words[0], line.words[0]) if line.words else ""
    chosen = tuple(NAMES) if named == "all" else (named,) if named in NAMES else ()
    if not chosen or line.words[1:2] not in (("on",), ("off",)):
        return _shown(wishes, ctx)
    muted = set(wishes.muted) - set(chosen) if line.words[1] == "on" else set(wishes.muted) | set(chosen)
    return await _set(replace(wishes, muted=tuple(sorted(muted))), ctx)


async def snooze(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`snooze 7` for days, `snooze 2026-10-05` or "iki pirmadienio" until a day, `snooze off`."""
    if ctx.member is None:
        return say(ctx.t("Only members are sent anything."))
    wishes = ctx.member.person.wishes
    if line.words[:1] == ("off",):
        return await _set(replace(wishes, snoozed=None), ctx)
    until = _until(line.rest, ctx.today)
    if until is None or not ctx.today < until <= ctx.today + LONGEST_SNOOZE:
        return say(
            ctx.t(
                "Until when? A number of days or a day within three months, for example: {example}.",
                example="/snooze 7",
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
        return say(ctx.t("Only members are sent anything."))
    wishes = ctx.member.person.wishes
    if line.words[:1] == ("off",):
        return await _set(replace(wishes, quiet=""), ctx)
    match = _QUIET.fullmatch(line.rest.strip())
    if match is None:
        return say(ctx.t("Which hours shall be quiet? For example: {example}.", example="/quiet 12:00-14:00"))
    begin, end = (time(int(match[i]), int(match[i + 1] or 0)) for i in (1, 3))
    if begin == end:
        return say(
            ctx.t("The two hours are the same; to stop everything, snooze."),
            buttons=rows(*switches(wishes, ctx)),
        )
    return await _set(replace(wishes, quiet=f"{begin:%H:%M}-{end:%H:%M}"), ctx)


async def platform(msg: Incoming, ctx: Context, line: Line) -> Reply:
    """`platform slack`: what is sent goes there first, and elsewhere only when it cannot be reached there."""
    t = ctx.t
    if ctx.member is None:
        return say(t("Only members are sent anything."))
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


async def _set(wishes: Wishes, ctx: Context) -> Reply:
    assert ctx.member is not None
    await ctx.store.members.set_wishes(ctx.member.id, wishes, ctx.by)
    return _shown(wishes, ctx)


def _shown(wishes: Wishes, ctx: Context) -> Reply:
    return Reply(lines(wishes, ctx), buttons=rows(*switches(wishes, ctx)))
