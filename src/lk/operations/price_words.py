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
from lk.language import ngettext
from lk.operations import messages
from lk.outcome import Problem

Params = Mapping[str, Any]

ZONES_NAMES = {1: "Один тариф", 2: "Два тарифа", 3: "Три тарифа"}
BAND_NAMES = {1: "первый диапазон", 2: "второй диапазон", 3: "третий диапазон"}

_SENTENCES: dict[str, Callable[[Params], str]] = {
    "month_wanted": lambda _: "Выберите месяц, с которого это действует.",
    "no_prices": lambda _: "Впишите хотя бы одну цену: пустые поля остаются как есть.",
    "price_not_a_sum": lambda _: "Цена не разобралась. Напишите её рублями за кВт·ч, например 9,45.",
    "price_zero": lambda _: "Цена должна быть больше нуля.",
    "price_billed": lambda told: (
        f"По прежней цене уже выставлены счета {month_for(told['period'])}. Выставленное не меняется: "
        "выберите более поздний месяц."
    ),
    "empty_cell": lambda _: "Назовите документ, которым установлена цена: житель увидит его в счёте.",
    "no_norms": lambda _: "Впишите хотя бы один норматив: пустые поля остаются как есть.",
    "norm_not_whole": lambda _: "Норматив — целое число кВт·ч на человека в месяц.",
    "norm_billed": lambda told: (
        f"По прежнему нормативу уже выставлены счета {month_for(told['period'])}. Выставленное не меняется: "
        "выберите более поздний месяц."
    ),
    "out_of_range": lambda told: f"Допустимо от {number(told['least'])} до {number(told['most'])}.",
    "limit_not_whole": lambda _: "Граница — целое число кВт·ч в месяц.",
    "bands_out_of_order": lambda _: "Вторая граница должна быть выше первой, и обе больше нуля.",
    "month_billed": lambda told: (
        f"За этот месяц уже есть счета, и они не меняются. Первый свободный месяц — {month(told['first'])}."
    ),
    "not_a_date": lambda _: "Выберите день, с которого действует ставка.",
    "rate_not_a_number": lambda _: "Ставка — проценты годовых, не больше двух знаков после запятой, например 9,5.",
    "rate_too_high": lambda _: "Ставка не может быть выше 100 % годовых.",
    "day_is_past": lambda _: (
        "Пени считаются по дням, и прошедшие дни уже в счетах. Выберите день начиная с завтрашнего."
    ),
    "nothing_changes": lambda _: "Так и есть сейчас: менять нечего.",
    "nothing_planned": lambda _: "Этого изменения уже нет: его отменил другой сотрудник.",
    "begun_already": lambda _: (
        "Это уже действует, и отменить его нельзя. Пока по нему нет счетов, впишите другое значение с того же месяца."
    ),
    "billing_under_way": lambda _: (
        "Сейчас идёт расчёт счетов по нынешним ценам. Ничего не изменилось: попробуйте, когда он закончится."
    ),
    "not_an_operator": lambda _: "Это может только оператор, и не во время просмотра кабинета. Ничего не изменилось.",
}


def sentence(problem: Problem) -> str:
    """Why; what every file is told too, in the files' words."""
    say = _SENTENCES.get(problem.code)
    if say is not None:
        return say(problem.params)
    told = messages.sentence(problem)
    return f"{told[:1].upper()}{told[1:]}."


def dial_name(zones: int, register: Register | str) -> str:
    """`День, Т1`."""
    return DIAL_NAMES[ZONES[zones][REGISTERS.index(Register(register))]]


def price_name(zones: int, register: Register | str, band: int = 1) -> str:
    """`Два тарифа: день, Т1`, of a further band with its name."""
    dial = dial_name(zones, register)
    name = f"{ZONES_NAMES[zones]}: {dial[:1].lower()}{dial[1:]}" if zones > 1 else ZONES_NAMES[zones]
    return name if band == 1 else f"{name}, {BAND_NAMES[band]}"


def residents_name(residents: int, *, is_last: bool = False) -> str:
    """`3 человека`; the last row serves every larger household."""
    name = f"{residents} {ngettext('человек', 'человек', residents)}"
    return f"{name} и больше" if is_last else name
