"""What every test may ask for: a database, a PostgreSQL server and a browser. All are required: a missing one fails."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.database import Database, migrated_file, migrated_server
from tests.postgres import NoPostgres, create_database, drop_database, private_server

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a private server's maintenance database; `tests.postgres` makes databases in it."""
    try:
        with private_server() as url:
            yield url
    except NoPostgres as reason:
        pytest.fail(str(reason), pytrace=False)


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The browser's program: `CHROMIUM` of the environment or the system's own."""
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, _BROWSERS)), None)
    if not found or not Path(found).exists():
        pytest.fail("Chromium is not installed: `make test-setup` installs it, or CHROMIUM names one", pytrace=False)
    return Path(found)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    return migrated_file(tmp_path_factory.mktemp("template") / "lk.sqlite3")


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """A migrated database to copy."""
    url = create_database(postgres_server)
    migrated_server(url)
    yield url
    drop_database(url)


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copyfile(sqlite_template, tmp_path / "lk.sqlite3")
    with Database(f"sqlite:///{tmp_path / 'lk.sqlite3'}").in_use() as database:
        yield database


@pytest.fixture
def postgres_database(postgres_server: str, postgres_template: str) -> Iterator[Database]:
    url = create_database(postgres_server, postgres_template)
    with Database(url).in_use() as database:
        yield database
    drop_database(url)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """The schema of the migrations and nothing else, on both engines; billing begins with July 2025."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found
