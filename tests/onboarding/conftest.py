from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lk import db
from tests.onboarding.browser import Browser
from tests.onboarding.newcomer import Newcomer, build_flats
from tests.postgres import create_database, drop_database


@pytest.fixture(scope="session")
def sqlite_flats(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("flats") / "lk.sqlite3"
    build_flats(db.SqliteEngine(path))
    return path


@pytest.fixture(scope="session")
def postgres_flats(postgres_server: str) -> str:
    url = create_database(postgres_server)
    build_flats(db.PostgresEngine(url))
    return url


@pytest.fixture
def on_sqlite(sqlite_flats: Path, tmp_path: Path) -> Iterator[Newcomer]:
    path = tmp_path / "lk.sqlite3"
    shutil.copy(sqlite_flats, path)
    yield Newcomer(db.SqliteEngine(path, patience=5))
    db.use(None)


@pytest.fixture
def on_postgres(postgres_server: str, postgres_flats: str) -> Iterator[Newcomer]:
    url = create_database(postgres_server, template=postgres_flats)
    yield Newcomer(db.PostgresEngine(url, patience=5))
    db.use(None)
    drop_database(url)


@pytest.fixture(params=["sqlite", "postgres"])
def newcomer(request: pytest.FixtureRequest) -> Newcomer:
    found = request.getfixturevalue(f"on_{request.param}")
    assert isinstance(found, Newcomer)
    return found


@pytest.fixture(scope="session")
def app() -> Any:
    from lk.app import create_app

    return create_app(ticks=False)


@pytest.fixture
def browser(app: Any, on_sqlite: Newcomer) -> Browser:
    return Browser(app, on_sqlite)
