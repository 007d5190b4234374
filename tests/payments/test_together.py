"""What is owed on several accounts, paid at once with one linked card: a payment for each."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from lk import db
from lk.accounts.tables import Access
from lk.actor import Actor
from lk.cards.tables import Card
from lk.outcome import Refused
from lk.payments.actions import ask_open_payments
from lk.payments.owing import owing_accounts, payments_of_form
from lk.payments.together import ask_on_return_together, pay_together
from tests.payments.cast import NONCE, NOON, OWED, Acquirer, Household, another_place, later, neighbour_of, run

HOME, DACHA, GARAGE = "lesnaya5kv12", "dacha2345678", "garage234567"
DACHA_OWED, GARAGE_OWED = 150_000, 40_050
ALL = OWED + DACHA_OWED + GARAGE_OWED
OTHER_NONCE = "zzzzzzzzzzzz"


@pytest.fixture
def owner(household: Household) -> Household:
    """Of three places on which something is owed, and of one on which there is an advance."""
    for number, (public_id, owed) in enumerate(
        [(DACHA, DACHA_OWED), (GARAGE, GARAGE_OWED), ("advance23456", -500_00)], start=1
    ):
        run(another_place(household.user_id, public_id, f"200000010{number}", owed))
    return household


async def pay(
    owner: Household, card: str, *, ids: list[str] | None = None, total: int = ALL, nonce: str = NONCE
) -> None:
    chosen = [HOME, DACHA, GARAGE] if ids is None else ids
    await pay_together(owner.user_id, chosen, Actor(owner.user_id), nonce=nonce, card_id=card, total_kopecks=total)


def outcomes(owner: Household, nonce: str = NONCE) -> list[tuple[str, int, str]]:
    found = run(payments_of_form(owner.user_id, nonce))
    return sorted((each.account_public_id, each.amount_kopecks, each.status.value) for each in found)


def test_every_place_with_a_debt_is_listed_with_its_sum(owner: Household, acquirer: Acquirer) -> None:
    listed = {each.public_id: (each.owed_kopecks, each.due_on) for each in run(owing_accounts(owner.user_id))}
    assert listed == {HOME: (OWED, date(2026, 10, 10)), DACHA: (DACHA_OWED, None), GARAGE: (GARAGE_OWED, None)}


def test_one_form_pays_on_each_of_them(owner: Household, acquirer: Acquirer) -> None:
    card = owner.links(acquirer)
    run(pay(owner, card.public_id))
    assert outcomes(owner) == [
        (DACHA, DACHA_OWED, "succeeded"),
        (GARAGE, GARAGE_OWED, "succeeded"),
        (HOME, OWED, "succeeded"),
    ]
    assert sorted(kopecks for _, kopecks in acquirer.captures()) == sorted([OWED, DACHA_OWED, GARAGE_OWED])
    assert run(owing_accounts(owner.user_id)) == []


def test_only_what_is_ticked_is_paid(owner: Household, acquirer: Acquirer) -> None:
    card = owner.links(acquirer)
    run(pay(owner, card.public_id, ids=[DACHA], total=DACHA_OWED))
    assert outcomes(owner) == [(DACHA, DACHA_OWED, "succeeded")]
    assert owner.owes() == OWED


def test_a_sum_other_than_the_buttons_charges_nothing(owner: Household, acquirer: Acquirer) -> None:
    card = owner.links(acquirer)
    for ids, total in (([HOME, DACHA], ALL), ([HOME, DACHA, GARAGE], ALL - 1), ([HOME], 0)):
        with pytest.raises(Refused, match="total_changed"):
            run(pay(owner, card.public_id, ids=ids, total=total))
    assert acquirer.payments() == []


def test_the_same_form_again_begins_nothing(owner: Household, acquirer: Acquirer) -> None:
    card = owner.links(acquirer)
    run(pay(owner, card.public_id))
    run(pay(owner, card.public_id))
    assert (len(outcomes(owner)), len(acquirer.captures())) == (3, 3)


def test_a_double_click_pays_each_once(owner: Household, acquirer: Acquirer) -> None:
    card = owner.links(acquirer)
    acquirer.faults(not_idempotent=True)

    async def clicks() -> None:
        await asyncio.gather(*(pay(owner, card.public_id) for _ in range(4)))

    run(clicks())
    assert (len(outcomes(owner)), len(acquirer.captures())) == (3, 3)


def test_two_tabs_pay_each_once(owner: Household, acquirer: Acquirer) -> None:
    card = owner.links(acquirer)

    async def tabs() -> list[object]:
        both = (pay(owner, card.public_id, nonce=nonce) for nonce in (NONCE, OTHER_NONCE))
        return list(await asyncio.gather(*both, return_exceptions=True))

    assert sorted(type(each).__name__ for each in run(tabs())) == ["NoneType", "Refused"]
    assert len(acquirer.captures()) == 3


def test_each_has_its_own_outcome(owner: Household, acquirer: Acquirer) -> None:
    card = owner.links(acquirer)
    acquirer.faults(lose_answer=1)
    run(pay(owner, card.public_id))
    assert sorted(status for *_, status in outcomes(owner)) == ["succeeded", "succeeded", "unknown"]

    run(ask_on_return_together(run(payments_of_form(owner.user_id, NONCE))))
    assert [status for *_, status in outcomes(owner)] == ["succeeded"] * 3
    assert len(acquirer.captures()) == 3


def test_a_declined_card_takes_nothing_on_any_of_them(owner: Household, acquirer: Acquirer) -> None:
    run(pay(owner, owner.links(acquirer, "no_money").public_id))
    assert [status for *_, status in outcomes(owner)] == ["canceled"] * 3
    assert acquirer.captures() == []


def test_a_process_that_died_before_the_calls_leaves_payments_that_are_sent_later(
    owner: Household, acquirer: Acquirer
) -> None:
    card = owner.links(acquirer)
    acquirer.faults(down=True)
    run(pay(owner, card.public_id))
    acquirer.faults(down=False)
    run(_execute("UPDATE payments SET status = 'created', asked_at = NULL"))
    with later(minutes=1):
        run(ask_open_payments())
    assert [status for *_, status in outcomes(owner)] == ["succeeded"] * 3
    assert len(acquirer.captures()) == 3


def test_a_place_whose_last_payment_is_not_known_is_left_out(owner: Household, acquirer: Acquirer) -> None:
    card = owner.links(acquirer)
    acquirer.faults(error_500=1)
    owner.pays_with(card, nonce=OTHER_NONCE)
    with pytest.raises(Refused, match="total_changed"):
        run(pay(owner, card.public_id))
    run(pay(owner, card.public_id, total=ALL - OWED))
    assert [place for place, *_ in outcomes(owner)] == [DACHA, GARAGE]


def test_neither_anothers_place_nor_anothers_card_is_paid_with(owner: Household, acquirer: Acquirer) -> None:
    card = owner.links(acquirer)
    stranger = run(neighbour_of(owner))
    with pytest.raises(Refused, match="nothing_chosen"):
        run(pay(stranger, card.public_id))
    helper = run(_let_in(stranger, owner))
    with pytest.raises(Refused, match="card_gone"):
        run(pay(helper, card.public_id, total=OWED))
    assert acquirer.payments() == []


def test_an_unlinked_card_pays_nothing(owner: Household, acquirer: Acquirer) -> None:
    card: Card = owner.links(acquirer)
    run(_execute("UPDATE cards SET status = 'unlinked', acquirer_id = NULL"))
    with pytest.raises(Refused, match="card_gone"):
        run(pay(owner, card.public_id))
    assert acquirer.payments() == []


def test_nothing_ticked_is_nothing_paid(owner: Household, acquirer: Acquirer) -> None:
    with pytest.raises(Refused, match="nothing_chosen"):
        run(pay(owner, owner.links(acquirer).public_id, ids=[], total=0))


def test_without_an_address_for_the_receipts_nothing_is_paid(owner: Household, acquirer: Acquirer) -> None:
    card = owner.links(acquirer)
    run(_execute("UPDATE users SET email = NULL"))
    with pytest.raises(Refused, match="no_email"):
        run(pay(owner, card.public_id))
    assert acquirer.payments() == []


def test_what_a_form_began_is_shown_to_whoever_sent_it(owner: Household, acquirer: Acquirer) -> None:
    run(pay(owner, owner.links(acquirer).public_id))
    helper = run(neighbour_of(owner, role="helper"))
    assert outcomes(helper) == []
    assert outcomes(owner, OTHER_NONCE) == []


async def _let_in(stranger: Household, owner: Household) -> Household:
    async with db.write():
        await Access(user_id=stranger.user_id, account_id=owner.account.id, role="helper", created_at=NOON).save()
    return stranger


async def _execute(sql: str) -> None:
    async with db.write():
        await db.execute(sql)
