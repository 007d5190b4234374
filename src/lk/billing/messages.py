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
from lk.language import N_, _, plural
from lk.period import Period

ZONE_NAMES = {
    "single": N_("Электроэнергия"),
    "day": N_("День, Т1"),
    "night": N_("Ночь, Т2"),
    "peak": N_("Пик, Т1"),
    "half_peak": N_("Полупик, Т3"),
}
DIAL_NAMES = {**ZONE_NAMES, "single": N_("Все сутки, Т1")}
SOURCES = {
    "resident": N_("передано из кабинета"),
    "helper": N_("передал помощник"),
    "agent": N_("записал сотрудник"),
    "import": N_("из ведомости"),
    "link": N_("передано по ссылке"),
}
METHODS = {"average": N_("по среднему"), "norm": N_("по нормативу"), "away": N_("никого нет")}
_CREDITED = {method: METHODS[method] for method in ("average", "norm")}


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
    name = _(ZONE_NAMES.get(charge.zone, charge.zone))
    if charge.line == "adjustment":
        credited = charge.reasons.get("credited_period")
        if not credited:
            return _("Возврат: %(zone)s", zone=_small(name))
        return _("Возврат за %(month)s: %(zone)s", month=filters.month(Period.parse(credited)), zone=_small(name))
    method = f", {_(METHODS[charge.method])}" if charge.method in METHODS else ""
    return name + method + (f", {_band(charge, around)}" if charge.band > 1 else "")


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]


def _band(charge: ChargeView, around: Around) -> str:
    """`сверх 3 900 кВт·ч`."""
    if charge.band - 2 < len(around.band_limits):
        return _("сверх %(limit)s", limit=filters.kwh(around.band_limits[charge.band - 2]))
    return _("диапазон %(band)s", band=charge.band)


def _why(charge: ChargeView, around: Around) -> Iterator[str]:
    if charge.method == "reading":
        yield from _why_read(charge, around)
    else:
        yield from why_estimated(charge, around.hidden_before)
    yield from _why_band(charge, around)
    yield _why_price(charge)
    yield (
        f"{filters.number(charge.consumption_kwh)} × {filters.money(charge.price_kopecks)} = "
        f"{filters.money(charge.amount_kopecks)}."
    )


def _why_price(charge: ChargeView) -> str:
    price = filters.money(charge.price_kopecks)
    if charge.tariff_from is None:
        return _("Тариф %(price)s за кВт·ч: %(act)s.", price=price, act=charge.legal_act)
    return _(
        "Тариф %(price)s за кВт·ч действует с %(day)s: %(act)s.",
        price=price,
        day=filters.day_year(charge.tariff_from),
        act=charge.legal_act,
    )


def _why_band(charge: ChargeView, around: Around) -> Iterator[str]:
    """Where a price begins to be another one, said on the lines of a bill that reaches so far."""
    if charge.line != "energy" or max(each.band for each in around.charges) == 1 or not around.band_limits:
        return
    prices = {each.price_kopecks for each in around.charges if (each.line, each.zone) == ("energy", charge.zone)}
    if charge.band > 1:
        yield _why_upper_band(charge, around, has_own_price=len(prices) > 1)
    elif charge.price_kopecks == min(prices) < max(prices):
        yield _("Это часть до %(limit)s в месяц: она дешевле всего.", limit=filters.kwh(around.band_limits[0]))
    else:
        yield _("Это часть до %(limit)s в месяц.", limit=filters.kwh(around.band_limits[0]))
    if len({each.zone for each in around.charges}) > 1:
        yield _("Предел общий для всех зон и делится между ними по расходу.")
    settled = charge.reasons.get("booked_periods", [])
    if settled:
        months = plural(len(settled) + 1, "месяц", "месяцев")
        yield _(
            "Счёт закрывает %(months)s, поэтому и предел взят за %(months)s, кроме уже использованного.", months=months
        )


def _why_upper_band(charge: ChargeView, around: Around, *, has_own_price: bool) -> str:
    band, upper = _band(charge, around), around.band_limits[charge.band - 1 : charge.band]
    if upper:
        until = filters.kwh(upper[0])
        if has_own_price:
            return _("Это часть %(band)s и до %(until)s в месяц: у неё своя цена.", band=band, until=until)
        return _("Это часть %(band)s и до %(until)s в месяц: цена у неё та же.", band=band, until=until)
    if has_own_price:
        return _("Это часть %(band)s в месяц: у неё своя цена.", band=band)
    return _("Это часть %(band)s в месяц: цена у неё та же.", band=band)


