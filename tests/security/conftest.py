"""The household's house for hostile visitors: one served lk for each module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.household import served_house
from tests.onboarding.conftest import newcomer, on_postgres, on_sqlite, postgres_flats, sqlite_flats
from tests.served import Served


@pytest.fixture(scope="module")
def lk(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_house(house, tmp_path_factory.mktemp("served")) as running:
        yield running


__all__ = ["newcomer", "on_postgres", "on_sqlite", "postgres_flats", "sqlite_flats"]
