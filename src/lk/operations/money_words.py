"""The words of operators' pages of money: what happened, what is kept, what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lk.acquirer.answers import REQUEST_REFUSED
from lk.filters import money
from lk.language import N_, _
from lk.outcome import Problem
from lk.payments.desk_rules import ALONE_KOPECKS
from lk.payments.desk_tasks import DeskTask
from lk.payments.differences import NEVER_ARRIVED, TaskKind
from lk.payments.refund_rules import RefundStatus

Params = Mapping[str, Any]


def alone() -> str:
    """So much an operator moves without a second person."""
    return money(ALONE_KOPECKS)


_SENTENCES: dict[str, str | Callable[[Params], str]] = {
    "amount_missing": N_("Напишите сумму, например 2088,60."),
    "amount_not_a_sum": N_("Сумма не разобралась. Напишите её рублями, без знака, например 2088,60."),
    "amount_zero": N_("Ноль ничего не меняет. Напишите сумму."),
    "amount_too_small": lambda told: _("Эквайер возвращает не меньше %(least)s.", least=money(told["least"])),
    "amount_too_large": lambda told: _("За один раз — не больше %(most)s.", most=money(told["most"])),
    "above_what_is_left": lambda told: _(
        "От этого платежа осталось %(left)s. Больше вернуть нельзя.", left=money(told["left"])
    ),
    "above_the_penalty": lambda told: _("Пеней на счёте %(owed)s. Снять можно не больше.", owed=money(told["owed"])),
    "above_the_advance": lambda told: _(
        "Аванс на счёте — %(advance)s. Выплатить можно не больше.", advance=money(told["advance"])
    ),
    "account_open": N_("Договор действует: аванс пойдёт в следующие счета. Выплатить его можно после закрытия."),
    "not_paid": N_("Этот платёж не прошёл: возвращать нечего."),
    "refund_in_flight": N_(
        "Прошлый возврат этого платежа ещё не завершён. Новый не начат: дождитесь ответа эквайера, это минуты."
    ),
    "direction_wanted": N_("Выберите, станет к оплате больше или меньше."),
    "part_wanted": N_("Выберите, за энергию поправка или за пени."),
    "words_wanted": N_("Напишите несколько слов: без них потом не понять, что произошло."),
    "words_too_long": lambda told: _("Слишком длинно: поместится %(most)s знаков.", most=told["most"]),
    "words_odd": N_("В тексте есть невидимые знаки. Наберите его заново."),
    "form_stale": N_("Страница устарела, ничего не сделано. Проверьте сумму и нажмите ещё раз."),
    "not_an_operator": N_("Это может только оператор, и не во время просмотра кабинета. Ничего не сделано."),
    "decided_already": N_("Это уже решил другой сотрудник. Ничего не изменилось."),
    "same_person": N_("Вы сами это предложили. Подтвердить или отказать может только другой сотрудник."),
    "unknown_account": N_("Такого лицевого счёта нет. Проверьте цифры."),
    "not_an_account_number": N_("В номере лицевого счёта 10 цифр."),
    "assigned_already": N_("Этот платёж уже зачислен. Второй раз ничего не сделано."),
    "closed_already": N_("Эту задачу уже закрыл другой сотрудник."),
    "still_unknown": N_(
        "Эквайер пока не отвечает, чем это закончилось. Задача осталась открытой: попробуйте через несколько минут."
    ),
    "returned_already": N_("Этот платёж уже вернули отправителю. Ничего не изменилось."),
    "going_back": N_("Возврат этого платежа ждёт второго сотрудника. Пока он не решил, зачислить его нельзя."),
    "not_confirmed": N_(
        "Эквайер сейчас не подтверждает, что взял эти деньги. Ничего не сделано: попробуйте через несколько минут."
    ),
    "booked_already": N_("Эти деньги уже на счёте. Второй раз ничего не сделано: закройте задачу."),
    "stray_decided": N_("Об этих деньгах уже решено, и решение ещё исполняется. Задача закроется сама."),
    "refunded_there": N_(
        "Часть этих денег уже вернули в кабинете эквайера. Ничего не сделано: закончите возврат там и закройте задачу."
    ),
    "payment_open": N_(
        "Платёж, к которому относятся эти деньги, ещё не завершён. Ничего не сделано: мы спрашиваем о нём сами."
    ),
    "names_an_intent": N_(
        "Платёж начат в кабинете, но чей он, сейчас не узнать: зачислить его на выбранный счёт нельзя, только вернуть."
    ),
    "not_its_intent": N_(
        "Сумма или лицевой счёт у эквайера не те, что в платеже. Зачислить нельзя: верните деньги на карту."
    ),
    "autopay_goes_on": N_(
        "Автоплатёж за этот месяц ещё может списать сам. Ничего не сделано: дождитесь его или верните эти деньги."
    ),
    "charged_twice": N_(
        "За этот месяц автоплатёж списывал ещё раз. Второе списание нельзя оставить на счёте: верните его на карту."
    ),
    "not_undoable": N_("Эту загрузку отменить нельзя. Ничего не изменилось."),
    "undone_already": N_("Эта загрузка уже отменена. Второй раз ничего не сделано."),
    "undo_waits": N_("Отмена этой загрузки уже ждёт второго сотрудника."),
    "nothing_to_undo": N_("Снимать нечего: всё из этого файла уже учтено в счетах или решено по отдельности."),
    "not_enterable": N_(
        "Эквайер сейчас не подтверждает такой возврат. На счёте ничего не изменилось: проверьте в его кабинете."
    ),
}


def sentence(problem: Problem) -> str:
    """Raises KeyError for a code without words."""
    said = _SENTENCES[problem.code]
    return _(said) if isinstance(said, str) else said(problem.params)


REFUND_STATUSES: dict[RefundStatus, tuple[str, str]] = {
    RefundStatus.WAITING: (N_("ждёт второго сотрудника"), "wait"),
    RefundStatus.CREATED: (N_("ждём ответа банка"), "wait"),
    RefundStatus.UNKNOWN: (N_("ждём ответа банка"), "wait"),
    RefundStatus.PENDING: (N_("в пути"), "wait"),
    RefundStatus.SUCCEEDED: (N_("возвращено"), "good"),
    RefundStatus.CANCELED: (N_("не прошёл"), "bad"),
    RefundStatus.REFUSED: (N_("отказано"), "bad"),
}
"""Words and tone."""

BOOKING_STATUSES: dict[RefundStatus, tuple[str, str]] = {
    RefundStatus.WAITING: (N_("ждёт второго сотрудника"), "wait"),
    RefundStatus.SUCCEEDED: (N_("зачислено"), "good"),
    RefundStatus.REFUSED: (N_("отказано"), "bad"),
}

STRAY_STATES: dict[RefundStatus, str] = {
    RefundStatus.WAITING: N_("Решение ждёт второго сотрудника."),
    RefundStatus.CREATED: N_("Возврат отправлен, ждём ответа банка. Второй раз деньги не уйдут."),
    RefundStatus.UNKNOWN: N_("Возврат отправлен, ждём ответа банка. Второй раз деньги не уйдут."),
    RefundStatus.PENDING: N_("Банк принял возврат, деньги в пути."),
    RefundStatus.CANCELED: N_("Прошлый возврат не прошёл, деньги на месте. Можно решить заново."),
    RefundStatus.REFUSED: N_("Второй сотрудник отказал. Можно решить иначе."),
}
"""How far the decision about a task's money is."""

