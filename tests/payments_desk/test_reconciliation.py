"""Our books beside the acquirer's: what is open is settled, what differs waits for a person, and no day is skipped."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from lk import clock, db
from lk.accounts.tables import Access
from lk.payments.reconciling import reconcile_day, reconcile_due, reconcile_since
from lk.payments.refund_decisions import ask_for_refund
from lk.payments.tables import Payment
from tests.payments_desk.cast import HOME, NEIGHBOUR, NOON, OLGA, PAID, Desk, moment, run

TODAY = date(2026, 10, 5)
TOMORROW_NIGHT = datetime(2026, 10, 6, 0, 0, tzinfo=UTC)
"""Three in the morning in Moscow."""


def compared(desk: Desk) -> list[tuple[date, int, int, int, int]]:
    """Day, payments, taken, refunded, differences."""
    rows = desk.rows("SELECT * FROM reconciled_days ORDER BY day")
    return [(r["day"], r["payments"], r["taken_kopecks"], r["refunded_kopecks"], r["differences"]) for r in rows]


def reconcile(at: datetime = TOMORROW_NIGHT) -> int:
    with clock.fixed_at(at):
        return run(reconcile_due())


def refund(desk: Desk, payment: Payment, kopecks: int) -> None:
    run(ask_for_refund(payment.id, kopecks, "Ошибка", desk.actor(OLGA), nonce="23456789abcd"))


def unbook(desk: Desk, key: str) -> None:
    """As if the entry had never been written."""
    unguard(desk, "ledger_entries")
    desk.change("DELETE FROM ledger_entries WHERE key = {}", key)


def rebook(desk: Desk, key: str, kopecks: int) -> None:
    """As if the entry had another sum."""
    unguard(desk, "ledger_entries")
    desk.change("UPDATE ledger_entries SET amount_kopecks = {} WHERE key = {}", kopecks, key)


def unguard(desk: Desk, table: str) -> None:
    """Its rows can be changed, as in a careless restore."""
    if db.engine().engine_type == "sqlite":
        desk.change(f"DROP TRIGGER {table}_no_update")
        desk.change(f"DROP TRIGGER {table}_no_delete")
    else:
        desk.change(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only")


def test_a_day_on_which_all_agrees_is_told_in_sums(desk: Desk) -> None:
    payment = desk.pays()
    desk.pays(100_00, account=NEIGHBOUR)
    refund(desk, payment, 500_00)

    assert reconcile() == 1
    assert compared(desk) == [(TODAY, 2, PAID + 100_00, 500_00, 0)]
    assert desk.tasks() == []


def test_without_a_payment_there_is_nothing_to_compare(desk: Desk) -> None:
    assert reconcile() == 0
    assert compared(desk) == []


def test_a_day_is_compared_from_three_in_the_morning_on_and_once(desk: Desk) -> None:
    desk.pays()
    assert reconcile(TOMORROW_NIGHT - timedelta(seconds=1)) == 0
    assert [reconcile(), reconcile()] == [1, 0]


def test_every_day_that_was_missed_is_compared_the_oldest_first(desk: Desk) -> None:
    desk.pays()
    assert reconcile(TOMORROW_NIGHT + timedelta(days=4)) == 5
    assert [day for day, *_ in compared(desk)] == [TODAY + timedelta(days=at) for at in range(5)]
    desk.change("DELETE FROM reconciled_days WHERE day = {}", TODAY + timedelta(days=2))
    assert reconcile(TOMORROW_NIGHT + timedelta(days=4)) == 1
    assert len(compared(desk)) == 5


def test_a_day_is_owed_while_the_acquirer_does_not_answer(desk: Desk) -> None:
    desk.pays()
    desk.acquirer.faults(down=True)
    assert (reconcile(), compared(desk)) == (0, [])
    desk.acquirer.faults(down=False)
    assert reconcile() == 1


def test_two_at_once_compare_a_day_once(desk: Desk) -> None:
    payment = desk.pays()
    desk.acquirer.refund_in_own_cabinet(payment.acquirer_id or "", 100_00)

    async def both() -> list[bool]:
        return list(await asyncio.gather(reconcile_day(TODAY), reconcile_day(TODAY)))

    assert run(both()) == [True, True]
    assert len(compared(desk)) == len(desk.tasks()) == 1


def test_more_than_a_page_of_payments_is_compared_to_the_end(desk: Desk) -> None:
    lost = desk.pays(loses_answer=True)
    body = lost.body.replace(lost.key, "somebody-else")
    for number in range(120):
        made = desk.acquirer.http.post("/v3/payments", content=body, headers={"Idempotence-Key": f"other-{number}"})
        assert made.status_code == 200

    assert reconcile() == 1
    assert desk.one("SELECT status FROM payments") == "succeeded"


# --- what is open is settled by the acquirer's word


def test_money_taken_without_our_knowing_reaches_the_account_and_is_nobodys_task(desk: Desk) -> None:
    lost = desk.pays(loses_answer=True)
    assert (desk.owes(), lost.status) == (0, "created")

    assert reconcile() == 1
    assert (desk.owes(), desk.tasks()) == (-PAID, [])
    assert desk.happened() == ["payment_succeeded"]
    assert compared(desk) == [(TODAY, 1, PAID, 0, 0)]


def test_a_refund_whose_answer_was_lost_is_booked_and_is_nobodys_task(desk: Desk) -> None:
    payment = desk.pays()
    desk.acquirer.faults(lose_answer=1)
    refund(desk, payment, 500_00)
    assert desk.owes() == -PAID

    assert reconcile() == 1
    assert (desk.owes(), desk.tasks()) == (-PAID + 500_00, [])
    assert compared(desk) == [(TODAY, 1, PAID, 500_00, 0)]


def test_a_payment_of_around_midnight_is_in_the_acquirers_day_and_no_difference_of_ours(desk: Desk) -> None:
    with clock.fixed_at(datetime(2026, 10, 5, 20, 59, 59, tzinfo=UTC)):
        payment = run(desk.intend(HOME, PAID, PAID))
    with clock.fixed_at(datetime(2026, 10, 5, 21, 0, 5, tzinfo=UTC)):
        run(desk.charge(payment))

    assert reconcile(TOMORROW_NIGHT + timedelta(days=1)) == 2
    assert compared(desk) == [(TODAY, 0, 0, 0, 0), (TODAY + timedelta(days=1), 1, PAID, 0, 0)]
    assert desk.tasks() == []


# --- what differs, each once


def test_money_taken_and_not_booked_is_a_task(desk: Desk) -> None:
    payment = desk.pays()
    unbook(desk, f"payment:{payment.acquirer_id}")
    assert reconcile() == 1
    assert desk.tasks() == [("taken_not_booked", payment.acquirer_id)]
    assert compared(desk)[0][-1] == 1


def test_a_late_success_of_a_canceled_payment_is_a_task_and_not_booked(desk: Desk) -> None:
    payment = desk.pays(loses_answer=True)
    desk.change("UPDATE payments SET status = 'canceled', reason = 'general_decline'")
    assert reconcile() == 1
    assert [kind for kind, _ in desk.tasks()] == ["taken_not_booked"]
    assert (desk.owes(), desk.one("SELECT payment_id FROM money_tasks")) == (0, payment.id)


def test_a_second_capture_of_one_intent_is_a_task(desk: Desk) -> None:
    payment = desk.pays()
    desk.acquirer.faults(not_idempotent=True)
    again = desk.acquirer.http.post("/v3/payments", content=payment.body, headers={"Idempotence-Key": payment.key})
    desk.acquirer.pay(again.json()["confirmation"]["confirmation_url"])

    assert reconcile() == 1
    assert desk.tasks() == [("taken_not_booked", again.json()["id"])]
    assert desk.owes() == -PAID


def test_money_booked_that_the_acquirer_does_not_know_is_a_task(desk: Desk) -> None:
    desk.pays()
    desk.change("UPDATE payments SET acquirer_id = 'made-up'")
    desk.change("UPDATE payments SET key = 'other'")
    _post(desk, "payment:made-up", PAID)
    assert reconcile() == 1
    assert ("booked_not_taken", "made-up") in desk.tasks()


def test_another_sum_in_the_ledger_is_a_task(desk: Desk) -> None:
    payment = desk.pays()
    rebook(desk, f"payment:{payment.acquirer_id}", PAID + 1)
    assert reconcile() == 1
    assert desk.tasks() == [("amount_differs", payment.acquirer_id)]
    assert desk.one("SELECT params FROM money_tasks") == f'{{"there": {PAID}, "here": {PAID + 1}}}'


def test_another_sum_at_the_acquirer_is_a_task_and_is_not_booked(desk: Desk) -> None:
    payment = run(desk.intend(HOME, PAID, PAID))
    small = payment.body.replace("2088.60", "1.00")
    forged = desk.acquirer.http.post("/v3/payments", content=small, headers={"Idempotence-Key": "forged"}).json()
    desk.acquirer.pay(forged["confirmation"]["confirmation_url"])

    assert reconcile() == 1
    assert desk.tasks() == [("amount_differs", forged["id"])]
    assert desk.owes() == 0


def test_a_payment_of_no_intent_of_ours_is_a_task(desk: Desk) -> None:
    payment = desk.pays()
    strange = payment.body.replace(payment.key, "order-17")
    made = desk.acquirer.http.post("/v3/payments", content=strange, headers={"Idempotence-Key": "17"}).json()
    desk.acquirer.pay(made["confirmation"]["confirmation_url"])
    assert reconcile() == 1
    assert desk.tasks() == [("unknown_payment", made["id"])]


def test_a_refund_made_past_lk_is_a_task_of_its_account(desk: Desk) -> None:
    payment = desk.pays()
    refund_id = desk.acquirer.refund_in_own_cabinet(payment.acquirer_id or "", 300_00)
    assert reconcile() == 1
    assert desk.tasks() == [("refund_not_booked", refund_id)]
    assert desk.one("SELECT account_id FROM money_tasks") == desk.accounts[HOME]
    assert desk.owes() == -PAID


def test_a_refund_booked_that_the_acquirer_does_not_know_is_a_task(desk: Desk) -> None:
    payment = desk.pays()
    refund(desk, payment, 500_00)
    desk.change("UPDATE refunds SET acquirer_id = 'made-up', key = 'other'")
    _post(desk, "refund:made-up", -500_00)
    assert reconcile() == 1
    assert ("refund_not_made", "made-up") in desk.tasks()


def test_what_was_told_once_is_not_told_again(desk: Desk) -> None:
    payment = desk.pays()
    desk.acquirer.refund_in_own_cabinet(payment.acquirer_id or "", 300_00)
    reconcile()
    desk.change("UPDATE money_tasks SET closed_at = {}", NOON)
    desk.change("DELETE FROM reconciled_days")
    assert reconcile() == 1
    assert desk.one("SELECT count(*) AS n FROM money_tasks") == 1
    assert desk.tasks() == []


def _post(desk: Desk, key: str, kopecks: int) -> None:
    debit, credit = ("acquirer_clearing", "receivable") if kopecks > 0 else ("receivable", "acquirer_clearing")
    desk.change(
        "INSERT INTO ledger_entries (account_id, debit, credit, amount_kopecks, part, kind, effective_on, posted_at, "
        "key, source) VALUES ({}, {}, {}, {}, 'principal', 'payment', {}, {}, {}, 'acquirer')",
        desk.accounts[HOME],
        debit,
        credit,
        abs(kopecks),
        TODAY,
        NOON,
        key,
    )


# --- after an older copy was restored


def restore_without_payments(desk: Desk) -> None:
    """The copy is from before the payment: its row, its entry, its history and its letter are not there."""
    for table in ("ledger_entries", "events"):
        unguard(desk, table)
        desk.change(f"DELETE FROM {table}")
    desk.change("DELETE FROM messages")
    desk.change("DELETE FROM payments")


def reconcile_all(desk: Desk) -> int | None:
    with clock.fixed_at(moment(hours=1)):
        return run(reconcile_since(moment(hours=-6)))


def test_money_taken_after_the_copy_reaches_its_account_again(desk: Desk) -> None:
    before = desk.pays()
    restore_without_payments(desk)
    assert desk.owes() == 0

    assert reconcile_all(desk) == 0
    assert (desk.owes(), desk.tasks()) == (-PAID, [])
    again = desk.rows("SELECT key, status, kind, acquirer_id, user_id, card FROM payments")
    assert again == [
        {
            "key": before.key,
            "status": "succeeded",
            "kind": "one_off",
            "acquirer_id": before.acquirer_id,
            "user_id": desk.users[HOME],
            "card": "4444",
        }
    ]
    assert desk.happened() == ["payment_succeeded"]

    assert reconcile_all(desk) == 0
    assert desk.owes() == -PAID


def test_autopay_of_after_the_copy_is_known_by_its_key(desk: Desk) -> None:
    key = f"autopay:{desk.accounts[HOME]}:2026-09:1"
    with_key = run(desk.intend(HOME, PAID, PAID, key=key))
    run(desk.charge(with_key))
    restore_without_payments(desk)

    assert reconcile_all(desk) == 0
    (again,) = desk.rows("SELECT kind, period, attempt, user_id, status FROM payments")
    assert again == {
        "kind": "autopay",
        "period": 202609,
        "attempt": 1,
        "user_id": desk.users[HOME],
        "status": "succeeded",
    }
    assert desk.owes() == -PAID


@pytest.mark.parametrize(("column", "seconds"), [("created_at", 1), ("ended_at", -1)])
def test_an_account_that_may_be_another_one_by_now_gets_nothing_and_a_person_looks(
    desk: Desk, column: str, seconds: int
) -> None:
    """Ids are given anew after a restore: without an access of that time nobody knows whose account the number was."""
    payment = desk.pays()
    restore_without_payments(desk)
    desk.change(f"UPDATE accesses SET {column} = {{}}", moment(seconds=seconds))

    assert reconcile_all(desk) == 1
    assert desk.tasks() == [("unknown_payment", payment.acquirer_id)]
    assert (desk.owes(), desk.rows("SELECT id FROM payments")) == (0, [])


def test_another_users_or_another_sums_intent_is_not_believed(desk: Desk) -> None:
    account, stranger = desk.accounts[HOME], desk.users[NEIGHBOUR]
    for key in (f"hand:{account}:{stranger}:abc-card:{PAID}", f"hand:{account}:{desk.users[HOME]}:abc-card:{PAID + 1}"):
        run(desk.charge(run(desk.intend(HOME, PAID, PAID, key=key))))
    restore_without_payments(desk)

    assert reconcile_all(desk) == 2
    assert [kind for kind, _ in desk.tasks()] == ["unknown_payment"] * 2
    assert desk.owes() == 0


def test_a_helpers_payment_is_the_helpers_again(desk: Desk) -> None:
    async def invited() -> None:
        async with db.write():
            await Access.insert(
                Access(
                    user_id=desk.users[NEIGHBOUR],
                    account_id=desk.accounts[HOME],
                    role="helper",
                    created_at=moment(days=-30),
                )
            )

    run(invited())
    key = f"hand:{desk.accounts[HOME]}:{desk.users[NEIGHBOUR]}:abc-card:{PAID}"
    run(desk.charge(run(desk.intend(HOME, PAID, PAID, key=key))))
    restore_without_payments(desk)

    assert reconcile_all(desk) == 0
    assert desk.one("SELECT user_id FROM payments") == desk.users[NEIGHBOUR]


def test_without_an_answer_it_is_done_again(desk: Desk) -> None:
    desk.pays(loses_answer=True)
    desk.acquirer.faults(down=True)
    assert reconcile_all(desk) is None
    desk.acquirer.faults(down=False)
    assert reconcile_all(desk) == 0
    assert desk.owes() == -PAID
