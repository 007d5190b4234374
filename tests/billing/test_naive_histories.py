"""Any history of meters: each bill is what a naive computation finds, no kilowatt-hour is lost or billed twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from hypothesis import HealthCheck, example, given, settings

from lk.billing.rules import BillDraft, ChargeLine
from lk.energy import REGISTERS
from lk.period import Period
from lk.tariffs.rules import BandLimits, Norm, PriceList, Rate
from tests.billing.cast import DEARER, PRICE, Household
from tests.billing.histories import Life, Make, Plan, Story, stories
from tests.billing.naive_history import Bill, Books, Month, Price, Sums

CHANGED_ON = date(2025, 3, 1)
NORMS = {date(2020, 1, 1): 45, CHANGED_ON: 60}
BANDS_SINCE = (date(2025, 1, 1), date(2025, 5, 1))
DEARER_SINCE = {date(2024, 1, 1): 0, CHANGED_ON: 111}
"""Kopecks more from a day on, in the first two bands; the third keeps its price."""

Rows = list[tuple[date, int, int, int, int]]
"""(valid from, zones, register, band, kopecks), registers and bands from 1."""


def rows_of(story: Story) -> Rows:
    return [
        (since, zones, register, band, price + more + later)
        for (zones, register), price in PRICE.items()
        for band, more in DEARER.items()
        for since, later in DEARER_SINCE.items()
        if band <= story.priced_bands and not (band == 3 and later)
    ]


def price_list(story: Story) -> PriceList:
    rates = [
        Rate("moscow", "gas", band, zones, REGISTERS[register - 1], kopecks, since, "Приказ 1")
        for since, zones, register, band, kopecks in rows_of(story)
    ]
    norms = [Norm("moscow", "gas", 1, kwh, since) for since, kwh in NORMS.items()]
    limits = [BandLimits(since, each) for since, each in zip(BANDS_SINCE, story.limits, strict=False)]
    return PriceList(rates, norms, limits)


def naive_prices(story: Story) -> list[Price]:
    return [
        Price(Period.of(since) - story.start, zones, register - 1, band - 1, kopecks)
        for since, zones, register, band, kopecks in rows_of(story)
    ]


def widths(story: Story, period: Period) -> tuple[int, ...]:
    found: tuple[int, ...] = ()
    for since, (lower, upper) in zip(BANDS_SINCE, story.limits, strict=False):
        if since <= period.first_day:
            found = (lower, upper - lower)
    return found


def norm(story: Story, period: Period) -> int:
    return story.residents * max(kwh for since, kwh in NORMS.items() if since <= period.first_day)


class Told:
    """A story told to both: bill after bill, lk's and the naive one."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.life = Life(story)
        self.household = Household((), prices=price_list(story))
        self.books = Books(self.life.zones, naive_prices(story), story.estimates_at_most)
        past = self.life.past()
        self.household.readings += past.arrived
        self.books.known += past.known

    def bills(self) -> Iterator[tuple[BillDraft, Bill]]:
        away_periods = 0
        for at, lived in enumerate(self.life.months()):
            period = self.story.start + at
            self.household.meters = lived.meters
            draft = self.household.bill(period, lived.arrived, **self._facts(at), away_periods_used=away_periods)
            away_periods = draft.away_periods
            yield (
                draft,
                self.books.bill(
                    Month(
                        at=at,
                        widths=widths(self.story, period),
                        norm=norm(self.story, period),
                        days=period.days,
                        days_open=self.story.days_open(period),
                        history=lived.history,
                        is_away=self.story.is_away(at),
                        known=tuple(lived.known),
                    )
                ),
            )

    def _facts(self, at: int) -> dict[str, object]:
        story = self.story
        return {
            "opened_on": story.opened_on,
            "closed_on": story.closed_on,
            "residents": story.residents,
            "max_estimated_periods": story.estimates_at_most,
            "away_until": story.away[1] if story.away and at >= story.away[0] else None,
        }

    def sums(self, lines: Iterable[ChargeLine]) -> Sums:
        found: Sums = Counter()
        for line in lines:
            at = REGISTERS.index(line.register)
            found[self.history(line.meter_id), at, line.band - 1, line.price_kopecks] += abs(line.consumption_kwh)
        return +found

    def history(self, meter_id: int | None) -> int | None:
        return None if meter_id is None else self.life.history_of[meter_id]


def opened_late_and_changed_at_once() -> Story:
    """A meter of two zones gives way to one of a single zone the day after it came, and that to others like it."""
    single = Make(1, 4, 1, (0, 0, 0), is_near_end=False)
    changed = Plan((0, 0, 0), "read", is_swapped=False, change=single, quarters=0, is_late=False)
    kept = replace(changed, change=None)
    return Story(
        start=Period(2024, 9),
        first=replace(single, zones=2),
        empty=0,
        past=(),
        plans=(changed, changed, changed, kept, replace(kept, reading="missed")),
        opened_on=date(2024, 9, 20),
        closed_on=None,
        away=None,
        residents=1,
        estimates_at_most=3,
        limits=((300, 460),),
        priced_bands=1,
    )


bounded = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@bounded
@given(stories())
@example(opened_late_and_changed_at_once())
def test_every_bill_of_any_history_is_the_one_that_a_naive_computation_finds(story: Story) -> None:
    told = Told(story)
    for draft, bill in told.bills():
        assert (draft.method, draft.missed) == (bill.method, bill.missed), draft.period
        assert told.sums(line for line in draft.lines if line.line == "energy") == bill.booked, draft.period
        assert told.sums(line for line in draft.lines if line.line == "adjustment") == bill.taken_back, draft.period
        assert draft.total == bill.kopecks, draft.period


@bounded
@given(stories())
def test_whatever_is_read_the_bills_hold_what_the_dials_counted_at_the_price_of_the_bill_that_booked_it(
    story: Story,
) -> None:
    told = Told(story)
    known = {each.history: each.totals for each in told.books.known}
    begun = dict(known)
    kopecks = 0
    for at, (draft, _) in enumerate(told.bills()):
        kopecks += draft.total
        read = {each.history for each in told.books.months[at].known if each.is_real}
        known |= {each.history: each.totals for each in told.books.months[at].known}
        for history in read:
            grown = [now - then for now, then in zip(known[history], begun.get(history, (0, 0, 0)), strict=False)]
            assert kwh_on_bills(told, history) == grown, draft.period
    assert kopecks == sum(line.open_kwh * line.price_kopecks for line in told.household.lines)


def kwh_on_bills(told: Told, history: int) -> list[int]:
    totals = [0] * told.life.zones[history]
    for line in told.household.lines:
        if told.history(line.meter_id) == history:
            totals[REGISTERS.index(line.register)] += line.open_kwh
    return totals
