"""A held bill and the person who looks at it."""

from __future__ import annotations

import pytest

from lk.actor import Actor
from lk.billing.actions import release_bill
from lk.outcome import Refused
from tests.cycle.town import IVANOVA, PETROV, Town
from tests.database import Database
from tests.household import TARIFFS


@pytest.fixture
def town(database: Database) -> Town:
    """Petrov's bill of October is six times the usual, and held."""
    town = Town(database)
    town.move_in()
    town.opens_cabinet(PETROV, "petrov@example.org")
    for month, value in ((7, 1100), (8, 1200), (9, 1300), (10, 1900)):
        town.reads(PETROV, value, at=f"2025-{month:02}-20T12:00")
        town.run_due(f"2025-{month:02}-29T12:00")
    return town


def _release(town: Town) -> None:
    held = town.bills(PETROV)[-1]
    town.database.run(release_bill(held["id"], Actor(None, agent_id=None)), "2025-11-03T12:00")


def test_a_released_bill_is_posted_and_delivered_at_once(town: Town) -> None:
    owed, letters = town.owes(PETROV), len(town.letters("bill_ready"))
    assert town.bills(PETROV)[-1]["status"] == "held"

    _release(town)

    bill = town.bills(PETROV)[-1]
    assert (bill["status"], str(bill["delivered_on"]), str(bill["due_on"])) == ("issued", "2025-11-03", "2025-11-13")
    assert town.owes(PETROV) - owed == 472200
    assert len(town.letters("bill_ready")) == letters + 1
    assert town.verified() == {}


def test_a_bill_is_released_once(town: Town) -> None:
    _release(town)
    owed = town.owes(PETROV)

    with pytest.raises(Refused, match="bill_not_held"):
        _release(town)
    assert town.owes(PETROV) == owed


def test_the_month_after_a_held_bill_does_not_bill_its_energy_again(town: Town) -> None:
    town.reads(PETROV, 2000, at="2025-11-20T12:00")
    town.run_due("2025-11-29T12:00")

    assert [line[2] for line in town.lines(PETROV, 202511)] == [100]
    assert town.verified() == {}


def test_without_a_price_that_account_alone_waits_and_is_billed_once_there_is_one(database: Database) -> None:
    town = Town(database)
    town.move_in()
    town.database.change("DELETE FROM rates WHERE zones = 1")
    town.run_due("2025-07-26T00:00")
    assert town.bills(PETROV) == []
    assert [bill["status"] for bill in town.bills(IVANOVA)] == ["issued"]
    waiting = town.database.rows("SELECT DISTINCT period, reason FROM put_asides")
    assert waiting == [{"period": 202507, "reason": "no_rate"}]

    town.add("tariffs", *[row for row in TARIFFS.splitlines()[1:] if ",1,1,T1," in row], at="2025-07-27T10:00")
    town.run_due("2025-07-31T12:00")
    assert [(bill["period"], bill["status"]) for bill in town.bills(PETROV)] == [(202507, "issued")]
    assert town.verified() == {}
