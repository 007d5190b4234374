"""The words of operators' pages of money: what happened, what is kept, what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lk.acquirer.answers import REQUEST_REFUSED
from lk.filters import money
from lk.outcome import Problem
from lk.payments.desk_rules import ALONE_KOPECKS
from lk.payments.desk_tasks import DeskTask
from lk.payments.differences import NEVER_ARRIVED, TaskKind
from lk.payments.refund_rules import RefundStatus

Params = Mapping[str, Any]

ALONE = money(ALONE_KOPECKS)

_SENTENCES: dict[str, Callable[[Params], str]] = {
    "amount_missing": lambda _: "Напишите сумму, например 2088,60.",
    "amount_not_a_sum": lambda _: "Сумма не разобралась. Напишите её рублями, без знака, например 2088,60.",
    "amount_zero": lambda _: "Ноль ничего не меняет. Напишите сумму.",
    "amount_too_small": lambda told: f"Эквайер возвращает не меньше {money(told['least'])}.",
    "amount_too_large": lambda told: f"За один раз — не больше {money(told['most'])}.",
    "above_what_is_left": lambda told: f"От этого платежа осталось {money(told['left'])}. Больше вернуть нельзя.",
    "above_the_penalty": lambda told: f"Пеней на счёте {money(told['owed'])}. Снять можно не больше.",
    "above_the_advance": lambda told: f"Аванс на счёте — {money(told['advance'])}. Выплатить можно не больше.",
    "account_open": lambda _: "Договор действует: аванс пойдёт в следующие счета. Выплатить его можно после закрытия.",
    "not_paid": lambda _: "Этот платёж не прошёл: возвращать нечего.",
    "refund_in_flight": lambda _: (
        "Прошлый возврат этого платежа ещё не завершён. Новый не начат: дождитесь ответа эквайера, это минуты."
    ),
    "direction_wanted": lambda _: "Выберите, станет к оплате больше или меньше.",
    "part_wanted": lambda _: "Выберите, за энергию поправка или за пени.",
    "words_wanted": lambda _: "Напишите несколько слов: без них потом не понять, что произошло.",
    "words_too_long": lambda told: f"Слишком длинно: поместится {told['most']} знаков.",
    "words_odd": lambda _: "В тексте есть невидимые знаки. Наберите его заново.",
    "form_stale": lambda _: "Страница устарела, ничего не сделано. Проверьте сумму и нажмите ещё раз.",
    "not_an_operator": lambda _: "Это может только оператор, и не во время просмотра кабинета. Ничего не сделано.",
    "decided_already": lambda _: "Это уже решил другой сотрудник. Ничего не изменилось.",
    "same_person": lambda _: "Вы сами это предложили. Подтвердить или отказать может только другой сотрудник.",
    "unknown_account": lambda _: "Такого лицевого счёта нет. Проверьте цифры.",
    "not_an_account_number": lambda _: "В номере лицевого счёта 10 цифр.",
    "assigned_already": lambda _: "Этот платёж уже зачислен. Второй раз ничего не сделано.",
    "closed_already": lambda _: "Эту задачу уже закрыл другой сотрудник.",
    "still_unknown": lambda _: (
        "Эквайер пока не отвечает, чем это закончилось. Задача осталась открытой: попробуйте через несколько минут."
    ),
    "returned_already": lambda _: "Этот платёж уже вернули отправителю. Ничего не изменилось.",
    "going_back": lambda _: "Возврат этого платежа ждёт второго сотрудника. Пока он не решил, зачислить его нельзя.",
    "not_confirmed": lambda _: (
        "Эквайер сейчас не подтверждает, что взял эти деньги. Ничего не сделано: попробуйте через несколько минут."
    ),
    "booked_already": lambda _: "Эти деньги уже на счёте. Второй раз ничего не сделано: закройте задачу.",
    "stray_decided": lambda _: "Об этих деньгах уже решено, и решение ещё исполняется. Задача закроется сама.",
    "refunded_there": lambda _: (
        "Часть этих денег уже вернули в кабинете эквайера. Ничего не сделано: закончите возврат там и закройте задачу."
    ),
    "payment_open": lambda _: (
        "Платёж, к которому относятся эти деньги, ещё не завершён. Ничего не сделано: мы спрашиваем о нём сами."
    ),
    "names_an_intent": lambda _: (
        "Платёж начат в кабинете, но чей он, сейчас не узнать: зачислить его на выбранный счёт нельзя, только вернуть."
    ),
    "not_its_intent": lambda _: (
        "Сумма или лицевой счёт у эквайера не те, что в платеже. Зачислить нельзя: верните деньги на карту."
    ),
    "autopay_goes_on": lambda _: (
        "Автоплатёж за этот месяц ещё может списать сам. Ничего не сделано: дождитесь его или верните эти деньги."
    ),
    "charged_twice": lambda _: (
        "За этот месяц автоплатёж списывал ещё раз. Второе списание нельзя оставить на счёте: верните его на карту."
    ),
    "not_undoable": lambda _: "Эту загрузку отменить нельзя. Ничего не изменилось.",
    "undone_already": lambda _: "Эта загрузка уже отменена. Второй раз ничего не сделано.",
    "undo_waits": lambda _: "Отмена этой загрузки уже ждёт второго сотрудника.",
    "nothing_to_undo": lambda _: "Снимать нечего: всё из этого файла уже учтено в счетах или решено по отдельности.",
    "not_enterable": lambda _: (
        "Эквайер сейчас не подтверждает такой возврат. На счёте ничего не изменилось: проверьте в его кабинете."
    ),
}


def sentence(problem: Problem) -> str:
    """Raises KeyError for a code without words."""
    return _SENTENCES[problem.code](problem.params)


REFUND_STATUSES: dict[RefundStatus, tuple[str, str]] = {
    RefundStatus.WAITING: ("ждёт второго сотрудника", "wait"),
    RefundStatus.CREATED: ("ждём ответа банка", "wait"),
    RefundStatus.UNKNOWN: ("ждём ответа банка", "wait"),
    RefundStatus.PENDING: ("в пути", "wait"),
    RefundStatus.SUCCEEDED: ("возвращено", "good"),
    RefundStatus.CANCELED: ("не прошёл", "bad"),
    RefundStatus.REFUSED: ("отказано", "bad"),
}
"""Words and tone."""

BOOKING_STATUSES: dict[RefundStatus, tuple[str, str]] = {
    RefundStatus.WAITING: ("ждёт второго сотрудника", "wait"),
    RefundStatus.SUCCEEDED: ("зачислено", "good"),
    RefundStatus.REFUSED: ("отказано", "bad"),
}

STRAY_STATES: dict[RefundStatus, str] = {
    RefundStatus.WAITING: "Решение ждёт второго сотрудника.",
    RefundStatus.CREATED: "Возврат отправлен, ждём ответа банка. Второй раз деньги не уйдут.",
    RefundStatus.UNKNOWN: "Возврат отправлен, ждём ответа банка. Второй раз деньги не уйдут.",
    RefundStatus.PENDING: "Банк принял возврат, деньги в пути.",
    RefundStatus.CANCELED: "Прошлый возврат не прошёл, деньги на месте. Можно решить заново.",
    RefundStatus.REFUSED: "Второй сотрудник отказал. Можно решить иначе.",
}
"""How far the decision about a task's money is."""

