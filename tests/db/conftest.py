"""A database of its own for every test, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lk import db
from tests.db.notes import make_tables
from tests.postgres import create_database, drop_database


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[db.SqliteEngine]:
    engine = db.SqliteEngine(tmp_path / "lk.sqlite3", patience=5)
    engine.create()
    db.use(engine)
    db.run(make_tables())
    yield engine
    db.use(None)


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[db.PostgresEngine]:
    url = create_database(postgres_server)
    engine = db.PostgresEngine(url, patience=5)
    db.use(engine)
    db.run(make_tables())
    yield engine
    db.use(None)
    drop_database(url)


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> db.AnyEngine:
    found: db.AnyEngine = request.getfixturevalue(request.param)
    return found
