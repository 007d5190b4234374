"""`lk verify`: the invariants that can be seen in the stored data, each by its own look at it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date

from lk import db
from lk.billing.rules import first_period as billed_from
from lk.billing.rules import last_period
from lk.cycle.card_money import breaches_of_card_money, breaches_of_the_unknown
from lk.cycle.naive import breaches_of_sums
from lk.cycle.queries import waiting_accounts
from lk.period import Period
from lk.tariffs.queries import calendars, first_period
from lk.tariffs.rules import Calendar

SHOWN = 20
INTEGER_COLUMNS = "_kopecks", "_kwh"


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant: how many things were looked at, and the first breaches in words."""

    id: str
    what: str
    checked: int
    breaches: tuple[str, ...]


async def verify(*, full: bool = False) -> list[Finding]:
    """All invariants that this version sees in the data; without `full` only the newest periods are computed again."""
    return [await check(full) for check in CHECKS]


async def one_live_bill(_: bool) -> Finding:
    """I1: for each billed period exactly one live bill per account active in it; none missing, none extra.

    Excused are accounts put aside or waiting, and those that came after the run: they have ids above its last one.
    """
    dated, company_first = await calendars(), await first_period()
    accounts = await db.read_as(_Account, "SELECT id, opened_on, closed_on FROM accounts ORDER BY id")
    spans = [(each.id, *_span(each, dated, company_first)) for each in accounts]
    breaches: list[str] = []
    checked = 0
    for run in await _bill_runs():
        live, excused, number = await _live_bills(run.period), await _excused(run), run.period.number
        last_id = max(live, default=0)
        for account_id, first, last in spans:
            found, wanted = live.pop(account_id, 0), 1 if first <= number <= last else 0
            checked += 1
            if found != wanted and not (found == 0 and (account_id in excused or account_id > last_id)):
                breaches.append(f"лицевой счёт id {account_id}, {run.period}: счетов {found}, должно быть {wanted}")
        breaches += [f"лицевой счёт id {account_id}, {run.period}: счёт неизвестно чей" for account_id in live]
        made = await _one("SELECT count(*) AS n FROM bills WHERE period = {}", number)
        if made < run.done:
            breaches.append(f"{run.period}: выставлено счетов {run.done}, на месте {made}")
    return Finding("I1", "один счёт на лицевой счёт и период", checked, tuple(breaches))


@dataclass(frozen=True, slots=True)
class _Account:
    id: int
    opened_on: date
    closed_on: date | None


def _span(account: _Account, dated: Sequence[Calendar], company_first: Period) -> tuple[int, int]:
    """The first and the last period billed, as numbers."""
    last = last_period(account.closed_on, dated).number if account.closed_on else 999912
    return billed_from(account.opened_on, dated, company_first).number, last


@dataclass(frozen=True, slots=True)
class _BillRun:
    """`done` bills were made by the period's steps; with `rest` nobody is waited for any longer."""

    period: Period
    done: int
    rest: int


async def _bill_runs() -> list[_BillRun]:
    return await db.read_as(
        _BillRun,
        "SELECT period, sum(done) AS done, "
        "sum(CASE WHEN step = 'bill_rest' AND status = 'done' THEN 1 ELSE 0 END) AS rest FROM cycle_runs r "
        "WHERE step IN ('bill', 'bill_rest') AND EXISTS (SELECT 1 FROM cycle_runs d "
        "WHERE d.period = r.period AND d.step = 'bill' AND d.status = 'done') GROUP BY period ORDER BY period",
    )


async def _excused(run: _BillRun) -> frozenset[int]:
    rows = await db.read(
        "SELECT account_id FROM put_asides WHERE period <= {} AND resolved_at IS NULL", run.period.number
    )
    waiting = frozenset[int]() if run.rest else await waiting_accounts(run.period)
    return waiting | {row["account_id"] for row in rows}


async def _live_bills(period: Period) -> dict[int, int]:
    rows = await db.read(
        "SELECT account_id, count(*) AS bills FROM bills "
        "WHERE period = {} AND status <> 'reversed' GROUP BY account_id",
        period.number,
    )
    return {row["account_id"]: int(row["bills"]) for row in rows}


