"""A payment of a bank that is nobody's goes back to its sender, for good, and above a limit by two people."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from lk import db
from lk.operations.imports import import_text
from lk.payments.bank_returns import approve_bank_return, ask_for_bank_return, refuse_bank_return
from lk.payments.desk_strays import returned_bank_payments
from lk.payments.tables import BankReturn
from lk.payments.unmatched import assign, match_by_number, unmatched_count
from tests.payments_desk.cast import (
    ALLA,
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
from tests.payments_desk.test_bank_payments import STRANGE, came

NONCE, OTHER = "23456789abcd", "bcdefghjkmnp"
WORDS = "Поручение 118, отправитель ошибся"


def back(
    desk: Desk, payment_id: int, who: str = OLGA, nonce: str = NONCE, words: str = WORDS
) -> Coroutine[Any, Any, BankReturn]:
    return ask_for_bank_return(payment_id, words, desk.actor(who), nonce=nonce)


def its_account_comes(desk: Desk) -> None:
    desk.change("UPDATE accounts SET number = {} WHERE number = {}", STRANGE, NEIGHBOUR_NUMBER)


def test_what_went_back_is_closed_for_good_and_leaves_no_money_behind(desk: Desk) -> None:
    payment_id = came(desk)
    assert run(back(desk, payment_id)).status == "returned"

    assert run(unmatched_count()) == 0
    (shown,) = run(returned_bank_payments(10))
    assert (shown.account_number, shown.amount_kopecks, shown.words, shown.asked_by) == (STRANGE, 1000_00, WORDS, OLGA)
    assert desk.one("SELECT returned_at FROM bank_payments") == NOON
    its_account_comes(desk)
    assert run(match_by_number()) == 0
    assert codes(assign(payment_id, HOME_NUMBER, desk.actor(OLEG))) == ["returned_already"]
    assert codes(back(desk, payment_id, OLEG, OTHER)) == ["returned_already"]
    assert desk.entries("payment") == []
    (event,) = desk.rows("SELECT kind, account_id, actor_agent_id FROM events WHERE kind NOT LIKE 'money_%'")
    assert event == {"kind": "bank_payment_returned", "account_id": None, "actor_agent_id": desk.agents[OLGA]}


def test_the_schema_gives_no_account_to_what_went_back(desk: Desk) -> None:
    run(back(desk, came(desk)))
    with pytest.raises(db.CONSTRAINT_ERRORS):
        desk.change("UPDATE bank_payments SET account_id = {}", desk.accounts[NEIGHBOUR])


def test_the_same_row_of_a_registry_opens_it_no_more_and_another_one_does(desk: Desk) -> None:
    run(back(desk, came(desk)))
    registry = (
        "external_id,account_number,paid_on,amount,channel\n"
        f"sb-1,{STRANGE},2026-10-02,1000.00,sberbank\nsb-2,{STRANGE},2026-10-04,1000.00,sberbank\n"
    )
    assert run(import_text("payments", registry)).added == 1
    assert desk.rows("SELECT external_id FROM bank_payments WHERE account_id IS NULL AND returned_at IS NULL") == [
        {"external_id": "sb-2"}
    ]


def test_what_reached_an_account_does_not_go_back(desk: Desk) -> None:
    payment_id = came(desk)
    run(assign(payment_id, HOME_NUMBER, desk.actor(OLGA)))
    assert codes(back(desk, payment_id)) == ["assigned_already"]
    assert desk.rows("SELECT id FROM bank_returns") == []


@pytest.mark.parametrize(("who", "words", "code"), [(ALLA, WORDS, "not_an_operator"), (OLGA, " ", "words_wanted")])
def test_it_wants_an_operator_and_words(desk: Desk, who: str, words: str, code: str) -> None:
    assert codes(back(desk, came(desk), who, words=words)) == [code]
    assert run(unmatched_count()) == 1


def test_above_the_limit_it_waits_for_a_second_person_and_reaches_nobody_meanwhile(desk: Desk) -> None:
    payment_id = came(desk, kopecks=5_000_01)
    assert run(back(desk, payment_id)).status == "waiting"
    its_account_comes(desk)
    assert run(match_by_number()) == 0
    assert codes(assign(payment_id, HOME_NUMBER, desk.actor(OLEG))) == ["going_back"]
    assert codes(approve_bank_return(NONCE, desk.actor(OLGA))) == ["same_person"]
    assert codes(refuse_bank_return(NONCE, "Нет", desk.actor(OLGA))) == ["same_person"]
    assert codes(approve_bank_return(NONCE, desk.actor(ALLA))) == ["not_an_operator"]
    assert run(unmatched_count()) == 1

    run(approve_bank_return(NONCE, desk.actor(OLEG)))
    assert run(unmatched_count()) == 0
    assert codes(refuse_bank_return(NONCE, "Нет", desk.actor(OLEG))) == ["decided_already"]


def test_a_refused_return_lets_the_payment_reach_its_account_again(desk: Desk) -> None:
    run(back(desk, came(desk, kopecks=6_000_00)))
    run(refuse_bank_return(NONCE, "Счёт загрузят завтра", desk.actor(OLEG)))
    its_account_comes(desk)
    assert run(match_by_number()) == 1
    assert desk.owes(NEIGHBOUR) == -6_000_00


def test_small_returns_of_one_person_are_a_large_one(desk: Desk) -> None:
    run(back(desk, came(desk, kopecks=3_000_00)))
    second = came(desk, external_id="sb-2", kopecks=2_000_01)
    assert run(back(desk, second, nonce=OTHER)).status == "waiting"
    run(refuse_bank_return(OTHER, "Сам", desk.actor(OLEG)))
    assert run(back(desk, second, OLEG, "cdefghjkmnpq")).status == "returned"


def test_of_many_at_once_one_decides(desk: Desk) -> None:
    payment_id = came(desk)
    its_account_comes(desk)

    async def at_once() -> list[object]:
        asked = (
            back(desk, payment_id),
            back(desk, payment_id),
            back(desk, payment_id, OLEG, OTHER),
            assign(payment_id, HOME_NUMBER, desk.actor(OLEG)),
            match_by_number(),
        )
        return list(await asyncio.gather(*asked, return_exceptions=True))

    run(at_once())
    (row,) = desk.rows("SELECT account_id, returned_at FROM bank_payments")
    assert (row["account_id"] is None) == (row["returned_at"] is not None)
    assert len(desk.entries("payment")) == int(row["returned_at"] is None)
    assert len(desk.rows("SELECT id FROM bank_returns")) == int(row["returned_at"] is not None)
