"""A migrated database of a test's own, and `lk` run on it as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from lk import clock, db
from lk.config import read_settings
from lk.migrating import migrate

T = TypeVar("T")
MOSCOW = ZoneInfo("Europe/Moscow")
FIRST_DAY = "2025-07-01T00:00"


def moscow(text: str) -> datetime:
    """Moscow time, ISO."""
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


@dataclass
class Database:
    """`run` works on it in this process, `lk` in another."""

    url: str
    engine: db.AnyEngine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = db.engine_for(read_settings({"LK_DATABASE_URL": self.url}))

    @contextmanager
    def in_use(self) -> Iterator[Database]:
        db.use(self.engine)
        try:
            yield self
        finally:
            db.use(None)

    def run(self, work: Coroutine[Any, Any, T], at: str | None = None) -> T:
        """At a moment of Moscow time, if one is given."""
        if at is None:
            return db.run(work)
        with clock.fixed_at(moscow(at)):
            return db.run(work)

    def rows(self, sql: str, *args: object) -> list[dict[str, Any]]:
        return db.run(db.read(sql, *args))

    def change(self, *statements: str) -> None:
        """Raw SQL, as nobody but a careless administrator would send it."""

        async def changed() -> None:
            async with db.write():
                for statement in statements:
                    await db.execute(statement)

        db.run(changed())

    def lk(self, *words: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        process = self.start(*words, env=env)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def start(self, *words: str, env: Mapping[str, str] | None = None, module: str = "lk") -> subprocess.Popen[str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("LK_")}
        return subprocess.Popen(
            [sys.executable, "-m", module, *words],
            env={**inherited, "LK_DATABASE_URL": self.url, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def migrated_file(path: Path) -> Path:
    """Closed, so that the file alone is the database."""
    _migrate(db.SqliteEngine(path))
    return path


def migrated_server(url: str) -> None:
    _migrate(db.PostgresEngine(url))


def _migrate(engine: db.AnyEngine) -> None:
    db.use(engine)
    with clock.fixed_at(moscow(FIRST_DAY)):
        db.run(migrate())
    db.use(None)
