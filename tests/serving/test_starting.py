"""What `lk serve` refuses to start on: one sentence, and the file stays as it was."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lk import clock, config, db
from lk.serving import serve
from lk.starting import NotServable, make_ready
from tests.database import Database
from tests.postgres import create_database, drop_database


@pytest.fixture
def place(sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A sound database that the settings name, in a folder that other users may enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    path = folder / "lk.sqlite3"
    shutil.copyfile(sqlite_template, path)
    _name(monkeypatch, f"sqlite:///{path}")
    db.use(db.SqliteEngine(path))
    yield path
    db.use(None)
    config.settings.cache_clear()
    folder.chmod(0o755)
    shutil.rmtree(folder)


def _name(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("LK_DATABASE_URL", url)
    config.settings.cache_clear()


def _refusal() -> str:
    with pytest.raises((NotServable, db.DatabaseError)) as refusal:
        db.run(make_ready())
    return str(refusal.value)


def test_a_sound_database_is_served(place: Path) -> None:
    db.run(make_ready())
    assert len(db.run(db.read("SELECT value FROM settings WHERE name = 'started_at'"))) == 1


def _a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _no_database(path: Path) -> None:
    path.write_text("account_number,holder_name\n" * 1000)


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _cut_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 8192 * 4096)


def _pages_lost(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[8192:-4096] = bytes(len(content) - 12288)
    path.write_bytes(content)


def _a_page_lost(path: Path) -> None:
    """Of one table: the schema and all others are well."""
    connection = sqlite3.connect(path)
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'bills'").fetchone()
    connection.close()
    with path.open("r+b") as opened:
        opened.seek((page - 1) * 4096)
        opened.write(b"\xff" * 4096)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_a_folder, "это папка, а не файл"),
        (_no_database, "это не файл базы данных, восстановите его из копии"),
        (_emptied, "пуста: восстановите её из копии"),
        (_cut_short, "повреждена: восстановите её из копии"),
        (_pages_lost, "повреждена: восстановите её из копии"),
        (_a_page_lost, "повреждена: восстановите её из копии"),
    ],
)
def test_what_is_no_whole_database_is_not_served_and_not_replaced(
    place: Path, spoil: Callable[[Path], None], sentence: str
) -> None:
    spoil(place)
    before = place.read_bytes() if place.is_file() else None
    assert sentence in _refusal()
    assert (place.read_bytes() if place.is_file() else None) == before


@pytest.mark.parametrize(
    ("file", "folder", "sentence"),
    [(0o444, 0o555, "проверьте права"), (0o444, 0o755, "проверьте права"), (0o000, 0o755, "проверьте права")],
)
def test_what_may_not_be_written_or_read_is_not_served(place: Path, file: int, folder: int, sentence: str) -> None:
    place.chmod(file)
    place.parent.chmod(folder)
    me = os.geteuid()
    os.seteuid(me or 65534)
    try:
        assert sentence in _refusal()
    finally:
        os.seteuid(me)


class _Long:
    """An instant that wants a page more than there is."""

    def isoformat(self) -> str:
        return "x" * 9000


def test_a_full_disk_is_said_before_anybody_comes(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = db.SqliteEngine._current_writer

    def cramped(engine: db.SqliteEngine) -> sqlite3.Connection:
        connection = real(engine)
        connection.execute("PRAGMA max_page_count = 1")
        return connection

    monkeypatch.setattr(db.SqliteEngine, "_current_writer", cramped)
    monkeypatch.setattr(clock, "now", _Long)
    assert "на диске нет места" in _refusal()


def test_a_database_of_a_newer_program_is_not_touched(place: Path) -> None:
    connection = sqlite3.connect(place)
    connection.execute("INSERT INTO migration (name, app_name, ran_on) VALUES ('2099-01-01', 'lk', '2099-01-01')")
    connection.commit()
    connection.close()
    assert "от более новой версии lk" in _refusal()


def test_a_servers_database_of_a_newer_program_or_behind_is_not_served(
    postgres_database: Database, postgres_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _name(monkeypatch, postgres_database.url)
    db.run(make_ready())
    postgres_database.change("INSERT INTO migration (name, app_name, ran_on) VALUES ('2099-01-01', 'lk', now())")
    assert "от более новой версии lk" in _refusal()
    empty = create_database(postgres_server)
    db.use(db.PostgresEngine(empty))
    assert "выполните lk migrate" in _refusal()
    db.use(postgres_database.engine)
    drop_database(empty)
    config.settings.cache_clear()


def test_production_makes_no_new_database_where_a_disk_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.security.test_production import ENV

    for name, value in ENV.items():
        monkeypatch.setenv(name, value)
    _name(monkeypatch, f"sqlite:///{tmp_path / 'disk' / 'lk.sqlite3'}")
    try:
        assert "подключите диск с базой" in _refusal()
    finally:
        config.settings.cache_clear()
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_said_before_anything_ticks(place: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(NotServable, match=rf"127\.0\.0\.1:{port} не открыть"):
            serve("127.0.0.1", port)
    assert db.run(db.read("SELECT value FROM settings WHERE name = 'started_at'")) == []


def test_the_refusal_is_one_sentence_and_exit_code_1(place: Path) -> None:
    _no_database(place)
    env = {name: value for name, value in os.environ.items() if not name.startswith("LK_")}
    done = subprocess.run(
        [sys.executable, "-m", "lk", "serve", "--port", "0"],
        env={**env, "LK_DATABASE_URL": f"sqlite:///{place}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(f"lk: база данных {place} не читается")
