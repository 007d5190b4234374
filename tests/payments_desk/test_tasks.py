"""What only a person can settle: what has no end for two days, and how each is closed."""

from __future__ import annotations

import pytest

from lk import clock
from lk.payments.found_refunds import enter_found_refund
from lk.payments.reconciling import reconcile_due
from lk.payments.refund_decisions import ask_for_refund
from lk.payments.tables import Payment
from lk.payments.tasks import close_task, open_tasks_of_the_old
from tests.payments_desk.cast import ALLA, HOME, NEIGHBOUR, OLEG, OLGA, PAID, Desk, codes, moment, run


def task_of(desk: Desk, kind: str) -> int:
    return int(desk.one("SELECT id FROM money_tasks WHERE kind = {}", kind))


def found_old(desk: Desk, hours: float) -> list[str]:
    with clock.fixed_at(moment(hours=hours)):
        run(open_tasks_of_the_old())
    return [subject for kind, subject in desk.tasks() if kind == "unknown_too_old"]


def never_arrived(desk: Desk) -> Payment:
    """The request never reached the acquirer, and nobody asked again."""
    return run(desk.intend(HOME, PAID, PAID))


@pytest.mark.parametrize("status", ["created", "unknown", "pending"])
def test_a_payment_without_an_end_waits_for_a_person_before_two_days_are_over(desk: Desk, status: str) -> None:
    payment = never_arrived(desk)
    desk.change("UPDATE payments SET status = {}", status)
    assert found_old(desk, 46.9) == []
    assert found_old(desk, 47) == found_old(desk, 60) == [f"payment:{payment.id}"]


def test_a_refund_without_an_end_waits_too_and_one_for_a_second_person_does_not(desk: Desk) -> None:
    payment = desk.pays(20_000_00)
    desk.acquirer.faults(error_500=1)
    lost = run(ask_for_refund(payment.id, 100_00, "Ошибка", desk.actor(OLGA), nonce="23456789abcd"))
    desk.change("UPDATE refunds SET status = 'waiting'")
    assert found_old(desk, 60) == []
    desk.change("UPDATE refunds SET status = 'unknown'")
    assert found_old(desk, 60) == [f"refund:{lost.id}"]


def test_closing_the_task_of_a_payment_that_never_arrived_ends_it_without_money(desk: Desk) -> None:
    payment = never_arrived(desk)
    found_old(desk, 48)
    with clock.fixed_at(moment(hours=48)):
        run(close_task(task_of(desk, "unknown_too_old"), "У эквайера его нет", desk.actor(OLGA)))

    assert desk.rows("SELECT status, reason FROM payments") == [{"status": "canceled", "reason": "never_arrived"}]
    assert (desk.tasks(), desk.owes()) == ([], 0)
    (closed,) = desk.rows("SELECT closed_by, words FROM money_tasks")
    assert closed == {"closed_by": desk.agents[OLGA], "words": "У эквайера его нет"}
    assert payment.id == desk.one("SELECT payment_id FROM money_tasks")


def test_closing_the_task_of_a_payment_that_was_taken_books_it(desk: Desk) -> None:
    desk.pays(loses_answer=True)
    found_old(desk, 48)
    with clock.fixed_at(moment(hours=48)):
        run(close_task(task_of(desk, "unknown_too_old"), "Нашёлся", desk.actor(OLGA)))
    assert (desk.one("SELECT status FROM payments"), desk.owes()) == ("succeeded", -PAID)


def test_a_task_stays_open_while_the_acquirer_does_not_say(desk: Desk) -> None:
    never_arrived(desk)
    found_old(desk, 48)
    desk.acquirer.faults(down=True)
    with clock.fixed_at(moment(hours=48)):
        task = task_of(desk, "unknown_too_old")
        assert codes(close_task(task, "Закрываю", desk.actor(OLGA))) == ["still_unknown"]
    assert len(desk.tasks()) == 1
    assert desk.one("SELECT status FROM payments") == "unknown"


def test_nobody_but_an_operator_ends_a_payment(desk: Desk) -> None:
    never_arrived(desk)
    found_old(desk, 48)
    with clock.fixed_at(moment(hours=48)):
        assert codes(close_task(task_of(desk, "unknown_too_old"), "Нет", desk.actor(ALLA))) == ["not_an_operator"]
    assert desk.one("SELECT status FROM payments") == "created"


def test_what_may_still_be_sent_is_not_called_lost(desk: Desk) -> None:
    never_arrived(desk)
    found_old(desk, 48)
    with clock.fixed_at(moment(hours=24)):
        assert codes(close_task(task_of(desk, "unknown_too_old"), "Нет", desk.actor(OLGA))) == ["still_unknown"]
    assert desk.one("SELECT status FROM payments") == "created"


