"""What a mailbox reads before its owner does: the language, and how to call a kind of letters off."""

from __future__ import annotations

import pytest

from lk import db
from lk.identity.tables import User
from lk.notifications.actions import queue, send_due
from tests.database import Database, moscow
from tests.notifications.mail_server import Box

NOON = "2025-07-28T12:00"
TO = "ivanova@example.org"


@pytest.fixture
def letters(database: Database, box: Box, smtp: int, trusted: None) -> Box:
    """A reminder and a bill to one who reads English."""

    async def queued() -> None:
        async with db.write():
            await User.insert(User(id=1, email=TO, language="en", created_at=moscow(NOON)))
            await queue("readings_wanted", TO, key="a", user_id=1, period="2025-07", until="2025-08-25")
            await queue("login_changed", TO, key="b", user_id=1)

    database.run(queued(), NOON)
    assert database.run(send_due(), NOON) == 2
    return box


def test_a_user_is_written_to_in_the_language_they_chose(letters: Box) -> None:
    assert [letter["Subject"] for letter in letters.letters] == ["Time to send your readings", "Your login was changed"]


def test_only_letters_that_one_may_do_without_have_the_mailboxs_button(letters: Box) -> None:
    reminder, must = letters.letters

    assert reminder["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = "".join(str(reminder["List-Unsubscribe"]).split()).strip("<>")
    text = reminder.get_body(("plain",))
    assert text is not None
    assert url.startswith("http://localhost:8000/letters-off/1-")
    assert url in text.get_content()
    assert must["List-Unsubscribe"] is None
