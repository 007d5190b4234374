"""lk is broken off on purpose, at a chosen statement or call, and starts again as another process would."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from lk import clock, db
from lk.cycle.outages import note_outage
from lk.db.statements import Counter
from lk.tariffs.queries import forget_price_list


class BrokenOff(BaseException):
    """The process is no more: nothing of it may run on."""


@dataclass(slots=True)
class Fuse(Counter):
    """Burns at the `at`-th thing that begins with `what`: an SQL text, or what the wire says. From then on at each."""

    what: str = ""
    at: int = 1
    is_burnt: bool = False

    def note(self, sql: str) -> None:
        if not self.is_burnt and sql.startswith(self.what):
            self.at -= 1
            self.is_burnt = self.at == 0
        if self.is_burnt:
            raise BrokenOff


async def broken_off(
    work: Coroutine[Any, Any, object], fuse: Fuse, outlives: Callable[[asyncio.Task[Any]], bool]
) -> bool:
    """Whether it was; else the work was done before. Tasks that `outlives` names are not the process's own."""
    others = asyncio.all_tasks()
    with db.counted(fuse):
        process = asyncio.create_task(work)
    with suppress(BrokenOff):
        await process
    while left := [each for each in asyncio.all_tasks() - others if not outlives(each)]:
        # Whatever they wanted to do next they cannot: each of them ends by itself.
        await asyncio.gather(*left, return_exceptions=True)
    return fuse.is_burnt


async def restart() -> None:
    """What a process knew is forgotten; the next one finds out for how long nobody was there."""
    await db.close()
    forget_price_list()
    await note_outage()


async def outlive_claims() -> None:
    """A killed process lets go of nothing: its steps are free again once their claims have run out."""
    async with db.write():
        await db.execute("UPDATE cycle_runs SET claim_ends_at = {} WHERE status = 'running'", clock.EVER)
