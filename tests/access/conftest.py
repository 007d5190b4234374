"""One served lk with its whole cast, for every route as every role."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.cast import Cast
from tests.household import served_house


@pytest.fixture(scope="session")
def cast(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    with served_house(house, tmp_path_factory.mktemp("access")) as lk:
        yield Cast(lk)