async def transfers_balance(_: bool) -> Finding:
    """I2: each entry moves a positive sum between the receivable and one other book; triggers keep it for ever."""
    count = await _one("SELECT count(*) AS n FROM ledger_entries")
    bad = await db.read(
        "SELECT id FROM ledger_entries WHERE amount_kopecks <= 0 OR debit = credit "
        "OR (debit <> 'receivable' AND credit <> 'receivable') LIMIT {}",
        SHOWN,
    )
    breaches = [f"проводка {row['id']} не сходится" for row in bad]
    changeable = [table for table in ("ledger_entries", "events") if not await _is_append_only(table)]
    breaches += [f"{table}: записи можно менять, триггеров нет" for table in changeable]
    return Finding("I2", "проводки сходятся и не меняются", count, tuple(breaches))


async def _is_append_only(table: str) -> bool:
    """Two triggers: one each for UPDATE and DELETE, or one for both and one for TRUNCATE."""
    if db.engine().engine_type == "sqlite":
        sql = "SELECT count(*) AS n FROM sqlite_master WHERE type = 'trigger' AND tbl_name = {}"
    else:
        sql = (
            "SELECT count(*) AS n FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE c.relname = {} AND c.relnamespace = current_schema()::regnamespace "
            "AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
        )
    return await _one(sql, table) >= 2


async def sums_agree(full: bool) -> Finding:
    """I3: bills are the sums of their lines, the ledger those of its bills, and a second computation finds the same."""
    bills = await _one("SELECT count(*) AS n FROM bills")
    breaches = [f"{row['what']} {row['id']}" for sql in SUMS for row in await db.read(sql + " LIMIT 20")]
    return Finding("I3", "суммы сходятся в двух расчётах", bills, (*breaches, *await breaches_of_sums(full)))


SUMS = (
    "SELECT 'счёт не равен сумме своих строк:' AS what, b.id FROM bills b LEFT JOIN "
    "(SELECT bill_id, sum(CASE WHEN line = 'energy' THEN amount_kopecks ELSE 0 END) AS energy, "
    "sum(CASE WHEN line = 'adjustment' THEN amount_kopecks ELSE 0 END) AS adjustment FROM charges GROUP BY bill_id) c "
    "ON c.bill_id = b.id WHERE b.energy_kopecks <> coalesce(c.energy, 0) "
    "OR b.adjustment_kopecks <> coalesce(c.adjustment, 0) "
    "OR b.total_kopecks <> b.energy_kopecks + b.adjustment_kopecks",
    "SELECT 'строка не равна объёму на цену:' AS what, id FROM charges "
    "WHERE line <> 'penalty' AND amount_kopecks <> consumption_kwh * price_kopecks",
    "SELECT 'возврат по другой цене или другому счёту:' AS what, k.id FROM charges k "
    "JOIN charges c ON c.id = k.credits_id WHERE k.account_id <> c.account_id OR k.price_kopecks <> c.price_kopecks",
    "SELECT 'возвращено больше, чем было в строке:' AS what, c.id FROM charges c "
    "JOIN (SELECT k.credits_id, sum(k.consumption_kwh) AS kwh FROM charges k JOIN bills b ON b.id = k.bill_id "
    "WHERE k.credits_id IS NOT NULL AND b.status <> 'reversed' GROUP BY k.credits_id) k ON k.credits_id = c.id "
    "WHERE c.consumption_kwh + k.kwh < 0",
    "SELECT 'в книге не та сумма счёта:' AS what, b.id FROM bills b LEFT JOIN "
    "(SELECT source, account_id, sum(CASE WHEN debit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END) "
    "AS posted FROM ledger_entries WHERE kind IN ('charge', 'adjustment') GROUP BY source, account_id) e "
    "ON e.source = 'bill:' || b.id AND e.account_id = b.account_id "
    "WHERE b.issued_at IS NOT NULL AND b.total_kopecks <> coalesce(e.posted, 0)",
    "SELECT 'пени счёта не равны сумме своих строк:' AS what, b.id FROM bills b LEFT JOIN "
    "(SELECT bill_id, sum(amount_kopecks) AS kopecks FROM penalty_lines GROUP BY bill_id) l ON l.bill_id = b.id "
    "WHERE b.penalty_kopecks <> coalesce(l.kopecks, 0)",
    "SELECT 'в книге не те пени счёта:' AS what, b.id FROM bills b LEFT JOIN "
    "(SELECT source, account_id, sum(CASE WHEN debit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END) "
    "AS posted FROM ledger_entries WHERE kind = 'penalty' GROUP BY source, account_id) e "
    "ON e.source = 'bill:' || b.id AND e.account_id = b.account_id "
    "WHERE b.issued_at IS NOT NULL AND b.penalty_kopecks <> coalesce(e.posted, 0)",
    "SELECT 'отменённый счёт снят не на свою сумму:' AS what, b.id FROM bills b LEFT JOIN "
    "(SELECT source, account_id, sum(CASE WHEN debit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END) "
    "AS posted FROM ledger_entries WHERE kind = 'reversal' GROUP BY source, account_id) e "
    "ON e.source = 'bill:' || b.id AND e.account_id = b.account_id WHERE b.issued_at IS NOT NULL "
    "AND coalesce(e.posted, 0) <> CASE WHEN b.status = 'reversed' THEN -(b.total_kopecks + b.penalty_kopecks) "
    "ELSE 0 END",
    "SELECT 'отложенный счёт начислен проводкой' AS what, id FROM ledger_entries "
    "WHERE source IN (SELECT 'bill:' || id FROM bills WHERE status IN ('draft', 'held'))",
    "SELECT 'начисление без счёта: проводка' AS what, id FROM ledger_entries "
    "WHERE kind IN ('charge', 'adjustment') AND source NOT IN (SELECT 'bill:' || id FROM bills) "
    # Those made by hand are looked at with the money that came by card.
    "AND NOT (kind = 'adjustment' AND source LIKE 'correction:%')",
)


