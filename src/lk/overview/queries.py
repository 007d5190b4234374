"""The home page in one statement; the list of accounts in another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lk import db
from lk.period import Period

_OWED = (
    "(SELECT coalesce(sum(CASE WHEN e.debit = 'receivable' THEN e.amount_kopecks ELSE -e.amount_kopecks END), 0) "
    "FROM ledger_entries e WHERE e.account_id = a.id AND e.part = '{part}')"
)


@dataclass(frozen=True, slots=True)
class Home:
    """What is owed, the newest bill, and how far this period's readings are."""

    principal_kopecks: int
    penalty_kopecks: int
    bill_period: Period | None
    bill_total_kopecks: int | None
    due_on: date | None
    meters: int
    read_meters: int
    held_readings: int


_HOME = (
    "SELECT "  # noqa: S608 - constants of this file
    + _OWED.replace("{part}", "principal")
    + " AS principal_kopecks, "
    + _OWED.replace("{part}", "penalty")
    + " AS penalty_kopecks, b.period AS bill_period, b.total_kopecks AS bill_total_kopecks, b.due_on, "
    "(SELECT count(*) FROM meters m WHERE m.account_id = a.id AND m.removed_on IS NULL) AS meters, "
    "(SELECT count(DISTINCT r.meter_id) FROM readings r JOIN meters m ON m.id = r.meter_id AND m.removed_on IS NULL "
    "WHERE r.account_id = a.id AND r.period = {} AND r.status = 'accepted' AND r.kind = 'regular') AS read_meters, "
    "(SELECT count(*) FROM readings r WHERE r.account_id = a.id AND r.period = {} AND r.status = 'held') "
    "AS held_readings "
    # `<> 'reversed'` says to both engines that the index of live bills will do.
    "FROM accounts a LEFT JOIN bills b ON b.account_id = a.id AND b.status = 'issued' AND b.status <> 'reversed' "
    "AND b.period = (SELECT max(x.period) FROM bills x WHERE x.account_id = a.id AND x.status = 'issued' "
    "AND x.status <> 'reversed') WHERE a.id = {}"
)


async def home(account_id: int, period: Period) -> Home:
    """`period`: the one that a reading taken today counts for."""
    found = await db.read_as(Home, _HOME, period.number, period.number, account_id)
    return found[0]


@dataclass(frozen=True, slots=True)
class OwedAccount:
    """An account of the list with what it owes."""

    public_id: str
    number: str
    address: str
    principal_kopecks: int


async def owed_accounts(user_id: int) -> list[OwedAccount]:
    return await db.read_as(
        OwedAccount,
        "SELECT a.public_id, a.number, p.address, "  # noqa: S608 - a constant of this file
        + _OWED.replace("{part}", "principal")
        + " AS principal_kopecks FROM accesses x JOIN accounts a ON a.id = x.account_id "
        "JOIN premises p ON p.id = a.premises_id WHERE x.user_id = {} AND x.ended_at IS NULL ORDER BY p.address",
        user_id,
    )
