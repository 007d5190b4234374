"""The one reader of the clock. Everything else is told what time it is."""

from __future__ import annotations

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
    return datetime.now(UTC)


def today() -> date:
    """The company's date."""
    return local_date(now())


def local_date(instant: datetime) -> date:
    return instant.astimezone(settings().time_zone).date()


def start_of_day(day: date) -> datetime:
    """The instant at which `day` begins at the company; its first existing moment where midnight is skipped."""
    zone = settings().time_zone
    begin = datetime.combine(day, time.min, zone).astimezone(UTC)
    while begin.astimezone(zone).date() < day:
        begin += timedelta(minutes=15)
    return begin


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
