"""The home page in one statement; the list of accounts in another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from lk import db
from lk.accounts.queries import shown_title
from lk.billing.due import Due
from lk.period import Period

_OWED = (
    "(SELECT coalesce(sum(CASE WHEN e.debit = 'receivable' THEN e.amount_kopecks ELSE -e.amount_kopecks END), 0) "
    "FROM ledger_entries e WHERE e.account_id = a.id AND e.part = '{part}')"
)

_PAYING = (
    "(SELECT p.{what} FROM payments p WHERE p.account_id = a.id AND p.status IN ('created', 'pending', 'unknown') "
    "AND p.confirmation_url IS NULL AND p.part = 'principal' ORDER BY p.id DESC LIMIT 1)"
)


@dataclass(frozen=True, slots=True)
class Home:
    """What is owed, the newest bill, and how far this period's readings are."""

    principal_kopecks: int
    penalty_kopecks: int
    bill_period: Period | None
    bill_total_kopecks: int | None
    bill_opening_kopecks: int | None
    bill_issued_at: datetime | None
    due_on: date | None
    earlier_due_on: date | None
    """Of the bills before the newest."""
    held_bill: Period | None
    """A bill that waits for a person."""
    meters: int
    read_meters: int
    held_readings: int
    held_before: Period | None
    """An earlier period whose reading still waits for a person."""
    paying_id: str | None
    """The newest payment of which the bank has not said how it ended."""
    paying_kopecks: int | None
    has_autopay: bool
    away_until: date | None
    away_periods: int
    verified_until: date | None
    """Of the meter whose verification ends first."""
    release_due_at: datetime | None
    """An agent's release waits, to be called off."""

    @property
    def due(self) -> Due:
        return Due(self.due_on, self.bill_total_kopecks or 0, self.bill_opening_kopecks or 0, self.earlier_due_on)


_HOME = (
    "SELECT "  # noqa: S608 - constants of this file
    + _OWED.replace("{part}", "principal")
    + " AS principal_kopecks, "
    + _OWED.replace("{part}", "penalty")
    + " AS penalty_kopecks, b.period AS bill_period, b.total_kopecks AS bill_total_kopecks, "
    "b.opening_kopecks AS bill_opening_kopecks, b.issued_at AS bill_issued_at, b.due_on, "
    "(SELECT max(x.due_on) FROM bills x WHERE x.account_id = a.id AND x.status = 'issued' AND x.status <> 'reversed' "
    "AND x.period < b.period) AS earlier_due_on, "
    "(SELECT max(x.period) FROM bills x WHERE x.account_id = a.id AND x.status = 'held' AND x.status <> 'reversed') "
    "AS held_bill, "
    "(SELECT count(*) FROM meters m WHERE m.account_id = a.id AND m.removed_on IS NULL) AS meters, "
    "(SELECT count(DISTINCT r.meter_id) FROM readings r JOIN meters m ON m.id = r.meter_id AND m.removed_on IS NULL "
    "WHERE r.account_id = a.id AND r.period = {} AND r.status = 'accepted' "
    # A replacement is the period's reading: the old meter's last figures came with the new one's first.
    "AND (r.kind = 'regular' OR r.kind = 'initial' AND EXISTS (SELECT 1 FROM readings f WHERE f.account_id = a.id "
    "AND f.period = r.period AND f.kind = 'final'))) AS read_meters, "
    "(SELECT count(*) FROM readings r WHERE r.account_id = a.id AND r.period = {} AND r.status = 'held') "
    "AS held_readings, "
    "(SELECT max(r.period) FROM readings r WHERE r.account_id = a.id AND r.period < {} AND r.status = 'held') "
    "AS held_before, "
    + _PAYING.replace("{what}", "public_id")
    + " AS paying_id, "
    + _PAYING.replace("{what}", "amount_kopecks")
    + " AS paying_kopecks, "
    "EXISTS (SELECT 1 FROM autopays ap WHERE ap.account_id = a.id AND ap.ended_at IS NULL) AS has_autopay, "
    "(SELECT d.until_on FROM away_declarations d WHERE d.account_id = a.id AND d.ended_at IS NULL) AS away_until, "
    "coalesce(b.away_periods, 0) AS away_periods, "
    "(SELECT min(m.verified_until) FROM meters m WHERE m.account_id = a.id AND m.removed_on IS NULL) "
    "AS verified_until, "
    "(SELECT min(l.due_at) FROM releases l WHERE l.account_id = a.id AND l.canceled_at IS NULL AND l.done_at IS NULL) "
    "AS release_due_at "
    # `<> 'reversed'` says to both engines that the index of live bills will do.
    "FROM accounts a LEFT JOIN bills b ON b.account_id = a.id AND b.status = 'issued' AND b.status <> 'reversed' "
    "AND b.period = (SELECT max(x.period) FROM bills x WHERE x.account_id = a.id AND x.status = 'issued' "
    "AND x.status <> 'reversed') WHERE a.id = {}"
)


async def home(account_id: int, period: Period, since: datetime | None = None) -> Home:
    """`period`: the one that a reading taken today counts for. A bill from before `since` is not named, only owed."""
    found = (await db.read_as(Home, _HOME, period.number, period.number, period.number, account_id))[0]
    is_hidden = since is not None and found.bill_issued_at is not None and found.bill_issued_at < since
    return replace(found, bill_period=None, bill_total_kopecks=None, bill_opening_kopecks=None) if is_hidden else found


@dataclass(frozen=True, slots=True)
class OwedAccount:
    """An account of the list with what it owes."""

    public_id: str
    number: str
    address: str
    principal_kopecks: int
    name: str
    role: str
    is_provisional: bool

    @property
    def title(self) -> str:
        """As its user calls it; a provisional cabinet does not tell the address."""
        return shown_title(self.name, self.number, self.address, is_provisional=self.is_provisional)


async def owed_accounts(user_id: int) -> list[OwedAccount]:
    return await db.read_as(
        OwedAccount,
        "SELECT a.public_id, a.number, p.address, "  # noqa: S608 - a constant of this file
        + _OWED.replace("{part}", "principal")
        + " AS principal_kopecks, x.name, x.role, x.is_provisional FROM accesses x "
        "JOIN accounts a ON a.id = x.account_id "
        "JOIN premises p ON p.id = a.premises_id WHERE x.user_id = {} AND x.ended_at IS NULL ORDER BY p.address",
        user_id,
    )
