"""Copies of a server's database, by its own tools."""

from __future__ import annotations

import json
import stat
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest

from lk import clock, db
from lk.backups.actions import back_up, restore
from lk.backups.archive import BackupError
from lk.backups.postgres_copy import secrets_of, without_password
from lk.payments.catching_up import owed_since
from tests.database import Database, moscow
from tests.postgres import create_database, drop_database

AT = moscow("2025-07-20T12:00")


def _quiet(_: int, __: int) -> None:
    """Nobody watches."""


@pytest.fixture
def empty(postgres_server: str) -> Iterator[str]:
    url = create_database(postgres_server)
    yield url
    drop_database(url)


@pytest.fixture
def copy(postgres_database: Database, tmp_path: Path) -> Path:
    postgres_database.change("INSERT INTO settings (name, value) VALUES ('of the copy', 'yes')")
    with clock.fixed_at(AT):
        back_up(tmp_path / "copy.lk", _quiet)
    return tmp_path / "copy.lk"


def test_it_goes_into_an_empty_database_and_nowhere_else(copy: Path, empty: str) -> None:
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with pytest.raises(BackupError, match="в базе уже что-то есть"):
        restore(copy)
    db.use(db.PostgresEngine(empty))
    with clock.fixed_at(AT + timedelta(hours=6)):
        restore(copy)
    assert db.run(db.read("SELECT value FROM settings WHERE name = 'of the copy'")) == [{"value": "yes"}]
    assert db.run(owed_since()) == AT - timedelta(minutes=10)


def test_a_copy_that_is_damaged_leaves_the_database_empty(copy: Path, empty: str, tmp_path: Path) -> None:
    with ZipFile(copy) as zipped:
        told, dumped = json.loads(zipped.read("manifest.json")), zipped.read("lk.pg_dump")
    with ZipFile(tmp_path / "bad.lk", "w") as zipped:
        zipped.writestr("manifest.json", json.dumps(told))
        zipped.writestr("lk.pg_dump", dumped[: len(dumped) * 2 // 3])
    db.use(db.PostgresEngine(empty))
    with pytest.raises(BackupError, match="pg_restore отказался"):
        restore(tmp_path / "bad.lk")
    assert db.run(db.read("SELECT count(*) AS n FROM pg_class WHERE relname = 'accounts'")) == [{"n": 0}]


def test_without_its_tools_one_sentence_says_what_to_install(
    postgres_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match="нет программы pg_dump: установите клиент PostgreSQL"):
        back_up(tmp_path / "copy.lk", _quiet)
    assert list(tmp_path.iterdir()) == []


def test_the_password_never_stands_on_a_command_line(
    postgres_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    password = postgres_database.url.split("@")[0].rpartition(":")[2]
    real, lines = subprocess.run, []

    def run(command: list[str], **more: object) -> object:
        lines.append(" ".join(command))
        return real(command, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", run)
    back_up(tmp_path / "copy.lk", _quiet)
    assert len(lines) == 2
    assert password not in "".join(lines)


@pytest.mark.parametrize(
    ("url", "shown", "password"),
    [
        ("postgresql://lk:p%40ss@db.example:5433/lk", "postgresql://lk@db.example:5433/lk", "p@ss"),
        ("postgres://lk@near/lk?password=word&sslmode=disable", "postgresql://lk@near/lk?sslmode=disable", "word"),
        ("postgresql:///lk?host=/run/postgresql", "postgresql:///lk?host=/run/postgresql", None),
    ],
)  # fmt: skip
def test_what_is_shown_and_what_is_kept_of_an_address(url: str, shown: str, password: str | None) -> None:
    assert without_password(url) == shown
    assert secrets_of(url).get("PGPASSWORD") == password


def test_a_server_elsewhere_is_verified_as_by_lk_itself() -> None:
    assert secrets_of("postgresql://lk:x@db.example/lk")["PGSSLMODE"] == "verify-full"
    assert "PGSSLMODE" not in secrets_of("postgresql://lk:x@db.example/lk?sslmode=require")
    assert "PGSSLMODE" not in secrets_of("postgresql://lk:x@127.0.0.1/lk")
