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
from lk.history.wording import Numbers, quoted
from lk.language import N_, _
from lk.outcome import Problem
from lk.period import Period

NOBODY = N_("на сервере")
"""What was done by a command of the machine itself."""
LISTED = 5
"""So many accounts of a list are named."""

REFUSALS = {
    "number_wrong": N_("В номере лицевого счёта десять цифр. Проверьте его."),
    "no_account": N_("Такого лицевого счёта нет. Проверьте номер."),
    "day_wrong": N_("День пишется так: 15.03.2027."),
    "not_an_admin": N_("Это делает только администратор. Ничего не изменилось."),
}

MOVES: dict[str, str] = {
    "refund": N_("возврат платежа"),
    "correction": N_("поправка"),
    "payout": N_("выплата аванса"),
    "bank_return": N_("возврат платежа банка"),
    "booking": N_("зачисление найденных денег"),
    "return": N_("возврат найденных денег"),
}
"""What was asked for or decided about."""

ROLES: dict[str, str] = {Role.SUPPORT: N_("поддержка"), Role.OPERATOR: N_("оператор"), Role.ADMIN: N_("администратор")}


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
    return _(REFUSALS[problem.code])


def words(act: Act, names: Names) -> ActWords:
    numbers = json.loads(act.params)
    what, note = _said(act, numbers, names)
    return ActWords(act.at, act.agent_code or _(NOBODY), what, note, act.account_number, act.account_public_id)


def accounts_in(acts: Collection[Act]) -> set[int]:
    """Ids of the accounts that their words will name."""
    return {each for act in acts for each in _ids(json.loads(act.params) if '"account' in act.params else {})[:LISTED]}


def _said(act: Act, numbers: Numbers, names: Names) -> tuple[str, str]:
    if act.kind in OWN:
        return OWN[act.kind](numbers, names)
    if act.kind not in SENTENCES:
        return _("Действие «%(kind)s»", kind=act.kind), ""
    told = resident_words(EventRow(act.id, act.kind, act.at, "agent", None, act.params))
    title, period = _(RETOLD[act.kind]) if act.kind in RETOLD else told.title, _period(numbers)
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
    named = ", ".join(shown)
    if len(ids) > LISTED:
        named = _("%(named)s и ещё %(more)s", named=named, more=filters.number(len(ids) - LISTED))
    return _("Искал жителя, в списке %(found)s", found=filters.plural(len(ids), "житель", "жителей")), named


def _plain(what: str, note: str = "") -> Callable[[Numbers, Names], tuple[str, str]]:
    return lambda *_asked: (_(what), _(note) if note else "")


def _reason(what: str, reasons: Mapping[str, str]) -> Callable[[Numbers, Names], tuple[str, str]]:
    def said(numbers: Numbers, _names: Names) -> tuple[str, str]:
        return _(what), quoted(_(reasons.get(str(numbers.get("reason")), N_("вопрос жителя"))))

    return said


def _agent(what: str) -> Callable[[Numbers, Names], tuple[str, str]]:
    return lambda numbers, names: (f"{_(what)} {names.agent(numbers)}".strip(), _told(ROLES, numbers.get("role")))


def _money(what: str) -> Callable[[Numbers, Names], tuple[str, str]]:
    def said(numbers: Numbers, names: Names) -> tuple[str, str]:
        accounts = [filters.account_number(names.accounts[each]) for each in _ids(numbers) if each in names.accounts]
        meant = _told(MOVES, numbers.get("what"))
        kopecks = filters.money(int(numbers["amount"])) if "amount" in numbers else ""
        return _(what), " · ".join(filter(None, (meant, kopecks, *accounts)))

    return said


def _role_changed(numbers: Numbers, names: Names) -> tuple[str, str]:
    before, after = (_told(ROLES, numbers.get(each)) for each in ("before", "role"))
    return _("Сменил роль сотрудника %(agent)s", agent=names.agent(numbers)), f"{before} → {after}"


def _searched(what: str) -> Callable[[Numbers, Names], tuple[str, str]]:
    def said(numbers: Numbers, names: Names) -> tuple[str, str]:
        agent = names.agent(numbers)
        whose = _("сотрудник %(code)s", code=agent) if agent else ""
        accounts = [filters.account_number(names.accounts[each]) for each in _ids(numbers) if each in names.accounts]
        return _(what), " · ".join(filter(None, (whose, *accounts)))

    return said


def _told(table: Mapping[str, str], code: object) -> str:
    return _(table[str(code)]) if str(code) in table else ""