def _why_read(charge: ChargeView, around: Around) -> Iterator[str]:
    why = charge.reasons
    if charge.previous_kwh is not None and charge.current_kwh is not None:
        was = filters.number(charge.previous_kwh) + _on(charge.previous_on, around.period)
        now = filters.number(charge.current_kwh) + _on(charge.current_on, around.period)
        yield _(
            "Счётчик № %(meter)s: было %(was)s, стало %(now)s, %(source)s.",
            meter=charge.serial_number,
            was=was,
            now=now,
            source=_(SOURCES.get(charge.source, charge.source)),
        )
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
        yield _(
            "Счётчик дошёл до последней цифры и пошёл с нуля: %(before)s до нуля и %(after)s после, вместе %(total)s.",
            before=filters.number(on_dial - current),
            after=filters.number(current),
            total=filters.number(on_dial),
        )
    if ratio > 1:
        told = f"{filters.number(on_dial)} × {filters.number(ratio)} = {filters.kwh(growth)}"
        yield _("Коэффициент трансформации %(ratio)s: %(told)s.", ratio=filters.number(ratio), told=told)


def _why_replaced(charge: ChargeView, around: Around) -> str:
    total = int(charge.reasons["all_meters_kwh"])
    parts = {
        each.serial_number: int(each.reasons["growth_kwh"])
        for each in around.charges
        if each.zone == charge.zone and "all_meters_kwh" in each.reasons
    }
    if len(parts) > 1 and sum(parts.values()) == total:
        told = " + ".join(f"{filters.number(kwh)} (№ {serial})" for serial, kwh in parts.items())
        return _("Счётчик заменили, расход складываем: %(told)s.", told=f"{told} = {filters.kwh(total)}")
    return _("Счётчик заменили: по всем счётчикам вместе прошло %(total)s.", total=filters.kwh(total))


def _why_settled(why: dict[str, Any]) -> Iterator[str]:
    """What the bills since the last billed reading hold already."""
    growth, booked = int(why.get("all_meters_kwh", why["growth_kwh"])), int(why["booked_kwh"])
    months = _months(why["booked_periods"])
    if not booked:
        yield _("Сюда вошёл и расход за %(months)s: показаний тогда не было, и ничего не начислялось.", months=months)
    elif booked > growth:
        yield _(
            "По показаниям прошло %(growth)s, а в счетах за %(months)s без показаний уже %(booked)s: лишних %(more)s.",
            growth=filters.kwh(growth),
            months=months,
            booked=filters.kwh(booked),
            more=filters.kwh(booked - growth),
        )
    else:
        yield _(
            "Всего прошло %(growth)s. Из них %(booked)s уже были в счетах за %(months)s без показаний, "
            "осталось %(left)s.",
            growth=filters.kwh(growth),
            booked=filters.kwh(booked),
            months=months,
            left=filters.kwh(growth - booked),
        )


def _why_credited(charge: ChargeView, why: dict[str, Any]) -> str:
    volume = filters.kwh(-charge.consumption_kwh)
    if "credited_period" not in why:
        return _("Возвращаем %(volume)s.", volume=volume)
    return _(
        "%(volume)s были начислены %(how)s за %(month)s: возвращаем их по той же цене, %(price)s.",
        volume=volume,
        how=_(_CREDITED.get(why.get("credited_method", ""), N_("по показаниям"))),
        month=filters.month(Period.parse(why["credited_period"])),
        price=filters.money(charge.price_kopecks),
    )


def _on(day: date | None, period: Period) -> str:
    """` (20 августа)`, with its year where that is not the bill's."""
    if day is None:
        return ""
    return f" ({filters.day(day) if day.year == period.year else filters.day_year(day)})"


def _months(texts: Sequence[str]) -> str:
    """`июль и август 2026`."""
    periods = [Period.parse(text) for text in texts]
    if not periods:
        return _("прошлые месяцы")
    is_one_year = len({period.year for period in periods}) == 1
    words = [filters.month_name(period) if is_one_year else filters.month(period) for period in periods]
    if is_one_year:
        words[-1] = filters.month(periods[-1])
    return _(" и ").join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
