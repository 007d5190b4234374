"""Events of money, cards and autopay in the resident's words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from lk import filters
from lk.history.wording import Numbers, Words, period_in
from lk.language import N_, _

PAID_VIA: dict[str, str] = {"autopay": N_("Автоплатёж"), "sbp": N_("Оплата через СБП")}
PENALTY_PAID_VIA: dict[str, str] = {"sbp": N_("Пени оплачены через СБП"), "card": N_("Пени оплачены картой")}

AUTOPAY_ENDS: dict[str, str] = {
    "card_unlinked": N_("Карта отвязана"),
    "access_ended": N_("Доступ к счёту закончился"),
    "by_agent": N_("По вашему коду"),
}


def _paid(numbers: Numbers) -> Words:
    if numbers.get("via") == "bank":
        note = _("Оплачено %(day)s", day=filters.day_year(date.fromisoformat(numbers["paid_on"])))
        note = _with_penalty(note, numbers)
        return _("Оплата через банк"), note, filters.signed_money(-int(numbers["amount"])), "payments"
    title = PAID_VIA.get(str(numbers.get("via")), N_("Оплата картой"))
    if _is_penalty(numbers):
        title = PENALTY_PAID_VIA[str(numbers["via"])]
    return _(title) + _of_card(numbers), "", filters.signed_money(-int(numbers["amount"])), "payments"


def _not_paid(numbers: Numbers) -> Words:
    title = _("Оплата пеней не прошла") if _is_penalty(numbers) else _("Оплата не прошла")
    return title, _("Деньги не списаны"), filters.money(int(numbers["amount"])), "payments"


def _refunded(numbers: Numbers) -> Words:
    title = _("Возврат на карту") + _of_card(numbers) if numbers.get("last_four") else _("Возврат платежа")
    note = _("Платёж был за пени") if _is_penalty(numbers) else ""
    return title, note, filters.signed_money(int(numbers["amount"])), f"refunds/{numbers['refund']}"


def _charge_returned(numbers: Numbers) -> Words:
    onto = _("Лишнее списание вернули на карту") + _of_card(numbers)
    title = onto if numbers.get("last_four") else _("Вернули лишнее")
    return title, _("На счёте ничего не изменилось"), filters.money(int(numbers["amount"])), "payments"


def _bank_payment_returned(numbers: Numbers) -> Words:
    return _("Платёж банка возвращён отправителю"), "", filters.money(int(numbers["amount"])), None


def _bank_payment_undone(numbers: Numbers) -> Words:
    note = _("От %(day)s: зачислили по ошибке", day=filters.day_year(date.fromisoformat(numbers["paid_on"])))
    note = _with_penalty(note, numbers)
    return _("Платёж через банк снят"), note, filters.signed_money(int(numbers["amount"])), "payments"


def _is_penalty(numbers: Numbers) -> bool:
    return numbers.get("part") == "penalty"


def _with_penalty(note: str, numbers: Numbers) -> str:
    """How much of a bank's payment is the penalty's."""
    penalty = int(numbers.get("penalty") or 0)
    return f"{note} · {_('за пени %(sum)s', sum=filters.money(penalty))}" if penalty else note


def _corrected(numbers: Numbers) -> Words:
    title = _("Поправка пеней") if _is_penalty(numbers) else _("Поправка на счёте")
    return title, "", filters.signed_money(int(numbers["amount"])), f"corrections/{numbers['correction']}"


def _paid_out(numbers: Numbers) -> Words:
    page = f"corrections/{numbers['correction']}"
    return _("Аванс возвращён через банк"), "", filters.signed_money(int(numbers["amount"])), page


def _of_card(numbers: Numbers) -> str:
    last_four = str(numbers.get("last_four") or "")
    return f" ··{last_four}" if last_four else ""


def _opening(numbers: Numbers) -> Words:
    title = _("Пени до кабинета") if _is_penalty(numbers) else _("Долг или аванс до кабинета")
    return title, "", filters.signed_money(int(numbers["amount"])), None


def _opening_changed(numbers: Numbers) -> Words:
    title = _("Уточнены пени до кабинета") if _is_penalty(numbers) else _("Уточнён долг или аванс до кабинета")
    note = _("Было %(before)s", before=filters.signed_money(int(numbers["before"])))
    return title, note, filters.signed_money(int(numbers["amount"])), None


def _autopay(title: str) -> Callable[[Numbers], Words]:
    def said(numbers: Numbers) -> Words:
        kopecks, day = filters.money(int(numbers["sum"])), filters.nth(int(numbers["day"]))
        what = _("сумма счёта, не больше %(most)s", most=kopecks) if numbers.get("mode") == "bill" else kopecks
        note = _("Каждый месяц %(day)s-го: %(what)s, карта%(card)s", day=day, what=what, card=_of_card(numbers))
        return _(title), note, None, "autopay"

    return said


def _autopay_ended(numbers: Numbers) -> Words:
    reason = AUTOPAY_ENDS.get(str(numbers.get("reason")))
    return _("Автоплатёж выключен"), _(reason) if reason else "", None, "autopay"


def _autopay_suspended(numbers: Numbers) -> Words:
    note = _("Банк больше не принимает карту%(card)s", card=_of_card(numbers))
    return _("Автоплатёж остановлен"), note, None, "autopay"


def _autopay_skipped(numbers: Numbers) -> Words:
    title = _("Автоплатёж %(for_month)s пропущен", for_month=filters.month_for(period_in(numbers)))
    return title, "", None, "autopay"


def _card(title: str) -> Callable[[Numbers], Words]:
    return lambda numbers: (_(title) + _of_card(numbers), "", None, "cards")


MONEY: dict[str, Callable[[Numbers], Words]] = {
    "payment_succeeded": _paid,
    "payment_canceled": _not_paid,
    "refunded": _refunded,
    "charge_returned": _charge_returned,
    "bank_payment_returned": _bank_payment_returned,
    "bank_payment_undone": _bank_payment_undone,
    "balance_corrected": _corrected,
    "advance_paid_out": _paid_out,
    "opening_balance": _opening,
    "autopay_begun": _autopay(N_("Автоплатёж включён")),
    "autopay_changed": _autopay(N_("Автоплатёж изменён")),
    "autopay_ended": _autopay_ended,
    "autopay_suspended": _autopay_suspended,
    "autopay_skipped": _autopay_skipped,
    "card_linked": _card(N_("Карта привязана")),
    "card_unlinked": _card(N_("Карта отвязана")),
    "opening_balance_changed": _opening_changed,
}
