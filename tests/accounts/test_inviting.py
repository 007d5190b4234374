"""Helpers, on both engines: who may ask them in, who comes in, and who is out."""

from __future__ import annotations

import asyncio
import json

import pytest

from lk import db
from lk.accounts import inviting
from lk.accounts.queries import AccountView, account_of
from lk.accounts.releasing import end_accesses
from lk.actor import Actor
from lk.outcome import Refused
from lk.tokens import derived_token
from tests.onboarding.newcomer import EMAIL, LOGIN, Newcomer

ACCOUNT = "flat1234"
HELPER = "dochka@mail.example"
PASSWORD = "скамейка-фонарь-пирог-88"


@pytest.fixture
def holder(newcomer: Newcomer) -> Newcomer:
    newcomer.put_on_record(EMAIL)
    newcomer.open_cabinet()
    return newcomer


def user_id(who: Newcomer, login: str = LOGIN) -> int:
    return int(who.rows("SELECT id FROM users WHERE login = {}", login)[0]["id"])


def account(who: Newcomer, login: str = LOGIN) -> AccountView:
    found = who.at(account_of, ACCOUNT, user_id(who, login))
    assert found
    return found


def invite(who: Newcomer, email: str = HELPER) -> str:
    who.at(inviting.invite, account(who), email, Actor(user_id(who)))
    letter = who.letters("invitation")[-1]
    assert letter["to_address"] == email
    return derived_token(*json.loads(letter["params"])["link"]["token_of"])


def come_in(who: Newcomer, token: str, login: str = "dochka") -> None:
    who.at(inviting.accept_anew, token, login, PASSWORD, address="", device="")


def gone(who: Newcomer, token: str) -> None:
    assert who.at(inviting.invitation_by, token) is None
    with pytest.raises(Refused, match="invitation_gone"):
        come_in(who, token, "pozdno")


def test_a_helper_comes_in_by_the_letter_with_an_own_login(holder: Newcomer) -> None:
    token = invite(holder)
    come_in(holder, token)

    assert account(holder, "dochka").access_role == "helper"
    assert holder.sign_in("dochka", PASSWORD).token
    assert [letter["to_address"] for letter in holder.letters("helper_joined")] == [EMAIL]
    gone(holder, token)


def test_a_helper_with_a_cabinet_of_their_own_adds_the_place_to_it(holder: Newcomer) -> None:
    token = invite(holder)
    holder.browser = None
    holder.open_cabinet("sosed", "2345678901", "20304050")
    sosed = user_id(holder, "sosed")

    assert holder.at(inviting.accept, token, sosed, Actor(sosed)) == ACCOUNT
    assert account(holder, "sosed").access_role == "helper"


def test_the_holder_cannot_be_their_own_helper(holder: Newcomer) -> None:
    with pytest.raises(Refused, match="yours_already"):
        holder.at(inviting.accept, invite(holder), user_id(holder), Actor(user_id(holder)))


def test_a_provisional_cabinet_asks_nobody_in(newcomer: Newcomer) -> None:
    newcomer.open_cabinet()
    with pytest.raises(Refused, match="not_yet"):
        invite(newcomer)


def test_a_helper_asks_nobody_in_and_removes_nobody(holder: Newcomer) -> None:
    come_in(holder, invite(holder))
    helper = Actor(user_id(holder, "dochka"))
    with pytest.raises(Refused, match="not_holder"):
        holder.at(inviting.invite, account(holder, "dochka"), "podruga@mail.example", helper)
    with pytest.raises(Refused, match="not_holder"):
        holder.at(inviting.remove_helper, account(holder).id, account(holder, "dochka").access_id, helper)


def test_five_helpers_with_those_still_asked(holder: Newcomer) -> None:
    for number in range(5):
        invite(holder, f"helper{number}@mail.example")
    with pytest.raises(Refused, match="too_many_helpers"):
        invite(holder)


def test_ten_invitations_a_day(holder: Newcomer) -> None:
    for _ in range(10):
        invite(holder)
        newest = holder.rows("SELECT max(id) AS id FROM invitations")[0]["id"]
        holder.at(inviting.withdraw, account(holder).id, newest, Actor(user_id(holder)))
    with pytest.raises(Refused, match="too_many_invitations"):
        invite(holder)


def test_an_invitation_taken_back_or_a_week_old_opens_nothing(holder: Newcomer) -> None:
    taken_back, old = invite(holder), invite(holder)
    first = holder.rows("SELECT min(id) AS id FROM invitations")[0]["id"]
    holder.at(inviting.withdraw, account(holder).id, first, Actor(user_id(holder)))
    gone(holder, taken_back)
    holder.later(days=7)
    gone(holder, old)
    holder.later(days=-6)
    gone(holder, old)


def test_a_removed_helper_is_out_at_once_and_both_are_told(holder: Newcomer) -> None:
    come_in(holder, invite(holder))
    access_id = account(holder, "dochka").access_id
    holder.at(inviting.remove_helper, account(holder).id, access_id, Actor(user_id(holder)))

    assert account(holder, "dochka").access_role is None
    assert {letter["to_address"] for letter in holder.letters("helper_left")} == {EMAIL, HELPER}


def test_a_helper_may_leave_and_a_holder_may_not(holder: Newcomer) -> None:
    come_in(holder, invite(holder))
    for login in ("dochka", LOGIN):
        holder.at(inviting.leave, account(holder).id, user_id(holder, login), Actor(user_id(holder, login)))

    assert account(holder, "dochka").access_role is None
    assert account(holder).access_role == "holder"


def test_two_clicks_at_once_let_one_helper_in(holder: Newcomer) -> None:
    token = invite(holder)

    async def twice() -> list[object]:
        tries = [inviting.accept_anew(token, f"dochka{n}", PASSWORD, address="", device="") for n in range(2)]
        return await asyncio.gather(*tries, return_exceptions=True)

    answers = holder.at(twice)
    assert [isinstance(answer, Refused) for answer in answers].count(True) == 1
    assert len(holder.rows("SELECT id FROM accesses WHERE role = 'helper'")) == 1
    assert len(holder.rows("SELECT id FROM users WHERE login LIKE 'dochka%'")) == 1


def test_when_the_account_is_released_its_helpers_and_invitations_go_too(holder: Newcomer) -> None:
    come_in(holder, invite(holder))
    waiting = invite(holder, "syn@mail.example")

    number = account(holder).id

    async def end() -> None:
        async with db.write():
            await end_accesses(number)

    holder.at(end)
    assert account(holder, "dochka").access_role is None
    gone(holder, waiting)
