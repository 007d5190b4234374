"""What is odd about a reading, in words: the cause first, without blame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from lk.filters import NO_BREAK_SPACE, day, kwh, number, plural
from lk.outcome import Problem

Params = Mapping[str, Any]

_SENTENCES: dict[str, Callable[[Params], str]] = {
    "nothing_typed": lambda _: "Впишите цифры со счётчика.",
    "not_a_number": lambda _: "Здесь нужны только цифры, как на счётчике.",
    "digits_after_comma": lambda told: (
        f"Цифры после запятой не нужны. Оставьте {number(told['whole'])} и отправьте ещё раз."
    ),
    "too_many_digits": lambda told: (
        f"Цифр больше, чем на счётчике: там их {told['digits']}. Цифры после запятой не нужны."
    ),
    "taken_in_future": lambda _: "Этот день ещё не наступил. Укажите день, когда вы смотрели на счётчик.",
    "meter_not_here": lambda _: "Этого счётчика по адресу нет. Обновите страницу: на ней тот, что стоит сейчас.",
    "verification_over": lambda told: (
        f"Срок поверки счётчика вышел {day(date.fromisoformat(told['verified_until']))}, показание посмотрит сотрудник."
    ),
    "below_previous": lambda told: f"Меньше прошлого показания: было {number(told['previous'])}.",
    "roll_over_doubtful": lambda told: (
        f"Было {number(told['previous'])}, стало {number(told['value'])}. Похоже, счётчик прошёл через ноль, но расход "
        "выходит необычным."
    ),
    "above_physical_cap": lambda told: (
        f"Расход {kwh(told['consumption'])} — больше, чем может пропустить ваша линия: {kwh(told['cap'])}."
    ),
    "far_above_typical": lambda told: (
        f"Расход {kwh(told['consumption'])} — намного больше обычного: {_usual(told)} около {kwh(told['expected'])}."
    ),
    "equal_to_previous": lambda told: f"Столько же, сколько в прошлый раз: {number(told['previous'])}.",
    "zones_look_swapped": lambda told: f"Похоже, зоны поменялись местами. Может быть, {_order(told)}?",
}


def sentence(problem: Problem) -> str:
    return _SENTENCES[problem.code](problem.params)


def _usual(told: Params) -> str:
    return "за месяц" if told["months"] <= 1 else f"за {plural(told['months'], 'месяц', 'месяца', 'месяцев')}"


def _order(told: Params) -> str:
    return ", ".join(f"{register.upper()}{NO_BREAK_SPACE}— {number(told[register])}" for register in sorted(told))
