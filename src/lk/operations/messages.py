"""What is wrong with a file, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lk.filters import money, number, plural
from lk.language import N_, _
from lk.metering import messages as of_readings
from lk.outcome import Problem

VALUE_SHOWN = 60

Params = Mapping[str, Any]

_SENTENCES: dict[str, str | Callable[[Params], str]] = {
    "no_such_file": N_("такого файла нет, проверьте путь"),
    "not_a_file": N_("это не файл, укажите файл CSV"),
    "not_readable": N_("файл не открывается, проверьте права на чтение"),
    "empty_file": N_("файл пуст, первой строкой нужны названия столбцов"),
    "binary": N_("это не текст: в файле есть нулевые байты; сохраните таблицу как CSV в кодировке UTF-8"),
    "not_utf8": N_("строка не в кодировке UTF-8; сохраните таблицу как CSV в кодировке UTF-8"),
    "line_too_long": N_("строка длиннее 64 КБ: похоже, это не таблица CSV"),
    "not_csv": N_("кавычки в строке не сходятся: каждая открытая должна быть закрыта"),
    "changed_meanwhile": N_("те же данные в это время изменил кто-то ещё; загрузите файл ещё раз"),
    "missing_column": N_("такого столбца в файле нет, а он нужен"),
    "unknown_column": lambda told: _("лишний столбец; известны %(known)s", known=", ".join(told["known"])),
    "column_twice": N_("столбец назван дважды"),
    "wrong_width": N_("ячеек %(found)s, а столбцов %(wanted)s"),
    "empty_cell": N_("ячейка пуста, а значение нужно"),
    "control_characters": N_("в тексте есть невидимые знаки или переносы строк; уберите их"),
    "looks_like_formula": N_("похоже на формулу; текст не может начинаться с =, +, - или @"),
    "too_long": N_("длиннее %(most)s знаков"),
    "not_an_email": N_("не похоже на адрес почты"),
    "not_one_of": lambda told: _("допустимо: %(allowed)s", allowed=", ".join(told["allowed"])),
    "not_whole": N_("нужно целое число: только цифры, без знака, пробелов и дробной части"),
    "out_of_range": N_("допустимо от %(least)s до %(most)s"),
    "not_rubles": N_("нужна сумма в рублях: цифры и не больше двух знаков после точки, например 9.45"),
    "not_signed_rubles": N_(
        "нужна сумма в рублях, аванс с минусом: цифры и не больше двух знаков после точки, например -120.50"
    ),
    "not_a_day": N_("нужна дата вида 2026-03-10"),
    "day_too_early": N_("раньше %(earliest)s, с которого известен календарь компании"),
    "day_in_future": N_("этот день ещё не наступил, сегодня %(today)s"),
    "not_an_account_number": N_("нужно 10 цифр, можно с чёрточками: 12345-678-90"),
    "not_a_meter_number": N_("нужно от 4 до 20 букв и цифр, хотя бы одна не ноль"),
    "twice_in_file": N_("уже есть в строке %(first)s этого файла"),
    "unknown_account": N_("такого лицевого счёта нет; сначала загрузите accounts"),
    "unknown_meter": N_("такого счётчика на этом лицевом счёте нет; сначала загрузите meters"),
    "meter_not_in_place": N_("в этот день счётчик на счёте не стоял"),
    "closed_before_opened": N_("раньше открытия счёта, %(opened_on)s"),
    "closed_before_billed": N_("счёт уже выставлен за %(period)s; закрыть раньше нельзя"),
    "already_billed": N_("по прежнему значению «%(stored)s» уже выставлены счета; изменить нельзя"),
    "meter_in_use": N_("по прежнему значению «%(stored)s» уже есть показания или счета; изменить нельзя"),
    "register_missing": N_("у счётчика с числом зон %(zones)s это показание нужно"),
    "register_too_many": N_("у счётчика с числом зон %(zones)s такого показания нет"),
    "too_many_digits": N_("цифр больше, чем на счётчике: там их %(digits)s"),
    "removal_without_finals": N_("счётчик снят, нужны конечные показания final_t1…"),
    "finals_without_removal": N_("конечные показания есть, а дня снятия нет"),
    "removed_before_installed": N_("раньше установки, %(installed_on)s"),
    "removal_taken_back": N_("счётчик уже снят %(stored)s; вернуть его загрузкой нельзя"),
    "cannot_bill_again": N_("последний счёт, за %(period)s, не посчитать заново: нет тарифа"),
    "final_below_previous": lambda told: _("меньше прежнего показания %(previous)s", previous=number(told["previous"])),
    "register_not_of_zones": N_("у тарифа с числом зон %(zones)s такого показания нет"),
    "price_zero": N_("цена должна быть больше нуля"),
    "price_billed": N_("по этой цене выставлены счета с %(period)s; нужна более поздняя дата"),
    "amount_zero": N_("сумма должна быть больше нуля"),
    "payment_counted": N_("этот платёж уже загружен, в нём «%(stored)s»; изменить нельзя"),
    "counted_as_principal": N_("этот платёж уже загружен как плата за энергию; изменить нельзя"),
    "counted_as_penalty": N_("этот платёж уже загружен как плата за пени; изменить нельзя"),
    "due_too_late": N_("позже %(latest)s; дальше трёх месяцев вперёд срок быть не может"),
    "balance_after_bill": N_("счета выставлены уже с %(period)s; остатки загружают до первого"),
    "balance_billed": N_(
        "загружено «%(stored)s», и от этого остатка счета выставлены уже с %(period)s; разницу внесите корректировкой"
    ),
    "norm_billed": N_("по этому нормативу выставлены счета с %(period)s; нужна более поздняя дата"),
}


def sentence(problem: Problem) -> str:
    """Why, without a full stop; what is odd about a reading itself is metering's to say."""
    said = _SENTENCES.get(problem.code)
    if said is not None:
        return _(said, **problem.params) if isinstance(said, str) else said(problem.params)
    told = of_readings.sentence(problem).rstrip(".")
    return told[:1].lower() + told[1:]


