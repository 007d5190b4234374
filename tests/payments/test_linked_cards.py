"""One-off payments with a linked card: charged at once, by its owner alone, and never twice."""

from __future__ import annotations

import asyncio

import pytest

from lk import db
from lk.cards.rules import lock_of
from lk.cards.tables import Card
from lk.outcome import Refused
from lk.payments.actions import ask_on_return, ask_open_payments, re_ask, take_event
from lk.payments.means import Means
from lk.payments.rules import Way
from lk.payments.starting import send
from lk.payments.tables import Payment
from tests.payments.cast import NONCE, OWED, Acquirer, Household, answers_held, later, neighbour_of, run
from tests.sandbox.shop import wait_until

OTHER_NONCE = "zzzzzzzzzzzz"


def test_a_linked_card_is_charged_at_once_without_a_page(household: Household, acquirer: Acquirer) -> None:
    card = household.links(acquirer)
    paid = household.pays_with(card)
    assert (paid.status, paid.card, paid.card_id) == ("succeeded", "4444", card.id)
    assert paid.confirmation_url is None
    assert household.owes() == 0
    assert [kopecks for _, kopecks in acquirer.captures()] == [OWED]
    assert household.happened() == ["payment_succeeded"]


def test_a_charge_comes_with_the_acquirers_whole_request(household: Household, acquirer: Acquirer) -> None:
    household.pays_with(household.links(acquirer), kopecks=300_000)
    (body,) = acquirer.payments()
    assert body["payment_method"]["saved"] is True
    assert body["amount"]["value"] == "3000.00"
    assert household.owes() == OWED - 300_000


def test_a_declined_card_takes_nothing_and_another_one_pays(household: Household, acquirer: Acquirer) -> None:
    poor, rich = household.links(acquirer, "no_money"), household.links(acquirer, nonce=OTHER_NONCE)
    refused = household.pays_with(poor)
    assert (refused.status, refused.reason, household.owes()) == ("canceled", "insufficient_funds", OWED)

    assert household.pays_with(rich).status == "succeeded"
    assert household.owes() == 0
    assert len(acquirer.captures()) == 1


@pytest.mark.parametrize("role", ["helper", None])
def test_nobody_pays_with_somebody_elses_card(household: Household, acquirer: Acquirer, role: str | None) -> None:
    card = household.links(acquirer)
    other = run(neighbour_of(household, role=role))
    with pytest.raises(Refused, match="card_gone" if role else "no_access"):
        other.pays_with(card)
    assert acquirer.payments() == []


@pytest.mark.parametrize("card_id", ["nosuchcard12", "1", "' OR 1=1 --"])
def test_a_card_that_is_none_is_not_charged(household: Household, acquirer: Acquirer, card_id: str) -> None:
    household.links(acquirer)
    with pytest.raises(Refused, match="card_gone"):
        household.starts(means=Means(card_id))
    assert acquirer.payments() == []


@pytest.mark.parametrize("status", ["created", "pending", "refused", "unlinked"])
def test_only_a_card_that_is_linked_is_charged(household: Household, acquirer: Acquirer, status: str) -> None:
    card = household.links(acquirer)
    run(_execute(f"UPDATE cards SET status = '{status}'"))
    with pytest.raises(Refused, match="card_gone"):
        household.pays_with(card)
    assert acquirer.payments() == []


def test_a_helper_pays_with_an_own_card(household: Household, acquirer: Acquirer) -> None:
    helper = run(neighbour_of(household, role="helper"))
    card = household.links(acquirer)
    run(_execute(f"UPDATE cards SET user_id = {helper.user_id}"))
    assert helper.pays_with(card).status == "succeeded"
    assert household.owes() == 0


def test_a_double_click_charges_once_even_where_keys_are_not_honoured(household: Household, acquirer: Acquirer) -> None:
    card = household.links(acquirer)
    acquirer.faults(not_idempotent=True)

    async def clicks() -> list[Payment]:
        return list(await asyncio.gather(*(household.start(means=Means(card.public_id)) for _ in range(4))))

    first, *others = run(clicks())
    assert {other.id for other in others} == {first.id}
    assert len(acquirer.captures()) == 1
    assert household.pays_with(card).id == first.id
    assert len(acquirer.captures()) == 1


def test_a_second_tab_is_told_that_the_debt_is_paid(household: Household, acquirer: Acquirer) -> None:
    card = household.links(acquirer)
    household.pays_with(card, owed_shown=OWED)
    with pytest.raises(Refused) as refusal:
        household.pays_with(card, nonce=OTHER_NONCE, owed_shown=OWED)
    assert [problem.code for problem in refusal.value.problems] == ["owed_less"]
    assert len(acquirer.captures()) == 1
    assert household.pays_with(card, nonce=OTHER_NONCE, owed_shown=0).status == "succeeded"


