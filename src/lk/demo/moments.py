"""Moments of the month that the demo panel moves the clock to."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from lk import clock
from lk.language import N_
from lk.period import Period

MOMENTS: dict[str, str] = {
    "window": N_("к 15-му: приём показаний открыт"),
    "bill": N_("к 26-му: расчёт счетов"),
    "delivered": N_("к 1-му: счета доставлены"),
    "due": N_("к 10-му: последний день оплаты"),
    "hour": N_("на час вперёд"),
    "days": N_("на три дня вперёд"),
}


def moment_named(name: str, now: datetime) -> datetime:
    """The next moment of this name after `now`. Raises KeyError."""
    if name == "hour":
        return now + timedelta(hours=1)
    if name == "days":
        return now + timedelta(days=3)
    return _next_day(_DAYS[name], now)


def _next_day(number: int, now: datetime) -> datetime:
    """Ten in the morning of the next `number`-th day of a month."""
    month = Period.of(clock.local_date(now))
    for day in (month.day(number), month.next.day(number)):
        instant = _morning(day)
        if instant > now:
            return instant
    return _morning(month.next.next.day(number))


def _morning(day: date) -> datetime:
    return clock.start_of_day(day) + timedelta(hours=10)


_DAYS: dict[str, int] = {"window": 15, "bill": 26, "delivered": 1, "due": 10}