BANK_RETURN_STATUSES = {
    "waiting": ("ждёт второго сотрудника", "wait"),
    "returned": ("возвращён отправителю", "good"),
    "refused": ("отказано", "bad"),
}

CORRECTION_STATUSES = {
    "waiting": ("ждёт второго сотрудника", "wait"),
    "posted": ("внесена", "good"),
    "refused": ("отказано", "bad"),
}

PAYMENT_STATUSES = {
    "created": ("ждём ответа банка", "wait"),
    "unknown": ("ждём ответа банка", "wait"),
    "pending": ("ждём ответа банка", "wait"),
    "succeeded": ("оплачено", "good"),
    "canceled": ("не прошёл", "bad"),
}

_REFUND_REASONS = {
    "insufficient_funds": "у магазина на счёте эквайера не хватило денег",
    "general_decline": "банк отказал без причины",
    "rejected_by_payee": "банк карты не принял деньги",
    "rejected_by_timeout": "банк не успел ответить",
    NEVER_ARRIVED: "запрос не дошёл до эквайера",
    REQUEST_REFUSED: "эквайер не принял запрос",
}


def refund_reason(status: RefundStatus, reason: str) -> str:
    """Of a refused one the second person's own words, of a canceled one the acquirer's code in words."""
    if status is RefundStatus.CANCELED:
        return _REFUND_REASONS.get(reason, reason)
    return reason


def task_words(task: DeskTask) -> tuple[str, str]:
    """Title and text."""
    title, say = _TASKS[task.kind]
    return title, say(task.told)


_TASKS: dict[TaskKind, tuple[str, Callable[[Params], str]]] = {
    TaskKind.TAKEN_NOT_BOOKED: (
        "Деньги взяты, а на счёте их нет",
        lambda told: (
            f"Эквайер взял {money(told['there'])}, а у нас этот платёж закончился иначе: это второе списание или "
            "поздний ответ. Зачислите деньги на счёт, а если они лишние, верните на карту."
        ),
    ),
    TaskKind.BOOKED_NOT_TAKEN: (
        "На счёте есть, у эквайера нет",
        lambda told: (
            f"На счёт зачислено {money(told['here'])}, а эквайер такого списания не подтверждает. Проверьте платёж в "
            "его кабинете. Если денег не было, внесите поправку."
        ),
    ),
    TaskKind.AMOUNT_DIFFERS: (
        "Суммы расходятся",
        lambda told: (
            f"У эквайера {money(told['there'])}, у нас {money(told['here'])}. Выясните, какая верна, и внесите "
            "поправку на разницу или верните лишнее."
        ),
    ),
    TaskKind.UNKNOWN_PAYMENT: (
        "Платёж, которого мы не начинали",
        lambda told: (
            f"Эквайер взял {money(told['there'])} по запросу, которого у нас нет. Выясните в его кабинете, чей он: "
            "зачислите на лицевой счёт или верните на карту."
        ),
    ),
    TaskKind.REFUND_NOT_BOOKED: (
        "Возврат мимо кабинета",
        lambda told: (
            f"Через эквайера вернули {money(told['there'])}, а на лицевом счёте эти деньги числятся оплаченными."
        ),
    ),
    TaskKind.REFUND_NOT_MADE: (
        "Возврат не подтверждён",
        lambda told: (
            f"Со счёта снято {money(told['here'])} как возвращённое, а эквайер такого возврата не подтверждает. Если "
            "денег житель не получил, внесите поправку."
        ),
    ),
    TaskKind.UNKNOWN_TOO_OLD: (
        "Больше двух суток без ответа",
        lambda told: (
            f"{money(told['here'])}: эквайер не сказал, чем это закончилось. Посмотрите в его кабинете. Когда вы "
            "закроете задачу, мы спросим ещё раз: что найдётся, зачтём, а чего нет в полном списке, "
            "отметим как не начатое."
        ),
    ),
}
