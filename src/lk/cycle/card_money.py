"""What came by card beside the ledger, and what is not known of it yet: each rule by one look at the stored data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from lk import clock, db

KNOWN_WITHIN = timedelta(hours=48)
"""After it whatever is not known waits for a person."""

SHOWN = 20

_BOOKED = (
    "SELECT 'платежа нет в книге, или там другая сумма: платёж' AS what, p.id FROM payments p "
    "LEFT JOIN ledger_entries e ON e.key = 'payment:' || p.acquirer_id AND e.kind = 'payment' "
    "AND e.account_id = p.account_id AND e.credit = 'receivable' AND e.amount_kopecks = p.amount_kopecks "
    "WHERE p.status = 'succeeded' AND e.id IS NULL",
    "SELECT 'в книге деньги с карты, а платежа нет: проводка' AS what, e.id FROM ledger_entries e "
    "WHERE e.kind = 'payment' AND e.source = 'acquirer' AND NOT EXISTS (SELECT 1 FROM payments p "
    "WHERE p.acquirer_id = substr(e.key, 9) AND p.account_id = e.account_id AND p.status = 'succeeded')",
    "SELECT 'возврата нет в книге, или там другая сумма: возврат' AS what, r.id FROM refunds r "
    "LEFT JOIN ledger_entries e ON e.key = 'refund:' || r.acquirer_id AND e.kind = 'refund' "
    "AND e.account_id = r.account_id AND e.debit = 'receivable' AND e.amount_kopecks = r.amount_kopecks "
    "WHERE r.status = 'succeeded' AND e.id IS NULL",
    "SELECT 'в книге возврат на карту, а возврата нет: проводка' AS what, e.id FROM ledger_entries e "
    "WHERE e.kind = 'refund' AND e.source = 'acquirer' AND NOT EXISTS (SELECT 1 FROM refunds r "
    "WHERE r.acquirer_id = substr(e.key, 8) AND r.account_id = e.account_id AND r.status = 'succeeded')",
    "SELECT 'возвращено больше, чем заплачено: платёж' AS what, p.id FROM payments p JOIN "
    "(SELECT payment_id, sum(amount_kopecks) AS kopecks FROM refunds "
    "WHERE status NOT IN ('canceled', 'refused') GROUP BY payment_id) r ON r.payment_id = p.id "
    "WHERE r.kopecks > p.amount_kopecks OR p.status <> 'succeeded'",
    "SELECT 'автоплатёж прошёл дважды за один счёт: лицевой счёт id' AS what, account_id AS id FROM payments "
    "WHERE kind = 'autopay' AND status = 'succeeded' GROUP BY account_id, period HAVING count(*) > 1",
    "SELECT 'поправки нет в книге, или там другая сумма: поправка' AS what, c.id FROM corrections c "
    "LEFT JOIN ledger_entries e ON e.key = 'correction:' || c.public_id AND e.account_id = c.account_id "
    "AND e.part = c.part AND e.amount_kopecks = abs(c.amount_kopecks) "
    "AND (e.debit = 'receivable') = (c.amount_kopecks > 0) "
    "WHERE (c.status = 'posted') <> (e.id IS NOT NULL)",
    "SELECT 'в книге поправка, которой нет: проводка' AS what, e.id FROM ledger_entries e "
    "WHERE e.source LIKE 'correction:%' AND NOT EXISTS (SELECT 1 FROM corrections c "
    "WHERE c.public_id = substr(e.key, 12) AND c.account_id = e.account_id AND c.status = 'posted')",
)

_UNKNOWN = (
    "SELECT 'пока платёж неизвестен, начат другой за тот же счёт: платёж' AS what, later.id FROM payments p "
    "JOIN payments later ON later.account_id = p.account_id AND later.period = p.period "
    "AND later.attempt > p.attempt AND later.kind = 'autopay' "
    "WHERE p.kind = 'autopay' AND p.status <> 'canceled'",
    "SELECT 'пока возврат неизвестен, начат другой того же платежа: платёж' AS what, payment_id AS id FROM refunds "
    "WHERE status IN ('created', 'unknown') GROUP BY payment_id HAVING count(*) > 1",
)

_TOO_OLD = (
    "SELECT 'больше двух суток неизвестно, и никто не смотрит: платёж' AS what, p.id FROM payments p "
    "WHERE p.status IN ('created', 'pending', 'unknown') AND p.created_at <= {} AND NOT EXISTS "
    "(SELECT 1 FROM money_tasks t WHERE t.kind = 'unknown_too_old' AND t.subject = 'payment:' || p.id "
    "AND t.closed_at IS NULL)",
    "SELECT 'больше двух суток неизвестно, и никто не смотрит: возврат' AS what, r.id FROM refunds r "
    "WHERE r.status IN ('created', 'unknown') AND coalesce(r.decided_at, r.created_at) <= {} AND NOT EXISTS "
    "(SELECT 1 FROM money_tasks t WHERE t.kind = 'unknown_too_old' AND t.subject = 'refund:' || r.id "
    "AND t.closed_at IS NULL)",
)


async def breaches_of_card_money() -> list[str]:
    """Every payment and refund has its entry with the same sum, and every entry its payment or refund."""
    return await _breaches(_BOOKED)


async def breaches_of_the_unknown() -> list[str]:
    """What is unknown stands in the way of another, and not for longer than two days without a person."""
    return await _breaches(_UNKNOWN) + await _breaches(_TOO_OLD, clock.now() - KNOWN_WITHIN)


async def _breaches(statements: Sequence[str], *args: object) -> list[str]:
    return [f"{row['what']} {row['id']}" for sql in statements for row in await db.read(f"{sql} LIMIT {SHOWN}", *args)]
