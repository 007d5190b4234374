"""Meters and readings of the tests: a flat with two zones, read on the 20th of each month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lk.metering.rules import MeterFacts, ReadingFacts
from lk.period import Period

INSTALLED = date(2020, 1, 1)


def meter(
    number: int = 1, zones: int = 2, digits: int = 5, ratio: int = 1, installed_on: date = INSTALLED
) -> MeterFacts:
    return MeterFacts(number, f"0071{number:04}", zones, digits, ratio, installed_on)


def reading(values: Sequence[int], period: Period, meter_id: int = 1, kind: str = "regular") -> ReadingFacts:
    return ReadingFacts(None, meter_id, tuple(values), period.day(20), period, "resident", kind)


def monthly(start: Sequence[int], used: Sequence[Sequence[int]], first: Period) -> tuple[ReadingFacts, ...]:
    """A reading in `first`, then one a month, each so much higher than the one before."""
    values, period = list(start), first
    readings = [reading(values, period)]
    for month in used:
        values = [value + kwh for value, kwh in zip(values, month, strict=True)]
        period = period.next
        readings.append(reading(values, period))
    return tuple(readings)
