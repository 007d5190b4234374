from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from lk import clock
from lk.timekeeping import watching
from tests.cycle.town import Town
from tests.database import Database, moscow

START = moscow("2025-07-20T12:00").astimezone(UTC)


@dataclass
class Machine:
    """A machine whose two clocks the test turns; lk reads them where it reads its own."""

    says: datetime = START
    ran: timedelta = timedelta(hours=5)

    def lives(self, **by: float) -> None:
        """Time goes by."""
        self.says += timedelta(**by)
        self.ran += timedelta(**by)

    def is_set(self, **by: float) -> None:
        """Somebody, or a server of time, moves the wall clock."""
        self.says += timedelta(**by)

    def is_set_to(self, instant: datetime) -> None:
        self.says = instant.astimezone(UTC)

    def restarts_lk(self) -> None:
        watching.begin()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    found = Machine()
    monkeypatch.setattr(clock, "wall", lambda: found.says)
    monkeypatch.setattr(clock, "ran", lambda: found.ran)
    monkeypatch.setattr("lk.cycle.outages._beaten", None)
    monkeypatch.setattr(watching, "_since", watching.read_clocks())
    return found


@pytest.fixture
def town(database: Database) -> Town:
    town = Town(database)
    town.move_in()
    return town


@pytest.fixture
def small_town(sqlite_database: Database) -> Town:
    town = Town(sqlite_database)
    town.move_in()
    return town
