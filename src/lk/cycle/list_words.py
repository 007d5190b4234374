"""Why an account stands in a list of the board, in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from lk.notifications.messages import KINDS

PUT_ASIDE = {
    "no_rate": "Нет тарифа для региона, категории или числа зон: загрузите тарифы",
    "no_norm": "Нет норматива для региона, категории или числа жителей: загрузите нормативы",
    "behind": "Нет счёта за прошлый месяц: счета идут по порядку",
}

_READINGS = {
    "below_previous": "меньше прошлого",
    "roll_over_doubtful": "переход через ноль под вопросом",
    "above_physical_cap": "больше возможного",
}

_BILLS = {
    "far_above_usual": "сумма намного больше обычной",
    "above_physical_cap": "расход больше возможного",
    "negative": "возврат, которого нет в прежних счетах",
}

_AUTOPAY = {
    "refused": "Банк отказал",
    "missed": "Не успели до срока",
    "above": "Счёт больше предела, который выбрал житель",
}

TITLES = {
    "put-aside": "Отложенные счета",
    "held-readings": "Показания на проверке",
    "held-bills": "Счета на проверке",
    "undelivered": "Счета ещё не доставлены",
    "autopay-failed": "Автоплатёж не прошёл",
    "dead-letters": "Письма не дошли",
    "unknown-payments": "Платежи без ответа эквайера",
}

LEADS = {
    "put-aside": "По этим лицевым счетам посчитать не вышло. Остальные они не задерживают.",
    "held-readings": "Решает сотрудник. Без решения до конца месяца счёт выйдет по среднему.",
    "held-bills": "Не отправлены и не списываются, пока не решит сотрудник.",
    "undelivered": "Счёт выставлен, письмо о нём ещё не ушло. Доставка разошлёт их сама.",
    "autopay-failed": "Жители уже знают об этом из письма и могут заплатить сами.",
    "dead-letters": "Почта получателя отказала окончательно, или мы пробовали сутки. Проверьте адрес с жителем.",
    "unknown-payments": "Мы спрашиваем сами, второй раз деньги не уйдут. Через двое суток появится задача в сверке.",
}


def reason_words(name: str, reason: str) -> str:
    """Of a row of the list `name`."""
    return _WORDS[name](reason)


def put_aside_words(reason: str) -> str:
    """Why an account has no bill yet."""
    return PUT_ASIDE.get(reason, f"Сбой расчёта {reason}, подробности в журнале")


def _problems(known: Mapping[str, str], told: str) -> str:
    words = [known[each["code"]] for each in json.loads(told) if each.get("code") in known]
    return ", ".join(dict.fromkeys(words)).capitalize() or "Необычное"


_WORDS: Mapping[str, Callable[[str], str]] = {
    "put-aside": put_aside_words,
    "held-readings": lambda told: _problems(_READINGS, told),
    "held-bills": lambda told: _problems(_BILLS, told),
    "undelivered": lambda _: "Ещё не доставлен",
    "autopay-failed": lambda status: _AUTOPAY[status],
    "dead-letters": lambda kind: KINDS.get(kind, "Письмо"),
    "unknown-payments": lambda _: "Эквайер не ответил",
}


def trial_words(kind: str, reason: str) -> str:
    """Why an account stands in the list of a trial."""
    if kind == "put_aside":
        return put_aside_words(reason)
    if kind == "held":
        return f"На проверку: {_BILLS.get(reason, 'необычный счёт')}"
    return _TRIAL[kind]


_TRIAL = {
    "differs": "Вышло бы иначе",
    "missing": "Счёта нет, а вышел бы",
    "extra": "Счёт есть, а не вышел бы",
}
