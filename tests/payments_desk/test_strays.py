"""Money that the acquirer took and the ledger does not hold: booked by its word or given back, once, by two people."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import date
from typing import Any

import pytest

from lk import clock
from lk.acquirer.answers import Succeeded, Told
from lk.acquirer.gateway import gateway
from lk.cycle.verify import verify
from lk.payments.reconciling import reconcile_day, reconcile_due
from lk.payments.reviving import revive
from lk.payments.settling import settle
from lk.payments.stray_returning import ask_open_returns
from lk.payments.strays import approve_stray, ask_to_book, ask_to_return, refuse_stray
from lk.payments.tables import Payment, Stray
from lk.payments.tasks import close_task
from tests.database import Database
from tests.payments_desk.cast import (
    ALLA,
    HOME,
    HOME_NUMBER,
    NEIGHBOUR,
    NEIGHBOUR_NUMBER,
    OLEG,
    OLGA,
    PAID,
    Acquirer,
    Desk,
    codes,
    moment,
    open_desk,
    run,
)

NONCE, OTHER = "23456789abcd", "bcdefghjkmnp"
TOMORROW = moment(hours=15)
TODAY = date(2026, 10, 5)


@pytest.fixture
def desk(sqlite_database: Database, acquirer: Acquirer) -> Desk:
    return run(open_desk(acquirer))


@pytest.fixture
def either(database: Database, acquirer: Acquirer) -> Desk:
    """On both engines."""
    return run(open_desk(acquirer))


def late(desk: Desk, kopecks: int = PAID) -> tuple[Payment, int]:
    """A payment that was called canceled here, of which the acquirer says a day later that it went through."""
    payment = desk.pays(kopecks, loses_answer=True)
    desk.change("UPDATE payments SET status = 'canceled', reason = 'general_decline'")
    return payment, compared(desk, "taken_not_booked")


def captured_twice(desk: Desk, payment: Payment) -> int:
    desk.acquirer.faults(not_idempotent=True)
    again = desk.acquirer.http.post("/v3/payments", content=payment.body, headers={"Idempotence-Key": payment.key})
    desk.acquirer.faults(not_idempotent=False)
    desk.acquirer.pay(again.json()["confirmation"]["confirmation_url"])
    return compared(desk, "taken_not_booked")


def strange(desk: Desk, intent: str = "order-17", kopecks: str = "2088.60") -> int:
    """The acquirer took money by a request that is not ours."""
    body = run(desk.intend(HOME, 100, 100)).body.replace("1.00", kopecks)
    key = desk.one("SELECT key FROM payments")
    desk.change("DELETE FROM payments")
    sent = body.replace(key, intent).encode()
    made = desk.acquirer.http.post("/v3/payments", content=sent, headers={"Idempotence-Key": "17"}).json()
    desk.acquirer.pay(made["confirmation"]["confirmation_url"])
    desk.pays(100, account=NEIGHBOUR)
    return compared(desk, "unknown_payment")


def compared(desk: Desk, kind: str) -> int:
    with clock.fixed_at(TOMORROW):
        assert run(reconcile_due()) == 1
    return int(desk.one("SELECT max(id) AS id FROM money_tasks WHERE kind = {}", kind))


def book(
    desk: Desk, task: int, number: str = "", who: str = OLGA, nonce: str = NONCE, words: str = "Поздний ответ"
) -> Coroutine[Any, Any, Stray]:
    return ask_to_book(task, number, words, desk.actor(who), nonce=nonce)


def give_back(desk: Desk, task: int, who: str = OLGA, nonce: str = NONCE) -> Coroutine[Any, Any, Stray]:
    return ask_to_return(task, "Списали дважды", desk.actor(who), nonce=nonce)


# --- booked


def test_a_late_success_is_booked_by_the_acquirers_word_from_the_day_of_its_capture(either: Desk) -> None:
    payment, task = late(either)
    with clock.fixed_at(TOMORROW):
        assert run(book(either, task)).status == "succeeded"

    assert (either.owes(), either.tasks()) == (-PAID, [])
    (entry,) = either.rows("SELECT key, effective_on FROM ledger_entries")
    assert entry == {"key": f"payment:{payment.acquirer_id or acquirers_id(either)}", "effective_on": TODAY}
    assert either.rows("SELECT status, reason FROM payments") == [{"status": "succeeded", "reason": ""}]
    assert either.happened() == ["payment_succeeded"]
    assert either.one("SELECT actor_agent_id FROM events WHERE kind = 'payment_succeeded'") == either.agents[OLGA]
    assert len(either.letters("payment_received")) == 1
    assert either.one("SELECT words FROM money_tasks") == "Поздний ответ"


def acquirers_id(desk: Desk) -> str:
    return str(desk.one("SELECT subject FROM money_tasks"))


def test_a_second_capture_becomes_a_payment_of_its_own(desk: Desk) -> None:
    payment = desk.pays()
    run(book(desk, captured_twice(desk, payment)))
    assert desk.owes() == -2 * PAID
    rows = desk.rows("SELECT acquirer_id, user_id, status FROM payments ORDER BY id")
    assert [(row["user_id"], row["status"]) for row in rows] == [(desk.users[HOME], "succeeded")] * 2
    assert rows[1]["acquirer_id"] == acquirers_id(desk)


def test_it_is_booked_or_given_back_once_whoever_presses_first_and_however_often(either: Desk) -> None:
    _, task = late(either)

    async def clicks() -> None:
        asked = [
            book(either, task),
            book(either, task),
            book(either, task, who=OLEG, nonce=OTHER),
            give_back_too(either, task),
        ]
        await asyncio.gather(*asked, return_exceptions=True)

    run(clicks())
    returned = [(acquirers_id(either), PAID)]
    assert (either.owes(), either.acquirer.moves("refund")) in [(-PAID, []), (0, returned)]
    assert len(either.rows("SELECT id FROM strays")) == 1
    assert codes(book(either, task, who=OLEG, nonce="cdefghjkmnpq")) == ["closed_already"]
    assert codes(give_back(either, task, nonce="cdefghjkmnpr")) == ["closed_already"]


async def settle_as_the_acquirer_says(payment: Payment, acquirer_id: str) -> None:
    await settle(payment.id, await gateway().ask(acquirer_id))


def give_back_too(desk: Desk, task: int) -> Coroutine[Any, Any, Stray]:
    return give_back(desk, task, OLEG, "defghjkmnpqr")


def test_what_reached_the_ledger_meanwhile_is_neither_booked_nor_given_back(desk: Desk) -> None:
    payment, task = late(desk)
    desk.change("UPDATE payments SET status = 'unknown'")
    run(settle_as_the_acquirer_says(payment, acquirers_id(desk)))
    assert desk.owes() == -PAID
    assert codes(book(desk, task)) == codes(give_back(desk, task)) == ["booked_already"]
    assert (desk.owes(), desk.acquirer.moves("refund")) == (-PAID, [])


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE payments SET amount_kopecks = amount_kopecks - 1",
        "UPDATE payments SET key = 'hand:other', acquirer_id = (SELECT subject FROM money_tasks)",
        "UPDATE payments SET account_id = (SELECT max(id) FROM accounts)",
        "DELETE FROM payments",
    ],
)
def test_sum_account_and_intent_have_to_be_those_of_the_payment(desk: Desk, change: str) -> None:
    _, task = late(desk)
    desk.change("UPDATE money_tasks SET payment_id = NULL")
    desk.change(change)
    assert codes(book(desk, task)) == ["not_its_intent"]
    assert (desk.entries("payment"), len(desk.tasks())) == ([], 1)


def test_what_the_acquirer_does_not_confirm_now_is_not_booked(desk: Desk) -> None:
    _, task = late(desk)
    desk.acquirer.faults(down=True)
    assert codes(book(desk, task)) == codes(give_back(desk, task)) == ["not_confirmed"]
    desk.acquirer.faults(down=False)
    desk.change("UPDATE money_tasks SET subject = 'made-up'")
    assert codes(book(desk, task)) == ["not_confirmed"]
    assert desk.entries("payment") == []


def test_what_went_back_in_the_acquirers_own_cabinet_is_not_booked(desk: Desk) -> None:
    _, task = late(desk)
    desk.acquirer.refund_in_own_cabinet(acquirers_id(desk), 100_00)
    assert codes(book(desk, task)) == codes(give_back(desk, task)) == ["refunded_there"]


def test_a_payment_that_is_under_way_has_no_stray_money(desk: Desk) -> None:
    _, task = late(desk)
    desk.change("UPDATE payments SET status = 'unknown'")
    assert codes(book(desk, task)) == codes(give_back(desk, task)) == ["payment_open"]


def test_above_the_limit_a_second_person_agrees_and_the_acquirer_is_asked_once_more(desk: Desk) -> None:
    _, task = late(desk, 5_000_01)
    stray = run(book(desk, task))
    assert (stray.status, desk.owes(), len(desk.tasks())) == ("waiting", 0, 1)
    assert codes(close_task(task, "Закрываю", desk.actor(OLEG))) == ["stray_decided"]
    assert codes(give_back(desk, task, OLEG, OTHER)) == ["stray_decided"]

    assert codes(approve_stray(NONCE, desk.actor(OLGA))) == ["same_person"]
    assert codes(refuse_stray(NONCE, "Нет", desk.actor(OLGA))) == ["same_person"]
    assert codes(approve_stray(NONCE, desk.actor(ALLA))) == ["not_an_operator"]
    desk.acquirer.faults(down=True)
    assert codes(approve_stray(NONCE, desk.actor(OLEG))) == ["not_confirmed"]
    desk.acquirer.faults(down=False)
    assert desk.owes() == 0

    run(approve_stray(NONCE, desk.actor(OLEG)))
    assert (desk.owes(), desk.tasks()) == (-5_000_01, [])
    assert codes(approve_stray(NONCE, desk.actor(OLEG))) == ["closed_already"]
    assert desk.owes() == -5_000_01


def test_what_was_refused_may_be_decided_otherwise(desk: Desk) -> None:
    _, task = late(desk, 6_000_00)
    run(book(desk, task))
    run(refuse_stray(NONCE, "Житель просит вернуть", desk.actor(OLEG)))
    assert (desk.owes(), len(desk.tasks())) == (0, 1)
    assert run(give_back(desk, task, OLEG, OTHER)).status == "waiting"
    run(approve_stray(OTHER, desk.actor(OLGA)))
    assert (desk.acquirer.moves("refund"), desk.tasks()) == ([(acquirers_id(desk), 6_000_00)], [])


def test_nobody_but_an_operator_decides_and_not_without_words(desk: Desk) -> None:
    _, task = late(desk)
    assert codes(book(desk, task, who=ALLA)) == codes(give_back(desk, task, ALLA)) == ["not_an_operator"]
    assert codes(book(desk, task, words=" ")) == ["words_wanted"]
    assert desk.rows("SELECT id FROM strays") == []


def test_small_steps_on_one_account_make_no_large_one(desk: Desk) -> None:
    payment = desk.pays(3_000_00)
    run(book(desk, captured_twice(desk, payment)))
    desk.change("DELETE FROM reconciled_days")
    again = captured_twice(desk, payment)
    assert run(book(desk, again, nonce=OTHER)).status == "waiting"


def autopaid(desk: Desk, attempt: int) -> Payment:
    key = f"autopay:{desk.accounts[HOME]}:2026-09:{attempt}"
    payment = run(desk.intend(HOME, PAID, PAID, key=key))
    sql = "UPDATE payments SET kind = 'autopay', period = 202609, attempt = {} WHERE id = {}"
    desk.change(sql, attempt, payment.id)
    return payment


def test_autopays_second_charge_of_a_month_can_only_go_back(desk: Desk) -> None:
    first = autopaid(desk, 1)
    run(desk.charge(first, loses_answer=True))
    desk.change("UPDATE payments SET status = 'canceled'")
    run(desk.charge(autopaid(desk, 2)))
    task = compared(desk, "taken_not_booked")

    assert codes(book(desk, task)) == ["charged_twice"]
    assert run(give_back(desk, task)).status == "succeeded"
    assert desk.owes() == -PAID


def test_while_autopay_may_charge_the_month_again_its_late_success_is_not_booked(either: Desk) -> None:
    run(either.charge(autopaid(either, 1), loses_answer=True))
    either.change("UPDATE payments SET status = 'canceled'")
    task = compared(either, "taken_not_booked")
    plan_again(either)
    assert codes(book(either, task)) == ["autopay_goes_on"]
    either.change("UPDATE autopay_months SET status = 'refused'")
    run(book(either, task))
    assert either.owes() == -PAID


def plan_again(desk: Desk) -> None:
    now, user, account = moment(), desk.users[HOME], desk.accounts[HOME]
    desk.change(
        "INSERT INTO cards (public_id, user_id, account_id, key, body, status, acquirer_id, brand, last_four, "
        "created_at) VALUES ('c', {}, {}, 'c', '', 'active', 'pm', '', '', {})",
        *(user, account, now),
    )
    desk.change(
        "INSERT INTO autopays (account_id, user_id, access_id, card_id, mode, sum_kopecks, day, planned_period, "
        "begun_at, changed_at, reason) SELECT account_id, user_id, id, (SELECT id FROM cards), 'fixed', 100, 5, "
        "202609, {}, {}, '' FROM accesses WHERE account_id = {}",
        *(now, now, account),
    )
    desk.change(
        "INSERT INTO autopay_months (account_id, period, autopay_id, charge_on, due_on, status, planned_kopecks, "
        "attempts, next_at, noticed_at, reason) SELECT {}, 202609, id, {}, {}, 'planned', 100, 1, {}, {}, '' "
        "FROM autopays",
        *(account, TODAY, TODAY, now, now),
    )


# --- given back


def test_money_given_back_leaves_the_account_as_it_is_and_its_holder_is_told(desk: Desk) -> None:
    _, task = late(desk)
    assert run(give_back(desk, task)).status == "succeeded"
    assert desk.acquirer.moves("refund") == [(acquirers_id(desk), PAID)]
    assert (desk.owes(), desk.tasks(), desk.happened()) == (0, [], ["charge_returned"])
    ((address, told),) = desk.letters("charge_returned")
    assert (address, told["amount_kopecks"], told["words"]) == ("anna@mail.example", PAID, "Списали дважды")


def test_a_return_whose_answer_was_lost_is_made_once_and_found_again(either: Desk) -> None:
    _, task = late(either)
    either.acquirer.faults(lose_answer=1, not_idempotent=True)
    assert run(give_back(either, task)).status == "unknown"
    assert codes(book(either, task, who=OLEG, nonce=OTHER)) == ["stray_decided"]
    assert codes(close_task(task, "Закрываю", either.actor(OLEG))) == ["stray_decided"]

    with clock.fixed_at(moment(minutes=1)):
        assert run(ask_open_returns()) == 1
        assert run(ask_open_returns()) == 0
    assert either.acquirer.moves("refund") == [(acquirers_id(either), PAID)]
    assert (either.one("SELECT status FROM strays"), either.tasks()) == ("succeeded", [])


def test_a_return_that_never_arrived_is_sent_again_with_its_key_and_after_a_day_begun_anew(desk: Desk) -> None:
    _, task = late(desk)
    desk.acquirer.faults(error_500=1)
    run(give_back(desk, task))
    with clock.fixed_at(moment(hours=24)):
        run(ask_open_returns())
        assert desk.one("SELECT status FROM strays") == "unknown"
    with clock.fixed_at(moment(hours=26)):
        run(ask_open_returns())
        assert desk.rows("SELECT status, reason FROM strays") == [{"status": "canceled", "reason": "never_arrived"}]
        assert run(give_back(desk, task, nonce=OTHER)).status == "succeeded"
    assert desk.acquirer.moves("refund") == [(acquirers_id(desk), PAID)]


def test_of_two_who_give_back_at_once_one_does(desk: Desk) -> None:
    _, task = late(desk)

    async def both() -> None:
        asked = (give_back(desk, task), give_back(desk, task), give_back(desk, task, OLEG, OTHER), ask_open_returns())
        await asyncio.gather(*asked, return_exceptions=True)

    run(both())
    assert desk.acquirer.moves("refund") == [(acquirers_id(desk), PAID)]


def test_what_was_given_back_by_lk_is_no_new_difference(either: Desk) -> None:
    _, task = late(either)
    run(give_back(either, task))
    either.change("DELETE FROM reconciled_days")
    with clock.fixed_at(TOMORROW):
        run(reconcile_day(TODAY))
    assert either.tasks() == []


# --- money of no intent of ours


def test_money_of_a_foreign_request_reaches_the_account_that_is_named(either: Desk) -> None:
    task = strange(either)
    assert codes(book(either, task, "9999999999")) == ["unknown_account"]
    run(book(either, task, HOME_NUMBER, words="Оплата по телефону"))
    assert (either.owes(), either.tasks(), either.happened()) == (-PAID, [], ["payment_succeeded"])
    assert either.rows("SELECT user_id FROM payments WHERE account_id = {}", either.accounts[HOME]) == [
        {"user_id": None}
    ]
    assert [address for address, _ in either.letters("payment_received")][-1:] == ["anna@mail.example"]


def test_money_that_names_an_intent_as_ours_are_called_can_only_go_back(desk: Desk) -> None:
    task = strange(desk, f"hand:{desk.accounts[HOME]}:{desk.users[NEIGHBOUR]}:abc-card:{PAID}")
    assert codes(book(desk, task, NEIGHBOUR_NUMBER)) == ["names_an_intent"]
    assert run(give_back(desk, task)).status == "succeeded"
    assert (desk.owes(), desk.happened()) == (0, [])
    told = run(told_of(acquirers_id(desk)))
    sql = "UPDATE accesses SET account_id = {}, role = 'helper' WHERE user_id = {}"
    desk.change(sql, desk.accounts[HOME], desk.users[NEIGHBOUR])
    assert run(revive(told, moment())) is None


async def told_of(acquirer_id: str) -> Told:
    outcome = await gateway().ask(acquirer_id)
    assert isinstance(outcome, Succeeded)
    return outcome.told


def test_nobodys_money_counts_together_for_whoever_gives_it_back(either: Desk) -> None:
    task = strange(either, kopecks="3000.00")
    either.change(
        "INSERT INTO strays (public_id, task_id, kind, acquirer_payment_id, key, amount_kopecks, card, words, status, "
        "reason, body, asked_by, created_at) VALUES ('earlier', {}, 'return', 'x', 'x', 300000, '', '', 'succeeded', "
        "'', '', {}, {})",
        *(task, either.agents[OLGA], moment(days=-3)),
    )
    assert run(give_back(either, task)).status == "waiting"
    run(refuse_stray(NONCE, "Сам верну", either.actor(OLEG)))
    assert run(give_back(either, task, OLEG, OTHER)).status == "succeeded"


def test_books_with_strays_in_them_are_sound(either: Desk) -> None:
    payment = either.pays()
    run(book(either, captured_twice(either, payment)))
    either.change("DELETE FROM reconciled_days")
    run(give_back(either, captured_twice(either, payment), nonce=OTHER))
    assert [each.breaches for each in run(verify(full=True)) if each.breaches] == []
