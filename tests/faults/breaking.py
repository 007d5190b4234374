"""Work that dies at a chosen statement, just before a COMMIT or right after it; nothing of it runs on."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from lk import db
from lk.db import statements
from lk.db.postgres_transaction import PostgresTransaction
from lk.db.sqlite_transaction import SqliteTransaction
from lk.demo.breaking import Fuse, broken_off
from lk.tariffs.queries import forget_price_list

COMMITTED = "COMMITTED"
"""What a fuse sees once a COMMIT has returned; before it a fuse sees `COMMIT`."""


@contextmanager
def commits_seen() -> Iterator[None]:
    """Counters and fuses see the ends of transactions too."""
    with pytest.MonkeyPatch.context() as patched:
        for kind in (SqliteTransaction, PostgresTransaction):
            patched.setattr(kind, "_commit", _seen(kind._commit))
        yield


def _seen(commit: Any) -> Any:
    async def seen(transaction: Any) -> None:
        statements.note("COMMIT")
        await commit(transaction)
        statements.note(COMMITTED)

    return seen


def steps_of(work: Coroutine[Any, Any, object]) -> list[str]:
    """The moments at which it can die, in order; done to its end."""

    async def watched() -> list[str]:
        with db.counted() as counter:
            await work
        return counter.statements

    return db.run(watched())


async def die_at(moment: int, work: Coroutine[Any, Any, object]) -> bool:
    """False where it came to its end before. What the process knew and held open is gone."""
    died = await broken_off(work, Fuse(at=moment), lambda _: False)
    forget_price_list()
    await db.close()
    return died
