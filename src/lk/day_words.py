"""Days and months as sentences say them, in the current language."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from lk import language
from lk.language import NO_BREAK_SPACE
from lk.period import Period


def day(value: date) -> str:
    """`10 марта`, `10 March`."""
    return _written(value, "d MMMM")


def day_year(value: date) -> str:
    """`10 марта 2026`, `10 March 2026`."""
    return _written(value, "d MMMM y")


def short_day(value: date) -> str:
    """`10.03.2026`, `10 Mar 2026`: for a narrow column."""
    return f"{value:%d.%m.%Y}" if _is_russian() else _written(value, "d MMM y")


def day_of_month(number: int) -> str:
    """`5-го`, `5th`."""
    return f"{number}-го" if _is_russian() else nth(number)


def month_name(period: Period) -> str:
    """`март`, `March`."""
    return _written(period.first_day, "LLLL")


def month(period: Period) -> str:
    """`март 2026`, `March 2026`."""
    return _written(period.first_day, "LLLL y")


def month_for(period: Period) -> str:
    """`за март`, `for March`."""
    return f"{'за' if _is_russian() else 'for'}{NO_BREAK_SPACE}{month_name(period)}"


def month_in(period: Period) -> str:
    """`в марте`, `in March`."""
    name = month_name(period)
    return f"в{NO_BREAK_SPACE}{name.rstrip('ьй')}е" if _is_russian() else f"in{NO_BREAK_SPACE}{name}"


def month_by(period: Period) -> str:
    """`к марту`, `by March`."""
    if not _is_russian():
        return f"by{NO_BREAK_SPACE}{month_name(period)}"
    of = _written(period.first_day, "MMMM")
    return f"к{NO_BREAK_SPACE}{of[:-1]}{'у' if of.endswith('а') else 'ю'}"


def nth(number: int) -> str:
    """A day of every month: `5` before the word for it, `5th`."""
    if _is_russian():
        return str(number)
    endings = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{endings.get(number % 10, 'th') if number // 10 != 1 else 'th'}"


def _is_russian() -> bool:
    return language.current() == "ru"


def _written(value: date, pattern: str) -> str:
    return str(format_date(value, pattern.replace(" ", NO_BREAK_SPACE), locale=language.locale()))