def test_two_tabs_at_once_charge_once(household: Household, acquirer: Acquirer) -> None:
    card = household.links(acquirer)

    async def tabs() -> list[object]:
        means = Means(card.public_id)
        both = (household.start(nonce=nonce, means=means, owed_shown=OWED) for nonce in (NONCE, OTHER_NONCE))
        return list(await asyncio.gather(*both, return_exceptions=True))

    outcomes = run(tabs())
    assert sorted(type(each).__name__ for each in outcomes) == ["Payment", "Refused"]
    assert len(acquirer.captures()) == 1


def test_a_charge_without_an_answer_stands_in_the_way(household: Household, acquirer: Acquirer) -> None:
    card = household.links(acquirer)
    acquirer.faults(lose_answer=1)
    unknown = household.pays_with(card)
    assert unknown.status == "unknown"
    for means in (Means(card.public_id), Means()):
        with pytest.raises(Refused, match="another_in_the_way"):
            household.starts(nonce=OTHER_NONCE, means=means)
    run(re_ask(unknown))
    assert (household.status(unknown), household.owes(), len(acquirer.captures())) == ("succeeded", 0, 1)


@pytest.mark.parametrize("way", ["502", "close"])
def test_a_lost_answer_never_charges_twice_even_where_keys_are_not_honoured(
    household: Household, acquirer: Acquirer, way: str
) -> None:
    card = household.links(acquirer)
    acquirer.faults(lose_answer=1, lose_answer_by=way, not_idempotent=True)
    payment = household.pays_with(card)
    for seconds in (10, 20, 40):
        with later(seconds=seconds):
            run(ask_open_payments())
    assert household.status(payment) == "succeeded"
    assert len(acquirer.captures()) == 1
    assert len(household.entries()) == 1


def test_a_charge_that_never_reached_the_acquirer_is_sent_later(household: Household, acquirer: Acquirer) -> None:
    card = household.links(acquirer)
    acquirer.faults(error_500=1)
    payment = household.pays_with(card)
    with later(seconds=10):
        run(ask_open_payments())
    assert (household.status(payment), len(acquirer.captures())) == ("succeeded", 1)


def test_a_charge_on_its_way_is_left_to_whoever_sent_it(household: Household, acquirer: Acquirer) -> None:
    card = household.links(acquirer)

    async def asked_meanwhile() -> Payment:
        with answers_held() as is_heard:
            paying = asyncio.create_task(household.start(means=Means(card.public_id)))
            await asyncio.to_thread(wait_until, lambda: bool(acquirer.payments()))
            (row,) = await db.read("SELECT public_id FROM payments")
            await ask_on_return(household.account.id, row["public_id"])
            assert (await db.read("SELECT status FROM payments")) == [{"status": "created"}]
            is_heard.set()
            return await paying

    assert run(asked_meanwhile()).status == "succeeded"
    assert len(acquirer.payments()) == 1


def test_a_process_that_died_before_the_charge_leaves_one_that_is_sent_later(
    household: Household, acquirer: Acquirer
) -> None:
    card = household.links(acquirer)
    payment = _written_down(household, acquirer, card)
    with later(seconds=29):
        run(ask_open_payments())
        assert household.status(payment) == "created"
    with later(seconds=40):
        run(ask_open_payments())
    assert (household.status(payment), len(acquirer.captures())) == ("succeeded", 1)


def test_a_late_success_is_waited_for_on_the_payments_page(household: Household, acquirer: Acquirer) -> None:
    card = household.links(acquirer)
    acquirer.faults(late_success=60)
    payment = household.pays_with(card)
    assert payment.status == "pending"
    assert payment.confirmation_url is None
    with later(seconds=61):
        assert run(take_event("payment.succeeded", payment.acquirer_id or ""))
    assert (household.status(payment), household.owes()) == ("succeeded", 0)


def test_a_charge_whose_card_was_unlinked_is_not_sent_again(household: Household, acquirer: Acquirer) -> None:
    card = household.links(acquirer)
    acquirer.faults(error_500=1)
    payment = household.pays_with(card)
    run(_unlink())
    with later(minutes=9):
        run(ask_open_payments())
        assert household.status(payment) == "unknown"
    with later(minutes=11):
        run(ask_open_payments())
    ended = household.payment(payment.public_id)
    assert (ended.status, ended.reason) == ("canceled", "card_unlinked")
    assert acquirer.payments() == []
    assert household.happened() == ["payment_canceled"]


