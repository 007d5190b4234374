"""What is wrong with a file, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lk.filters import money, number, plural
from lk.metering import messages as of_readings
from lk.outcome import Problem

VALUE_SHOWN = 60

Params = Mapping[str, Any]

_SENTENCES: dict[str, Callable[[Params], str]] = {
    "no_such_file": lambda _: "такого файла нет, проверьте путь",
    "not_a_file": lambda _: "это не файл, укажите файл CSV",
    "not_readable": lambda _: "файл не открывается, проверьте права на чтение",
    "empty_file": lambda _: "файл пуст, первой строкой нужны названия столбцов",
    "binary": lambda _: "это не текст: в файле есть нулевые байты; сохраните таблицу как CSV в кодировке UTF-8",
    "not_utf8": lambda _: "строка не в кодировке UTF-8; сохраните таблицу как CSV в кодировке UTF-8",
    "line_too_long": lambda _: "строка длиннее 64 КБ: похоже, это не таблица CSV",
    "not_csv": lambda _: "кавычки в строке не сходятся: каждая открытая должна быть закрыта",
    "changed_meanwhile": lambda _: "те же данные в это время изменил кто-то ещё; загрузите файл ещё раз",
    "missing_column": lambda _: "такого столбца в файле нет, а он нужен",
    "unknown_column": lambda told: f"лишний столбец; известны {', '.join(told['known'])}",
    "column_twice": lambda _: "столбец назван дважды",
    "wrong_width": lambda told: f"ячеек {told['found']}, а столбцов {told['wanted']}",
    "empty_cell": lambda _: "ячейка пуста, а значение нужно",
    "control_characters": lambda _: "в тексте есть невидимые знаки или переносы строк; уберите их",
    "looks_like_formula": lambda _: "похоже на формулу; текст не может начинаться с =, +, - или @",
    "too_long": lambda told: f"длиннее {told['most']} знаков",
    "not_an_email": lambda _: "не похоже на адрес почты",
    "not_one_of": lambda told: f"допустимо: {', '.join(told['allowed'])}",
    "not_whole": lambda _: "нужно целое число: только цифры, без знака, пробелов и дробной части",
    "out_of_range": lambda told: f"допустимо от {told['least']} до {told['most']}",
    "not_rubles": lambda _: "нужна сумма в рублях: цифры и не больше двух знаков после точки, например 9.45",
    "not_signed_rubles": lambda _: (
        "нужна сумма в рублях, аванс с минусом: цифры и не больше двух знаков после точки, например -120.50"
    ),
    "not_a_day": lambda _: "нужна дата вида 2026-03-10",
    "day_too_early": lambda told: f"раньше {told['earliest'].isoformat()}, с которого известен календарь компании",
    "day_in_future": lambda told: f"этот день ещё не наступил, сегодня {told['today'].isoformat()}",
    "not_an_account_number": lambda _: "нужно 10 цифр, можно с чёрточками: 12345-678-90",
    "not_a_meter_number": lambda _: "нужно от 4 до 20 букв и цифр, хотя бы одна не ноль",
    "twice_in_file": lambda told: f"уже есть в строке {told['first']} этого файла",
    "unknown_account": lambda _: "такого лицевого счёта нет; сначала загрузите accounts",
    "unknown_meter": lambda _: "такого счётчика на этом лицевом счёте нет; сначала загрузите meters",
    "meter_not_in_place": lambda _: "в этот день счётчик на счёте не стоял",
    "closed_before_opened": lambda told: f"раньше открытия счёта, {told['opened_on'].isoformat()}",
    "closed_before_billed": lambda told: f"счёт уже выставлен за {told['period']}; закрыть раньше нельзя",
    "already_billed": lambda told: f"по прежнему значению «{told['stored']}» уже выставлены счета; изменить нельзя",
    "meter_in_use": lambda told: (
        f"по прежнему значению «{told['stored']}» уже есть показания или счета; изменить нельзя"
    ),
    "register_missing": lambda told: f"у счётчика с числом зон {told['zones']} это показание нужно",
    "register_too_many": lambda told: f"у счётчика с числом зон {told['zones']} такого показания нет",
    "too_many_digits": lambda told: f"цифр больше, чем на счётчике: там их {told['digits']}",
    "removal_without_finals": lambda _: "счётчик снят, нужны конечные показания final_t1…",
    "finals_without_removal": lambda _: "конечные показания есть, а дня снятия нет",
    "removed_before_installed": lambda told: f"раньше установки, {told['installed_on'].isoformat()}",
    "removal_taken_back": lambda told: f"счётчик уже снят {told['stored']}; вернуть его загрузкой нельзя",
    "cannot_bill_again": lambda told: f"последний счёт, за {told['period']}, не посчитать заново: нет тарифа",
    "final_below_previous": lambda told: f"меньше прежнего показания {number(told['previous'])}",
    "register_not_of_zones": lambda told: f"у тарифа с числом зон {told['zones']} такого показания нет",
    "price_zero": lambda _: "цена должна быть больше нуля",
    "price_billed": lambda told: f"по этой цене выставлены счета с {told['period']}; нужна более поздняя дата",
    "amount_zero": lambda _: "сумма должна быть больше нуля",
    "payment_counted": lambda told: f"этот платёж уже загружен, в нём «{told['stored']}»; изменить нельзя",
    "due_too_late": lambda told: f"позже {told['latest'].isoformat()}; дальше трёх месяцев вперёд срок быть не может",
    "balance_after_bill": lambda told: f"счета выставлены уже с {told['period']}; остатки загружают до первого",
    "balance_billed": lambda told: (
        f"загружено «{told['stored']}», и от этого остатка счета выставлены уже с {told['period']}; "
        "разницу внесите корректировкой"
    ),
    "norm_billed": lambda told: f"по этому нормативу выставлены счета с {told['period']}; нужна более поздняя дата",
}


def sentence(problem: Problem) -> str:
    """Why, without a full stop; what is odd about a reading itself is metering's to say."""
    say = _SENTENCES.get(problem.code)
    if say is not None:
        return say(problem.params)
    told = of_readings.sentence(problem).rstrip(".")
    return told[:1].lower() + told[1:]


