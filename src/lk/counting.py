"""Counts that go through a whole city: made off the page's way, and kept where they took long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any, Generic, TypeVar

from lk import db

T = TypeVar("T")

LARGE = 20_000
"""A city of so many accounts takes long to count; of fewer the counts are always fresh."""
KEPT_TIMES = 50
"""So many times as long as counting took they are kept: counting never takes more than a fiftieth of the time."""


@dataclass(slots=True)
class _Kept(Generic[T]):
    """`value` until `until`; `task` is what counts it, or counts it anew."""

    task: asyncio.Task[T]
    value: T | None = None
    until: float = 0.0


@dataclass(slots=True)
class Counting(Generic[T]):
    """By key, of the database in use. `patience`: seconds that a page waits for what was never counted yet."""

    patience: float
    _engine: object = None
    _by_key: dict[Hashable, _Kept[T]] = field(default_factory=dict)

    async def of(self, key: Hashable, count: Callable[[], Coroutine[Any, Any, T]]) -> T | None:
        """What is too old is answered once more while it is counted anew; None while a city is counted at first."""
        if not await is_large():
            return await count()
        kept = self._begun(key, count)
        if kept.value is None:
            await asyncio.wait([kept.task], timeout=self.patience)
        return kept.value

    async def begin(self, key: Hashable, count: Callable[[], Coroutine[Any, Any, T]]) -> None:
        """So that it is there by the time it is asked for."""
        if await is_large():
            self._begun(key, count)

    def is_first(self, key: Hashable) -> bool:
        """Whether it is being counted, and never was before."""
        kept = self._by_key.get(key)
        return kept is not None and kept.value is None and not kept.task.done()

    def _begun(self, key: Hashable, count: Callable[[], Coroutine[Any, Any, T]]) -> _Kept[T]:
        if self._engine is not db.engine():
            self._engine, self._by_key = db.engine(), {}
        kept = self._by_key.get(key)
        if kept is None or (kept.task.done() and monotonic() > kept.until):
            before = kept.value if kept else None
            kept = self._by_key[key] = _Kept(asyncio.create_task(count()), before)
            kept.task.add_done_callback(partial(_keep, kept, monotonic()))
        return kept


async def is_large() -> bool:
    rows = await db.read("SELECT max(id) AS id FROM accounts")
    return (rows[0]["id"] or 0) >= LARGE


def _keep(kept: _Kept[T], began: float, task: asyncio.Task[T]) -> None:
    now = monotonic()
    kept.until = now + KEPT_TIMES * (now - began)
    if not task.cancelled() and task.exception() is None:
        kept.value = task.result()
