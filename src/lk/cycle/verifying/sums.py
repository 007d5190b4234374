"""I3, the half that is found by adding up: bills, their lines, the ledger, and what was owed before."""

from __future__ import annotations

from lk.cycle.verifying.findings import Tally
from lk.cycle.verifying.looking import Look, Rule, counted, look_by
from lk.cycle.verifying.prices import look_at_prices
from lk.cycle.verifying.volumes import look_at_volumes
from lk.language import N_


async def sums_agree(look: Look, tally: Tally) -> None:
    """Bills are the sums of their lines, the ledger those of its bills, and a second computation finds the same."""
    await counted(look, tally, "bills")
    await look_by(look, tally, (*_BILLS, *_LINES, *_ENTRIES, *_BALANCES))
    await look_at_prices(look, tally)
    await look_at_volumes(look, tally)


_SIGNED = "CASE WHEN e.debit = 'receivable' THEN e.amount_kopecks ELSE -e.amount_kopecks END"


def _posted(*ends: str) -> str:
    """What the ledger holds of bill `b` under these keys, on its own account."""
    keys = ", ".join(f"'bill:' || b.id || ':{end}'" for end in ends)
    return (
        f"coalesce((SELECT sum({_SIGNED}) FROM ledger_entries e WHERE e.key IN ({keys}) "  # noqa: S608
        "AND e.account_id = b.account_id AND e.source = 'bill:' || b.id), 0)"
    )


def _bills(what: str, condition: str) -> Rule:
    return Rule(what, "bills", f"SELECT b.id FROM bills b WHERE b.id BETWEEN {{}} AND {{}} AND ({condition})")  # noqa: S608


def _of_lines(line: str) -> str:
    return (
        "coalesce((SELECT sum(c.amount_kopecks) FROM charges c "  # noqa: S608
        f"WHERE c.bill_id = b.id AND c.line = '{line}'), 0)"
    )


_BILLS = (
    _bills(
        N_("счёт не равен сумме своих строк:"),
        f"b.energy_kopecks <> {_of_lines('energy')} OR b.adjustment_kopecks <> {_of_lines('adjustment')} "
        "OR b.total_kopecks <> b.energy_kopecks + b.adjustment_kopecks",
    ),
    _bills(
        N_("пени счёта не равны сумме своих строк:"),
        "b.penalty_kopecks <> coalesce((SELECT sum(l.amount_kopecks) FROM penalty_lines l WHERE l.bill_id = b.id), 0)",
    ),
    _bills(
        N_("в книге не та сумма счёта:"),
        f"b.issued_at IS NOT NULL AND b.total_kopecks <> {_posted('charge', 'adjustment')}",
    ),
    _bills(
        N_("в книге не те пени счёта:"),
        f"b.issued_at IS NOT NULL AND b.penalty_kopecks <> {_posted('penalty')}",
    ),
    _bills(
        N_("отменённый счёт снят не на свою сумму:"),
        f"b.issued_at IS NOT NULL AND {_posted('reversal:principal', 'reversal:penalty')} <> "
        "CASE WHEN b.status = 'reversed' THEN -(b.total_kopecks + b.penalty_kopecks) ELSE 0 END",
    ),
    _bills(
        N_("отложенный счёт начислен:"),
        "b.issued_at IS NULL AND EXISTS (SELECT 1 FROM ledger_entries e WHERE e.key IN ('bill:' || b.id || ':charge', "
        "'bill:' || b.id || ':adjustment', 'bill:' || b.id || ':penalty'))",
    ),
)

