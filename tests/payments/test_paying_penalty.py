"""The penalty is paid by a payment of its own, and money for energy is never taken for it."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest

from lk import clock, db
from lk.acquirer.answers import Told
from lk.actor import Actor
from lk.billing.payment_qr import purpose_of
from lk.company import DEMO_COMPANY
from lk.cycle.verify import findings
from lk.history.messages import words
from lk.history.queries import events_of
from lk.identity.tables import Agent, User
from lk.ledger.actions import post
from lk.ledger.queries import Balance, balance
from lk.ledger.rules import Kind, Part
from lk.notifications.letters import render
from lk.notifications.tables import Message
from lk.outcome import Refused
from lk.payments.actions import re_ask
from lk.payments.bodies import Intent, payment_body
from lk.payments.means import Means
from lk.payments.refund_decisions import ask_for_refund
from lk.payments.reviving import revive
from lk.payments.rules import Way, intent_key
from lk.payments.tables import Payment
from lk.period import Period
from tests.payments.cast import NONCE, NOON, OWED, Acquirer, Household, run
from tests.payments.site import NONCE_FIELD, PAYMENTS, Site, found
from tests.sandbox.shop import wait_until

PENALTY = 572
OTHER_NONCE = "zzzzzzzzzzzz"


async def _owe_penalty(account_id: int, kopecks: int = PENALTY) -> None:
    async with db.write():
        await post(
            Kind.PENALTY,
            account_id,
            kopecks,
            part=Part.PENALTY,
            effective_on=date(2026, 9, 26),
            key="bill:1:penalty",
            source="bill:1",
        )


@pytest.fixture
def late(household: Household) -> Household:
    """Owes 2 088,60 ₽, and a penalty of 5,72 ₽."""
    run(_owe_penalty(household.account.id))
    return household


def owed(household: Household) -> Balance:
    return run(balance(household.account.id))


async def _letters() -> list[Message]:
    return await Message.objects()


def pays(late: Household, acquirer: Acquirer, **more: Any) -> Payment:
    payment = late.starts(PENALTY, part=Part.PENALTY, **more)
    acquirer.pay(payment.confirmation_url or "")
    run(re_ask(payment))
    return late.payment(payment.public_id)


def refusals(late: Household, kopecks: int, **more: Any) -> list[str]:
    with pytest.raises(Refused) as refused:
        late.starts(kopecks, part=Part.PENALTY, **more)
    return [problem.code for problem in refused.value.problems]


def breaches() -> list[str]:
    """Of money by card."""

    async def looked() -> list[str]:
        return [each.id async for each in findings(full=True) if each.breached and each.id in ("I4", "I5")]

    return run(looked())


def test_a_payment_for_the_penalty_pays_it_and_nothing_else(late: Household, acquirer: Acquirer) -> None:
    paid = pays(late, acquirer)
    assert (paid.status, paid.part, paid.amount_kopecks) == ("succeeded", "penalty", PENALTY)
    assert owed(late) == Balance(principal=OWED, penalty=0)
    assert late.entries() == [(f"payment:{paid.acquirer_id}", PENALTY, date(2026, 10, 5))]
    assert acquirer.captures() == [(paid.acquirer_id, PENALTY)]
    assert breaches() == []

    (said,) = [words(event) for event in run(events_of(late.account.id, None))]
    assert said.title == "Пени оплачены картой ··4444"
    (letter,) = run(_letters())
    assert letter.kind == "payment_received"
    assert render(letter, "ru").subject == "Получили 5,72 ₽ за пени"
    assert "Пени оплачены." in render(letter, "ru").text
    assert "The late fee is paid." in render(letter, "en").text


def test_a_payment_of_the_bill_leaves_the_penalty_owed(late: Household, acquirer: Acquirer) -> None:
    payment = late.starts(OWED)
    acquirer.pay(payment.confirmation_url or "")
    run(re_ask(payment))
    assert owed(late) == Balance(principal=0, penalty=PENALTY)
    assert breaches() == []


def test_what_is_given_back_of_it_is_owed_as_penalty_again(late: Household, acquirer: Acquirer) -> None:
    paid = pays(late, acquirer)
    run(_refund(paid, 2_00))
    assert owed(late) == Balance(principal=OWED, penalty=2_00)
    body = json.loads(run(db.read("SELECT body FROM refunds"))[0]["body"])
    assert body["description"] == "Возврат пеней за электроэнергию"
    assert [item["vat_code"] for item in body["receipt"]["items"]] == [1]
    assert breaches() == []


async def _refund(payment: Payment, kopecks: int) -> None:
    async with db.write():
        user = User(login="oleg", login_key="oleg", password_hash="-", created_at=NOON)
        await user.save()
        agent = Agent(user_id=user.id, code="О-2", role="operator")
        await agent.save()
    await ask_for_refund(payment.id, kopecks, "Заплатили дважды", Actor(user.id, agent.id), nonce=NONCE)


@pytest.mark.parametrize(
    "breach",
    [
        "UPDATE payments SET part = 'principal' WHERE part = 'penalty'",
        "UPDATE payments SET part = 'penalty' WHERE part = 'principal'",
    ],
)
def test_verify_finds_money_on_the_wrong_part(late: Household, acquirer: Acquirer, breach: str) -> None:
    pays(late, acquirer)
    payment = late.starts(OWED, nonce=OTHER_NONCE)
    acquirer.pay(payment.confirmation_url or "")
    run(re_ask(payment))
    run(_refund(late.payment(payment.public_id), 2_00))
    assert breaches() == []
    run(_change(breach))
    assert breaches() == ["I4"]


async def _change(sql: str) -> None:
    async with db.write():
        await db.execute(sql)


def test_the_same_form_is_one_payment_and_the_bill_s_form_another(late: Household, acquirer: Acquirer) -> None:
    first = late.starts(PENALTY, part=Part.PENALTY)
    assert late.starts(PENALTY, part=Part.PENALTY).id == first.id
    assert late.starts(PENALTY).part == "principal"
    assert len(acquirer.payments()) == 2


def test_no_more_is_taken_than_is_owed_of_the_penalty(late: Household, acquirer: Acquirer) -> None:
    assert refusals(late, PENALTY + 1) == ["owed_less"]
    pays(late, acquirer)
    assert refusals(late, PENALTY, nonce=OTHER_NONCE) == ["owed_less"]
    assert len(acquirer.payments()) == 1


def test_one_in_the_way_is_told_before_another_is_begun(late: Household, acquirer: Acquirer) -> None:
    acquirer.faults(lose_answer=1)
    unknown = late.starts(PENALTY, part=Part.PENALTY)
    assert unknown.status == "unknown"
    assert refusals(late, PENALTY, nonce=OTHER_NONCE) == ["another_in_the_way"]
    assert late.starts(PENALTY, OTHER_NONCE, part=Part.PENALTY, warned_of=unknown.public_id).status == "pending"


def test_a_row_that_was_lost_is_made_again_for_the_penalty(late: Household, acquirer: Acquirer) -> None:
    paid = pays(late, acquirer)
    key = paid.key
    assert key == intent_key(late.account.id, late.user_id, NONCE, PENALTY, "card", Part.PENALTY)
    run(_change("DELETE FROM payments"))
    revived = run(revive(Told(paid.acquirer_id or "", key, PENALTY), clock.now()))
    assert run(db.read("SELECT id, part FROM payments")) == [{"id": revived, "part": "penalty"}]


def test_a_key_of_the_penalty_fits_the_acquirer_too() -> None:
    assert len(intent_key(9_999_999_999, 9_999_999_999, NONCE, 30_000_000, "lesnaya5kv12", Part.PENALTY)) <= 64


def test_the_request_says_penalty_to_the_bank_and_in_the_receipt_without_vat() -> None:
    intent = Intent(
        key="penalty:1:1:23456789abcd:572",
        amount_kopecks=PENALTY,
        owed_kopecks=0,
        account_number="1000000101",
        period=Period(2026, 9),
        email="anna@mail.example",
        return_url="http://localhost:8000/",
        vat_percent=22,
        way=Way.SBP,
        part=Part.PENALTY,
    )
    body = payment_body(intent, DEMO_COMPANY)
    assert body["description"] == "Пени за электроэнергию, 09.2026"
    purpose = purpose_of("1000000101", Period(2026, 9), is_penalty=True)
    assert body["payment_order"]["payment_purpose"] == purpose
    (item,) = body["receipt"]["items"]
    assert (item["description"], item["vat_code"], item["payment_mode"], item["amount"]["value"]) == (
        "Пени за электроэнергию, 09.2026",
        1,
        "full_payment",
        "5.72",
    )


def test_from_the_card_of_the_penalty_to_the_money_on_it(site: Site, acquirer: Acquirer) -> None:
    account_id = site.rows("SELECT id FROM accounts WHERE public_id = 'lesnaya5kv12'")[0][0]
    run(_owe_penalty(account_id))
    page = site.payer.get(PAYMENTS)
    assert page.count("Оплатить пени 5,72\u00a0₽") == 1
    assert page.count('class="button lamp"') == 1
    fields = _fields_of(page, "Оплатить пени")
    assert (fields["amount"], fields["part"], fields["nonce"]) == ("5.72", "penalty", found(NONCE_FIELD, page))

    sent = site.sends(PAYMENTS, **fields)
    acquirer.pay(sent.headers["location"])
    wait_until(lambda: bool(site.entries()))
    page = site.payer.get(PAYMENTS)
    assert "Оплатить пени" not in page
    assert "Картой ··4444, за пени" in page
    assert page.count("Оплатить 2\u00a0088,60\u00a0₽") == 1
    public_id = site.rows("SELECT public_id FROM payments")[0][0]
    assert "<dd>пени</dd>" in site.payer.get(f"{PAYMENTS}/{public_id}")


def test_a_refused_payment_of_the_penalty_leaves_the_bill_s_form_alone(site: Site, acquirer: Acquirer) -> None:
    account_id = site.rows("SELECT id FROM accounts WHERE public_id = 'lesnaya5kv12'")[0][0]
    run(_owe_penalty(account_id))
    site.payer.get(PAYMENTS)
    page = site.payer.post(PAYMENTS, amount="5.73", part="penalty", nonce=NONCE)
    assert site.payer.status == 422
    assert "Ничего не списано" in page
    assert 'value="2088,60"' in page
    assert acquirer.payments() == []


def test_a_penalty_below_what_a_card_pays_and_somebody_who_looks_have_no_button(site: Site) -> None:
    account_id = site.rows("SELECT id FROM accounts WHERE public_id = 'lesnaya5kv12'")[0][0]
    run(_owe_penalty(account_id, 99))
    assert "Картой можно заплатить от 1,00\u00a0₽" in site.payer.get(PAYMENTS)
    assert "Оплатить пени" not in site.payer.page
    run(_add_penalty(account_id))
    assert "Оплатить пени 5,72\u00a0₽" in site.payer.get(PAYMENTS)
    assert "Оплатить пени" not in site.agent.get(PAYMENTS)


def test_a_penalty_paid_twice_is_shown_as_what_it_is(site: Site) -> None:
    account_id = site.rows("SELECT id FROM accounts WHERE public_id = 'lesnaya5kv12'")[0][0]
    run(_owe_penalty(account_id, -PENALTY))
    assert "Пени: переплата 5,72\u00a0₽" in site.payer.get(PAYMENTS)
    assert "Оплатить пени" not in site.payer.page


async def _add_penalty(account_id: int) -> None:
    async with db.write():
        await post(
            Kind.PENALTY,
            account_id,
            PENALTY - 99,
            part=Part.PENALTY,
            effective_on=date(2026, 10, 1),
            key="bill:2:penalty",
            source="bill:2",
        )


def test_a_linked_card_pays_the_penalty_by_one_touch(late: Household, acquirer: Acquirer) -> None:
    card = late.links(acquirer)
    payment = late.starts(PENALTY, OTHER_NONCE, part=Part.PENALTY, means=Means(card.public_id))
    assert (payment.status, owed(late)) == ("succeeded", Balance(principal=OWED, penalty=0))


def _fields_of(page: str, label: str) -> dict[str, str]:
    """Hidden fields of the form whose button says so."""
    (form,) = [each for each in re.findall(r"<form.*?</form>", page, re.DOTALL) if label in each]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    fields.pop("_csrf_token")
    return fields
