"""Energy: whole kilowatt-hours, and the words for where and when they were used."""

from __future__ import annotations

from enum import StrEnum
from typing import NewType

Kwh = NewType("Kwh", int)


class Register(StrEnum):
    """One dial of a meter."""

    T1 = "T1"
    T2 = "T2"
    T3 = "T3"


class Zone(StrEnum):
    """The hours a register counts."""

    SINGLE = "single"
    DAY = "day"
    NIGHT = "night"
    PEAK = "peak"
    HALF_PEAK = "half_peak"


ZONES: dict[int, tuple[Zone, ...]] = {
    1: (Zone.SINGLE,),
    2: (Zone.DAY, Zone.NIGHT),
    3: (Zone.PEAK, Zone.NIGHT, Zone.HALF_PEAK),
}
"""Zones of a meter by their number, in the order of its registers T1, T2, T3 (the order in Moscow)."""

REGISTERS: tuple[Register, ...] = tuple(Register)


def registers_of(zones: int) -> tuple[Register, ...]:
    return REGISTERS[:zones]
