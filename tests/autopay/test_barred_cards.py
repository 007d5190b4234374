"""A card that a bank will never let be charged again is not charged for any account, and is taken for none anew."""

from __future__ import annotations

import json
from datetime import date

import pytest

from lk import db
from lk.accounts.queries import AccountView, account_of
from lk.autopay.actions import set_autopay
from lk.autopay.barred import barred_cards
from lk.autopay.charging import charge_due
from lk.autopay.rules import Mode, Wish
from lk.notifications.letters import Letter, render
from lk.notifications.tables import Message
from lk.outcome import Refused
from tests.autopay.cast import OWED, Payer, at
from tests.payments.cast import NOON, another_place, run

DACHA = 1000_00


@pytest.fixture
def owner(payer: Payer) -> Payer:
    """One card pays for the flat on the fifth and for the dacha on the sixth; it has expired."""
    payer.wishes()
    run(another_place(payer.household.user_id, "sadovaya1", "2000000001", DACHA))
    run(_bill(dacha(payer).id))
    _agrees(payer, 6)
    payer.card_will("card_expired")
    return payer


def dacha(payer: Payer) -> AccountView:
    found = run(account_of("sadovaya1", payer.household.user_id))
    assert found is not None
    return found


def _agrees(payer: Payer, day: int, card: str = "first", when: str = "10-01 12:00") -> None:
    with at(when):
        wish = Wish(Mode.BILL, 5000_00, day)
        run(set_autopay(dacha(payer), payer.household.user_id, wish, card, payer.actor))


async def _bill(account_id: int) -> None:
    async with db.write():
        await db.execute(
            "INSERT INTO bills (account_id, period, status, opening_kopecks, energy_kopecks, adjustment_kopecks, "
            "total_kopecks, vat_kopecks, vat_percent, missed, hold_reasons, created_at, issued_at, delivered_on, "
            "due_on) VALUES ({}, 202609, 'issued', 0, 100000, 0, 100000, 0, 22, 0, '[]', {}, {}, {}, {})",
            account_id,
            NOON,
            NOON,
            date(2026, 10, 1),
            date(2026, 10, 10),
        )


def suspended_letters(payer: Payer) -> list[tuple[str, int]]:
    """(account number, kopecks to pay oneself), in order."""
    rows = run(db.read("SELECT params FROM messages WHERE kind = 'autopay_suspended' ORDER BY id"))
    params = [json.loads(row["params"]) for row in rows]
    return [(each["account_number"], each["amount_kopecks"]) for each in params]


def test_a_card_refused_for_one_account_is_not_charged_for_another(owner: Payer) -> None:
    owner.tick("10-04 09:00")
    owner.tick("10-05 09:00")
    owner.tick("10-05 10:00")
    owner.card_will("succeeds")
    owner.tick("10-06 10:00")
    owner.tick("11-05 12:00")
    assert owner.captured() == []
    assert len(owner.keys()) == 1
    assert sorted(suspended_letters(owner)) == [("1000000101", OWED), ("2000000001", DACHA)]
    rows = run(db.read("SELECT account_id FROM events WHERE kind = 'autopay_suspended' ORDER BY account_id"))
    assert [row["account_id"] for row in rows] == [owner.account_id, dacha(owner).id]


@pytest.mark.parametrize("household", ["sqlite"], indirect=True)
def test_where_nothing_was_planned_the_letter_names_no_sum(owner: Payer) -> None:
    for when in ("10-04 09:00", "10-05 09:00"):
        owner.tick(when)
    run(_forget_planned(dacha(owner).id))
    owner.tick("10-05 10:00")
    assert sorted(suspended_letters(owner)) == [("1000000101", OWED), ("2000000001", 0)]
    sums, button = ["Заплатите, пожалуйста, 2\u00a0088,60\u00a0₽ до 10\u00a0октября сами."], ">Выбрать карту</a>"
    for letter in run(_letters()):
        assert button in letter.html
        assert [each for each in sums if each in letter.text] == (sums if "10000-001-01" in letter.text else [])


