"""Copies of an embedded database and the way back."""

from __future__ import annotations

import json
import sqlite3
import stat
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import sleep
from zipfile import ZipFile

import pytest

from lk import clock, db
from lk.backups import sqlite_copy
from lk.backups.actions import back_up, restore
from lk.backups.archive import BackupError, Manifest, pack, put_in_place
from lk.payments.catching_up import owed_since
from tests.database import Database, moscow

AT = moscow("2025-07-20T12:00")


def _quiet(_: int, __: int) -> None:
    """Nobody watches."""


@pytest.fixture
def place(sqlite_database: Database) -> Path:
    """Where the database lies."""
    return Path(sqlite_database.url.removeprefix("sqlite:///"))


@pytest.fixture
def copy(place: Path, tmp_path: Path) -> Path:
    with clock.fixed_at(AT):
        back_up(tmp_path / "copy.lk", _quiet)
    return tmp_path / "copy.lk"


def _away(place: Path) -> None:
    for path in place.parent.glob(f"{place.name}*"):
        path.unlink()


def test_it_is_one_file_for_its_owner_only_and_tells_what_it_is(copy: Path) -> None:
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [path.name for path in copy.parent.iterdir() if path.name.startswith(".")] == []
    with ZipFile(copy) as zipped:
        told = json.loads(zipped.read("manifest.json"))
        assert zipped.namelist() == ["manifest.json", "lk.sqlite3"]
        assert zipped.testzip() is None
    assert (told["engine"], told["taken_at"]) == ("sqlite", "2025-07-20T09:00:00+00:00")
    assert told["schema"][0] == "2026-11-22T09:00:00:000000"


def test_it_replaces_nothing(copy: Path) -> None:
    before = copy.read_bytes()
    with pytest.raises(BackupError, match="уже есть"):
        back_up(copy, _quiet)
    assert copy.read_bytes() == before


def test_a_file_that_came_meanwhile_is_not_replaced_either(tmp_path: Path) -> None:
    made, target = tmp_path / "made", tmp_path / "target"
    made.write_text("new")
    target.write_text("old")
    with pytest.raises(FileExistsError):
        put_in_place(made, target)
    assert target.read_text() == "old"


