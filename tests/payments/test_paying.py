"""One-off payments against a real sandbox acquirer: whatever happens on the way, the money is entered once."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from lk import db
from lk.acquirer.answers import Pending, Succeeded, Told, Unknown
from lk.outcome import Refused
from lk.payments.actions import ask_on_return, ask_open_payments, re_ask, take_event
from lk.payments.settling import settle
from lk.payments.tables import Payment
from tests.payments.cast import NONCE, OWED, Acquirer, Household, answers_held, later, run
from tests.sandbox.shop import wait_until

OTHER_NONCE = "zzzzzzzzzzzz"


def entered(household: Household, acquirer: Acquirer) -> bool:
    """The ledger has exactly the acquirer's captures, each once."""
    ledger = [(key.removeprefix("payment:"), kopecks) for key, kopecks, _ in household.entries()]
    return sorted(ledger) == sorted(acquirer.captures())


def test_a_payment_that_goes_through_pays_the_debt_and_is_told(household: Household, acquirer: Acquirer) -> None:
    payment = household.starts()
    assert (payment.status, payment.amount_kopecks) == ("pending", OWED)
    acquirer.pay(payment.confirmation_url or "")
    run(re_ask(payment))

    paid = household.payment(payment.public_id)
    assert (paid.status, paid.card) == ("succeeded", "4444")
    assert paid.confirmation_url is None
    assert household.entries() == [(f"payment:{paid.acquirer_id}", OWED, date(2026, 10, 5))]
    assert household.owes() == 0
    assert household.happened() == ["payment_succeeded"]
    assert household.letters() == [("payment_received", "anna@mail.example")]
    assert entered(household, acquirer)


def test_a_declined_payment_takes_nothing_and_says_why(household: Household, acquirer: Acquirer) -> None:
    payment = household.starts()
    acquirer.pay(payment.confirmation_url or "", card="no_money")
    run(re_ask(payment))

    refused = household.payment(payment.public_id)
    assert (refused.status, refused.reason) == ("canceled", "insufficient_funds")
    assert household.owes() == OWED
    assert household.happened() == ["payment_canceled"]
    assert household.letters() == []


@pytest.mark.parametrize(("answer", "status"), [("confirm", "succeeded"), ("refuse", "canceled")])
def test_the_bank_may_ask_the_payer(household: Household, acquirer: Acquirer, answer: str, status: str) -> None:
    payment = household.starts()
    acquirer.pay(payment.confirmation_url or "", card="bank_check")
    run(re_ask(payment))
    assert household.status(payment) == "pending"

    acquirer.answer_bank(payment.confirmation_url or "", answer)
    with later(seconds=10):
        run(ask_open_payments())
    assert household.status(payment) == status
    assert entered(household, acquirer)


@pytest.mark.parametrize("way", ["502", "close"])
def test_a_lost_answer_is_unknown_and_ends_by_itself_exactly_once(
    household: Household, acquirer: Acquirer, way: str
) -> None:
    acquirer.faults(lose_answer=1, lose_answer_by=way)
    payment = household.starts()
    assert payment.status == "unknown"
    acquirer.pay(acquirer.page_of_newest())

    for seconds in (10, 20, 30):
        with later(seconds=seconds):
            run(ask_open_payments())
    assert household.status(payment) == "succeeded"
    assert len(acquirer.payments()) == 1
    assert len(acquirer.captures()) == 1
    assert entered(household, acquirer)


def test_an_acquirer_that_is_down_is_sent_the_same_request_later(household: Household, acquirer: Acquirer) -> None:
    acquirer.faults(down=True)
    payment = household.starts()
    assert payment.status == "unknown"
    acquirer.faults(down=False)
    with later(seconds=10):
        assert run(ask_open_payments()) == 1
    assert household.status(payment) == "pending"
    assert [body["metadata"] for body in acquirer.payments()] == [{"intent_id": payment.key}]


def test_a_process_that_died_before_the_call_leaves_a_payment_that_is_sent_later(
    household: Household, acquirer: Acquirer
) -> None:
    payment = household.starts()
    run(_execute("UPDATE payments SET status = 'created', acquirer_id = NULL, confirmation_url = NULL"))
    with later(seconds=9):
        assert run(ask_open_payments()) == 0
    with later(seconds=10):
        assert run(ask_open_payments()) == 1
    assert household.status(payment) == "pending"
    assert len(acquirer.payments()) == 1


def test_after_a_day_the_acquirer_is_only_asked_and_the_money_is_found(
    household: Household, acquirer: Acquirer
) -> None:
    acquirer.faults(lose_answer=1)
    payment = household.starts()
    acquirer.pay(acquirer.page_of_newest())
    with later(hours=24):
        run(ask_open_payments())
    assert household.status(payment) == "succeeded"
    assert household.entries()[0][2] == date(2026, 10, 5)
    assert entered(household, acquirer)


