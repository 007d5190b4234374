"""A bill that was wrong is reversed and made anew; nothing is edited, nothing is billed twice."""

from __future__ import annotations

import pytest

from lk.accounts.queries import find_by_number
from lk.actor import PROGRAM
from lk.billing.correcting import Corrected, correct_from
from lk.outcome import Refused
from lk.period import Period
from tests.cycle.town import PETROV, Town
from tests.database import Database

JULY, AUGUST = Period(2025, 7), Period(2025, 8)


@pytest.fixture
def town(database: Database) -> Town:
    """Petrov used 100 kWh in July and in August, and was billed at 7.87."""
    town = Town(database)
    town.move_in()
    town.opens_cabinet(PETROV, "petrov@example.org")
    for month, value in ((7, 1100), (8, 1200)):
        town.reads(PETROV, value, at=f"2025-{month:02}-20T12:00")
        town.run_due(f"2025-{month:02}-29T12:00")
    return town


def corrects(town: Town, period: Period, reason: str = "tariff", at: str = "2025-09-02T12:00") -> list[Corrected]:
    async def corrected() -> list[Corrected]:
        account = (await find_by_number(PETROV))[0]
        return await correct_from(account.id, period, reason, PROGRAM)

    return town.database.run(corrected(), at)


def live_totals(town: Town) -> list[int]:
    return [bill["total_kopecks"] for bill in town.bills(PETROV) if bill["status"] == "issued"]


def test_a_wrong_tariff_found_later_gives_a_reversal_and_a_new_bill_both_linked(town: Town) -> None:
    town.database.change("UPDATE rates SET price_kopecks = 700 WHERE zones = 1")
    made = corrects(town, AUGUST)

    old, new = (bill for bill in town.bills(PETROV) if bill["period"] == 202508)
    assert (old["status"], old["total_kopecks"], old["reversal_reason"]) == ("reversed", 787_00, "tariff")
    assert (new["status"], new["total_kopecks"], new["replaces_id"]) == ("issued", 700_00, old["id"])
    assert [(each.reversed_id, each.bill_id) for each in made] == [(old["id"], new["id"])]
    assert town.owes(PETROV) == 787_00 + 700_00


def test_all_later_bills_follow_the_corrected_one(town: Town) -> None:
    town.database.change("UPDATE rates SET price_kopecks = 700 WHERE zones = 1")
    corrects(town, JULY)

    assert live_totals(town) == [700_00, 700_00]
    assert [bill["opening_kopecks"] for bill in town.bills(PETROV) if bill["status"] == "issued"] == [0, 700_00]
    assert town.owes(PETROV) == 1400_00
    others = [breach for breaches in town.verified().values() for breach in breaches]
    assert all("787 коп. — не тариф" in breach for breach in others), "only the neighbours' bills keep the old price"


def test_the_new_bill_leaves_ten_days_to_pay_and_is_told_of(town: Town) -> None:
    letters = len(town.letters("bill_ready"))
    corrects(town, JULY, at="2025-09-20T12:00")
    dues = [str(bill["due_on"]) for bill in town.bills(PETROV) if bill["status"] == "issued"]
    assert dues == ["2025-09-30", "2025-09-30"]
    assert len(town.letters("bill_ready")) == letters + 2


def test_energy_is_neither_lost_nor_billed_twice_by_it(town: Town) -> None:
    corrects(town, JULY)
    town.run_due("2025-09-29T12:00")
    town.reads(PETROV, 1350, at="2025-10-20T12:00")
    town.run_due("2025-10-29T12:00")
    booked = sum(line[2] for period in (202507, 202508, 202509, 202510) for line in town.lines(PETROV, period))
    assert booked == 350
    assert town.verified() == {}


def test_a_month_in_which_nobody_was_there_stays_one_though_the_word_ended_since(town: Town) -> None:
    town.goes_away(PETROV, "2025-10-01", at="2025-09-10T12:00")
    town.run_due("2025-09-29T12:00")
    town.goes_away(PETROV, "2025-12-01", at="2025-10-05T12:00")
    corrects(town, Period(2025, 9), at="2025-10-06T12:00")
    assert [line[2:] for line in town.lines(PETROV, 202509)] == [(0, 0, "away")]


def test_without_a_price_nothing_is_reversed(town: Town) -> None:
    owed = town.owes(PETROV)
    town.database.change("DELETE FROM rates WHERE zones = 1")
    with pytest.raises(Refused, match="cannot_bill_again"):
        corrects(town, JULY)
    assert live_totals(town) == [787_00, 787_00]
    assert town.owes(PETROV) == owed


@pytest.mark.parametrize(("period", "reason"), [(Period(2025, 9), "tariff"), (JULY, "mood")])
def test_where_there_is_no_bill_or_no_known_reason_it_is_refused(town: Town, period: Period, reason: str) -> None:
    with pytest.raises(Refused):
        corrects(town, period, reason)
    assert town.verified() == {}
