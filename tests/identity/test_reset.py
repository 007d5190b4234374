"""A forgotten password, on both engines: who gets a letter, and what its link is good for."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from lk import db
from lk.identity import resetting
from lk.identity.queries import viewer_of
from lk.identity.tables import Agent
from lk.outcome import Refused
from lk.tokens import derived_token
from tests.onboarding.newcomer import EMAIL, LOGIN, METER, NUMBER, PASSWORD, Newcomer

NEW = "скамейка-фонарь-пирог-88"


@pytest.fixture
def resident(newcomer: Newcomer) -> Newcomer:
    newcomer.open_cabinet()
    return newcomer


def ask(who: Newcomer, login: str = LOGIN) -> None:
    who.at(resetting.ask_reset, login, address=who.address)


def link(who: Newcomer, number: int = -1) -> str:
    letter = who.letters("password_reset")[number]
    return derived_token(*json.loads(letter["params"])["link"]["token_of"])


def choose(who: Newcomer, token: str, password: str = NEW) -> str:
    session, _ = who.at(resetting.choose_new_password, token, password, address=who.address, device="phone")
    return session


def gone(who: Newcomer, token: str) -> None:
    assert who.at(resetting.open_reset, token) is None
    with pytest.raises(Refused, match="reset_gone"):
        choose(who, token)


@pytest.mark.parametrize("typed", [LOGIN, LOGIN.upper(), EMAIL, "Ivan@Mail.example"])
def test_the_letter_goes_to_the_residents_own_address(resident: Newcomer, typed: str) -> None:
    ask(resident, typed)

    (letter,) = resident.letters("password_reset")
    assert letter["to_address"] == EMAIL
    assert json.loads(letter["params"])["login"] == LOGIN


def test_an_e_mail_of_several_cabinets_brings_a_letter_for_each(resident: Newcomer) -> None:
    resident.browser = None
    resident.open_cabinet("vtoroy-login", "2345678901", "20304050")
    ask(resident, EMAIL)

    logins = [json.loads(letter["params"])["login"] for letter in resident.letters("password_reset")]
    assert logins == [LOGIN, "vtoroy-login"]


def test_nobody_gets_no_letter(resident: Newcomer) -> None:
    ask(resident, "nobody@mail.example")

    assert resident.letters("password_reset") == []


def test_an_agents_password_is_never_reset_by_letter(resident: Newcomer) -> None:
    async def becomes_agent() -> None:
        async with db.write():
            user = (await db.read("SELECT id FROM users"))[0]["id"]
            await Agent.insert(Agent(user_id=user, code="А-1", role="support", totp_secret="A" * 32))

    resident.at(becomes_agent)
    ask(resident)

    assert resident.letters("password_reset") == []


def test_the_new_password_works_and_every_older_sign_in_is_over(resident: Newcomer) -> None:
    elsewhere = resident.sign_in().token
    ask(resident)
    here = choose(resident, link(resident))

    assert resident.at(viewer_of, elsewhere) is None
    assert resident.at(viewer_of, here) is not None
    assert resident.sign_in(password=NEW).token
    with pytest.raises(Refused, match="sign_in_wrong"):
        resident.sign_in(password=PASSWORD)
    assert [letter["to_address"] for letter in resident.letters("password_changed")] == [EMAIL]


def test_a_link_works_once_and_a_newer_letter_ends_the_older_one(resident: Newcomer) -> None:
    ask(resident)
    ask(resident)
    older, newer = link(resident, 0), link(resident, 1)

    gone(resident, older)
    choose(resident, newer)
    gone(resident, newer)


def test_a_link_is_good_for_half_an_hour_and_a_clock_set_back_revives_none(resident: Newcomer) -> None:
    ask(resident)
    token = link(resident)
    resident.now += timedelta(minutes=29, seconds=59)
    assert resident.at(resetting.open_reset, token) is not None
    resident.now += timedelta(seconds=1)
    gone(resident, token)
    resident.now -= timedelta(minutes=20)
    gone(resident, token)


@pytest.mark.parametrize("weak", ["short", f"{NUMBER}12", f"{METER}parol", LOGIN + "1", "parolparol12"])
def test_what_others_know_is_no_new_password_and_the_link_stays(resident: Newcomer, weak: str) -> None:
    ask(resident)
    token = link(resident)
    with pytest.raises(Refused):
        choose(resident, token, weak)

    assert choose(resident, token)


def test_three_letters_an_hour_and_the_same_words_for_nobody(resident: Newcomer) -> None:
    for login in (LOGIN, "nobody"):
        for _ in range(3):
            ask(resident, login)
        with pytest.raises(Refused, match="too_many_tries"):
            ask(resident, login)

    assert len(resident.letters("password_reset")) == 3


def test_the_database_holds_no_link(resident: Newcomer) -> None:
    ask(resident)

    stored = str(resident.rows("SELECT * FROM messages")) + str(resident.rows("SELECT * FROM password_resets"))
    assert link(resident) not in stored