async def card_money_is_booked(_: bool) -> Finding:
    """I4, as far as it is seen here: what went through is in the ledger, once, and nothing else came by card."""
    count = await _one("SELECT (SELECT count(*) FROM payments) + (SELECT count(*) FROM refunds) AS n")
    return Finding("I4", "деньги с карт — те же, что в книге", count, tuple(await breaches_of_card_money()))


async def unknown_is_looked_after(_: bool) -> Finding:
    """I5: while an attempt is unknown no other is begun, and none is unknown for long without a person."""
    count = await _one("SELECT count(*) AS n FROM payments WHERE status IN ('created', 'pending', 'unknown')")
    return Finding("I5", "неизвестное не повторяют и не забывают", count, tuple(await breaches_of_the_unknown()))


async def integers_everywhere(_: bool) -> Finding:
    """I8: every column of money or energy is declared as an integer and, on SQLite, holds nothing else."""
    is_sqlite = db.engine().engine_type == "sqlite"
    columns = await (_sqlite_columns() if is_sqlite else _postgres_columns())
    breaches = [
        f"{table}.{column}: объявлен не целым числом" for table, column, is_integer in columns if not is_integer
    ]
    for table, column, _is_integer in columns if is_sqlite else ():
        bad = f"SELECT count(*) AS n FROM {table} WHERE typeof({column}) NOT IN ('integer', 'null')"  # noqa: S608
        if await _one(bad):
            breaches.append(f"{table}.{column}: хранит не целое число")
    return Finding("I8", "деньги и энергия — целые числа", len(columns), tuple(breaches))


async def _sqlite_columns() -> list[tuple[str, str, bool]]:
    rows = await db.read(
        "SELECT m.name AS table_name, c.name AS column_name, c.type AS declared FROM sqlite_master m, "
        "pragma_table_info(m.name) c WHERE m.type = 'table'"
    )
    return _measures(rows, {"BIGINT", "INTEGER"})


async def _postgres_columns() -> list[tuple[str, str, bool]]:
    rows = await db.read(
        "SELECT table_name, column_name, data_type AS declared FROM information_schema.columns "
        "WHERE table_schema = current_schema()"
    )
    return _measures(rows, {"bigint", "integer"})


def _measures(rows: list[dict[str, str]], integers: set[str]) -> list[tuple[str, str, bool]]:
    return [
        (row["table_name"], row["column_name"], row["declared"] in integers)
        for row in rows
        if row["column_name"].endswith(INTEGER_COLUMNS)
    ]


async def _one(sql: str, *args: object) -> int:
    return int((await db.read(sql, *args))[0]["n"])


CHECKS: tuple[Callable[[bool], Awaitable[Finding]], ...] = (
    one_live_bill,
    transfers_balance,
    sums_agree,
    card_money_is_booked,
    unknown_is_looked_after,
    integers_everywhere,
)
