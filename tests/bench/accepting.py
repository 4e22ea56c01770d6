"""A Web API that accepts every call at once, in a process of its own: what both sides' answers travel to."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

_ANSWER = {
    "ok": True,
    "ts": "1.2",
    "channel": {"id": "D1"},
    "user": {"locale": "lt-LT", "profile": {"real_name": "Ada"}, "real_name": "Ada"},
}


async def _accept(request: web.Request) -> web.Response:
    await request.read()
    return web.json_response(_ANSWER)


async def _serve() -> web.Application:
    app = web.Application()
    app.router.add_route("*", "/{method}", _accept)
    app.on_startup.append(_tell)
    return app


async def _tell(app: web.Application) -> None:
    print("ready", flush=True)


@contextmanager
def accepting(port: int) -> Iterator[str]:
    """The address of such an API while it is there."""
    command = [sys.executable, "-m", "tests.bench.accepting", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()


if __name__ == "__main__":
    web.run_app(_serve(), host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
