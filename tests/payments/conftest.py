from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lk import clock, db
from lk.acquirer.gateway import use_sandbox
from lk.migrating import migrate
from lk.sandbox import create_sandbox
from tests.payments.cast import NOON, Acquirer, Household, run, settle_in
from tests.payments.site import Site, open_site
from tests.postgres import create_database, drop_database
from tests.sandbox.shop import Stage


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with clock.fixed_at(NOON):
        yield


@pytest.fixture
def acquirer(tmp_path: Path, stage: Stage) -> Iterator[Acquirer]:
    sandbox = create_sandbox(store_path=tmp_path / "sandbox.sqlite3", now=clock.now)
    acquirer = Acquirer(stage.origin, sandbox)
    with stage.showing(sandbox), acquirer.http:
        use_sandbox(f"{stage.origin}/v3")
        yield acquirer
    use_sandbox(None)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file to copy."""
    path = tmp_path_factory.mktemp("payments") / "lk.sqlite3"
    db.use(db.SqliteEngine(path))
    with clock.fixed_at(NOON):
        run(migrate())
    db.use(None)
    return path


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_template: Path) -> Iterator[None]:
    shutil.copy(sqlite_template, tmp_path / "lk.sqlite3")
    db.use(db.SqliteEngine(tmp_path / "lk.sqlite3"))
    yield
    db.use(None)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """A migrated database to copy."""
    url = create_database(postgres_server)
    db.use(db.PostgresEngine(url))
    with clock.fixed_at(NOON):
        run(migrate())
    db.use(None)
    yield url
    drop_database(url)


@pytest.fixture
def postgres(postgres_server: str, postgres_template: str) -> Iterator[None]:
    url = create_database(postgres_server, postgres_template)
    db.use(db.PostgresEngine(url))
    yield
    db.use(None)
    drop_database(url)


@pytest.fixture
def site(tmp_path: Path, sqlite: None, acquirer: Acquirer) -> Iterator[Site]:
    with open_site(tmp_path / "lk.sqlite3", acquirer) as site:
        yield site


@pytest.fixture(params=["sqlite", "postgres"])
def household(request: pytest.FixtureRequest) -> Household:
    request.getfixturevalue(request.param)
    return run(settle_in())
