"""The words of autopay: what is wrong, what came of a month, why it stands still."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lk import filters
from lk.autopay.queries import MonthView
from lk.autopay.rules import MonthAhead, MonthStatus
from lk.outcome import Problem
from lk.payments.messages import reason_sentence

_SENTENCES: dict[str, Callable[[Mapping[str, object]], str]] = {
    "mode_missing": lambda _: "Выберите, что списывать: сумму счёта или одну и ту же сумму.",
    "sum_missing": lambda _: "Напишите сумму, например 5000.",
    "not_a_sum": lambda _: "Сумма не разобралась. Напишите её рублями, например 5000.",
    "sum_too_small": lambda params: f"Наименьшая сумма — {_money(params['least'])}.",
    "sum_too_large": lambda params: f"Наибольшая сумма — {_money(params['most'])}.",
    "day_out_of_range": lambda params: f"Выберите день с {params['first']}-го по {params['last']}-е.",
    "card_missing": lambda _: "Выберите карту.",
    "card_gone": lambda _: "Эта карта уже отвязана. Выберите другую.",
    "no_access": lambda _: "Этот счёт вам больше не открыт. Автоплатёж не изменился.",
    "no_email": lambda _: "Некуда предупреждать: в профиле нет почты. Укажите её, и автоплатёж можно будет включить.",
}

_ENDED: dict[MonthStatus, tuple[str, str]] = {
    MonthStatus.PLANNED: ("запланирован", "wait"),
    MonthStatus.CHARGING: ("ждём ответа банка", "wait"),
    MonthStatus.PAID: ("оплачено", "good"),
    MonthStatus.SKIPPED: ("пропущен по вашей просьбе", "note"),
    MonthStatus.NOTHING: ("долга не было", "note"),
    MonthStatus.ABOVE: ("больше вашего предела", "bad"),
    MonthStatus.REFUSED: ("банк отказал", "bad"),
    MonthStatus.MISSED: ("не успели до срока", "bad"),
    MonthStatus.OFF: ("отменён", "note"),
}


def sentence(problem: Problem) -> str:
    """Raises KeyError for a code without words."""
    return _SENTENCES[problem.code](problem.params)


def month_words(month: MonthView) -> str:
    if month.status is MonthStatus.PLANNED and month.attempts:
        return "попробуем ещё раз"
    return _ENDED[month.status][0]


def month_tone(month: MonthView) -> str:
    return _ENDED[month.status][1]


def month_note(month: MonthView) -> str:
    """When it was or will be, and why not."""
    when = filters.day(month.charge_on)
    if month.reason and month.status in (MonthStatus.REFUSED, MonthStatus.PLANNED):
        return f"{when} · {month_words(month)}. {reason_sentence(month.reason)}"
    return f"{when} · {month_words(month)}"


def ahead_note(month: MonthAhead) -> str:
    """The bill expected, and what is left after the charge."""
    bill, left = filters.money_about(month.bill_kopecks), month.balance_kopecks
    if left == 0:
        return f"счёт около {bill}, долга не будет"
    return f"счёт около {bill}, будет {'долг' if left > 0 else 'аванс'} {filters.money_about(abs(left))}"


def _money(kopecks: object) -> str:
    assert isinstance(kopecks, int)
    return filters.money(kopecks)
