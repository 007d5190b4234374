"""A mail server that is away for hours, then in every bad mood, while thousands of letters wait: each goes out once."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from lk import clock, db
from lk.cycle.verify import verify
from lk.notifications import actions as sending
from lk.notifications.actions import Outgoing, queue_many, send_due
from tests.database import Database, moscow
from tests.faults.conftest import counted
from tests.notifications.conftest import certificate, own_settings, send_by, smtp, trusted  # noqa: F401
from tests.notifications.mail_server import Box

LETTERS = counted(10_000, 150)
NOON = moscow("2025-07-28T12:00")
HOUR = timedelta(hours=1)
ROUND = timedelta(minutes=5)
NOBODY = LETTERS // 50
"""Every so manyth letter goes to a mailbox that is not there."""


@dataclass
class Moody(Box):
    """`mood`: what befalls every seventh letter, counted by tries."""

    mood: str = ""
    tries: int = 0
    cuts: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("nobody"):
            self.was_plain = self.was_plain or session.ssl is None
            return "550 no such mailbox"
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.tries += 1
        is_hit = bool(self.mood) and self.tries % 7 == 0
        self.is_cut = is_hit and self.mood == "cut"
        self.cuts += self.is_cut
        self.to_data = self.mood if is_hit and not self.is_cut else ""
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def box() -> Moody:
    return Moody()


@pytest.fixture
def nobody_listens() -> Iterator[int]:
    """A port on which no call is taken."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        yield silent.getsockname()[1]


def _address(at: int) -> str:
    return f"{'nobody' if at % NOBODY == 0 else 'resident'}{at}@example.org"


async def _queue() -> None:
    async with db.write():
        await queue_many([Outgoing("login_changed", _address(at), f"letter:{at}") for at in range(LETTERS)])


async def _rounds(first: timedelta, last: timedelta) -> int:
    """The sender's ticks from hour to hour; how many letters went out."""
    sent, after = 0, first
    while after < last:
        with clock.fixed_at(NOON + after):
            sent += await send_due()
        after += ROUND
    return sent


async def _waiting() -> int:
    rows = await db.read("SELECT count(*) AS n FROM messages WHERE status IN ('queued', 'sending')")
    return int(rows[0]["n"])


async def _live_through(box: Moody, port: int, closed: int, patched: pytest.MonkeyPatch) -> None:
    with clock.fixed_at(NOON):
        await _queue()
    send_by(patched, closed)
    assert await _rounds(0 * HOUR, 5 * HOUR) == 0
    send_by(patched, port)
    box.to_starttls = "454 no TLS just now"
    assert await _rounds(5 * HOUR, 6 * HOUR) == 0
    box.to_starttls = ""
    assert (await _waiting(), box.letters, box.was_plain) == (LETTERS, [], False)
    for hour, mood in enumerate(("cut", "421 closing", "451 later"), start=6):
        box.mood = mood
        await _rounds(hour * HOUR, (hour + 1) * HOUR)
    box.mood = ""
    await _rounds(9 * HOUR, 24 * HOUR)


def test_after_hours_without_a_server_and_hours_of_moods_each_letter_went_out_once(
    sqlite_database: Database,
    box: Moody,
    smtp: int,  # noqa: F811
    trusted: None,  # noqa: F811
    nobody_listens: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sqlite_database.run(_live_through(box, smtp, nobody_listens, monkeypatch))

    states = Counter(row["status"] for row in sqlite_database.rows("SELECT status FROM messages"))
    dead = len(range(0, LETTERS, NOBODY))
    assert states == {"sent": LETTERS - dead, "dead": dead}
    came = Counter(_to_and_id(each) for each in box.letters)
    assert {to for to, _ in came} == {_address(at) for at in range(LETTERS) if at % NOBODY}
    assert len(came) == LETTERS - dead, "a letter came with two ids"
    assert 0 < came.total() - len(came) <= box.cuts
    assert not box.was_plain
    (letters_end,) = [each for each in sqlite_database.run(verify(), "2025-07-29T12:00") if each.id == "I7"]
    assert letters_end.breaches == ()


def _to_and_id(letter: EmailMessage) -> tuple[str, str]:
    return str(letter["To"]), str(letter["Message-ID"])


def test_letters_that_are_not_claimed_before_they_are_sent_go_out_twice(
    sqlite_database: Database,
    box: Moody,
    smtp: int,  # noqa: F811
    trusted: None,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: two senders, and nobody says which letter is whose."""

    async def won(*_: object) -> bool:
        return True

    async def sent_by_two() -> None:
        async with db.write():
            await queue_many([Outgoing("login_changed", _address(1), "letter:1")])
        await asyncio.gather(send_due(), send_due())

    monkeypatch.setattr(sending, "_is_won", won)
    sqlite_database.run(sent_by_two(), "2025-07-28T12:00")
    assert len(box.letters) == 2
