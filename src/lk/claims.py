"""A row that waits to be worked on by one process: whose claim runs out, and whose fence rises with each who takes it.

Whoever lost the row to another process writes nothing more: what it would write proves the fence first.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

import structlog

from lk import db

log = structlog.get_logger()


class ClaimLost(Exception):
    """Another process took it over; this one writes nothing more."""


class Held(Protocol):
    """The right to work on a row for a while."""

    @property
    def id(self) -> int: ...

    @property
    def fence(self) -> int: ...


H = TypeVar("H", bound=Held)


@dataclass(frozen=True, slots=True)
class _Now:
    at: datetime


async def database_now() -> datetime:
    """One clock for all processes, and one that nobody stops or moves by hand."""
    now = await db.read_one_as(_Now, "SELECT CURRENT_TIMESTAMP AS at")
    assert now is not None
    return now.at


async def prove(table: str, held: Held, change: str, *values: object) -> None:
    """In a transaction: changes the row, if it is still held. Raises ClaimLost."""
    changed = await db.execute(
        f"UPDATE {table} SET {change} WHERE id = {{}} AND fence = {{}} AND finished_at IS NULL",  # noqa: S608
        *values,
        held.id,
        held.fence,
    )
    if changed != 1:
        raise ClaimLost(f"{table} {held.id}")


async def work_on_each(
    what: str,
    claim: Callable[[], Awaitable[H | None]],
    work: Callable[[H], Awaitable[None]],
    give_up: Callable[[H], Awaitable[None]],
) -> int:
    """Every row that waits, as `claim` finds them; how many were done. One that fails is given up, and logged."""
    done = 0
    while (held := await claim()) is not None:
        try:
            await work(held)
            done += 1
        except ClaimLost:
            log.warning("claim_lost", what=what, id=held.id)
        except db.DatabaseError:
            raise
        except Exception:
            log.exception(f"{what}_failed", id=held.id)
            await give_up(held)
    return done
