"""Prints the table: every figure beside its peer's in the same run, medians of seven."""

from __future__ import annotations

import asyncio
import logging
import sys

import structlog

from tests.bench import answering, sending, slack, starting, store, surveys, telegram, understanding
from tests.bench.measuring import Row


async def main() -> None:
    """Measures everything, a line as soon as it is known."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    print(f"{'':56} {'ours':>12} {'peer':>12} {'ratio':>14}   at most")
    for part in (telegram, slack, store, starting, understanding, surveys, answering, sending):
        for row in await part.rows():
            print(_line(row), flush=True)


def _line(row: Row) -> str:
    value = f"{row.value:.2f}{row.unit}"
    mark = "" if row.kept else "   over"
    return f"{row.what:56} {row.ours:>12} {row.peers:>12} {value:>14}   {row.most:g}{row.unit}{mark}"


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
