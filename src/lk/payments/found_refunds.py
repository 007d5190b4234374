"""A refund that was made past lk, in the acquirer's own cabinet, is entered by an operator, once."""

from __future__ import annotations

from lk import clock, db
from lk.acquirer.answers import Unknown
from lk.acquirer.gateway import gateway
from lk.acquirer.refunds import Refunded
from lk.actor import Actor
from lk.outcome import Refused, refuse
from lk.payments.desk_people import operator_behind
from lk.payments.desk_rules import judge_words, tidy
from lk.payments.differences import TaskKind
from lk.payments.refund_rules import RefundStatus
from lk.payments.refund_settling import settle_refund
from lk.payments.settling import payment_with_id
from lk.payments.tables import MoneyTask, Refund
from lk.payments.tasks import close_task
from lk.tokens import new_public_id

NOT_ASKED = "{}"
"""Nobody here asked for it: there is no request to send again, and the acquirer's id is known."""


async def enter_found_refund(task_id: int, words: str, actor: Actor) -> None:
    """The ledger gets what the acquirer confirms, and the task is closed.

    The money is gone already, so no second person is asked. Raises Refused: `not_an_operator`, what is wrong with the
    words, `closed_already`, `not_enterable`; LookupError.
    """
    words = tidy(words)
    if problems := judge_words(words):
        raise Refused(problems)
    task = await MoneyTask.objects().where(MoneyTask.id == task_id).first()
    if task is None:
        raise LookupError(f"no task {task_id}")
    if task.closed_at is not None:
        raise refuse("closed_already")
    outcome = await gateway().ask_refund(task.subject)
    if isinstance(outcome, Unknown) or not isinstance(outcome, Refunded) or task.kind != TaskKind.REFUND_NOT_BOOKED:
        raise refuse("not_enterable")
    await settle_refund(await _intend(task, outcome, words, actor), outcome)
    await close_task(task_id, words, actor)


async def _intend(task: MoneyTask, outcome: Refunded, words: str, actor: Actor) -> int:
    """The id of its row. Raises Refused."""
    async with db.write(f"account {task.account_id}"):
        agent_id = await operator_behind(actor)
        payment = await payment_with_id(task.payment_id or 0)
        if payment.acquirer_id != outcome.told.payment_id:
            raise refuse("not_enterable")
        key = f"found:{outcome.told.acquirer_id}"
        refund = Refund(
            public_id=new_public_id(),
            payment_id=payment.id,
            account_id=payment.account_id,
            key=key,
            amount_kopecks=outcome.told.amount_kopecks,
            words=words,
            status=RefundStatus.CREATED,
            body=NOT_ASKED,
            acquirer_id=outcome.told.acquirer_id,
            asked_by=agent_id,
            created_at=clock.now(),
        )
        await db.insert_once(refund, Refund.key)
        rows = await db.read("SELECT id FROM refunds WHERE key = {}", key)
        return int(rows[0]["id"])
