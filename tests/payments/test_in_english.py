"""Payments, cards and autopay as somebody reads them who chose English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages import untranslated
from tests.payments.cast import Acquirer, another_place, later
from tests.payments.site import CARDS, HOME, PAYMENTS, Site, open_site

AUTOPAY = f"{HOME}/autopay"
CARD = re.compile(r'name="card" type="radio" value="(\w+)"')


@pytest.fixture
def reader(tmp_path: Path, sqlite: None, acquirer: Acquirer) -> Iterator[Site]:
    """The payer has two places on which something is owed."""

    async def dacha(user_id: int) -> None:
        await another_place(user_id, "dacha2345678", "2000000101", 303_180, name="Дача")

    with open_site(tmp_path / "lk.sqlite3", acquirer, furnish=dacha) as site:
        for each in (site.payer, site.agent):
            each.http.cookies.set("lk_language", "en")
        yield site


def is_english(site: Site, *said: str) -> None:
    """The page seen last."""
    assert untranslated(site.payer.page) == []
    for each in said:
        assert each in site.payer.text, each


def test_a_payment_that_went_through_and_one_that_did_not(reader: Site, acquirer: Acquirer) -> None:
    reader.payer.get(PAYMENTS)
    is_english(reader, "To pay by 10 October", "Pay 2,088.60 ₽", 'value="2088.60"')
    began = reader.pays().headers["location"]
    reader.payer.get(_newest(reader))
    is_english(reader, "Waiting for the bank")
    reader.payer.get(PAYMENTS)
    is_english(reader, "You began to pay and did not finish")
    acquirer.pay(began, card="no_money")
    with later(seconds=10):
        reader.payer.get(_newest(reader))
    is_english(reader, "There was not enough money on the card.")
    reader.payer.get(PAYMENTS)
    acquirer.pay(reader.pays(amount="2,088.60").headers["location"])
    reader.payer.get(_newest(reader))
    is_english(reader, "The payment went through", "2,088.60 ₽")


@pytest.mark.parametrize("amount", ["", "2,08,8", "300000.01"])
def test_a_refused_sum(reader: Site, amount: str) -> None:
    reader.payer.get(PAYMENTS)
    reader.payer.post(PAYMENTS, amount=amount, nonce="zzzzzzzzzzzz")
    assert reader.payer.status == 422
    is_english(reader)


def test_an_answer_that_was_lost(reader: Site, acquirer: Acquirer) -> None:
    reader.payer.get(PAYMENTS)
    acquirer.faults(down=True)
    reader.payer.get(reader.pays().headers["location"])
    is_english(reader, "The bank has not said yet")
    reader.payer.get(PAYMENTS)
    is_english(reader, "The last payment is not finished yet", "Pay 2,088.60 ₽ anyway")


def test_a_card_from_the_button_until_it_is_unlinked(reader: Site) -> None:
    reader.payer.get(CARDS)
    is_english(reader, "Link a card")
    card = reader.links()
    is_english(reader, "Card linked", "Mir ··4444")
    reader.links()
    reader.payer.get(CARDS)
    is_english(reader, "Link another card", "to the end of December 2034")
    reader.payer.get(PAYMENTS)
    is_english(reader, "Pay 2,088.60 ₽, card ··4444", "Mir ··4444, linked on 5 October 2026 at 12:00")
    reader.payer.get(f"{card}/removal")
    is_english(reader, "Unlink Mir ··4444")


def test_several_places_with_one_button(reader: Site) -> None:
    reader.payer.get("/payments")
    is_english(reader, "To pay for all addresses with one button")
    reader.links()
    reader.payer.get("/payments")
    is_english(reader, "Pay all: 5,120.40 ₽")
    total = re.search(r'name="total" value="(\d+)"', reader.payer.page)
    card = CARD.search(reader.payer.page)
    assert total
    assert card
    ticked = {"account-lesnaya5kv12": "yes", "account-dacha2345678": "yes"}
    reader.payer.get(reader.sends("/payments", total=total[1], card=card[1], **ticked).headers["location"])
    is_english(reader, "All paid")


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"mode": "bill", "limit": "5,000"}, "On the 5th of every month we take the sum of the bill"),
        ({"mode": "fixed", "amount": "2000"}, "On the 5th of every month we take 2,000 ₽."),
        ({"mode": "fixed", "amount": "9000.50"}, "On the 5th of every month we take 9,000.50 ₽."),
    ],
)
def test_autopay_from_its_rehearsal_until_it_is_switched_off(reader: Site, wanted: dict[str, str], said: str) -> None:
    reader.payer.get(AUTOPAY)
    is_english(reader, "First a card")
    reader.links()
    card = CARD.search(reader.payer.get(AUTOPAY))
    assert card
    is_english(reader, "3rd")
    reader.payer.post(AUTOPAY, day="5", card=card[1], **wanted)
    is_english(reader, "How it will be taken", "First time: 5 November")
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', reader.payer.page.split("<main")[-1]))
    fields.pop("_csrf_token")
    reader.payer.post(AUTOPAY, **fields)
    is_english(reader, said)
    reader.payer.get(f"{CARDS}/{card[1]}/removal")
    is_english(reader, "Autopay uses this card.")
    reader.agent.get(AUTOPAY)
    assert untranslated(reader.agent.page) == []


@pytest.mark.parametrize(
    "wanted", [{"mode": "bill"}, {"mode": "bill", "limit": "much"}, {"mode": "fixed", "amount": "0.1"}, {"mode": "all"}]
)
def test_an_autopay_that_is_refused(reader: Site, wanted: dict[str, str]) -> None:
    reader.links()
    reader.payer.get(AUTOPAY)
    reader.payer.post(AUTOPAY, day="11", **wanted)
    assert reader.payer.status == 422
    is_english(reader)


def _newest(site: Site) -> str:
    return f"{PAYMENTS}/{site.rows('SELECT public_id FROM payments ORDER BY id DESC')[0][0]}"
