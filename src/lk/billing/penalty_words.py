"""A penalty for late payment in words: whose debt, which days, at which part of the rate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from lk import filters
from lk.billing.sheet import SheetLine
from lk.money import half_up
from lk.period import Period

FREE_DAYS = 30


def penalty_line(amount_kopecks: int, why: str, hidden_before: date | None = None) -> SheetLine:
    """`why` is the stored JSON. Of a debt that was due before `hidden_before` no days are told."""
    reasons: dict[str, Any] = json.loads(why)
    due_on = date.fromisoformat(reasons["due_on"])
    is_hidden = hidden_before is not None and due_on < hidden_before
    period = filters.month(Period.parse(reasons["period"])) if reasons["period"] else None
    return SheetLine(
        title=("Возврат пеней" if amount_kopecks < 0 else "Пени") + (f" за {period}" if period else " за прежний долг"),
        note=f"срок оплаты — {filters.day_year(due_on)}",
        amount_kopecks=amount_kopecks,
        why=tuple(_why(amount_kopecks, reasons, due_on, is_hidden=is_hidden)),
    )


def _why(amount: int, reasons: dict[str, Any], due_on: date, *, is_hidden: bool) -> Iterator[str]:
    yield f"Оплатить нужно было до {filters.day_year(due_on)}. Первые {FREE_DAYS} дней после срока пеней нет."
    if not is_hidden:
        for segment in reasons["segments"]:
            if Fraction(segment["amount"]):
                yield _segment(segment)
    accrued, posted = int(reasons["accrued"]), int(reasons["posted"])
    if posted:
        yield (
            f"Всего {filters.money(accrued)}, в прежних счетах уже {filters.money(posted)}: "
            + (f"в этом {filters.money(amount)}." if amount >= 0 else f"лишние {filters.money(-amount)} возвращаем.")
        )
    else:
        yield f"Всего {filters.money(accrued)}. На сами пени пени не начисляются."


def _segment(segment: dict[str, Any]) -> str:
    """`с 11 мая по 20 мая 2025, 10 дней: 5 000,00 ₽ × 9,5 % ÷ 300 × 10 = 15,83 ₽`."""
    first, last = date.fromisoformat(segment["from"]), date.fromisoformat(segment["to"])
    days = int(segment["days"])
    begin = filters.day(first) if first.year == last.year else filters.day_year(first)
    when = filters.day_year(first) if first == last else f"{begin} — {filters.day_year(last)}"
    return (
        f"{when}, {filters.plural(days, 'день', 'дней')}: {filters.money(int(segment['kopecks']))} × "
        f"{_percent(int(segment['basis_points']))} ÷ {segment['divisor']} × {days} = "
        f"{filters.money(_rounded(segment['amount']))}."
    )


def _percent(basis_points: int) -> str:
    """950 → `9,5 %`."""
    whole, rest = divmod(basis_points, 100)
    tail = f",{rest:02}".rstrip("0") if rest else ""
    return f"{whole}{tail}{filters.NO_BREAK_SPACE}%"


def _rounded(exact_kopecks: str) -> int:
    exact = Fraction(exact_kopecks)
    return half_up(exact.numerator, exact.denominator)