def complaint(line: int | None, problem: Problem, value: str) -> str:
    """`строка 5, account_number, «12»: нужно 10 цифр…`"""
    where = [_("строка %(line)s", line=line)] if line is not None else []
    where += [problem.field] if problem.field else []
    where += [f"«{visible(value)}»"] if value else []
    why = sentence(problem)
    return f"{', '.join(where)}: {why}" if where else why


def visible(value: str) -> str:
    """A cell on one line of a terminal."""
    short = value if len(value) <= VALUE_SHOWN else value[: VALUE_SHOWN - 1] + "…"
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in short)


def nothing_loaded(name: str, count: int) -> str:
    problems = plural(count, "замечание", "замечаний")
    return _("%(name)s: ничего не загружено, %(problems)s:", name=visible(name), problems=problems)


def more(count: int) -> str:
    return _("и ещё %(problems)s", problems=plural(count, "замечание", "замечаний"))


def loaded(kind: str, added: int, updated: int, unchanged: int, is_dry_run: bool) -> str:
    return _(
        "%(kind)s: %(done)s; добавлено %(added)s, изменено %(updated)s, без изменений %(unchanged)s",
        kind=kind,
        done=_("проверено, ничего не записано") if is_dry_run else _("загружено"),
        added=number(added),
        updated=number(updated),
        unchanged=number(unchanged),
    )


def readings_looked_at(held: int, odd: int, superseded: int) -> str:
    told = _("на проверку %(held)s, приняты необычные %(odd)s", held=number(held), odd=number(odd))
    return _("%(told)s, уступили более позднему %(count)s", told=told, count=number(superseded)) if superseded else told


def bills_to_come(count: int) -> str:
    """Of accounts that came after the run of a month that they owe."""
    return _("счета за месяцы, которые уже рассчитаны: %(count)s; их выставит ближайший расчёт", count=number(count))


def problems_counted(problems: Mapping[str, int]) -> str:
    """The most frequent first."""
    ordered = sorted(problems.items(), key=lambda each: (-each[1], each[0]))
    return _("из них: %(causes)s", causes=", ".join(f"{_(_PROBLEMS[code])} {number(count)}" for code, count in ordered))


_PROBLEMS = {
    "equal_to_previous": N_("столько же, сколько в прошлый раз,"),
    "below_previous": N_("меньше прошлого"),
    "roll_over_doubtful": N_("переход через ноль под вопросом"),
    "above_physical_cap": N_("больше возможного"),
    "far_above_typical": N_("намного больше обычного"),
    "zones_look_swapped": N_("зоны похожи на перепутанные"),
    "verification_over": N_("срок поверки вышел"),
}


def payments_unmatched(count: int, kopecks: int) -> str:
    return _(
        "таких лицевых счетов нет, ждут разбора: %(payments)s на %(sum)s",
        payments=plural(count, "платёж", "платежей"),
        sum=money(kopecks),
    )


def payments_for_penalty(count: int, kopecks: int) -> str:
    return _(
        "по назначению за пени: %(payments)s на %(sum)s",
        payments=plural(count, "платёж", "платежей"),
        sum=money(kopecks),
    )


def payment_unmatched(line: int, account_number: str) -> str:
    return _(
        "строка %(line)s, account_number, «%(number)s»: такого лицевого счёта нет, платёж ждёт разбора",
        line=line,
        number=account_number,
    )


def rows_so_far(count: int) -> str:
    return _("прочитано %(rows)s", rows=plural(count, "строка", "строк"))
