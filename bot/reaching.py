"""Where a delivery goes: the platform and address that its recipient is reached at, or why there is none."""

from __future__ import annotations

from collections.abc import Container

from handlers.wishes import order
from storage.channels import is_channel
from storage.sendings import Delivery
from storage.store import Store


async def reach(delivery: Delivery, store: Store, platforms: Container[str]) -> tuple[str, str] | None:
    """Platform, one of these, and address; None when there is none. Where its first part has gone the others follow."""
    if delivery.parts and delivery.platform in platforms:
        return delivery.platform, delivery.address
    if is_channel(delivery.recipient):
        channel = await store.channels.get(delivery.recipient)
        if channel is None or not channel.connected or channel.unreachable:
            return None
        return (channel.platform, channel.address) if channel.platform in platforms else None
    name, _, address = delivery.recipient.partition(":")
    if address:
        return (name, address) if name in platforms else None
    member = await store.members.get(delivery.recipient)
    accounts = order(member.person.accounts, member.person.wishes) if member else ()
    for account in accounts:
        if account.platform in platforms and not account.unreachable:
            return account.platform, account.address
    return None


async def nowhere(delivery: Delivery, store: Store) -> str:
    """Why there is no platform to send it on."""
    channel = await store.channels.get(delivery.recipient)
    if channel is not None and not channel.connected:
        return "the channel was taken away"
    return (channel.unreachable if channel else "") or "nowhere to be reached"
