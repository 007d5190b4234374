"""Days and hours on the lines of the month's board: short, so that a line holds them."""

from __future__ import annotations

from datetime import date, datetime

from lk import clock
from lk.language import N_, NO_BREAK_SPACE, _
from lk.period import Period

_MONTHS = (
    N_("янв."),
    N_("февр."),
    N_("марта"),
    N_("апр."),
    N_("мая"),
    N_("июня"),
    N_("июля"),
    N_("авг."),
    N_("сент."),
    N_("окт."),
    N_("нояб."),
    N_("дек."),
)


def short_day(value: date) -> str:
    """`25 окт.`"""
    return f"{value.day}{NO_BREAK_SPACE}{_(_MONTHS[value.month - 1])}"


def short_days(first_on: date, last_on: date) -> str:
    """`15–25 окт.`"""
    if Period.of(first_on) != Period.of(last_on):
        return f"{short_day(first_on)} – {short_day(last_on)}"
    return f"{first_on.day}–{short_day(last_on)}"


def hour(at: datetime) -> str:
    """`9:05`"""
    return f"{clock.local(at):%-H:%M}"


def moment(at: datetime) -> str:
    """`26 окт., 9:00`; midnight goes without saying."""
    local = clock.local(at)
    return short_day(local.date()) + (f", {hour(at)}" if local.hour or local.minute else "")
