"""A penalty for late payment in words: whose debt, which days, at which part of the rate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from babel.numbers import format_decimal

from lk import filters, language
from lk.billing.sheet import SheetLine
from lk.language import _, plural
from lk.money import half_up
from lk.period import Period

FREE_DAYS = 30


def penalty_line(amount_kopecks: int, why: str, hidden_before: date | None = None) -> SheetLine:
    """`why` is the stored JSON. Of a debt that was due before `hidden_before` no days are told."""
    reasons: dict[str, Any] = json.loads(why)
    due_on = date.fromisoformat(reasons["due_on"])
    is_hidden = hidden_before is not None and due_on < hidden_before
    return SheetLine(
        title=_title(amount_kopecks, reasons["period"]),
        note=_("срок оплаты — %(day)s", day=filters.day_year(due_on)),
        amount_kopecks=amount_kopecks,
        why=tuple(_why(amount_kopecks, reasons, due_on, is_hidden=is_hidden)),
    )


def _title(amount: int, period: str | None) -> str:
    if not period:
        return _("Возврат пеней за прежний долг") if amount < 0 else _("Пени за прежний долг")
    month = filters.month(Period.parse(period))
    return _("Возврат пеней за %(month)s", month=month) if amount < 0 else _("Пени за %(month)s", month=month)


def _why(amount: int, reasons: dict[str, Any], due_on: date, *, is_hidden: bool) -> Iterator[str]:
    yield _(
        "Оплатить нужно было до %(day)s. Первые %(free)s дней после срока пеней нет.",
        day=filters.day_year(due_on),
        free=FREE_DAYS,
    )
    if not is_hidden:
        for segment in reasons["segments"]:
            if Fraction(segment["amount"]):
                yield _segment(segment)
    accrued, posted = int(reasons["accrued"]), int(reasons["posted"])
    told = {"total": filters.money(accrued), "before": filters.money(posted), "sum": filters.money(abs(amount))}
    if not posted:
        yield _("Всего %(total)s. На сами пени пени не начисляются.", **told)
    elif amount >= 0:
        yield _("Всего %(total)s, в прежних счетах уже %(before)s: в этом %(sum)s.", **told)
    else:
        yield _("Всего %(total)s, в прежних счетах уже %(before)s: лишние %(sum)s возвращаем.", **told)


def _segment(segment: dict[str, Any]) -> str:
    """`с 11 мая по 20 мая 2025, 10 дней: 5 000,00 ₽ × 9,5 % ÷ 300 × 10 = 15,83 ₽`."""
    first, last = date.fromisoformat(segment["from"]), date.fromisoformat(segment["to"])
    days = int(segment["days"])
    begin = filters.day(first) if first.year == last.year else filters.day_year(first)
    when = filters.day_year(first) if first == last else f"{begin} — {filters.day_year(last)}"
    return (
        f"{when}, {plural(days, 'день', 'дней')}: {filters.money(int(segment['kopecks']))} × "
        f"{_percent(int(segment['basis_points']))} ÷ {segment['divisor']} × {days} = "
        f"{filters.money(_rounded(segment['amount']))}."
    )


def _percent(basis_points: int) -> str:
    """950 → `9,5 %`, in English `9.5%`."""
    written = format_decimal(Decimal(basis_points).scaleb(-2), format="0.##", locale=language.locale())
    return f"{written}{filters.NO_BREAK_SPACE}%" if language.current() == "ru" else f"{written}%"


def _rounded(exact_kopecks: str) -> int:
    exact = Fraction(exact_kopecks)
    return half_up(exact.numerator, exact.denominator)
