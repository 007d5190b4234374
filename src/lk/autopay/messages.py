"""The words of autopay: what is wrong, what came of a month, why it stands still."""

from __future__ import annotations

from lk import filters
from lk.autopay.queries import MonthView
from lk.autopay.rules import MonthAhead, MonthStatus
from lk.language import N_, _
from lk.outcome import Problem
from lk.payments.messages import reason_sentence

_SENTENCES: dict[str, str] = {
    "mode_missing": N_("Выберите, что списывать: сумму счёта или одну и ту же сумму."),
    "sum_missing": N_("Напишите сумму, например 5000."),
    "not_a_sum": N_("Сумма не разобралась. Напишите её рублями, например 5000."),
    "sum_too_small": N_("Наименьшая сумма — %(least)s."),
    "sum_too_large": N_("Наибольшая сумма — %(most)s."),
    "day_out_of_range": N_("Выберите день с %(first)s-го по %(last)s-е."),
    "card_missing": N_("Выберите карту."),
    "card_gone": N_("Эта карта уже отвязана. Выберите другую."),
    "no_access": N_("Этот счёт вам больше не открыт. Автоплатёж не изменился."),
    "no_email": N_("Некуда предупреждать: в профиле нет почты. Укажите её, и автоплатёж можно будет включить."),
}

_ENDED: dict[MonthStatus, tuple[str, str]] = {
    MonthStatus.PLANNED: (N_("запланирован"), "wait"),
    MonthStatus.CHARGING: (N_("ждём ответа банка"), "wait"),
    MonthStatus.PAID: (N_("оплачено"), "good"),
    MonthStatus.SKIPPED: (N_("пропущен по вашей просьбе"), "note"),
    MonthStatus.NOTHING: (N_("долга не было"), "note"),
    MonthStatus.ABOVE: (N_("больше вашего предела"), "bad"),
    MonthStatus.REFUSED: (N_("банк отказал"), "bad"),
    MonthStatus.MISSED: (N_("не успели до срока"), "bad"),
    MonthStatus.OFF: (N_("отменён"), "note"),
}


def sentence(problem: Problem) -> str:
    """Raises KeyError for a code without words."""
    return _(_SENTENCES[problem.code], **{name: _value(name, value) for name, value in problem.params.items()})


def month_words(month: MonthView) -> str:
    if month.status is MonthStatus.PLANNED and month.attempts:
        return _("попробуем ещё раз")
    return _(_ENDED[month.status][0])


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
        return _("счёт около %(bill)s, долга не будет", bill=bill)
    rest = filters.money_about(abs(left))
    if left > 0:
        return _("счёт около %(bill)s, будет долг %(rest)s", bill=bill, rest=rest)
    return _("счёт около %(bill)s, будет аванс %(rest)s", bill=bill, rest=rest)


def _value(name: str, value: object) -> str:
    return filters.money(value) if name in ("least", "most") and isinstance(value, int) else str(value)
