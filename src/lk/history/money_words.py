"""Events of money, cards and autopay in the resident's words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from lk import filters
from lk.history.wording import Numbers, Words, period_in

PAID_VIA: dict[str, str] = {"autopay": "Автоплатёж", "sbp": "Оплата через СБП"}

AUTOPAY_ENDS: dict[str, str] = {
    "card_unlinked": "Карта отвязана",
    "access_ended": "Доступ к счёту закончился",
    "by_agent": "По вашему коду",
}


def _paid(numbers: Numbers) -> Words:
    if numbers.get("via") == "bank":
        note = f"Оплачено {filters.day_year(date.fromisoformat(numbers['paid_on']))}"
        return "Оплата через банк", note, filters.signed_money(-int(numbers["amount"])), "payments"
    title = PAID_VIA.get(str(numbers.get("via")), "Оплата картой")
    return title + _of_card(numbers), "", filters.signed_money(-int(numbers["amount"])), "payments"


def _not_paid(numbers: Numbers) -> Words:
    return "Оплата не прошла", "Деньги не списаны", filters.money(int(numbers["amount"])), "payments"


def _refunded(numbers: Numbers) -> Words:
    title = f"Возврат на карту{_of_card(numbers)}" if numbers.get("last_four") else "Возврат платежа"
    return title, "", filters.signed_money(int(numbers["amount"])), f"refunds/{numbers['refund']}"


def _charge_returned(numbers: Numbers) -> Words:
    title = f"Лишнее списание вернули на карту{_of_card(numbers)}" if numbers.get("last_four") else "Вернули лишнее"
    return title, "На счёте ничего не изменилось", filters.money(int(numbers["amount"])), "payments"


def _bank_payment_returned(numbers: Numbers) -> Words:
    return "Платёж банка возвращён отправителю", "", filters.money(int(numbers["amount"])), None


def _bank_payment_undone(numbers: Numbers) -> Words:
    note = f"От {filters.day_year(date.fromisoformat(numbers['paid_on']))}: зачислили по ошибке"
    return "Платёж через банк снят", note, filters.signed_money(int(numbers["amount"])), "payments"


def _corrected(numbers: Numbers) -> Words:
    title = "Поправка пеней" if numbers.get("part") == "penalty" else "Поправка на счёте"
    return title, "", filters.signed_money(int(numbers["amount"])), f"corrections/{numbers['correction']}"


def _paid_out(numbers: Numbers) -> Words:
    page = f"corrections/{numbers['correction']}"
    return "Аванс возвращён через банк", "", filters.signed_money(int(numbers["amount"])), page


def _of_card(numbers: Numbers) -> str:
    last_four = str(numbers.get("last_four") or "")
    return f" ··{last_four}" if last_four else ""


def _opening(numbers: Numbers) -> Words:
    title = "Пени до кабинета" if numbers.get("part") == "penalty" else "Долг или аванс до кабинета"
    return title, "", filters.signed_money(int(numbers["amount"])), None


def _opening_changed(numbers: Numbers) -> Words:
    title = "Уточнены пени до кабинета" if numbers.get("part") == "penalty" else "Уточнён долг или аванс до кабинета"
    before = filters.signed_money(int(numbers["before"]))
    return title, f"Было {before}", filters.signed_money(int(numbers["amount"])), None


def _autopay(title: str) -> Callable[[Numbers], Words]:
    def said(numbers: Numbers) -> Words:
        kopecks, day = filters.money(int(numbers["sum"])), int(numbers["day"])
        what = f"сумма счёта, не больше {kopecks}" if numbers.get("mode") == "bill" else kopecks
        return title, f"Каждый месяц {day}-го: {what}, карта{_of_card(numbers)}", None, "autopay"

    return said


def _autopay_ended(numbers: Numbers) -> Words:
    return "Автоплатёж выключен", AUTOPAY_ENDS.get(str(numbers.get("reason")), ""), None, "autopay"


def _autopay_suspended(numbers: Numbers) -> Words:
    return "Автоплатёж остановлен", f"Банк больше не принимает карту{_of_card(numbers)}", None, "autopay"


def _autopay_skipped(numbers: Numbers) -> Words:
    return f"Автоплатёж {filters.month_for(period_in(numbers))} пропущен", "", None, "autopay"


def _card(title: str) -> Callable[[Numbers], Words]:
    return lambda numbers: (title + _of_card(numbers), "", None, "cards")


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
    "autopay_begun": _autopay("Автоплатёж включён"),
    "autopay_changed": _autopay("Автоплатёж изменён"),
    "autopay_ended": _autopay_ended,
    "autopay_suspended": _autopay_suspended,
    "autopay_skipped": _autopay_skipped,
    "card_linked": _card("Карта привязана"),
    "card_unlinked": _card("Карта отвязана"),
    "opening_balance_changed": _opening_changed,
}
