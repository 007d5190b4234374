"""The words of the pages of prices: places, months, refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lk.billing.messages import DIAL_NAMES
from lk.energy import REGISTERS, ZONES, Register
from lk.filters import month, month_for, number
from lk.history.company_words import CATEGORIES as CATEGORIES
from lk.history.company_words import REGIONS as REGIONS
from lk.history.company_words import percent as percent
from lk.history.company_words import place_name as place_name
from lk.language import N_, _, ngettext
from lk.operations import messages
from lk.outcome import Problem

Params = Mapping[str, Any]

ZONES_NAMES = {1: N_("Один тариф"), 2: N_("Два тарифа"), 3: N_("Три тарифа")}
BAND_NAMES = {1: N_("первый диапазон"), 2: N_("второй диапазон"), 3: N_("третий диапазон")}

_SENTENCES: dict[str, str | Callable[[Params], str]] = {
    "month_wanted": N_("Выберите месяц, с которого это действует."),
    "no_prices": N_("Впишите хотя бы одну цену: пустые поля остаются как есть."),
    "price_not_a_sum": N_("Цена не разобралась. Напишите её рублями за кВт·ч, например 9,45."),
    "price_zero": N_("Цена должна быть больше нуля."),
    "price_billed": lambda told: _(
        "По прежней цене уже выставлены счета %(for_month)s. Выставленное не меняется: выберите более поздний месяц.",
        for_month=month_for(told["period"]),
    ),
    "empty_cell": N_("Назовите документ, которым установлена цена: житель увидит его в счёте."),
    "no_norms": N_("Впишите хотя бы один норматив: пустые поля остаются как есть."),
    "norm_not_whole": N_("Норматив — целое число кВт·ч на человека в месяц."),
    "norm_billed": lambda told: _(
        "По прежнему нормативу уже выставлены счета %(for_month)s. Выставленное не меняется: "
        "выберите более поздний месяц.",
        for_month=month_for(told["period"]),
    ),
    "out_of_range": lambda told: _(
        "Допустимо от %(least)s до %(most)s.", least=number(told["least"]), most=number(told["most"])
    ),
    "limit_not_whole": N_("Граница — целое число кВт·ч в месяц."),
    "bands_out_of_order": N_("Вторая граница должна быть выше первой, и обе больше нуля."),
    "month_billed": lambda told: _(
        "За этот месяц уже есть счета, и они не меняются. Первый свободный месяц — %(month)s.",
        month=month(told["first"]),
    ),
    "not_a_date": N_("Выберите день, с которого действует ставка."),
    "rate_not_a_number": N_("Ставка — проценты годовых, не больше двух знаков после запятой, например 9,5."),
    "rate_too_high": N_("Ставка не может быть выше 100 % годовых."),
    "day_is_past": N_("Пени считаются по дням, и прошедшие дни уже в счетах. Выберите день начиная с завтрашнего."),
    "nothing_changes": N_("Так и есть сейчас: менять нечего."),
    "nothing_planned": N_("Этого изменения уже нет: его отменил другой сотрудник."),
    "begun_already": N_(
        "Это уже действует, и отменить его нельзя. Пока по нему нет счетов, впишите другое значение с того же месяца."
    ),
    "billing_under_way": N_(
        "Сейчас идёт расчёт счетов по нынешним ценам. Ничего не изменилось: попробуйте, когда он закончится."
    ),
    "not_an_operator": N_("Это может только оператор, и не во время просмотра кабинета. Ничего не изменилось."),
}


def sentence(problem: Problem) -> str:
    """Why; what every file is told too, in the files' words."""
    say = _SENTENCES.get(problem.code)
    if say is not None:
        return _(say) if isinstance(say, str) else say(problem.params)
    told = messages.sentence(problem)
    return f"{told[:1].upper()}{told[1:]}."


def zones_name(zones: int) -> str:
    """`Два тарифа`."""
    return _(ZONES_NAMES[zones])


def dial_name(zones: int, register: Register | str, band: int = 1) -> str:
    """`День, Т1`, of a further band with its name."""
    name = _(DIAL_NAMES[ZONES[zones][REGISTERS.index(Register(register))]])
    return name if band == 1 else f"{name}, {_(BAND_NAMES[band])}"


def price_name(zones: int, register: Register | str, band: int = 1) -> str:
    """`Два тарифа: день, Т1`, of a further band with its name."""
    dial = dial_name(zones, register)
    name = f"{zones_name(zones)}: {dial[:1].lower()}{dial[1:]}" if zones > 1 else zones_name(zones)
    return name if band == 1 else f"{name}, {_(BAND_NAMES[band])}"


def residents_name(residents: int, *, is_last: bool = False) -> str:
    """`3 человека`; the last row serves every larger household."""
    name = f"{residents} {ngettext('человек', 'человек', residents)}"
    return _("%(people)s и больше", people=name) if is_last else name
