"""Letters leave the outbox: each once, by verified TLS, and none is lost."""

from __future__ import annotations

import asyncio
from email import message_from_bytes, policy
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from lk import db
from lk.config import settings
from lk.notifications import actions
from lk.notifications.actions import Link, Outgoing, queue, queue_many, send_due
from tests.database import Database, moscow
from tests.notifications.conftest import send_by
from tests.notifications.mail_server import Box, mail_server

pytestmark = pytest.mark.usefixtures("own_settings")

NOON = "2025-07-28T12:00"
TO = "ivanova@example.org"


def _queue(database: Database, *keys: str, to: str = TO, kind: str = "readings_wanted") -> None:
    async def queued() -> None:
        async with db.write():
            for key in keys:
                link = Link("/register/first-sign-in/{token}", ("first_sign_in", 7))
                await queue(kind, to, key=key, link=link, period="2025-07", until="2025-08-25")

    database.run(queued(), NOON)


def _send(database: Database, at: str = NOON) -> int:
    return database.run(send_due(), at)


def _rows(database: Database) -> list[dict[str, Any]]:
    return database.rows("SELECT * FROM messages ORDER BY id")


def _states(database: Database) -> list[tuple[str, str]]:
    return [(row["status"], row["last_error"]) for row in _rows(database)]


def test_a_letter_goes_out_once_by_tls(database: Database, box: Box, smtp: int, trusted: None) -> None:
    _queue(database, "a", "a", "b")

    assert (_send(database), _send(database)) == (2, 0)

    assert _states(database) == [("sent", ""), ("sent", "")]
    assert [letter["To"] for letter in box.letters] == [TO, TO]
    assert [letter["Subject"] for letter in box.letters] == ["Пора передать показания"] * 2
    assert not box.was_plain


def test_many_letters_are_queued_once_each(database: Database) -> None:
    letters = [Outgoing("payment_due", TO, key) for key in ("a", "b", "a")]

    async def queued() -> None:
        for _ in range(2):
            async with db.write():
                await queue_many(letters)

    database.run(queued(), NOON)

    assert [row["key"] for row in _rows(database)] == ["a", "b"]


def test_text_and_html_say_the_same_words(database: Database, box: Box, smtp: int, trusted: None) -> None:
    _queue(database, "a")
    _send(database)
    (letter,) = box.letters
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None
    assert html is not None

    shown = " ".join(_visible(html.get_content()).split())
    for line in text.get_content().splitlines():
        if not line.startswith("http"):
            assert " ".join(line.removesuffix(":").split()) in shown
    assert "/register/first-sign-in/" in html.get_content()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def _visible(html: str) -> str:
    words = _Words()
    words.feed(html)
    return " ".join(words.found)


def test_the_outbox_keeps_no_token_but_the_letter_has_it(
    database: Database, box: Box, smtp: int, trusted: None
) -> None:
    _queue(database, "a")
    _send(database)
    body = box.letters[0].get_body(("plain",))
    assert body is not None
    url = next(line for line in body.get_content().splitlines() if line.startswith("http"))
    token = url.rpartition("/")[2]

    assert len(token) >= 43
    assert not any(token in str(value) for row in _rows(database) for value in row.values())


