"""The schema of the migrations with a stair of people in it."""

from __future__ import annotations

import pytest

from tests.database import Database
from tests.feedback.cast import Stair, move_in
from tests.payments_desk.cast import run


@pytest.fixture
def stair(sqlite_database: Database) -> Stair:
    """For pages and files."""
    return run(move_in())


@pytest.fixture
def both(database: Database) -> Stair:
    """On both engines: statements, locks, transactions."""
    return run(move_in())
