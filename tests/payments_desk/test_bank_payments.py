"""Payments of banks whose account number nobody has: a person finds whose they are, or the account comes later."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from lk.outcome import Refused
from lk.payments.number_slips import slips_of
from lk.payments.unmatched import assign, candidates_for, match_by_number, unmatched_count
from tests.payments_desk.cast import (
    ALLA,
    HOME,
    HOME_NUMBER,
    NEIGHBOUR,
    NEIGHBOUR_NUMBER,
    NOON,
    OLEG,
    OLGA,
    Desk,
    codes,
    run,
)

STRANGE = "1000000110"
"""Anna's number with its last two digits in the other order; Boris's is two digits away."""


def came(desk: Desk, number: str = STRANGE, external_id: str = "sb-1", kopecks: int = 1000_00) -> int:
    desk.change(
        "INSERT INTO bank_payments (external_id, account_number, paid_on, amount_kopecks, channel, loaded_at) "
        "VALUES ({}, {}, {}, {}, 'sberbank', {})",
        external_id,
        number,
        date(2026, 10, 2),
        kopecks,
        NOON,
    )
    return int(desk.one("SELECT id FROM bank_payments WHERE external_id = {}", external_id))


def test_a_slip_of_the_finger_is_one_digit_or_two_neighbours_turned() -> None:
    slips = slips_of("1000000101")
    assert {"1000000102", "2000000101", "1000000110", "0100000101"} <= slips
    assert not {"1000000101", "1000000100" + "1", "1000001010", "2000000102"} & slips
    assert all(len(slip) == 10 for slip in slips)
    assert slips_of("12345") == frozenset()


def test_the_account_of_that_very_number_is_suggested_first_and_then_those_a_slip_away(desk: Desk) -> None:
    found = run(candidates_for([HOME_NUMBER, STRANGE, "9999999999"]))
    assert [each.number for each in found[HOME_NUMBER]] == [HOME_NUMBER, NEIGHBOUR_NUMBER]
    assert [each.number for each in found[STRANGE]] == [HOME_NUMBER]
    assert found["9999999999"] == []


def test_a_payment_reaches_its_account_from_the_day_on_which_it_was_paid(desk: Desk) -> None:
    payment_id = came(desk)
    run(assign(payment_id, HOME_NUMBER, desk.actor(OLGA)))

    (entry,) = desk.rows("SELECT debit, credit, amount_kopecks, effective_on, key FROM ledger_entries")
    assert entry == {
        "debit": "bank_clearing",
        "credit": "receivable",
        "amount_kopecks": 1000_00,
        "effective_on": date(2026, 10, 2),
        "key": "bank:sb-1",
    }
    (row,) = desk.rows("SELECT account_id, assigned_by, assigned_at FROM bank_payments")
    assert row == {"account_id": desk.accounts[HOME], "assigned_by": desk.agents[OLGA], "assigned_at": NOON}
    assert (desk.happened(), run(unmatched_count())) == (["payment_succeeded"], 0)


def test_it_reaches_one_account_only(desk: Desk) -> None:
    payment_id = came(desk)
    run(assign(payment_id, HOME_NUMBER, desk.actor(OLGA)))
    assert codes(assign(payment_id, NEIGHBOUR_NUMBER, desk.actor(OLEG))) == ["assigned_already"]
    assert (desk.owes(HOME), desk.owes(NEIGHBOUR)) == (-1000_00, 0)


def test_of_two_operators_at_once_one_assigns_it(desk: Desk) -> None:
    payment_id = came(desk)

    async def both() -> list[object]:
        asked = (assign(payment_id, number, desk.actor(who)) for number, who in _TWO for _ in range(2))
        return list(await asyncio.gather(*asked, match_by_number(), return_exceptions=True))

    done = run(both())
    assert done.count(None) == 1
    assert all(each is None or each == 0 or isinstance(each, Refused) for each in done), done
    assert desk.owes(HOME) + desk.owes(NEIGHBOUR) == -1000_00
    assert len(desk.happened(HOME) + desk.happened(NEIGHBOUR)) == 1


_TWO = ((HOME_NUMBER, OLGA), (NEIGHBOUR_NUMBER, OLEG))


@pytest.mark.parametrize(
    ("number", "who", "code"), [("9999999999", OLGA, "unknown_account"), (HOME_NUMBER, ALLA, "not_an_operator")]
)
def test_it_stays_where_the_account_or_the_right_is_missing(desk: Desk, number: str, who: str, code: str) -> None:
    payment_id = came(desk)
    assert codes(assign(payment_id, number, desk.actor(who))) == [code]
    assert (run(unmatched_count()), desk.entries("payment")) == (1, [])


def test_when_the_account_comes_the_payment_reaches_it_by_itself(desk: Desk) -> None:
    came(desk)
    assert run(match_by_number()) == 0
    desk.change("UPDATE accounts SET number = {} WHERE number = {}", STRANGE, NEIGHBOUR_NUMBER)

    assert [run(match_by_number()), run(match_by_number())] == [1, 0]
    assert (desk.owes(NEIGHBOUR), desk.owes(HOME)) == (-1000_00, 0)
    assert desk.rows("SELECT assigned_by FROM bank_payments") == [{"assigned_by": None}]