def test_while_the_server_is_down_letters_wait_with_growing_pauses_and_go_out_when_it_is_back(
    database: Database, box: Box, certificate: Path, trusted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_by(monkeypatch, 1)
    _queue(database, "a", "b")
    waits = []
    moments = ["2025-07-28T12:00", "2025-07-28T12:01", "2025-07-28T12:06", "2025-07-28T12:21", "2025-07-28T13:21"]
    for moment in moments:
        _send(database, moment)
        _send(database, moment)
        row = _rows(database)[0]
        assert row["status"] == "queued"
        waits.append((row["next_at"] - moscow(moment)).total_seconds() / 60)
    assert waits == [1, 5, 15, 60, 180]

    _send(database, "2025-08-04T12:00")
    assert {status for status, _ in _states(database)} == {"queued"}
    with mail_server(box, certificate) as port:
        send_by(monkeypatch, port)
        assert _send(database, "2025-08-05T12:00") == 2


def test_a_server_that_is_down_is_asked_once_a_round(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    send_by(monkeypatch, 1)
    _queue(database, *(str(at) for at in range(20)))

    _send(database)

    assert [row["attempts"] for row in _rows(database)] == [1] + [0] * 19


def test_a_letter_refused_for_now_is_sent_later_with_the_same_message_id(
    database: Database, box: Box, smtp: int, trusted: None
) -> None:
    _queue(database, "a")
    box.to_data = "451 try again later"
    assert _send(database) == 0
    assert _states(database) == [("queued", "smtp_451")]
    box.to_data = ""
    assert _send(database) == 0
    assert _send(database, "2025-07-28T12:01") == 1

    database.change("UPDATE messages SET status = 'queued'")
    assert _send(database, "2025-07-28T12:06") == 1
    assert box.letters[0]["Message-ID"] == box.letters[1]["Message-ID"]


def test_a_letter_refused_for_three_days_is_given_up(database: Database, box: Box, smtp: int, trusted: None) -> None:
    box.to_recipient = "451 grey"
    _queue(database, "a")
    for moment in ("2025-07-28T12:00", "2025-07-31T11:59", "2025-07-31T18:00"):
        _send(database, moment)

    assert _states(database) == [("dead", "smtp_451")]


def test_a_letter_refused_for_good_is_dead_and_holds_nobody_up(
    database: Database, box: Box, smtp: int, trusted: None
) -> None:
    _queue(database, "a")
    box.to_recipient = "550 no such mailbox"
    _send(database)
    box.to_recipient = ""
    _queue(database, "b")

    assert _send(database) == 1
    assert _states(database) == [("dead", "smtp_550"), ("sent", "")]


def test_a_letter_that_cannot_be_written_is_dead_and_holds_nobody_up(database: Database) -> None:
    _queue(database, "a", kind="no_such_letter")
    _queue(database, "b")

    assert _send(database) == 1
    assert _states(database) == [("dead", "unwritable"), ("sent", "")]


def test_without_tls_nothing_is_sent(database: Database, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    _queue(database, "a")
    with mail_server(box, None) as port:
        send_by(monkeypatch, port)
        assert _send(database) == 0

    assert (box.letters, box.was_plain) == ([], False)
    assert _rows(database)[0]["status"] == "queued"


def test_to_a_server_whose_certificate_nobody_vouches_for_nothing_is_sent(
    database: Database, box: Box, smtp: int
) -> None:
    _queue(database, "a")

    assert _send(database) == 0
    assert box.letters == []
    assert _rows(database)[0]["status"] == "queued"


@pytest.mark.parametrize(
    "to",
    ["a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", "a@example.org\n", "no address", ""],
)
def test_what_is_not_one_address_gets_no_letter(
    database: Database, box: Box, smtp: int, trusted: None, to: str
) -> None:
    _queue(database, "a", to=to)
    _send(database)

    assert box.letters == []
    assert _states(database) == [("dead", "bad_address")]


def test_what_people_write_about_themselves_cannot_add_a_header(
    database: Database, box: Box, smtp: int, trusted: None
) -> None:
    async def queued() -> None:
        async with db.write():
            params = {"period": "2025-07", "total_kopecks": 1, "to_pay_kopecks": 1, "due_on": "2025-08-10"}
            key, link = "a\r\nBcc: b@example.org", Link("/x\r\nBcc: y")
            await queue_many([Outgoing("bill_ready", TO, key, link=link, params=params)])

    database.run(queued(), NOON)
    _send(database)

    (letter,) = box.letters
    assert letter["Bcc"] is None
    assert box.recipients == [[TO]]


def test_a_letter_claimed_by_a_process_that_died_is_sent_by_the_next_when_the_claim_has_run_out(
    database: Database, box: Box, smtp: int, trusted: None
) -> None:
    _queue(database, "a")
    assert database.run(actions._claim(), NOON) is not None

    assert _send(database, "2025-07-28T12:04:59") == 0
    assert _send(database, "2025-07-28T12:05:00") == 1
    assert len(box.letters) == 1


def test_two_senders_at_once_send_each_letter_once(database: Database, box: Box, smtp: int, trusted: None) -> None:
    _queue(database, *(str(at) for at in range(10)))

    async def both() -> list[int]:
        return list(await asyncio.gather(send_due(), send_due()))

    assert sum(database.run(both(), NOON)) == 10
    assert len(box.letters) == 10


def test_a_copy_is_left_in_the_folder(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LK_MAIL_DIR", str(tmp_path / "mail"))
    settings.cache_clear()
    _queue(database, "a")
    _send(database)

    (path,) = (tmp_path / "mail").iterdir()
    assert path.suffix == ".eml"
    assert message_from_bytes(path.read_bytes(), policy=policy.default)["To"] == TO


def test_a_copy_that_cannot_be_written_has_no_letter_sent_twice(
    database: Database, box: Box, smtp: int, trusted: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("LK_MAIL_DIR", str(tmp_path / "file" / "mail"))
    settings.cache_clear()
    _queue(database, "a")

    assert (_send(database), _send(database, "2025-07-28T13:00")) == (1, 0)
    assert len(box.letters) == 1