def test_after_a_day_what_the_acquirer_does_not_know_is_not_sent_again_nor_called_failed(
    household: Household, acquirer: Acquirer
) -> None:
    acquirer.faults(error_500=1)
    payment = household.starts()
    with later(hours=24):
        assert run(ask_open_payments()) == 1
    assert household.status(payment) == "unknown"
    assert acquirer.payments() == []


def test_the_payment_of_an_intent_is_found_behind_many_others(household: Household, acquirer: Acquirer) -> None:
    acquirer.faults(lose_answer=1)
    payment = household.starts()
    acquirer.pay(acquirer.page_of_newest())
    for number in range(120):
        acquirer.http.post("/v3/payments", content=payment.body, headers={"Idempotence-Key": f"other-{number}"})
    _rename_intents(acquirer, payment.key)
    with later(hours=24):
        run(ask_open_payments())
    assert household.status(payment) == "succeeded"


def test_an_abandoned_page_is_closed_after_an_hour(household: Household, acquirer: Acquirer) -> None:
    payment = household.starts()
    with later(hours=1, seconds=1):
        run(ask_open_payments())
        closed = household.payment(payment.public_id)
    assert (closed.status, closed.reason) == ("canceled", "expired_on_confirmation")


def test_questions_become_rarer_as_a_payment_grows_old(household: Household, acquirer: Acquirer) -> None:
    household.starts()

    def asked(**at: float) -> int:
        with later(**at):
            return run(ask_open_payments())

    assert [asked(seconds=9), asked(seconds=10), asked(seconds=19), asked(seconds=20)] == [0, 1, 0, 1]
    assert [asked(minutes=11), asked(minutes=11, seconds=59), asked(minutes=12)] == [1, 0, 1]


def test_an_event_may_come_before_the_answer(household: Household, acquirer: Acquirer) -> None:
    async def both() -> Payment:
        with answers_held() as is_heard:
            starting = asyncio.create_task(household.start())
            await asyncio.to_thread(wait_until, lambda: bool(acquirer.payments()))
            await asyncio.to_thread(acquirer.pay, acquirer.page_of_newest())
            assert await take_event("payment.succeeded", acquirer.payments()[0]["id"])
            is_heard.set()
            return await starting

    payment = run(both())
    assert payment.status == "succeeded"
    assert household.letters() == [("payment_received", "anna@mail.example")]
    assert entered(household, acquirer)


def test_an_event_repeated_in_every_way_enters_the_money_once(household: Household, acquirer: Acquirer) -> None:
    payment = household.starts()
    acquirer.pay(payment.confirmation_url or "")

    async def storm() -> list[bool]:
        told = [take_event("payment.succeeded", payment.acquirer_id or "") for _ in range(6)]
        return await asyncio.gather(*told, ask_on_return(household.account.id, payment.public_id))  # type: ignore[arg-type]

    assert run(storm())[:6] == [True] * 6
    assert run(take_event("payment.succeeded", payment.acquirer_id or ""))
    assert household.status(payment) == "succeeded"
    assert household.happened() == ["payment_succeeded"]
    assert len(household.letters()) == 1
    assert entered(household, acquirer)


def test_an_event_that_lies_about_a_pending_payment_changes_nothing_and_hides_no_later_one(
    household: Household, acquirer: Acquirer
) -> None:
    payment = household.starts()
    assert run(take_event("payment.succeeded", payment.acquirer_id or ""))
    assert household.status(payment) == "pending"
    assert household.entries() == []

    acquirer.pay(payment.confirmation_url or "")
    assert run(take_event("payment.succeeded", payment.acquirer_id or ""))
    assert household.status(payment) == "succeeded"
    assert entered(household, acquirer)


@pytest.mark.parametrize("object_id", ["22d6d597-000f-5000-9000-145f6df21d6f", "../refunds/1", ""])
def test_an_event_of_an_object_that_the_acquirer_does_not_know_changes_nothing(
    household: Household, acquirer: Acquirer, object_id: str
) -> None:
    payment = household.starts()
    assert run(take_event("payment.succeeded", object_id))
    assert household.status(payment) == "pending"


def test_an_event_that_cannot_be_checked_now_is_wanted_again(household: Household, acquirer: Acquirer) -> None:
    payment = household.starts()
    acquirer.pay(payment.confirmation_url or "")
    acquirer.faults(down=True)
    assert not run(take_event("payment.succeeded", payment.acquirer_id or ""))
    acquirer.faults(down=False)
    assert run(take_event("payment.succeeded", payment.acquirer_id or ""))
    assert household.status(payment) == "succeeded"


