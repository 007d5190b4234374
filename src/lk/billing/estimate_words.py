"""A month without a reading in words: which rule found its kilowatt-hours, from which numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from lk import filters
from lk.billing.queries import ChargeView
from lk.language import _, plural
from lk.money import half_up

AVERAGE_MONTHS_AT_LEAST = 3


def why_estimated(charge: ChargeView, hidden_before: date | None = None) -> Iterator[str]:
    """Readings from before `hidden_before` are not told."""
    why = charge.reasons
    if charge.method == "away":
        yield _("Вы сообщили, что дома никого нет, поэтому за этот месяц ничего не начислено.")
        yield _("Когда передадите показание, весь расход с прошлого показания войдёт в счёт.")
        return
    if charge.method == "average":
        yield from _why_average(why, hidden_before)
    else:
        yield from _why_norm(charge, why)
    if charge.serial_number:
        yield _("Когда придёт показание, разница вернётся или добавится сама.")


def _why_average(why: dict[str, Any], hidden_before: date | None) -> Iterator[str]:
    yield _("Показаний за этот месяц не было, поэтому взято среднее по прежним показаниям.")
    if "growth_kwh" in why:
        yield from _readings(why, hidden_before)
        average = half_up(int(why["growth_kwh"]), int(why["months"]))
        yield _(
            "%(growth)s за %(months)s — это %(average)s в месяц.",
            growth=filters.kwh(int(why["growth_kwh"])),
            months=plural(int(why["months"]), "месяц", "месяцев"),
            average=filters.kwh(average),
        )
        yield from _part_of_month(average, why)
    left = why.get("estimates_left_before_norm")
    if left:
        months = plural(int(left), "месяц", "месяцев")
        yield _("Без показаний посчитаем так ещё %(months)s, потом — по нормативу.", months=months)
    elif left == 0:
        yield _("Следующий счёт без показаний будет уже по нормативу.")


def _readings(why: dict[str, Any], hidden_before: date | None) -> Iterator[str]:
    for part in why.get("readings", []):
        since, until = date.fromisoformat(part["r1_on"]), date.fromisoformat(part["r0_on"])
        if hidden_before is None or since >= hidden_before:
            was = f"{filters.number(int(part['r1_kwh']))} ({filters.day_year(since)})"
            now = f"{filters.number(int(part['r0_kwh']))} ({filters.day_year(until)})"
            yield _("Счётчик № %(meter)s: %(was)s → %(now)s.", meter=part["serial_number"], was=was, now=now)


def _why_norm(charge: ChargeView, why: dict[str, Any]) -> Iterator[str]:
    yield _why_not_average(charge, why)
    if why.get("kwh_per_person") is None:
        return
    people = plural(int(why["residents"]), "человек", "человек")
    norm = int(why["kwh_per_person"]) * int(why["residents"])
    told = f"{filters.kwh(int(why['kwh_per_person']))} × {people} = {filters.kwh(norm)}"
    yield _("Норматив на месяц: %(told)s.", told=told)
    yield from _part_of_month(norm, why)
    if charge.zone != "single":
        yield _("Между зонами норматив делится так, как раньше шёл счётчик.")


def _why_not_average(charge: ChargeView, why: dict[str, Any]) -> str:
    if not charge.serial_number:
        return _("Счётчика нет, поэтому взят норматив на человека.")
    if int(why.get("months", 0)) < AVERAGE_MONTHS_AT_LEAST:
        return _(
            "Показаний за этот месяц не было, а прежних мало для среднего: нужно хотя бы три месяца. "
            "Поэтому взят норматив на человека."
        )
    missed = plural(int(why["missed"]), "месяц", "месяцев")
    return _("Показаний нет %(months)s подряд, поэтому вместо среднего взят норматив на человека.", months=missed)


def _part_of_month(kwh: int, why: dict[str, Any]) -> Iterator[str]:
    opened, days = why.get("days_open"), why.get("days")
    if opened is None or days is None or opened == days:
        return
    part = half_up(kwh * int(opened), int(days))
    yield _(
        "Лицевой счёт был открыт %(opened)s из %(days)s: %(told)s.",
        opened=plural(int(opened), "день", "дней"),
        days=days,
        told=f"{filters.number(kwh)} × {opened} ÷ {days} = {filters.kwh(part)}",
    )
