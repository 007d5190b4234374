"""Letters that merely remind: to whom, when, and when not any more."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lk import clock, db
from lk.cycle.owed import late_steps
from lk.cycle.rules import Step
from lk.cycle.verifications import remind_of_verifications
from lk.notifications.actions import queue, send_due
from tests.cycle.town import IVANOVA, PETROV, Town
from tests.database import Database, moscow

EMAIL = "ivanova@example.org"
BY_NORM = 106245
"""Petrov's bill of July."""


@pytest.fixture
def small_town(sqlite_database: Database) -> Town:
    town = Town(sqlite_database)
    town.move_in()
    town.opens_cabinet(IVANOVA, EMAIL)
    return town


def steps(town: Town, at: str) -> set[Step]:
    return {each.step for each in town.run_due(at)}


def late(town: Town, at: str) -> list[Step]:
    return [each.step for each in town.database.run(late_steps(), at)]


def sent(town: Town, at: str) -> list[tuple[str, str]]:
    """Kind and state of all letters, after those that are due were sent."""
    town.database.run(send_due(), at)
    return [(each["kind"], each["status"]) for each in town.database.rows("SELECT * FROM messages ORDER BY id")]


def test_a_reminder_owed_at_night_waits_for_the_morning_and_is_not_late(small_town: Town) -> None:
    for at in ("2025-07-15T21:00", "2025-07-15T23:59", "2025-07-16T08:59"):
        assert Step.REMIND_FIRST not in steps(small_town, at)
        assert small_town.letters("readings_wanted") == []
        assert late(small_town, at) == []

    assert steps(small_town, "2025-07-16T09:00") == {Step.REMIND_FIRST}
    assert len(small_town.letters("readings_wanted")) == 1


def test_after_a_silence_only_the_newest_of_several_reminders_is_sent(small_town: Town) -> None:
    assert steps(small_town, "2025-07-23T12:00") == {Step.OPEN_WINDOW, Step.REMIND_FIRST, Step.REMIND_AGAIN}
    assert len(small_town.letters("readings_wanted")) == 1


def test_a_reminder_that_would_come_with_the_next_one_in_the_morning_is_left_out(small_town: Town) -> None:
    steps(small_town, "2025-07-24T23:00")
    steps(small_town, "2025-07-25T09:00")
    (letter,) = small_town.letters("readings_wanted")
    assert letter["key"].startswith("remind_last:")


def test_the_last_night_reminds_of_nothing(small_town: Town) -> None:
    assert Step.REMIND_LAST in steps(small_town, "2025-07-25T22:00")
    assert small_town.letters("readings_wanted") == []


def test_a_reminder_that_waits_holds_up_no_bill(small_town: Town) -> None:
    small_town.run_due("2025-07-29T12:00")
    small_town.database.change("DELETE FROM cycle_runs WHERE step = 'bill_rest'")
    assert steps(small_town, "2025-08-07T23:00") == {Step.BILL_REST, Step.DELIVER_REST}
    assert steps(small_town, "2025-08-08T09:00") == {Step.REMIND_DUE}


def test_a_step_is_late_when_it_is_owed_for_more_than_an_hour(small_town: Town) -> None:
    small_town.run_due("2025-07-25T12:00")
    assert late(small_town, "2025-07-26T00:59") == []
    assert late(small_town, "2025-07-26T01:00") == [Step.CLOSE_WINDOW, Step.BILL]
    small_town.run_due("2025-07-26T01:00")
    assert late(small_town, "2025-07-26T01:00") == []


def test_at_night_letters_that_remind_wait_and_letters_that_were_asked_for_go(small_town: Town) -> None:
    async def asked() -> None:
        async with db.write():
            await queue("password_changed", EMAIL, key="asked", at=clock.now().isoformat())

    small_town.run_due("2025-07-15T20:59")
    small_town.database.run(asked(), "2025-07-15T21:00")
    assert sent(small_town, "2025-07-15T21:00") == [("readings_wanted", "queued"), ("password_changed", "sent")]
    (waiting,) = small_town.letters("readings_wanted")
    assert (waiting["attempts"], waiting["next_at"]) == (0, moscow("2025-07-16T09:00"))
    assert sent(small_town, "2025-07-16T08:59")[0] == ("readings_wanted", "queued")
    assert sent(small_town, "2025-07-16T09:00")[0] == ("readings_wanted", "sent")