_LINES = (
    Rule(
        N_("строка не равна объёму на цену:"),
        "charges",
        "SELECT id FROM charges WHERE id BETWEEN {} AND {} "
        "AND line <> 'penalty' AND amount_kopecks <> consumption_kwh * price_kopecks",
    ),
    Rule(
        N_("строка не своего счёта:"),
        "charges",
        "SELECT c.id FROM charges c LEFT JOIN bills b ON b.id = c.bill_id AND b.account_id = c.account_id "
        "WHERE c.id BETWEEN {} AND {} AND b.id IS NULL",
    ),
    Rule(
        N_("возврат по другой цене или другому счёту:"),
        "charges",
        "SELECT k.id FROM charges k LEFT JOIN charges c ON c.id = k.credits_id "
        "AND c.account_id = k.account_id AND c.price_kopecks = k.price_kopecks "
        "WHERE k.id BETWEEN {} AND {} AND k.credits_id IS NOT NULL AND c.id IS NULL",
    ),
    Rule(
        N_("возвращено больше, чем было в строке:"),
        "charges",
        "SELECT DISTINCT c.id FROM charges k JOIN charges c ON c.id = k.credits_id WHERE k.id BETWEEN {} AND {} "
        "AND k.credits_id IS NOT NULL AND c.consumption_kwh + (SELECT sum(o.consumption_kwh) FROM charges o "
        "JOIN bills b ON b.id = o.bill_id WHERE o.account_id = k.account_id AND o.credits_id = k.credits_id "
        "AND b.status <> 'reversed') < 0",
    ),
)

_BILL_ID = (
    "CASE WHEN e.source LIKE 'bill:%' AND length(e.source) BETWEEN 6 AND 23 "
    "AND ltrim(substr(e.source, 6), '0123456789') = '' THEN CAST(substr(e.source, 6) AS BIGINT) END"
)

_BANK_END = "CASE p.times_undone WHEN 0 THEN ':' ELSE '~' || p.times_undone || ':' END || p.external_id"
"""Of the keys of both entries of bank payment `p`: `payments.banking.entry_key`."""


def _of_part(row: str) -> str:
    """What a payment of a bank, or one taken back, has for the part of entry `e`."""
    penalty = f"{row}.penalty_kopecks"
    return f"CASE e.part WHEN 'penalty' THEN {penalty} ELSE {row}.amount_kopecks - {penalty} END"


def _undone(key: str) -> str:
    """A payment taken back whose entry is `e`, or is undone by it; `key`: that of the former."""
    return (
        f"u.entry_key = CASE e.part WHEN 'penalty' THEN 'bank' || substr({key}, 13) ELSE {key} END "
        f"AND u.account_id = e.account_id AND {_of_part('u')} = e.amount_kopecks"
    )


_ENTRIES = (
    Rule(
        N_("начисление без счёта: проводка"),
        "ledger_entries",
        "SELECT e.id FROM ledger_entries e WHERE e.id BETWEEN {} AND {} "  # noqa: S608
        "AND e.kind IN ('charge', 'adjustment', 'penalty', 'reversal') "
        # Corrections are looked at with the money that came by card, opening balances below.
        "AND NOT (e.kind = 'adjustment' AND e.source LIKE 'correction:%') "
        "AND NOT (e.kind = 'reversal' AND e.key LIKE 'opening:%') "
        f"AND NOT EXISTS (SELECT 1 FROM bills b WHERE b.id = {_BILL_ID} AND b.account_id = e.account_id "
        "AND e.key = e.source || ':' || e.kind || CASE WHEN e.kind = 'reversal' THEN ':' || e.part ELSE '' END)",
    ),
    Rule(
        N_("входящий остаток, которого нет: проводка"),
        "ledger_entries",
        "SELECT e.id FROM ledger_entries e WHERE e.id BETWEEN {} AND {} AND e.key LIKE 'opening:%' "
        "AND NOT EXISTS (SELECT 1 FROM opening_balances o WHERE o.account_id = e.account_id)",
    ),
    Rule(
        N_("деньги из банка, которых в реестрах нет: проводка"),
        "ledger_entries",
        "SELECT e.id FROM ledger_entries e WHERE e.id BETWEEN {} AND {} "  # noqa: S608 - constants only
        "AND (e.key LIKE 'bank:%' OR e.key LIKE 'bank~%' OR e.key LIKE 'bank-penalty%') "
        "AND NOT EXISTS (SELECT 1 FROM bank_payments p WHERE p.account_id = e.account_id "
        f"AND CASE e.part WHEN 'penalty' THEN 'bank-penalty' ELSE 'bank' END || {_BANK_END} = e.key "
        f"AND {_of_part('p')} = e.amount_kopecks) "
        f"AND NOT EXISTS (SELECT 1 FROM undone_bank_payments u WHERE {_undone('e.key')})",
    ),
    Rule(
        N_("снят платёж банка, которого никто не снимал: проводка"),
        "ledger_entries",
        "SELECT e.id FROM ledger_entries e WHERE e.id BETWEEN {} AND {} "  # noqa: S608 - constants only
        "AND (e.source = 'undone' OR e.key LIKE 'undone:%') AND NOT EXISTS (SELECT 1 FROM undone_bank_payments u "
        f"WHERE {_undone('substr(e.key, 8)')} AND e.key LIKE 'undone:%' AND e.debit = 'receivable')",
    ),
)


