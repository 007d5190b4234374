"""A comparison with the newest billed month in words. Finished values."""

from __future__ import annotations

from dataclasses import dataclass

from lk.filters import account_number, kwh, money, month_for, number, plural, share, signed_money
from lk.language import _, ngettext
from lk.operations.comparing import Compared
from lk.operations.price_rules import Comparison, Example
from lk.operations.price_words import price_name, zones_name

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """`sum` is empty where there is nothing to compare; then `note` says why.

    `prices`: name, the price before and after, kWh, the difference. `examples`: whose, before, after, the difference.
    """

    title: str
    sum: str = ""
    was: str = ""
    difference: str = ""
    note: str = ""
    prices: tuple[Row, ...] = ()
    examples: tuple[Row, ...] = ()
    examples_title: str = ""


def shown_comparison(compared: Compared, whose: str) -> Shown:
    """`whose`: what is summed up, in a word or two – «все счета», «счета по нормативу»."""
    if compared.period is None:
        return Shown(_("Сравнить не с чем"), note=_("Счетов ещё не было: сравнить не с чем."))
    title = _("Если бы так считали %(for_month)s", for_month=month_for(compared.period))
    comparison = compared.comparison
    if comparison is None:
        return Shown(
            title,
            note=_("Город большой, киловатт-часы за месяц ещё считаются. Нажмите «Проверить» ещё раз через минуту."),
        )
    if not comparison.bills:
        return Shown(title, note=_("Таких счетов за этот месяц не было: ничего бы не изменилось."))
    return Shown(
        title=title,
        sum=money(comparison.now_kopecks),
        was=_(
            "вместо %(was)s · %(whose)s: %(bills)s",
            was=money(comparison.was_kopecks),
            whose=whose,
            bills=plural(comparison.bills, "счёт", "счетов"),
        ),
        difference=_difference(comparison),
        note=_note(comparison),
        prices=tuple(
            (
                price_name(each.zones, each.register, each.band),
                money(each.was_price),
                money(each.price),
                kwh(each.kwh),
                signed_money(each.more_kopecks),
            )
            for each in comparison.repriced
        ),
        examples=tuple(_example(each) for each in comparison.examples),
        examples_title=_("Кому сколько") if comparison.repriced else _("Больше всего изменились бы"),
    )


def _difference(comparison: Comparison) -> str:
    more = comparison.more_kopecks
    if not more:
        return _("Ни рубля разницы.")
    total = money(abs(more))
    if abs(more) >= comparison.was_kopecks:
        return _("На %(sum)s больше.", sum=total) if more > 0 else _("На %(sum)s меньше.", sum=total)
    part = share(abs(more), comparison.was_kopecks)
    if more > 0:
        return _("На %(sum)s больше, это %(part)s.", sum=total, part=part)
    return _("На %(sum)s меньше, это %(part)s.", sum=total, part=part)


def _note(comparison: Comparison) -> str:
    if not comparison.unsure:
        return ""
    return ngettext(
        "%(num)s\u00a0счёт с перерасчётом за прошлые месяцы взят как есть: по его строкам этого не узнать.",
        "%(num)s\u00a0счетов с перерасчётом за прошлые месяцы взяты как есть: по их строкам этого не узнать.",
        comparison.unsure,
    )


def _example(example: Example) -> Row:
    sums = money(example.was_kopecks), money(example.now_kopecks)
    more = signed_money(example.now_kopecks - example.was_kopecks)
    if example.account_number:
        return account_number(example.account_number), *sums, more
    used = " + ".join([*map(number, example.kwh[:-1]), kwh(example.kwh[-1])])
    return f"{zones_name(len(example.kwh))}, {used}", *sums, more
