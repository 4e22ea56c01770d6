"""Who may do what."""

from __future__ import annotations

from handlers.commands import Command
from handlers.context import Context
from storage.announcements import Deputy

_RANKS = {"stranger": 0, "member": 1, "manager": 1, "secretariat": 2, "operator": 2}


def may(ctx: Context, command: Command) -> bool:
    """Whether the reader may say that command. Strangers may ask what is public where that is allowed."""
    return _RANKS[ctx.standing] >= _RANKS[command.least]


def is_secretariat(ctx: Context) -> bool:
    """Whether the reader has the secretariat's rights."""
    return _RANKS[ctx.standing] >= _RANKS["secretariat"]


async def deputy(ctx: Context) -> Deputy | None:
    """Whoever may approve in the secretariat's place today, or None."""
    found = await ctx.store.announcements.deputy()
    return found if found is not None and found.until >= ctx.today else None


async def may_approve(ctx: Context) -> bool:
    """Whether the reader may approve what somebody else announces."""
    found = await deputy(ctx)
    return is_secretariat(ctx) or (
        ctx.member is not None and found is not None and found.member == ctx.member.id
    )


def in_group(ctx: Context, group: str | None) -> bool:
    """Whether the reader belongs to that group; everybody belongs to what is open to all members (None)."""
    if ctx.member is None:
        return ctx.operator
    return group is None or group in ctx.member.groups
