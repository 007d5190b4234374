"""What an agent sees at the desk; names and addresses of letters are masked until a look begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lk import db
from lk.period import Period


@dataclass(frozen=True, slots=True)
class DeskAccount:
    """One customer in short."""

    id: int
    public_id: str
    number: str
    holder_name: str
    address: str
    tariff_category: str
    residents: int
    power_kw: int
    has_paper_bill: bool
    opened_on: date
    closed_on: date | None
    record_email: str | None
    holder_user_id: int | None
    holder_email: str | None
    is_provisional: bool | None
    helpers: int
    principal_kopecks: int
    penalty_kopecks: int

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


async def desk_account(public_id: str) -> DeskAccount | None:
    return await db.read_one_as(
        DeskAccount,
        "SELECT a.id, a.public_id, a.number, a.holder_name, p.address, a.tariff_category, a.residents, a.power_kw, "  # noqa: S608 - constants of this file
        "a.has_paper_bill, a.opened_on, a.closed_on, a.email AS record_email, u.id AS holder_user_id, "
        "u.email AS holder_email, x.is_provisional, (SELECT count(*) FROM accesses h WHERE h.account_id = a.id "
        "AND h.role = 'helper' AND h.ended_at IS NULL) AS helpers, "
        f"{_OWED} AND e.part = 'principal') AS principal_kopecks, {_OWED} AND e.part = 'penalty') AS penalty_kopecks "
        "FROM accounts a JOIN premises p ON p.id = a.premises_id "
        "LEFT JOIN accesses x ON x.account_id = a.id AND x.role = 'holder' AND x.ended_at IS NULL "
        "LEFT JOIN users u ON u.id = x.user_id WHERE a.public_id = {}",
        public_id,
    )


_OWED = (
    "(SELECT coalesce(sum(CASE WHEN e.debit = 'receivable' THEN e.amount_kopecks ELSE -e.amount_kopecks END), 0) "
    "FROM ledger_entries e WHERE e.account_id = a.id"
)


async def desk_meters(account_id: int) -> list[DeskMeter]:
    return await db.read_as(
        DeskMeter,
        "SELECT id, serial_number, zones, ratio, installed_on, removed_on, verified_until FROM meters "
        "WHERE account_id = {} ORDER BY installed_on, id",
        account_id,
    )


@dataclass(frozen=True, slots=True)
class OpenTask:
    """What of an account waits for a person or for a bank. `code` and `amount_kopecks` where the kind has one."""

    kind: str
    since: datetime
    period: Period | None
    code: str
    amount_kopecks: int | None


async def open_tasks(account_id: int) -> list[OpenTask]:
    """The oldest first."""
    return await db.read_as(
        OpenTask,
        "SELECT 'held_reading' AS kind, received_at AS since, period, '' AS code, "
        "CAST(NULL AS BIGINT) AS amount_kopecks FROM readings WHERE account_id = {} AND status = 'held' UNION ALL "
        "SELECT 'held_bill', created_at, period, '', total_kopecks FROM bills "
        "WHERE account_id = {} AND status = 'held' AND status <> 'reversed' UNION ALL "
        "SELECT 'put_aside', since, period, reason, NULL FROM put_asides "
        "WHERE account_id = {} AND resolved_at IS NULL UNION ALL "
        "SELECT 'payment', created_at, NULL, status, amount_kopecks FROM payments "
        "WHERE account_id = {} AND status IN ('pending', 'unknown') UNION ALL "
        "SELECT 'refund', created_at, NULL, status, amount_kopecks FROM refunds "
        "WHERE account_id = {} AND status IN ('waiting', 'created', 'pending', 'unknown') UNION ALL "
        "SELECT 'money_task', opened_at, NULL, kind, NULL FROM money_tasks "
        "WHERE account_id = {} AND closed_at IS NULL ORDER BY since LIMIT 20",
        *[account_id] * 6,
    )


async def session_end(session_id: int) -> datetime:
    return (await db.read_as(_End, "SELECT ends_at FROM sessions WHERE id = {}", session_id))[0].ends_at


@dataclass(frozen=True, slots=True)
class _End:
    ends_at: datetime
