"""What every part of one sandbox works with: its store, clock, faults and events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from lk.sandbox.events import Events
from lk.sandbox.faults import Faults
from lk.sandbox.store import Store

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Till:
    """`public_url` is where browsers reach the sandbox, when that is not where the request came to."""

    store: Store
    events: Events
    faults: Faults
    now: Callable[[], datetime]
    shop_id: str
    secret: str
    base_path: str
    public_url: str | None

    @contextmanager
    def work(self) -> Iterator[None]:
        """One transaction; the events that come of it are sent only once it is kept."""
        try:
            with self.store.transaction():
                yield
        except BaseException:
            self.events.drop_staged()
            raise
        self.events.send_staged()

    def now_us(self) -> int:
        """The sandbox's clock to the millisecond, as the API shows it."""
        return microseconds(self.now()) // 1000 * 1000


def microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(microseconds=1)


def instant_text(at_us: int) -> str:
    """`2026-09-05T07:00:00.000Z`."""
    instant = _EPOCH + timedelta(microseconds=at_us)
    return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


def kopecks_of(body: dict[str, Any]) -> int:
    """The amount of an object of the API."""
    return int(body["amount"]["value"].replace(".", ""))


def new_id() -> str:
    """An id in the acquirer's form. The letter in its last part keeps long runs of digits out of the store."""
    text = uuid4().hex
    return f"{text[:8]}-000f-5000-8000-a{text[8:19]}"
