"""What operators see of the reconciliation: the days that were compared, and what waits for a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lk import db
from lk.payments.differences import TaskKind
from lk.payments.refund_rules import RefundStatus


@dataclass(frozen=True, slots=True)
class ComparedDay:
    """`payments` went through at the acquirer on that day."""

    day: date
    payments: int
    taken_kopecks: int
    refunded_kopecks: int
    differences: int
    done_at: datetime


@dataclass(frozen=True, slots=True)
class DeskTask:
    """`params` is JSON; `closed_by` the code of the agent who settled it, `words` how.

    `stray_status`: how the last decision about its money stands, where there was one.
    """

    id: int
    kind: TaskKind
    subject: str
    account_number: str | None
    account_public_id: str | None
    payment_public_id: str | None
    params: str
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    words: str
    stray_status: RefundStatus | None

    @property
    def is_under_way(self) -> bool:
        """Its money waits for a second person, or is on its way back."""
        status = self.stray_status
        return status is not None and (status is RefundStatus.WAITING or status.is_open)

    @property
    def told(self) -> Mapping[str, Any]:
        found: dict[str, Any] = json.loads(self.params)
        return found


_TASKS = """
    SELECT t.id, t.kind, t.subject, a.number AS account_number, a.public_id AS account_public_id,
           p.public_id AS payment_public_id, t.params, t.opened_at, t.closed_at, g.code AS closed_by, t.words,
           (SELECT s.status FROM strays s WHERE s.task_id = t.id ORDER BY s.id DESC LIMIT 1) AS stray_status
    FROM money_tasks t LEFT JOIN accounts a ON a.id = t.account_id LEFT JOIN payments p ON p.id = t.payment_id
    LEFT JOIN agents g ON g.id = t.closed_by
"""


async def compared_days(limit: int) -> list[ComparedDay]:
    """The newest first."""
    return await db.read_as(
        ComparedDay,
        "SELECT day, payments, taken_kopecks, refunded_kopecks, differences, done_at FROM reconciled_days "
        "ORDER BY day DESC LIMIT {}",
        limit,
    )


async def tasks_waiting(limit: int) -> list[DeskTask]:
    """The longest first."""
    return await db.read_as(DeskTask, _TASKS + "WHERE t.closed_at IS NULL ORDER BY t.opened_at, t.id LIMIT {}", limit)


async def tasks_closed(limit: int) -> list[DeskTask]:
    """The newest first."""
    sql = _TASKS + "WHERE t.closed_at IS NOT NULL ORDER BY t.closed_at DESC, t.id DESC LIMIT {}"
    return await db.read_as(DeskTask, sql, limit)


async def task_with(task_id: int) -> DeskTask | None:
    return await db.read_one_as(DeskTask, _TASKS + "WHERE t.id = {}", task_id)


async def tasks_count() -> int:
    return int((await db.read("SELECT count(*) AS n FROM money_tasks WHERE closed_at IS NULL"))[0]["n"])
