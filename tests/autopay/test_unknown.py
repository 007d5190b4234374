"""Charges whose end is not known, and what ends with a card, an access, an agreement."""

from __future__ import annotations

import pytest

from lk import clock, db
from tests.autopay.cast import OWED, Payer, at
from tests.payments.cast import run


def test_a_lost_answer_is_asked_for_and_nothing_is_charged_twice(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-04 09:00")
    payer.acquirer.faults(lose_answer=1)
    payer.tick("10-05 10:00")
    assert payer.keys() == [(f"autopay:{payer.account_id}:2026-09:1", "unknown")]
    payer.tick("10-05 10:01")
    assert (payer.captured(), payer.month(), payer.household.owes()) == ([OWED], "paid", 0)


def test_while_an_attempt_is_unknown_no_other_is_made(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-04 09:00")
    payer.acquirer.faults(error_500=1000)
    for hour in range(10, 24):
        payer.tick(f"10-05 {hour}:00")
    assert payer.keys() == [(f"autopay:{payer.account_id}:2026-09:1", "unknown")]
    assert payer.month() == "charging"


def test_what_never_reached_the_acquirer_on_the_due_day_is_not_sent_after_it(payer: Payer) -> None:
    payer.wishes(day=10)
    payer.tick("10-09 09:00")
    payer.acquirer.faults(error_500=1000)
    payer.tick("10-10 10:00")
    payer.acquirer.faults(error_500=0)
    payer.tick("10-11 00:00")
    payer.tick("10-11 09:00")
    assert payer.captured() == []
    assert payer.keys() == [(f"autopay:{payer.account_id}:2026-09:1", "unknown")]


def test_a_late_success_is_waited_for(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-04 09:00")
    payer.acquirer.faults(late_success=3600)
    payer.tick("10-05 10:00")
    payer.tick("10-05 10:30")
    assert payer.month() == "charging"
    payer.tick("10-05 11:01")
    payer.tick("10-05 11:05")
    assert (payer.captured(), payer.month()) == ([OWED], "paid")


def test_a_payer_on_the_acquirers_page_is_waited_for_for_an_hour(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-04 09:00")
    with at("10-05 09:50"):
        payer.household.starts()
    payer.tick("10-05 10:00")
    assert payer.keys() == []
    payer.tick("10-05 10:51")
    assert payer.captured() == [OWED]


def test_a_payment_by_hand_that_went_through_meanwhile_is_not_doubled(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-04 09:00")
    with at("10-05 09:50"):
        payer.household.starts()
        payer.acquirer.pay(payer.acquirer.page_of_newest())
    payer.tick("10-05 10:00")
    payer.tick("10-05 10:02")
    assert (payer.captured(), payer.month()) == ([OWED], "nothing")


def test_switched_off_it_charges_nothing_more(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-04 09:00")
    assert payer.stops()
    assert not payer.stops()
    payer.tick("10-05 10:00")
    assert (payer.captured(), payer.month()) == ([], "off")
    assert payer.household.happened()[-1] == "autopay_ended"


def test_an_unlinked_card_takes_autopay_and_the_planned_month_with_it(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-04 09:00")
    assert payer.unlinks()
    assert payer.month() == "off"
    assert payer.household.happened()[-1] == "autopay_ended"
    assert run(db.read("SELECT account_id FROM events WHERE kind = 'card_unlinked'")) == [{"account_id": None}]
    assert payer.letters()[-1] == "card_unlinked"
    payer.tick("10-05 10:00")
    assert payer.captured() == []
    assert run(db.read("SELECT acquirer_id FROM cards")) == [{"acquirer_id": None}]


def test_another_ones_card_is_not_unlinked(payer: Payer) -> None:
    payer.wishes()
    run(_give_card_away())
    assert not payer.unlinks()


async def _give_card_away() -> None:
    async with db.write():
        await db.execute("INSERT INTO users (email, login, login_key, password_hash, created_at) "
                         "SELECT 'else@mail.example', 'else', 'else', '-', created_at FROM users")  # fmt: skip
        await db.execute("UPDATE cards SET user_id = (SELECT max(id) FROM users)")


@pytest.mark.parametrize("way", ["access", "card"])
def test_ended_access_or_card_is_dead_at_once_and_tidied_soon(payer: Payer, way: str) -> None:
    payer.wishes()
    payer.tick("10-04 09:00")
    run(_end(way))
    payer.tick("10-05 10:00")
    payer.tick("10-05 10:01")
    assert (payer.captured(), payer.month()) == ([], "off")
    rows = run(db.read("SELECT reason FROM autopays WHERE ended_at IS NOT NULL"))
    assert rows == [{"reason": "access_ended" if way == "access" else "card_unlinked"}]


async def _end(way: str) -> None:
    async with db.write():
        if way == "access":
            await db.execute("UPDATE accesses SET ended_at = {}", clock.now())
        else:
            await db.execute("UPDATE cards SET status = 'unlinked', unlinked_at = {}", clock.now())


def test_a_row_lost_with_a_restored_copy_is_found_at_the_acquirer_and_not_charged_again(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-04 09:00")
    copy = run(_month_and_payment())
    payer.tick("10-05 10:00")
    run(_forget(copy))
    payer.tick("10-05 16:00")
    payer.tick("10-05 16:05")
    assert (payer.captured(), payer.month(), payer.household.owes()) == ([OWED], "paid", 0)


async def _month_and_payment() -> list[dict[str, object]]:
    return await db.read("SELECT * FROM autopay_months")


async def _forget(copy: list[dict[str, object]]) -> None:
    """As in a copy of six hours ago: the charge, its ledger entry and the month's end never were."""
    async with db.write():
        await db.execute("DELETE FROM payments")
        await db.execute(
            "UPDATE autopay_months SET status = 'planned', attempts = 0, finished_at = NULL, next_at = {}",
            copy[0]["next_at"],
        )
        for statement in _ledger_without_guard():
            await db.execute(statement)


def _ledger_without_guard() -> list[str]:
    delete = "DELETE FROM ledger_entries WHERE kind = 'payment'"
    if isinstance(db.engine(), db.PostgresEngine):
        off, on = (f"ALTER TABLE ledger_entries {verb} TRIGGER USER" for verb in ("DISABLE", "ENABLE"))
        return [off, delete, on]
    return ["DROP TRIGGER ledger_entries_no_delete", delete]


def test_a_closed_cabinet_keeps_no_card(payer: Payer) -> None:
    payer.wishes()
    run(_close())
    payer.tick("10-04 09:00")
    assert run(db.read("SELECT status, acquirer_id FROM cards")) == [{"status": "unlinked", "acquirer_id": None}]
    assert run(db.read("SELECT reason FROM autopays WHERE ended_at IS NOT NULL")) == [{"reason": "card_unlinked"}]


async def _close() -> None:
    async with db.write():
        await db.execute("UPDATE users SET closed_at = {}", clock.now())
