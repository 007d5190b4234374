"""What the desk says."""

from __future__ import annotations

from collections.abc import Mapping

from lk.autopay.rules import MonthStatus
from lk.filters import money, month_for, month_in
from lk.language import N_, _
from lk.outcome import Problem
from lk.page_codes import is_page
from lk.period import Period
from lk.support.queries import OpenTask

SENTENCES: dict[str, str] = {
    "reason_wanted": N_("Выберите, с чем обратился житель: он увидит это в своей истории."),
    "why_wanted": N_("Выберите, зачем открыть имя и почту: житель увидит это в своей истории."),
    "code_wanted": N_("Со второго шага прошло больше 15 минут. Введите код из приложения ещё раз."),
    "code_wrong": N_("Код не подошёл. Дождитесь следующего и введите его."),
    "too_many_tries": N_("Слишком много попыток. Подождите 15 минут."),
    "already_looking": N_("Вы уже смотрите чужой кабинет. Сначала закончите."),
    "no_account": N_("Такого счёта нет."),
    "release_reason_wanted": N_("Выберите, почему отвязать счёт от кабинета."),
    "no_cabinet": N_("Кабинета по этому счёту нет."),
    "release_asked": N_("Отвязка уже начата."),
    "no_reset": N_("Письмо отправить некуда: у кабинета нет своей почты."),
    "session_ended": N_("Вход закончился. Войдите снова."),
    "holder_is_agent": N_("Этот кабинет принадлежит сотруднику. Такие кабинеты не смотрят."),
    "no_letter": N_("Такого письма нет."),
    "letter_has_secret": N_("Это письмо второй раз не отправить: в нём ссылка для входа или оно уже не ко времени."),
    "letter_not_theirs": N_("Это письмо ушло тому, у кого больше нет доступа к счёту. Повторить его нельзя."),
    "letter_just_now": N_(
        "Такое письмо только что отправлено. Попросите жителя подождать пять минут и проверить спам."
    ),
    "letter_unwanted": N_("Житель отказался от таких писем. Включить их он может в профиле."),
    "too_many_letters": N_("Сегодня письма по этому счёту повторяли уже десять раз. Завтра можно снова."),
    "no_look": N_("Этот просмотр уже закончился. Код больше не нужен."),
    "too_many_codes": N_("Кодов для этого просмотра было уже десять. Попросите сотрудника начать просмотр заново."),
}

CODE_SENTENCES: dict[str, str] = {
    **SENTENCES,
    "code_empty": N_("Впишите шесть цифр, которые житель видит у себя."),
    "code_wrong": N_(
        "Код не подошёл. Попросите жителя прочитать его ещё раз: он действует 10 минут и только один раз."
    ),
    "too_many_tries": N_(
        "Слишком много неверных кодов. В этом просмотре код больше не примем: закончите его и начните новый."
    ),
}


def sentence(problem: Problem, among: Mapping[str, str] = SENTENCES) -> str:
    return _(among.get(problem.code, N_("Не получилось. Попробуйте ещё раз.")))


AUTOPAY_MONTHS: dict[MonthStatus, str] = {
    MonthStatus.PLANNED: N_("запланирован"),
    MonthStatus.CHARGING: N_("ждём ответа банка"),
    MonthStatus.PAID: N_("оплачено"),
    MonthStatus.SKIPPED: N_("житель пропустил"),
    MonthStatus.NOTHING: N_("долга не было"),
    MonthStatus.ABOVE: N_("счёт больше предела жителя"),
    MonthStatus.REFUSED: N_("банк отказал"),
    MonthStatus.MISSED: N_("не успели до срока"),
    MonthStatus.OFF: N_("отменён"),
}

_PUT_ASIDE = {
    "no_rate": N_("нет тарифа"),
    "no_norm": N_("нет норматива"),
    "came_late": N_("загружен после расчёта, выйдет со следующим"),
    "behind": N_("нет счёта за прошлый месяц"),
}

_PAGES = {
    "": N_("Главная"),
    "readings": N_("Показания"),
    "bills": N_("Счета"),
    "payments": N_("Платежи"),
    "cards": N_("Карты"),
    "autopay": N_("Автоплатёж"),
    "history": N_("История"),
    "access": N_("Доступ"),
    "away": N_("Отъезд"),
}


def task_words(task: OpenTask) -> tuple[str, str]:
    """What waits, and for whom."""
    of_month = month_for(task.period) if task.period else ""
    in_month = month_in(task.period) if task.period else ""
    amount = money(task.amount_kopecks or 0)
    match task.kind:
        case "held_reading":
            return _("Показание %(for_month)s на проверке", for_month=of_month), _("решает сотрудник")
        case "held_bill":
            return _("Счёт %(for_month)s на проверке", for_month=of_month), _("%(sum)s, не отправлен", sum=amount)
        case "put_aside":
            known = _PUT_ASIDE.get(task.code)
            why = _(known) if known else _("сбой расчёта %(in_month)s", in_month=in_month)
            return _("Счёт %(for_month)s отложен", for_month=of_month), why
        case "payment":
            title = _("Платёж %(sum)s ждёт ответа банка", sum=amount)
            return title, _("спрашиваем сами, второй раз деньги не уйдут")
        case "refund":
            waits = task.code == "waiting"
            title = _("Возврат %(sum)s", sum=amount)
            return title, _("ждёт второго сотрудника") if waits else _("ждёт ответа банка")
        case _:
            return _("Задача по деньгам"), _("решают операторы")


def page_title(page: str) -> str | None:
    """Of a page of the cabinet that a code leads to; None for any other."""
    if not is_page(page):
        return None
    known = _PAGES.get(page)
    return _(known) if known else _("Счёт %(for_month)s", for_month=month_for(Period.parse(page[6:13])))


def capitalized(words: str) -> str:
    """`за июль` → `За июль`; what follows keeps its capitals."""
    return words[:1].upper() + words[1:]
