"""What is known of money that the acquirer took and the ledger does not hold. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from lk import db
from lk.acquirer.answers import Succeeded, Told
from lk.acquirer.gateway import gateway
from lk.outcome import refuse
from lk.payments.differences import TaskKind
from lk.payments.reviving import names_an_intent
from lk.payments.stray_rules import STRAY_TASKS, OwnIntent, Taken
from lk.payments.tables import MoneyTask


async def stray_task(task_id: int) -> MoneyTask:
    """A task of which the money itself is settled. Raises LookupError; Refused `closed_already`."""
    task = await MoneyTask.objects().where(MoneyTask.id == task_id).first()
    if task is None or task.kind not in STRAY_TASKS:
        raise LookupError(f"no task of stray money {task_id}")
    if task.closed_at is not None:
        raise refuse("closed_already")
    return task


async def confirmed(task: MoneyTask) -> Succeeded:
    """What the acquirer says now. Raises Refused `not_confirmed`: that it took the money it does not say."""
    outcome = await gateway().ask(task.subject)
    if not isinstance(outcome, Succeeded) or outcome.told.acquirer_id != task.subject:
        raise refuse("not_confirmed")
    return outcome


async def taken(task: MoneyTask, told: Told, besides: int = 0) -> Taken:
    """Inside `write()`. `besides`: a decision that is not counted."""
    own = await _own(told)
    rows = await db.read_rows(
        "SELECT (SELECT count(*) FROM ledger_entries WHERE key = {}), (SELECT count(*) FROM strays "
        "WHERE acquirer_payment_id = {} AND id <> {} AND status NOT IN ('canceled', 'refused'))",
        f"payment:{told.acquirer_id}",
        told.acquirer_id,
        besides,
    )
    later, is_open = await _month(own.id) if own is not None and own.is_autopay else (False, False)
    return Taken(
        kind=TaskKind(task.kind),
        task_account_id=task.account_id,
        told=told,
        own=own,
        is_booked=bool(rows[0][0]),
        is_decided=bool(rows[0][1]),
        is_of_an_intent=names_an_intent(told.intent_id),
        has_later_charge=later,
        is_month_open=is_open,
    )


async def _own(told: Told) -> OwnIntent | None:
    """By the acquirer's id, or else by the intent."""
    found = await db.read_as(
        OwnIntent,
        "SELECT id, account_id, key, amount_kopecks, status IN ('created', 'pending', 'unknown') AS is_open, "
        "kind = 'autopay' AS is_autopay, acquirer_id IS NOT NULL AND acquirer_id <> {} AS is_other_capture "
        "FROM payments WHERE acquirer_id = {} OR key = {} ORDER BY CASE WHEN acquirer_id = {} THEN 0 ELSE 1 END",
        told.acquirer_id,
        told.acquirer_id,
        told.intent_id,
        told.acquirer_id,
    )
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class _Month:
    has_later_charge: bool
    is_open: bool


async def _month(payment_id: int) -> tuple[bool, bool]:
    """Of autopay: whether it tried the month again or paid it otherwise, and whether it may still charge for it."""
    (month,) = await db.read_as(
        _Month,
        "SELECT EXISTS (SELECT 1 FROM payments o WHERE o.account_id = p.account_id AND o.period = p.period "
        "AND o.kind = 'autopay' AND o.id <> p.id AND (o.attempt > p.attempt OR o.status = 'succeeded')) "
        "AS has_later_charge, EXISTS (SELECT 1 FROM autopay_months m WHERE m.account_id = p.account_id "
        "AND m.period = p.period AND m.status IN ('planned', 'charging')) AS is_open FROM payments p WHERE p.id = {}",
        payment_id,
    )
    return month.has_later_charge, month.is_open


@dataclass(frozen=True, slots=True)
class AccountMeant:
    """The account that somebody has with a number."""

    id: int
    number: str


async def account_meant(number: str) -> AccountMeant:
    """Raises Refused `unknown_account`."""
    found = await db.read_one_as(AccountMeant, "SELECT id, number FROM accounts WHERE number = {}", number)
    if found is None:
        raise refuse("unknown_account", "account_number")
    return found
