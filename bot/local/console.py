"""The console: one more chat platform, spoken to through a local socket while the bot runs.

One request is one line of JSON, one answer is one line of JSON: `{"do": "ask", …}` → `{"reply": …}` or
`{"error": …, "exit": …}`. Whoever may open the socket (mode 0600) is the operator.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import socket
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

Answer = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]

LINE = 64_000_000
"""The most bytes of a request: an imported file of 20 MB as base64, with room."""


def socket_path(config: Path) -> Path:
    """Where the bot of that configuration listens: in the user's runtime folder, short enough for a socket
    (108 bytes on Linux)."""
    mark = hashlib.sha256(str(config.resolve()).encode()).hexdigest()[:12]
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    folder = (
        Path(runtime)
        if runtime and Path(runtime).is_dir()
        else Path(tempfile.gettempdir()) / f"sauklys-{os.getuid()}"
    )
    return folder / f"sauklys-{mark}.sock"


class Console:
    """Listens on the socket and answers each request by `answer`."""

    def __init__(self, path: Path, answer: Answer) -> None:
        self._path = path
        self._answer = answer
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listens. A socket that a killed bot left behind is taken over; the store's lock tells two bots apart."""
        self._path.parent.mkdir(mode=0o700, exist_ok=True)
        if self._path.parent.stat().st_uid != os.getuid():
            raise PermissionError(f"{self._path.parent} belongs to somebody else; set XDG_RUNTIME_DIR.")
        with suppress(FileNotFoundError):
            self._path.unlink()
        mask = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._serve, self._path, limit=LINE)
        finally:
            os.umask(mask)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = await reader.readline()
            if line:
                answer = await self._answer(json.loads(line))
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        except (ValueError, ConnectionError):
            pass  # not one of our requests, or whoever asked has gone
        finally:
            writer.close()

    async def close(self) -> None:
        """Stops listening and takes the socket away."""
        if self._server:
            self._server.close()
            with suppress(FileNotFoundError):
                self._path.unlink()


def ask_running(path: Path, request: dict[str, Any], timeout: float = 120) -> dict[str, Any] | None:
    """What the running bot answers, or None when none runs. `timeout` is seconds. Raises TimeoutError."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(timeout)
        try:
            client.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        with client.makefile("rwb") as stream:
            stream.write(json.dumps(request).encode() + b"\n")
            stream.flush()
            line = stream.readline()
    answer: dict[str, Any] = (
        json.loads(line) if line else {"error": "the bot stopped while it answered", "exit": 1}
    )
    return answer
