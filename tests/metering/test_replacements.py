"""Which meter took whose place, from what is stored of them."""

from __future__ import annotations

from datetime import date

from lk.metering.replacements import replacements
from lk.metering.rules import MeterFacts, ReadingFacts
from lk.period import Period
from tests.metering.cast import INSTALLED, meter

MARCH, JUNE = date(2026, 3, 15), date(2026, 6, 1)


def edge(meter_id: int, kind: str, value: int, on: date) -> ReadingFacts:
    return ReadingFacts(None, meter_id, (value,), on, Period.of(on), "agent", kind)


def chain() -> tuple[list[MeterFacts], list[ReadingFacts]]:
    """Three meters one after another."""
    first = meter(1, zones=1)._replace(removed_on=MARCH)
    second = meter(2, zones=1, installed_on=MARCH)._replace(removed_on=JUNE)
    third = meter(3, zones=1, installed_on=JUNE)
    readings = [
        edge(1, "initial", 45100, INSTALLED),
        edge(1, "final", 45210, MARCH),
        edge(2, "initial", 2, MARCH),
        edge(2, "final", 300, JUNE),
        edge(3, "initial", 7, JUNE),
    ]
    return [first, second, third], readings


def pairs(meters: list[MeterFacts], readings: list[ReadingFacts], since: date | None = None) -> list[tuple[int, ...]]:
    return [(each.old.id, *each.final, each.new.id, *each.initial) for each in replacements(meters, readings, since)]


def test_each_removed_meter_goes_with_the_one_that_took_its_place() -> None:
    assert pairs(*chain()) == [(1, 45210, 2, 2), (2, 300, 3, 7)]


def test_only_the_latest_are_news() -> None:
    assert pairs(*chain(), since=date(2026, 3, 16)) == [(2, 300, 3, 7)]


def test_a_meter_that_nothing_replaced_is_no_replacement() -> None:
    meters, readings = chain()
    assert pairs(meters[:1], readings[:2]) == []


def test_a_meter_that_stood_beside_it_all_along_did_not_take_its_place() -> None:
    meters, readings = chain()
    beside = meter(9, zones=1)
    assert pairs([beside, meters[0]], [edge(9, "initial", 0, INSTALLED), *readings[:2]]) == []


def test_two_meters_of_one_day_are_replaced_by_two() -> None:
    old = [meter(each, zones=1)._replace(removed_on=MARCH) for each in (1, 2)]
    new = [meter(each, zones=1, installed_on=MARCH) for each in (3, 4)]
    readings = [
        *(edge(each, "final", each * 100, MARCH) for each in (1, 2)),
        *(edge(each, "initial", each, MARCH) for each in (3, 4)),
    ]
    assert pairs([*old, *new], readings) == [(1, 100, 3, 3), (2, 200, 4, 4)]
