"""Kilowatt-hours turned into lines: split over bands, priced, each with the numbers that explain it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from lk.billing.lines import BillFacts, ChargeLine
from lk.billing.settlement import Credit, Settlement, band_room, credits_of
from lk.energy import REGISTERS, ZONES
from lk.metering.rules import Estimate, MeterFacts, MeterGrowth, ReadingFacts
from lk.period import Period
from lk.tariffs.rules import PriceList, Rate, split_bands

_BandSplit = Sequence[Sequence[int]]
"""kWh by band, then by register."""


def settlement_lines(
    facts: BillFacts, settled: Sequence[Settlement], period: Period, prices: PriceList
) -> list[ChargeLine]:
    """Energy lines of what real readings add, then adjustments of what they take back. Raises NoRate."""
    taken_back = [credits_of(settlement) for settlement in settled]
    room = _room(facts, settled, list(chain.from_iterable(taken_back)), period, prices)
    volumes = [max(0, volume) for settlement in settled for volume in settlement.volumes]
    bands = split_bands(volumes, room)
    energy: list[ChargeLine] = []
    adjustments: list[ChargeLine] = []
    start = 0
    for settlement, own_credits in zip(settled, taken_back, strict=True):
        own = [band[start : start + settlement.zones] for band in bands]
        rates = prices.rates(facts.region, facts.tariff_category, settlement.zones, period)
        energy += _energy_lines(settlement, own, rates)
        adjustments += [_adjustment_line(settlement, credit, rates) for credit in own_credits]
        start += settlement.zones
    return energy + adjustments


def _room(
    facts: BillFacts, settled: Sequence[Settlement], taken_back: Sequence[Credit], period: Period, prices: PriceList
) -> Sequence[int]:
    """The bands' room of the period, and of those whose estimates are settled with it."""
    widths = prices.month(period).band_widths
    then = {line.period for settlement in settled for line in settlement.since}
    if not then:
        return widths
    widths_then = {each.number: prices.month(each).band_widths for each in then}
    return band_room(widths, widths_then, facts.booked, taken_back)


def _energy_lines(settlement: Settlement, bands: _BandSplit, rates: Sequence[Sequence[Rate]]) -> Iterator[ChargeLine]:
    """One line for each meter, register and band with energy; a register that used nothing has one line of zero."""
    for at in range(settlement.zones):
        if settlement.volumes[at] < 0:
            continue
        by_band = [band[at] for band in bands]
        for part, band, kwh in _pieces(settlement, at, by_band):
            yield _energy_line(settlement, part, at, band, kwh, rates[band - 1][at])


def _pieces(settlement: Settlement, at: int, by_band: Sequence[int]) -> Iterator[tuple[MeterGrowth, int, int]]:
    """(meter, band, kWh): the oldest meter's energy fills the first bands.

    What was booked before is taken off the oldest meter first, so the newest one keeps its own growth.
    """
    volume = settlement.volumes[at]
    if volume == 0 or (volume == by_band[0] and len(settlement.parts) == 1):
        yield settlement.parts[-1], 1, volume
        return
    shares = _shares_of_meters(settlement, at, volume)
    left = list(by_band)
    for part, share in zip(settlement.parts, shares, strict=True):
        for band, available in enumerate(left):
            kwh = min(share, available)
            if kwh:
                yield part, band + 1, kwh
                left[band] -= kwh
                share -= kwh


def _shares_of_meters(settlement: Settlement, at: int, volume: int) -> list[int]:
    shares = []
    for part in reversed(settlement.parts):
        share = min(volume, max(0, part.kwh[at]))
        shares.append(share)
        volume -= share
    return shares[::-1]


def _energy_line(settlement: Settlement, part: MeterGrowth, at: int, band: int, kwh: int, rate: Rate) -> ChargeLine:
    return ChargeLine(
        line="energy",
        register=REGISTERS[at],
        zone=ZONES[settlement.zones][at],
        zones=settlement.zones,
        meter_id=part.meter.id,
        serial_number=part.meter.serial_number,
        band=band,
        previous_kwh=part.previous.values[at],
        current_kwh=part.current.values[at],
        previous_on=part.previous.taken_on,
        current_on=part.current.taken_on,
        source=part.current.source,
        consumption_kwh=kwh,
        price_kopecks=rate.price_kopecks,
        amount_kopecks=kwh * rate.price_kopecks,
        method="reading",
        legal_act=rate.legal_act,
        tariff_from=rate.valid_from,
        credits_id=None,
        why=_why_settled(settlement, part, at),
    )


