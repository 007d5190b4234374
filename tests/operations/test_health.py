"""The answer to those who watch over the process."""

from __future__ import annotations

from pathlib import Path

import pytest
from litestar import Litestar
from litestar.datastructures import State
from litestar.testing import TestClient

from lk import db
from lk.operations.controller import health


@pytest.mark.usefixtures("sqlite")
@pytest.mark.parametrize(
    ("silent", "status", "text"), [(None, 200, "ok"), (3.0, 200, "ok"), (120.0, 200, "ok"), (121.0, 503, "not ok")]
)
def test_health_is_200_while_the_ticks_of_this_process_are_alive(silent: float | None, status: int, text: str) -> None:
    app = Litestar([health], state=State({"seconds_since_beat": lambda: silent}), openapi_config=None)
    with TestClient(app) as client:
        answer = client.get("/health")
    assert (answer.status_code, answer.text) == (status, text)


def test_health_is_503_when_the_database_is_not_there(tmp_path: Path) -> None:
    db.use(db.SqliteEngine(tmp_path / "none.sqlite3"))
    app = Litestar([health], openapi_config=None)
    with TestClient(app) as client:
        assert client.get("/health").status_code == 503
    db.use(None)
