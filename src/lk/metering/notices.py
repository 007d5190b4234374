"""What a household should know about its meters, in words: away mode, verification, replacement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from lk.filters import as_written, day, day_year, dials_words, marked, month_for
from lk.language import N_, _
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
            _("Никого нет до %(until)s", until=until),
            _(
                "Без расхода посчитано уже шесть месяцев подряд, больше так нельзя. Передайте показание: можно "
                "попросить соседа или родных."
            ),
            _("Вернулись раньше?"),
            "away",
        )
    return Notice(
        "note",
        _("Никого нет до %(until)s", until=until),
        _("Показания не ждём, расхода в счетах нет."),
        _("Вернулись раньше?"),
        "away",
    )


def verification_notice(serial_number: str | None, verified_until: date | None, today: date) -> Notice | None:
    """None while the verification holds for more than half a year."""
    months = None if verified_until is None else verification_warning(verified_until, today)
    if verified_until is None or months is None:
        return None
    until = _day_near(verified_until, today)
    serial, is_over = as_written(serial_number or ""), months == 0
    if serial and is_over:
        said = _("Срок поверки счётчика №\u00a0%(serial)s вышел %(until)s")
    elif serial:
        said = _("Поверка счётчика №\u00a0%(serial)s действует до %(until)s")
    else:
        said = _("Срок поверки счётчика вышел %(until)s") if is_over else _("Поверка счётчика действует до %(until)s")
    title = marked(said, serial=serial, until=until)
    return Notice("note" if months > 1 else "wait", title, _(_DO_AFTER if is_over else _DO))


_DO = N_(
    "Счётчик проверяют или меняют. Позвоните нам: скажем, кто это сделает, и запишем новый срок. Показания передавайте "
    "как обычно."
)
_DO_AFTER = N_(
    "Счётчик пора проверить или заменить. Позвоните нам: скажем, кто это сделает. Показания пока передавайте как "
    "обычно."
)


def replacement_notice(replaced: Replaced, period: Period, today: date) -> Notice:
    """`15 марта счётчик № … заменён на № …: старый остановился на 45 210, новый начал с 2.`

    `period`: the one that a reading sent today counts for.
    """
    old, new = replaced.old, replaced.new
    told: list[str] = [
        marked(
            _(
                "Счётчик №\u00a0%(old)s заменён на №\u00a0%(new)s: старый остановился на %(final)s, новый начал с "
                "%(initial)s."
            ),
            old=as_written(old.serial_number),
            new=as_written(new.serial_number),
            final=dials_words(replaced.final),
            initial=dials_words(replaced.initial),
        )
    ]
    if replaced.period == period:
        told.append(
            _(
                "Для счёта %(for_month)s этого хватит: передавать показание ещё раз не обязательно.",
                for_month=month_for(period),
            )
        )
    return Notice("note", _("%(day)s счётчик заменён", day=_day_near(replaced.on, today)), Markup(" ").join(told))


def _day_near(value: date, today: date) -> str:
    return day(value) if value.year == today.year else day_year(value)
