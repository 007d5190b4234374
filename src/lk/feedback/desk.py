"""The desk's queue of questions, and how soon people get their first answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from lk import clock, db
from lk.feedback.rules import COUNTED_DAYS, Status, place_of
from lk.text import fold_account_number, fold_search, is_account_number

PAGE = 50
FILTERS = {
    "open": "q.status IN ('new', 'reopened')",
    "waiting": "q.status = 'waiting'",
    "answered": "q.status = 'answered'",
    "closed": "q.status = 'closed'",
    "all": "q.status <> 'unconfirmed'",
}
"""Which questions, by the name of the filter."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """`begins`: its first words; `account_number` of what it is about; `asked_by` an e-mail, empty for a user."""

    id: int
    public_id: str
    title: str
    begins: str
    status: Status
    agent_code: str | None
    account_number: str | None
    asked_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class AskedFrom:
    """Who asks, as the desk may know it; `account_*` of the account that the question is about."""

    account_public_id: str | None
    account_number: str | None
    holder_name: str | None
    email: str | None
    role: str | None
    is_provisional: bool | None
    is_closed: bool


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """First answers of the last thirty days: how many, and how long half and nine tenths of them took at most.

    `waiting` wait now, the longest since `waiting_since`.
    """

    count: int
    median: timedelta | None
    ninety: timedelta | None
    waiting: int
    waiting_since: datetime | None


@dataclass(frozen=True, slots=True)
class _Waiting:
    count: int
    since: datetime | None


async def queue(name: str, *, agent_id: int | None, typed: str, after_id: int | None) -> list[QueueRow]:
    """At most `PAGE` + 1. What waits comes oldest first, all else newest first; `agent_id`: only this agent's."""
    conditions, args = [FILTERS.get(name, FILTERS["open"])], list[object]()
    if agent_id is not None:
        conditions.append("q.agent_id = {}")
        args.append(agent_id)
    number, words = fold_account_number(typed), fold_search(typed)
    if is_account_number(number):
        conditions.append("a.number = {}")
        args.append(number)
    elif words:
        conditions.append("q.search_key LIKE {}")
        args.append("%" + words.replace("%", "").replace("_", "") + "%")
    is_oldest_first = name not in FILTERS or name == "open"
    if after_id is not None:
        conditions.append("q.id > {}" if is_oldest_first else "q.id < {}")
        args.append(after_id)
    order = "ASC" if is_oldest_first else "DESC"
    return await db.read_as(
        QueueRow,
        "SELECT q.id, q.public_id, q.title, q.status, g.code AS agent_code, a.number AS account_number, "  # noqa: S608
        "(SELECT substr(m.text, 1, 100) FROM question_messages m WHERE m.question_id = q.id ORDER BY m.id LIMIT 1) "
        "AS begins, q.email AS asked_by, q.changed_at FROM questions q LEFT JOIN agents g ON g.id = q.agent_id "
        f"LEFT JOIN accounts a ON a.id = q.account_id WHERE {' AND '.join(conditions)} "
        f"ORDER BY q.id {order} LIMIT {PAGE + 1}",
        *args,
    )


async def asked_from(question_id: int) -> AskedFrom:
    found = await db.read_one_as(
        AskedFrom,
        "SELECT a.public_id AS account_public_id, a.number AS account_number, a.holder_name, "
        "coalesce(u.email, q.email) AS email, x.role, x.is_provisional, "
        "CASE WHEN u.closed_at IS NULL THEN 0 ELSE 1 END AS is_closed "
        "FROM questions q LEFT JOIN users u ON u.id = q.user_id LEFT JOIN accounts a ON a.id = q.account_id "
        "LEFT JOIN accesses x ON x.account_id = q.account_id AND x.user_id = q.user_id AND x.ended_at IS NULL "
        "WHERE q.id = {}",
        question_id,
    )
    assert found is not None
    return found


async def agent_codes() -> list[str]:
    """Who may be handed a question."""
    return [row["code"] for row in await db.read("SELECT code FROM agents WHERE NOT is_disabled ORDER BY code")]


async def first_answer_times() -> AnswerTimes:
    since = clock.now() - timedelta(days=COUNTED_DAYS)
    rows = await db.read("SELECT count(*) AS count FROM questions WHERE first_answered_at > {}", since)
    count = int(rows[0]["count"])
    waiting = await db.read_one_as(
        _Waiting,
        "SELECT count(*) AS count, min(changed_at) AS since FROM questions WHERE status IN ('new', 'reopened')",
    )
    assert waiting is not None
    return AnswerTimes(
        count, await _took(50, count, since), await _took(90, count, since), waiting.count, waiting.since
    )


async def _took(percent: int, count: int, since: datetime) -> timedelta | None:
    if not count:
        return None
    rows = await db.read(
        "SELECT first_answer_seconds FROM questions WHERE first_answered_at > {} ORDER BY first_answer_seconds "
        "LIMIT 1 OFFSET {}",
        since,
        place_of(percent, count),
    )
    return timedelta(seconds=int(rows[0]["first_answer_seconds"])) if rows else None
