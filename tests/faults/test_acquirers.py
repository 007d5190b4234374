"""Acquirers that lose answers, are not idempotent, forget keys, fail for an hour; each with its guard taken away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from lk import clock, db
from lk.acquirer.answers import Outcome
from lk.acquirer.gateway import gateway
from lk.autopay.charging import charge_due
from lk.payments import actions
from lk.payments.tables import Payment
from tests.faults.conftest import counted
from tests.faults.town import MORNING, Town, check_books, live_on, open_charges, paid

FAULTS: dict[str, dict[str, object]] = {
    "answers lost": {"lose_answer_share": 0.1},
    "connections cut": {"lose_answer_share": 0.1, "lose_answer_by": "close"},
    "not idempotent, answers lost": {"lose_answer_share": 0.1, "not_idempotent": True},
    "answers lost, keys forgotten": {"lose_answer_share": 0.1},
    "fails for a while": {"error_500": 30},
    "success comes late": {"late_success": 600},
    "late and lost": {"late_success": 600, "lose_answer_share": 0.3},
}


AFTERWARDS: dict[str, dict[str, object]] = {
    "answers lost, keys forgotten": {"lose_answer_share": 0.0, "forget_keys": True},
}


def charge_with(town: Town, fault: str) -> None:
    charge(town, **FAULTS[fault])
    town.acquirer.faults(**AFTERWARDS.get(fault, {}))


def charge(town: Town, **faults: object) -> None:
    town.acquirer.faults(**faults)

    async def morning() -> None:
        with clock.fixed_at(MORNING):
            await charge_due()

    db.run(morning())


ON_SQLITE = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
ON_BOTH = ("connections cut", "late and lost")
"""The others differ in nothing that a database could notice."""


@pytest.mark.parametrize(
    ("place", "fault"),
    [*(("sqlite", fault) for fault in FAULTS), *(("postgres", fault) for fault in ON_BOTH)],
    indirect=["place"],
)
def test_whatever_the_acquirer_does_each_bill_is_paid_once(town_of: Callable[[int], Town], fault: str) -> None:
    town = town_of(counted(2000, 60))
    charge_with(town, fault)
    db.run(live_on(MORNING + timedelta(minutes=1), hours=30))
    db.run(check_books(town))
    assert db.run(paid(town)) == len(town.owed)


@ON_SQLITE
def test_an_acquirer_that_answers_nothing_for_a_day_is_asked_and_not_charged_anew(
    town_of: Callable[[int], Town],
) -> None:
    town = town_of(5)
    charge(town, down=True)
    db.run(live_on(MORNING + timedelta(minutes=1), hours=30))
    town.acquirer.faults(down=False)
    assert db.run(open_charges()) == 5
    db.run(live_on(MORNING + timedelta(hours=31), hours=2))
    assert town.acquirer.captures() == []


@ON_SQLITE
@pytest.mark.parametrize("fault", ["not idempotent, answers lost", "answers lost, keys forgotten"])
def test_without_asking_before_sending_again_a_bill_is_charged_twice(
    town_of: Callable[[int], Town], monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """The control: the same faults with the guard taken away."""

    async def send_again(payment: Payment, _: object, *, may_send: bool) -> Outcome:
        assert may_send
        return await gateway().create(payment.key, payment.body)

    monkeypatch.setattr(actions, "_find", send_again)
    town = town_of(60)
    charge_with(town, fault)
    db.run(live_on(MORNING + timedelta(minutes=1), hours=30))
    with pytest.raises(AssertionError, match="charged twice"):
        db.run(check_books(town))
