"""What was owed, or paid in advance, when lk began: each day's debt once, and never under a bill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lk import clock, db
from lk.history.actions import Happened, record_many
from lk.ledger.actions import Transfer, post_many
from lk.ledger.rules import BOOKS, Kind, Part
from lk.money import to_rubles
from lk.operations.loading import Importer, Load, account_number_in
from lk.operations.rows import Row
from lk.operations.stored import StoredAccount, accounts_by_number
from lk.operations.stored_money import StoredBalance, opening_balances, times_opened
from lk.period import Period

MONTHS_AHEAD = 3
"""What was billed last before lk may not be due yet, but not for longer."""


@dataclass(frozen=True, slots=True)
class BalanceRow:
    row: Row
    number: str
    due_on: date
    principal_kopecks: int
    penalty_kopecks: int

    @property
    def parts(self) -> tuple[tuple[Part, int], ...]:
        return (Part.PRINCIPAL, self.principal_kopecks), (Part.PENALTY, self.penalty_kopecks)


@dataclass(frozen=True, slots=True)
class _Change:
    """One part of a stored balance that another file tells otherwise, in kopecks. `times`: it was posted so often."""

    account_id: int
    due_on: date
    part: Part
    before_kopecks: int
    kopecks: int
    times: int


class Balances(Importer[BalanceRow]):
    """A debt of one day; an account may have several. A negative principal is an advance.

    Until the account's first bill another file may tell it otherwise: what was posted is taken back by an entry of its
    own.
    """

    columns = ("account_number", "due_on", "principal", "penalty")

    def __init__(self, load: Load) -> None:
        self._load = load
        self._latest = (Period.of(load.today) + MONTHS_AHEAD).day(load.today.day)
        self._lines: dict[tuple[str, date], int] = {}

    def parse(self, row: Row) -> BalanceRow:
        parsed = BalanceRow(
            row=row,
            number=account_number_in(row),
            due_on=row.day("due_on", self._load.earliest),
            principal_kopecks=row.signed_rubles("principal"),
            penalty_kopecks=row.rubles("penalty"),
        )
        if row.is_good and parsed.due_on > self._latest:
            row.bad("due_on", "due_too_late", latest=self._latest)
        self._once(parsed)
        return parsed

    def _once(self, parsed: BalanceRow) -> None:
        if not parsed.row.is_good:
            return
        first = self._lines.setdefault((parsed.number, parsed.due_on), parsed.row.line)
        if first != parsed.row.line:
            parsed.row.bad("due_on", "twice_in_file", first=first)

    async def take(self, parsed: Sequence[BalanceRow]) -> None:
        accounts = await accounts_by_number({each.number for each in parsed})
        stored = await opening_balances([account.id for account in accounts.values()])
        new, other = [], []
        for each in parsed:
            account = accounts.get(each.number)
            if account is None:
                each.row.bad("account_number", "unknown_account")
                continue
            known = stored.get((account.id, each.due_on))
            if known is None and account.is_billed:
                each.row.bad("account_number", "balance_after_bill", period=account.first_billed)
            elif known is None:
                new.append((each, account))
            elif known.parts == each.parts:
                self._load.unchanged += 1
            elif account.is_billed:
                _complain(each, known, account)
            else:
                other.append((each, known))
        if not self._load.complaints:
            await _enter(new)
            await _change(other)
        self._load.added += len(new)
        self._load.updated += len(other)


def _complain(each: BalanceRow, known: StoredBalance, account: StoredAccount) -> None:
    """Bills build on what is stored."""
    for (part, kopecks), (_, before) in zip(each.parts, known.parts, strict=True):
        if kopecks != before:
            each.row.bad(part.value, "balance_billed", stored=to_rubles(before), period=account.first_billed)


async def _enter(new: Sequence[tuple[BalanceRow, StoredAccount]]) -> None:
    now = clock.now()
    await db.write_many(
        "INSERT INTO opening_balances (account_id, due_on, principal_kopecks, penalty_kopecks, loaded_at) "
        "VALUES ({}, {}, {}, {}, {})",
        [(account.id, each.due_on, each.principal_kopecks, each.penalty_kopecks, now) for each, account in new],
    )
    await post_many(
        _opening(account.id, each.due_on, part, kopecks, 1) for each, account in new for part, kopecks in each.parts
    )
    await record_many(
        Happened("opening_balance", account.id, {"amount": kopecks, "part": part.value})
        for each, account in new
        for part, kopecks in each.parts
        if kopecks
    )


async def _change(other: Sequence[tuple[BalanceRow, StoredBalance]]) -> None:
    now = clock.now()
    await db.write_many(
        "UPDATE opening_balances SET principal_kopecks = {}, penalty_kopecks = {}, loaded_at = {} "
        "WHERE account_id = {} AND due_on = {}",
        [(each.principal_kopecks, each.penalty_kopecks, now, known.account_id, known.due_on) for each, known in other],
    )
    changes = list(_changes(other, await times_opened([known.account_id for _, known in other])))
    await post_many(transfer for change in changes for transfer in _transfers(change))
    await record_many(
        Happened(
            "opening_balance_changed",
            change.account_id,
            {"amount": change.kopecks, "before": change.before_kopecks, "part": change.part.value},
        )
        for change in changes
    )


def _changes(
    other: Sequence[tuple[BalanceRow, StoredBalance]], times: Mapping[tuple[int, date, str], int]
) -> Iterator[_Change]:
    for each, known in other:
        for (part, kopecks), (_, before) in zip(each.parts, known.parts, strict=True):
            if kopecks != before:
                posted = times.get((known.account_id, known.due_on, part.value), 0)
                yield _Change(known.account_id, known.due_on, part, before, kopecks, posted)


def _transfers(change: _Change) -> Iterator[Transfer]:
    """Nothing was posted of a balance of nothing."""
    if change.before_kopecks:
        last = _opening(change.account_id, change.due_on, change.part, change.before_kopecks, change.times)
        yield replace(
            last,
            kind=Kind.REVERSAL,
            amount_kopecks=-change.before_kopecks,
            key=f"{last.key}:reversal",
            book=BOOKS[Kind.OPENING, change.part],
        )
    yield _opening(change.account_id, change.due_on, change.part, change.kopecks, change.times + 1)


def _opening(account_id: int, due_on: date, part: Part, kopecks: int, time: int) -> Transfer:
    """`time`: the first, or the how-manieth after it was told otherwise."""
    key = f"opening:{account_id}:{due_on.isoformat()}:{part.value}" + (f":{time}" if time > 1 else "")
    return Transfer(Kind.OPENING, account_id, kopecks, part, due_on, key, source="import")
