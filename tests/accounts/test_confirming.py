"""A provisional cabinet and the code of the paper bill, on both engines."""

from __future__ import annotations

import pytest

from lk.accounts.confirming import confirm, confirm_by_code
from lk.accounts.queries import AccountView, account_of, confirmation_code
from lk.actor import Actor
from lk.outcome import Refused
from lk.text import fold_code
from tests.onboarding.newcomer import EMAIL, Newcomer

ACCOUNT = "flat1234"


@pytest.fixture
def holder(newcomer: Newcomer) -> Newcomer:
    newcomer.open_cabinet()
    return newcomer


def account(who: Newcomer) -> AccountView:
    (user,) = who.rows("SELECT id FROM users")
    found = who.at(account_of, ACCOUNT, user["id"])
    assert found
    return found


def enter(who: Newcomer, code: str) -> None:
    who.at(confirm_by_code, account(who), code, Actor(address=who.address))


def paper_code(who: Newcomer) -> str:
    return confirmation_code(account(who).access_id or 0)


def test_nothing_from_before_its_opening_until_the_code(holder: Newcomer) -> None:
    assert account(holder).seen_since == holder.now
    assert account(holder).title == "Счёт 12345-678-90"
    enter(holder, paper_code(holder))

    assert account(holder).seen_since is None
    assert account(holder).title == "Лесная, 5 — кв.\u00a01"
    assert [letter["to_address"] for letter in holder.letters("cabinet_confirmed")] == [EMAIL]


def test_a_cabinet_with_the_address_on_record_needs_no_code(newcomer: Newcomer) -> None:
    newcomer.put_on_record(EMAIL)
    newcomer.open_cabinet()

    assert not account(newcomer).is_provisional
    assert account(newcomer).seen_since is None


def test_the_code_may_be_typed_as_people_type(holder: Newcomer) -> None:
    code = paper_code(holder)
    enter(holder, f" {code[:4].upper()} — {code[4:]} ")

    assert not account(holder).is_provisional


def test_five_wrong_codes_an_hour_and_twenty_a_month(holder: Newcomer) -> None:
    code = paper_code(holder)
    for _ in range(4):
        for _ in range(5):
            with pytest.raises(Refused, match="code_wrong"):
                enter(holder, "22222222")
        with pytest.raises(Refused, match="too_many_codes"):
            enter(holder, code)
        holder.later(hours=1)

    with pytest.raises(Refused, match="too_many_codes"):
        enter(holder, code)
    holder.later(days=30)
    enter(holder, code)
    assert not account(holder).is_provisional


def test_another_cabinets_code_is_wrong_and_none_is_stored(holder: Newcomer) -> None:
    with pytest.raises(Refused, match="code_wrong"):
        enter(holder, confirmation_code((account(holder).access_id or 0) + 1))

    assert paper_code(holder) not in str(holder.rows("SELECT * FROM accesses"))


def test_the_hotline_confirms_once_and_says_so(holder: Newcomer) -> None:
    for _ in range(2):
        holder.at(confirm, account(holder).id, Actor(1, 1))

    assert not account(holder).is_provisional
    assert len(holder.letters("cabinet_confirmed")) == 1
    events = holder.rows("SELECT kind, actor_agent_id FROM events WHERE kind = 'cabinet_confirmed'")
    assert events == [{"kind": "cabinet_confirmed", "actor_agent_id": 1}]


def test_cyrillic_letters_that_look_the_same_are_the_same() -> None:
    assert fold_code("АВСЕ-КМНР") == "abcekmhp"
