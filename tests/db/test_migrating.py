"""The schema is brought up to date whole, once, whoever asks."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from lk import db
from lk.migrating import migrate, pending
from tests.db.notes import rows_from_outside

MIGRATION = """
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from lk import db

ID = "{id}"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="lk", description="")
    manager.add_raw(change)
    return manager


async def change():
    {body}
"""
REBUILD = """
for statement in (
    "CREATE TABLE new_parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
    "INSERT INTO new_parent SELECT id, 'x' FROM parent WHERE id {kept}",
    "DROP TABLE parent",
    "ALTER TABLE new_parent RENAME TO parent",
):
    await db.execute(statement)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "migrations"
    path.mkdir()
    return path


def put(folder: Path, migration_id: str, body: str) -> None:
    lines = dedent(body).strip().replace("\n", "\n    ")
    (folder / f"m_{migration_id}.py").write_text(MIGRATION.format(id=migration_id, body=lines))


def test_pending_migrations_are_applied_once_oldest_first(engine: db.AnyEngine, folder: Path) -> None:
    put(folder, "2026-02", 'await db.execute("INSERT INTO town (id) VALUES (1)")')
    put(folder, "2026-01", 'await db.execute("CREATE TABLE town (id BIGINT)")')
    (folder / "helper.py").write_text("")

    async def story() -> None:
        assert await pending(folder) == ["2026-01", "2026-02"]
        assert await migrate(folder) == ["2026-01", "2026-02"]
        assert await pending(folder) == []
        assert await migrate(folder) == []

    db.run(story())


def test_a_migration_that_fails_leaves_nothing_of_itself(engine: db.AnyEngine, folder: Path) -> None:
    put(folder, "2026-01", 'await db.execute("CREATE TABLE town (id BIGINT)")')
    put(folder, "2026-02", 'await db.execute("CREATE TABLE half (id BIGINT)")\nraise ValueError("broken")')

    async def story() -> None:
        with pytest.raises(ValueError, match="broken"):
            await migrate(folder)
        assert await pending(folder) == ["2026-02"]
        assert await rows_from_outside(engine, "SELECT * FROM town") == []
        put(folder, "2026-02", 'await db.execute("CREATE TABLE half (id BIGINT)")')
        assert await migrate(folder) == ["2026-02"]

    db.run(story())


def test_nothing_is_printed(engine: db.AnyEngine, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(folder, "2026-01", 'await db.execute("CREATE TABLE town (id BIGINT)")')
    db.run(migrate(folder))
    assert capsys.readouterr() == ("", "")


PROGRAM = """
import sys
from pathlib import Path
from lk import db, migrating
where, folder = sys.argv[1:]
db.use(db.PostgresEngine(where) if where.startswith("postgres") else db.SqliteEngine(where))
print(*db.run(migrating.migrate(Path(folder))))
"""


def test_two_processes_that_migrate_at_once_share_the_work(engine: db.AnyEngine, folder: Path) -> None:
    for number in range(1, 6):
        put(folder, f"2026-0{number}", f'await db.execute("CREATE TABLE t{number} (id BIGINT)")')
    where = str(engine.file.path) if isinstance(engine, db.SqliteEngine) else engine.url
    command = [sys.executable, "-c", PROGRAM, where, str(folder)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=60)[0].split() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(said[0] + said[1]) == [f"2026-0{number}" for number in range(1, 6)]


def test_a_table_others_point_to_may_be_rebuilt(sqlite: db.SqliteEngine, folder: Path) -> None:
    db.run(_parent_and_child())
    put(folder, "2026-01", REBUILD.format(kept="> 0"))
    assert db.run(migrate(folder)) == ["2026-01"]
    assert asyncio.run(rows_from_outside(sqlite, "SELECT parent_id FROM child")) == [(1,)]


def test_a_rebuild_that_leaves_rows_pointing_nowhere_is_undone(sqlite: db.SqliteEngine, folder: Path) -> None:
    db.run(_parent_and_child())
    put(folder, "2026-01", REBUILD.format(kept="> 1"))
    with pytest.raises(db.CONSTRAINT_ERRORS, match="point nowhere"):
        db.run(migrate(folder))
    assert asyncio.run(rows_from_outside(sqlite, "SELECT id FROM parent")) == [(1,)]


async def _parent_and_child() -> None:
    async with db.write():
        await db.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        await db.execute("CREATE TABLE child (parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE)")
        await db.execute("INSERT INTO parent VALUES (1)")
        await db.execute("INSERT INTO child VALUES (1)")


def test_lks_own_schema_is_made_from_nothing(tmp_path: Path) -> None:
    engine = db.SqliteEngine(tmp_path / "var" / "lk.sqlite3")
    db.use(engine)
    try:
        assert db.run(migrate())
        assert db.run(pending()) == []
        assert os.listdir(engine.file.path.parent) == ["lk.sqlite3"]
    finally:
        db.use(None)