BANK_RETURN_STATUSES = {
    "waiting": (N_("ждёт второго сотрудника"), "wait"),
    "returned": (N_("возвращён отправителю"), "good"),
    "refused": (N_("отказано"), "bad"),
}

CORRECTION_STATUSES = {
    "waiting": (N_("ждёт второго сотрудника"), "wait"),
    "posted": (N_("внесена"), "good"),
    "refused": (N_("отказано"), "bad"),
}

PAYMENT_STATUSES = {
    "created": (N_("ждём ответа банка"), "wait"),
    "unknown": (N_("ждём ответа банка"), "wait"),
    "pending": (N_("ждём ответа банка"), "wait"),
    "succeeded": (N_("оплачено"), "good"),
    "canceled": (N_("не прошёл"), "bad"),
}

_REFUND_REASONS = {
    "insufficient_funds": N_("у магазина на счёте эквайера не хватило денег"),
    "general_decline": N_("банк отказал без причины"),
    "rejected_by_payee": N_("банк карты не принял деньги"),
    "rejected_by_timeout": N_("банк не успел ответить"),
    NEVER_ARRIVED: N_("запрос не дошёл до эквайера"),
    REQUEST_REFUSED: N_("эквайер не принял запрос"),
}


def refund_reason(status: RefundStatus, reason: str) -> str:
    """Of a refused one the second person's own words, of a canceled one the acquirer's code in words."""
    if status is RefundStatus.CANCELED:
        return _(_REFUND_REASONS[reason]) if reason in _REFUND_REASONS else reason
    return reason


