"""What the bill run of a month would give for some accounts: computed as the run does it, and nothing written."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date

from lk import db
from lk.billing.actions import Made, Run, drafts_of
from lk.billing.facts import facts_between
from lk.billing.lines import BillDraft, BillFacts
from lk.period import Period


@dataclass(frozen=True, slots=True)
class Line:
    """An account that somebody may want to look at; sums in kopecks, `reason` a code."""

    account_id: int
    kind: str
    stored_kopecks: int | None
    computed_kopecks: int | None
    reason: str = ""


@dataclass(slots=True)
class Tally:
    """Counts as the columns of `trial_runs` are named."""

    bills: int = 0
    estimated: int = 0
    held: int = 0
    put_aside: int = 0
    waiting: int = 0
    compared: int = 0
    differing: int = 0
    total_kopecks: int = 0
    stored_kopecks: int = 0
    found: list[Line] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name != "found"}

    def add(self, other: Tally) -> None:
        for name, count in other.counts().items():
            setattr(self, name, getattr(self, name) + count)
        self.found += other.found


@dataclass(frozen=True, slots=True)
class Passed:
    """Accounts that the run would leave out: those with a held reading, those that lack an earlier bill."""

    waiting: Container[int] = frozenset()
    behind: Container[int] = frozenset()


async def computed_between(first_id: int, last_id: int, run: Run, passed: Passed, *, is_billed: bool) -> Tally:
    """The accounts with ids in the range. `is_billed`: the run of the period is over, so each bill is compared."""
    stored = await _stored_between(first_id, last_id, run.period)
    known = await facts_between(first_id, last_id, run.period)
    away = await _away_then(first_id, last_id, run.period) if stored else {}
    facts = {each: replace(own, away_until=away.get(each)) if each in stored else own for each, own in known.items()}
    tally = Tally()
    owing = _without_passed({each: own for each, own in facts.items() if run.is_owed_by(own)}, stored, passed, tally)
    made = await drafts_of(owing, run)
    _count_bills(made, tally)
    _count_failed(made, stored, tally)
    if is_billed:
        _compare(made, stored, tally)
    return tally


def _without_passed(
    owing: Mapping[int, BillFacts], stored: Mapping[int, int], passed: Passed, tally: Tally
) -> dict[int, BillFacts]:
    found = {}
    for account_id, own in owing.items():
        if account_id not in stored and account_id in passed.behind:
            tally.put_aside += 1
            tally.found.append(Line(account_id, "put_aside", None, None, "behind"))
        elif account_id not in stored and account_id in passed.waiting:
            tally.waiting += 1
        else:
            found[account_id] = own
    return found


def _count_bills(made: Made, tally: Tally) -> None:
    for account_id, draft in made.drafts.items():
        tally.bills += 1
        tally.total_kopecks += draft.total
        tally.estimated += draft.method != "reading"
        if draft.hold_reasons:
            tally.held += 1
            tally.found.append(Line(account_id, "held", None, draft.total, draft.hold_reasons[0].code))


def _count_failed(made: Made, stored: Mapping[int, int], tally: Tally) -> None:
    for account_id, reason in made.failed.items():
        tally.put_aside += 1
        tally.found.append(Line(account_id, "put_aside", stored.get(account_id), None, reason))


def _compare(made: Made, stored: Mapping[int, int], tally: Tally) -> None:
    """Energy and corrections only: the penalty depends on the day of the run."""
    tally.stored_kopecks += sum(stored.values())
    tally.compared += len(stored)
    for account_id in sorted(stored.keys() | made.drafts.keys()):
        line = _difference(account_id, stored.get(account_id), made.drafts.get(account_id))
        if line is not None and account_id not in made.failed:
            tally.differing += 1
            tally.found.append(line)


def _difference(account_id: int, was: int | None, draft: BillDraft | None) -> Line | None:
    if draft is None:
        return Line(account_id, "extra", was, None)
    if was is None:
        return Line(account_id, "missing", None, draft.total)
    return Line(account_id, "differs", was, draft.total) if was != draft.total else None


async def _stored_between(first_id: int, last_id: int, period: Period) -> dict[int, int]:
    """Kopecks of the live bills, by account."""
    rows = await db.read_rows(
        "SELECT account_id, total_kopecks FROM bills "
        "WHERE account_id BETWEEN {} AND {} AND period + 0 = {} AND status <> 'reversed'",
        first_id,
        last_id,
        period.number,
    )
    return {row[0]: row[1] for row in rows}


async def _away_then(first_id: int, last_id: int, period: Period) -> dict[int, date]:
    """What was declared when the bills were made: a later word changes later bills only."""
    rows = await db.read_rows(
        "SELECT w.account_id, w.until_on FROM away_declarations w "
        "JOIN bills b ON b.account_id = w.account_id AND b.period = {} AND b.status <> 'reversed' "
        "WHERE w.account_id BETWEEN {} AND {} AND w.declared_at <= b.created_at "
        "AND (w.ended_at IS NULL OR w.ended_at > b.created_at) ORDER BY w.id",
        period.number,
        first_id,
        last_id,
    )
    return {row[0]: row[1] for row in rows}
