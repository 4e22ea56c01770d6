"""Files out and in: an upload in three steps, a download with the token."""

from __future__ import annotations

from urllib.parse import urlsplit

import aiohttp

from bot.platform import Outcome, Refused, TryLater
from bot.slack.client import CONNECT_SECONDS, Client, keyed
from bot.slack.outcomes import RETRY_SECONDS
from bot.slack.render import Json, line
from handlers.chat import FILE_BYTES, File
from handlers.i18n import N_

CARRYING = aiohttp.ClientTimeout(total=60.0, sock_connect=CONNECT_SECONDS)
TOO_LARGE = N_("This file is larger than 20 MB; please send a smaller one.")
FILE_GONE = N_("This file cannot be fetched from the chat; please send it again.")
_SLACKS = (".slack.com", ".slack-edge.com", ".slack-gov.com")


async def upload(
    client: Client, channel: str, file: File, thread: str | None = None, key: str | None = None
) -> str:
    """Shares a file in a channel and returns its id. Only the last of three steps shows it to anybody.
    Raises an Outcome."""
    if not file.content:
        raise Refused("The file is empty.")
    title = line(file.name) or "file"
    name = keyed(title, key) if key is not None else title
    slot = await client.call(
        lambda web: web.files_getUploadURLExternal(filename=name, length=len(file.content))
    )
    await _put(client, slot["upload_url"], file.content)
    more: Json = {"thread_ts": thread} if thread else {}
    shown: list[dict[str, str | None]] = [{"id": slot["file_id"], "title": title}]
    await client.call(lambda web: web.files_completeUploadExternal(files=shown, channel_id=channel, **more))
    return str(slot["file_id"])


async def _put(client: Client, url: str, content: bytes) -> None:
    """Step two. Whatever goes wrong here, nobody has seen the file: it may be sent again."""
    later = TryLater("A file could not be uploaded to Slack.", RETRY_SECONDS)
    try:
        async with client.http().post(url, data=content, proxy=client.proxy, timeout=CARRYING) as answer:
            status = answer.status
    except (aiohttp.ClientError, OSError, TimeoutError):
        raise later from None
    if status >= 500 or status == 429:
        raise later
    if status != 200:
        raise Refused("Slack refused the file.")


async def download(client: Client, file: Json) -> bytes:
    """The content of a file that somebody sent. Raises ValueError with a msgid when it is too large or
    cannot be fetched."""
    try:
        if "url_private" not in file:  # Slack Connect says no more than its id: file_access check_file_info
            file = (await client.call(lambda web: web.files_info(file=file["id"])))["file"]
        return await _fetch(client, file.get("url_private_download") or file["url_private"])
    except (Outcome, KeyError, aiohttp.ClientError, OSError, TimeoutError):
        raise ValueError(FILE_GONE) from None


async def _fetch(client: Client, url: str) -> bytes:
    if not _is_slacks(url, client.api_url):
        raise ValueError(FILE_GONE)
    headers = {"Authorization": f"Bearer {client.token}"}
    # A redirect would take the token along.
    how = {"headers": headers, "proxy": client.proxy, "timeout": CARRYING, "allow_redirects": False}
    async with client.http().get(url, **how) as got:  # type: ignore[arg-type]
        # Without the right Slack shows its sign-in page, or the way there, and calls that a success.
        signing_in = got.content_type == "text/html" and got.content_disposition is None
        if got.status != 200 or signing_in:
            raise ValueError(FILE_GONE)
        content = bytearray()
        async for chunk in got.content.iter_chunked(65_536):
            content += chunk
            if len(content) > FILE_BYTES:
                raise ValueError(TOO_LARGE)
    return bytes(content)


def _is_slacks(url: str, api_url: str) -> bool:
    """Whether the token may be shown to that address."""
    asked, own = urlsplit(url), urlsplit(api_url)
    if (asked.scheme, asked.netloc) == (own.scheme, own.netloc):
        return True
    return asked.scheme == "https" and (asked.hostname or "").endswith(_SLACKS)
