"""What is odd about a reading, in words: the cause first, without blame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from markupsafe import Markup

from lk.filters import NO_BREAK_SPACE, as_written, day, day_year, kwh, month_for, number, plural
from lk.language import N_, _
from lk.metering.decisions import ACCEPTED, CORRECTED, OWN_WORDS, UNDONE, Decision
from lk.outcome import Problem
from lk.period import Period

Params = Mapping[str, Any]

_SENTENCES: dict[str, str] = {
    "nothing_typed": N_("Впишите цифры со счётчика."),
    "not_a_number": N_("Здесь нужны только цифры, как на счётчике."),
    "digits_after_comma": N_("Цифры после запятой не нужны. Оставьте %(whole)s и отправьте ещё раз."),
    "too_many_digits": N_("Цифр больше, чем на счётчике: там их %(digits)s. Цифры после запятой не нужны."),
    "taken_in_future": N_("Этот день ещё не наступил. Укажите день, когда вы смотрели на счётчик."),
    "taken_after_closing": N_("Лицевой счёт закрыт %(closed_on)s: более поздние показания за него не считаются."),
    "taken_long_ago": N_("Этому дню больше года. Проверьте, тот ли год."),
    "look_over": N_("Просмотр закончился, показание не сохранено. Запишите его на странице счёта."),
    "meter_not_here": N_("Этого счётчика по адресу нет. Обновите страницу: на ней тот, что стоит сейчас."),
    "verification_over": N_("Срок поверки счётчика вышел %(verified_until)s, показание посмотрит сотрудник."),
    "below_previous": N_("Меньше прошлого показания: было %(previous)s."),
    "roll_over_doubtful": N_(
        "Было %(previous)s, стало %(value)s. Похоже, счётчик прошёл через ноль, но расход выходит необычным."
    ),
    "above_physical_cap": N_("Расход %(consumption)s — больше, чем может пропустить ваша линия: %(cap)s."),
    "far_above_typical": N_("Расход %(consumption)s — намного больше обычного: за месяц около %(expected)s."),
    "far_above_typical_of_months": N_(
        "Расход %(consumption)s — намного больше обычного: за %(months)s около %(expected)s."
    ),
    "far_above_usual": N_("Расход %(consumption)s — намного больше обычного."),
    "far_above_line": N_("Расход %(consumption)s — больше, чем может пропустить ваша линия."),
    "equal_to_previous": N_("Столько же, сколько в прошлый раз: %(previous)s."),
    "until_empty": N_("Выберите день, до которого никого не будет."),
    "not_a_day": N_("Напишите день так: 15.03.2027."),
    "until_is_past": N_("Этот день уже прошёл. Выберите сегодняшний или более поздний."),
    "until_too_far": N_("Так далеко заглянуть не сможем: самый поздний день — %(latest)s. Потом можно будет продлить."),
    "away_without_meter": N_("По этому адресу нет счётчика, поэтому счёт считаем по нормативу."),
    "day_empty": N_("Укажите день замены так: 15.03.2027."),
    "replaced_in_future": N_("Этот день ещё не наступил."),
    "before_installed": N_("Старый счётчик поставили позже: %(day)s."),
    "before_last_reading": N_("Старый счётчик ещё стоял %(day)s: есть показание за этот день."),
    "serial_empty": N_("Впишите номер нового счётчика."),
    "serial_shape": N_("В номере счётчика от 4 до 20 букв и цифр."),
    "serial_known": N_("Счётчик с таким номером по этому счёту уже есть."),
    "zones_empty": N_("Выберите, сколько у счётчика зон."),
    "digits_range": N_("Цифр до запятой у счётчика от 4 до 9."),
    "ratio_range": N_("Коэффициент трансформации — целое число от 1 до 10 000. Без трансформаторов это 1."),
    "verified_too_early": N_("У нового счётчика срок поверки ещё впереди. Проверьте год."),
    "register_too_many": N_("У этого счётчика зон %(zones)s: оставьте поле пустым."),
    "already_replaced": N_("Этот счётчик уже заменён. Обновите страницу счёта."),
    "period_over": N_("Для этого месяца показание уже не засчитать."),
    "day_of_other_bill": N_(
        "Показание за этот день войдёт в другой счёт. Для счёта %(for_month)s нужен день не позже %(last)s."
    ),
    "above_next": N_("Больше следующего показания: %(for_month)s было %(next)s."),
    "bill_changed": N_("Этот счёт уже исправили. Ничего не изменилось: посмотрите новый."),
    "cause_wanted": N_("Выберите причину: житель прочтёт её в счёте."),
    "bill_decided": N_("Этот счёт уже разобрал другой сотрудник. Ничего не изменилось."),
    "no_bill_to_correct": N_("Этот счёт уже разобрал другой сотрудник. Ничего не изменилось."),
    "cannot_bill_again": N_(
        "Счёт %(for_month)s заново не посчитать: нет тарифа или норматива. Показание не записано. Скажите оператору."
    ),
    "not_lower": N_("Показание не меньше прошлого: через ноль счётчик не прошёл."),
    "too_many_readings": N_("Показаний подряд слишком много. Последнее сохранено; новое можно передать через час."),
    "decided_already": N_("Это показание уже разобрали. Обновите страницу."),
    "newer_counts": N_("Позже пришло другое показание, и оно уже учтено. Это можно только попросить заново."),
    "reason_wanted": N_("Выберите причину: житель прочтёт её в письме."),
    "words_wanted": N_("Напишите причину своими словами."),
    "words_too_long": N_("Уложитесь в %(longest)s знаков."),
    "words_odd": N_("Нужен простой текст в одну строку."),
    "photo_wanted": N_("Выберите фото счётчика."),
    "photo_too_big": N_("Фото больше %(megabytes)s МБ. Сделайте снимок поменьше."),
    "photo_too_many_pixels": N_("На снимке больше %(megapixels)s мегапикселей. Сделайте его поменьше."),
    "photo_heic": N_("Снимки в формате HEIC открыть не сможем. Сохраните его как JPEG или снимите экран с этим фото."),
    "photo_not_a_picture": N_("Это не фотография. Подойдёт снимок в формате JPEG, PNG или WebP."),
    "photo_broken": N_("Файл повреждён: снимок открылся не до конца. Сделайте его ещё раз."),
    "photo_too_late": N_("Это показание уже разобрали, фото к нему больше не нужно."),
    "too_many_photos": N_("Снимков подряд слишком много. Попробуйте через час."),
    "zones_look_swapped": N_("Похоже, зоны поменялись местами. Может быть, %(order)s?"),
}
_ASKED_AGAIN: dict[str, str] = {
    "unclear": N_("На фото не видно всех цифр."),
    "no_photo": N_("Нужно фото счётчика, чтобы мы увидели цифры."),
    "other_meter": N_("На фото другой счётчик."),
    "too_low": N_("Показание меньше прошлого, а прошлое проверено."),
    "too_high": N_("Такой расход ваша линия пропустить не может."),
    OWN_WORDS: N_("Другая причина, своими словами"),
}
_RESERVED = {"far_above_typical": "far_above_usual", "above_physical_cap": "far_above_line"}


def sentence(problem: Problem) -> str:
    return _(_SENTENCES[_code(problem)], **_written(problem.params))


def reserved_sentence(problem: Problem) -> str:
    """For whoever has not signed in: nothing of what the household usually consumes, or may."""
    return _(_SENTENCES[_RESERVED.get(problem.code, problem.code)], **_written(problem.params))


def asked_again_options() -> list[tuple[str, str]]:
    """(code, sentence) of the reasons to choose from; the last one is in own words."""
    return [(code, _(words)) for code, words in _ASKED_AGAIN.items()]


def decision_words(decision: Decision) -> str:
    """What a person made of a held reading, as the resident reads it."""
    if decision.code == ACCEPTED:
        return _("Сотрудник посмотрел: показание учтено.")
    if decision.code == CORRECTED:
        return _("Сотрудник посмотрел и уточнил цифры.")
    if decision.code == UNDONE:
        return _("Показание загрузили по ошибке, оно не учтено.")
    reason = "" if decision.code == OWN_WORDS else _ASKED_AGAIN.get(decision.code, "")
    return Markup(" ").join(filter(None, (_(reason) if reason else "", as_written(decision.words))))


def _code(problem: Problem) -> str:
    is_of_months = problem.code == "far_above_typical" and problem.params["months"] > 1  # type: ignore[operator]
    return "far_above_typical_of_months" if is_of_months else problem.code


def _written(told: Params) -> Params:
    """What a sentence has places for, as people read it."""
    said: dict[str, object] = {name: _AS_READ.get(name, str)(value) for name, value in told.items()}
    if "period" in told:
        said["for_month"] = month_for(Period.parse(told["period"]))
    registers = {name: told[name] for name in ("t1", "t2", "t3") if name in told}
    return said | {"order": _order(registers)} if registers else said


def _day(stored: str) -> str:
    return day(date.fromisoformat(stored))


def _day_year(stored: str) -> str:
    return day_year(date.fromisoformat(stored))


def _months(count: int) -> str:
    return plural(count, "месяц", "месяцев")


def _order(registers: Params) -> str:
    return ", ".join(f"{name.upper()}{NO_BREAK_SPACE}— {number(value)}" for name, value in sorted(registers.items()))


_AS_READ: Mapping[str, Callable[[Any], str]] = {
    **dict.fromkeys(("previous", "value", "next", "whole"), number),
    **dict.fromkeys(("cap", "consumption", "expected"), kwh),
    **dict.fromkeys(("last", "verified_until"), _day),
    **dict.fromkeys(("closed_on", "day", "latest"), _day_year),
    "months": _months,
}
