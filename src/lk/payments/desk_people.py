"""Who at the desk may move money, and how much they moved alone; asked inside the transaction that moves it."""

from __future__ import annotations

from typing import Protocol

from lk import clock, db
from lk.actor import Actor, Role
from lk.history.actions import record
from lk.outcome import refuse
from lk.payments.desk_rules import ALONE_WITHIN

_MAY = (Role.OPERATOR, Role.ADMIN)


async def operator_behind(actor: Actor) -> int:
    """The agent's id. Raises Refused `not_an_operator`: also while they look at somebody's cabinet."""
    rows = await db.read(
        "SELECT id FROM agents WHERE id = {} AND NOT is_disabled AND role IN ({}, {})", actor.agent_id, *_MAY
    )
    if not rows or actor.impersonation_id is not None:
        raise refuse("not_an_operator")
    return int(rows[0]["id"])


async def note_money(kind: str, what: str, kopecks: int, actor: Actor, account_id: int | None = None) -> None:
    """Inside `write()`: `money_asked` by one, `money_approved` or `money_refused` by another.

    For the audit: the resident reads what became of it. The account stands last, as the audit looks for it.
    """
    whose = {"account": account_id} if account_id is not None else {}
    await record(kind, actor=actor, what=what, amount=kopecks, **whose)


class Asked(Protocol):
    """A row of money that one operator asked for and another may decide about."""

    @property
    def status(self) -> str: ...
    @property
    def asked_by(self) -> object: ...


def refuse_unless_second(asked: Asked, agent_id: int) -> None:
    """Raises Refused: `decided_already`, `same_person`."""
    if asked.status != "waiting":
        raise refuse("decided_already")
    if asked.asked_by == agent_id:
        raise refuse("same_person")


async def moved_alone(account_id: int) -> int:
    """Kopecks that single operators moved on the account lately, whichever way."""
    since = clock.now() - ALONE_WITHIN
    rows = await db.read_rows(
        "SELECT (SELECT coalesce(sum(amount_kopecks), 0) FROM refunds WHERE account_id = {} AND decided_by IS NULL "
        "AND status IN ('created', 'unknown', 'pending', 'succeeded') AND created_at > {}) + "
        "(SELECT coalesce(sum(abs(amount_kopecks)), 0) FROM corrections WHERE account_id = {} AND decided_by IS NULL "
        "AND status = 'posted' AND created_at > {}) + "
        "(SELECT coalesce(sum(amount_kopecks), 0) FROM strays WHERE account_id = {} AND decided_by IS NULL "
        "AND status IN ('created', 'unknown', 'pending', 'succeeded') AND created_at > {})",
        *(account_id, since) * 3,
    )
    return int(rows[0][0])


async def moved_alone_of_nobodys(agent_id: int) -> int:
    """Kopecks of no account that this very operator gave back alone lately, to whomever."""
    since = clock.now() - ALONE_WITHIN
    rows = await db.read_rows(
        "SELECT (SELECT coalesce(sum(amount_kopecks), 0) FROM bank_returns WHERE asked_by = {} "
        "AND decided_by IS NULL AND status = 'returned' AND created_at > {}) + "
        "(SELECT coalesce(sum(amount_kopecks), 0) FROM strays WHERE asked_by = {} AND account_id IS NULL "
        "AND decided_by IS NULL AND status IN ('created', 'unknown', 'pending', 'succeeded') AND created_at > {})",
        *(agent_id, since) * 2,
    )
    return int(rows[0][0])
