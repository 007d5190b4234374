"""What is odd about a reading, in words: the cause first, without blame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from lk.filters import NO_BREAK_SPACE, day, day_year, kwh, month_for, number, plural
from lk.metering.decisions import ACCEPTED, CORRECTED, OWN_WORDS, UNDONE, Decision
from lk.outcome import Problem
from lk.period import Period

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
    "taken_long_ago": lambda _: "Этому дню больше года. Проверьте, тот ли год.",
    "look_over": lambda _: "Просмотр закончился, показание не сохранено. Запишите его на странице счёта.",
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
    "far_above_usual": lambda told: f"Расход {kwh(told['consumption'])} — намного больше обычного.",
    "far_above_line": lambda told: f"Расход {kwh(told['consumption'])} — больше, чем может пропустить ваша линия.",
    "equal_to_previous": lambda told: f"Столько же, сколько в прошлый раз: {number(told['previous'])}.",
    "until_empty": lambda _: "Выберите день, до которого никого не будет.",
    "not_a_day": lambda _: "Напишите день так: 15.03.2027.",
    "until_is_past": lambda _: "Этот день уже прошёл. Выберите сегодняшний или более поздний.",
    "until_too_far": lambda told: (
        f"Так далеко заглянуть не сможем: самый поздний день — {day_year(date.fromisoformat(told['latest']))}. "
        "Потом можно будет продлить."
    ),
    "away_without_meter": lambda _: "По этому адресу нет счётчика, поэтому счёт считаем по нормативу.",
    "day_empty": lambda _: "Укажите день замены так: 15.03.2027.",
    "replaced_in_future": lambda _: "Этот день ещё не наступил.",
    "before_installed": lambda told: f"Старый счётчик поставили позже: {_day_year(told)}.",
    "before_last_reading": lambda told: f"Старый счётчик ещё стоял {_day_year(told)}: есть показание за этот день.",
    "serial_empty": lambda _: "Впишите номер нового счётчика.",
    "serial_shape": lambda _: "В номере счётчика от 4 до 20 букв и цифр.",
    "serial_known": lambda _: "Счётчик с таким номером по этому счёту уже есть.",
    "zones_empty": lambda _: "Выберите, сколько у счётчика зон.",
    "digits_range": lambda _: "Цифр до запятой у счётчика от 4 до 9.",
    "ratio_range": lambda _: "Коэффициент трансформации — целое число от 1 до 10 000. Без трансформаторов это 1.",
    "verified_too_early": lambda _: "У нового счётчика срок поверки ещё впереди. Проверьте год.",
    "register_too_many": lambda told: f"У этого счётчика зон {told['zones']}: оставьте поле пустым.",
    "already_replaced": lambda _: "Этот счётчик уже заменён. Обновите страницу счёта.",
    "period_over": lambda _: "Для этого месяца показание уже не засчитать.",
    "day_of_other_bill": lambda told: (
        f"Показание за этот день войдёт в другой счёт. Для счёта {month_for(Period.parse(told['period']))} нужен день "
        f"не позже {day(date.fromisoformat(told['last']))}."
    ),
    "above_next": lambda told: (
        f"Больше следующего показания: {month_for(Period.parse(told['period']))} было {number(told['next'])}."
    ),
    "bill_changed": lambda _: "Этот счёт уже исправили. Ничего не изменилось: посмотрите новый.",
    "cause_wanted": lambda _: "Выберите причину: житель прочтёт её в счёте.",
    "bill_decided": lambda _: "Этот счёт уже разобрал другой сотрудник. Ничего не изменилось.",
    "no_bill_to_correct": lambda _: "Этот счёт уже разобрал другой сотрудник. Ничего не изменилось.",
    "cannot_bill_again": lambda told: (
        f"Счёт {month_for(Period.parse(told['period']))} заново не посчитать: нет тарифа или норматива. "
        "Показание не записано. Скажите оператору."
    ),
    "not_lower": lambda _: "Показание не меньше прошлого: через ноль счётчик не прошёл.",
    "too_many_readings": lambda _: (
        "Показаний подряд слишком много. Последнее сохранено; новое можно передать через час."
    ),
    "decided_already": lambda _: "Это показание уже разобрали. Обновите страницу.",
    "newer_counts": lambda _: "Позже пришло другое показание, и оно уже учтено. Это можно только попросить заново.",
    "reason_wanted": lambda _: "Выберите причину: житель прочтёт её в письме.",
    "words_wanted": lambda _: "Напишите причину своими словами.",
    "words_too_long": lambda told: f"Уложитесь в {told['longest']} знаков.",
    "words_odd": lambda _: "Нужен простой текст в одну строку.",
    "photo_wanted": lambda _: "Выберите фото счётчика.",
    "photo_too_big": lambda told: f"Фото больше {told['megabytes']} МБ. Сделайте снимок поменьше.",
    "photo_too_many_pixels": lambda told: f"На снимке больше {told['megapixels']} мегапикселей. Сделайте его поменьше.",
    "photo_heic": lambda _: (
        "Снимки в формате HEIC открыть не сможем. Сохраните его как JPEG или снимите экран с этим фото."
    ),
    "photo_not_a_picture": lambda _: "Это не фотография. Подойдёт снимок в формате JPEG, PNG или WebP.",
    "photo_broken": lambda _: "Файл повреждён: снимок открылся не до конца. Сделайте его ещё раз.",
    "photo_too_late": lambda _: "Это показание уже разобрали, фото к нему больше не нужно.",
    "too_many_photos": lambda _: "Снимков подряд слишком много. Попробуйте через час.",
    "zones_look_swapped": lambda told: f"Похоже, зоны поменялись местами. Может быть, {_order(told)}?",
}


_ASKED_AGAIN: dict[str, str] = {
    "unclear": "На фото не видно всех цифр.",
    "no_photo": "Нужно фото счётчика, чтобы мы увидели цифры.",
    "other_meter": "На фото другой счётчик.",
    "too_low": "Показание меньше прошлого, а прошлое проверено.",
    "too_high": "Такой расход ваша линия пропустить не может.",
}
_RESERVED = {"far_above_typical": "far_above_usual", "above_physical_cap": "far_above_line"}


def sentence(problem: Problem) -> str:
    return _SENTENCES[problem.code](problem.params)


def reserved_sentence(problem: Problem) -> str:
    """For whoever has not signed in: nothing of what the household usually consumes, or may."""
    return _SENTENCES[_RESERVED.get(problem.code, problem.code)](problem.params)


def asked_again_options() -> list[tuple[str, str]]:
    """(code, sentence) of the reasons to choose from; the last one is in own words."""
    return [*_ASKED_AGAIN.items(), (OWN_WORDS, "Другая причина, своими словами")]


def decision_words(decision: Decision) -> str:
    """What a person made of a held reading, as the resident reads it."""
    if decision.code == ACCEPTED:
        return "Сотрудник посмотрел: показание учтено."
    if decision.code == CORRECTED:
        return "Сотрудник посмотрел и уточнил цифры."
    if decision.code == UNDONE:
        return "Показание загрузили по ошибке, оно не учтено."
    return " ".join(filter(None, (_ASKED_AGAIN.get(decision.code, ""), decision.words)))


def _day_year(told: Params) -> str:
    return day_year(date.fromisoformat(told["day"]))


def _usual(told: Params) -> str:
    return "за месяц" if told["months"] <= 1 else f"за {plural(told['months'], 'месяц', 'месяцев')}"


def _order(told: Params) -> str:
    return ", ".join(f"{register.upper()}{NO_BREAK_SPACE}— {number(told[register])}" for register in sorted(told))
