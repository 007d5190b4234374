"""A night of counting: one row elects one process, and whoever comes after a crash goes on where it stopped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lk import clock, db
from lk.claims import database_now, prove
from lk.statistics.tables import StatisticRun

CLAIM = timedelta(minutes=5)
"""Every chunk prolongs it; none takes nearly as long."""


@dataclass(slots=True)
class Held:
    """The right to count this night, and how far it has come."""

    id: int
    day: date
    fence: int
    parts_done: int
    through_id: int
    so_far: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Kopecks where it is money."""

    name: str
    day: date
    series: str
    value: int


async def claim(day: date) -> Held | None:
    """None while another process has it, or when it is done."""
    async with db.write("statistics"):
        now = await database_now()
        run = StatisticRun(day=day, claim_ends_at=now + CLAIM)
        if await db.insert_once(run):
            return Held(run.id, day, 1, 0, 0, "{}")
        rows = await db.read(
            "SELECT id, fence, parts_done, through_id, so_far FROM statistic_runs "
            "WHERE day = {} AND finished_at IS NULL AND claim_ends_at <= {}",
            day,
            now,
        )
        if not rows:
            return None
        (found,) = rows
        held = Held(found["id"], day, found["fence"] + 1, found["parts_done"], found["through_id"], found["so_far"])
        await db.execute(
            "UPDATE statistic_runs SET fence = {}, claim_ends_at = {} WHERE id = {}", held.fence, now + CLAIM, held.id
        )
        return held


async def mark_of(name: str) -> int | None:
    rows = await db.read("SELECT through_id FROM statistic_marks WHERE name = {}", name)
    return rows[0]["through_id"] if rows else None


async def add(held: Held, counted: Iterable[Counted], *, mark: tuple[str, int]) -> None:
    """What came since the last time, together with how far that is. Raises ClaimLost."""
    async with db.write("statistics"):
        await _prove(held)
        await db.write_many(
            _INSERT + "ON CONFLICT (name, day, series) DO UPDATE SET value = statistics.value + excluded.value",
            [_row(each) for each in counted],
        )
        await _note(mark)


async def replace(
    held: Held,
    names: Sequence[str],
    days: tuple[date, date],
    counted: Iterable[Counted],
    *,
    mark: tuple[str, int] | None = None,
) -> None:
    """Everything of these names from one day to the other, both included. Raises ClaimLost."""
    async with db.write("statistics"):
        await _prove(held)
        await db.execute(
            f"DELETE FROM statistics WHERE name IN ({db.placeholders(names)}) AND day >= {{}} AND day <= {{}}",  # noqa: S608
            *names,
            *days,
        )
        await db.write_many(_INSERT, [_row(each) for each in counted])
        if mark is not None:
            await _note(mark)


async def part_done(held: Held) -> None:
    """Raises ClaimLost."""
    held.parts_done, held.through_id, held.so_far = held.parts_done + 1, 0, "{}"
    async with db.write("statistics"):
        await _prove(held)


async def came_to(held: Held, through_id: int, so_far: str) -> None:
    """Of the part that goes through all accounts. Raises ClaimLost."""
    held.through_id, held.so_far = through_id, so_far
    async with db.write("statistics"):
        await _prove(held)


async def finish(held: Held) -> None:
    """Raises ClaimLost."""
    async with db.write("statistics"):
        await _prove(held)
        await db.execute("UPDATE statistic_runs SET finished_at = {} WHERE id = {}", clock.now(), held.id)


async def let_go(held: Held) -> None:
    """Whoever comes next may go on at once."""
    async with db.write("statistics"):
        await db.execute(
            "UPDATE statistic_runs SET claim_ends_at = {} WHERE id = {} AND fence = {}",
            await database_now(),
            held.id,
            held.fence,
        )


_INSERT = "INSERT INTO statistics (name, day, series, value) VALUES ({}, {}, {}, {}) "


def _row(each: Counted) -> tuple[object, ...]:
    return each.name, each.day, each.series, each.value


async def _note(mark: tuple[str, int]) -> None:
    await db.execute(
        "INSERT INTO statistic_marks (name, through_id) VALUES ({}, {}) "
        "ON CONFLICT (name) DO UPDATE SET through_id = excluded.through_id",
        *mark,
    )


async def _prove(held: Held) -> None:
    """Raises ClaimLost."""
    await prove(
        "statistic_runs",
        held,
        "claim_ends_at = {}, parts_done = {}, through_id = {}, so_far = {}",
        await database_now() + CLAIM,
        held.parts_done,
        held.through_id,
        held.so_far,
    )
