"""The household of two meters on each engine, for the tests of readings and of meters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lk import db
from tests.readings.household import Household, postgres_household, sqlite_household


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Household]:
    yield sqlite_household(tmp_path)
    db.use(None)


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[Household]:
    with postgres_household(postgres_server) as household:
        yield household


@pytest.fixture(params=["sqlite", "postgres"])
def household(request: pytest.FixtureRequest) -> Household:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Household)
    return found