def test_writers_go_on_while_it_is_made_and_it_holds_one_moment(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pairs are written together all the while: the copy has both halves of each or neither."""
    monkeypatch.setattr(sqlite_copy, "PAGES_AT_ONCE", 8)
    monkeypatch.setattr(sqlite_copy, "PAUSE_SECONDS", 0.005)
    connection = sqlite3.connect(place)
    connection.execute("CREATE TABLE halves (pair INTEGER, half TEXT)")
    connection.commit()
    connection.close()
    stop = threading.Event()
    written: list[str] = []

    def writing() -> None:
        writer = sqlite3.connect(place, isolation_level=None)
        while not stop.is_set() and len(written) < 500:
            writer.execute("BEGIN IMMEDIATE")
            for half in ("left", "right"):
                writer.execute("INSERT INTO halves VALUES (?, ?)", (len(written), half))
                sleep(0.001)
            writer.execute("COMMIT")
            written.append(half)
        writer.close()

    thread = threading.Thread(target=writing)
    thread.start()
    while len(written) < 3:
        sleep(0.001)
    seen: list[int] = []
    back_up(tmp_path / "copy.lk", lambda done, _: seen.append(len(written)))
    stop.set()
    thread.join()
    assert seen[-1] - seen[0] > 5, "writers had to wait"
    with ZipFile(tmp_path / "copy.lk") as zipped:
        zipped.extract("lk.sqlite3", tmp_path / "out")
    pairs = sqlite3.connect(tmp_path / "out" / "lk.sqlite3")
    rows = pairs.execute("SELECT pair, count(*) FROM halves GROUP BY pair").fetchall()
    pairs.close()
    assert 3 <= len(rows) <= seen[0] + 1
    assert {count for _, count in rows} == {2}


def test_a_damaged_database_makes_no_copy_that_passes_for_one(place: Path, tmp_path: Path) -> None:
    """An index that misses a row is read by nobody until it is too late."""
    connection = sqlite3.connect(place)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("CREATE TABLE odd (a)")
    connection.execute("CREATE INDEX odd_a ON odd (a)")
    connection.executemany("INSERT INTO odd VALUES (?)", [(at,) for at in range(10)])
    connection.execute(
        "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'users') "
        "WHERE name = 'odd_a'"
    )
    connection.commit()
    connection.close()
    with pytest.raises(BackupError, match="повреждена"):
        back_up(tmp_path / "copy.lk", _quiet)
    assert not (tmp_path / "copy.lk").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_put_back_it_is_the_database_again_and_charges_wait_for_the_acquirer(copy: Path, place: Path) -> None:
    _away(place)
    with clock.fixed_at(AT + timedelta(hours=6)):
        restore(copy)
    db.use(db.SqliteEngine(place))
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert db.run(owed_since()) == AT - timedelta(minutes=10)
    assert len(db.run(db.read("SELECT * FROM settings WHERE name = 'first_period'"))) == 1


def test_whoever_was_signed_in_is_not_any_more(sqlite_database: Database, place: Path, tmp_path: Path) -> None:
    """What ended after the copy would live again."""
    sqlite_database.change(
        "INSERT INTO users (email, created_at) VALUES ('a@b.example', '2025-07-01 00:00:00+00:00')",
        "INSERT INTO sessions (token_hash, user_id, created_at, used_at, ends_at, device, address) SELECT 'x', id, "
        "created_at, created_at, '2035-01-01 00:00:00+00:00', '', '' FROM users",
    )
    back_up(tmp_path / "copy.lk", _quiet)
    _away(place)
    with clock.fixed_at(AT):
        restore(tmp_path / "copy.lk")
    db.use(db.SqliteEngine(place))
    (session,) = db.run(db.read("SELECT ends_at FROM sessions"))
    assert session["ends_at"] == AT


@pytest.mark.parametrize("ending", ["", "-wal", "-journal"])
def test_nothing_is_put_over_a_database_or_what_is_left_of_one(copy: Path, place: Path, ending: str) -> None:
    _away(place)
    left = place.with_name(place.name + ending)
    left.write_bytes(b"of the other one")
    with pytest.raises(BackupError, match="уберите его в сторону"):
        restore(copy)
    assert left.read_bytes() == b"of the other one"
    assert [path.name for path in place.parent.glob(f"{place.name}*")] == [left.name]


def _not_a_zip(copy: Path) -> None:
    copy.write_bytes(b"SQLite format 3\x00" * 100)


def _cut_short(copy: Path) -> None:
    copy.write_bytes(copy.read_bytes()[:-2000])


def _a_byte_changed(copy: Path) -> None:
    content = bytearray(copy.read_bytes())
    content[len(content) // 2] ^= 0xFF
    copy.write_bytes(content)


def _another_zip(copy: Path) -> None:
    with ZipFile(copy, "w") as zipped:
        zipped.writestr("manifest.json", '{"format": "something else"}')


def _missing(copy: Path) -> None:
    copy.unlink()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_not_a_zip, "это не копия"),
        (_cut_short, "это не копия"),
        (_a_byte_changed, "файл повреждён"),
        (_another_zip, "это не копия"),
        (_missing, "такого файла нет"),
    ],
)
def test_what_is_no_whole_copy_is_not_put_back(
    copy: Path, place: Path, spoil: Callable[[Path], None], sentence: str
) -> None:
    _away(place)
    spoil(copy)
    with pytest.raises(BackupError, match=sentence):
        restore(copy)
    assert list(place.parent.glob(f"{place.name}*")) == []
    assert list(place.parent.glob(".lk-*")) == []


@pytest.fixture
def inside(copy: Path, tmp_path: Path) -> Path:
    """The database of the copy, taken out."""
    with ZipFile(copy) as zipped:
        return Path(zipped.extract("lk.sqlite3", tmp_path / "inside"))


def test_a_copy_of_a_newer_program_is_refused(place: Path, inside: Path) -> None:
    schema = (*sqlite_copy.schema_of(inside), "2099-01-01T00:00:00:000000")
    pack(Manifest("9.0", "sqlite", AT, schema), inside, inside.with_name("newer.lk"))
    _away(place)
    with pytest.raises(BackupError, match=r"более новой версией lk \(9\.0\)"):
        restore(inside.with_name("newer.lk"))
    assert not place.exists()


def test_a_copy_of_an_older_program_is_brought_up(place: Path, inside: Path) -> None:
    indexes = "2026-11-27T04:00:00:000000"
    older = sqlite3.connect(inside)
    older.execute("DELETE FROM migration WHERE name = ?", (indexes,))
    older.execute("DROP INDEX messages_waiting")
    older.commit()
    older.close()
    pack(Manifest("0.0", "sqlite", AT, sqlite_copy.schema_of(inside)), inside, inside.with_name("older.lk"))
    _away(place)
    restore(inside.with_name("older.lk"))
    assert indexes in sqlite_copy.schema_of(place)
    db.use(db.SqliteEngine(place))
    assert db.run(db.read("SELECT name FROM sqlite_master WHERE name = 'messages_waiting'"))


def test_a_copy_from_another_engine_is_refused(copy: Path) -> None:
    db.use(db.PostgresEngine("postgresql://lk@127.0.0.1:1/lk"))
    with pytest.raises(BackupError, match="копия сделана в sqlite"):
        restore(copy)


def test_the_time_of_the_newest_copy_is_kept_for_the_watch(copy: Path, sqlite_database: Database) -> None:
    (row,) = sqlite_database.rows("SELECT value FROM settings WHERE name = 'backed_up_at'")
    assert row["value"] == "2025-07-20T09:00:00+00:00"


def test_an_empty_database_is_not_worth_a_copy(tmp_path: Path) -> None:
    db.use(db.SqliteEngine(tmp_path / "none.sqlite3"))
    try:
        with pytest.raises(db.DatabaseUnavailable, match="не найдена"):
            back_up(tmp_path / "copy.lk", _quiet)
    finally:
        db.use(None)
    assert list(tmp_path.iterdir()) == []
