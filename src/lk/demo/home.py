"""A home as it goes through the simulated months: what its dials show, and what of it ought to be booked by now."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from lk.demo.behaviour import forgets_for, is_away, used_in
from lk.demo.homes import Nature, Wall
from lk.demo.households import Device
from lk.demo.purse import Purse
from lk.period import Period


@dataclass(slots=True)
class Dial:
    """A meter that turns. `counted` are units through the end of last month, `month` those from `since` on."""

    device: Device
    counted: tuple[int, ...]
    month: tuple[int, ...]
    since: int = 0

    def on(self, day: int, days: int) -> tuple[int, ...]:
        """Units counted since it was installed, on the evening of a day of the month."""
        gone, whole = max(0, day - self.since), max(1, days - self.since)
        return tuple(before + now * gone // whole for before, now in zip(self.counted, self.month, strict=True))

    def begin(self, month: tuple[int, ...], since: int = 0) -> None:
        """Another month, or what a day has left of it."""
        self.counted = tuple(before + now for before, now in zip(self.counted, self.month, strict=True))
        self.month, self.since = month, since

    def shown(self, units: tuple[int, ...]) -> tuple[int, ...]:
        pairs = zip(self.device.initial, units, strict=True)
        return tuple((initial + each) % 10**self.device.digits for initial, each in pairs)


@dataclass(frozen=True, slots=True)
class Truth:
    """What the newest reading that counts for `period` stands for. Not `is_right`: it is not what the dial showed."""

    period: Period
    kwh: int
    is_right: bool


@dataclass(slots=True)
class Home:
    """`removed_kwh` were counted by meters that are gone. `truths`: one for each period that was read, in order."""

    nature: Nature
    dial: Dial | None = None
    removed_kwh: int = 0
    silent_months: int = 0
    promised_kopecks: int = 0
    is_open: bool = False
    is_waiting: bool = False
    account_id: int = 0
    user_id: int | None = None
    truths: list[Truth] = field(default_factory=list)
    purse: Purse = field(default_factory=Purse)

    @property
    def number(self) -> str:
        return self.nature.number

    def move_in(self, day: date, dice: Random) -> None:
        self.is_open = True
        if self.nature.device is not None:
            self._turn(self.nature.device, day, dice)

    def begin(self, period: Period, dice: Random) -> None:
        """The dials go on with the month."""
        if self.dial is not None:
            self.dial.begin(self._units(self.dial.device, period, dice))
        self.silent_months = self.silent_months - 1 if self.silent_months else forgets_for(self.nature, dice)

    def _turn(self, device: Device, day: date, dice: Random) -> None:
        """From the evening of the day on, in a month that has so much left."""
        period = Period.of(day)
        units = self._units(device, period, dice)
        nothing = (0,) * device.zones
        month = tuple(each * (period.days - day.day) // period.days for each in units)
        self.dial = Dial(device, nothing, month, day.day)

    def _units(self, device: Device, period: Period, dice: Random) -> tuple[int, ...]:
        return tuple(kwh // device.ratio for kwh in used_in(self.nature, device.zones, period, dice))

    def true_kwh(self, day: date) -> int:
        return self.removed_kwh + (self._kwh(self.units(day)) if self.dial else 0)

    def units(self, day: date) -> tuple[int, ...]:
        assert self.dial is not None
        return self.dial.on(day.day, Period.of(day).days)

    def _kwh(self, units: tuple[int, ...]) -> int:
        assert self.dial is not None
        return sum(units) * self.dial.device.ratio

    def take_down(self, day: date) -> Device:
        """The meter as it was removed; the home is without one from here on."""
        assert self.dial is not None
        units = self.units(day)
        removed = replace(self.dial.device, removed_on=day, final=self.dial.shown(units))
        self.removed_kwh += self._kwh(units)
        self.dial = None
        return removed

    def put_up(self, day: date, dice: Random) -> Device:
        """Another meter in the place of the one that was there, with other zones where that is the plan."""
        old = self.nature.device
        assert old is not None
        zones = self._zones_after(old)
        device = Device(
            f"{int(old.serial_number) + 1:08}", zones, 6, day, tuple(dice.randint(0, 9) for _ in range(zones))
        )
        self._turn(device, day, dice)
        return device

    def _zones_after(self, old: Device) -> int:
        """Others only where the price file is complete for them."""
        is_priced = self.nature.place[:2] == ("moscow", "gas")
        return old.zones % 3 + 1 if is_priced and self.nature.wall is Wall.NEW_ZONES else old.zones

    def note(self, period: Period, kwh: int, *, is_right: bool) -> None:
        """A reading counts for the period, in the place of what counted for it before."""
        if self.truths and self.truths[-1].period == period:
            self.truths.pop()
        self.truths.append(Truth(period, kwh, is_right))

    def last_right(self, until: Period) -> Truth | None:
        """The newest reading of a period billed by then by which the bills can be checked."""
        return next((each for each in reversed(self.truths) if each.is_right and each.period <= until), None)

    def is_read_right(self) -> bool:
        return not self.truths or self.truths[-1].is_right

    def is_away(self, period: Period) -> bool:
        return is_away(self.nature, period)