def _adjustment_line(settlement: Settlement, credit: Credit, rates: Sequence[Sequence[Rate]]) -> ChargeLine:
    """What is taken back at the price at which it was billed; of an unknown line at today's."""
    at = REGISTERS.index(credit.register)
    part = settlement.parts[-1]
    line = _energy_line(settlement, part, at, 1, -credit.kwh, rates[0][at])._replace(line="adjustment")
    earlier = credit.line
    if earlier is None:
        return line
    return line._replace(
        band=earlier.band,
        price_kopecks=earlier.price_kopecks,
        amount_kopecks=-credit.kwh * earlier.price_kopecks,
        legal_act=earlier.legal_act,
        tariff_from=earlier.tariff_from,
        credits_id=earlier.id,
        why={**line.why, "credited_period": str(earlier.period), "credited_method": earlier.method},
    )


def _why_settled(settlement: Settlement, part: MeterGrowth, at: int) -> Mapping[str, object]:
    """Growth of this meter and of all, what earlier bills hold of it, and what is left to book."""
    earlier, later = part.previous.values[at], part.current.values[at]
    why: dict[str, object] = {
        "growth_kwh": part.kwh[at],
        "ratio": part.meter.ratio,
        "rolled_over": later < earlier and part.kwh[at] >= 0,
    }
    if len(settlement.parts) > 1:
        why["all_meters_kwh"] = settlement.growth_kwh[at]
    if settlement.since:
        why["booked_kwh"] = settlement.booked_kwh[at]
        why["booked_periods"] = sorted({str(line.period) for line in settlement.since})
        why["volume_kwh"] = settlement.volumes[at]
    return why


def estimate_lines(
    facts: BillFacts, meter: MeterFacts | None, estimated: Estimate, period: Period, prices: PriceList
) -> list[ChargeLine]:
    """Energy lines of a period without a reading. Raises NoRate."""
    zones = len(estimated.kwh)
    rates = prices.rates(facts.region, facts.tariff_category, zones, period)
    bands = split_bands(estimated.kwh, prices.month(period).band_widths)
    latest = _latest_reading(facts.readings, meter, period)
    lines = []
    for at in range(zones):
        why = _why_estimated(estimated, at)
        for band, kwh in _filled([band[at] for band in bands]):
            lines.append(
                _estimate_line(zones, at, meter, latest, estimated.method, band, kwh, rates[band - 1][at], why)
            )
    return lines


def _filled(by_band: Iterable[int]) -> list[tuple[int, int]]:
    """(band, kWh) of the bands with energy; without any, a zero in the first."""
    return [(at, kwh) for at, kwh in enumerate(by_band, start=1) if kwh] or [(1, 0)]


def _latest_reading(readings: Sequence[ReadingFacts], meter: MeterFacts | None, period: Period) -> ReadingFacts | None:
    if meter is None:
        return None
    last = period.number
    own = (each for each in reversed(readings) if each.meter_id == meter.id and each.period.number <= last)
    return next(own, None)


def _estimate_line(
    zones: int,
    at: int,
    meter: MeterFacts | None,
    latest: ReadingFacts | None,
    method: str,
    band: int,
    kwh: int,
    rate: Rate,
    why: Mapping[str, object],
) -> ChargeLine:
    return ChargeLine(
        line="energy",
        register=REGISTERS[at],
        zone=ZONES[zones][at],
        zones=zones,
        meter_id=meter.id if meter else None,
        serial_number=meter.serial_number if meter else "",
        band=band,
        previous_kwh=latest.values[at] if latest else None,
        current_kwh=None,
        previous_on=latest.taken_on if latest else None,
        current_on=None,
        source="",
        consumption_kwh=kwh,
        price_kopecks=rate.price_kopecks,
        amount_kopecks=kwh * rate.price_kopecks,
        method=method,
        legal_act=rate.legal_act,
        tariff_from=rate.valid_from,
        credits_id=None,
        why=why,
    )


def _why_estimated(estimated: Estimate, at: int) -> Mapping[str, object]:
    """Which rule made the estimate, from which numbers, and how many are left before the norm."""
    why: dict[str, object] = {
        "missed": estimated.missed,
        "estimates_left_before_norm": estimated.estimates_left_before_norm,
    }
    if estimated.method == "away":
        return why
    why |= {"days_open": estimated.days_open, "days": estimated.days}
    if estimated.method == "norm":
        why |= {"kwh_per_person": estimated.kwh_per_person, "residents": estimated.residents}
    history = estimated.history
    if history is None:
        return why
    return why | {
        "growth_kwh": history.growth_kwh[at],
        "months": history.months,
        "from_period": str(history.first),
        "to_period": str(history.last),
        "readings": [
            {
                "serial_number": part.meter.serial_number,
                "r1_kwh": part.previous.values[at],
                "r1_on": part.previous.taken_on.isoformat(),
                "r0_kwh": part.current.values[at],
                "r0_on": part.current.taken_on.isoformat(),
            }
            for part in history.parts
        ],
    }
