from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from lk import clock, db
from tests.faults.town import MORNING, NOTICE, Town, settle_town
from tests.payments.cast import Acquirer
from tests.payments.conftest import acquirer, postgres_template, sqlite_template  # noqa: F401
from tests.postgres import create_database, drop_database

T = TypeVar("T")
IS_FULL = os.environ.get("FAULTS") == "full"
"""`make faults`: the full counts; the suite has small ones."""


@pytest.fixture(autouse=True)
def at_dawn() -> Iterator[None]:
    """Before autopay is announced; each test moves on from here."""
    with clock.fixed_at(NOTICE):
        yield


def counted(full: T, small: T) -> T:
    return full if IS_FULL else small


@dataclass(frozen=True)
class Place:
    """A database of one test; `copy` puts it back as it was then."""

    url: str
    is_sqlite: bool


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / "lk.sqlite3")
        found = Place(f"sqlite:///{tmp_path / 'lk.sqlite3'}", is_sqlite=True)
        db.use(db.SqliteEngine(tmp_path / "lk.sqlite3"))
        yield found
        db.use(None)
        return
    server, source = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
    url = create_database(server, source)
    db.use(db.PostgresEngine(url))
    yield Place(url, is_sqlite=False)
    db.use(None)
    drop_database(url)


@pytest.fixture
def town_of(place: Place, acquirer: Acquirer) -> Iterator[Callable[[int], Town]]:  # noqa: F811
    """The morning stands still between its moments too, for a killed process's request that comes late.

    As one of the day of the notice its key would be older than a day, and what is sent again a second payment.
    """

    def settled(count: int) -> Town:
        return db.run(settle_town(acquirer, count))

    with clock.fixed_at(MORNING):
        yield settled
