"""Trouble with the mail server is never the letter's: none is lost, none goes in plain text, and at worst one comes
twice under one Message-ID."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lk import db
from lk.notifications import transports
from lk.notifications.actions import queue, send_due
from tests.database import Database
from tests.notifications.conftest import send_by
from tests.notifications.mail_server import Box, mail_server, make_certificate

pytestmark = pytest.mark.usefixtures("own_settings")

NOON, LATER = "2025-07-28T12:00", "2025-07-28T12:10"
TO = "ivanova@example.org"


def _queue(database: Database, *keys: str) -> None:
    async def queued() -> None:
        async with db.write():
            for key in keys:
                await queue("login_changed", TO, key=key)

    database.run(queued(), NOON)


@pytest.fixture
def database_of_two(database: Database) -> Database:
    """Two letters wait."""
    _queue(database, "a", "b")
    return database


def _send(database: Database, at: str = NOON) -> int:
    return database.run(send_due(), at)


def _states(database: Database) -> list[tuple[str, str]]:
    rows: list[dict[str, Any]] = database.rows("SELECT status, last_error FROM messages ORDER BY id")
    return [(row["status"], row["last_error"]) for row in rows]


def test_a_letter_refused_for_good_after_its_text_is_dead_and_the_next_goes_out(
    database: Database, box: Box, smtp: int, trusted: None
) -> None:
    _queue(database, "a")
    box.to_data = "550 no such letters here"
    assert _send(database) == 0
    box.to_data = ""
    _queue(database, "b")

    assert _send(database) == 1
    assert _states(database) == [("dead", "smtp_550"), ("sent", "")]


def test_a_connection_cut_after_the_text_doubles_a_letter_under_one_id_and_loses_none(
    database_of_two: Database, box: Box, smtp: int, trusted: None
) -> None:
    box.is_cut = True
    assert _send(database_of_two) == 0
    assert {status for status, _ in _states(database_of_two)} == {"queued"}
    box.is_cut = False

    assert _send(database_of_two, LATER) == 2
    ids = [letter["Message-ID"] for letter in box.letters]
    assert (len(ids), len(set(ids))) == (3, 2)


def test_a_server_slower_than_our_patience_is_asked_again_later(
    database_of_two: Database, box: Box, smtp: int, trusted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as hurried:
        hurried.setattr(transports, "TIMEOUT_SECONDS", 0.4)
        box.slow_seconds = 1.2
        assert _send(database_of_two) == 0
    assert {status for status, _ in _states(database_of_two)} == {"queued"}
    box.slow_seconds = 0

    assert _send(database_of_two, LATER) == 2


def test_a_trusted_certificate_of_another_server_is_no_certificate_of_this_one(
    database_of_two: Database, box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = make_certificate(tmp_path, "mail.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(others))
    with mail_server(box, others) as port:
        send_by(monkeypatch, port)
        assert _send(database_of_two) == 0

    assert (box.letters, box.was_plain) == ([], False)
    assert {status for status, _ in _states(database_of_two)} == {"queued"}
