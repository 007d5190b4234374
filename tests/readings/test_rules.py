"""What is usual for a household, and what the coming bill will be."""

from __future__ import annotations

from datetime import date

from lk.billing.rules import BillFacts
from lk.energy import Register
from lk.metering.rules import MeterFacts, ReadingFacts
from lk.period import Period
from lk.readings.rules import Usage, forecast, usages, usual
from lk.tariffs.rules import PriceList, Rate

METER = MeterFacts(1, "14195368", 1, 5, 1, date(2025, 1, 1))
JULY = date(2025, 7, 1)


def read(
    period: str, *values: int, meter_id: int = 1, kind: str = "regular", number: int | None = None
) -> ReadingFacts:
    month = Period.parse(period)
    return ReadingFacts(number, meter_id, values, month.day(20), month, kind=kind)


def prices(*by_band: int) -> PriceList:
    rates = [
        Rate("moscow", "gas", band, 1, Register.T1, price, JULY, "") for band, price in enumerate(by_band, start=1)
    ]
    return PriceList(rates)


def facts(*readings: ReadingFacts) -> BillFacts:
    return BillFacts(1, "moscow", "gas", 2, 100, date(2025, 1, 1), meters=(METER,), readings=readings)


def test_usage_lies_between_readings_of_the_same_meter() -> None:
    other = MeterFacts(2, "2", 1, 5, 10, date(2025, 1, 1))
    stored = [
        read("2025-01", 100),
        read("2025-01", 50, meter_id=2),
        read("2025-03", 300, number=5),
        read("2025-03", 60, meter_id=2, number=6),
    ]

    assert usages([METER, other], stored) == [
        Usage(5, 1, Period(2025, 3), 2, (200,)),
        Usage(6, 2, Period(2025, 3), 2, (100,)),
    ]


def test_a_dial_past_zero_is_no_negative_usage() -> None:
    # 5 digits: 99980 → 12 is 32 kWh.
    (used,) = usages([METER], [read("2025-01", 99980), read("2025-02", 12)])

    assert used.kwh == (32,)


def test_usual_is_the_least_and_the_most_of_the_last_six_a_month() -> None:
    history = [
        Usage(None, 1, Period(2025, 1) + at, 1, (kwh,)) for at, kwh in enumerate((999, 180, 170, 190, 200, 175, 165))
    ]

    assert usual(history, 1) == [(165, 200)]


def test_usual_of_a_long_gap_is_told_by_the_month() -> None:
    history = [Usage(None, 1, Period(2025, 1) + at, months, (600,)) for at, months in enumerate((2, 3, 4))]

    assert usual(history, 1) == [(150, 300)]


def test_two_readings_are_too_few_to_call_anything_usual() -> None:
    history = [Usage(None, 1, Period(2025, 1) + at, 1, (100,)) for at in range(2)]

    assert usual(history, 1) is None


def test_the_forecast_is_the_bill_with_the_reading_in_the_place_of_an_earlier_one() -> None:
    # 180 × 7.87 = 1 416.60
    coming = forecast(facts(read("2025-07", 1000), read("2025-08", 9999)), read("2025-08", 1180), prices(787))

    assert coming is not None
    assert (coming.kwh, coming.kopecks, coming.total_kopecks, coming.has_more) == ((180,), (141660,), 141660, False)


def test_above_the_first_band_the_forecast_says_that_there_is_more_to_it() -> None:
    # 6 500 kWh are 3 900 + 2 100 + 500.
    coming = forecast(facts(read("2025-07", 1000)), read("2025-08", 7500), prices(100, 200, 300))

    assert coming is not None
    assert coming.total_kopecks == 3900 * 100 + 2100 * 200 + 500 * 300
    assert [line.consumption_kwh for line in coming.lines] == [3900, 2100, 500]
    assert coming.has_more


def test_without_a_price_there_is_no_forecast() -> None:
    assert forecast(facts(read("2025-07", 1000)), read("2025-08", 1180), PriceList([])) is None
