"""The words of autopay: what is wrong, what comes of a month and what came of it."""

from __future__ import annotations

from lk import clock, filters
from lk.autopay.queries import MonthView
from lk.autopay.rules import Charge, End, Mode, MonthAhead, MonthStatus, Wish
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
    "card_over": N_("Срок этой карты истёк. Выберите другую."),
    "card_barred": N_("Банк больше не принимает списания с этой карты. Выберите другую или привяжите эту заново."),
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


def planned_words(month: MonthView, wish: Wish, owed_kopecks: int) -> str:
    """What will be taken on its day as things stand, or why nothing will; what a payment by hand changes about it."""
    match month.expected(wish, owed_kopecks):
        case Charge(kopecks):
            return _charge_words(month, wish, kopecks, left_kopecks=owed_kopecks - kopecks)
        case End(MonthStatus.ABOVE):
            return _(
                "К оплате %(sum)s — больше вашего предела, поэтому %(day)s ничего не спишем. Поднимите предел или "
                "заплатите сами: если останется не больше %(limit)s, спишем.",
                sum=filters.money(owed_kopecks),
                day=filters.day(month.next_on),
                limit=filters.money_short(wish.sum_kopecks),
            )
        case End(MonthStatus.MISSED):
            return _("Срок оплаты прошёл, поэтому за этот месяц ничего не спишем.")
    return _nothing_words(month)


def ended_words(month: MonthView) -> str:
    """Why nothing is taken on a day that has not gone by; empty where there is nothing to say of it."""
    if month.charge_on < clock.today():
        return ""
    if month.status is MonthStatus.SKIPPED:
        return _("%(day)s ничего не спишем: этот месяц вы пропустили.", day=filters.day(month.charge_on))
    return _nothing_words(month) if month.status is MonthStatus.NOTHING else ""


def _charge_words(month: MonthView, wish: Wish, kopecks: int, left_kopecks: int) -> str:
    if month.attempts:
        moment = f"{filters.day(month.next_on)}, {clock.local(month.next_at):%H:%M}"
        return _("Прошлая попытка не удалась. Попробуем ещё раз %(moment)s.", moment=moment)
    said = {"day": filters.day(month.next_on), "sum": filters.money(kopecks)}
    if wish.mode is Mode.FIXED:
        return _("%(day)s спишем %(sum)s, даже если до этого заплатите сами: лишнее останется авансом.", **said)
    if left_kopecks > 0:
        left = filters.money(left_kopecks)
        return _("%(day)s спишем %(sum)s: столько назвали в письме. Ещё %(left)s заплатите сами.", **said, left=left)
    return _("%(day)s спишем %(sum)s. Если до этого заплатите сами, спишем меньше или ничего.", **said)


def _nothing_words(month: MonthView) -> str:
    return _("%(day)s ничего не спишем: платить нечего.", day=filters.day(month.next_on))


def first_words(wish: Wish, first: MonthAhead | None, owed_kopecks: int) -> str:
    """What the first charge of a rehearsal takes; `first` is None while there is no bill to go by."""
    if wish.mode is Mode.FIXED:
        said = _("Спишем %(sum)s.", sum=filters.money_short(wish.sum_kopecks))
        return said if first is None or first.is_owed else _and_pay_yourself(said, owed_kopecks)
    if first is None:
        return _and_pay_yourself(_("Спишем сумму следующего счёта."), owed_kopecks)
    if first.charged_kopecks == 0:
        return _nothing_first_words(wish, first, owed_kopecks)
    if first.is_owed:
        return _(
            "Спишем %(sum)s: столько сейчас к оплате. Заплатите раньше сами — спишем меньше или ничего.",
            sum=filters.money(first.charged_kopecks),
        )
    owed = max(owed_kopecks, 0)
    said = _("Спишем сумму следующего счёта, около %(sum)s.", sum=filters.money(first.charged_kopecks - owed))
    if owed == 0:
        return said
    return f"{said} " + _(
        "К оплате сейчас %(sum)s: заплатите сами, иначе спишем вместе с ним.", sum=filters.money(owed)
    )


def _nothing_first_words(wish: Wish, first: MonthAhead, owed_kopecks: int) -> str:
    if first.balance_kopecks <= wish.sum_kopecks:
        return _("Платить в этот день будет нечего, поэтому ничего не спишем.")
    if first.bill_kopecks > wish.sum_kopecks:
        return _(
            "Обычный счёт, около %(sum)s, больше вашего предела: мы его не спишем и каждый раз будем спрашивать. "
            "Поднимите предел.",
            sum=filters.money(first.bill_kopecks),
        )
    if first.is_owed:
        return _(
            "К оплате %(sum)s — больше вашего предела, мы этого не спишем. Поднимите предел или заплатите сами.",
            sum=filters.money(owed_kopecks),
        )
    return _(
        "К оплате %(sum)s, вместе со следующим счётом это больше вашего предела. Пока не заплатите сами, ничего не "
        "спишем.",
        sum=filters.money(owed_kopecks),
    )


def _and_pay_yourself(said: str, owed_kopecks: int) -> str:
    """The debt of today is due before that charge."""
    if owed_kopecks <= 0:
        return said
    return f"{said} " + _("То, что к оплате сейчас, %(sum)s, заплатите сами.", sum=filters.money(owed_kopecks))


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
