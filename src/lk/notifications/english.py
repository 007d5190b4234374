"""Sums and days as English letters write them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency

from lk.period import Period


def money(kopecks: int) -> str:
    """208860 → `2,088.60 RUB`."""
    rubles = Decimal(kopecks).scaleb(-2)
    return str(format_currency(rubles, "RUB", format="#,##0.00\u00a0¤", locale="en"))


def day(value: date) -> str:
    """`10 March`."""
    return str(format_date(value, "d\u00a0MMMM", locale="en"))


def moment(local: datetime) -> str:
    """`10 March, 14:05`."""
    return f"{day(local.date())}, {local:%H:%M}"


def month_for(period: Period) -> str:
    """`for March`."""
    return str(format_date(period.first_day, "'for'\u00a0LLLL", locale="en"))
