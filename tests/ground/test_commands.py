"""The command line says in one sentence what it can't do, and its exit code says how badly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ground.test_config import PRODUCTION


def lk(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LK_")}
    settings = {"LK_DATABASE_URL": f"sqlite:///{folder / 'lk.sqlite3'}", **env}
    return subprocess.run(
        [sys.executable, "-m", "lk", *words],
        env={**kept, **settings},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("bill",),
        ("import", "cats", "x.csv"),
        ("export", "bills", "--period", "2026-13"),
        ("export", "print-run", "--period", "2026-11"),
        ("export", "print-run", "-o", "x.zip"),
        ("cycle", "run", "--at", "yesterday"),
        ("serve", "--port", "http"),
        ("demo", "--accounts", "0"),
    ],
)
def test_a_wrong_word_is_wrong_usage(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = lk(tmp_path, *words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("verify",),
        ("cycle", "run"),
        ("cycle", "status"),
        ("export", "bills"),
        ("agent", "add", "a.b", "--role", "admin"),
    ],
)
def test_without_a_database_one_sentence_says_how_to_make_it(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = lk(tmp_path, *words)
    assert done.returncode == 1
    assert "lk migrate" in done.stderr
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.glob("*.sqlite3")) == []


def test_a_demonstration_is_not_for_the_network(tmp_path: Path) -> None:
    done = lk(tmp_path, "serve", "--host", "0.0.0.0")
    assert done.returncode == 1
    assert "127.0.0.1" in done.stderr


def test_production_does_not_run_ahead_of_time(tmp_path: Path) -> None:
    assert lk(tmp_path, "migrate", **PRODUCTION).returncode == 0
    done = lk(tmp_path, "cycle", "run", "--at", "2999-01-01T00:00", **PRODUCTION)
    assert done.returncode == 1
    assert lk(tmp_path, "export", "bills", **PRODUCTION).stdout.count("\n") == 1


def test_production_has_no_demo_town(tmp_path: Path) -> None:
    assert lk(tmp_path, "demo", **PRODUCTION).returncode == 1
    assert list(tmp_path.glob("*.sqlite3")) == []


def test_a_month_can_be_run_twice(tmp_path: Path) -> None:
    now = tmp_path / "now"
    now.write_text("2026-03-20T12:00:00+03:00", encoding="ascii")
    assert lk(tmp_path, "migrate", LK_NOW_FILE=str(now)).returncode == 0
    first = lk(tmp_path, "cycle", "run", "--at", "2026-03-26T00:00", LK_NOW_FILE=str(now))
    again = lk(tmp_path, "cycle", "run", "--at", "2026-03-26T00:00", LK_NOW_FILE=str(now))
    assert first.returncode == again.returncode == 0
    assert first.stdout.count("сделано") == 6
    assert again.stdout == "всё уже сделано\n"


def test_a_month_before_the_first_billed_one_is_said_to_be_out_of_reach(tmp_path: Path) -> None:
    now = tmp_path / "now"
    now.write_text("2026-03-20T12:00:00+03:00", encoding="ascii")
    lk(tmp_path, "migrate", LK_NOW_FILE=str(now))
    done = lk(tmp_path, "cycle", "run", "--at", "2025-07-26T00:00", LK_NOW_FILE=str(now))
    assert done.stdout == "первый расчётный месяц — 2026-03: более ранние не считаются\n"