def complaint(line: int | None, problem: Problem, value: str) -> str:
    """`строка 5, account_number, «12»: нужно 10 цифр…`"""
    where = [f"строка {line}"] if line is not None else []
    where += [problem.field] if problem.field else []
    where += [f"«{visible(value)}»"] if value else []
    why = sentence(problem)
    return f"{', '.join(where)}: {why}" if where else why


def visible(value: str) -> str:
    """A cell on one line of a terminal."""
    short = value if len(value) <= VALUE_SHOWN else value[: VALUE_SHOWN - 1] + "…"
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in short)


def nothing_loaded(name: str, count: int) -> str:
    return f"{visible(name)}: ничего не загружено, {plural(count, 'замечание', 'замечаний')}:"


def more(count: int) -> str:
    return f"и ещё {plural(count, 'замечание', 'замечаний')}"


def loaded(kind: str, added: int, updated: int, unchanged: int, is_dry_run: bool) -> str:
    done = "проверено, ничего не записано" if is_dry_run else "загружено"
    return f"{kind}: {done}; добавлено {number(added)}, изменено {number(updated)}, без изменений {number(unchanged)}"


def readings_looked_at(held: int, odd: int, superseded: int) -> str:
    told = f"на проверку {number(held)}, приняты необычные {number(odd)}"
    return f"{told}, уступили более позднему {number(superseded)}" if superseded else told


def problems_counted(problems: Mapping[str, int]) -> str:
    """The most frequent first."""
    ordered = sorted(problems.items(), key=lambda each: (-each[1], each[0]))
    return "из них: " + ", ".join(f"{_PROBLEMS[code]} {number(count)}" for code, count in ordered)


_PROBLEMS = {
    "equal_to_previous": "столько же, сколько в прошлый раз,",
    "below_previous": "меньше прошлого",
    "roll_over_doubtful": "переход через ноль под вопросом",
    "above_physical_cap": "больше возможного",
    "far_above_typical": "намного больше обычного",
    "zones_look_swapped": "зоны похожи на перепутанные",
    "verification_over": "срок поверки вышел",
}


def payments_unmatched(count: int, kopecks: int) -> str:
    found = plural(count, "платёж", "платежей")
    return f"таких лицевых счетов нет, ждут разбора: {found} на {money(kopecks)}"


def payment_unmatched(line: int, account_number: str) -> str:
    return f"строка {line}, account_number, «{account_number}»: такого лицевого счёта нет, платёж ждёт разбора"


def rows_so_far(count: int) -> str:
    return f"прочитано {plural(count, 'строка', 'строк')}"
