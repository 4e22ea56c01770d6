"""A Slack payload as a gesture: an Incoming, and the place that its answer belongs to. Pure."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from bot.slack import modal
from bot.slack.render import Json, clean, presser
from handlers.chat import Account, Attachment, Incoming

NAME = "slack"
HOME = "home"
"""The command that opening the Home tab says."""

# What a person's post may be besides plain: with files, or shown in the channel from a thread.
_SUBTYPES = (None, "file_share", "thread_broadcast")
_REFERENCE = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")

Fetch = Callable[[Json], Awaitable[bytes]]
"""Fetches a file as Slack describes it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a gesture was made. `to` is where an answer is posted: a channel, or a person's id for the direct
    conversation. `message` is the id of the pressed message, when it is one that everybody there sees.
    `response_url` answers the one who made the gesture alone. `trigger` opens a modal within three seconds.
    `page` is the modal that was submitted or pressed in. `home` is somebody's Home tab, to be shown."""

    user: str
    to: str
    thread: str | None = None
    message: str | None = None
    response_url: str | None = None
    alone: bool = False
    trigger: str | None = None
    page: Json | None = None
    home: bool = False


Gesture = tuple[Incoming, Place]


def message(event: Json, bot: str, fetch: Fetch) -> Gesture | None:
    """Something said to the bot directly. None for what is said in channels (mentions have their own event),
    changed, deleted, or said by a bot."""
    if event.get("channel_type") != "im" or not _by_a_person(event):
        return None
    user = event["user"]
    return (
        Incoming(
            event=_post(event),
            account=Account(NAME, user),
            chat=user,
            private=True,
            text=words(_said(event), bot),
            files=_files(event, fetch),
            quotes=event.get("parent_user_id") == bot,
            replies_to=_thread(event),
            forwarded=bool(_shared(event)),
        ),
        Place(user, user, event.get("thread_ts")),
    )


def mention(event: Json, bot: str, fetch: Fetch) -> Gesture | None:
    """The bot was mentioned in a channel; it answers in the thread. app_mention and message come for one
    post and have one event name."""
    if not _by_a_person(event):
        return None
    user, channel = event["user"], event["channel"]
    return (
        Incoming(
            event=_post(event),
            account=Account(NAME, user),
            chat=channel,
            private=False,
            text=words(event.get("text") or "", bot),
            files=_files(event, fetch),
            quotes=event.get("parent_user_id") == bot,
            replies_to=_thread(event),
        ),
        Place(user, channel, event.get("thread_ts") or event["ts"]),
    )


def command(body: Json, own_im: str | None) -> Gesture:
    """A slash command. In the bot's own conversation with that person (`own_im`) it is answered as a message,
    anywhere else to that person alone; an empty one asks for help."""
    user, channel = body["user_id"], body["channel_id"]
    private = channel == own_im
    return (
        Incoming(
            event=f"slack:command:{body['trigger_id']}",
            account=Account(NAME, user),
            chat=user if private else channel,
            private=private,
            text=words(body.get("text") or "", "").strip() or "help",
            command=True,
            alone=not private,
        ),
        Place(
            user,
            user if private else channel,
            response_url=None if private else body.get("response_url"),
            alone=not private,
            trigger=body["trigger_id"],
        ),
    )


def press(body: Json) -> Gesture | None:
    """A button was pressed, under a message, in a modal or in the Home tab. None when it says no command."""
    action = body["actions"][0]
    said = action.get("value")
    if not said:
        return None
    user, view = body["user"]["id"], body.get("view")
    place = _of_view(body, user, view) if view else _of_message(body, user)
    private = place.to == user
    return (
        Incoming(
            event=f"slack:press:{user}:{action.get('action_ts')}:{action.get('action_id')}",
            account=Account(NAME, user),
            chat=place.to,
            private=private,
            text=said,
            command=True,
            pressed=True,
            shown_to=presser(action.get("block_id") or ""),
            alone=place.alone,
        ),
        place,
    )


