"""A bill's lines in words: what each one is, and why it is so much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lk import filters
from lk.billing.estimate_words import why_estimated
from lk.billing.queries import ChargeView
from lk.billing.sheet import SheetLine
from lk.period import Period

ZONE_NAMES = {
    "single": "Электроэнергия",
    "day": "День, Т1",
    "night": "Ночь, Т2",
    "peak": "Пик, Т1",
    "half_peak": "Полупик, Т3",
}
DIAL_NAMES = {**ZONE_NAMES, "single": "Все сутки, Т1"}
SOURCES = {
    "resident": "передано из кабинета",
    "helper": "передал помощник",
    "agent": "записал сотрудник",
    "import": "из ведомости",
    "link": "передано по ссылке",
}
METHODS = {"average": "по среднему", "norm": "по нормативу", "away": "никого нет"}


@dataclass(frozen=True, slots=True)
class Around:
    """What a line is explained by besides itself: its bill's period and lines, the bands' upper limits in kWh a month.

    Readings from before `hidden_before` are not for its reader.
    """

    period: Period
    charges: Sequence[ChargeView]
    band_limits: Sequence[int]
    hidden_before: date | None = None


def sheet_line(charge: ChargeView, around: Around) -> SheetLine:
    return SheetLine(
        title=_title(charge, around),
        note=f"{filters.kwh(charge.consumption_kwh)} × {filters.money(charge.price_kopecks)}",
        amount_kopecks=charge.amount_kopecks,
        why=tuple(_why(charge, around)),
    )


def _title(charge: ChargeView, around: Around) -> str:
    name = ZONE_NAMES.get(charge.zone, charge.zone)
    if charge.line == "adjustment":
        credited = charge.reasons.get("credited_period")
        return f"Возврат за {_month(credited)}: {_small(name)}" if credited else f"Возврат: {_small(name)}"
    method = f", {METHODS[charge.method]}" if charge.method in METHODS else ""
    return name + method + (f", {_band(charge, around)}" if charge.band > 1 else "")


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]


def _band(charge: ChargeView, around: Around) -> str:
    """`сверх 3 900 кВт·ч`."""
    if charge.band - 2 < len(around.band_limits):
        return f"сверх {filters.kwh(around.band_limits[charge.band - 2])}"
    return f"диапазон {charge.band}"


def _why(charge: ChargeView, around: Around) -> Iterator[str]:
    if charge.method == "reading":
        yield from _why_read(charge, around)
    else:
        yield from why_estimated(charge, around.hidden_before)
    yield from _why_band(charge, around)
    since = f" действует с {filters.day_year(charge.tariff_from)}" if charge.tariff_from else ""
    yield f"Тариф {filters.money(charge.price_kopecks)} за кВт·ч{since}: {charge.legal_act}."
    yield (
        f"{filters.number(charge.consumption_kwh)} × {filters.money(charge.price_kopecks)} = "
        f"{filters.money(charge.amount_kopecks)}."
    )


def _why_read(charge: ChargeView, around: Around) -> Iterator[str]:
    why = charge.reasons
    if charge.previous_kwh is not None and charge.current_kwh is not None:
        was = filters.number(charge.previous_kwh) + _on(charge.previous_on, around.period)
        now = filters.number(charge.current_kwh) + _on(charge.current_on, around.period)
        source = SOURCES.get(charge.source, charge.source)
        yield f"Счётчик № {charge.serial_number}: было {was}, стало {now}, {source}."
        yield from _why_growth(charge.previous_kwh, charge.current_kwh, why)
    if "all_meters_kwh" in why:
        yield _why_replaced(charge, around)
    if "booked_periods" in why:
        yield from _why_settled(why)
    if charge.line == "adjustment":
        yield _why_credited(charge, why)


def _why_growth(previous: int, current: int, why: dict[str, Any]) -> Iterator[str]:
    """What a plain difference does not explain: a dial past its last digit, and transformers."""
    ratio, growth = int(why.get("ratio", 1)), int(why.get("growth_kwh", current - previous))
    on_dial = growth // ratio
    if why.get("rolled_over"):
        yield (
            f"Счётчик дошёл до последней цифры и пошёл с нуля: {filters.number(on_dial - current)} до нуля и "
            f"{filters.number(current)} после, вместе {filters.number(on_dial)}."
        )
    if ratio > 1:
        yield (
            f"Коэффициент трансформации {filters.number(ratio)}: {filters.number(on_dial)} × "
            f"{filters.number(ratio)} = {filters.kwh(growth)}."
        )


def _why_replaced(charge: ChargeView, around: Around) -> str:
    total = int(charge.reasons["all_meters_kwh"])
    parts = {
        each.serial_number: int(each.reasons["growth_kwh"])
        for each in around.charges
        if each.zone == charge.zone and "all_meters_kwh" in each.reasons
    }
    if len(parts) > 1 and sum(parts.values()) == total:
        told = " + ".join(f"{filters.number(kwh)} (№ {serial})" for serial, kwh in parts.items())
        return f"Счётчик заменили, расход складываем: {told} = {filters.kwh(total)}."
    return f"Счётчик заменили: по всем счётчикам вместе прошло {filters.kwh(total)}."


def _why_settled(why: dict[str, Any]) -> Iterator[str]:
    """What the bills since the last billed reading hold already."""
    growth, booked = int(why.get("all_meters_kwh", why["growth_kwh"])), int(why["booked_kwh"])
    months = _months(why["booked_periods"])
    if not booked:
        yield f"Сюда вошёл и расход за {months}: показаний тогда не было, и ничего не начислялось."
    elif booked > growth:
        yield (
            f"По показаниям прошло {filters.kwh(growth)}, а в счетах за {months} без показаний уже "
            f"{filters.kwh(booked)}: лишних {filters.kwh(booked - growth)}."
        )
    else:
        yield (
            f"Всего прошло {filters.kwh(growth)}. Из них {filters.kwh(booked)} уже были в счетах за {months} "
            f"без показаний, осталось {filters.kwh(growth - booked)}."
        )


def _why_credited(charge: ChargeView, why: dict[str, Any]) -> str:
    volume = filters.kwh(-charge.consumption_kwh)
    if "credited_period" not in why:
        return f"Возвращаем {volume}."
    how = {"average": "по среднему", "norm": "по нормативу"}.get(why.get("credited_method", ""), "по показаниям")
    return (
        f"{volume} были начислены {how} за {_month(why['credited_period'])}: возвращаем их "
        f"по той же цене, {filters.money(charge.price_kopecks)}."
    )


def _why_band(charge: ChargeView, around: Around) -> Iterator[str]:
    """Where a price begins to be another one, said on the lines of a bill that reaches so far."""
    if charge.line != "energy" or max(each.band for each in around.charges) == 1 or not around.band_limits:
        return
    prices = {each.price_kopecks for each in around.charges if (each.line, each.zone) == ("energy", charge.zone)}
    if charge.band == 1:
        cheapest = ": она дешевле всего" if charge.price_kopecks == min(prices) < max(prices) else ""
        yield f"Это часть до {filters.kwh(around.band_limits[0])} в месяц{cheapest}."
    else:
        upper = around.band_limits[charge.band - 1 : charge.band]
        until = f" и до {filters.kwh(upper[0])}" if upper else ""
        own = "у неё своя цена" if len(prices) > 1 else "цена у неё та же"
        yield f"Это часть {_band(charge, around)}{until} в месяц: {own}."
    if len({each.zone for each in around.charges}) > 1:
        yield "Предел общий для всех зон и делится между ними по расходу."
    settled = charge.reasons.get("booked_periods", [])
    if settled:
        months = filters.plural(len(settled) + 1, "месяц", "месяцев")
        yield f"Счёт закрывает {months}, поэтому и предел взят за {months}, кроме уже использованного."


def _on(day: date | None, period: Period) -> str:
    """` (20 августа)`, with its year where that is not the bill's."""
    if day is None:
        return ""
    return f" ({filters.day(day) if day.year == period.year else filters.day_year(day)})"


def _month(text: str) -> str:
    return filters.month(Period.parse(text))


def _months(texts: Sequence[str]) -> str:
    """`июль и август 2026`."""
    periods = [Period.parse(text) for text in texts]
    if not periods:
        return "прошлые месяцы"
    is_one_year = len({period.year for period in periods}) == 1
    words = [filters.month_name(period) if is_one_year else filters.month(period) for period in periods]
    if is_one_year:
        words[-1] = filters.month(periods[-1])
    return " и ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
