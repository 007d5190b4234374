"""What a bill comes to in words: from what was owed before to what is to pay, and against other months."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from lk import filters
from lk.billing.moves import Move, MoveKind
from lk.billing.sheet import BillSheet

_AGO = ((1, "к прошлому месяцу", "в прошлом месяце"), (12, "к тому же месяцу год назад", "год назад"))


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the way to the sum; `is_answer` where it ends, `note`: why an operator moved it."""

    title: str
    sum: str
    is_answer: bool = False
    note: str = ""


def ladder(sheet: BillSheet) -> Iterator[Step]:
    """Of the principal."""
    if sheet.moves:
        before = sheet.before_kopecks
        yield Step("Было к оплате" if before >= 0 else "Был аванс", filters.money(abs(before)))
        yield from map(moved, sheet.moves)
    yield Step(
        "Аванс до этого счёта" if sheet.opening_kopecks < 0 else "Долг до этого счёта",
        filters.money(abs(sheet.opening_kopecks)),
    )
    yield Step(f"Начислено {filters.month_for(sheet.period)}", filters.money(sheet.total_kopecks))
    if sheet.advance_kopecks:
        yield Step("Остаётся аванс", filters.money(sheet.advance_kopecks), is_answer=True)
    else:
        yield Step("Итого к оплате", filters.money(sheet.to_pay_kopecks), is_answer=True)


def penalty_ladder(sheet: BillSheet) -> Iterator[Step]:
    """Nothing where there is no penalty."""
    if not (sheet.opening_penalty_kopecks or sheet.penalty_kopecks or sheet.penalty_moves):
        return
    if sheet.penalty_moves:
        yield Step("Было пеней", filters.money(sheet.penalty_before_kopecks))
        yield from map(moved, sheet.penalty_moves)
    if sheet.opening_penalty_kopecks or sheet.penalty_moves:
        yield Step("Пени до этого счёта", filters.money(sheet.opening_penalty_kopecks))
        yield Step("Пени в этом счёте", filters.money(sheet.penalty_kopecks))
    yield Step("Пени к оплате, отдельно", filters.money(sheet.penalty_to_pay_kopecks), is_answer=True)


def moved(move: Move, then: str = "с тех пор") -> Step:
    """`then`: when payments and refunds were, of which there may be many."""
    sum_shown = filters.signed_money(move.kopecks)
    day = filters.day_year(move.on) if move.on else ""
    match move.kind:
        case MoveKind.PAYMENT:
            return Step(f"Оплачено {then}", filters.money(move.kopecks))
        case MoveKind.REFUND:
            return Step(f"Возвращено {then}", sum_shown)
        case MoveKind.UNDONE:
            return Step(f"Снято ошибочно зачисленное {then}", sum_shown)
        case MoveKind.CORRECTION:
            return Step(f"Поправка {day}", sum_shown, note=move.words)
        case MoveKind.PAYOUT:
            return Step(f"Выплата аванса {day}", sum_shown, note=move.words)
        case MoveKind.LATE:
            return Step("Прежний счёт, выставленный позже", sum_shown)
        case _:
            assert_never(move.kind)


def comparisons(sheet: BillSheet) -> Iterator[str]:
    """`+12 кВт·ч и +113,40 ₽ к прошлому месяцу`."""
    for months_ago, to, then in _AGO:
        other = sheet.month(months_ago)
        if other is None:
            continue
        kwh = sheet.used_kwh - other.total_kwh
        if not kwh:
            yield f"Столько же кВт·ч, сколько {then}"
            continue
        rubles = ""
        if other.total_kopecks is not None:
            rubles = f" и {filters.signed_money(sheet.total_kopecks - other.total_kopecks)}"
        yield f"{'+' if kwh > 0 else ''}{filters.kwh(kwh)}{rubles} {to}"