def test_a_charge_that_was_sent_before_the_card_was_unlinked_is_found(household: Household, acquirer: Acquirer) -> None:
    card = household.links(acquirer)
    acquirer.faults(lose_answer=1)
    payment = household.pays_with(card)
    run(_unlink())
    with later(minutes=11):
        run(ask_open_payments())
    assert (household.status(payment), household.owes(), len(acquirer.captures())) == ("succeeded", 0, 1)


def test_while_the_acquirer_is_silent_a_charge_of_an_unlinked_card_is_not_called_failed(
    household: Household, acquirer: Acquirer
) -> None:
    card = household.links(acquirer)
    acquirer.faults(lose_answer=1)
    payment = household.pays_with(card)
    run(_unlink())
    acquirer.faults(down=True)
    with later(hours=1):
        run(ask_open_payments())
    assert household.status(payment) == "unknown"


def test_the_form_of_a_charge_that_was_never_sent_sends_nothing_once_the_card_is_unlinked(
    household: Household, acquirer: Acquirer
) -> None:
    card = household.links(acquirer)
    payment = _written_down(household, acquirer, card)
    run(_unlink())
    with later(minutes=1):
        assert household.pays_with(card).status == "created"
        run(ask_open_payments())
    assert (household.status(payment), acquirer.payments()) == ("unknown", [])


def test_a_card_unlinked_in_the_moment_before_the_first_call_is_not_charged(
    household: Household, acquirer: Acquirer
) -> None:
    payment = _written_down(household, acquirer, household.links(acquirer))
    run(_unlink())
    assert run(send(payment, is_new=True)).status == "unknown"
    assert acquirer.payments() == []


def test_a_charge_by_hand_that_was_frozen_before_its_call_is_left_to_whoever_asks(
    household: Household, acquirer: Acquirer
) -> None:
    payment = _written_down(household, acquirer, household.links(acquirer))
    with later(seconds=40):
        assert run(send(payment, is_new=True)).status == "unknown"
        assert acquirer.payments() == []
        run(ask_open_payments())
        assert household.status(payment) == "succeeded"


def test_a_payment_that_begins_while_its_card_is_being_unlinked_charges_nothing(
    household: Household, acquirer: Acquirer
) -> None:
    card = household.links(acquirer)

    async def race() -> None:
        is_begun = asyncio.Event()

        async def unlinking() -> None:
            async with db.write(lock_of(household.user_id)):
                await db.execute("UPDATE cards SET status = 'unlinked', acquirer_id = NULL")
                is_begun.set()
                await asyncio.sleep(0.5)

        task = asyncio.create_task(unlinking())
        await is_begun.wait()
        with pytest.raises(Refused, match="card_gone"):
            await household.start(means=Means(card.public_id))
        await task

    run(race())
    assert acquirer.payments() == []


def test_after_a_day_the_form_of_a_charge_sends_nothing(household: Household, acquirer: Acquirer) -> None:
    card = household.links(acquirer)
    _written_down(household, acquirer, card)
    with later(hours=24):
        household.pays_with(card)
        run(ask_open_payments())
    assert acquirer.payments() == []


def test_another_card_in_the_same_form_is_another_payment(household: Household, acquirer: Acquirer) -> None:
    poor, rich = household.links(acquirer, "no_money"), household.links(acquirer, nonce=OTHER_NONCE)
    assert household.pays_with(poor).id == household.pays_with(poor).id
    assert household.pays_with(rich).status == "succeeded"
    assert len(acquirer.payments()) == 2


@pytest.mark.parametrize(("answer", "status"), [("confirm", "succeeded"), ("refuse", "canceled")])
def test_sbp_is_paid_in_the_banks_application(
    household: Household, acquirer: Acquirer, answer: str, status: str
) -> None:
    payment = household.starts(means=Means(way=Way.SBP))
    assert (payment.status, payment.way) == ("pending", "sbp")
    acquirer.answer_bank(payment.confirmation_url or "", answer)
    run(re_ask(payment))
    assert (household.status(payment), household.payment(payment.public_id).card) == (status, "")


def _written_down(household: Household, acquirer: Acquirer, card: Card) -> Payment:
    """A charge whose process died before its call."""
    acquirer.faults(down=True)
    payment = household.pays_with(card)
    acquirer.faults(down=False)
    run(_execute("UPDATE payments SET status = 'created'"))
    return household.payment(payment.public_id)


async def _unlink() -> None:
    await _execute("UPDATE cards SET status = 'unlinked', acquirer_id = NULL, unlinked_at = linked_at")


async def _execute(sql: str) -> None:
    async with db.write():
        await db.execute(sql)
