"""What the page of payments lists: cards here, registries of banks, nothing from before a provisional cabinet."""

from __future__ import annotations

from datetime import date

from lk import db
from lk.ledger.actions import post
from lk.ledger.rules import Kind, Part
from lk.payments.actions import re_ask
from lk.payments.queries import payment_of, payments_page
from tests.payments.cast import NOON, Acquirer, Household, later, run


async def paid_at_the_bank(account_id: int) -> None:
    async with db.write():
        await post(
            Kind.PAYMENT,
            account_id,
            -500_00,
            part=Part.PRINCIPAL,
            effective_on=date(2026, 9, 30),
            key="registry:77",
            source="import",
        )


def test_money_from_a_bank_is_listed_apart_and_a_card_payment_only_once(
    household: Household, acquirer: Acquirer
) -> None:
    payment = household.starts()
    acquirer.pay(payment.confirmation_url or "")
    run(re_ask(payment))
    run(paid_at_the_bank(household.account.id))
    shown = run(payments_page(household.account.id))
    assert [each.public_id for each in shown.payments] == [payment.public_id]
    assert [(each.amount_kopecks, each.effective_on) for each in shown.receipts] == [(500_00, date(2026, 9, 30))]


def test_the_list_says_what_is_owed_and_until_when(household: Household, acquirer: Acquirer) -> None:
    shown = run(payments_page(household.account.id))
    assert (shown.owed.balance.principal, shown.owed.balance.penalty) == (208860, 0)
    assert shown.owed.due_on == date(2026, 10, 10)


def test_a_provisional_cabinet_shows_no_payment_from_before_its_opening(
    household: Household, acquirer: Acquirer
) -> None:
    with later(days=-3):
        earlier = household.starts()
    now = household.starts(kopecks=100_00)
    account_id = household.account.id
    assert [each.public_id for each in run(payments_page(account_id, NOON)).payments] == [now.public_id]
    assert run(payment_of(account_id, earlier.public_id, NOON)) is None
    assert run(payment_of(account_id, now.public_id, NOON)) is not None