RETOLD: Mapping[str, str] = {
    "reading_sent": N_("Записал показания по телефону"),
    "reading_held": N_("Записал показания по телефону, ждут проверки"),
    "reading_accepted": N_("Принял показания"),
    "reading_rejected": N_("Не принял показания"),
    "reading_corrected": N_("Уточнил показания"),
    "meter_replaced": N_("Заменил счётчик"),
    "bill_reversed": N_("Отменил счёт"),
    "bill_recounted": N_("Пересчитал счёт"),
    "refunded": N_("Вернул платёж"),
    "charge_returned": N_("Вернул лишнее списание"),
    "bank_payment_returned": N_("Вернул платёж банка отправителю"),
    "balance_corrected": N_("Внёс поправку"),
    "advance_paid_out": N_("Выплатил аванс через банк"),
    "cabinet_confirmed": N_("Подтвердил кабинет"),
    "password_reset_asked": N_("Отправил жителю ссылку для нового пароля"),
    "release_asked": N_("Начал отвязку кабинета"),
    "release_canceled": N_("Отменил отвязку кабинета"),
    "question_answered": N_("Ответил на вопрос жителя"),
    "question_closed": N_("Закрыл вопрос жителя"),
    "question_noted": N_("Оставил заметку к вопросу жителя"),
    "question_taken": N_("Взял вопрос жителя"),
    "question_handed_over": N_("Передал вопрос жителя"),
    "canned_answer_changed": N_("Изменил готовый ответ"),
    "step_asked_again": N_("Попросил сделать шаг месяца ещё раз"),
    "trial_asked": N_("Попросил пробный расчёт счетов"),
    "letter_again": N_("Отправил письмо ещё раз"),
    "look_allowed": N_("Ввёл код жителя и может действовать"),
    "prices_set": N_("Назначил новые цены"),
    "prices_withdrawn": N_("Отменил будущие цены"),
    "norms_set": N_("Назначил новые нормативы"),
    "norms_withdrawn": N_("Отменил будущие нормативы"),
    "bands_set": N_("Назначил новые диапазоны потребления"),
    "bands_withdrawn": N_("Отменил будущие диапазоны"),
    "penalty_rate_set": N_("Назначил новую ставку пеней"),
    "penalty_rate_withdrawn": N_("Отменил будущую ставку пеней"),
    "calendar_set": N_("Изменил дни расчётного месяца"),
    "calendar_withdrawn": N_("Отменил будущие дни месяца"),
    "setting_changed": N_("Изменил настройку"),
    "import_sent": N_("Прислал файл для загрузки"),
    "import_load_asked": N_("Подтвердил загрузку файла"),
    "import_dropped": N_("Отказался от загрузки файла"),
    "import_undo_asked": N_("Начал отмену загрузки файла"),
    "import_undone": N_("Отменил загрузку файла"),
    "import_undo_refused": N_("Не согласился отменить загрузку файла"),
    "export_taken": N_("Выгрузил данные"),
    "print_run_asked": N_("Заказал печать счетов"),
    "print_run_taken": N_("Скачал счета на печать"),
    "clock_trusted": N_("Подтвердил часы машины"),
}
"""The resident's words with another beginning."""

OWN: Mapping[str, Callable[[Numbers, Names], tuple[str, str]]] = {
    "customer_viewed": _plain(N_("Открыл карточку жителя"), N_("имя и почта скрыты")),
    "data_unmasked": _reason(N_("Смотрел имя и почту"), UNMASK_REASONS),
    "look_began": _reason(N_("Смотрел кабинет жителя"), LOOK_REASONS),
    "customers_listed": _listed,
    "signed_in": _plain(N_("Вошёл")),
    "agent_enrolled": _plain(N_("Вошёл впервые: пароль и приложение с кодами")),
    "password_changed": _plain(N_("Сменил свой пароль")),
    "login_changed": _plain(N_("Сменил свой логин")),
    "sessions_ended": _plain(N_("Завершил свои входы")),
    "recovery_codes_made": _plain(N_("Сделал себе запасные коды")),
    "recovery_code_used": _plain(N_("Вошёл по запасному коду")),
    "agent_added": _agent(N_("Завёл сотрудника")),
    "agent_renewed": _agent(N_("Выдал новую ссылку сотруднику")),
    "agent_disabled": _agent(N_("Закрыл вход сотруднику")),
    "agent_role_changed": _role_changed,
    "money_asked": _money(N_("Начал движение денег")),
    "money_approved": _money(N_("Согласился вторым")),
    "money_refused": _money(N_("Отказал вторым")),
    "money_task_closed": _money(N_("Закрыл задачу сверки")),
    "audit_searched": _searched(N_("Искал в журнале действий")),
    "audit_taken": _searched(N_("Скачал журнал действий")),
    "audit_check_asked": _plain(N_("Попросил проверить печати")),
}
"""Where the resident's own words would not say it."""
