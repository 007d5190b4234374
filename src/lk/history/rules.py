"""Which events tell of what staff did, and the chain of seals over them. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

STAFF = (
    "(e.actor_kind = 'agent' OR e.impersonation_id IS NOT NULL "
    "OR e.kind IN ('agent_added', 'agent_enrolled', 'agent_renewed', 'agent_disabled'))"
)
"""The condition of the index of such events; a statement that has it word by word finds them by it."""

FIRST = "0" * 64
"""What the first seal stands on."""
BEFORE_ALL = -(2**62)
"""Below every id that an event can have."""


class SealedEvent(NamedTuple):
    """An event as it is sealed; `at` in UTC."""

    id: int
    account_id: int | None
    user_id: int | None
    kind: str
    at: datetime
    actor_kind: str
    actor_user_id: int | None
    actor_agent_id: int | None
    impersonation_id: int | None
    params: str

    def canonical(self) -> bytes:
        """One line that is the same on every engine."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        return json.dumps([*self[:4], at, *self[5:]], separators=(",", ":")).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Seal:
    """Of staff events after the seal before, up to `last_event_id`; `events_hash` is theirs, `hash` the chain's."""

    day: date
    last_event_id: int
    events: int
    events_hash: str
    hash: str


class Digest:
    """Of events, in the order of their ids; chunk by chunk."""

    def __init__(self) -> None:
        self.events = 0
        self._hash = hashlib.sha256()

    def add(self, events: Iterable[SealedEvent]) -> None:
        for event in events:
            self.events += 1
            self._hash.update(event.canonical())

    def hex(self) -> str:
        return self._hash.hexdigest()


def chained(previous: str, day: date, last_event_id: int, events: int, events_hash: str) -> str:
    """The hash of a seal: of the hash before it and of everything it says."""
    told = f"{previous} {day.isoformat()} {last_event_id} {events} {events_hash}\n"
    return hashlib.sha256(told.encode("ascii")).hexdigest()


def made(previous: Seal | None, day: date, last_event_id: int, digest: Digest) -> Seal:
    """The next seal of the chain."""
    events_hash = digest.hex()
    before = previous.hash if previous else FIRST
    return Seal(
        day,
        last_event_id,
        digest.events,
        events_hash,
        chained(before, day, last_event_id, digest.events, events_hash),
    )
