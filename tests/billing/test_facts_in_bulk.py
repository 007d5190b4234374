"""What a bill run reads of many accounts at once makes the same bills as all that is known of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lk import clock, db
from lk.accounts.tables import Account, Premises
from lk.billing.actions import Run, bill_between
from lk.billing.facts import facts_between, facts_of, with_debts, with_usual_totals
from lk.billing.rules import bill_for
from lk.ledger.actions import Transfer, post_many
from lk.ledger.rules import Kind, Part
from lk.metering.rules import MeterFacts, ReadingFacts
from lk.metering.tables import AwayDeclaration, Meter, Reading
from lk.period import Period
from lk.tariffs.rules import DEFAULT_CALENDAR
from tests.billing.histories import LONG_AGO, Life, Lived, Make, Plan, Story, stories
from tests.billing.test_naive_histories import price_list
from tests.database import Database

START = Period(2025, 1)
MONTHS = 20
HOMES = 60
ANY = list(HealthCheck)
SUPERSEDE = "UPDATE readings SET status = 'superseded' WHERE meter_id = {} AND period = {} AND kind = 'regular'"


@dataclass
class Home:
    """One story as it is stored. `pays`: what share of a bill comes in each month, in quarters."""

    story: Story
    pays: Sequence[int]
    number: int
    id: int = 0
    meters: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.life = Life(self.story)
        self.past = self.life.past()
        self.months = list(self.life.months())


def street(count: int) -> list[tuple[Story, list[int]]]:
    """So many stories, others every time, and two that reach far back; each with what its home pays."""
    found = [(swapped_in(6, (70, 3, 0)), [4, 4, 0]), (swapped_in(16, (2, 0, 0)), [4, 4, 4])]

    @settings(max_examples=count, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=ANY)
    @given(stories(START, MONTHS), st.lists(st.integers(0, 5), min_size=3, max_size=3))
    def tell(story: Story, pays: list[int]) -> None:
        found.append((story, pays))

    tell()
    return found


def swapped_in(month: int, used: tuple[int, int, int]) -> Story:
    """Read every month, once with its two zones swapped: the lower one takes back what months before it billed."""
    plain = Plan(used, "read", is_swapped=False, change=None, quarters=0, is_late=False)
    months = [replace(plain, is_swapped=at == month) for at in range(MONTHS)]
    two_zones = Make(zones=2, digits=5, ratio=1, starts=(0, 0, 0), is_near_end=False)
    return Story(START, two_zones, 0, ((0, 0, 0),), tuple(months), LONG_AGO, None, None, 3, 3, ((300, 460),), 3)


def test_facts_read_in_bulk_make_the_bills_that_facts_read_whole_make(sqlite_database: Database) -> None:
    sqlite_database.run(_lived(street(HOMES)))


def test_and_so_they_do_on_postgresql(postgres_database: Database) -> None:
    postgres_database.run(_lived(street(HOMES // 4)))


async def _lived(street: list[tuple[Story, list[int]]]) -> None:
    """Month after month: what has come is stored, the bills are compared, made, and paid or not."""
    homes = [Home(story, pays, 1_000_000_000 + at) for at, (story, pays) in enumerate(street)]
    prices = price_list(homes[0].story)
    async with db.write():
        for home in homes:
            await _move_in(home)
            await _come(home, home.past)
    for at in range(MONTHS):
        period = START + at
        with clock.fixed_at(datetime.combine(period.day(26), datetime.min.time(), clock.now().tzinfo)):
            run = Run(period, prices, (DEFAULT_CALENDAR,), START)
            async with db.write():
                for home in homes:
                    if at < len(home.months):
                        await _come(home, home.months[at])
            await _compare(homes, run)
            async with db.write():
                _, failed = await bill_between(homes[0].id, homes[-1].id, run)
                assert not failed
                await post_many([each for home in homes for each in await _payment(home, at)])


async def _compare(homes: list[Home], run: Run) -> None:
    known = await facts_between(homes[0].id, homes[-1].id, run.period)
    known = await with_usual_totals(known, run.period)
    for home in homes:
        if not run.is_owed_by(known[home.id]):
            continue
        whole = {home.id: await facts_of(home.id, run.period)}
        whole = await with_debts(whole, [home.id], run.period)
        in_bulk = bill_for(known[home.id], run.period, run.prices)
        assert in_bulk == bill_for(whole[home.id], run.period, run.prices), (run.period, home.story)


async def _move_in(home: Home) -> None:
    story, name = home.story, str(home.number)
    premises = Premises(address=name, address_key=name, region="moscow")
    await Premises.insert(premises)
    account = Account(
        public_id=name,
        number=name,
        premises_id=premises.id,
        holder_name="Сосед",
        tariff_category="gas",
        residents=story.residents,
        power_kw=2,
        has_paper_bill=True,
        opened_on=story.opened_on,
        closed_on=story.closed_on,
    )
    await Account.insert(account)
    home.id = account.id
    if story.away:
        away = AwayDeclaration(account_id=home.id, until_on=story.away[1], declared_at=clock.now())
        await AwayDeclaration.insert(away)


async def _come(home: Home, lived: Lived) -> None:
    for meter in lived.meters:
        if meter.id not in home.meters:
            home.meters[meter.id] = await _install(home.id, meter)
        elif meter.removed_on:
            removed_on, own = meter.removed_on, home.meters[meter.id]
            await db.execute("UPDATE meters SET removed_on = {} WHERE id = {}", removed_on, own)
    for reading in lived.arrived:
        if reading.kind == "regular":
            await db.execute(SUPERSEDE, home.meters[reading.meter_id], reading.period.number)
        await Reading.insert(_reading(home, reading))


async def _install(account_id: int, meter: MeterFacts) -> int:
    serial = f"{account_id}-{meter.serial_number}"
    told = {**meter._asdict(), "serial_number": serial, "serial_key": serial, "account_id": account_id}
    del told["id"], told["power_kw"]
    row = Meter(**told)
    await Meter.insert(row)
    return int(row.id)


def _reading(home: Home, reading: ReadingFacts) -> Reading:
    values = (*reading.values, None, None)
    return Reading(
        account_id=home.id,
        meter_id=home.meters[reading.meter_id],
        kind=reading.kind,
        period=reading.period.number,
        taken_on=reading.taken_on,
        received_at=clock.now(),
        source=reading.source,
        status="accepted",
        t1_kwh=values[0],
        t2_kwh=values[1],
        t3_kwh=values[2],
    )


async def _payment(home: Home, at: int) -> list[Transfer]:
    """Quarters of what the last bill was for; more than four is an advance."""
    rows = await db.read_rows(
        "SELECT total_kopecks FROM bills WHERE account_id = {} AND period = {} AND status = 'issued'",
        home.id,
        (START + at).number,
    )
    kopecks = int(rows[0][0]) * home.pays[at % len(home.pays)] // 4 if rows else 0
    if kopecks <= 0:
        return []
    key = f"payment:{home.id}:{at}"
    return [Transfer(Kind.PAYMENT, home.id, -kopecks, Part.PRINCIPAL, date(2025, 1, 28), key, "bank")]
