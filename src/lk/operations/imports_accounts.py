"""Accounts and the premises they are for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from lk import clock, db
from lk.accounts.indexing import Named, index_accounts
from lk.billing.rules import last_period
from lk.history.actions import record
from lk.operations import messages
from lk.operations.late_accounts import BillRun, bill_runs, bills_to_come, put_aside_late
from lk.operations.loading import CATEGORIES, REGIONS, Importer, Load, account_number_in
from lk.operations.rows import Row
from lk.operations.stored import StoredAccount, accounts_by_number, premises_by_key
from lk.operations.stranded import Closed, bill_again, closed_late, take_back
from lk.text import fold_search
from lk.tokens import new_public_id


@dataclass(frozen=True, slots=True)
class AccountRow:
    """`postcode`, `route`, `email` are None where the file has no such column: then they stay as they are."""

    row: Row
    number: str
    holder_name: str
    address: str
    region: str
    tariff_category: str
    residents: int
    power_kw: int
    has_paper_bill: bool
    opened_on: date
    closed_on: date | None
    postcode: str | None
    route: str | None
    email: str | None

    @property
    def place(self) -> tuple[str, str]:
        return fold_search(self.address), self.region


class Accounts(Importer[AccountRow]):
    """Holder, residents, address follow the file; region, category and opening do until the first bill."""

    columns = (
        "account_number",
        "holder_name",
        "address",
        "region",
        "tariff_category",
        "residents",
        "power_kw",
        "paper_bill",
        "opened_on",
        "closed_on",
    )
    optional = ("postcode", "route", "email")

    def __init__(self, load: Load) -> None:
        self._load = load
        self._lines: dict[str, int] = {}
        self._runs: list[BillRun] | None = None
        self._since = clock.now()
        self._behind: list[Closed] = []

    def parse(self, row: Row) -> AccountRow:
        opened_on = row.day("opened_on", self._load.earliest)
        closed_on = row.optional_day("closed_on", self._load.earliest)
        if row.is_good and closed_on is not None and closed_on < opened_on:
            row.bad("closed_on", "closed_before_opened", opened_on=opened_on)
        parsed = AccountRow(
            row=row,
            number=account_number_in(row),
            holder_name=row.text("holder_name"),
            address=row.text("address", most=300),
            region=row.one_of("region", REGIONS),
            tariff_category=row.one_of("tariff_category", CATEGORIES),
            residents=row.whole("residents", 0, 99),
            power_kw=row.whole("power_kw", 1, 10_000),
            has_paper_bill=row.one_of("paper_bill", ("yes", "no")) == "yes",
            opened_on=opened_on,
            closed_on=closed_on,
            postcode=row.optional_text("postcode", most=10),
            route=row.optional_text("route", most=40),
            email=row.email("email"),
        )
        self._once(parsed)
        return parsed

    def _once(self, parsed: AccountRow) -> None:
        if not parsed.row.is_good:
            return
        first = self._lines.setdefault(parsed.number, parsed.row.line)
        if first != parsed.row.line:
            parsed.row.bad("account_number", "twice_in_file", first=first)

    async def take(self, parsed: Sequence[AccountRow]) -> None:
        stored = await accounts_by_number([each.number for each in parsed])
        known = [(each, stored[each.number]) for each in parsed if each.number in stored]
        for each, account in known:
            self._check(each, account)
        if self._load.complaints:
            return
        premises = await _premises(parsed)
        late = await self._insert([each for each in parsed if each.number not in stored], premises)
        late += await self._update(known, premises)
        if self._runs is None:
            self._runs = await bill_runs(self._load.calendars)
        await put_aside_late(late, self._runs, self._since)
        told = ((each.row, each.closed_on, account) for each, account in known)
        self._behind += await take_back(list(closed_late(told, self._load.calendars)))

    async def finish(self) -> None:
        if not self._load.complaints:
            await bill_again(self._behind)
        to_come = await bills_to_come(self._since) if self._runs else 0
        if to_come:
            self._load.note(partial(messages.bills_to_come, to_come))

    def _check(self, each: AccountRow, account: StoredAccount) -> None:
        if account.last_billed is None:
            return
        for column in ("region", "tariff_category", "opened_on"):
            if getattr(each, column) != getattr(account, column):
                each.row.bad(column, "already_billed", stored=getattr(account, column))
        is_closing = each.closed_on is not None and each.closed_on != account.closed_on
        if is_closing and each.closed_on and last_period(each.closed_on, self._load.calendars) < account.last_billed:
            each.row.bad("closed_on", "closed_before_billed", period=account.last_billed)

    async def _insert(self, new: Sequence[AccountRow], premises: dict[tuple[str, str], int]) -> list[int]:
        """Their ids."""
        await db.write_many(
            "INSERT INTO accounts (public_id, number, premises_id, holder_name, tariff_category, residents, power_kw, "
            "has_paper_bill, email, opened_on, closed_on) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
            [
                (
                    new_public_id(),
                    each.number,
                    premises[each.place],
                    each.holder_name,
                    each.tariff_category,
                    each.residents,
                    each.power_kw,
                    each.has_paper_bill,
                    each.email or None,
                    each.opened_on,
                    each.closed_on,
                )
                for each in new
            ],
        )
        ids = {each.number: each.id for each in (await accounts_by_number([each.number for each in new])).values()}
        await index_accounts([Named(ids[each.number], each.holder_name, each.address) for each in new])
        self._load.added += len(new)
        return list(ids.values())

    async def _update(
        self, known: Sequence[tuple[AccountRow, StoredAccount]], premises: dict[tuple[str, str], int]
    ) -> list[int]:
        """The ids of those whose days are others now."""
        changes, named, named_before, moved = [], [], [], []
        for each, account in known:
            before, after = _standing(account), _wanted(each, account, premises[each.place])
            if before == after and not _premises_changed(each, account):
                self._load.unchanged += 1
                continue
            changes.append((*after, account.id))
            if (each.opened_on, each.closed_on) != (account.opened_on, account.closed_on):
                moved.append(account.id)
            named.append(Named(account.id, each.holder_name, each.address))
            named_before.append(Named(account.id, account.holder_name, account.address))
            self._load.updated += 1
            await record("account_changed", account_id=account.id)
        await db.write_many(
            "UPDATE accounts SET premises_id = {}, holder_name = {}, tariff_category = {}, residents = {}, "
            "power_kw = {}, has_paper_bill = {}, email = {}, opened_on = {}, closed_on = {} WHERE id = {}",
            changes,
        )
        await index_accounts(named, named_before)
        return moved


def _standing(account: StoredAccount) -> tuple[object, ...]:
    return (
        account.premises_id,
        account.holder_name,
        account.tariff_category,
        account.residents,
        account.power_kw,
        account.has_paper_bill,
        account.email,
        account.opened_on,
        account.closed_on,
    )


def _wanted(each: AccountRow, account: StoredAccount, premises_id: int) -> tuple[object, ...]:
    """In the order of `_standing`. An address written alike keeps its premises, even beside an older twin."""
    is_same_place = each.place == (fold_search(account.address), account.region)
    return (
        account.premises_id if is_same_place else premises_id,
        each.holder_name,
        each.tariff_category,
        each.residents,
        each.power_kw,
        each.has_paper_bill,
        account.email if each.email is None else each.email or None,
        each.opened_on,
        each.closed_on,
    )


def _premises_changed(each: AccountRow, account: StoredAccount) -> bool:
    return (
        each.address != account.address
        or each.postcode not in (None, account.postcode)
        or each.route not in (None, account.route)
    )


async def _premises(parsed: Sequence[AccountRow]) -> dict[tuple[str, str], int]:
    """The id for every row's place; new places are added, known ones take the file's spelling, postcode and route."""
    places = {each.place: each for each in parsed}
    stored = await premises_by_key({key for key, _ in places})
    await db.write_many(
        "INSERT INTO premises (address, address_key, postcode, region, route) VALUES ({}, {}, {}, {}, {})",
        [
            (each.address, key, each.postcode or "", region, each.route or "")
            for (key, region), each in places.items()
            if (key, region) not in stored
        ],
    )
    for column in ("address", "postcode", "route"):
        await db.write_many(
            f"UPDATE premises SET {column} = {{}} WHERE id = {{}} AND {column} <> {{}}",  # noqa: S608 - own names
            [
                (getattr(each, column), stored[place].id, getattr(each, column))
                for place, each in places.items()
                if place in stored and getattr(each, column) is not None
            ],
        )
    found = await premises_by_key({key for key, _ in places})
    return {place: found[place].id for place in places}
