"""What only a person can settle: opened once for each thing, closed with that person's words."""

from __future__ import annotations

import json
from collections.abc import Collection

from lk import clock, db
from lk.actor import Actor
from lk.history.actions import record
from lk.outcome import Refused, refuse
from lk.payments.desk_people import operator_behind
from lk.payments.desk_rules import judge_words, tidy
from lk.payments.differences import OLD_AFTER, Difference, TaskKind
from lk.payments.lost import end_lost_payment, end_lost_refund
from lk.payments.tables import MoneyTask


async def open_tasks(differences: Collection[Difference]) -> None:
    """One for each; what was told before, and perhaps closed since, is not told again. Inside `write()`."""
    now = clock.now()
    await db.write_many(
        "INSERT INTO money_tasks (kind, subject, account_id, payment_id, params, opened_at, words) "
        "VALUES ({}, {}, {}, {}, {}, {}, '') ON CONFLICT (kind, subject) DO NOTHING",
        [
            (each.kind.value, each.subject, each.account_id, each.payment_id, json.dumps(dict(each.params)), now)
            for each in differences
        ],
    )


async def open_tasks_of_the_old() -> int:
    """Payments and refunds whose end is not known for two days by now wait for a person; how many there are."""
    before = clock.now() - OLD_AFTER
    async with db.write("money tasks"):
        rows = await db.read(_OLD, before, before)
        await open_tasks([_old(**row) for row in rows])
    return len(rows)


_OLD = (
    "SELECT 'payment:' || id AS subject, account_id, id AS payment_id, amount_kopecks FROM payments "
    "WHERE status IN ('created', 'pending', 'unknown') AND created_at <= {} UNION ALL "
    "SELECT 'refund:' || id, account_id, payment_id, amount_kopecks FROM refunds "
    "WHERE status IN ('created', 'unknown') AND coalesce(decided_at, created_at) <= {}"
)


def _old(subject: str, account_id: int, payment_id: int, amount_kopecks: int) -> Difference:
    return Difference(TaskKind.UNKNOWN_TOO_OLD, subject, account_id, payment_id, {"here": amount_kopecks})


async def close_task(task_id: int, words: str, actor: Actor) -> None:
    """A person has settled it and says how.

    What is unknown has to end first: the acquirer is asked once more, and what its complete list does not know is
    over. Raises Refused: `not_an_operator`, what is wrong with the words, `closed_already`, `still_unknown`,
    `stray_decided`; LookupError.
    """
    words = tidy(words)
    if problems := judge_words(words):
        raise Refused(problems)
    task = await MoneyTask.objects().where(MoneyTask.id == task_id).first()
    if task is None:
        raise LookupError(f"no task {task_id}")
    await operator_behind(actor)
    if task.closed_at is None and task.kind == TaskKind.UNKNOWN_TOO_OLD and not await _is_ended(task.subject):
        raise refuse("still_unknown")
    async with db.write("money tasks"):
        agent_id = await operator_behind(actor)
        if await _is_being_settled(task_id):
            raise refuse("stray_decided")
        if not await note_closed(task_id, words, agent_id):
            raise refuse("closed_already")
        whose = {"account": task.account_id} if task.account_id is not None else {}
        await record("money_task_closed", actor=actor, what=task.kind, task=task_id, **whose)


async def note_closed(task_id: int, words: str, agent_id: int) -> bool:
    """Inside `write()`; False where it was closed before."""
    changed = await db.execute(
        "UPDATE money_tasks SET closed_at = {}, closed_by = {}, words = {} WHERE id = {} AND closed_at IS NULL",
        clock.now(),
        agent_id,
        words,
        task_id,
    )
    return changed == 1


async def _is_being_settled(task_id: int) -> bool:
    """Its money waits for a second person, or is on its way back: that closes the task by itself."""
    return bool(
        await db.read(
            "SELECT id FROM strays WHERE task_id = {} AND status IN ('waiting', 'created', 'pending', 'unknown')",
            task_id,
        )
    )


async def _is_ended(subject: str) -> bool:
    kind, _, number = subject.partition(":")
    return await (end_lost_payment if kind == "payment" else end_lost_refund)(int(number))