def submission(body: Json) -> Gesture | None:
    """A page of a form was submitted. None when it is none of ours."""
    user, page = body["user"]["id"], body["view"]
    said = modal.command(page)
    if said is None:
        return None
    return (
        Incoming(
            # Each submission has a trigger of its own; a page's hash stays the same while it shows errors.
            event=f"slack:form:{page['id']}:{body.get('trigger_id') or page.get('hash')}",
            account=Account(NAME, user),
            chat=user,
            private=True,
            text=said,
            command=True,
            answers=modal.answers(page),
        ),
        Place(user, user, trigger=body.get("trigger_id"), page=page),
    )


def home(event: Json) -> Gesture | None:
    """Somebody opened the Home tab; None for the app's other tabs."""
    if event.get("tab") != "home":
        return None
    user = event["user"]
    return (
        Incoming(
            event=f"slack:home:{user}:{event.get('event_ts')}",
            account=Account(NAME, user),
            chat=user,
            private=True,
            text=HOME,
            command=True,
        ),
        Place(user, user, home=True),
    )


def words(text: str, bot: str) -> str:
    """What a person typed, from mrkdwn: without the bot's own mention, with Slack's references as they were
    read (docs.slack.dev, "Formatting message text")."""

    def read(match: re.Match[str]) -> str:
        target, label = match[1], match[2]
        if target == f"@{bot}":
            return ""
        if label:
            return f"{target[0]}{label}" if target[:1] in "@#" else label
        return f"@{target[1:]}" if target[:1] == "!" else target

    plain = _REFERENCE.sub(read, text)
    plain = plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return re.sub(" {2,}", " ", clean(plain)).strip()


def _by_a_person(event: Json) -> bool:
    return event.get("subtype") in _SUBTYPES and not event.get("bot_id") and bool(event.get("user"))


def _post(event: Json) -> str:
    """A post's own name, the same in every event that tells of it and whenever Slack tells of it again."""
    return f"slack:message:{event['channel']}:{event['ts']}"


def _thread(event: Json) -> str:
    """The message whose thread it is said in, by the id that posting it gave."""
    return f"{event['channel']}/{event['thread_ts']}" if event.get("thread_ts") else ""


def _shared(event: Json) -> list[Json]:
    """The messages that somebody passes on: Slack brings each as an attachment that is a share."""
    return [one for one in event.get("attachments") or () if one.get("is_share")]


def _said(event: Json) -> str:
    """The words of an event: what was typed, then what the shared messages say."""
    said = [event.get("text") or "", *(one.get("text") or "" for one in _shared(event))]
    return "\n\n".join(filter(None, said))


def _files(event: Json, fetch: Fetch) -> tuple[Attachment, ...]:
    sent = [*(event.get("files") or ()), *(f for one in _shared(event) for f in one.get("files") or ())]
    return tuple(
        Attachment(
            clean(file.get("name") or "file"),
            file.get("mimetype") or "application/octet-stream",
            int(file.get("size") or 0),
            partial(fetch, file),
        )
        for file in sent
        if file.get("id") and file.get("mode") != "tombstone"
    )


def _of_message(body: Json, user: str) -> Place:
    """Under a message. One that is shown to its reader alone has no name to change it by, only the gesture's
    response_url."""
    container = body["container"]
    channel = body["channel"]["id"]
    alone = bool(container.get("is_ephemeral"))
    private = channel.startswith("D") and not alone
    return Place(
        user,
        user if private else channel,
        container.get("thread_ts"),
        message=None if alone else f"{channel}/{container['message_ts']}",
        response_url=body.get("response_url") if alone else None,
        alone=alone,
        trigger=body.get("trigger_id"),
    )


def _of_view(body: Json, user: str, view: Json) -> Place:
    """In a modal, which goes on, or in the Home tab, which is answered in the conversation."""
    page = view if view.get("type") == "modal" else None
    return Place(user, user, trigger=body.get("trigger_id"), page=page)
