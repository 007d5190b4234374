"""A served lk for every journey; the month's own on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.household import MOMENT, move_in, served_house
from tests.postgres import create_database, drop_database
from tests.served import Served, served


@pytest.fixture
def lk(house: Path, tmp_path: Path) -> Iterator[Served]:
    with served_house(house, tmp_path) as running:
        yield running


@pytest.fixture(params=["sqlite", "postgres"])
def lk_on_each_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """Furnished by the company's own files, then served."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'lk.sqlite3'}"
    else:
        url = create_database(request.getfixturevalue("postgres_server"))
    try:
        with served(tmp_path, url, MOMENT, furnish=move_in) as running:
            yield running
    finally:
        if request.param == "postgres":
            drop_database(url)
