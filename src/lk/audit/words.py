"""What an agent did, in one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from lk import filters
from lk.actor import Role
from lk.audit.queries import Act
from lk.history.messages import LOOK_REASONS, SENTENCES, UNMASK_REASONS
from lk.history.messages import words as resident_words
from lk.history.queries import EventRow
from lk.history.wording import Numbers
from lk.outcome import Problem
from lk.period import Period

NOBODY = "на сервере"
"""What was done by a command of the machine itself."""
LISTED = 5
"""So many accounts of a list are named."""

REFUSALS = {
    "number_wrong": "В номере лицевого счёта десять цифр. Проверьте его.",
    "no_account": "Такого лицевого счёта нет. Проверьте номер.",
    "day_wrong": "День пишется так: 15.03.2027.",
    "not_an_admin": "Это делает только администратор. Ничего не изменилось.",
}

MOVES: dict[str, str] = {
    "refund": "возврат платежа",
    "correction": "поправка",
    "payout": "выплата аванса",
    "bank_return": "возврат платежа банка",
    "booking": "зачисление найденных денег",
    "return": "возврат найденных денег",
}
"""What was asked for or decided about."""

ROLES: dict[str, str] = {Role.SUPPORT: "поддержка", Role.OPERATOR: "оператор", Role.ADMIN: "администратор"}


@dataclass(frozen=True, slots=True)
class ActWords:
    at: datetime
    who: str
    what: str
    note: str
    account_number: str | None
    account_public_id: str | None


@dataclass(frozen=True, slots=True)
class Names:
    """Agents' codes and accounts' numbers by their ids."""

    agents: Mapping[int, str]
    accounts: Mapping[int, str]

    def agent(self, numbers: Numbers) -> str:
        return self.agents.get(int(numbers.get("agent", 0)), "")


def sentence(problem: Problem) -> str:
    return REFUSALS[problem.code]


def words(act: Act, names: Names) -> ActWords:
    numbers = json.loads(act.params)
    what, note = _said(act, numbers, names)
    return ActWords(act.at, act.agent_code or NOBODY, what, note, act.account_number, act.account_public_id)


def accounts_in(acts: Collection[Act]) -> set[int]:
    """Ids of the accounts that their words will name."""
    return {each for act in acts for each in _ids(json.loads(act.params) if '"account' in act.params else {})[:LISTED]}


def _said(act: Act, numbers: Numbers, names: Names) -> tuple[str, str]:
    if act.kind in OWN:
        return OWN[act.kind](numbers, names)
    if act.kind not in SENTENCES:
        return f"Действие «{act.kind}»", ""
    told = resident_words(EventRow(act.id, act.kind, act.at, "agent", None, act.params))
    title, period = RETOLD.get(act.kind, told.title), _period(numbers)
    note = " · ".join(filter(None, (period if period not in title else "", told.note, told.value)))
    return title, note


def _period(numbers: Numbers) -> str:
    try:
        return filters.month_for(Period.parse(str(numbers["period"]))) if "period" in numbers else ""
    except ValueError:
        return ""


def _ids(numbers: Numbers) -> list[int]:
    accounts = numbers.get("accounts", [numbers["account"]] if numbers.get("account") else [])
    return [each for each in accounts if isinstance(each, int)]


def _listed(numbers: Numbers, names: Names) -> tuple[str, str]:
    ids = _ids(numbers)
    shown = [filters.account_number(names.accounts[each]) for each in ids[:LISTED] if each in names.accounts]
    more = f" и ещё {filters.number(len(ids) - LISTED)}" if len(ids) > LISTED else ""
    found = filters.plural(len(ids), "житель", "жителей")
    return f"Искал жителя, в списке {found}", ", ".join(shown) + more


def _plain(what: str) -> Callable[[Numbers, Names], tuple[str, str]]:
    return lambda *_: (what, "")


def _reason(what: str, reasons: Mapping[str, str]) -> Callable[[Numbers, Names], tuple[str, str]]:
    return lambda numbers, _: (what, f"«{reasons.get(str(numbers.get('reason')), 'вопрос жителя')}»")


def _agent(what: str) -> Callable[[Numbers, Names], tuple[str, str]]:
    return lambda numbers, names: (f"{what} {names.agent(numbers)}".strip(), ROLES.get(str(numbers.get("role")), ""))


def _money(what: str) -> Callable[[Numbers, Names], tuple[str, str]]:
    def said(numbers: Numbers, names: Names) -> tuple[str, str]:
        accounts = [filters.account_number(names.accounts[each]) for each in _ids(numbers) if each in names.accounts]
        meant = MOVES.get(str(numbers.get("what")), "")
        kopecks = filters.money(int(numbers["amount"])) if "amount" in numbers else ""
        return what, " · ".join(filter(None, (meant, kopecks, *accounts)))

    return said


def _role_changed(numbers: Numbers, names: Names) -> tuple[str, str]:
    before, after = (ROLES.get(str(numbers.get(each)), "") for each in ("before", "role"))
    return f"Сменил роль сотрудника {names.agent(numbers)}", f"{before} → {after}"


def _searched(what: str) -> Callable[[Numbers, Names], tuple[str, str]]:
    def said(numbers: Numbers, names: Names) -> tuple[str, str]:
        whose = names.agent(numbers)
        accounts = [filters.account_number(names.accounts[each]) for each in _ids(numbers) if each in names.accounts]
        return what, " · ".join(filter(None, (f"сотрудник {whose}" if whose else "", *accounts)))

    return said


RETOLD: Mapping[str, str] = {
    "reading_sent": "Записал показания по телефону",
    "reading_held": "Записал показания по телефону, ждут проверки",
    "reading_accepted": "Принял показания",
    "reading_rejected": "Не принял показания",
    "reading_corrected": "Уточнил показания",
    "meter_replaced": "Заменил счётчик",
    "bill_reversed": "Отменил счёт",
    "bill_recounted": "Пересчитал счёт",
    "refunded": "Вернул платёж",
    "charge_returned": "Вернул лишнее списание",
    "bank_payment_returned": "Вернул платёж банка отправителю",
    "balance_corrected": "Внёс поправку",
    "advance_paid_out": "Выплатил аванс через банк",
    "cabinet_confirmed": "Подтвердил кабинет",
    "password_reset_asked": "Отправил жителю ссылку для нового пароля",
    "release_asked": "Начал отвязку кабинета",
    "release_canceled": "Отменил отвязку кабинета",
    "question_answered": "Ответил на вопрос жителя",
    "question_closed": "Закрыл вопрос жителя",
    "question_noted": "Оставил заметку к вопросу жителя",
    "question_taken": "Взял вопрос жителя",
    "question_handed_over": "Передал вопрос жителя",
    "canned_answer_changed": "Изменил готовый ответ",
    "step_asked_again": "Попросил сделать шаг месяца ещё раз",
    "trial_asked": "Попросил пробный расчёт счетов",
    "letter_again": "Отправил письмо ещё раз",
    "look_allowed": "Ввёл код жителя и может действовать",
    "prices_set": "Назначил новые цены",
    "prices_withdrawn": "Отменил будущие цены",
    "norms_set": "Назначил новые нормативы",
    "norms_withdrawn": "Отменил будущие нормативы",
    "bands_set": "Назначил новые диапазоны потребления",
    "bands_withdrawn": "Отменил будущие диапазоны",
    "penalty_rate_set": "Назначил новую ставку пеней",
    "penalty_rate_withdrawn": "Отменил будущую ставку пеней",
    "calendar_set": "Изменил дни расчётного месяца",
    "calendar_withdrawn": "Отменил будущие дни месяца",
    "setting_changed": "Изменил настройку",
    "import_sent": "Прислал файл для загрузки",
    "import_load_asked": "Подтвердил загрузку файла",
    "import_dropped": "Отказался от загрузки файла",
    "import_undo_asked": "Начал отмену загрузки файла",
    "import_undone": "Отменил загрузку файла",
    "import_undo_refused": "Не согласился отменить загрузку файла",
    "export_taken": "Выгрузил данные",
    "print_run_asked": "Заказал печать счетов",
    "print_run_taken": "Скачал счета на печать",
    "clock_trusted": "Подтвердил часы машины",
}
"""The resident's words with another beginning."""

