"""A bill that comes late is due ten days after it came, and autopay follows."""

from __future__ import annotations

from datetime import date

import pytest

from lk import db
from lk.actor import PROGRAM
from lk.autopay.planning import plan_months
from lk.autopay.queries import months_of
from lk.billing.actions import release_bill
from lk.billing.tables import Bill
from lk.period import Period
from tests.autopay.cast import OWED, Mode, Payer, at
from tests.payments.cast import NOON, run

OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
LATE = 4722_00


@pytest.fixture
def patient(payer: Payer) -> Payer:
    """September is paid by hand, October's bill is held."""
    payer.wishes()
    payer.pays_by_hand(OWED, "10-02 12:00")
    payer.tick("10-04 09:00")
    run(_hold(payer.account_id, OCTOBER, LATE))
    return payer


async def _hold(account_id: int, period: Period, kopecks: int) -> None:
    async with db.write():
        await Bill(
            account_id=account_id,
            period=period.number,
            status="held",
            opening_kopecks=0,
            energy_kopecks=kopecks,
            adjustment_kopecks=0,
            total_kopecks=kopecks,
            vat_kopecks=0,
            vat_percent=22,
            created_at=NOON,
        ).save()


def released(period: Period, when: str) -> None:
    (bill,) = run(db.read("SELECT id FROM bills WHERE period = {} AND status = 'held'", period.number))
    with at(when):
        run(release_bill(bill["id"], PROGRAM))


def due_on(payer: Payer, period: Period) -> date:
    return next(each.due_on for each in run(months_of(payer.account_id)) if each.period == period)


def test_a_held_bill_released_after_the_usual_due_day_is_told_that_day_and_charged_the_next(patient: Payer) -> None:
    for day in ("04", "05", "10", "11"):
        patient.tick(f"11-{day} 09:00")
    assert patient.month(OCTOBER) == ""
    released(OCTOBER, "11-12 15:00")
    patient.tick("11-12 15:00")
    assert (patient.month(OCTOBER), due_on(patient, OCTOBER)) == ("planned", date(2026, 11, 22))
    assert patient.letters()[-2:] == ["bill_ready", "autopay_notice"]
    patient.tick("11-13 09:59")
    assert patient.captured() == []
    patient.tick("11-13 10:00")
    assert (patient.captured(), patient.month(OCTOBER)) == ([LATE], "paid")


@pytest.mark.parametrize("household", ["sqlite"], indirect=True)
@pytest.mark.parametrize("is_changed", [False, True])
def test_a_bill_released_after_the_next_one_was_paid_is_charged_too(patient: Payer, is_changed: bool) -> None:
    run(_hold(patient.account_id, NOVEMBER, 1000_00))
    released(NOVEMBER, "12-01 12:00")
    patient.tick("12-04 09:00")
    patient.tick("12-05 10:00")
    assert patient.captured() == [1000_00]
    if is_changed:
        patient.wishes(kopecks=6000_00, on="12-05 20:00")
    released(OCTOBER, "12-06 12:00")
    patient.tick("12-06 12:01")
    patient.tick("12-07 10:00")
    patient.tick("12-08 10:00")
    assert patient.captured() == [1000_00, LATE]
    assert [row["planned_period"] for row in run(db.read("SELECT planned_period FROM autopays"))] == [202610]


def test_two_bills_that_are_charged_on_one_day_are_paid_once(patient: Payer) -> None:
    run(_hold(patient.account_id, NOVEMBER, 1000_00))
    for period in (OCTOBER, NOVEMBER):
        released(period, "12-06 12:00")
    patient.wishes(kopecks=9000_00, on="12-06 12:00")
    patient.tick("12-06 12:01")
    assert (patient.month(OCTOBER), patient.month(NOVEMBER)) == ("planned", "planned")
    patient.tick("12-07 10:00")
    patient.tick("12-07 10:01")
    assert patient.captured() == [LATE + 1000_00]
    assert sorted([patient.month(OCTOBER), patient.month(NOVEMBER)]) == ["nothing", "paid"]


@pytest.mark.parametrize("household", ["sqlite"], indirect=True)
def test_a_bill_that_never_comes_is_waited_for_without_a_word(patient: Payer) -> None:
    told = patient.letters()
    for when in ("11-04 09:00", "11-12 12:00", "12-12 12:00", "12-30 12:00"):
        with at(when):
            assert run(plan_months()) == 0
    assert (patient.letters(), patient.month(OCTOBER)) == (told, "")


@pytest.mark.parametrize("household", ["sqlite"], indirect=True)
def test_a_fixed_sum_that_was_not_charged_in_time_ends_once_with_its_letter(payer: Payer) -> None:
    run(_withhold())
    payer.wishes(Mode.FIXED, 1500_00)
    for when in ("10-12 12:00", "10-12 12:01", "10-13 12:00"):
        payer.tick(when)
    assert (payer.captured(), payer.month()) == ([], "missed")
    assert payer.letters() == ["autopay_set", "autopay_missed"]


async def _withhold() -> None:
    async with db.write():
        await db.execute("UPDATE bills SET status = 'held', delivered_on = NULL, due_on = NULL")
