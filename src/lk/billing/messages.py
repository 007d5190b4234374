"""A bill in words: what each line is, and why it is so much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lk import filters
from lk.billing.queries import ChargeView
from lk.period import Period

ZONE_NAMES = {
    "single": "Электроэнергия",
    "day": "День, Т1",
    "night": "Ночь, Т2",
    "peak": "Пик, Т1",
    "half_peak": "Полупик, Т3",
}
SOURCES = {
    "resident": "передано из кабинета",
    "helper": "передал помощник",
    "agent": "записал сотрудник",
    "import": "из загруженной ведомости",
    "link": "передано по ссылке",
}
METHODS = {"average": "по среднему", "norm": "по нормативу", "away": "никто не живёт"}


@dataclass(frozen=True, slots=True)
class LineWords:
    """A line of a bill for people: `why` is answered sentence by sentence."""

    title: str
    note: str
    sum: str
    why: tuple[str, ...]


def line_words(charge: ChargeView) -> LineWords:
    name = ZONE_NAMES.get(charge.zone, charge.zone)
    volume = filters.kwh(charge.consumption_kwh)
    if charge.line == "adjustment":
        period = Period.parse(charge.reasons["credited_period"]) if "credited_period" in charge.reasons else None
        title = f"Возврат {filters.month_for(period)}: {name}" if period else f"Возврат: {name}"
    else:
        title = name + (f", {METHODS[charge.method]}" if charge.method in METHODS else "")
        title += f", диапазон {charge.band}" if charge.band > 1 else ""
    return LineWords(
        title=title,
        note=f"{volume} × {filters.money(charge.price_kopecks)}",
        sum=filters.money(charge.amount_kopecks),
        why=tuple(_why(charge)),
    )


def _why(charge: ChargeView) -> Iterator[str]:
    if charge.line == "adjustment":
        yield from _why_credited(charge)
    elif charge.method == "reading":
        yield from _why_read(charge)
    else:
        yield from _why_estimated(charge, charge.reasons)
    yield _tariff(charge)
    yield (
        f"{filters.number(charge.consumption_kwh)} × {filters.money(charge.price_kopecks)} = "
        f"{filters.money(charge.amount_kopecks)}."
    )


def _why_read(charge: ChargeView) -> Iterator[str]:
    why = charge.reasons
    if charge.previous_kwh is not None and charge.current_kwh is not None:
        yield (
            f"Счётчик № {charge.serial_number}: было {filters.number(charge.previous_kwh)}{_on(charge.previous_on)}, "
            f"стало {filters.number(charge.current_kwh)}{_on(charge.current_on)}, "
            f"{SOURCES.get(charge.source, charge.source)}."
        )
    if why.get("rolled_over"):
        yield "Счётчик дошёл до последней цифры и начал с нуля: это учтено."
    if int(why.get("ratio", 1)) > 1:
        yield f"Коэффициент трансформации {why['ratio']}."
    if "booked_kwh" in why and int(why["booked_kwh"]):
        yield (
            f"По показаниям прошло {filters.kwh(int(why.get('all_meters_kwh', why['growth_kwh'])))}, из них "
            f"{filters.kwh(int(why['booked_kwh']))} уже были в счетах без показаний ({_months(why)}). "
            f"Осталось {filters.kwh(int(why['volume_kwh']))}."
        )


def _why_credited(charge: ChargeView) -> Iterator[str]:
    why = charge.reasons
    if "credited_period" in why:
        period = Period.parse(why["credited_period"])
        yield (
            f"В счёте {filters.month_for(period)} показаний не было, и в него попало больше, чем потом прошло "
            "по счётчику. Лишнее возвращаем по той же цене."
        )


def _why_estimated(charge: ChargeView, why: dict[str, Any]) -> Iterator[str]:
    if charge.method == "away":
        yield "Вы сообщили, что никто не живёт: за этот месяц ничего не начислено."
        return
    if charge.method == "average":
        yield "Показаний за этот месяц не было, поэтому взято ваше среднее за последние месяцы."
        left = why.get("estimates_left_before_norm")
        if left is not None:
            yield (
                "Если показаний не будет и дальше, по среднему посчитаем ещё "
                f"{filters.plural(int(left), 'месяц', 'месяца', 'месяцев')}, потом — по нормативу."
                if int(left)
                else "Следующий счёт без показаний будет уже по нормативу."
            )
    else:
        yield (
            "Показаний давно не было, поэтому взят норматив на человека."
            if charge.serial_number
            else ("Счётчика нет, поэтому взят норматив на человека.")
        )
        if "kwh_per_person" in why:
            yield f"Норматив: {filters.kwh(int(why['kwh_per_person']))} × {why['residents']} чел."
    yield "Когда придёт настоящее показание, разница вернётся или добавится сама."


def _tariff(charge: ChargeView) -> str:
    since = f" с {filters.day_year(charge.tariff_from)}" if charge.tariff_from else ""
    return f"Тариф {filters.money(charge.price_kopecks)} за кВт·ч{since}: {charge.legal_act}."


def _on(day: Any) -> str:
    return f" ({filters.day(day)})" if day else ""


def _months(why: dict[str, Any]) -> str:
    return ", ".join(filters.month(Period.parse(text)) for text in why.get("booked_periods", []))
