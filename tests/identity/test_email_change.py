"""A new e-mail, on both engines: both addresses agree, either calls it off."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from lk.actor import Actor
from lk.identity import emails
from lk.identity.queries import Viewer, viewer_of
from lk.outcome import Refused
from lk.tokens import derived_token
from tests.onboarding.newcomer import EMAIL, Newcomer

NEW = "novaya@mail.example"


@pytest.fixture
def resident(newcomer: Newcomer) -> Newcomer:
    newcomer.open_cabinet()
    return newcomer


def viewer(who: Newcomer) -> Viewer:
    found = who.at(viewer_of, who.sign_in().token)
    assert found
    return found


def ask(who: Newcomer, email: str = NEW) -> tuple[str, str]:
    """The links to the old and to the new address."""
    who.at(emails.ask_change, viewer(who), email, address=who.address)
    tokens = []
    for kind, to_address in (("email_change_old", EMAIL), ("email_change_new", email)):
        letter = who.letters(kind)[-1]
        assert letter["to_address"] == to_address
        tokens.append(derived_token(*json.loads(letter["params"])["link"]["token_of"]))
    return tokens[0], tokens[1]


def agree(who: Newcomer, token: str) -> bool:
    return who.at(emails.agree, token, address=who.address)


def email(who: Newcomer) -> str:
    return str(who.rows("SELECT email FROM users")[0]["email"])


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_it_counts_once_both_addresses_agree_in_any_order(resident: Newcomer, order: tuple[int, int]) -> None:
    tokens = ask(resident)
    assert not agree(resident, tokens[order[0]])
    assert email(resident) == EMAIL
    assert agree(resident, tokens[order[1]])

    assert email(resident) == NEW
    assert {letter["to_address"] for letter in resident.letters("email_changed")} == {EMAIL, NEW}


def test_one_address_alone_changes_nothing_however_often_it_agrees(resident: Newcomer) -> None:
    _, new = ask(resident)
    assert [agree(resident, new) for _ in range(3)] == [False] * 3
    assert email(resident) == EMAIL


@pytest.mark.parametrize("which", [0, 1])
def test_either_address_calls_it_off(resident: Newcomer, which: int) -> None:
    tokens = ask(resident)
    change = resident.at(emails.change_by, tokens[which])
    assert change
    resident.at(emails.call_off, change, Actor())

    for token in tokens:
        with pytest.raises(Refused, match="change_gone"):
            agree(resident, token)
    assert email(resident) == EMAIL


def test_a_newer_change_ends_the_older_one(resident: Newcomer) -> None:
    older = ask(resident)
    newer = ask(resident, "drugaya@mail.example")
    for token in older:
        with pytest.raises(Refused, match="change_gone"):
            agree(resident, token)
    agree(resident, newer[0])
    agree(resident, newer[1])
    assert email(resident) == "drugaya@mail.example"


def test_it_waits_a_day_and_a_clock_set_back_revives_nothing(resident: Newcomer) -> None:
    tokens = ask(resident)
    resident.now += timedelta(hours=24)
    assert resident.at(emails.change_by, tokens[0]) is None
    resident.now -= timedelta(hours=23)
    assert resident.at(emails.change_by, tokens[1]) is None


def test_five_changes_a_day_and_never_to_the_same(resident: Newcomer) -> None:
    with pytest.raises(Refused, match="same_email"):
        ask(resident, EMAIL.upper())
    for number in range(5):
        ask(resident, f"novaya{number}@mail.example")
    with pytest.raises(Refused, match="too_many_changes"):
        ask(resident)
