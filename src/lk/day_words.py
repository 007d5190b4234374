"""Days and months as Russian sentences say them."""

from __future__ import annotations

from datetime import date

from lk.period import Period

NO_BREAK_SPACE = "\u00a0"

_MONTHS = (
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
)
_MONTHS_OF = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)
_MONTHS_IN = (
    "январе",
    "феврале",
    "марте",
    "апреле",
    "мае",
    "июне",
    "июле",
    "августе",
    "сентябре",
    "октябре",
    "ноябре",
    "декабре",
)


def day(value: date) -> str:
    """`10 марта`."""
    return f"{value.day}{NO_BREAK_SPACE}{_MONTHS_OF[value.month - 1]}"


def day_year(value: date) -> str:
    """`10 марта 2026`."""
    return f"{day(value)}{NO_BREAK_SPACE}{value.year}"


def month_name(period: Period) -> str:
    """`март`."""
    return _MONTHS[period.month - 1]


def month(period: Period) -> str:
    """`март 2026`."""
    return f"{month_name(period)}{NO_BREAK_SPACE}{period.year}"


def month_for(period: Period) -> str:
    """`за март`."""
    return f"за{NO_BREAK_SPACE}{month_name(period)}"


def month_in(period: Period) -> str:
    """`в марте`."""
    return f"в{NO_BREAK_SPACE}{_MONTHS_IN[period.month - 1]}"


def month_by(period: Period) -> str:
    """`к марту`."""
    of = _MONTHS_OF[period.month - 1]
    return f"к{NO_BREAK_SPACE}{of[:-1]}{'у' if of.endswith('а') else 'ю'}"
