"""Why an account stands in a list of the board, in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from lk.language import N_, _
from lk.notifications.messages import KINDS

PUT_ASIDE = {
    "no_rate": N_("Нет тарифа для региона, категории или числа зон: загрузите тарифы"),
    "no_norm": N_("Нет норматива для региона, категории или числа жителей: загрузите нормативы"),
    "came_late": N_("Лицевой счёт загрузили после расчёта: счёт выйдет со следующим"),
    "behind": N_("Нет счёта за прошлый месяц: счета идут по порядку"),
}

_READINGS = {
    "below_previous": N_("меньше прошлого"),
    "roll_over_doubtful": N_("переход через ноль под вопросом"),
    "above_physical_cap": N_("больше возможного"),
}

_BILLS = {
    "far_above_usual": N_("сумма намного больше обычной"),
    "above_physical_cap": N_("расход больше возможного"),
    "negative": N_("возврат, которого нет в прежних счетах"),
}

_AUTOPAY = {
    "refused": N_("Банк отказал"),
    "missed": N_("Не успели до срока"),
    "above": N_("Счёт больше предела, который выбрал житель"),
}

TITLES = {
    "put-aside": N_("Отложенные счета"),
    "held-readings": N_("Показания на проверке"),
    "held-bills": N_("Счета на проверке"),
    "undelivered": N_("Счета ещё не доставлены"),
    "autopay-failed": N_("Автоплатёж не прошёл"),
    "dead-letters": N_("Письма не дошли"),
    "unknown-payments": N_("Платежи без ответа эквайера"),
}

LEADS = {
    "put-aside": N_("По этим лицевым счетам посчитать не вышло. Остальные они не задерживают."),
    "held-readings": N_("Решает сотрудник. Без решения до конца месяца счёт выйдет по среднему или по нормативу."),
    "held-bills": N_("Не отправлены и не списываются, пока не решит сотрудник."),
    "undelivered": N_("Счёт выставлен, письмо о нём ещё не ушло. Доставка разошлёт их сама."),
    "autopay-failed": N_("Жители уже знают об этом из письма и могут заплатить сами."),
    "dead-letters": N_("Почта получателя отказала окончательно, или мы пробовали сутки. Проверьте адрес с жителем."),
    "unknown-payments": N_(
        "Мы спрашиваем сами, второй раз деньги не уйдут. Через двое суток появится задача в сверке."
    ),
}


def reason_words(name: str, reason: str) -> str:
    """Of a row of the list `name`."""
    return _WORDS[name](reason)


def put_aside_words(reason: str) -> str:
    """Why an account has no bill yet."""
    if reason in PUT_ASIDE:
        return _(PUT_ASIDE[reason])
    return _("Сбой расчёта %(code)s, подробности в журнале", code=reason)


def _problems(known: Mapping[str, str], told: str) -> str:
    words = [_(known[each["code"]]) for each in json.loads(told) if each.get("code") in known]
    return ", ".join(dict.fromkeys(words)).capitalize() or _("Необычное")


_WORDS: Mapping[str, Callable[[str], str]] = {
    "put-aside": put_aside_words,
    "held-readings": lambda told: _problems(_READINGS, told),
    "held-bills": lambda told: _problems(_BILLS, told),
    "undelivered": lambda _reason: _("Ещё не доставлен"),
    "autopay-failed": lambda status: _(_AUTOPAY[status]),
    "dead-letters": lambda kind: _(KINDS.get(kind, N_("Письмо"))),
    "unknown-payments": lambda _reason: _("Эквайер не ответил"),
}


def trial_words(kind: str, reason: str) -> str:
    """Why an account stands in the list of a trial."""
    if kind == "put_aside":
        return put_aside_words(reason)
    if kind == "held":
        return _("На проверку: %(why)s", why=_(_BILLS.get(reason, N_("необычный счёт"))))
    return _(_TRIAL[kind])


_TRIAL = {
    "differs": N_("Вышло бы иначе"),
    "missing": N_("Счёта нет, а вышел бы"),
    "extra": N_("Счёт есть, а не вышел бы"),
}
