"""Print runs that operators ask for: made by the schedule, a file at a time, kept for some days."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zipfile import ZipFile

from lk import clock, db
from lk.actor import Actor
from lk.claims import database_now, prove, work_on_each
from lk.history.actions import record
from lk.operations.print_run import CONTROL, PrintedRow, batches, control_table, entry, has_paper_bills, paper_bills
from lk.operations.tables import PrintRun
from lk.outcome import refuse
from lk.payments.desk_people import operator_behind
from lk.period import Period
from lk.tokens import new_public_id

KEPT = timedelta(days=7)
_TABLE = "print_runs"
CLAIM = timedelta(minutes=2)
"""Each file prolongs it; one takes some seconds."""


@dataclass(frozen=True, slots=True)
class PrintRunView:
    """`expected` None until somebody has begun; `ends_at` None until it is over."""

    public_id: str
    period: Period
    asked_by: str
    asked_at: datetime
    done: int
    expected: int | None
    bytes: int
    finished_at: datetime | None
    ends_at: datetime | None
    is_failed: bool


@dataclass(frozen=True, slots=True)
class _Held:
    """The right to make one for a while."""

    id: int
    period: Period
    fence: int


async def print_runs() -> list[PrintRunView]:
    """Those that are kept, the newest first."""
    return await db.read_as(
        PrintRunView,
        "SELECT r.public_id, r.period, g.code AS asked_by, r.asked_at, r.done, r.expected, r.bytes, r.finished_at, "
        "r.ends_at, r.is_failed FROM print_runs r JOIN agents g ON g.id = r.asked_by "
        "WHERE r.finished_at IS NULL OR r.ends_at > {} ORDER BY r.id DESC",
        clock.now(),
    )


async def ask_print_run(period: Period, actor: Actor) -> None:
    """Takes the place of the period's earlier one; while one is made, once more changes nothing.

    Raises Refused: `not_an_operator`, and `nothing_to_print` where the month has no bill that goes by post.
    """
    if not await has_paper_bills(period):
        raise refuse("nothing_to_print", "period")
    async with db.write("print runs"):
        await operator_behind(actor)
        if await db.read("SELECT id FROM print_runs WHERE period = {} AND finished_at IS NULL", period.number):
            return
        await db.execute(
            "DELETE FROM print_run_files WHERE print_run_id IN (SELECT id FROM print_runs WHERE period = {})",
            period.number,
        )
        await db.execute("DELETE FROM print_runs WHERE period = {}", period.number)
        await PrintRun.insert(
            PrintRun(
                public_id=new_public_id(),
                period=period.number,
                asked_by=actor.agent_id,
                asked_at=clock.now(),
                claim_ends_at=await database_now(),
            )
        )
        await record("print_run_asked", actor=actor, what="print-run", period=str(period))


async def make_waiting_print_runs() -> int:
    """Makes every one that waits, the oldest first; how many."""
    return await work_on_each("print_run", _claim, _make, _give_up)


async def _claim() -> _Held | None:
    """From the beginning, also where another process broke off: meanwhile other bills may go by post."""
    async with db.write("print runs"):
        now = await database_now()
        rows = await db.read(
            "SELECT id, period, fence FROM print_runs WHERE finished_at IS NULL AND claim_ends_at <= {} "
            "ORDER BY id LIMIT 1",
            now,
        )
        if not rows:
            return None
        found = rows[0]
        await db.execute("DELETE FROM print_run_files WHERE print_run_id = {}", found["id"])
        await db.execute(
            "UPDATE print_runs SET fence = {}, claim_ends_at = {}, done = 0, bytes = 0 WHERE id = {}",
            found["fence"] + 1,
            now + CLAIM,
            found["id"],
        )
        return _Held(found["id"], Period.from_number(found["period"]), found["fence"] + 1)


async def _make(held: _Held) -> None:
    bills = await paper_bills(held.period)
    async with db.write("print runs"):
        await prove(_TABLE, held, "expected = {}", len(bills))
    rows: list[PrintedRow] = []
    place = 0
    async for name, content, printed in batches(bills, held.period):
        rows += printed
        await _keep(held, place, name, content, len(rows))
        place += 1
    await _keep(held, place, CONTROL, control_table(rows), len(rows))
    await _finish(held)


async def _keep(held: _Held, place: int, name: str, content: bytes, done: int) -> None:
    async with db.write("print runs"):
        await prove(
            _TABLE,
            held,
            "done = {}, bytes = bytes + {}, claim_ends_at = {}",
            done,
            len(content),
            await database_now() + CLAIM,
        )
        await db.execute(
            "INSERT INTO print_run_files (print_run_id, place, name, content) VALUES ({}, {}, {}, {})",
            held.id,
            place,
            name,
            content,
        )


async def _finish(held: _Held, *, is_failed: bool = False) -> None:
    now = clock.now()
    async with db.write("print runs"):
        await prove(_TABLE, held, "finished_at = {}, ends_at = {}, is_failed = {}", now, now + KEPT, is_failed)


async def _give_up(held: _Held) -> None:
    await _finish(held, is_failed=True)


async def take_print_run(public_id: str, actor: Actor) -> tuple[str, AsyncIterator[bytes]] | None:
    """Name and pieces of the ZIP; None where there is no such, or no more. Raises Refused `not_an_operator`."""
    async with db.write("print runs"):
        await operator_behind(actor)
        rows = await db.read(
            "SELECT id, period FROM print_runs WHERE public_id = {} AND NOT is_failed AND ends_at > {}",
            public_id,
            clock.now(),
        )
        if not rows:
            return None
        period = Period.from_number(rows[0]["period"])
        await record("print_run_taken", actor=actor, what="print-run", period=str(period))
    return f"print-run-{period}.zip", _packed(rows[0]["id"], period)


async def _packed(print_run_id: int, period: Period) -> AsyncIterator[bytes]:
    """A file at a time is in memory."""
    out = _Pieces()
    with ZipFile(out, "w") as archive:  # type: ignore[call-overload]
        place = 0
        while rows := await db.read(
            "SELECT name, content FROM print_run_files WHERE print_run_id = {} AND place = {}", print_run_id, place
        ):
            archive.writestr(entry(rows[0]["name"], period), rows[0]["content"])
            yield out.taken()
            place += 1
    yield out.taken()


class _Pieces:
    """What a ZIP is written to and read from at once; it cannot go back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken
