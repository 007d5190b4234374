"""What bills are computed from, read for many accounts at once.

Most accounts were read last month and again in this one, and owe nothing for long: for them the two months are enough.
Of the others a year is read, and of those whose last reading lies further back everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lk import clock, db
from lk.billing.debts import debts_of
from lk.billing.lines import BillFacts
from lk.billing.stored_facts import (
    Before,
    Span,
    accounts_between,
    before_between,
    booked_in,
    readings_in,
    totals_in,
)
from lk.metering.rules import AVERAGE_MONTHS, MeterFacts, ReadingFacts
from lk.period import Period

USUAL_BILLS = 6
_EVER = Period(1970, 1)


async def facts_of(account_id: int, period: Period) -> BillFacts:
    """Everything about one account: for its pages, and for its bill alone."""
    span = Span.between(account_id, account_id)
    readings = await readings_in(span, _EVER, period)
    before = await before_between(account_id, account_id, period)
    known = await accounts_between(account_id, account_id, readings, before)
    known = await _with_booked(known, span, _EVER, period)
    return (await with_usual_totals(known, period))[account_id]


async def facts_between(first_id: int, last_id: int, period: Period) -> dict[int, BillFacts]:
    """Facts by account id of all accounts with ids in the range, without `usual_totals`: `with_usual_totals`.

    No more than their bills of `period` need; the same few statements for one or thousands.
    """
    readings = await readings_in(Span.between(first_id, last_id), period.previous, period)
    before = await before_between(first_id, last_id, period)
    known = await accounts_between(first_id, last_id, readings, before)
    known = await _with_longer_memory(known, before, period)
    return await with_debts(known, await _late(first_id, last_id, before, known), period)


async def with_usual_totals(facts: dict[int, BillFacts], period: Period) -> dict[int, BillFacts]:
    """The same accounts with the sums of their last six bills."""
    totals = await totals_in(Span.of(facts), period + -USUAL_BILLS, period)
    return {each: replace(known, usual_totals=totals.get(each, ())) for each, known in facts.items()}


async def with_debts(facts: dict[int, BillFacts], late: Iterable[int], period: Period) -> dict[int, BillFacts]:
    """The same accounts; those that are late with what a penalty is counted from."""
    debts = await debts_of(sorted(late), period)
    today = clock.today()
    return facts | {
        each: replace(facts[each], debts=own.debts, credits=own.credits, billed_on=today) for each, own in debts.items()
    }


async def _late(first_id: int, last_id: int, before: dict[int, Before], facts: dict[int, BillFacts]) -> set[int]:
    """Who may owe a penalty: not all was paid when the last bill was made, or there was one before, or no bill yet."""
    span = (first_id, last_id)
    rows = await db.read_rows(
        "SELECT account_id FROM penalty_lines WHERE account_id BETWEEN {} AND {} "
        "UNION SELECT account_id FROM opening_balances WHERE account_id BETWEEN {} AND {}",
        *span,
        *span,
    )
    known = {row[0] for row in rows}
    return {each for each in facts if each not in before or before[each].opening_kopecks > 0 or each in known}


async def _with_longer_memory(
    facts: dict[int, BillFacts], before: dict[int, Before], period: Period
) -> dict[int, BillFacts]:
    found = dict(facts)
    wanted = [each for each, known in facts.items() if not _is_plain(known, before.get(each), period)]
    for since in (period + -2 * AVERAGE_MONTHS, _EVER):
        if not wanted:
            break
        span = Span.of(wanted)
        readings = await readings_in(span, since, period)
        told = {each: replace(facts[each], readings=readings.get(each, ())) for each in wanted}
        found |= await _with_booked(told, span, since, period)
        wanted = [each for each in wanted if not _is_enough(found[each], period)]
    return found


async def _with_booked(facts: dict[int, BillFacts], span: Span, since: Period, period: Period) -> dict[int, BillFacts]:
    booked = await booked_in(span, since, period)
    return {each: replace(known, booked=booked.get(each, ())) for each, known in facts.items()}


def _is_plain(facts: BillFacts, before: Before | None, period: Period) -> bool:
    """Billed last month by readings, read in this one, and every dial that was read went on from a known reading."""
    if before is None or before.method != "reading":
        return False
    dials: dict[int, tuple[int, ...]] = {}
    is_read = False
    for reading in facts.readings:
        earlier = dials.get(reading.meter_id)
        if earlier is not None and any(now < then for then, now in zip(earlier, reading.values, strict=True)):
            return False
        if reading.period == period and reading.kind != "initial":
            if earlier is None:
                return False
            is_read = True
        dials[reading.meter_id] = reading.values
    return is_read


def _is_enough(facts: BillFacts, period: Period) -> bool:
    """Whether a year tells of every meter all that its energy is settled or estimated from."""
    if _went_back(facts.readings):
        return False
    estimated = {line.period for line in facts.booked if line.method != "reading"}
    return all(_is_known(meter, facts.readings, estimated, period) for meter in facts.meters)


def _is_known(meter: MeterFacts, readings: Iterable[ReadingFacts], estimated: set[Period], period: Period) -> bool:
    """By its first reading, or by a billed one with half a year before it; a meter that is gone needs none."""
    own = [reading for reading in readings if reading.meter_id == meter.id]
    if not own:
        return meter.removed_on is not None
    return any(
        reading.kind == "initial"
        or (reading.period < period and period - reading.period <= AVERAGE_MONTHS and reading.period not in estimated)
        for reading in own
    )


def _went_back(readings: Iterable[ReadingFacts]) -> bool:
    """A credit may reach further back than the last billed reading."""
    dials: dict[int, tuple[int, ...]] = {}
    for reading in readings:
        earlier = dials.get(reading.meter_id, reading.values)
        if any(now < then for then, now in zip(earlier, reading.values, strict=True)):
            return True
        dials[reading.meter_id] = reading.values
    return False