def task_words(task: DeskTask) -> tuple[str, str]:
    """Title and text."""
    title, text = _TASKS[task.kind]
    return _(title), _(text, **{name: money(task.told[name]) for name in _SUMS if name in task.told})


_SUMS = ("there", "here")


_TASKS: dict[TaskKind, tuple[str, str]] = {
    TaskKind.TAKEN_NOT_BOOKED: (
        N_("Деньги взяты, а на счёте их нет"),
        N_(
            "Эквайер взял %(there)s, а у нас этот платёж закончился иначе: это второе списание или поздний ответ. "
            "Зачислите деньги на счёт, а если они лишние, верните на карту."
        ),
    ),
    TaskKind.BOOKED_NOT_TAKEN: (
        N_("На счёте есть, у эквайера нет"),
        N_(
            "На счёт зачислено %(here)s, а эквайер такого списания не подтверждает. Проверьте платёж в его кабинете. "
            "Если денег не было, внесите поправку."
        ),
    ),
    TaskKind.AMOUNT_DIFFERS: (
        N_("Суммы расходятся"),
        N_(
            "У эквайера %(there)s, у нас %(here)s. Выясните, какая верна, и внесите поправку на разницу или верните "
            "лишнее."
        ),
    ),
    TaskKind.UNKNOWN_PAYMENT: (
        N_("Платёж, которого мы не начинали"),
        N_(
            "Эквайер взял %(there)s по запросу, которого у нас нет. Выясните в его кабинете, чей он: зачислите на "
            "лицевой счёт или верните на карту."
        ),
    ),
    TaskKind.REFUND_NOT_BOOKED: (
        N_("Возврат мимо кабинета"),
        N_("Через эквайера вернули %(there)s, а на лицевом счёте эти деньги числятся оплаченными."),
    ),
    TaskKind.REFUND_NOT_MADE: (
        N_("Возврат не подтверждён"),
        N_(
            "Со счёта снято %(here)s как возвращённое, а эквайер такого возврата не подтверждает. Если денег житель не "
            "получил, внесите поправку."
        ),
    ),
    TaskKind.UNKNOWN_TOO_OLD: (
        N_("Больше двух суток без ответа"),
        N_(
            "%(here)s: эквайер не сказал, чем это закончилось. Посмотрите в его кабинете. Когда вы закроете задачу, мы "
            "спросим ещё раз: что найдётся, зачтём, а чего нет в полном списке, отметим как не начатое."
        ),
    ),
}
"""Title and text; of a text's sums `there` is what the acquirer has, `here` what we have."""
