"""More that may befall a sender and its mail server: no door opens without TLS, no letter dies of it, none is lost."""

from __future__ import annotations

import gc
import os
import socket
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from lk import db
from lk.config import settings
from lk.identity.tables import User
from lk.notifications import transports
from lk.notifications.actions import OLDEST_DUE, Outgoing, queue_many, send_due
from tests.database import Database, moscow
from tests.notifications.conftest import send_by
from tests.notifications.mail_server import Box, mail_server, make_certificate

pytestmark = pytest.mark.usefixtures("own_settings")

NOON, LATER = "2025-07-28T12:00", "2025-07-28T12:10"
SEND_DUE = "from lk import db; from lk.notifications.actions import send_due; db.run(send_due())"
FIRST = "first@example.org"


def _queue(database: Database, *to: str) -> None:
    async def queued() -> None:
        async with db.write():
            await queue_many([Outgoing("login_changed", each, each) for each in to])

    database.run(queued(), NOON)


@pytest.fixture
def waiting(database: Database) -> Database:
    """Two letters wait."""
    _queue(database, FIRST, "second@example.org")
    return database


def _send(database: Database, at: str = NOON) -> int:
    return database.run(send_due(), at)


def _states(database: Database) -> list[tuple[str, int, str]]:
    rows: list[dict[str, Any]] = database.rows("SELECT status, attempts, last_error FROM messages ORDER BY id")
    return [(row["status"], row["attempts"], row["last_error"]) for row in rows]


