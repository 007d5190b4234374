"""It is noon of 5 October 2026 in Moscow; the schema of the migrations on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lk import clock
from lk.acquirer.gateway import use_sandbox
from lk.sandbox import create_sandbox
from tests import loopback
from tests.database import Database
from tests.payments_desk.cast import NOON, Acquirer, Desk, open_desk, run, site
from tests.sandbox.shop import Stage


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with clock.fixed_at(NOON):
        yield


@pytest.fixture
def acquirer(tmp_path: Path, stage: Stage) -> Iterator[Acquirer]:
    sandbox = create_sandbox(store_path=tmp_path / "sandbox.sqlite3", now=clock.now)
    with (
        stage.showing(sandbox),
        loopback.client(base_url=stage.origin, auth=("demo-shop", "demo-secret")) as http,
    ):
        use_sandbox(f"{stage.origin}/v3")
        yield Acquirer(stage.origin, sandbox, http)
    use_sandbox(None)


@pytest.fixture
def desk(database: Database, acquirer: Acquirer) -> Desk:
    """On both engines."""
    return run(open_desk(acquirer))


@pytest.fixture
def sqlite_desk(sqlite_database: Database, acquirer: Acquirer) -> Desk:
    """For pages: what the engine does differently is not theirs."""
    # The demonstration's site, when it is first made, finds its own sandbox.
    site()
    use_sandbox(f"{acquirer.origin}/v3")
    return run(open_desk(acquirer))
