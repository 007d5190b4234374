"""What the newest billed month would have come to by what an operator is about to set."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from lk.energy import Register
from lk.operations.billed import billed_volumes, compared_period, large_bills, late_debts, norm_bills
from lk.operations.price_forms import WantedBands, WantedPenaltyRate
from lk.operations.price_rules import Comparison, WantedNorms, WantedPrices, by_prices
from lk.operations.recount_rules import BilledLine, LateDebt, Recount, by_bands, by_norm, by_penalty_rate, by_recounts
from lk.operations.stored_prices import stored_norms, stored_rates
from lk.period import Period
from lk.tariffs.queries import fresh_price_list
from lk.tariffs.rules import NoNorm, Norm, PriceList, Rate


@dataclass(frozen=True, slots=True)
class Compared:
    """`period` None: no month is billed yet. Without `comparison` a city is still being counted."""

    period: Period | None
    comparison: Comparison | None = None


async def compare_prices(wanted: WantedPrices) -> Compared:
    period = await compared_period()
    billed = await billed_volumes(period) if period else None
    if period is None or billed is None:
        return Compared(period)
    place = wanted.region, wanted.tariff_category
    bills, kopecks = billed.totals.get(place, (0, 0))
    comparison = by_prices(
        period,
        bills,
        kopecks,
        [each for each in billed.volumes if (each.region, each.tariff_category) == place],
        await _rates(),
        [
            Rate(*place, band, zones, register, price, wanted.since.first_day, wanted.legal_act)
            for (zones, register, band), price in wanted.prices.items()
        ],
        (await fresh_price_list()).month(period).band_widths,
    )
    return Compared(period, comparison)


async def _rates() -> list[Rate]:
    return [
        Rate(
            *(each.region, each.tariff_category, each.band, each.zones, Register(each.register)),
            *(each.price_kopecks, each.valid_from, each.legal_act),
        )
        for each in await stored_rates()
    ]


async def compare_norms(wanted: WantedNorms) -> Compared:
    """Of the bills that were made by the norm."""
    period = await compared_period()
    if period is None:
        return Compared(None)
    place = wanted.region, wanted.tariff_category
    stored = [
        Norm(each.region, each.tariff_category, each.residents, each.kwh_per_person, each.valid_from)
        for each in await stored_norms()
    ]
    new = [Norm(*place, size, kwh, period.first_day) for size, kwh in wanted.norms.items()]
    after, prices = PriceList([], [*stored, *new]), await fresh_price_list()
    bills = await norm_bills(period, *place)
    recounts = _norm_recounts(bills, after, prices, period)
    return Compared(period, await asyncio.to_thread(by_recounts, period, recounts))


def _norm_recounts(
    bills: Sequence[Sequence[BilledLine]], after: PriceList, prices: PriceList, period: Period
) -> Iterator[Recount]:
    widths = prices.month(period).band_widths
    for lines in bills:
        first = lines[0]
        try:
            residents = int(str(first.why.get("residents") or 0))
            norm = after.norm(first.region, first.tariff_category, residents, period).kwh_per_person
        except NoNorm:
            norm = int(str(first.why.get("kwh_per_person") or 0))
        yield by_norm(lines, prices, norm, widths, period)


async def compare_bands(wanted: WantedBands) -> Compared:
    """Of the bills that reach beyond the first band, as it is or as it would be."""
    period = await compared_period()
    if period is None:
        return Compared(None)
    prices = await fresh_price_list()
    was = prices.month(period).band_widths
    now = tuple(upper - lower for lower, upper in zip((0, *wanted.limits), wanted.limits, strict=False))
    bills = await large_bills(period, min(*was[:1], *now[:1]) if was else now[0])
    recounts = (by_bands(lines, prices, was, now, period) for lines in bills)
    return Compared(period, await asyncio.to_thread(by_recounts, period, recounts))


async def compare_penalty_rate(wanted: WantedPenaltyRate) -> Compared:
    """Of what ran up from the run of the month before through the month's own."""
    period = await compared_period()
    if period is None:
        return Compared(None)
    run_before = (await fresh_price_list()).calendar(period.previous).bill_run_on(period.previous)
    since = run_before + timedelta(1)
    debts: dict[str, list[LateDebt]] = defaultdict(list)
    for each in await late_debts(period):
        debts[each.account_number].append(each)
    recounts = (by_penalty_rate(number, own, since, wanted.basis_points) for number, own in debts.items())
    return Compared(period, await asyncio.to_thread(by_recounts, period, recounts))
