"""The database's figures, asked for at most every fifteen seconds however often they are read."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic

from lk import clock, db
from lk.operations.verifications import LastVerification, last_verification
from lk.period import Period
from lk.watching import counts
from lk.watching.counts import Months, Queue, Steps

FRESH_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Found:
    """What the database said. `sizes` are bytes by what they are of."""

    at: datetime
    queues: list[Queue]
    autopay: list[Months]
    steps: Steps
    verified: LastVerification | None
    doubted_clocks: int
    beat_at: datetime | None
    backed_up_at: datetime | None
    sizes: dict[str, int]


_kept: tuple[float, Found | None] | None = None


async def newest() -> Found | None:
    """None while the database does not answer."""
    global _kept
    if _kept is None or monotonic() - _kept[0] > FRESH_SECONDS:
        try:
            found = await _ask()
        except db.DatabaseError:
            found = None
        _kept = (monotonic(), found)
    return _kept[1]


def forget() -> None:
    """The next reader asks the database again."""
    global _kept
    _kept = None


async def _ask() -> Found:
    return Found(
        at=clock.now(),
        queues=await counts.queues(),
        autopay=await counts.autopay_of(Period.of(clock.today()).previous),
        steps=await counts.steps(),
        verified=await last_verification(),
        doubted_clocks=await counts.doubted_clocks(),
        beat_at=await counts.noted_at("heartbeat"),
        backed_up_at=await counts.noted_at("backed_up_at"),
        sizes=await _sizes(),
    )


async def _sizes() -> dict[str, int]:
    current = db.engine()
    if isinstance(current, db.PostgresEngine):
        return {"database": await counts.database_bytes()}
    return _sizes_of(current.file.path)


def _sizes_of(path: Path) -> dict[str, int]:
    log = path.with_name(f"{path.name}-wal")
    return {
        "database": path.stat().st_size,
        "write_ahead_log": log.stat().st_size if log.exists() else 0,
        "disk_free": shutil.disk_usage(path.parent).free,
    }
