"""Who may come in: the one-time key, the cookie it is swapped for, Host and Origin, signed file addresses.

The page listens on loopback, which is no wall: every user of the machine reaches it, and so does every web
site that the browser has open. Hence a key in the first address, and hence Host (DNS rebinding: a foreign
name that resolves to 127.0.0.1 arrives with that foreign name) and Origin (a foreign page that posts, or
opens a WebSocket, which no same-origin policy stops).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_USER = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Guest:
    """A browser that was let in. `user` names it for good, `mark` is this stay's and never leaves us."""

    user: str
    mark: bytes


class Door:
    """Keeps one unused key, and who came in with the keys before it."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._inside: dict[bytes, Guest] = {}
        self.key = secrets.token_urlsafe(32)
        """The key that opens once; another takes its place when it has."""

    def enter(self, key: str, cookie: str | None) -> str | None:
        """The value of the cookie for who brings the key; None when it is not, or no longer, the key.

        Whoever was here before (also before a restart) keeps the name, so that an invitation is used once
        in a browser's life; the name alone opens nothing.
        """
        if not hmac.compare_digest(key.encode(), self.key.encode()):
            return None
        self.key = secrets.token_urlsafe(32)
        before = (cookie or "").partition(".")[0]
        user = before if _USER.fullmatch(before) else secrets.token_hex(16)
        value = f"{user}.{secrets.token_urlsafe(32)}"
        mark = hashlib.sha256(value.encode()).digest()
        self._inside[mark] = Guest(user, mark)
        return value

    def guest(self, cookie: str | None) -> Guest | None:
        """Who shows that cookie, or None. Looked up by its hash, so that timing tells nothing of it."""
        return self._inside.get(hashlib.sha256((cookie or "").encode()).digest())

    def sign(self, guest: Guest, file: str) -> str:
        """What makes the address of a file good for that guest alone."""
        return hmac.new(self._secret, guest.mark + file.encode(), hashlib.sha256).hexdigest()[:32]

    def signed(self, guest: Guest, file: str, signature: str) -> bool:
        """Whether that signature is ours, for that guest and file."""
        return hmac.compare_digest(self.sign(guest, file).encode(), signature.encode())


def own_host(host: str | None) -> bool:
    """Whether the Host header names this machine's loopback, whatever the port (it may be forwarded)."""
    try:
        return urlsplit(f"//{host or ''}").hostname in LOOPBACK
    except ValueError:
        return False


def same_origin(host: str | None, origin: str | None) -> bool:
    """Whether the Origin header, which browsers send with every POST and WebSocket, is our own page."""
    return bool(host) and origin == f"http://{host}"


def headers(host: str) -> dict[str, str]:
    """What goes with every answer: nothing from elsewhere, no inline script or style, nothing kept or framed.

    The socket's own address stands beside 'self' because older browsers do not count ws: as the same origin.
    """
    socket = f" ws://{host}" if own_host(host) else ""
    return {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
            f"connect-src 'self'{socket}; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        ),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
