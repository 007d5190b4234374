"""What was owed, or paid in advance, when lk began: each day's debt once, and never under a bill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from lk import clock, db
from lk.history.actions import Happened, record_many
from lk.ledger.actions import Transfer, post_many
from lk.ledger.rules import Kind, Part
from lk.money import to_rubles
from lk.operations.loading import Importer, Load, account_number_in
from lk.operations.rows import Row
from lk.operations.stored import StoredAccount, accounts_by_number
from lk.operations.stored_money import StoredBalance, opening_balances
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
        """What there is to post."""
        both = (Part.PRINCIPAL, self.principal_kopecks), (Part.PENALTY, self.penalty_kopecks)
        return tuple((part, kopecks) for part, kopecks in both if kopecks)


class Balances(Importer[BalanceRow]):
    """A debt of one day; an account may have several. A negative principal is an advance."""

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
        new = []
        for each in parsed:
            account = accounts.get(each.number)
            if account is None:
                each.row.bad("account_number", "unknown_account")
                continue
            known = stored.get((account.id, each.due_on))
            if known is not None:
                self._compare(each, known)
            elif account.last_billed is not None:
                each.row.bad("account_number", "balance_after_bill", period=account.first_billed)
            else:
                new.append((each, account))
        if not self._load.complaints:
            await _enter(new)
        self._load.added += len(new)

    def _compare(self, each: BalanceRow, known: StoredBalance) -> None:
        self._load.unchanged += 1
        for column, wanted, before in (
            ("principal", each.principal_kopecks, known.principal_kopecks),
            ("penalty", each.penalty_kopecks, known.penalty_kopecks),
        ):
            if wanted != before:
                each.row.bad(column, "balance_loaded", stored=to_rubles(before))


async def _enter(new: Sequence[tuple[BalanceRow, StoredAccount]]) -> None:
    now = clock.now()
    await db.write_many(
        "INSERT INTO opening_balances (account_id, due_on, principal_kopecks, penalty_kopecks, loaded_at) "
        "VALUES ({}, {}, {}, {}, {})",
        [(account.id, each.due_on, each.principal_kopecks, each.penalty_kopecks, now) for each, account in new],
    )
    await post_many(_transfers(new))
    await record_many(
        Happened("opening_balance", account.id, {"amount": kopecks, "part": part.value})
        for each, account in new
        for part, kopecks in each.parts
    )


def _transfers(new: Sequence[tuple[BalanceRow, StoredAccount]]) -> Iterator[Transfer]:
    for each, account in new:
        for part, kopecks in each.parts:
            key = f"opening:{account.id}:{each.due_on.isoformat()}:{part.value}"
            yield Transfer(Kind.OPENING, account.id, kopecks, part, each.due_on, key, source="import")