def test_a_refund_that_never_arrived_ends_and_frees_the_sum(desk: Desk) -> None:
    payment = desk.pays()
    desk.acquirer.faults(error_500=1)
    run(ask_for_refund(payment.id, PAID, "Ошибка", desk.actor(OLGA), nonce="23456789abcd"))
    found_old(desk, 48)
    with clock.fixed_at(moment(hours=48)):
        run(close_task(task_of(desk, "unknown_too_old"), "Не дошёл", desk.actor(OLEG)))
        assert desk.rows("SELECT status, reason FROM refunds") == [{"status": "canceled", "reason": "never_arrived"}]
        again = run(ask_for_refund(payment.id, PAID, "Ошибка", desk.actor(OLGA), nonce="bcdefghjkmnp"))
    assert again.status == "succeeded"
    assert desk.acquirer.moves("refund") == [(payment.acquirer_id, PAID)]


def refunded_past_lk(desk: Desk, kopecks: int = 300_00) -> tuple[Payment, int]:
    payment = desk.pays()
    desk.acquirer.refund_in_own_cabinet(payment.acquirer_id or "", kopecks)
    with clock.fixed_at(moment(hours=15)):
        assert run(reconcile_due()) == 1
    return payment, task_of(desk, "refund_not_booked")


def test_a_refund_made_past_lk_is_entered_with_one_button_and_the_resident_is_told(desk: Desk) -> None:
    payment, task = refunded_past_lk(desk)
    run(enter_found_refund(task, "Вернули по звонку", desk.actor(OLGA)))

    assert desk.entries("refund") == [("receivable", "acquirer_clearing", 300_00)]
    assert (desk.owes(), desk.tasks()) == (-PAID + 300_00, [])
    assert desk.happened() == ["payment_succeeded", "refunded"]
    assert desk.letters("payment_refunded")[0][1]["words"] == "Вернули по звонку"
    assert codes(enter_found_refund(task, "Ещё раз", desk.actor(OLEG))) == ["closed_already"]
    assert codes(ask_for_refund(payment.id, PAID, "Ошибка", desk.actor(OLGA), nonce="23456789abcd")) == [
        "above_what_is_left"
    ]


def test_only_what_the_acquirer_confirms_is_entered(desk: Desk) -> None:
    _, task = refunded_past_lk(desk)
    entered = enter_found_refund
    desk.change("UPDATE money_tasks SET kind = 'unknown_payment'")
    assert codes(entered(task, "Вернули", desk.actor(OLGA))) == ["not_enterable"]
    desk.change("UPDATE money_tasks SET kind = 'refund_not_booked', subject = 'made-up'")
    assert codes(entered(task, "Вернули", desk.actor(OLGA))) == ["not_enterable"]
    desk.acquirer.faults(pending_refunds=1)
    pending = desk.acquirer.refund_in_own_cabinet(desk.one("SELECT acquirer_id FROM payments"), 100_00)
    desk.change("UPDATE money_tasks SET subject = {}", pending)
    assert codes(entered(task, "Вернули", desk.actor(OLGA))) == ["not_enterable"]
    assert (desk.entries("refund"), desk.rows("SELECT id FROM refunds")) == ([], [])


def test_a_refund_is_entered_on_the_account_of_its_own_payment_by_an_operator(desk: Desk) -> None:
    _, task = refunded_past_lk(desk)
    assert codes(enter_found_refund(task, "Вернули", desk.actor(ALLA))) == ["not_an_operator"]
    other = desk.pays(100_00, account=NEIGHBOUR)
    desk.change("UPDATE money_tasks SET payment_id = {}, account_id = {}", other.id, desk.accounts[NEIGHBOUR])
    assert codes(enter_found_refund(task, "Вернули", desk.actor(OLGA))) == ["not_enterable"]
    assert desk.entries("refund") == []


def test_a_task_is_closed_once_by_an_operator_with_words(desk: Desk) -> None:
    _, task = refunded_past_lk(desk)
    assert codes(close_task(task, " ", desk.actor(OLGA))) == ["words_wanted"]
    assert codes(close_task(task, "Разобрались", desk.actor(ALLA))) == ["not_an_operator"]
    run(close_task(task, "Разобрались", desk.actor(OLGA)))
    assert codes(close_task(task, "Разобрались", desk.actor(OLEG))) == ["closed_already"]
    assert desk.one("SELECT closed_by FROM money_tasks") == desk.agents[OLGA]
