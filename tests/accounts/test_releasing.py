"""An agent's release of an account, on both engines: told, a day later, called off."""

from __future__ import annotations

import json

import pytest

from lk import db
from lk.accounts.queries import account_of
from lk.accounts.releasing import ask_release, cancel_release, end_accesses, release_by_link, release_due
from lk.actor import Actor
from lk.identity.actions import new_user
from lk.identity.tables import Agent
from lk.outcome import Refused
from lk.tokens import derived_token
from tests.onboarding.newcomer import EMAIL, LOGIN, Newcomer

ACCOUNT = "flat1234"


@pytest.fixture
def squatted(newcomer: Newcomer) -> Newcomer:
    """Somebody has opened a cabinet; an agent is at the desk."""
    newcomer.open_cabinet()
    hire(newcomer)
    return newcomer


def hire(newcomer: Newcomer) -> None:
    async def hired() -> None:
        async with db.write():
            await Agent.insert(Agent(user_id=await new_user("agent@mail.example"), code="А-1", role="support"))

    newcomer.at(hired)


def account_id(who: Newcomer) -> int:
    return int(who.rows("SELECT id FROM accounts WHERE public_id = {}", ACCOUNT)[0]["id"])


def ask(who: Newcomer, reason: str = "not_ours") -> None:
    (agent,) = who.rows("SELECT id, user_id FROM agents")
    who.at(ask_release, account_id(who), reason, Actor(agent["user_id"], agent["id"]))


def link(who: Newcomer) -> str:
    return derived_token(*json.loads(who.letters("release_asked")[-1]["params"])["link"]["token_of"])


def reaches(who: Newcomer) -> bool:
    (user,) = who.rows("SELECT id FROM users WHERE login = {}", LOGIN)
    found = who.at(account_of, ACCOUNT, user["id"])
    return found is not None and found.role is not None


def test_the_holder_is_told_at_once_and_keeps_the_cabinet_for_a_day(squatted: Newcomer) -> None:
    ask(squatted)
    assert [letter["to_address"] for letter in squatted.letters("release_asked")] == [EMAIL]
    squatted.later(hours=23, minutes=59)
    assert squatted.at(release_due) == 0
    assert reaches(squatted)
    squatted.later(minutes=1)
    assert squatted.at(release_due) == 1

    assert not reaches(squatted)
    assert [letter["to_address"] for letter in squatted.letters("account_released")] == [EMAIL]
    assert squatted.at(release_due) == 0


def test_whoever_comes_next_sees_nothing_earlier(squatted: Newcomer) -> None:
    ask(squatted)
    squatted.later(days=1)
    squatted.at(release_due)
    released_at = squatted.now
    squatted.put_on_record("hozyain@mail.example")
    squatted.browser = None
    squatted.later(hours=1)
    squatted.begin()
    squatted.ask_letter("hozyain@mail.example")
    squatted.press()
    squatted.choose("hozyain")

    (owner,) = squatted.rows("SELECT id FROM users WHERE login = 'hozyain'")
    found = squatted.at(account_of, ACCOUNT, owner["id"])
    assert found
    assert (found.access_role, found.is_provisional, found.seen_since) == ("holder", False, released_at)


@pytest.mark.parametrize("by", ["the holder", "the letter's link"])
def test_a_release_called_off_never_happens(squatted: Newcomer, by: str) -> None:
    ask(squatted)
    if by == "the letter's link":
        assert squatted.at(release_by_link, link(squatted)) is not None
    assert squatted.at(cancel_release, account_id(squatted), Actor(1))
    assert not squatted.at(cancel_release, account_id(squatted), Actor(1))
    squatted.later(days=2)

    assert squatted.at(release_due) == 0
    assert reaches(squatted)
    assert squatted.at(release_by_link, link(squatted)) is None


def test_one_release_at_a_time_for_a_reason(squatted: Newcomer) -> None:
    with pytest.raises(Refused, match="reason_wanted"):
        ask(squatted, "because")
    ask(squatted)
    with pytest.raises(Refused, match="release_asked"):
        ask(squatted)
    squatted.at(cancel_release, account_id(squatted), Actor(1))
    ask(squatted)
    assert len(squatted.letters("release_asked")) == 2


def test_without_a_cabinet_there_is_nothing_to_release(squatted: Newcomer) -> None:
    ask(squatted)
    squatted.later(days=1)
    squatted.at(release_due)
    with pytest.raises(Refused, match="no_cabinet"):
        ask(squatted)


def test_a_clock_set_back_revives_no_access(squatted: Newcomer) -> None:
    ask(squatted)
    squatted.later(days=1)
    squatted.at(release_due)
    squatted.later(days=-3)

    assert not reaches(squatted)
    assert squatted.at(release_by_link, link(squatted)) is None


def test_a_cabinet_that_ended_by_itself_leaves_no_release_to_whoever_comes_next(squatted: Newcomer) -> None:
    ask(squatted)
    number = account_id(squatted)

    async def ended() -> None:
        async with db.write():
            await end_accesses(number)

    squatted.at(ended)
    squatted.browser = None
    squatted.open_cabinet("hozyain")
    squatted.later(days=2)

    assert squatted.at(release_due) == 0
    (owner,) = squatted.rows("SELECT id FROM users WHERE login = 'hozyain'")
    found = squatted.at(account_of, ACCOUNT, owner["id"])
    assert found
    assert found.access_role == "holder"
