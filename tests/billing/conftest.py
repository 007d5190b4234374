"""A house whose first resident has a bill."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.household import register, served_house
from tests.journeys.steps import send_reading
from tests.served import Served, Visitor


@pytest.fixture
def lk(house: Path, tmp_path: Path) -> Iterator[Served]:
    with served_house(house, tmp_path) as running:
        yield running


@pytest.fixture
def holder(lk: Served) -> Visitor:
    return lk.visitor()


@pytest.fixture
def home(lk: Served, holder: Visitor) -> str:
    """A cabinet with the bill of July, delivered; provisional until a test confirms it."""
    path = register(lk, holder)
    send_reading(holder, path, t1="5000", t2="2200")
    lk.move_to("2025-07-29T12:00")
    lk.run_month()
    return path
