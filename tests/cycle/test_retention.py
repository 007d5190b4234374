"""One row of each kind on each side of its term, on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lk import db
from lk.actor import Actor
from lk.cycle.retention import LETTERS_KEPT, TERMS, Term, clean_up
from lk.identity.tables import Agent
from lk.profile.closing import close_cabinet
from lk.support.tables import Impersonation
from tests.onboarding.newcomer import EMAIL, Newcomer

MINUTE = timedelta(minutes=1)


async def _furnish(who: Newcomer) -> None:
    """A row of every table with a term, all of them timed by `who.now`."""
    now = who.now
    user = (await db.read("SELECT id FROM users"))[0]["id"]
    account = (await db.read("SELECT min(id) AS id FROM accounts"))[0]["id"]
    rows = {
        "attempts": ("(kind, subject, address, at) VALUES ('x', '', '', {})", [now]),
        "passkey_challenges": ("(challenge_hash, purpose, ends_at) VALUES ('c', 'sign_in', {})", [now]),
        "password_resets": ("(user_id, created_at, ends_at) VALUES ({}, {}, {})", [user, now, now]),
        "email_changes": (
            "(user_id, old_email, new_email, created_at, ends_at, finished_at, is_done) VALUES ({}, 'a', 'b', {}, {}, {}, {})",  # noqa: E501
            [user, now, now, now, False],
        ),
        "invitations": (
            "(account_id, invited_by, email, created_at, ends_at, finished_at) VALUES ({}, {}, 'a', {}, {}, {})",
            [account, user, now, now, now],
        ),
        "data_exports": (
            "(public_id, user_id, asked_at, ready_at, ends_at) VALUES ('copy', {}, {}, {}, {})",
            [user, now, now, now],
        ),
    }
    async with db.write():
        for table in ("attempts", "passkey_challenges", "password_resets", "email_changes", "invitations"):
            await db.execute(f"DELETE FROM {table}")
        for table, (columns, args) in rows.items():
            await db.execute(f"INSERT INTO {table} {columns}", *args)
        await db.execute("UPDATE sessions SET ends_at = {}", now)
        await db.execute("UPDATE registrations SET finished_at = {}", now)
        await db.execute("UPDATE known_devices SET used_at = {}", now)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.table)
def test_a_row_is_kept_for_its_term_and_not_a_minute_longer(newcomer: Newcomer, term: Term) -> None:
    newcomer.open_cabinet()
    newcomer.at(_furnish, newcomer)
    newcomer.now += term.kept
    newcomer.at(clean_up)
    assert len(newcomer.rows(f"SELECT id FROM {term.table}")) == 1
    newcomer.now += MINUTE
    newcomer.at(clean_up)
    assert newcomer.rows(f"SELECT id FROM {term.table}") == []


def test_what_is_still_open_is_kept_however_old(newcomer: Newcomer) -> None:
    newcomer.begin()
    newcomer.later(days=1000)
    newcomer.at(clean_up)
    assert len(newcomer.rows("SELECT id FROM registrations")) == 1


def test_a_session_in_which_somebody_looked_is_kept(newcomer: Newcomer) -> None:
    newcomer.open_cabinet()

    async def looked() -> None:
        user = (await db.read("SELECT id FROM users"))[0]["id"]
        session = (await db.read("SELECT id FROM sessions"))[0]["id"]
        account = (await db.read("SELECT min(id) AS id FROM accounts"))[0]["id"]
        async with db.write():
            agent = Agent(user_id=user, code="А-1", role="support")
            await Agent.insert(agent)
            await Impersonation.insert(
                Impersonation(
                    agent_id=agent.id,
                    account_id=account,
                    session_id=session,
                    reason="bill",
                    started_at=newcomer.now,
                    ends_at=newcomer.now,
                )
            )

    newcomer.at(looked)
    newcomer.later(days=1000)
    newcomer.at(clean_up)
    assert len(newcomer.rows("SELECT id FROM sessions")) == 1


def test_a_letter_forgets_whom_it_went_to_and_that_it_went_is_kept(newcomer: Newcomer) -> None:
    newcomer.open_cabinet()
    newcomer.change("UPDATE messages SET status = 'sent' WHERE kind = 'first_sign_in'")
    newcomer.now += LETTERS_KEPT + MINUTE
    newcomer.at(clean_up)

    letters = {row["kind"]: (row["to_address"], row["params"]) for row in newcomer.rows("SELECT * FROM messages")}
    assert letters["first_sign_in"] == ("", "{}")
    assert letters["welcome"][0] == EMAIL


def test_a_closed_cabinets_letters_forget_it_as_soon_as_they_are_sent(newcomer: Newcomer) -> None:
    newcomer.open_cabinet()
    (user,) = newcomer.rows("SELECT id FROM users")
    newcomer.at(close_cabinet, user["id"], Actor(user["id"]))
    newcomer.at(clean_up)
    assert newcomer.letters("cabinet_closed")[0]["to_address"] == EMAIL
    newcomer.change("UPDATE messages SET status = 'sent' WHERE kind = 'cabinet_closed'")
    newcomer.change("UPDATE messages SET status = 'dead' WHERE kind = 'welcome'")
    newcomer.at(clean_up)

    letters = {row["kind"]: (row["to_address"], row["params"]) for row in newcomer.rows("SELECT * FROM messages")}
    assert letters["cabinet_closed"] == letters["welcome"] == ("", "{}")


def test_an_open_cabinets_letters_are_kept(newcomer: Newcomer) -> None:
    newcomer.open_cabinet()
    newcomer.change("UPDATE messages SET status = 'sent'")
    newcomer.at(clean_up)

    assert {row["to_address"] for row in newcomer.rows("SELECT * FROM messages")} == {EMAIL}
