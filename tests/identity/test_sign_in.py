"""Limits on guessing, and who they must not lock out."""

from __future__ import annotations

import asyncio

import pytest

from lk import db
from lk.identity import actions, limits
from lk.outcome import Refused
from tests.onboarding.newcomer import LOGIN, PASSWORD, Newcomer


def refused(code: str, newcomer: Newcomer, login: str = LOGIN, password: str = "not the password") -> None:
    with pytest.raises(Refused) as refusal:
        newcomer.sign_in(login, password)
    assert [problem.code for problem in refusal.value.problems] == [code]


def fail(newcomer: Newcomer, tries: list[tuple[str, str]]) -> None:
    """Failures of (login, address), as many refused sign-ins leave them."""

    async def noted() -> None:
        async with db.write():
            for login, address in tries:
                await limits.note("sign_in", subject=login, address=address)

    newcomer.at(noted)


@pytest.fixture
def resident(newcomer: Newcomer) -> Newcomer:
    newcomer.open_cabinet()
    return newcomer


def test_ten_failures_in_a_quarter_of_an_hour_stop_the_one_who_guesses(resident: Newcomer) -> None:
    for _ in range(10):
        refused("sign_in_wrong", resident)

    refused("too_many_tries", resident, password=PASSWORD)
    resident.later(minutes=15)
    assert resident.sign_in().token


def test_a_stranger_who_guesses_does_not_lock_the_resident_out(resident: Newcomer) -> None:
    resident.address = "198.51.100.66"
    for _ in range(10):
        refused("sign_in_wrong", resident)
    resident.address = "203.0.113.7"

    assert resident.sign_in().token


def test_a_hundred_failures_an_hour_from_everywhere_stop_all_guessing(resident: Newcomer) -> None:
    fail(resident, [(LOGIN, f"198.51.100.{stranger}") for stranger in range(10)] * 10)

    refused("too_many_tries", resident, password=PASSWORD)
    resident.later(hours=1)
    assert resident.sign_in().token


def test_fifty_failures_from_one_address_stop_it_for_every_login(newcomer: Newcomer) -> None:
    fail(newcomer, [(f"nobody-{login}", newcomer.address) for login in range(49)])

    refused("sign_in_wrong", newcomer, login="nobody-50")
    refused("too_many_tries", newcomer, login="nobody-51")


def test_a_success_ends_the_row_of_failures(resident: Newcomer) -> None:
    for _ in range(9):
        refused("sign_in_wrong", resident)
    resident.sign_in()
    for _ in range(9):
        refused("sign_in_wrong", resident)

    assert resident.sign_in().token


def test_tries_at_once_are_counted_like_tries_in_a_row(resident: Newcomer) -> None:
    async def at_once() -> list[str]:
        tries = [actions.sign_in(LOGIN, "not the password", address=resident.address, device="") for _ in range(30)]
        answers = await asyncio.gather(*tries, return_exceptions=True)
        return [answer.problems[0].code for answer in answers if isinstance(answer, Refused)]

    codes = resident.at(at_once)

    assert codes.count("sign_in_wrong") == 10
    assert codes.count("too_many_tries") == 20


def test_a_session_token_is_stored_as_its_hash_alone(resident: Newcomer) -> None:
    token = resident.sign_in().token

    assert token not in str(resident.rows("SELECT * FROM sessions"))
