"""However often bills are made anew, they hold the same energy: what the dials counted, and nothing else."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lk.accounts.queries import find_by_number
from lk.actor import PROGRAM
from lk.billing.correcting import correct_from
from lk.period import Period
from tests.cycle.town import PETROV, Town
from tests.database import Database

START = Period(2025, 7)
MONTHS = 7
HOMES = 6
ANY = list(HealthCheck)
PRICE = 787


@dataclass(frozen=True)
class Month:
    """`used` by register; `back`: from so many months ago on the bills are made anew after the run, None: not."""

    used: tuple[int, int]
    reading: str
    back: int | None


Story = list[Month]


def stories() -> list[Story]:
    """One for each home, others every time; at last each is read."""
    month = st.builds(
        Month,
        used=st.tuples(st.integers(0, 300), st.integers(0, 200)),
        reading=st.sampled_from(("read", "read", "missed", "missed", "late")),
        back=st.sampled_from((None, None, 0, 1, 3)),
    )
    found: list[Story] = []

    @settings(max_examples=HOMES, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=ANY)
    @given(st.lists(month, min_size=MONTHS - 1, max_size=MONTHS - 1), st.integers(0, 300))
    def tell(months: list[Month], last: int) -> None:
        found.append([*months, Month((last, last), "read", None)])

    tell()
    return found


class Street:
    """Every other home has two zones. `counted`: what its dials went on, by register."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.stories = {str(3_000_000_000 + at): story for at, story in enumerate(stories())}
        self.zones = {number: 1 + at % 2 for at, number in enumerate(self.stories)}
        self.counted = {number: [0] * zones for number, zones in self.zones.items()}
        self.town.add("accounts", *(f'{each},Сосед,"Дом {each}",moscow,gas,3,7,yes,2020-02-01,' for each in self.zones))
        self.town.add("meters", *self._meters())

    def _meters(self) -> Iterator[str]:
        for number, zones in self.zones.items():
            initial = ",".join(["1000"] * zones + [""] * (3 - zones))
            yield f"{number},{number},{zones},5,1,2025-06-01,2035-06-01,,{initial},,,"

    def lives(self, at: int) -> None:
        """The month's readings, its bills, and the corrections that come after them."""
        period = START + at
        for number, story in self.stories.items():
            counted = self.counted[number]
            for register in range(self.zones[number]):
                counted[register] += story[at].used[register]
            if story[at].reading != "missed":
                day = 20 if story[at].reading == "read" else 28
                values = [1000 + kwh for kwh in counted]
                assert self.town.reads(number, *values, at=f"{period}-{day}T10:00") == "accepted"
        self.town.run_due(f"{period}-28T12:00")
        for number, story in self.stories.items():
            back = story[at].back
            if back is not None:
                self.corrects(number, START + max(0, at - back), f"{period}-28T18:00")

    def corrects(self, number: str, period: Period, at: str) -> None:
        before = self.booked(number)
        self.town.database.run(_corrected(number, period), at)
        assert self.booked(number) == before, (number, period, self.stories[number])

    def booked(self, number: str) -> dict[tuple[int, str], int]:
        """kWh of live bills by month and register."""
        rows = self.town.database.rows(
            "SELECT b.period, c.register, sum(c.consumption_kwh) AS kwh FROM charges c "
            "JOIN bills b ON b.id = c.bill_id JOIN accounts a ON a.id = b.account_id "
            "WHERE a.number = {} AND b.status <> 'reversed' GROUP BY b.period, c.register",
            number,
        )
        return {(row["period"], row["register"]): int(row["kwh"]) for row in rows}

    def settled(self, number: str) -> list[int]:
        """kWh of live bills by register."""
        booked = self.booked(number).items()
        registers = [f"T{at}" for at in range(1, self.zones[number] + 1)]
        return [sum(kwh for (_, own), kwh in booked if own == register) for register in registers]


def _corrected(number: str, period: Period) -> Coroutine[Any, Any, None]:
    async def corrected() -> None:
        account = (await find_by_number(number))[0]
        await correct_from(account.id, period, "other", PROGRAM)

    return corrected()


def lived(database: Database) -> Street:
    """Seven months, many of their bills made anew in between."""
    town = Town(database)
    town.move_in()
    street = Street(town)
    for at in range(MONTHS):
        street.lives(at)
    return street


def test_corrections_leave_the_energy_where_it_was_and_the_dials_settle_all_of_it(database: Database) -> None:
    street = lived(database)
    assert {number: street.settled(number) for number in street.stories} == street.counted
    assert street.town.verified() == {}


def test_at_another_price_the_same_energy_is_owed_anew(sqlite_database: Database) -> None:
    street = lived(sqlite_database)
    town = street.town
    town.database.change("UPDATE rates SET price_kopecks = price_kopecks + 100")
    everybody = [row["number"] for row in town.database.rows("SELECT number FROM accounts ORDER BY id")]
    for number in everybody:
        before = street.booked(number)
        town.database.run(_corrected(number, START), "2026-03-10T12:00")
        assert street.booked(number) == before

    for number, zones in street.zones.items():
        if zones == 1 and all(bill["status"] != "held" for bill in town.bills(number)):
            assert town.owes(number) == street.counted[number][0] * (PRICE + 100)
    assert town.verified() == {}


def test_what_a_reversed_bill_took_back_is_booked_again(database: Database) -> None:
    """Two norms of 135 kWh come back but for 10, and then the reading that took them back turns out to be wrong."""
    town = Town(database)
    town.move_in()
    for month in (7, 8):
        town.run_due(f"2025-{month:02}-28T12:00")
    town.reads(PETROV, 1010, at="2025-09-20T12:00")
    town.run_due("2025-09-28T12:00")
    assert [kwh for _, _, kwh, _, _ in town.lines(PETROV, 202509)] == [-135, -125]

    town.database.change("UPDATE readings SET status = 'rejected' WHERE t1_kwh = 1010")
    town.database.run(_corrected(PETROV, Period(2025, 9)), "2025-09-29T12:00")
    town.reads(PETROV, 1400, at="2025-10-20T12:00")
    town.run_due("2025-10-28T12:00")

    booked = [kwh for month in (7, 8, 9, 10) for _, _, kwh, _, _ in town.lines(PETROV, 202500 + month)]
    assert booked == [135, 135, 135, -5]
    assert town.verified() == {}
