"""What the desk says."""

from __future__ import annotations

from collections.abc import Mapping

from lk.autopay.rules import MonthStatus
from lk.filters import money, month_for, month_in
from lk.outcome import Problem
from lk.page_codes import is_page
from lk.period import Period
from lk.support.queries import OpenTask

SENTENCES: dict[str, str] = {
    "reason_wanted": "Выберите, с чем обратился житель: он увидит это в своей истории.",
    "why_wanted": "Выберите, зачем открыть имя и почту: житель увидит это в своей истории.",
    "code_wanted": "Со второго шага прошло больше 15 минут. Введите код из приложения ещё раз.",
    "code_wrong": "Код не подошёл. Дождитесь следующего и введите его.",
    "too_many_tries": "Слишком много попыток. Подождите 15 минут.",
    "already_looking": "Вы уже смотрите чужой кабинет. Сначала закончите.",
    "no_account": "Такого счёта нет.",
    "release_reason_wanted": "Выберите, почему отвязать счёт от кабинета.",
    "no_cabinet": "Кабинета по этому счёту нет.",
    "release_asked": "Отвязка уже начата.",
    "no_reset": "Письмо отправить некуда: у кабинета нет своей почты.",
    "session_ended": "Вход закончился. Войдите снова.",
    "holder_is_agent": "Этот кабинет принадлежит сотруднику. Такие кабинеты не смотрят.",
    "no_letter": "Такого письма нет.",
    "letter_has_secret": "Это письмо второй раз не отправить: в нём ссылка для входа или оно уже не ко времени.",
    "letter_not_theirs": "Это письмо ушло тому, у кого больше нет доступа к счёту. Повторить его нельзя.",
    "letter_just_now": "Такое письмо только что отправлено. Попросите жителя подождать пять минут и проверить спам.",
    "letter_unwanted": "Житель отказался от таких писем. Включить их он может в профиле.",
    "too_many_letters": "Сегодня письма по этому счёту повторяли уже десять раз. Завтра можно снова.",
    "no_look": "Этот просмотр уже закончился. Код больше не нужен.",
    "too_many_codes": "Кодов для этого просмотра было уже десять. Попросите сотрудника начать просмотр заново.",
}

CODE_SENTENCES: dict[str, str] = {
    **SENTENCES,
    "code_empty": "Впишите шесть цифр, которые житель видит у себя.",
    "code_wrong": "Код не подошёл. Попросите жителя прочитать его ещё раз: он действует 10 минут и только один раз.",
    "too_many_tries": "Слишком много неверных кодов. В этом просмотре код больше не примем: закончите его и начните "
    "новый.",
}


def sentence(problem: Problem, among: Mapping[str, str] = SENTENCES) -> str:
    return among.get(problem.code, "Не получилось. Попробуйте ещё раз.")


AUTOPAY_MONTHS: dict[MonthStatus, str] = {
    MonthStatus.PLANNED: "запланирован",
    MonthStatus.CHARGING: "ждём ответа банка",
    MonthStatus.PAID: "оплачено",
    MonthStatus.SKIPPED: "житель пропустил",
    MonthStatus.NOTHING: "долга не было",
    MonthStatus.ABOVE: "счёт больше предела жителя",
    MonthStatus.REFUSED: "банк отказал",
    MonthStatus.MISSED: "не успели до срока",
    MonthStatus.OFF: "отменён",
}

_PUT_ASIDE = {"no_rate": "нет тарифа", "no_norm": "нет норматива", "behind": "нет счёта за прошлый месяц"}

_PAGES = {
    "": "Главная",
    "readings": "Показания",
    "bills": "Счета",
    "payments": "Платежи",
    "cards": "Карты",
    "autopay": "Автоплатёж",
    "history": "История",
    "access": "Доступ",
    "away": "Отъезд",
}


def task_words(task: OpenTask) -> tuple[str, str]:
    """What waits, and for whom."""
    of_month = month_for(task.period) if task.period else ""
    in_month = month_in(task.period) if task.period else ""
    amount = money(task.amount_kopecks or 0)
    match task.kind:
        case "held_reading":
            return f"Показание {of_month} на проверке", "решает сотрудник"
        case "held_bill":
            return f"Счёт {of_month} на проверке", f"{amount}, не отправлен"
        case "put_aside":
            return f"Счёт {of_month} отложен", _PUT_ASIDE.get(task.code, f"сбой расчёта {in_month}")
        case "payment":
            return f"Платёж {amount} ждёт ответа банка", "спрашиваем сами, второй раз деньги не уйдут"
        case "refund":
            waits = task.code == "waiting"
            return f"Возврат {amount}", "ждёт второго сотрудника" if waits else "ждёт ответа банка"
        case _:
            return "Задача по деньгам", "решают операторы"


def page_title(page: str) -> str | None:
    """Of a page of the cabinet that a code leads to; None for any other."""
    if not is_page(page):
        return None
    return _PAGES.get(page) or f"Счёт {month_for(Period.parse(page[6:13]))}"
