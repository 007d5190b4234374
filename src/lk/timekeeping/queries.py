"""The open doubts about clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from lk import db
from lk.timekeeping.rules import Clocks


@dataclass(frozen=True, slots=True)
class Doubt:
    id: int
    machine: str
    ran_ms: int
    expected_at: datetime
    said_at: datetime

    @property
    def gain(self) -> timedelta:
        return self.said_at - self.expected_at

    @property
    def as_expected(self) -> Clocks:
        return Clocks(self.expected_at, timedelta(milliseconds=self.ran_ms))

    @property
    def as_said(self) -> Clocks:
        return Clocks(self.said_at, timedelta(milliseconds=self.ran_ms))


_DOUBTS = "SELECT id, machine, ran_ms, expected_at, said_at FROM clock_doubts"


async def open_doubts() -> list[Doubt]:
    """One a machine, the oldest first."""
    return await db.read_as(Doubt, f"{_DOUBTS} WHERE ended_at IS NULL ORDER BY id")


async def clock_doubt() -> Doubt | None:
    """The oldest open one: money waits while there is any."""
    doubts = await open_doubts()
    return doubts[0] if doubts else None


async def settled_doubt(machine: str) -> Doubt | None:
    """The newest jump of this machine that a person called right."""
    return await db.read_one_as(
        Doubt, f"{_DOUBTS} WHERE machine = {{}} AND ended_by IS NOT NULL ORDER BY id DESC LIMIT 1", machine
    )
