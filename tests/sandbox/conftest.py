from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lk.sandbox import create_sandbox
from tests.sandbox.inbox import Inbox, listening
from tests.sandbox.shop import Clock, Shop, Stage


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    return tmp_path / "sandbox.sqlite3"


@pytest.fixture
def shop(stage: Stage, store_path: Path) -> Iterator[Shop]:
    """A shop whose sandbox keeps its store in a file and whose clock stands at 5 September 2026."""
    clock = Clock()
    sandbox = create_sandbox(store_path=store_path, now=clock.now)
    shop = Shop(stage.origin, clock, sandbox, stage)
    with stage.showing(sandbox), shop.http:
        yield shop


@pytest.fixture
def inbox(shop: Shop) -> Iterator[Inbox]:
    """Where the shop receives events."""
    with listening() as inbox:
        assert shop.http.post("/events", json={"url": inbox.url}).json() == {"url": inbox.url}
        yield inbox
