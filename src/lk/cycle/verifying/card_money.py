"""I4 and I5: what came by card beside the ledger, and what is not known of it yet."""

from __future__ import annotations

from datetime import timedelta

from lk.cycle.verifying.findings import Tally
from lk.cycle.verifying.looking import Look, Rule, counted, look_by
from lk.language import N_

KNOWN_WITHIN = timedelta(hours=48)
"""After it whatever is not known waits for a person."""


async def card_money_is_booked(look: Look, tally: Tally) -> None:
    """Every payment and refund has its entry with the same sum, and every entry its payment or refund."""
    await counted(look, tally, "payments")
    await counted(look, tally, "refunds")
    await look_by(look, tally, _BOOKED)


async def unknown_is_looked_after(look: Look, tally: Tally) -> None:
    """What is unknown stands in the way of another, and not for longer than two days without a person."""
    for table in ("payments", "refunds"):
        tally.checked += await look.aside.number(
            f"SELECT count(*) FROM {table} WHERE status IN ('created', 'pending', 'unknown')"  # noqa: S608
        )
    await look_by(look, tally, _UNKNOWN)
    for what, sql in _TOO_OLD.items():
        tally.add(f"{what} {row[0]}" for row in await look.aside.rows(sql, look.now - KNOWN_WITHIN))


_BOOKED = (
    Rule(
        N_("платежа нет в книге, или там другая сумма: платёж"),
        "payments",
        "SELECT p.id FROM payments p LEFT JOIN ledger_entries e ON e.key = 'payment:' || p.acquirer_id "
        "AND e.kind = 'payment' AND e.account_id = p.account_id AND e.part = p.part AND e.credit = 'receivable' "
        "AND e.amount_kopecks = p.amount_kopecks "
        "WHERE p.id BETWEEN {} AND {} AND p.status = 'succeeded' AND e.id IS NULL",
    ),
    Rule(
        N_("возвращено больше, чем заплачено: платёж"),
        "payments",
        "SELECT p.id FROM payments p JOIN refunds r ON r.payment_id = p.id "
        "AND r.status NOT IN ('canceled', 'refused') WHERE p.id BETWEEN {} AND {} "
        "GROUP BY p.id, p.amount_kopecks, p.status HAVING sum(r.amount_kopecks) > p.amount_kopecks "
        "OR p.status <> 'succeeded'",
    ),
    Rule(
        N_("автоплатёж прошёл дважды за один счёт: лицевой счёт id"),
        "payments",
        "SELECT p.account_id FROM payments p WHERE p.id BETWEEN {} AND {} AND p.kind = 'autopay' "
        "AND p.status = 'succeeded' AND EXISTS (SELECT 1 FROM payments o WHERE o.account_id = p.account_id "
        "AND o.period = p.period AND o.kind = 'autopay' AND o.status = 'succeeded' AND o.id < p.id)",
    ),
    Rule(
        N_("возврата нет в книге, или там другая сумма: возврат"),
        "refunds",
        "SELECT r.id FROM refunds r JOIN payments p ON p.id = r.payment_id "
        "LEFT JOIN ledger_entries e ON e.key = 'refund:' || r.acquirer_id "
        "AND e.kind = 'refund' AND e.account_id = r.account_id AND e.part = p.part AND e.debit = 'receivable' "
        "AND e.amount_kopecks = r.amount_kopecks "
        "WHERE r.id BETWEEN {} AND {} AND r.status = 'succeeded' AND e.id IS NULL",
    ),
    Rule(
        N_("поправки нет в книге, или там другая сумма: поправка"),
        "corrections",
        "SELECT c.id FROM corrections c LEFT JOIN ledger_entries e ON e.key = 'correction:' || c.public_id "
        "AND e.account_id = c.account_id AND e.part = c.part AND e.amount_kopecks = abs(c.amount_kopecks) "
        "AND (e.debit = 'receivable') = (c.amount_kopecks > 0) "
        "WHERE c.id BETWEEN {} AND {} AND (c.status = 'posted') <> (e.id IS NOT NULL)",
    ),
    Rule(
        N_("в книге деньги с карты, а платежа нет: проводка"),
        "ledger_entries",
        "SELECT e.id FROM ledger_entries e WHERE e.id BETWEEN {} AND {} AND e.kind = 'payment' "
        "AND e.source = 'acquirer' AND NOT EXISTS (SELECT 1 FROM payments p "
        "WHERE p.acquirer_id = substr(e.key, 9) AND p.account_id = e.account_id AND p.status = 'succeeded')",
    ),
    Rule(
        N_("в книге возврат на карту, а возврата нет: проводка"),
        "ledger_entries",
        "SELECT e.id FROM ledger_entries e WHERE e.id BETWEEN {} AND {} AND e.kind = 'refund' "
        "AND e.source = 'acquirer' AND NOT EXISTS (SELECT 1 FROM refunds r "
        "WHERE r.acquirer_id = substr(e.key, 8) AND r.account_id = e.account_id AND r.status = 'succeeded')",
    ),
    Rule(
        N_("в книге поправка, которой нет: проводка"),
        "ledger_entries",
        "SELECT e.id FROM ledger_entries e WHERE e.id BETWEEN {} AND {} AND e.source LIKE 'correction:%' "
        "AND NOT EXISTS (SELECT 1 FROM corrections c WHERE c.public_id = substr(e.key, 12) "
        "AND c.account_id = e.account_id AND c.status = 'posted')",
    ),
)

_UNKNOWN = (
    Rule(
        N_("пока платёж неизвестен, начат другой за тот же счёт: платёж"),
        "payments",
        "SELECT later.id FROM payments later JOIN payments p ON p.account_id = later.account_id "
        "AND p.period = later.period AND p.attempt < later.attempt AND p.kind = 'autopay' "
        "AND p.status <> 'canceled' WHERE later.id BETWEEN {} AND {} AND later.kind = 'autopay'",
    ),
    Rule(
        N_("пока возврат неизвестен, начат другой того же платежа: платёж"),
        "refunds",
        "SELECT DISTINCT r.payment_id FROM refunds r JOIN refunds o ON o.payment_id = r.payment_id AND o.id < r.id "
        "AND o.status IN ('created', 'unknown') "
        "WHERE r.id BETWEEN {} AND {} AND r.status IN ('created', 'unknown')",
    ),
)

_TOO_OLD = {
    N_("больше двух суток неизвестно, и никто не смотрит: платёж"): "SELECT p.id FROM payments p "
    "WHERE p.status IN ('created', 'pending', 'unknown') AND p.created_at <= {} AND NOT EXISTS "
    "(SELECT 1 FROM money_tasks t WHERE t.kind = 'unknown_too_old' AND t.subject = 'payment:' || p.id "
    "AND t.closed_at IS NULL)",
    N_("больше двух суток неизвестно, и никто не смотрит: возврат"): "SELECT r.id FROM refunds r "
    "WHERE r.status IN ('created', 'unknown') AND coalesce(r.decided_at, r.created_at) <= {} AND NOT EXISTS "
    "(SELECT 1 FROM money_tasks t WHERE t.kind = 'unknown_too_old' AND t.subject = 'refund:' || r.id "
    "AND t.closed_at IS NULL)",
}
