"""What a night looks at: all that is new, a hundredth of the older, and each of those in its turn."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lk import clock, db
from lk.cycle.verify import CHECKS
from lk.cycle.verifying import looking, volumes
from lk.cycle.verifying.findings import SHOWN, Tally
from lk.cycle.verifying.looking import SAMPLE, Look, Stopped
from lk.db.aside import aside
from tests.cycle.planting import looked
from tests.cycle.town import IVANOVA, PETROV, Town
from tests.database import Database, moscow


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of ten rows, and no table is small."""
    monkeypatch.setattr(looking, "CHUNK", 10)
    monkeypatch.setattr(looking, "SMALL", 0)
    monkeypatch.setattr(volumes, "SMALL", 0)
    monkeypatch.setattr(volumes, "CHUNK", 4)


async def _ranges(table: str, *, full: bool = False, stops: bool = False) -> list[int]:
    """The first ids of the chunks."""
    async with aside() as own:
        now = clock.now()
        look = Look(own, full, now, clock.today(), now, lambda: stops, lambda _: None)
        return [first async for first, _ in look.ranges(table)]


async def _happen(count: int, days: int) -> None:
    """So many events, evenly over the last days; on PostgreSQL some ids are left out."""
    now = clock.now()
    async with db.write():
        await db.write_many(
            "INSERT INTO events (id, kind, at, actor_kind, params) VALUES ({}, 'signed_in', {}, 'program', '1')",
            [(at, now - timedelta(days=days * (count - at) / count)) for at in range(1, count + 1) if at % 7],
        )


@pytest.mark.usefixtures("large")
def test_the_newest_rows_are_looked_at_every_night_and_each_older_chunk_once_in_a_hundred(database: Database) -> None:
    database.run(_happen(1000, 450), "2025-12-01T04:00")

    nights = [database.run(_ranges("events"), f"2025-12-{day:02}T04:00") for day in (1, 2)]

    assert [first for first in nights[0] if first >= 900] == list(range(900, 1001, 10))
    older = [[first for first in night if first < 890] for night in nights]
    assert [len(each) for each in older] == [1, 1]
    assert older[0] != older[1]
    assert database.run(_ranges("events", full=True), "2025-12-01T04:00") == list(range(0, 1001, 10))


@pytest.mark.usefixtures("large")
def test_a_look_ends_between_two_statements_when_the_process_does(database: Database) -> None:
    database.run(_happen(30, 3), "2025-12-01T04:00")

    with pytest.raises(Stopped):
        database.run(_ranges("events", stops=True))


def test_a_small_table_is_looked_at_whole(database: Database) -> None:
    database.run(_happen(1000, 4500), "2025-12-01T04:00")

    assert database.run(_ranges("events"), "2025-12-01T04:00") == [0]


@pytest.mark.usefixtures("large")
def test_a_volume_is_found_wrong_whenever_its_reading_came(town: Town) -> None:
    """Of the newest month after a read one, after an estimated one, and after more than half a year of silence."""
    late, silent = town.neighbours(2)
    months = ["2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03"]
    for at, month in enumerate(months):
        town.reads(PETROV, 1100 + 100 * at, at=f"{month}-20T12:00")
        if month in ("2025-07", "2025-12", "2026-03"):
            town.reads(late, 1150 + 100 * at, at=f"{month}-20T12:00")
    for at, month in ((0, "2025-07"), (8, "2026-03")):
        town.reads(silent, 1120 + 100 * at, at=f"{month}-20T12:00")
    town.run_due("2026-03-26T00:00")
    values = {PETROV: 1900, late: 1950, silent: 1920}

    async def found(number: str) -> tuple[str, ...]:
        planted = f"UPDATE readings SET t1_kwh = t1_kwh + 1 WHERE t1_kwh = {values[number]}"
        return (await looked("I3", [planted], full=False)).breaches

    # A night on which none of these accounts is one of the hundredth.
    night = _other_night(moscow("2026-03-28T04:00").date().toordinal())
    assert town.verified(full=False, at=night) == {}
    for number in values:
        assert any("по счётчику" in each for each in town.database.run(found(number), night)), number


def _other_night(ordinal: int) -> str:
    """A night after that day on which the accounts' only chunk has no turn."""
    return "2026-03-28T04:00" if ordinal % SAMPLE else "2026-03-29T04:00"


def test_of_many_breaches_all_are_counted_and_the_first_are_told(town: Town) -> None:
    town.neighbours(SHOWN + 5)
    town.reads(IVANOVA, 5000, 2200, at="2025-07-20T14:05")
    town.run_due("2025-07-26T00:00")

    found = town.database.run(looked("I1", ["UPDATE accounts SET opened_on = '2025-07-28'"]))

    assert (found.breached, len(found.breaches)) == (SHOWN + 8, SHOWN)


def test_every_invariant_of_the_list_is_looked_at(database: Database) -> None:
    assert [each.id for each in CHECKS] == ["I1", "I2", "I3", "I4", "I5", "I7", "I8", "I10", "I11", "I13", "I14"]

    async def empty() -> list[str]:
        return [each.id for each in CHECKS if (await looked(each.id, ())).breaches]

    assert database.run(empty()) == []


def test_a_tally_keeps_no_more_than_it_shows() -> None:
    tally = Tally()
    tally.add(str(each) for each in range(1000))

    assert (tally.breached, len(tally.finding("I0", "", 0).breaches)) == (1000, SHOWN)
