"""What every test may ask for: a database, a PostgreSQL server and a browser. All are required: a missing one fails."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

from tests.database import Database, migrated_file, migrated_server
from tests.household import build_house
from tests.postgres import NoPostgres, create_database, drop_database, private_server
from tests.sandbox.shop import Stage, served

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 3 * 1024**3


def pytest_configure() -> None:
    """Files of tests stand in memory where it has room, or in TMPDIR: a database file of a test's own costs no disk."""
    if "TMPDIR" in os.environ or not os.access(_MEMORY, os.W_OK):
        return
    if shutil.disk_usage(_MEMORY).free >= _ROOM_BYTES:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


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
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one household of two zones in Moscow, previous readings 4820 and 2105, in its window; to copy.

    One worker builds it for all.
    """
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    path = shared / "house.sqlite3"
    with (shared / "house.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not path.exists():
            build_house(tmp_path_factory.mktemp("house")).rename(path)
    return path


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """One server for the sandbox acquirers of all tests, shown one after another."""
    stage = Stage()
    with served(stage) as stage.origin:
        yield stage


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
