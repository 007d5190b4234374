"""One served lk with its whole cast, for every route as every role."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.cast import Cast
from tests.household import build_house, served_house


@pytest.fixture(scope="session")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    folder: Path = tmp_path_factory.mktemp("access")
    with served_house(build_house(folder), folder) as lk:
        yield Cast(lk)
