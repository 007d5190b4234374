"""The words of the page of readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from lk.billing.rules import ChargeLine
from lk.energy import ZONES, Zone, registers_of
from lk.filters import NO_BREAK_SPACE, day, kwh, money, month_for, month_name, number, plural
from lk.language import ngettext
from lk.outcome import Problem, Severity
from lk.period import Period
from lk.readings.rules import FIELDS
from lk.tariffs.rules import Window

_ZONES: Mapping[Zone, str] = {
    Zone.SINGLE: "Показание",
    Zone.DAY: "День",
    Zone.NIGHT: "Ночь",
    Zone.PEAK: "Пик",
    Zone.HALF_PEAK: "Полупик",
}
_SOURCES = {
    "resident": "вы",
    "helper": "помощник",
    "agent": "сотрудник",
    "import": "из нашего учёта",
    "link": "по ссылке из письма",
}
_STATUSES = {"accepted": "принято", "held": "на проверке", "rejected": "не принято", "superseded": "исправлено позже"}
_KINDS = {"initial": "при установке", "final": "при снятии"}
_METHODS = {"average": "по среднему", "norm": "по нормативу", "away": "никого нет"}


def zone_word(zone: Zone) -> str:
    return _ZONES[zone]


def register_labels(zones: int) -> tuple[str, ...]:
    """`День, T1`; a single dial is simply `Показание`."""
    if zones == 1:
        return (_ZONES[Zone.SINGLE],)
    return tuple(
        f"{_ZONES[zone]}, {register}" for zone, register in zip(ZONES[zones], registers_of(zones), strict=True)
    )


def of_register(labels: Sequence[str], problem: Problem, words: str) -> str:
    """`День, T1: меньше прошлого…`: on a meter of several registers it has to be said which; doubts name theirs."""
    if problem.severity is Severity.CONFIRM or problem.field not in FIELDS or len(labels) == 1:
        return words
    return f"{labels[FIELDS.index(problem.field)]}: {words[0].lower()}{words[1:]}"


def status_word(status: str, kind: str) -> str:
    return _KINDS.get(kind) or _STATUSES[status]


def source_word(source: str) -> str:
    return _SOURCES[source]


def invitation(period: Period, window: Window, today: date) -> str:
    """For which month a reading sent now counts, and until when it can be sent or corrected."""
    name, opens, closes = month_name(period), day(window.opens_on), day(window.closes_on)
    if today in window:
        return (
            f"Примем показания {month_for(period)} до {closes} включительно.{_extended(window)} "
            "Нужны только цифры до запятой."
        )
    if Period.of(today) == period:
        return (
            f"Показания за {name} ждём с {opens} по {closes}. Можно и раньше: сохраним и засчитаем {month_for(period)}."
        )
    return (
        f"Показание, которое вы передадите сейчас, засчитаем {month_for(period)}. Для счёта {month_for(period)} ждём "
        f"его с {opens} по {closes}."
    )


def _extended(window: Window) -> str:
    if not window.extended_days:
        return ""
    return f" Кабинет не работал, поэтому приём продлён на {plural(window.extended_days, 'день', 'дней')}."


def counted_later(received_on: date, period: Period) -> str | None:
    """Why a reading counts for a later month than the one in which it came."""
    came = Period.of(received_on)
    if came >= period:
        return None
    return f"Оно пришло {day(received_on)}, для счёта {month_for(came)} уже поздно: засчитали {month_for(period)}."


CARRIED_UNREADABLE = "Эту запись не разобрать. Удалите её и запишите показание ещё раз."


CARRIED_BY_ANOTHER = "Это показание записал в телефоне другой пользователь: оно уйдёт, когда войдёт он."


def carried_here(received: datetime) -> str:
    """`Показание у нас, 20 июля 14:31`, in local time."""
    return f"Показание у нас, {day(received.date())}{NO_BREAK_SPACE}{received:%H:%M}"


def carried_taken(taken: datetime | None) -> str:
    """When a carried reading was taken, in local time; None: it counts by the time it came."""
    if taken is None:
        return (
            "Когда его сняли, не подтвердилось: прошло больше суток или сбились часы телефона. Считаем по дню, когда "
            "оно пришло."
        )
    return f"Снято {day(taken.date())} в{NO_BREAK_SPACE}{taken:%H:%M}."


def carried_counted(period: Period) -> str:
    return f"Засчитали {month_for(period)}."


def correctable(window: Window, today: date) -> str:
    if today > window.closes_on:
        return "Исправить показание"
    return f"Исправить — можно до {day(window.closes_on)} включительно"


def days_left(window: Window, today: date) -> str:
    left = (window.closes_on - today).days
    if left == 0:
        return "сегодня последний день"
    return f"{ngettext('остался', 'осталось', left)} {plural(left, 'день', 'дней')}"


def usual_words(low: int, high: int, months: int) -> str:
    """`обычно 170–210`, for as many months as the reading stands for."""
    low, high = low * months, high * months
    return f"обычно {number(low)}" if low == high else f"обычно {number(low)}–{number(high)}"


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
        return f"Возвращаем начисленное {_for(str(credited))} без показаний." if credited else "Возвращаем лишнее."
    if "booked_kwh" in why:
        booked = ", ".join(_for(each) for each in _texts(why["booked_periods"]))
        growth, known = kwh(_whole(why["growth_kwh"])), kwh(_whole(why["booked_kwh"]))
        return f"По счётчику {growth}, из них {known} уже были в счетах {booked}."
    if line.band > 1:
        return "Выше месячного предела действует другая цена."
    if line.method != "reading":
        return f"Посчитано {_METHODS[line.method]}."
    return f"Счётчик {line.serial_number}."


def _for(period: str) -> str:
    return month_for(Period.parse(period))


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
