from __future__ import annotations

import pytest

from tests.cycle.town import Town
from tests.database import Database


@pytest.fixture
def town(database: Database) -> Town:
    """Tariffs, norms, two households; nothing read since June 2025."""
    town = Town(database)
    town.move_in()
    return town