def _before(part: str) -> str:
    """What the account of bill `b` owed of the part before the first entry of its own."""
    return (
        f"coalesce((SELECT sum({_SIGNED}) FROM ledger_entries e WHERE e.account_id = b.account_id "  # noqa: S608
        f"AND e.part = '{part}' AND e.id < f.id), 0)"
    )


def _opened(part: str) -> str:
    return (
        f"o.{part}_kopecks <> coalesce((SELECT sum({_SIGNED}) FROM ledger_entries e "  # noqa: S608
        f"WHERE e.account_id = o.account_id AND e.part = '{part}' AND e.effective_on = o.due_on "
        "AND e.kind IN ('opening', 'reversal') AND e.key LIKE 'opening:%'), 0)"
    )


_BALANCES = (
    # Of bills issued when they were made: between a held one's making and its issue money may have moved.
    Rule(
        N_("долг до счёта не равен сумме проводок до него:"),
        "bills",
        "SELECT b.id FROM bills b JOIN ledger_entries f ON f.key = 'bill:' || b.id || CASE "  # noqa: S608
        "WHEN b.energy_kopecks <> 0 THEN ':charge' WHEN b.adjustment_kopecks <> 0 THEN ':adjustment' "
        "ELSE ':penalty' END WHERE b.id BETWEEN {} AND {} AND b.issued_at = b.created_at "
        f"AND (b.opening_kopecks <> {_before('principal')} OR b.opening_penalty_kopecks <> {_before('penalty')})",
    ),
    Rule(
        N_("входящий остаток не равен своим проводкам:"),
        "opening_balances",
        f"SELECT o.id FROM opening_balances o WHERE o.id BETWEEN {{}} AND {{}} AND ({_opened('principal')} OR "  # noqa: S608
        f"{_opened('penalty')})",
    ),
    Rule(
        N_("деньги из банка не дошли до лицевого счёта:"),
        "bank_payments",
        "SELECT p.id FROM bank_payments p WHERE p.id BETWEEN {} AND {} AND p.account_id IS NOT NULL AND "  # noqa: S608
        f"(SELECT count(*) FROM ledger_entries e WHERE e.key IN ('bank' || {_BANK_END}, 'bank-penalty' || {_BANK_END}) "
        f"AND e.account_id = p.account_id AND e.credit = 'receivable' AND e.amount_kopecks = {_of_part('p')}) "
        "<> CASE WHEN p.penalty_kopecks IN (0, p.amount_kopecks) THEN 1 ELSE 2 END",
    ),
    Rule(
        N_("снятый платёж банка снят не полностью:"),
        "undone_bank_payments",
        "SELECT u.id FROM undone_bank_payments u WHERE u.id BETWEEN {} AND {} AND u.account_id IS NOT NULL "  # noqa: S608
        "AND (SELECT count(*) FROM ledger_entries e WHERE e.key IN (u.entry_key, 'undone:' || u.entry_key, "
        "'bank-penalty' || substr(u.entry_key, 5), 'undone:bank-penalty' || substr(u.entry_key, 5)) "
        f"AND e.account_id = u.account_id AND e.amount_kopecks = {_of_part('u')}) "
        "<> CASE WHEN u.penalty_kopecks IN (0, u.amount_kopecks) THEN 2 ELSE 4 END",
    ),
)
