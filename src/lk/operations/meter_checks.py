"""What a meter's row may say, by itself and beside what is stored of the meter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lk.metering.rules import consumption
from lk.operations.rows import Row
from lk.operations.stored import KnownReading, StoredAccount, StoredMeter

Registers = tuple[int | None, int | None, int | None]
NO_REGISTERS: Registers = (None, None, None)


@dataclass(frozen=True, slots=True)
class MeterRow:
    """`initial` may be empty where the meter is known already."""

    row: Row
    number: str
    serial_number: str
    serial_key: str
    zones: int
    digits: int
    ratio: int
    installed_on: date
    verified_until: date | None
    removed_on: date | None
    initial: Registers
    final: Registers


@dataclass(frozen=True, slots=True)
class KnownMeter:
    """A stored meter and its readings, in order."""

    meter: StoredMeter
    readings: tuple[KnownReading, ...]

    def of_kind(self, kind: str) -> KnownReading | None:
        return next((each for each in self.readings if each.kind == kind), None)

    @property
    def last(self) -> KnownReading | None:
        accepted = [each for each in self.readings if each.status == "accepted" and each.kind != "final"]
        return accepted[-1] if accepted else None


def check_registers(parsed: MeterRow, prefix: str, values: Registers) -> None:
    """All of the meter's registers or none; what is needed when is said elsewhere."""
    for at, value in enumerate(values, start=1):
        if at > parsed.zones and value is not None:
            parsed.row.bad(f"{prefix}{at}", "register_too_many", zones=parsed.zones)
        elif at <= parsed.zones and value is None and values != NO_REGISTERS:
            parsed.row.bad(f"{prefix}{at}", "register_missing", zones=parsed.zones)
        elif value is not None and value >= 10**parsed.digits:
            parsed.row.bad(f"{prefix}{at}", "too_many_digits", digits=parsed.digits)


def check_removal(parsed: MeterRow) -> None:
    if parsed.removed_on is None:
        if parsed.final != NO_REGISTERS:
            parsed.row.bad("removed_on", "finals_without_removal")
        return
    if parsed.removed_on < parsed.installed_on:
        parsed.row.bad("removed_on", "removed_before_installed", installed_on=parsed.installed_on)
    if parsed.final == NO_REGISTERS:
        parsed.row.bad("final_t1", "removal_without_finals")


def check_new(each: MeterRow) -> None:
    if each.initial == NO_REGISTERS:
        each.row.bad("initial_t1", "register_missing", zones=each.zones)
    elif each.removed_on is not None:
        _check_final(each, each.initial)


def check_known(each: MeterRow, account: StoredAccount, stored: KnownMeter) -> None:
    meter, final = stored.meter, stored.of_kind("final")
    if account.is_billed or any(reading.kind == "regular" for reading in stored.readings):
        _check_make(each, stored)
    if meter.removed_on is None:
        if each.removed_on is not None:
            _check_final(each, values_of(stored.last))
    elif each.removed_on is None:
        each.row.bad("removed_on", "removal_taken_back", stored=meter.removed_on.isoformat())
    elif final is not None and account.last_billed is not None and final.period <= account.last_billed:
        _check_same_removal(each, meter.removed_on, final)
    else:
        _check_final(each, values_of(stored.last))


def _check_make(each: MeterRow, stored: KnownMeter) -> None:
    for column in ("zones", "digits", "ratio", "installed_on"):
        before = getattr(stored.meter, column)
        if getattr(each, column) != before:
            each.row.bad(column, "meter_in_use", stored=before)
    if each.initial == NO_REGISTERS:
        return
    for at, (wanted, before) in enumerate(zip(each.initial, values_of(stored.of_kind("initial")), strict=True), 1):
        if wanted != before:
            each.row.bad(f"initial_t{at}", "meter_in_use", stored=before)


def _check_same_removal(each: MeterRow, removed_on: date, final: KnownReading) -> None:
    if each.removed_on != removed_on:
        each.row.bad("removed_on", "already_billed", stored=removed_on.isoformat())
    for at, (wanted, before) in enumerate(zip(each.final, values_of(final), strict=True), start=1):
        if wanted != before:
            each.row.bad(f"final_t{at}", "already_billed", stored=before)


def _check_final(each: MeterRow, previous: Registers) -> None:
    for at, (before, after) in enumerate(zip(previous, each.final, strict=True), start=1):
        if before is not None and after is not None and consumption(before, after, each.digits) is None:
            each.row.bad(f"final_t{at}", "final_below_previous", previous=before)


def is_other(values: Registers, reading: KnownReading | None) -> bool:
    return values not in (NO_REGISTERS, values_of(reading))


def values_of(reading: KnownReading | None) -> Registers:
    return (reading.t1_kwh, reading.t2_kwh, reading.t3_kwh) if reading else NO_REGISTERS
