"""What an agent sees at the desk; names and addresses of letters are masked until a look begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lk import db
from lk.accounts.queries import AccountView, find_by_address, find_by_number
from lk.text import fold_account_number, fold_search, is_account_number

SHORTEST_SEARCH = 3


@dataclass(frozen=True, slots=True)
class DeskAccount:
    """One customer in short."""

    id: int
    public_id: str
    number: str
    holder_name: str
    address: str
    tariff_category: str
    opened_on: date
    closed_on: date | None
    holder_user_id: int | None
    holder_email: str | None
    is_provisional: bool | None
    principal_kopecks: int

    @property
    def holder_masked(self) -> str:
        """«М•••••• И•••••• П•••••••••»: enough to hear whether the caller gives the same name."""
        return " ".join(word[:1] + "•••" for word in self.holder_name.split())


@dataclass(frozen=True, slots=True)
class DeskMeter:
    id: int
    serial_number: str
    zones: int
    ratio: int
    installed_on: date
    removed_on: date | None
    verified_until: date | None


async def search(query: str) -> list[AccountView]:
    """By account number, or by a piece of the address."""
    number, address = fold_account_number(query), fold_search(query)
    if is_account_number(number):
        return await find_by_number(number)
    return await find_by_address(address) if len(address) >= SHORTEST_SEARCH else []


async def desk_account(public_id: str) -> DeskAccount | None:
    return await db.read_one_as(
        DeskAccount,
        "SELECT a.id, a.public_id, a.number, a.holder_name, p.address, a.tariff_category, a.opened_on, a.closed_on, "
        "u.id AS holder_user_id, u.email AS holder_email, x.is_provisional, "
        "(SELECT coalesce(sum(CASE WHEN e.debit = 'receivable' THEN e.amount_kopecks ELSE -e.amount_kopecks END), 0) "
        "FROM ledger_entries e WHERE e.account_id = a.id AND e.part = 'principal') AS principal_kopecks "
        "FROM accounts a JOIN premises p ON p.id = a.premises_id "
        "LEFT JOIN accesses x ON x.account_id = a.id AND x.role = 'holder' AND x.ended_at IS NULL "
        "LEFT JOIN users u ON u.id = x.user_id WHERE a.public_id = {}",
        public_id,
    )


async def desk_meters(account_id: int) -> list[DeskMeter]:
    return await db.read_as(
        DeskMeter,
        "SELECT id, serial_number, zones, ratio, installed_on, removed_on, verified_until FROM meters "
        "WHERE account_id = {} ORDER BY installed_on, id",
        account_id,
    )


async def session_end(session_id: int) -> datetime:
    return (await db.read_as(_End, "SELECT ends_at FROM sessions WHERE id = {}", session_id))[0].ends_at


@dataclass(frozen=True, slots=True)
class _End:
    ends_at: datetime
