from __future__ import annotations

import pytest

from tests.cycle.town import Town
from tests.database import Database
from tests.onboarding.conftest import newcomer, on_postgres, on_sqlite, postgres_flats, sqlite_flats


@pytest.fixture
def town(database: Database) -> Town:
    """Tariffs, norms, two households; nothing read since June 2025."""
    town = Town(database)
    town.move_in()
    return town


__all__ = ["newcomer", "on_postgres", "on_sqlite", "postgres_flats", "sqlite_flats", "town"]
