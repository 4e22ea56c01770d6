"""What the store holds and what waits to be sent: lines for `sauklys check`, from the running bot or without it."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.platform import Status
from storage.store import Store


async def health(
    store: Store, down: Mapping[str, str], stumbles: Mapping[str, str] | None = None
) -> tuple[Status, ...]:
    """What is well and what to do about what is not; `down` are the platforms that refuse us, and why, `stumbles` the
    parts of the schedule that cannot do what is due, and over what."""
    if store.unwritable:
        return (Status(False, f"store: {store.unwritable}"),)
    well = (*await _contents(store), *await _channels(store), *await _sendings(store))
    return (*well, *_down(down), *_stumbles(stumbles or {}))


async def _contents(store: Store) -> list[Status]:
    structure = await store.association.structure()
    people, calls = await store.members.all(), await store.calls.all()
    lines = [
        Status(True, f"store: members {len(people)}, calls {len(calls)}, groups {len(structure.groups)}")
    ]
    if not structure.association.short:
        lines.append(
            Status(False, "association: none yet; take it in with sauklys import association FILE --apply")
        )
        return lines
    try:
        ZoneInfo(structure.association.zone)
    except (ZoneInfoNotFoundError, ValueError):
        lines.append(Status(False, f"zone data: {structure.association.zone} is not known on this machine"))
    return lines


async def _channels(store: Store) -> list[Status]:
    """Channels of working groups into which nothing can be posted any more."""
    return [
        Status(
            False,
            f"channels: that of {one.group} on {one.platform} is not reached ({one.unreachable.rstrip('.')}); let "
            f"the bot in again and write there: /channel {one.group}",
        )
        for one in await store.channels.all()
        if one.connected and one.unreachable
    ]


async def _sendings(store: Store) -> list[Status]:
    """What waits, what is paused, and of what nobody knows whether it arrived: each with where it is decided."""
    found = await store.sendings.all()
    paused = [s for s in found if s.state == "paused"]
    held = [s.id for s in found if s.state == "held"]
    lines = [
        Status(
            False,
            f"sendings: {s.id} is paused ({s.why.rstrip('.')}); when that is mended: /sending {s.id}, Go on",
        )
        for s in paused
    ]
    uncertain = await store.sendings.in_state("uncertain")
    for id in dict.fromkeys(d.sending for d in uncertain):
        count = sum(d.sending == id for d in uncertain)
        lines.append(
            Status(
                False,
                f"sendings: of {count} in {id} it is not known whether they arrived; /sending {id} decides",
            )
        )
    waiting = len(await store.sendings.in_state("queued"))
    waits = f"; waiting for an approval: {', '.join(held)}" if held else ""
    lines.append(Status(True, f"sendings: {len(found)}; messages that wait to leave: {waiting}{waits}"))
    return lines


def _down(down: Mapping[str, str]) -> list[Status]:
    return [
        Status(
            False,
            f"{name}: it refuses us ({why.rstrip('.')}); what is queued waits and leaves once that is mended",
        )
        for name, why in down.items()
    ]


def _stumbles(parts: Mapping[str, str]) -> list[Status]:
    return [
        Status(
            False,
            f"schedule: {part} stumbles every time ({over}); the rest goes on. "
            "Report it with what the log says of it",
        )
        for part, over in parts.items()
    ]
