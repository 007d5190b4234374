"""The SQLite file: how it is opened, and what is said when it cannot be."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import active_count

import pytest

from lk import db
from tests.db.notes import Note, add, make_tables, stored


def test_a_missing_file_is_said_and_not_made(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.sqlite3"
    for work in (db.read("SELECT 1 AS one"), Note.insert(Note(key="a")).run()):
        db.use(db.SqliteEngine(path))
        with pytest.raises(db.DatabaseUnavailable, match=r"nowhere\.sqlite3 не найдена: её создаёт команда lk migrate"):
            db.run(work)
    assert not path.exists()


def test_making_an_engine_touches_no_file(tmp_path: Path) -> None:
    db.SqliteEngine(tmp_path / "var" / "lk.sqlite3")
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_is_for_its_owner_only_and_is_never_emptied(tmp_path: Path) -> None:
    engine = db.SqliteEngine(tmp_path / "var" / "lk.sqlite3")
    engine.create()
    assert engine.file.path.stat().st_mode & 0o777 == 0o600
    db.use(engine)
    db.run(make_tables())
    engine.create()
    assert db.run(db.read("SELECT id FROM note")) == []


def test_every_connection_has_the_same_settings(sqlite: db.SqliteEngine) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0}

    async def told() -> dict[str, object]:
        return {name: (await db.read(f"PRAGMA {name}"))[0][name] for name in wanted}

    async def story() -> None:
        assert await told() == wanted
        async with db.write():
            assert await told() == wanted

    db.run(story())


def test_a_file_that_is_no_database_is_said_to_be_none(sqlite: db.SqliteEngine) -> None:
    for leftover in sqlite.file.path.parent.glob("lk.sqlite3-*"):
        leftover.unlink()
    sqlite.file.path.write_bytes(b"not a database " * 1000)
    with pytest.raises(db.DatabaseUnavailable, match="не файл базы данных"):
        db.run(db.read("SELECT 1 AS one"))


def test_a_damaged_file_is_said_to_be_damaged(sqlite: db.SqliteEngine) -> None:
    pages = bytearray(sqlite.file.path.read_bytes())
    pages[4096:] = b"\xff" * len(pages[4096:])
    sqlite.file.path.write_bytes(pages)
    with pytest.raises(db.DatabaseUnavailable, match="повреждена"):
        db.run(db.read("SELECT * FROM note"))


def test_a_full_disk_fails_the_write_and_the_next_one_succeeds_when_there_is_room(sqlite: db.SqliteEngine) -> None:
    async def write_much() -> None:
        async with db.write():
            await add("before")
            rows = [("x" * 200 + str(number),) for number in range(5000)]
            await db.write_many("INSERT INTO note (key, amount, is_read) VALUES ({}, 0, 0)", rows)
            await add("after")

    async def story() -> None:
        async with db.write():
            await db.read("PRAGMA max_page_count = 40")
        with pytest.raises(db.DatabaseUnavailable, match="на диске нет места"):
            await write_much()
        async with db.write():
            await db.read("PRAGMA max_page_count = 100000")
        await add("next")

    db.run(story())
    assert stored(sqlite) == {"next": 0}


def test_a_transaction_the_database_ended_by_itself_takes_no_further_statement(sqlite: db.SqliteEngine) -> None:
    async def story() -> None:
        await add("twice")
        with pytest.raises(db.TransactionLost):
            async with db.write():
                await add("a")
                with pytest.raises(sqlite3.IntegrityError):
                    await db.execute("INSERT OR ROLLBACK INTO note (key, amount, is_read) VALUES ('twice', 0, 0)")
                await add("alone")

    db.run(story())
    assert stored(sqlite) == {"twice": 0}


def test_a_read_only_file_is_said_to_be_read_only() -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        engine = db.SqliteEngine(folder / "lk.sqlite3")
        engine.create()
        db.use(engine)
        db.run(make_tables())
        with _rights_of_a_reader(folder, engine.file.path):
            for work in (add("a"), db.read("SELECT 1 AS one")):
                with pytest.raises(db.DatabaseUnavailable, match="проверьте права на файл и его папку"):
                    db.run(work)
    finally:
        shutil.rmtree(folder)


@contextmanager
def _rights_of_a_reader(folder: Path, file: Path) -> Iterator[None]:
    """For root, who may write everything, by being somebody else meanwhile."""
    folder.chmod(0o555)
    file.chmod(0o444)
    me = os.geteuid()
    os.seteuid(me or 65534)
    try:
        yield
    finally:
        os.seteuid(me)
        folder.chmod(0o755)


def test_a_file_put_in_the_place_of_the_open_one_is_the_one_written_to(sqlite: db.SqliteEngine) -> None:
    copy = sqlite.file.path.with_suffix(".copy")

    async def story() -> None:
        await db.read("SELECT 1 AS one")
        shutil.copy(sqlite.file.path, copy)
        await add("to the old file")
        for leftover in sqlite.file.path.parent.glob("lk.sqlite3-*"):
            leftover.unlink()
        copy.rename(sqlite.file.path)
        await add("to the new file")
        assert [row["key"] for row in await db.read("SELECT key FROM note")] == ["to the new file"]

    db.run(story())
    assert stored(sqlite) == {"to the new file": 0}


def test_bulk_work_off_the_loop_is_interrupted_by_a_cancellation_and_undone(sqlite: db.SqliteEngine) -> None:
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

    async def story() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2), db.write():
                await add("undone")
                await db.run_in_writer(lambda connection: connection.execute(endless).fetchall())
        async with db.write():
            insert = "INSERT INTO note (key, amount, is_read) VALUES ('a', 1, 0)"
            assert await db.run_in_writer(lambda connection: connection.execute(insert).rowcount) == 1

    db.run(story())
    assert stored(sqlite) == {"a": 1}


def test_close_ends_the_worker_thread(sqlite: db.SqliteEngine) -> None:
    before = active_count()

    async def story() -> None:
        await add("a")
        assert active_count() == before + 1
        await db.close()

    asyncio.run(story())
    assert active_count() == before
