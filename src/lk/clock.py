"""The one reader of the clock. Everything else is told what time it is."""

from __future__ import annotations

import time as machine
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

from lk.config import settings

EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before everything."""

_fixed: list[datetime] = []


def now() -> datetime:
    """This instant, UTC. In demo mode `LK_NOW_FILE` may move it; where the file is absent time runs as usual."""
    if _fixed:
        return _fixed[-1]
    now_file = settings().now_file
    if now_file is not None:
        try:
            return parse_instant(now_file.read_text(encoding="ascii").strip())
        except FileNotFoundError:
            pass
    return wall()


def wall() -> datetime:
    """What the machine's clock says, whatever was set by hand; `ran()` says whether to believe it."""
    return datetime.now(UTC)


def ran() -> timedelta:
    """How long the machine has run, its sleep included: nobody can set this clock."""
    return timedelta(seconds=machine.clock_gettime(getattr(machine, "CLOCK_BOOTTIME", machine.CLOCK_MONOTONIC)))


def is_set_by_hand() -> bool:
    """Whether `--at` or `LK_NOW_FILE` says what time it is: somebody means it so."""
    now_file = settings().now_file
    return bool(_fixed) or (now_file is not None and now_file.exists())


def today() -> date:
    """The company's date."""
    return local_date(now())


def local_date(instant: datetime) -> date:
    return local(instant).date()


def local(instant: datetime) -> datetime:
    """As the company's clocks show it."""
    return instant.astimezone(settings().time_zone)


def start_of_day(day: date, hour: int = 0) -> datetime:
    """The instant at which `day` begins at the company, or `hour` of it.

    The first of both where the clocks show it twice. Where they skip it, the moment at which they do: an hour that
    does not exist is reckoned by the clocks of before.
    """
    return datetime.combine(day, time(hour), settings().time_zone).astimezone(UTC)


def parse_instant(text: str) -> datetime:
    """ISO 8601 → UTC; without an offset it is the company's time. Raises ValueError."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=settings().time_zone)
    return instant.astimezone(UTC)


@contextmanager
def fixed_at(instant: datetime) -> Iterator[None]:
    """The clock stands still at `instant`: for `lk cycle run --at` and the demo town's past."""
    _fixed.append(instant.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.pop()
