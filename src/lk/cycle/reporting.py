"""What a long run has come to, on the last line of a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TextIO, TypeVar

from lk.cycle.messages import told_on_the_way
from lk.cycle.queries import running_steps

T = TypeVar("T")

EVERY_SECONDS = 1.0
_ERASE = "\r\x1b[K"


class LastLine:
    """The line below everything that was said; nothing at all where `out` is no terminal."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.is_on = out.isatty()

    def erase(self) -> None:
        """Before something else is said."""
        if self.is_on:
            self.out.write(_ERASE)
            self.out.flush()

    async def during(self, work: Coroutine[Any, Any, T]) -> T:
        """Shows the step under way every second, until `work` is done."""
        if not self.is_on:
            return await work
        task = asyncio.ensure_future(work)
        try:
            while not (await asyncio.wait([task], timeout=EVERY_SECONDS))[0]:
                self._show([told_on_the_way(run) for run in await running_steps() if run.is_alive])
        finally:
            self.erase()
        return task.result()

    def _show(self, lines: list[str]) -> None:
        if lines:
            self.out.write(f"{_ERASE}{lines[0]}")
            self.out.flush()
