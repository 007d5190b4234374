"""A migrated database for every test, on both engines where it matters; it is noon of 20 July 2025 in Moscow."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lk import clock, db
from lk.migrating import migrate
from tests.operations.cast import NOON
from tests.postgres import create_database, drop_database


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with clock.fixed_at(NOON):
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("operations") / "migrated.sqlite3"
    _migrate(db.SqliteEngine(path))
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    url = create_database(postgres_server)
    _migrate(db.PostgresEngine(url))
    yield url
    drop_database(url)


def _migrate(engine: db.AnyEngine) -> None:
    db.use(engine)
    with clock.fixed_at(NOON):
        db.run(migrate())
    db.use(None)


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[None]:
    path = tmp_path / "lk.sqlite3"
    shutil.copy(sqlite_template, path)
    db.use(db.SqliteEngine(path))
    yield
    db.use(None)


@pytest.fixture
def postgres(postgres_server: str, postgres_template: str) -> Iterator[None]:
    url = create_database(postgres_server, postgres_template)
    db.use(db.PostgresEngine(url))
    yield
    db.use(None)
    drop_database(url)


@pytest.fixture(params=["sqlite", "postgres"])
def each_engine(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(request.param)