def test_after_midnight_they_wait_for_the_same_days_morning(town: Town) -> None:
    town.opens_cabinet(IVANOVA, EMAIL)
    town.run_due("2025-07-15T20:59")
    assert sent(town, "2025-07-16T03:00") == [("readings_wanted", "queued")]
    assert town.letters("readings_wanted")[0]["next_at"] == moscow("2025-07-16T09:00")


def test_many_that_wait_are_put_off_a_thousand_at_a_time(small_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lk.notifications.actions.SLEEPERS", 1)
    small_town.opens_cabinet(PETROV, "petrov@example.org")
    small_town.run_due("2025-07-15T20:59")
    assert sent(small_town, "2025-07-15T22:00") == [("readings_wanted", "queued")] * 2
    assert {each["next_at"] for each in small_town.letters("readings_wanted")} == {moscow("2025-07-16T09:00")}


def test_a_reminder_that_could_not_go_out_before_its_day_was_over_is_dropped_and_seen(small_town: Town) -> None:
    small_town.run_due("2025-07-25T20:00")
    assert sent(small_town, "2025-07-26T09:00") == [("readings_wanted", "dead")]
    assert small_town.letters("readings_wanted")[0]["last_error"] == "too_late"


def autopay(town: Town, kopecks: int, *, mode: str = "bill", month: str = "", planned: int = BY_NORM) -> None:
    """Petrov's, agreed on 1 July; `month`: what became of July's."""
    (account,) = town.database.rows("SELECT id FROM accounts WHERE number = {}", PETROV)
    (access,) = town.database.rows("SELECT id, user_id FROM accesses WHERE account_id = {}", account["id"])
    then, of = "'2025-07-01 00:00:00+00:00'", account["id"]
    town.database.change(
        "INSERT INTO cards (public_id, user_id, account_id, key, body, status, acquirer_id, brand, last_four, "
        f"created_at) VALUES ('card', {access['user_id']}, {of}, 'card', '', 'active', 'card', 'Мир', '4444', {then})",
        "INSERT INTO autopays (account_id, user_id, access_id, card_id, mode, sum_kopecks, day, planned_period, "
        f"begun_at, changed_at, reason) SELECT {of}, {access['user_id']}, {access['id']}, id, '{mode}', {kopecks}, 9, "
        f"202506, {then}, {then}, '' FROM cards",
    )
    if month:
        town.database.change(
            "INSERT INTO autopay_months (account_id, period, autopay_id, charge_on, due_on, status, planned_kopecks, "
            f"attempts, next_at, noticed_at, reason) SELECT {of}, 202507, id, '2025-08-09', '2025-08-10', '{month}', "
            f"{planned}, 0, {then}, {then}, '' FROM autopays",
            "UPDATE autopays SET planned_period = 202507",
        )


def reminded(town: Town) -> bool:
    town.run_due("2025-08-07T09:00")
    return [each["to_address"] for each in town.letters("payment_due")] == ["petrov@example.org"]


@pytest.fixture
def debtor(town: Town) -> Town:
    """Petrov owes July's bill; it is due on 10 August."""
    return _debtor(town)


@pytest.fixture
def small_debtor(sqlite_database: Database) -> Town:
    town = Town(sqlite_database)
    town.move_in()
    return _debtor(town)


def _debtor(town: Town) -> Town:
    town.opens_cabinet(PETROV, "petrov@example.org")
    town.run_due("2025-07-28T12:00")
    return town


def test_whose_autopay_will_take_all_of_it_needs_no_reminder(debtor: Town) -> None:
    autopay(debtor, BY_NORM)
    assert not reminded(debtor)


@pytest.mark.parametrize(("month", "planned"), [("planned", BY_NORM), ("charging", BY_NORM)])
def test_whose_autopay_is_planned_needs_no_reminder(small_debtor: Town, month: str, planned: int) -> None:
    autopay(small_debtor, 5000_00, month=month, planned=planned)
    assert not reminded(small_debtor)


@pytest.mark.parametrize(
    ("kopecks", "mode", "month", "planned"),
    [
        (BY_NORM - 1, "bill", "", 0),
        (BY_NORM - 1, "fixed", "", 0),
        (5000_00, "bill", "planned", BY_NORM - 1),
        (5000_00, "bill", "skipped", BY_NORM),
        (5000_00, "bill", "refused", BY_NORM),
        (5000_00, "bill", "missed", BY_NORM),
    ],
)
def test_whose_autopay_will_not_take_all_of_it_is_reminded(
    small_debtor: Town, kopecks: int, mode: str, month: str, planned: int
) -> None:
    autopay(small_debtor, kopecks, mode=mode, month=month, planned=planned)
    assert reminded(small_debtor)


@pytest.mark.parametrize(
    "ending",
    [
        "UPDATE autopays SET suspended_at = changed_at",
        "UPDATE autopays SET ended_at = changed_at",
        "UPDATE cards SET status = 'unlinked', unlinked_at = created_at",
        "UPDATE autopays SET planned_period = 202507",
    ],
)
def test_whose_autopay_does_not_work_is_reminded(small_debtor: Town, ending: str) -> None:
    autopay(small_debtor, 5000_00)
    small_debtor.database.change(ending)
    assert reminded(small_debtor)


def test_who_just_got_a_late_bill_is_not_reminded_of_it_at_once(small_town: Town) -> None:
    small_town.run_due("2025-08-08T12:00")
    assert [str(each["due_on"]) for each in small_town.bills(IVANOVA)] == ["2025-08-18"]
    assert small_town.letters("payment_due") == []


def verified(town: Town, until: str) -> None:
    town.database.change(f"UPDATE meters SET verified_until = '{until}'")


def told(town: Town, at: str) -> list[Any]:
    town.database.run(remind_of_verifications(), at)
    return [json.loads(each["params"])["until"] for each in town.letters("meter_verification")]


def test_the_end_of_a_verification_is_told_three_months_and_one_month_ahead_once_each(town: Town) -> None:
    town.opens_cabinet(IVANOVA, EMAIL)
    verified(town, "2025-12-15")
    for at in ("2025-09-14T12:00", "2025-09-15T08:59"):
        assert told(town, at) == []
    for at in ("2025-09-15T09:00", "2025-09-15T12:00", "2025-10-15T12:00", "2025-11-14T20:59", "2025-11-15T21:00"):
        assert told(town, at) == ["2025-12-15"]
    for at in ("2025-11-16T09:00", "2025-12-15T12:00", "2025-12-16T12:00", "2026-03-01T12:00"):
        assert told(town, at) == ["2025-12-15"] * 2
    verified(town, "2041-12-31")
    assert len(told(town, "2041-10-01T12:00")) == 3


def test_nobody_is_told_of_a_meter_that_is_gone_or_twice_after_a_silence(small_town: Town) -> None:
    verified(small_town, "2025-12-30")
    assert len(told(small_town, "2025-11-30T12:00")) == 1
    small_town.database.change(
        "UPDATE meters SET removed_on = '2026-01-10', verified_until = '2026-06-01'",
    )
    assert len(told(small_town, "2026-05-20T12:00")) == 1


def test_a_holder_may_do_without_and_all_are_told_in_turns(small_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lk.cycle.verifications.BATCH", 1)
    small_town.opens_cabinet(PETROV, "petrov@example.org")
    verified(small_town, "2025-09-01")
    small_town.database.change(
        "INSERT INTO letter_preferences (user_id, kind, is_wanted) "
        f"SELECT id, 'meter_verification', FALSE FROM users WHERE email = '{EMAIL}'"
    )
    told(small_town, "2025-08-10T12:00")
    assert [each["to_address"] for each in small_town.letters("meter_verification")] == ["petrov@example.org"]
    ((kind, state),) = sent(small_town, "2025-08-10T12:00")
    assert (kind, state) == ("meter_verification", "sent")
