"""A card's term, the states of a link, the request that links."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lk.acquirer.answers import SavedCard, Unknown
from lk.acquirer.methods import Linked, LinkOutcome, LinkPending, LinkRefused
from lk.cards.forms import nonce_in
from lk.cards.messages import card_name
from lk.cards.rules import CardStatus, Step, Term, link_body, link_key, may_ask_on_return, next_status, next_step, term
from lk.period import Period
from lk.sandbox.validation import link_request

SAVED = SavedCard("22d6", "4444", "Mir", Period(2034, 12))
OUTCOMES: list[LinkOutcome] = [Linked(SAVED), LinkPending("22d6", None), LinkRefused("22d6"), Unknown("http_500")]


@pytest.mark.parametrize(
    ("today", "wanted"),
    [
        (date(2034, 10, 31), Term.GOOD),
        (date(2034, 11, 1), Term.ENDS_SOON),
        (date(2034, 12, 31), Term.ENDS_SOON),
        (date(2035, 1, 1), Term.OVER),
    ],
)
def test_a_card_is_warned_of_in_its_last_two_months_and_over_after_them(today: date, wanted: Term) -> None:
    assert term(Period(2034, 12), today) is wanted


def test_a_card_whose_last_month_is_not_told_is_good() -> None:
    assert term(None, date(2099, 12, 31)) is Term.GOOD


@given(st.lists(st.sampled_from(OUTCOMES), max_size=6))
def test_whatever_the_acquirer_says_a_link_only_goes_forward(outcomes: list[LinkOutcome]) -> None:
    order = [CardStatus.CREATED, CardStatus.PENDING, CardStatus.ACTIVE, CardStatus.REFUSED]
    status = CardStatus.CREATED
    for outcome in outcomes:
        reached = next_status(status, outcome)
        if reached is not None:
            assert order.index(reached) >= order.index(status)
            assert status.is_open
            status = reached


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_unlinked_card_stays_unlinked(outcome: LinkOutcome) -> None:
    assert next_status(CardStatus.UNLINKED, outcome) is None


@pytest.mark.parametrize(
    ("status", "is_known", "age", "step"),
    [
        (CardStatus.CREATED, False, timedelta(0), Step.SEND_AGAIN),
        (CardStatus.CREATED, False, timedelta(minutes=59), Step.SEND_AGAIN),
        (CardStatus.CREATED, False, timedelta(hours=1), Step.GIVE_UP),
        (CardStatus.PENDING, True, timedelta(days=1), Step.ASK),
        (CardStatus.ACTIVE, True, timedelta(0), None),
        (CardStatus.REFUSED, False, timedelta(0), None),
        (CardStatus.UNLINKED, True, timedelta(0), None),
    ],
)
def test_how_the_end_of_a_link_is_learned(
    status: CardStatus, is_known: bool, age: timedelta, step: Step | None
) -> None:
    assert next_step(status, is_known, age) is step


def test_whoever_waits_at_the_page_is_not_asked_for_every_second() -> None:
    asked_ago: list[timedelta | None] = [None, timedelta(seconds=2), timedelta(seconds=3)]
    assert [may_ask_on_return(each) for each in asked_ago] == [True, False, True]


def test_the_acquirer_accepts_the_request() -> None:
    assert link_request(link_body("https://lk.example/accounts/a/cards/b")) == "https://lk.example/accounts/a/cards/b"


def test_a_key_fits_the_acquirer_for_billions_of_users() -> None:
    assert len(link_key(9_999_999_999, "23456789abcd")) <= 64


@pytest.mark.parametrize("typed", ["", "23456789abc", "23456789abcd ", "23456789ABCD", "%3456789abcd", "٣٣٣٣٣٣٣٣٣٣٣٣"])
def test_what_the_page_did_not_write_is_no_mark_of_a_form(typed: str) -> None:
    assert nonce_in({"nonce": typed}) is None


@pytest.mark.parametrize(
    ("brand", "last_four", "name"),
    [("Mir", "4444", "Мир ··4444"), ("MasterCard", "1026", "Mastercard ··1026"), ("", "", "Карта"), ("Elo", "", "Elo")],
)
def test_a_card_is_called_by_its_brand_and_last_four_digits(brand: str, last_four: str, name: str) -> None:
    assert card_name(brand, last_four) == name