def _signed_in(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    monkeypatch.setenv("LK_SMTP_URL", f"smtp://lk:p%40ss@localhost:{port}")
    settings.cache_clear()


@pytest.mark.parametrize("answer", ["454 no TLS just now", "501 no", "502 never heard of it"])
def test_a_server_that_offers_tls_and_then_refuses_it_gets_neither_letter_nor_password(
    waiting: Database, box: Box, smtp: int, trusted: None, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    _signed_in(monkeypatch, smtp)
    box.to_starttls = answer
    assert _send(waiting) == 0

    assert (box.letters, box.logins, box.was_plain) == ([], [], False)
    assert _states(waiting) == [("queued", 1, f"smtp_{answer[:3]}"), ("queued", 0, "")]


def test_the_password_of_the_address_lets_us_in_and_a_changed_one_keeps_letters_waiting(
    waiting: Database, box: Box, smtp: int, trusted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _signed_in(monkeypatch, smtp)
    box.password = "changed"
    assert _send(waiting) == 0
    assert _states(waiting) == [("queued", 1, "smtp_535"), ("queued", 0, "")]
    box.password = "p@ss"

    assert _send(waiting, LATER) == 2
    assert set(box.logins) == {"lk"}


def test_a_server_that_refuses_us_is_hung_up_on_without_waiting_for_its_farewell(
    waiting: Database, box: Box, smtp: int, trusted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _signed_in(monkeypatch, smtp)
    monkeypatch.setattr(transports, "TIMEOUT_SECONDS", 0.3)
    box.password, box.is_deaf = "changed", True
    with warnings.catch_warnings(record=True) as unclosed:
        warnings.simplefilter("always", ResourceWarning)
        assert _send(waiting) == 0
        gc.collect()
    assert [str(each.message) for each in unclosed] == []


@pytest.mark.parametrize("answer", ["421 closing", "550 we know no such company", "530 sign in first"])
def test_a_server_that_takes_nothing_from_us_kills_no_letter(
    waiting: Database, box: Box, smtp: int, trusted: None, answer: str
) -> None:
    box.to_sender = answer
    assert _send(waiting) == 0
    assert _states(waiting) == [("queued", 1, f"smtp_{answer[:3]}"), ("queued", 0, "")]
    box.to_sender = ""

    assert _send(waiting, LATER) == 2


@pytest.mark.parametrize("answer", ["421 closing", "530 sign in first"])
@pytest.mark.parametrize("asked", ["to_recipient", "to_data"])
def test_whatever_it_is_asked_a_server_in_trouble_kills_no_letter(
    waiting: Database, box: Box, smtp: int, trusted: None, asked: str, answer: str
) -> None:
    setattr(box, asked, answer)
    assert _send(waiting) == 0
    assert _states(waiting) == [("queued", 1, f"smtp_{answer[:3]}"), ("queued", 0, "")]
    setattr(box, asked, "")

    assert _send(waiting, LATER) == 2


def test_a_server_that_closes_shop_every_day_for_a_month_kills_no_letter(
    waiting: Database, box: Box, smtp: int, trusted: None
) -> None:
    box.to_data = "421 closing"
    for day in range(1, 31):
        assert _send(waiting, f"2025-08-{day:02}T12:00") == 0
    box.to_data = ""

    assert _send(waiting, "2025-09-01T12:00") == 2


def test_a_letter_that_always_breaks_the_connection_holds_the_others_up_for_a_round(
    waiting: Database, box: Box, smtp: int, trusted: None
) -> None:
    box.is_cut = True
    assert _send(waiting) == 0
    box.is_cut = False

    assert _send(waiting) == 1
    assert [status for status, _, _ in _states(waiting)] == ["queued", "sent"]


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server that takes the call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        send_by(monkeypatch, listening.getsockname()[1])
        yield


def test_a_server_that_says_nothing_is_left_when_patience_ends(
    waiting: Database, silent: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience = transports.TIMEOUT_SECONDS
    monkeypatch.setattr(transports, "TIMEOUT_SECONDS", 0.3)
    began = monotonic()

    assert _send(waiting) == 0
    assert monotonic() - began < patience, "it was the patience of always that ended"
    assert _states(waiting)[1] == ("queued", 0, "")


def test_a_sender_killed_before_the_answer_leaves_its_letter_to_another(
    waiting: Database, box: Box, smtp: int, certificate: Path, tmp_path: Path, trusted: None
) -> None:
    box.slow_seconds = 30
    _kill_midway(waiting, box, tmp_path)
    box.slow_seconds = 0
    assert [status for status, _, _ in _states(waiting)] == ["sending", "queued"]

    assert _send(waiting, "2025-07-28T12:04:59") == 1
    assert _send(waiting, "2025-07-28T12:05:00") == 1
    assert [letter["To"] for letter in box.letters] == [FIRST, "second@example.org", FIRST]
    assert box.letters[0]["Message-ID"] == box.letters[2]["Message-ID"]


def _kill_midway(database: Database, box: Box, folder: Path) -> None:
    (folder / "now").write_text(moscow(NOON).isoformat(), encoding="ascii")
    env = {**os.environ, "LK_DATABASE_URL": database.url, "LK_NOW_FILE": str(folder / "now")}
    with subprocess.Popen([sys.executable, "-c", SEND_DUE], env=env) as sender:
        deadline = monotonic() + 30
        while not box.letters:
            assert sender.poll() is None, "it was over before it could be killed"
            assert monotonic() < deadline
            sleep(0.01)
        sender.kill()


def test_among_ten_thousand_waiting_letters_the_oldest_is_found_by_an_index(database: Database) -> None:
    """As long as the server is down they all wait since the same moment: nothing but the index tells them apart."""
    _queue(database, *(f"{at}@example.org" for at in range(10_000)))
    database.change("ANALYZE messages")
    is_sqlite = database.url.startswith("sqlite")
    now: str | datetime = NOON if is_sqlite else moscow(NOON)

    plan = database.rows(("EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN ") + OLDEST_DUE, now)

    steps = " ".join(str(value) for row in plan for value in row.values())
    assert "messages_due" in steps
    assert not any(sorting in steps for sorting in ("TEMP B-TREE", "Sort", "Seq Scan"))


def test_a_letter_refused_for_good_after_its_text_is_dead_and_the_next_goes_out(
    database: Database, box: Box, smtp: int, trusted: None
) -> None:
    _queue(database, FIRST)
    box.to_data = "550 no such letters here"
    assert _send(database) == 0
    box.to_data = ""
    _queue(database, "second@example.org")

    assert _send(database) == 1
    assert _states(database) == [("dead", 1, "smtp_550"), ("sent", 1, "")]


def test_a_connection_cut_after_the_text_doubles_a_letter_under_one_id_and_loses_none(
    waiting: Database, box: Box, smtp: int, trusted: None
) -> None:
    box.is_cut = True
    assert _send(waiting) == 0
    assert {status for status, _, _ in _states(waiting)} == {"queued"}
    box.is_cut = False

    assert _send(waiting, LATER) == 2
    ids = [letter["Message-ID"] for letter in box.letters]
    assert (len(ids), len(set(ids))) == (3, 2)


def test_a_server_slower_than_our_patience_is_asked_again_later(
    waiting: Database, box: Box, smtp: int, trusted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as hurried:
        hurried.setattr(transports, "TIMEOUT_SECONDS", 1.5)
        box.slow_seconds = 3.0
        assert _send(waiting) == 0
    assert {status for status, _, _ in _states(waiting)} == {"queued"}
    box.slow_seconds = 0

    assert _send(waiting, LATER) == 2


def test_a_trusted_certificate_of_another_server_is_no_certificate_of_this_one(
    waiting: Database, box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = make_certificate(tmp_path, "mail.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(others))
    with mail_server(box, others) as port:
        send_by(monkeypatch, port)
        assert _send(waiting) == 0

    assert (box.letters, box.was_plain) == ([], False)
    assert {status for status, _, _ in _states(waiting)} == {"queued"}


def test_trouble_with_the_database_is_not_the_letters_either(
    sqlite_database: Database, box: Box, smtp: int, trusted: None
) -> None:
    async def queued() -> None:
        async with db.write():
            await User.insert(User(id=1, email=FIRST, created_at=moscow(NOON)))
            await queue_many([Outgoing("login_changed", FIRST, "a", user_id=1)])

    sqlite_database.run(queued(), NOON)
    sqlite_database.change("ALTER TABLE users RENAME TO users_away")
    with pytest.raises(sqlite3.Error):
        _send(sqlite_database)
    sqlite_database.change("ALTER TABLE users_away RENAME TO users")

    assert _send(sqlite_database, LATER) == 1
