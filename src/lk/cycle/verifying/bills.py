"""I1: for each billed period exactly one live bill per account active in it; none doubled, missing or extra.

Which accounts are active in a period is said here once more, by the days of the runs: the bill's own rule is not asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lk.breaches import breach
from lk.cycle.verifying.findings import Tally
from lk.cycle.verifying.looking import Look, Range
from lk.language import N_
from lk.period import Period
from lk.tariffs.queries import calendars, first_period
from lk.tariffs.rules import Calendar, calendar_for

NEWEST_RUNS = 2
"""Of older ones a hundredth of the accounts is looked at each night."""
FEW = 1_000_000
"""So many bills that there should be are all looked for."""

_GONE = breach(N_("%(period)s: выставлено счетов %(done)s, на месте %(there)s"))
_TOO_EARLY = breach(N_("%(period)s: счетов %(bills)s, а расчёта ещё не было"))
_NOT_SO_MANY = breach(N_("лицевой счёт id %(id)s, %(period)s: счетов %(found)s, должно быть %(wanted)s"))


@dataclass(frozen=True, slots=True)
class _BillRun:
    """`done` bills were made by the period's steps; with `rest` nobody is waited for any longer."""

    period: Period
    done: int
    rest: int


@dataclass(frozen=True, slots=True)
class _Billed:
    """Active: opened before `run_on` and not closed before `run_before`."""

    run: _BillRun
    run_on: date
    run_before: date

    @property
    def number(self) -> int:
        return self.run.period.number


async def one_live_bill(look: Look, tally: Tally) -> None:
    """Excused are accounts put aside, as those are that came after the run, or waiting."""
    runs = await look.aside.rows_as(_BillRun, _RUNS)
    dated, company_first = await calendars(), await first_period()
    billed = [_billed(run, dated, company_first) for run in runs]
    is_small = len(billed) * await look.aside.number("SELECT max(id) FROM accounts") <= FEW
    newest, older = billed[:NEWEST_RUNS], billed[NEWEST_RUNS:]
    for each in billed if look.full or is_small else newest:
        await _gone(look, tally, each.run)
    await _too_early(look, tally, max((each.number for each in billed), default=0))
    async for first, last in look.every_range("accounts"):
        accounts = await look.aside.number("SELECT count(*) FROM accounts WHERE id BETWEEN {} AND {}", first, last)
        for each in [*newest, *(older if is_small or look.takes(first) else ())]:
            tally.checked += accounts
            await _missing(look, tally, each, (first, last))
            await _extra(look, tally, each, (first, last))


_RUNS = (
    "SELECT period, sum(done) AS done, "
    "sum(CASE WHEN step = 'bill_rest' AND status = 'done' THEN 1 ELSE 0 END) AS rest FROM cycle_runs r "
    "WHERE step IN ('bill', 'bill_rest') AND EXISTS (SELECT 1 FROM cycle_runs d "
    "WHERE d.period = r.period AND d.step = 'bill' AND d.status = 'done') GROUP BY period ORDER BY period DESC"
)


def _billed(run: _BillRun, dated: Sequence[Calendar], company_first: Period) -> _Billed:
    """Before the company's first period nobody is active."""
    before = run.period.previous
    return _Billed(
        run,
        calendar_for(dated, run.period).bill_run_on(run.period) if run.period >= company_first else date.min,
        calendar_for(dated, before).bill_run_on(before),
    )


async def _gone(look: Look, tally: Tally, run: _BillRun) -> None:
    made = await look.aside.number("SELECT count(*) FROM bills WHERE period = {}", run.period.number)
    if made < run.done:
        tally.add([_GONE(period=run.period, done=run.done, there=made)])


async def _too_early(look: Look, tally: Tally, newest: int) -> None:
    rows = await look.aside.rows(
        "SELECT period, count(*) FROM bills WHERE period > {} AND status <> 'reversed' GROUP BY period "
        "HAVING NOT EXISTS (SELECT 1 FROM cycle_runs r WHERE r.period = bills.period AND r.step = 'bill')",
        newest,
    )
    tally.add(_TOO_EARLY(period=Period.from_number(period), bills=count) for period, count in rows)


async def _missing(look: Look, tally: Tally, billed: _Billed, between: Range) -> None:
    rows = await look.aside.rows(
        _MISSING if billed.run.rest else _MISSING + _NOT_WAITING,
        *between,
        billed.run_on,
        billed.run_before,
        billed.number,
        billed.number,
        *between,
        *(() if billed.run.rest else (billed.number, *between)),
    )
    tally.add(_NOT_SO_MANY(id=row[0], period=billed.run.period, found=0, wanted=1) for row in rows)


_MISSING = (
    "SELECT a.id FROM accounts a WHERE a.id BETWEEN {} AND {} AND a.opened_on < {} "
    "AND (a.closed_on IS NULL OR a.closed_on >= {}) AND NOT EXISTS (SELECT 1 FROM bills b "
    "WHERE b.account_id = a.id AND b.period = {} AND b.status <> 'reversed') AND a.id NOT IN "
    "(SELECT p.account_id FROM put_asides p WHERE p.period <= {} AND p.resolved_at IS NULL "
    "AND p.account_id BETWEEN {} AND {})"
)
_NOT_WAITING = (
    " AND a.id NOT IN (SELECT r.account_id FROM readings r WHERE r.status = 'held' AND r.period = {} "
    "AND r.account_id BETWEEN {} AND {})"
)


async def _extra(look: Look, tally: Tally, billed: _Billed, between: Range) -> None:
    rows = await look.aside.rows(_EXTRA, billed.run_on, billed.run_before, *between, billed.number)
    tally.add(
        _NOT_SO_MANY(id=account_id, period=billed.run.period, found=found, wanted=wanted)
        for account_id, found, wanted in rows
    )


_EXTRA = (
    "SELECT * FROM (SELECT b.account_id, count(*) AS found, max(CASE WHEN a.opened_on < {} "
    "AND (a.closed_on IS NULL OR a.closed_on >= {}) THEN 1 ELSE 0 END) AS wanted FROM bills b "
    "LEFT JOIN accounts a ON a.id = b.account_id WHERE b.account_id BETWEEN {} AND {} AND b.period = {} "
    "AND b.status <> 'reversed' GROUP BY b.account_id) AS counted WHERE found > wanted"
)
