"""What a household should know about its meters, in words: away mode, verification, replacement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lk.energy import registers_of
from lk.filters import NO_BREAK_SPACE, day, day_year, month_for, number
from lk.metering.replacements import Replaced
from lk.metering.rules import AWAY_PERIODS_AT_MOST, verification_warning
from lk.period import Period


@dataclass(frozen=True, slots=True)
class Notice:
    """`tone` note|wait. `link` and `page` of the account where something can be done about it."""

    tone: str
    title: str
    text: str
    link: str = ""
    page: str = ""


def away_notice(until_on: date, periods_used: int, today: date) -> Notice:
    until = _day_near(until_on, today)
    if periods_used >= AWAY_PERIODS_AT_MOST:
        return Notice(
            "wait",
            f"Никого нет до {until}",
            "Без расхода посчитано уже шесть месяцев подряд, больше так нельзя. Передайте показание: можно попросить "
            "соседа или родных.",
            "Вернулись раньше?",
            "away",
        )
    return Notice(
        "note",
        f"Никого нет до {until}",
        "Показания не ждём, расхода в счетах нет.",
        "Вернулись раньше?",
        "away",
    )


def verification_notice(serial_number: str | None, verified_until: date | None, today: date) -> Notice | None:
    """None while the verification holds for more than half a year."""
    months = None if verified_until is None else verification_warning(verified_until, today)
    if verified_until is None or months is None:
        return None
    until = _day_near(verified_until, today)
    meter = "счётчика" + (f" №{NO_BREAK_SPACE}{serial_number}" if serial_number else "")
    if months == 0:
        return Notice("wait", f"Срок поверки {meter} вышел {until}", _WHAT_TO_DO_AFTER)
    return Notice("wait" if months == 1 else "note", f"Поверка {meter} действует до {until}", _WHAT_TO_DO)


_WHAT_TO_DO = (
    "Счётчик проверяют или меняют. Позвоните нам: скажем, кто это сделает, и запишем новый срок. Показания передавайте "
    "как обычно."
)
_WHAT_TO_DO_AFTER = (
    "Счётчик пора проверить или заменить. Позвоните нам: скажем, кто это сделает. Показания пока передавайте как "
    "обычно."
)


def replacement_notice(replaced: Replaced, period: Period, today: date) -> Notice:
    """`15 марта счётчик № … заменён на № …: старый остановился на 45 210, новый начал с 2.`

    `period`: the one that a reading sent today counts for.
    """
    old, new = replaced.old, replaced.new
    title = f"{_day_near(replaced.on, today)} счётчик заменён"
    text = (
        f"Счётчик №{NO_BREAK_SPACE}{old.serial_number} заменён на №{NO_BREAK_SPACE}{new.serial_number}: старый "
        f"остановился на {dials_words(replaced.final)}, новый начал с {dials_words(replaced.initial)}."
    )
    if replaced.period == period:
        text += f" Для счёта {month_for(period)} этого хватит: передавать показание ещё раз не обязательно."
    return Notice("note", title, text)


def dials_words(values: Sequence[int]) -> str:
    """`45 210`, or `T1 4 900, T2 2 150`."""
    if len(values) == 1:
        return number(values[0])
    named = zip(registers_of(len(values)), values, strict=True)
    return ", ".join(f"{register}{NO_BREAK_SPACE}{number(value)}" for register, value in named)


def _day_near(value: date, today: date) -> str:
    return day(value) if value.year == today.year else day_year(value)
