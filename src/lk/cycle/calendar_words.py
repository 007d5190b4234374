"""The page of the month's days: the days in words, those of one month, and refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lk import clock
from lk.day_words import day, nth
from lk.filters import day_year, month, month_in
from lk.language import N_, _, pgettext
from lk.outcome import Problem
from lk.period import Period
from lk.tariffs.rules import Calendar, calendar_for

DAYS = {
    "readings_open": N_("Первый день приёма показаний"),
    "readings_close": N_("Последний день приёма показаний"),
    "bill_run": N_("Расчёт счетов"),
    "print_by": N_("Печать бумажных счетов"),
    "bill_by": N_("Счёт не позже, числа следующего месяца"),
    "pay_by": N_("Оплатить до, числа следующего месяца"),
}

_SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "month_wanted": lambda _told: _("Выберите месяц, с которого дни другие."),
    "day_wanted": lambda _told: _("Нужно число от 1 до 28."),
    "calendar_begun": lambda told: _(
        "Этот месяц уже начался, и его дни не меняются. Первый свободный — %(month)s.",
        month=month(Period.parse(told["first_free"])),
    ),
    "calendar_same": lambda _told: _("С этого месяца дни и так такие: менять нечего."),
    "calendar_impossible": lambda _told: _(
        "Так месяц не сложится: приём, расчёт и печать идут друг за другом, счёт раньше оплаты, все дни — с 1 по 28."
    ),
    "nothing_planned": lambda _told: _("Этого изменения уже нет: его отменил другой сотрудник."),
    "begun_already": lambda _told: _("Эти дни уже действуют, и отменить их нельзя. Впишите другие с будущего месяца."),
    "not_an_operator": lambda _told: _(
        "Это может только оператор, и не во время просмотра кабинета. Ничего не изменилось."
    ),
}


def sentence(problem: Problem) -> str:
    return _SENTENCES[problem.code](problem.params)


@dataclass(frozen=True, slots=True)
class DatedDays:
    """`since` is the value of the withdrawing form, empty where it began."""

    title: str
    lines: tuple[tuple[str, str], ...]
    since: str
    note: str = ""


def dated_days(dated: Sequence[Calendar]) -> list[DatedDays]:
    """The newest first."""
    today = clock.today()
    return [
        DatedDays(
            title=_("С\u00a0%(day)s", day=day_year(each.valid_from))
            if each.valid_from.year > 1970
            else _("С самого начала"),
            lines=(
                (_("Показания"), f"{each.readings_open}–{each.readings_close}"),
                (_("Расчёт"), str(each.bill_run)),
                (pgettext("paper", "Печать"), str(each.print_by)),
                (_("Счёт до"), _("%(day)s следующего месяца", day=nth(each.bill_by))),
                (_("Оплата до"), _("%(day)s следующего месяца", day=nth(each.pay_by))),
            ),
            since=str(Period.of(each.valid_from)) if each.valid_from > today else "",
        )
        for each in sorted(dated, key=lambda calendar: calendar.valid_from, reverse=True)
    ]


@dataclass(frozen=True, slots=True)
class DaysCompared:
    """`rows`: what, the day as it is, the day as it would be."""

    title: str
    rows: tuple[tuple[str, str, str], ...]


def days_compared(dated: Sequence[Calendar], wanted: Calendar) -> DaysCompared:
    """Of the first month that would have the new days."""
    period = Period.of(wanted.valid_from)
    both = calendar_for(dated, period), wanted
    windows = [each.window(period) for each in both]
    rows = (
        (_("Приём показаний"), *(f"{day(each.opens_on)} – {day(each.closes_on)}" for each in windows)),
        (_("Расчёт счетов"), *(day(each.bill_run_on(period)) for each in both)),
        (pgettext("paper", "Печать"), *(day(each.print_by_on(period)) for each in both)),
        (_("Счёт не позже"), *(day(each.bill_by_on(period)) for each in both)),
        (_("Оплатить до"), *(day(each.pay_by_on(period)) for each in both)),
    )
    return DaysCompared(_("Как это будет %(in_month)s", in_month=month_in(period)), rows)  # type: ignore[arg-type]
