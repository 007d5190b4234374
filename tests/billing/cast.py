"""A household of the tests: its prices, and its bills month after month as the program would keep them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from lk.billing.rules import BillDraft, BillFacts, BookedLine, ChargeLine, bill_for
from lk.energy import REGISTERS, Register
from lk.metering.rules import MeterFacts, ReadingFacts
from lk.period import Period
from lk.tariffs.rules import BAND_LIMITS, BandLimits, Norm, PriceList, Rate

SEPTEMBER = Period(2026, 9)
PRICE = {(1, 1): 787, (2, 1): 945, (2, 2): 408, (3, 1): 1100, (3, 2): 408, (3, 3): 787}
"""Kopecks in band 1 by zones and register."""
DEARER = {1: 0, 2: 300, 3: 900}
"""Kopecks more in the higher bands."""


def price_list(band_limits: Iterable[BandLimits] = BAND_LIMITS) -> PriceList:
    rates = [
        Rate("moscow", "gas", band, zones, REGISTERS[at - 1], price + more, date(2024, 1, 1), "Приказ 1")
        for (zones, at), price in PRICE.items()
        for band, more in DEARER.items()
    ]
    return PriceList(rates, [Norm("moscow", "gas", 1, 45, date(2020, 1, 1))], band_limits)


PRICES = price_list()


def account(**known: object) -> BillFacts:
    """Three people with gas, 15 kW; everything else as told."""
    plain = BillFacts(1, "moscow", "gas", residents=3, power_kw=15, opened_on=date(2020, 1, 1))
    return replace(plain, **known)  # type: ignore[arg-type]


def booked(
    period: Period, register: Register, kwh: int, *, band: int = 1, method: str = "average", meter_id: int | None = 1
) -> BookedLine:
    """A line of an earlier bill; its id tells its place: period, band, register."""
    price = 945 if register is Register.T1 else 408
    number = period.number * 100 + band * 10 + REGISTERS.index(register)
    return BookedLine(number, period, meter_id, register, band, kwh, price + DEARER[band], method)


def kwh(lines: Iterable[ChargeLine]) -> dict[str, int]:
    """kWh by register."""
    found: dict[str, int] = {}
    for line in lines:
        found[line.register.value] = found.get(line.register.value, 0) + line.consumption_kwh
    return found


@dataclass
class Household:
    """Bills one period after another, and keeps of each what the next one needs."""

    meters: tuple[MeterFacts, ...]
    readings: list[ReadingFacts] = field(default_factory=list)
    lines: list[BookedLine] = field(default_factory=list)
    missed: int = 0
    prices: PriceList = PRICES

    def bill(self, period: Period, arrived: Sequence[ReadingFacts] = (), **known: object) -> BillDraft:
        self.readings += arrived
        facts = account(
            meters=self.meters,
            readings=tuple(self.readings),
            booked=tuple(self.lines),
            missed_before=self.missed,
            power_kw=None,
            **known,
        )
        draft = bill_for(facts, period, self.prices)
        self.missed = draft.missed
        self._keep(draft)
        return draft

    def _keep(self, draft: BillDraft) -> None:
        for line in draft.lines:
            if line.line == "adjustment":
                self._credit(line)
            else:
                self.lines.append(_kept(len(self.lines), draft.period, line))

    def _credit(self, line: ChargeLine) -> None:
        assert line.credits_id is not None
        earlier = self.lines[line.credits_id]
        self.lines[line.credits_id] = earlier._replace(credited_kwh=earlier.credited_kwh - line.consumption_kwh)


def _kept(number: int, period: Period, line: ChargeLine) -> BookedLine:
    return BookedLine(
        number,
        period,
        line.meter_id,
        line.register,
        line.band,
        line.consumption_kwh,
        line.price_kopecks,
        line.method,
    )
