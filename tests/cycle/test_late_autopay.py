"""lk was down in the days of autopay: it follows the bill, to the day on which that is due in the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from lk.autopay.cases import cases_of, due_accounts
from lk.autopay.planning import plan_months
from lk.autopay.rules import Charge, End, MonthStatus, Wait, decide
from lk.cycle.actions import run_due
from lk.cycle.outages import beat, note_outage
from tests.cycle.test_reminders import BY_NORM, autopay
from tests.cycle.town import PETROV, Town
from tests.database import moscow

Tick = Callable[[], Awaitable[object]]


def was_down(town: Town, since: str, until: str) -> None:
    town.database.run(beat(), since)
    town.database.run(note_outage(), until)


def months(town: Town) -> list[tuple[str, str, str]]:
    """(charge_on, due_on, status)."""
    rows = town.database.rows("SELECT charge_on, due_on, status FROM autopay_months ORDER BY id")
    return [(str(each["charge_on"]), str(each["due_on"]), each["status"]) for each in rows]


def decided(town: Town, at: str) -> Charge | Wait | End:
    async def asked() -> Charge | Wait | End:
        (case,) = await cases_of(await due_accounts(9))
        return decide(case.moment(moscow(at).date()))

    return town.database.run(asked(), at)


@pytest.mark.parametrize("ticks", [(plan_months, run_due), (run_due, plan_months)])
def test_down_over_bill_run_and_usual_due_day_autopay_follows_whichever_tick_comes_first(
    town: Town, ticks: tuple[Tick, ...]
) -> None:
    town.opens_cabinet(PETROV, "petrov@example.org")
    autopay(town, 5000_00)
    was_down(town, "2025-07-24T10:00", "2025-08-12T10:00")
    for tick in (*ticks, *ticks):
        town.database.run(tick(), "2025-08-12T10:00")  # type: ignore[arg-type]
    assert {str(bill["due_on"]) for bill in town.bills(PETROV)} == {"2025-08-22"}
    assert months(town) == [("2025-08-13", "2025-08-22", "planned")]
    assert [each["to_address"] for each in town.letters("autopay_notice")] == ["petrov@example.org"]


@pytest.fixture
def planned(town: Town) -> Town:
    """Petrov's July is planned for the ninth and due on the tenth."""
    town.opens_cabinet(PETROV, "petrov@example.org")
    autopay(town, 5000_00)
    town.run_due("2025-07-29T12:00")
    town.database.run(plan_months(), "2025-08-08T09:00")
    assert months(town) == [("2025-08-09", "2025-08-10", "planned")]
    return town


def test_a_lost_due_day_moves_autopay_with_the_bill(planned: Town) -> None:
    was_down(planned, "2025-08-08T12:00", "2025-08-11T11:00")
    assert months(planned) == [("2025-08-09", "2025-08-13", "planned")]
    (bill,) = planned.bills(PETROV)
    assert str(bill["due_on"]) == "2025-08-13"
    assert decided(planned, "2025-08-13T12:00") == Charge(bill["total_kopecks"])
    assert decided(planned, "2025-08-14T12:00") == End(MonthStatus.MISSED)


@pytest.mark.parametrize(("status", "until"), [("unknown", "2025-08-12T00:00"), ("canceled", "2025-08-11T00:00")])
def test_a_charge_that_is_under_way_may_be_sent_as_long(planned: Town, status: str, until: str) -> None:
    begun(planned, status)
    was_down(planned, "2025-08-10T12:00", "2025-08-11T08:00")
    assert months(planned) == [("2025-08-09", "2025-08-11", "charging")]
    assert planned.database.rows("SELECT send_until FROM payments") == [{"send_until": moscow(until)}]


def begun(town: Town, status: str) -> None:
    """A charge on the due day."""
    town.database.change(
        "UPDATE autopay_months SET status = 'charging', attempts = 1",
        "INSERT INTO payments (public_id, account_id, user_id, key, kind, amount_kopecks, status, reason, card, "
        "card_id, saves_card, way, period, attempt, send_until, body, created_at) SELECT 'charge', account_id, "
        f"user_id, 'charge', 'autopay', {BY_NORM}, '{status}', '', '4444', card_id, FALSE, 'card', 202507, 1, "
        "'2025-08-10 21:00:00+00:00', '', '2025-08-10 07:00:00+00:00' FROM autopays",
    )


def test_months_that_ended_and_those_of_other_days_stay(planned: Town) -> None:
    planned.database.change("UPDATE autopay_months SET status = 'skipped'")
    was_down(planned, "2025-08-08T12:00", "2025-08-11T11:00")
    assert months(planned) == [("2025-08-09", "2025-08-10", "skipped")]
