"""The town as `lk demo` founds it, once for all tests that only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lk import clock, db
from lk.demo.town import found_town
from lk.migrating import migrate

NOW = "2026-11-22T14:05"
"""In the window of November; October is the last billed month."""
EVERY_SITUATION = 33


def found(engine: db.AnyEngine, accounts: int, seed: int = 1, now: str = NOW) -> None:
    """On an empty database of this engine."""
    db.use(engine)
    with clock.fixed_at(clock.parse_instant(now)):
        db.run(_found(accounts, seed))


async def _found(accounts: int, seed: int) -> None:
    await migrate()
    await found_town(accounts=accounts, seed=seed)


def rows(sql: str, *values: object) -> list[dict[str, Any]]:
    return db.run(db.read(sql, *values))


@pytest.fixture(autouse=True)
def _settings_engine_again() -> Iterator[None]:
    yield
    db.use(None)


@pytest.fixture(scope="session")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("town") / "lk.sqlite3"
    found(db.SqliteEngine(path), EVERY_SITUATION)
    db.use(None)
    return path


@pytest.fixture
def town(town_file: Path) -> Iterator[None]:
    """The founded town, as it stands on 22 November 2026."""
    db.use(db.SqliteEngine(town_file))
    with clock.fixed_at(clock.parse_instant(NOW)):
        yield