async def _letters() -> list[Letter]:
    sent = await Message.objects().where(Message.kind == "autopay_suspended")
    return [render(each, "ru") for each in sent]


async def _forget_planned(account_id: int) -> None:
    async with db.write():
        await db.execute("UPDATE autopay_months SET status = 'skipped' WHERE account_id = {}", account_id)


def test_refused_for_two_accounts_at_once_each_is_told_once(owner: Payer) -> None:
    _agrees(owner, 5)
    owner.tick("10-04 09:00")
    owner.tick("10-05 10:00")
    assert len(owner.keys()) == 2
    assert sorted(suspended_letters(owner)) == [("1000000101", OWED), ("2000000001", DACHA)]


@pytest.mark.parametrize(("outcome", "kopecks", "left"), [("succeeds", 0, [DACHA]), ("insufficient_funds", DACHA, [])])
def test_a_charge_under_way_meanwhile_is_the_last_one_of_the_card_and_told_at_its_end(
    owner: Payer, outcome: str, kopecks: int, left: list[int]
) -> None:
    _agrees(owner, 5)
    owner.tick("10-04 09:00")
    run(_put_off(owner.account_id))
    owner.card_will(outcome)
    owner.acquirer.faults(lose_answer=1)
    owner.tick("10-05 10:00")
    owner.card_will("card_expired")
    with at("10-05 10:01"):
        run(charge_due())
    assert suspended_letters(owner) == [("1000000101", OWED)]
    owner.tick("10-05 10:02")
    owner.card_will("succeeds")
    owner.tick("10-06 10:00")
    assert (owner.captured(), suspended_letters(owner)) == (left, [("1000000101", OWED), ("2000000001", kopecks)])


async def _put_off(account_id: int) -> None:
    """By a minute."""
    async with db.write():
        await db.execute(
            "UPDATE autopay_months SET next_at = '2026-10-05 07:01:00+00:00' WHERE account_id = {}", account_id
        )


@pytest.mark.parametrize("household", ["sqlite"], indirect=True)
def test_such_a_card_is_not_taken_for_autopay_again_and_another_one_is(owner: Payer) -> None:
    owner.tick("10-04 09:00")
    owner.tick("10-05 10:00")
    assert run(barred_cards(owner.household.user_id)) == {"first"}
    with pytest.raises(Refused, match="card_barred"):
        owner.wishes(on="10-06 12:00")
    with pytest.raises(Refused, match="card_barred"):
        _agrees(owner, 7, when="10-06 12:00")
    owner.card("passes", "second")
    _agrees(owner, 7, "second", "10-05 20:00")
    owner.tick("10-06 09:00")
    owner.tick("10-07 10:00")
    assert owner.captured() == [DACHA]
    assert run(barred_cards(owner.household.user_id)) == {"first"}


@pytest.mark.parametrize("household", ["sqlite"], indirect=True)
def test_a_card_that_was_refused_for_another_reason_may_be_taken(payer: Payer) -> None:
    payer.wishes()
    payer.card_will("general_decline")
    payer.tick("10-04 09:00")
    payer.tick("10-05 10:00")
    assert run(barred_cards(payer.household.user_id)) == frozenset()
    payer.wishes(kopecks=4000_00, on="10-06 12:00")


@pytest.mark.parametrize("household", ["sqlite"], indirect=True)
def test_a_charge_of_the_old_card_does_not_stop_autopay_that_has_another_by_then(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-04 09:00")
    payer.card_will("card_expired")
    payer.acquirer.faults(lose_answer=1)
    payer.tick("10-05 10:00")
    payer.wishes(card="second", on="10-05 10:00")
    payer.tick("10-05 10:01")
    assert run(db.read("SELECT suspended_at FROM autopays")) == [{"suspended_at": None}]
    assert payer.letters()[-1] == "autopay_refused"
