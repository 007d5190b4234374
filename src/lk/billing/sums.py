"""What a bill comes to in words: from what was owed before to what is to pay, and against other months."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from lk import filters
from lk.billing.moves import Move, MoveKind
from lk.billing.sheet import BillSheet
from lk.language import N_, _

_AGO = (
    (
        1,
        N_("Столько же кВт·ч, сколько в прошлом месяце"),
        N_("%(kwh)s к прошлому месяцу"),
        N_("%(kwh)s и %(sum)s к прошлому месяцу"),
    ),
    (
        12,
        N_("Столько же кВт·ч, сколько год назад"),
        N_("%(kwh)s к тому же месяцу год назад"),
        N_("%(kwh)s и %(sum)s к тому же месяцу год назад"),
    ),
)
"""Months ago; what is said of the same kWh, of other kWh, and of those together with the sum."""


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
        yield Step(_("Было к оплате") if before >= 0 else _("Был аванс"), filters.money(abs(before)))
        yield from map(moved, sheet.moves)
    yield Step(
        _("Аванс до этого счёта") if sheet.opening_kopecks < 0 else _("Долг до этого счёта"),
        filters.money(abs(sheet.opening_kopecks)),
    )
    charged = _("Начислено %(for_month)s", for_month=filters.month_for(sheet.period))
    yield Step(charged, filters.money(sheet.total_kopecks))
    if sheet.advance_kopecks:
        yield Step(_("Остаётся аванс"), filters.money(sheet.advance_kopecks), is_answer=True)
    else:
        yield Step(_("Итого к оплате"), filters.money(sheet.to_pay_kopecks), is_answer=True)


def penalty_ladder(sheet: BillSheet) -> Iterator[Step]:
    """Nothing where there is no penalty."""
    if not (sheet.opening_penalty_kopecks or sheet.penalty_kopecks or sheet.penalty_moves):
        return
    if sheet.penalty_moves:
        yield Step(_("Было пеней"), filters.money(sheet.penalty_before_kopecks))
        yield from map(moved, sheet.penalty_moves)
    if sheet.opening_penalty_kopecks or sheet.penalty_moves:
        yield Step(_("Пени до этого счёта"), filters.money(sheet.opening_penalty_kopecks))
        yield Step(_("Пени в этом счёте"), filters.money(sheet.penalty_kopecks))
    yield Step(_("Пени к оплате, отдельно"), filters.money(sheet.penalty_to_pay_kopecks), is_answer=True)


def moved(move: Move, then: str = N_("с тех пор")) -> Step:
    """`then`: the message that says when payments and refunds were, of which there may be many."""
    sum_shown = filters.signed_money(move.kopecks)
    day = filters.day_year(move.on) if move.on else ""
    match move.kind:
        case MoveKind.PAYMENT:
            return Step(_("Оплачено %(then)s", then=_(then)), filters.money(move.kopecks))
        case MoveKind.REFUND:
            return Step(_("Возвращено %(then)s", then=_(then)), sum_shown)
        case MoveKind.UNDONE:
            return Step(_("Снято ошибочно зачисленное %(then)s", then=_(then)), sum_shown)
        case MoveKind.CORRECTION:
            return Step(_("Поправка %(day)s", day=day), sum_shown, note=move.words)
        case MoveKind.PAYOUT:
            return Step(_("Выплата аванса %(day)s", day=day), sum_shown, note=move.words)
        case MoveKind.LATE:
            return Step(_("Прежний счёт, выставленный позже"), sum_shown)
        case _:
            assert_never(move.kind)


def comparisons(sheet: BillSheet) -> Iterator[str]:
    """`+12 кВт·ч и +113,40 ₽ к прошлому месяцу`."""
    for months_ago, same, more, more_for in _AGO:
        other = sheet.month(months_ago)
        if other is None:
            continue
        kwh = sheet.used_kwh - other.total_kwh
        if not kwh:
            yield _(same)
            continue
        told = f"+{filters.kwh(kwh)}" if kwh > 0 else filters.kwh(kwh)
        if other.total_kopecks is None:
            yield _(more, kwh=told)
        else:
            yield _(more_for, kwh=told, sum=filters.signed_money(sheet.total_kopecks - other.total_kopecks))
