"""What a bill comes to in words: from what was owed before to what is to pay, and against other months."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lk import filters
from lk.billing.sheet import BillSheet

_AGO = ((1, "к прошлому месяцу", "в прошлом месяце"), (12, "к тому же месяцу год назад", "год назад"))


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the way to the sum; `is_answer` where it ends."""

    title: str
    sum: str
    is_answer: bool = False


def ladder(sheet: BillSheet) -> Iterator[Step]:
    """Of the principal."""
    if sheet.paid_kopecks:
        before = sheet.opening_kopecks + sheet.paid_kopecks
        yield Step("Было к оплате" if before >= 0 else "Был аванс", filters.money(abs(before)))
        yield Step("Оплачено с тех пор", filters.money(-sheet.paid_kopecks))
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
    if not (sheet.opening_penalty_kopecks or sheet.penalty_kopecks):
        return
    if sheet.opening_penalty_kopecks:
        yield Step("Пени до этого счёта", filters.money(sheet.opening_penalty_kopecks))
        yield Step("Пени в этом счёте", filters.money(sheet.penalty_kopecks))
    yield Step("Пени к оплате, отдельно", filters.money(sheet.penalty_to_pay_kopecks), is_answer=True)


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
