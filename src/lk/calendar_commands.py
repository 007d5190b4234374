"""`lk calendar`: the days of the month, and other ones from a month on that has not begun."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lk.commands import complain, say

if TYPE_CHECKING:
    from lk.outcome import Problem
    from lk.period import Period
    from lk.tariffs.rules import Calendar

PRESETS = ("default", "law-2026")
DAYS = {
    "readings_open": "первый день приёма показаний",
    "readings_close": "последний день приёма показаний",
    "bill_run": "день расчёта",
    "print_by": "печать бумажных счетов",
    "bill_by": "счёт не позже, в следующем месяце",
    "pay_by": "оплата не позже, в следующем месяце",
}


def list_calendars(_: argparse.Namespace) -> int:
    from lk import clock, db
    from lk.period import Period
    from lk.tariffs.queries import calendars

    say(_table(db.run(calendars()), Period.of(clock.today())))
    return 0


def add_calendar(words: argparse.Namespace) -> int:
    from lk import db
    from lk.cycle.calendars import calendar_from, set_calendar
    from lk.outcome import Refused

    days = {name: day for name in DAYS if (day := getattr(words, name)) is not None}
    if not days and words.preset is None:
        complain("calendar add: назовите --preset или дни, которые меняются")
        return 2

    async def add() -> None:
        await set_calendar(await calendar_from(words.period, words.preset, days))

    try:
        db.run(add())
    except Refused as refusal:
        complain(_refusal(refusal.problems[0]))
        return 1
    say(f"с {words.period} дни месяца другие; месяцы до него не меняются")
    return 0


def _table(dated: Sequence[Calendar], current: Period) -> str:
    """For a terminal; the calendar of the current month has a star."""
    from lk.tariffs.rules import calendar_for

    lines = [f"{'с месяца':<11}{'показания':>10}{'расчёт':>8}{'печать':>8}{'счёт до':>9}{'оплата до':>11}"]
    in_force = calendar_for(dated, current)
    for each in dated:
        window = f"{each.readings_open}–{each.readings_close}"
        star = " *" if each is in_force else ""
        lines.append(
            f"{each.valid_from:%Y-%m}{'':<4}{window:>10}{each.bill_run:>8}{each.print_by:>8}{each.bill_by:>9}"
            f"{each.pay_by:>11}{star}"
        )
    return "\n".join([*lines, "* сейчас; счёт и оплата — числа следующего месяца"])


def _refusal(problem: Problem) -> str:
    match problem.code:
        case "calendar_begun":
            first = problem.params["first_free"]
            return f"этот месяц уже начался, его дни не меняются; первый свободный — {first}. Ничего не изменено"
        case "calendar_same":
            return "с этого месяца дни и так такие. Ничего не изменено"
        case _:
            return (
                "такого месяца быть не может: приём, расчёт и печать идут друг за другом, счёт не позже оплаты, "
                "все дни — с 1 по 28. Ничего не изменено"
            )
