"""The words of the page of readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from lk.billing.rules import ChargeLine
from lk.energy import ZONES, Zone, registers_of
from lk.filters import NO_BREAK_SPACE, as_written, day, kwh, marked, money, month_for, month_name, number, plural
from lk.language import N_, _, ngettext, pgettext
from lk.outcome import Problem, Severity
from lk.period import Period
from lk.readings.rules import FIELDS
from lk.tariffs.rules import Window

_ZONES: Mapping[Zone, str] = {
    Zone.SINGLE: N_("Показание"),
    Zone.DAY: N_("День"),
    Zone.NIGHT: N_("Ночь"),
    Zone.PEAK: N_("Пик"),
    Zone.HALF_PEAK: N_("Полупик"),
}
_SOURCES = {
    "resident": N_("вы"),
    "helper": N_("помощник"),
    "agent": N_("сотрудник"),
    "import": N_("из нашего учёта"),
    "link": N_("по ссылке из письма"),
}
_STATUSES = {
    "accepted": N_("принято"),
    "held": N_("на проверке"),
    "rejected": N_("не принято"),
    "superseded": N_("исправлено позже"),
}
_KINDS = {"initial": N_("при установке"), "final": N_("при снятии")}
_METHODS = {
    "average": N_("Посчитано по среднему."),
    "norm": N_("Посчитано по нормативу."),
    "away": N_("Никого нет, расхода не считаем."),
}


def zone_word(zone: Zone) -> str:
    return _(_ZONES[zone])


def register_labels(zones: int) -> tuple[str, ...]:
    """`День, T1`; a single dial is simply `Показание`."""
    if zones == 1:
        return (zone_word(Zone.SINGLE),)
    named = zip(ZONES[zones], registers_of(zones), strict=True)
    return tuple(f"{zone_word(zone)}, {register}" for zone, register in named)


def of_register(labels: Sequence[str], problem: Problem, words: str) -> str:
    """`День, T1: меньше прошлого…`: on a meter of several registers it has to be said which; doubts name theirs."""
    if problem.severity is Severity.CONFIRM or problem.field not in FIELDS or len(labels) == 1:
        return words
    return f"{labels[FIELDS.index(problem.field)]}: {words[0].lower()}{words[1:]}"


def status_word(status: str, kind: str) -> str:
    return _(_KINDS.get(kind) or _STATUSES[status])


def read_at_replacement() -> str:
    return _("снято при замене")


def source_word(source: str) -> str:
    return _(_SOURCES[source])


def meter_title(serial_number: str) -> str:
    return marked(_("Счётчик %(serial)s"), serial=as_written(serial_number))


def meter_in_line(serial_number: str) -> str:
    return marked(_("счётчик %(serial)s"), serial=as_written(serial_number))


def meter_number(serial_number: str) -> str:
    return marked(pgettext("meter", "№ %(serial)s"), serial=as_written(serial_number))


def invitation(period: Period, window: Window, today: date) -> str:
    """For which month a reading sent now counts, and until when it can be sent or corrected."""
    opens, closes, for_month = day(window.opens_on), day(window.closes_on), month_for(period)
    if today in window:
        until = _("Примем показания %(for_month)s до %(closes)s включительно.", for_month=for_month, closes=closes)
        return " ".join(filter(None, (until, _extended(window), _("Нужны только цифры до запятой."))))
    if Period.of(today) == period:
        return _(
            "Показания за %(month)s ждём с %(opens)s по %(closes)s. Можно и раньше: сохраним и засчитаем "
            "%(for_month)s.",
            month=month_name(period),
            opens=opens,
            closes=closes,
            for_month=for_month,
        )
    return _(
        "Показание, которое вы передадите сейчас, засчитаем %(for_month)s. Для счёта %(for_month)s ждём его с "
        "%(opens)s по %(closes)s.",
        for_month=for_month,
        opens=opens,
        closes=closes,
    )


def _extended(window: Window) -> str:
    if not window.extended_days:
        return ""
    days = plural(window.extended_days, "день", "дней")
    return _("Кабинет не работал, поэтому приём продлён на %(days)s.", days=days)


def counted_later(received_on: date, period: Period) -> str | None:
    """Why a reading counts for a later month than the one in which it came."""
    came = Period.of(received_on)
    if came >= period:
        return None
    return _(
        "Оно пришло %(day)s, для счёта %(for_came)s уже поздно: засчитали %(for_month)s.",
        day=day(received_on),
        for_came=month_for(came),
        for_month=month_for(period),
    )


CARRIED_OVERTAKEN = N_("Есть показание, которое сняли позже: засчитано оно.")
CARRIED_UNREADABLE = N_("Эту запись не разобрать. Удалите её и запишите показание ещё раз.")
CARRIED_BY_ANOTHER = N_("Это показание записал в телефоне другой пользователь: оно уйдёт, когда войдёт он.")


def carried_here(received: datetime) -> str:
    """`Показание у нас, 20 июля 14:31`, in local time."""
    return _("Показание у нас, %(at)s", at=f"{day(received.date())}{NO_BREAK_SPACE}{received:%H:%M}")


def carried_taken(taken: datetime | None) -> str:
    """When a carried reading was taken, in local time; None: it counts by the time it came."""
    if taken is None:
        return _(
            "Когда его сняли, не подтвердилось: прошло больше суток или сбились часы телефона. Считаем по дню, когда "
            "оно пришло."
        )
    return _("Снято %(day)s в\u00a0%(time)s.", day=day(taken.date()), time=f"{taken:%H:%M}")


def carried_counted(period: Period) -> str:
    return _("Засчитали %(for_month)s.", for_month=month_for(period))


def correctable(window: Window, today: date) -> str:
    if today > window.closes_on:
        return _("Исправить показание")
    return _("Исправить — можно до %(day)s включительно", day=day(window.closes_on))


def days_left(window: Window, today: date) -> str:
    left = (window.closes_on - today).days
    if left == 0:
        return _("сегодня последний день")
    return ngettext("остался %(num)s\u00a0день", "осталось %(num)s\u00a0дней", left)


def usual_words(low: int, high: int, months: int) -> str:
    """`обычно 170–210`, for as many months as the reading stands for."""
    low, high = low * months, high * months
    if low == high:
        return _("обычно %(kwh)s", kwh=number(low))
    return _("обычно %(low)s–%(high)s", low=number(low), high=number(high))


def consumption_words(consumed: int, price_kopecks: int | None) -> str:
    """`+180 кВт·ч × 9,45 ₽`."""
    sign = "+" if consumed >= 0 else ""
    return f"{sign}{kwh(consumed)}" + (f" × {money(price_kopecks)}" if price_kopecks is not None else "")


def line_words(line: ChargeLine) -> tuple[str, str, str]:
    """A line of the coming bill: what, how much, and why so much."""
    what = f"{zone_word(line.zone)} · {kwh(line.consumption_kwh)} × {money(line.price_kopecks)}"
    return what, money(line.amount_kopecks), _why(line)


def _why(line: ChargeLine) -> str:
    why = line.why
    if line.line == "adjustment":
        credited = why.get("credited_period")
        if not credited:
            return _("Возвращаем лишнее.")
        return _("Возвращаем начисленное %(for_month)s без показаний.", for_month=_for(str(credited)))
    if "booked_kwh" in why:
        return _(
            "По счётчику %(growth)s, из них %(known)s уже были в счетах %(for_months)s.",
            growth=kwh(_whole(why["growth_kwh"])),
            known=kwh(_whole(why["booked_kwh"])),
            for_months=", ".join(_for(each) for each in _texts(why["booked_periods"])),
        )
    if line.band > 1:
        return _("Выше месячного предела действует другая цена.")
    if line.method != "reading":
        return _(_METHODS[line.method])
    return marked(_("Счётчик %(serial)s."), serial=as_written(line.serial_number or ""))


def _for(period: str) -> str:
    return month_for(Period.parse(period))


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
