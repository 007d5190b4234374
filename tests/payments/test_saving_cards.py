"""A card typed for a payment and kept by the payer's wish: with the success, once, and only then."""

from __future__ import annotations

import asyncio

import pytest

from lk import db
from lk.acquirer.answers import SavedCard, Succeeded, Told
from lk.outcome import Refused
from lk.payments.actions import ask_on_return, ask_open_payments, re_ask, take_event
from lk.payments.means import Means
from lk.payments.settling import settle
from lk.payments.tables import Payment
from lk.period import Period
from tests.payments.cast import OWED, Acquirer, Household, later, neighbour_of, run

KEEP = Means(saves_card=True)
SAVED = SavedCard("22d6d597-000f-5000-9000-145f6df21d6f", "4444", "Mir", Period(2034, 12))


def pays(household: Household, acquirer: Acquirer, means: Means = KEEP, card: str = "passes") -> Payment:
    payment = household.starts(means=means)
    acquirer.pay(payment.confirmation_url or "", card)
    run(re_ask(payment))
    return household.payment(payment.public_id)


def test_the_card_is_kept_with_the_money_and_charged_the_next_time(household: Household, acquirer: Acquirer) -> None:
    assert pays(household, acquirer).status == "succeeded"
    assert household.cards() == ["4444"]
    assert sorted(kind for kind, _ in household.letters()) == ["card_linked", "payment_received"]

    (row,) = run(db.read("SELECT public_id FROM cards"))
    assert household.pays_with(household.card(row["public_id"]), kopecks=100_00).status == "succeeded"


def test_without_the_wish_no_card_is_kept(household: Household, acquirer: Acquirer) -> None:
    pays(household, acquirer, Means())
    assert household.cards() == []


def test_a_card_that_the_acquirer_keeps_without_our_wish_is_not_linked(
    household: Household, acquirer: Acquirer
) -> None:
    payment = household.starts()
    told = Told(payment.acquirer_id or "", payment.key, OWED, "4444", SAVED)
    run(settle(payment.id, Succeeded(told)))
    assert (household.status(payment), household.cards()) == ("succeeded", [])


def test_a_declined_card_is_not_kept(household: Household, acquirer: Acquirer) -> None:
    assert pays(household, acquirer, card="no_money").status == "canceled"
    assert (household.cards(), household.letters()) == ([], [])


@pytest.mark.parametrize(("answer", "cards"), [("confirm", ["3220"]), ("refuse", [])])
def test_a_card_that_the_bank_asks_about_is_kept_once_confirmed(
    household: Household, acquirer: Acquirer, answer: str, cards: list[str]
) -> None:
    payment = household.starts(means=KEEP)
    acquirer.pay(payment.confirmation_url or "", "bank_check")
    acquirer.answer_bank(payment.confirmation_url or "", answer)
    with later(seconds=10):
        run(ask_open_payments())
    assert household.cards() == cards


def test_however_often_the_success_is_told_the_card_is_kept_once(household: Household, acquirer: Acquirer) -> None:
    payment = household.starts(means=KEEP)
    acquirer.pay(payment.confirmation_url or "")

    async def storm() -> None:
        events = [take_event("payment.succeeded", payment.acquirer_id or "") for _ in range(5)]
        await asyncio.gather(*events, ask_on_return(household.account.id, payment.public_id))

    run(storm())
    assert (household.cards(), household.told()) == (["4444"], ["card_linked"])
    assert len(household.entries()) == 1


def test_a_card_that_is_known_already_keeps_back_no_money(household: Household, acquirer: Acquirer) -> None:
    card = household.links(acquirer)
    payment = household.starts(means=KEEP)
    saved = SavedCard(card.acquirer_id or "", "4444", "Mir", None)
    run(settle(payment.id, Succeeded(Told(payment.acquirer_id or "", payment.key, OWED, "4444", saved))))
    assert (household.status(payment), household.owes(), household.cards()) == ("succeeded", 0, ["4444"])


def test_a_cabinet_closed_meanwhile_keeps_no_card_and_the_money_counts(
    household: Household, acquirer: Acquirer
) -> None:
    payment = household.starts(means=KEEP)
    acquirer.pay(payment.confirmation_url or "")
    run(_execute("UPDATE users SET closed_at = created_at, email = NULL"))
    run(re_ask(payment))
    assert (household.status(payment), household.owes(), household.cards()) == ("succeeded", 0, [])


def test_only_the_holder_may_have_a_card_kept(household: Household, acquirer: Acquirer) -> None:
    helper = run(neighbour_of(household, role="helper"))
    with pytest.raises(Refused, match="may_not_save"):
        helper.starts(means=KEEP)
    assert acquirer.payments() == []
    assert helper.starts().status == "pending"


async def _execute(sql: str) -> None:
    async with db.write():
        await db.execute(sql)
