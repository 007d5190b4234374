"""What waits, as the database knows it: counts and ages, each by an index that holds only what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lk import clock, db
from lk.cycle.lines import since_asked
from lk.cycle.owed import owed_steps
from lk.cycle.queries import running_steps
from lk.cycle.rules import Owed, Step
from lk.period import Period
from lk.timekeeping.queries import open_doubts


@dataclass(frozen=True, slots=True)
class Queue:
    """So many wait, in this state, the oldest since then."""

    queue: str
    state: str
    waiting: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Months:
    """Autopay of one month: so many accounts in this state."""

    status: str
    accounts: int


@dataclass(frozen=True, slots=True)
class Run:
    """A step that was claimed, as far as it has come."""

    step: Step
    status: str
    done: int
    put_aside: int


@dataclass(frozen=True, slots=True)
class Steps:
    """What is owed now and not done, the oldest first; what was claimed of this month and of the one before."""

    owed: list[Owed]
    runs: list[Run]


def _by_state(queue: str, table: str, since: str, where: str) -> str:
    return (
        f"SELECT '{queue}' AS queue, status AS state, count(*) AS waiting, min({since}) AS oldest_at "  # noqa: S608
        f"FROM {table} WHERE {where} GROUP BY status"
    )


def _waiting(queue: str, table: str, since: str, where: str) -> str:
    return f"SELECT '{queue}', '', count(*), min({since}) FROM {table} WHERE {where}"  # noqa: S608


QUEUES = " UNION ALL ".join(
    (
        _by_state("letters", "messages", "created_at", "status IN ('queued', 'sending')"),
        _by_state("letters", "messages", "created_at", "status = 'dead'"),
        _by_state("payments", "payments", "created_at", "status IN ('created', 'pending', 'unknown')"),
        _by_state("refunds", "refunds", "created_at", "status IN ('waiting', 'created', 'pending', 'unknown')"),
        _by_state("card_links", "cards", "created_at", "status IN ('created', 'pending')"),
        _waiting("tasks", "money_tasks", "opened_at", "closed_at IS NULL"),
        _waiting("held_readings", "readings", "received_at", "status = 'held'"),
        _waiting("held_bills", "bills", "created_at", "status = 'held'"),
        _waiting("questions", "questions", "changed_at", "status IN ('new', 'reopened')"),
        _waiting("put_aside", "put_asides", "since", "resolved_at IS NULL AND reason <> 'came_late'"),
        _waiting("bank_payments", "bank_payments", "loaded_at", "account_id IS NULL"),
        _waiting("copies", "data_exports", "asked_at", "ready_at IS NULL"),
    )
)
AUTOPAY = "SELECT status, count(*) AS accounts FROM autopay_months WHERE period = {} GROUP BY status"


async def queues() -> list[Queue]:
    """Read aside: a million letters that wait are counted without holding up the site."""
    return [row async for rows in db.stream(Queue, QUEUES) for row in rows]


async def autopay_of(period: Period) -> list[Months]:
    return [row async for rows in db.stream(Months, AUTOPAY, period.number) for row in rows]


async def steps() -> Steps:
    owed = since_asked(await owed_steps(), await running_steps())
    runs = await db.read_as(
        Run,
        "SELECT step, status, done, put_aside FROM cycle_runs WHERE period >= {} ORDER BY id",
        Period.of(clock.today()).previous.number,
    )
    return Steps(owed, runs)


async def doubted_clocks() -> int:
    """Machines whose clock has jumped, as nobody has decided yet: money waits."""
    return len(await open_doubts())


async def noted_at(name: str) -> datetime | None:
    """An instant that a row of `settings` keeps."""
    rows = await db.read("SELECT value FROM settings WHERE name = {}", name)
    return datetime.fromisoformat(rows[0]["value"]) if rows else None


async def database_bytes() -> int:
    """Of PostgreSQL."""
    return int((await db.read("SELECT pg_database_size(current_database()) AS bytes"))[0]["bytes"])