OWN: Mapping[str, Callable[[Numbers, Names], tuple[str, str]]] = {
    "customer_viewed": lambda *_: ("Открыл карточку жителя", "имя и почта скрыты"),
    "data_unmasked": _reason("Смотрел имя и почту", UNMASK_REASONS),
    "look_began": _reason("Смотрел кабинет жителя", LOOK_REASONS),
    "customers_listed": _listed,
    "signed_in": _plain("Вошёл"),
    "agent_enrolled": _plain("Вошёл впервые: пароль и приложение с кодами"),
    "password_changed": _plain("Сменил свой пароль"),
    "login_changed": _plain("Сменил свой логин"),
    "sessions_ended": _plain("Завершил свои входы"),
    "recovery_codes_made": _plain("Сделал себе запасные коды"),
    "recovery_code_used": _plain("Вошёл по запасному коду"),
    "agent_added": _agent("Завёл сотрудника"),
    "agent_renewed": _agent("Выдал новую ссылку сотруднику"),
    "agent_disabled": _agent("Закрыл вход сотруднику"),
    "agent_role_changed": _role_changed,
    "money_asked": _money("Начал движение денег"),
    "money_approved": _money("Согласился вторым"),
    "money_refused": _money("Отказал вторым"),
    "money_task_closed": _money("Закрыл задачу сверки"),
    "audit_searched": _searched("Искал в журнале действий"),
    "audit_taken": _searched("Скачал журнал действий"),
    "audit_check_asked": _plain("Попросил проверить печати"),
}
"""Where the resident's own words would not say it."""