def test_a_paid_rouble_that_names_our_intent_does_not_pay_two_thousand(
    household: Household, acquirer: Acquirer
) -> None:
    acquirer.faults(lose_answer=1)
    payment = household.starts()
    small = payment.body.replace("2088.60", "1.00")
    forged = acquirer.http.post("/v3/payments", content=small, headers={"Idempotence-Key": "forged"}).json()
    acquirer.pay(forged["confirmation"]["confirmation_url"])
    assert run(take_event("payment.succeeded", forged["id"]))
    assert household.status(payment) == "unknown"
    assert household.entries() == []


def test_a_double_click_makes_one_payment(household: Household, acquirer: Acquirer) -> None:
    async def clicks() -> list[Payment]:
        return list(await asyncio.gather(*(household.start() for _ in range(4))))

    first, *others = run(clicks())
    assert {other.id for other in others} == {first.id}
    assert first.confirmation_url is not None
    assert {other.confirmation_url for other in others} == {first.confirmation_url}
    assert len(acquirer.payments()) == 1


def test_another_sum_from_the_same_form_is_another_payment(household: Household, acquirer: Acquirer) -> None:
    first, second = household.starts(), household.starts(kopecks=100_00)
    assert first.id != second.id
    assert [body["amount"]["value"] for body in acquirer.payments()] == ["100.00", "2088.60"]


def test_many_who_learn_of_a_success_at_once_enter_it_once(household: Household, acquirer: Acquirer) -> None:
    payment = household.starts()
    success = Succeeded(Told(payment.acquirer_id or "", payment.key, OWED, "4444"))

    async def all_at_once() -> None:
        await asyncio.gather(*(settle(payment.id, success) for _ in range(8)))

    run(all_at_once())
    assert len(household.entries()) == 1
    assert len(household.letters()) == 1
    assert household.owes() == 0


def test_a_payment_never_goes_back(household: Household, acquirer: Acquirer) -> None:
    payment = household.starts()
    told = Told(payment.acquirer_id or "", payment.key, OWED)
    for outcome in (Unknown("http_500"), Succeeded(told), Pending(told, "https://pay.example"), Unknown("http_500")):
        run(settle(payment.id, outcome))
    assert household.status(payment) == "succeeded"
    assert household.payment(payment.public_id).confirmation_url is None


def test_the_day_of_the_capture_counts_not_the_day_on_which_lk_learns_of_it(
    household: Household, acquirer: Acquirer
) -> None:
    with later(days=5, hours=11, minutes=50):
        payment = household.starts()
        acquirer.pay(payment.confirmation_url or "")
    with later(days=5, hours=12, minutes=30):
        run(re_ask(payment))
    assert [day for *_, day in household.entries()] == [date(2026, 10, 10)]


def test_another_payment_wants_a_warning_while_one_is_unknown(household: Household, acquirer: Acquirer) -> None:
    acquirer.faults(error_500=1)
    unknown = household.starts()
    with pytest.raises(Refused) as refusal:
        household.starts(nonce=OTHER_NONCE)
    assert [problem.code for problem in refusal.value.problems] == ["another_in_the_way"]
    assert household.starts(nonce=OTHER_NONCE, warned_of=unknown.public_id).status == "pending"


@pytest.mark.parametrize(("kopecks", "code"), [(99, "amount_too_small"), (300_000_01, "amount_too_large")])
def test_a_sum_out_of_bounds_begins_nothing(household: Household, acquirer: Acquirer, kopecks: int, code: str) -> None:
    with pytest.raises(Refused, match=code):
        household.starts(kopecks)
    assert acquirer.payments() == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE accesses SET ended_at = created_at", "no_access"),
        ("UPDATE users SET email = NULL", "no_email"),
    ],
)
def test_access_and_the_address_of_the_receipt_are_asked_again_when_money_is_meant(
    household: Household, acquirer: Acquirer, change: str, code: str
) -> None:
    run(_execute(change))
    with pytest.raises(Refused, match=code):
        household.starts()
    assert acquirer.payments() == []


def test_starts_are_limited(household: Household, acquirer: Acquirer) -> None:
    for number in range(30):
        household.starts(nonce=f"{NONCE[:-2]}{number:02}")
    with pytest.raises(Refused, match="too_many_tries"):
        household.starts(nonce=OTHER_NONCE)
    with later(hours=1, seconds=1):
        assert household.starts(nonce=OTHER_NONCE).status == "pending"


async def _execute(sql: str) -> None:
    async with db.write():
        await db.execute(sql)


def _rename_intents(acquirer: Acquirer, key: str) -> None:
    """All payments but the oldest were made for other intents."""
    store = acquirer.sandbox.till.store
    for record in store.newest("payment", [], 200)[:-1]:
        record.body["metadata"] = {"intent_id": f"other-{record.number}"}
        store.save(record)
