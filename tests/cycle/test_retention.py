"""One row of each kind on each side of its term, on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from lk import db
from lk.actor import Actor
from lk.cycle.retention import LETTERS_KEPT, TERMS, Term, clean_up
from lk.identity.tables import Agent
from lk.metering.tables import Reading, ReadingPhoto
from lk.profile.closing import close_cabinet
from lk.support.tables import Impersonation
from tests.onboarding.newcomer import EMAIL, Newcomer

MINUTE = timedelta(minutes=1)


async def _furnish(who: Newcomer) -> None:
    """A row of every table with a term, all of them timed by `who.now`."""
    now = who.now
    user = (await db.read("SELECT id FROM users"))[0]["id"]
    account = (await db.read("SELECT min(id) AS id FROM accounts"))[0]["id"]
    await _photograph(account, now)
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
        "cards": (
            "(public_id, user_id, account_id, key, body, status, brand, last_four, created_at, asked_at) "
            "VALUES ('card', {}, {}, 'card', '', 'refused', '', '', {}, {})",
            [user, account, now - MINUTE, now],
        ),
        "data_exports": (
            "(public_id, user_id, asked_at, ready_at, ends_at) VALUES ('copy', {}, {}, {}, {})",
            [user, now, now, now],
        ),
    }
    await _ask(user, now)
    await _send_file(user, now)
    await _print(now)
    async with db.write():
        for table in ("attempts", "passkey_challenges", "password_resets", "email_changes", "invitations"):
            await db.execute(f"DELETE FROM {table}")
        for table, (columns, args) in rows.items():
            await db.execute(f"INSERT INTO {table} {columns}", *args)
        await db.execute("UPDATE sessions SET ends_at = {}", now)
        await db.execute("UPDATE registrations SET finished_at = {}", now)
        await db.execute("UPDATE known_devices SET used_at = {}", now)


async def _ask(user: int, now: datetime) -> None:
    """A question that is closed, with one file."""
    async with db.write():
        await db.execute(
            "INSERT INTO questions (public_id, form_key, user_id, email, subject, title, search_key, status, "
            "created_at, opened_at, changed_at, closed_at) "
            "VALUES ('question', 'form', {}, '', 'bill', '', '', 'closed', {}, {}, {}, {})",
            user,
            *(now, now, now, now),
        )
        await db.execute(
            "INSERT INTO question_messages (question_id, form_key, author, text, sent_at) "
            "SELECT id, 'form', 'resident', 'x', {} FROM questions",
            now,
        )
        await db.execute(
            "INSERT INTO question_files (question_id, message_id, kind, size, content, added_at) "
            "SELECT question_id, id, 'jpeg', 4, {}, {} FROM question_messages",
            b"jpeg",
            now,
        )


async def _send_file(user: int, now: datetime) -> None:
    """Of an operator, that nobody loads."""
    async with db.write():
        await Agent.insert(Agent(user_id=user, code="Я-1", role="operator"))
        await db.execute(
            "INSERT INTO imports (public_id, kind, name, bytes, hash, status, asked_by, asked_at) "
            "SELECT 'file', 'payments', 'x', 1, 'x', 'checked', id, {} FROM agents",
            now,
        )
        await db.execute(
            "INSERT INTO import_pieces (import_id, what, place, content, added_at) "
            "SELECT id, 'file', 0, {}, {} FROM imports",
            *(b"x", now),
        )


async def _print(now: datetime) -> None:
    """A print run that is over, with one file."""
    async with db.write():
        await db.execute(
            "INSERT INTO print_runs (public_id, period, asked_by, asked_at, claim_ends_at, finished_at, ends_at) "
            "SELECT 'printed', 202602, id, {}, {}, {}, {} FROM agents",
            *(now, now, now, now),
        )
        await db.execute(
            "INSERT INTO print_run_files (print_run_id, place, name, content) "
            "SELECT id, 0, 'a.pdf', {} FROM print_runs",
            b"pdf",
        )


async def _photograph(account: int, now: datetime, count: int = 1) -> None:
    """Beside each of so many readings of this month."""
    meter = (await db.read("SELECT id FROM meters WHERE account_id = {}", account))[0]["id"]
    async with db.write():
        for _ in range(count):
            reading = Reading(
                account_id=account,
                meter_id=meter,
                kind="regular",
                period=202603,
                taken_on=now.date(),
                received_at=now,
                source="resident",
                status="superseded",
                t1_kwh=1,
                t2_kwh=1,
            )
            await Reading.insert(reading)
            await ReadingPhoto.insert(
                ReadingPhoto(reading_id=reading.id, account_id=account, content=b"jpeg", added_at=now)
            )


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


async def _photographed_flat(now: datetime, count: int) -> int:
    account = int((await db.read("SELECT min(id) AS id FROM accounts"))[0]["id"])
    await _photograph(account, now, count)
    return account


def test_a_photo_is_kept_for_three_years_after_the_last_bill_of_its_month(newcomer: Newcomer) -> None:
    account = newcomer.at(_photographed_flat, newcomer.now, 1)
    newcomer.later(days=40)
    for status, period, day in (("reversed", 202603, 0), ("issued", 202603, 100), ("issued", 202604, 200)):
        newcomer.change(
            "INSERT INTO bills (account_id, period, status, opening_kopecks, energy_kopecks, adjustment_kopecks, "
            "total_kopecks, vat_kopecks, vat_percent, missed, hold_reasons, created_at, issued_at, due_on) "
            "VALUES ({}, {}, {}, 0, 0, 0, 0, 0, 22, 0, '[]', {}, {}, {})",
            *(account, period, status, newcomer.now, newcomer.now + timedelta(days=day), newcomer.now.date()),
        )
    newcomer.later(days=100 + 3 * 365 + 1)
    newcomer.at(clean_up)
    assert len(newcomer.rows("SELECT id FROM reading_photos")) == 1
    newcomer.now += MINUTE
    newcomer.at(clean_up)
    assert newcomer.rows("SELECT id FROM reading_photos") == []
    assert len(newcomer.rows("SELECT id FROM readings")) == 1


def test_many_old_photos_go_and_a_young_one_stays(newcomer: Newcomer) -> None:
    newcomer.at(_photographed_flat, newcomer.now, 45)
    newcomer.later(days=3 * 365 + 2)
    newcomer.at(_photographed_flat, newcomer.now, 1)
    newcomer.at(clean_up)
    assert [row["added_at"] for row in newcomer.rows("SELECT added_at FROM reading_photos")] == [newcomer.now]


def test_of_cards_only_links_that_came_to_nothing_go(newcomer: Newcomer) -> None:
    newcomer.open_cabinet()
    user = newcomer.rows("SELECT id FROM users")[0]["id"]
    account = newcomer.rows("SELECT min(id) AS id FROM accounts")[0]["id"]
    for status in ("created", "pending", "refused", "active", "unlinked"):
        newcomer.change(
            "INSERT INTO cards (public_id, user_id, account_id, key, body, status, acquirer_id, brand, last_four, "
            "created_at, linked_at) VALUES ({}, {}, {}, {}, '', {}, {}, '', '4444', {}, {})",
            *(status, user, account, status, status, status, newcomer.now, newcomer.now),
        )
    newcomer.later(days=90)
    newcomer.at(clean_up)
    assert len(newcomer.rows("SELECT id FROM cards")) == 5
    newcomer.now += MINUTE
    newcomer.at(clean_up)
    assert [row["status"] for row in newcomer.rows("SELECT status FROM cards ORDER BY id")] == ["active", "unlinked"]


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
