"""Events in the resident's words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from lk import filters, language
from lk.history.company_words import COMPANY
from lk.history.money_words import MONEY
from lk.history.queries import EventRow
from lk.history.wording import Numbers, Words, period_in, quoted
from lk.language import N_, Language, _, pgettext


@dataclass(frozen=True, slots=True)
class EventWords:
    """`value` stands at the right: a sum or a number. `page` is the page of the account that tells more."""

    title: str
    note: str
    value: str | None
    page: str | None
    at: datetime


def words(event: EventRow, *, hides_cards: bool = False) -> EventWords:
    """`hides_cards`: for an agent who looks."""
    return EventWords(*_said(event.kind, event.params, event.agent_code, hides_cards, language.current()), event.at)


@lru_cache(maxsize=8192)
def _said(kind: str, params: str, agent_code: str | None, hides_cards: bool, _spoken: Language) -> Words:
    """An event never changes, and the newest ones are shown on every visit; in each language they are kept apart."""
    numbers = json.loads(params)
    if hides_cards:
        numbers.pop("last_four", None)
    title, note, value, page = SENTENCES.get(kind, _plain(N_("Изменение на счёте")))(numbers)
    if kind in LOOKS:
        return title, note, agent_code, page
    if agent_code:
        by = _("сотрудник %(code)s", code=agent_code)
        note = f"{note} · {by}" if note else by
    return title, note, value, page


def _plain(title: str, note: str = "") -> Callable[[Numbers], Words]:
    return lambda _numbers: (_(title), _(note) if note else "", None, None)


def _registers(numbers: Numbers) -> str:
    known = [(name, numbers[key]) for key, name in REGISTERS if numbers.get(key) is not None]
    return ", ".join(f"{_(name)}{filters.NO_BREAK_SPACE}{filters.number(int(kwh))}" for name, kwh in known)


def _reading(title: str) -> Callable[[Numbers], Words]:
    def said(numbers: Numbers) -> Words:
        source = READING_SOURCES.get(str(numbers.get("source")))
        note = " · ".join(filter(None, (_registers(numbers), _(source) if source else "")))
        return _(title, for_month=filters.month_for(period_in(numbers))), note, None, "readings"

    return said


def _bill_issued(numbers: Numbers) -> Words:
    period = period_in(numbers)
    title = _("Счёт %(for_month)s", for_month=filters.month_for(period))
    return title, "", filters.money(numbers["total"]), f"bills/{period}"


def _bill_reversed(numbers: Numbers) -> Words:
    title = _("Счёт %(for_month)s отменён", for_month=filters.month_for(period_in(numbers)))
    return title, _("Начисление по нему снято, вместо него выставлен новый счёт"), None, None


def _bill_recounted(numbers: Numbers) -> Words:
    title = _("Счёт %(for_month)s посчитан заново", for_month=filters.month_for(period_in(numbers)))
    return title, _("Сотрудник проверил расход"), None, None


def _bill_held(numbers: Numbers) -> Words:
    period = period_in(numbers)
    title = _("Счёт %(for_month)s на проверке", for_month=filters.month_for(period))
    return title, _("Сумма необычная: её смотрит сотрудник"), None, f"bills/{period}"


def _look(numbers: Numbers) -> Words:
    reason = LOOK_REASONS.get(str(numbers.get("reason")), N_("вопрос жителя"))
    return _("Сотрудник смотрел кабинет"), quoted(_(reason)), None, None


def _unmasked(numbers: Numbers) -> Words:
    reason = UNMASK_REASONS.get(str(numbers.get("reason")), N_("вопрос жителя"))
    return _("Сотрудник смотрел имя и почту"), quoted(_(reason)), None, None


def _paper_bill(numbers: Numbers) -> Words:
    title = _("Счёт приходит и на бумаге") if numbers.get("is_wanted") else _("Бумажный счёт больше не приходит")
    return title, "", None, "bills"


def _replaced(numbers: Numbers) -> Words:
    """Meters of a file tell no figures here."""
    if "final" not in numbers:
        return _("Заменён счётчик"), "", None, "readings"
    final, initial = (_dials(numbers[name]) for name in ("final", "initial"))
    note = _("Старый остановился на %(final)s, новый начал с %(initial)s", final=final, initial=initial)
    return _("Заменён счётчик"), note, None, "readings"


def _dials(values: list[int]) -> str:
    if len(values) == 1:
        return filters.number(values[0])
    return _registers({f"t{at}": value for at, value in enumerate(values, start=1)})


def _away(numbers: Numbers) -> Words:
    title = _("Никого не будет до %(day)s", day=filters.day_year(date.fromisoformat(numbers["until"])))
    return title, _("Расход в счетах не считаем"), None, "away"


REGISTERS = (("t1", N_("Т1")), ("t2", N_("Т2")), ("t3", N_("Т3")))


LOOK_REASONS: dict[str, str] = {
    "bill": N_("вопрос по счёту"),
    "payment": N_("вопрос по оплате"),
    "reading": N_("вопрос по показаниям"),
    "sign_in": N_("не получается войти"),
    "other": N_("другой вопрос жителя"),
}

UNMASK_REASONS: dict[str, str] = {
    "caller": N_("сверить, кто звонит"),
    "letter": N_("не доходят письма"),
    "paper": N_("подготовить документ"),
    "other": N_("другой вопрос жителя"),
}

READING_SOURCES: dict[str, str] = {"link": N_("по ссылке из письма")}

LOOKS = ("look_began", "customer_viewed", "data_unmasked")

SENTENCES: dict[str, Callable[[Numbers], Words]] = {
    "reading_sent": _reading(N_("Показания %(for_month)s")),
    "reading_held": _reading(N_("Показания на проверке %(for_month)s")),
    "reading_accepted": _reading(N_("Показания приняты %(for_month)s")),
    "reading_rejected": _reading(N_("Показания не приняты %(for_month)s")),
    "reading_corrected": _reading(N_("Показания уточнены сотрудником %(for_month)s")),
    "reading_undone": _reading(N_("Сняты загруженные по ошибке показания %(for_month)s")),
    "reading_photo_added": _plain(N_("К показанию приложено фото")),
    "bill_issued": _bill_issued,
    "bill_held": _bill_held,
    "bill_reversed": _bill_reversed,
    "bill_recounted": _bill_recounted,
    "cabinet_opened": _plain(N_("Открыт личный кабинет")),
    "account_changed": _plain(N_("Обновлены данные договора")),
    "helper_invited": _plain(N_("Приглашён помощник")),
    "account_added": _plain(N_("Квартира добавлена в кабинет")),
    "signed_in": lambda _numbers: (pgettext("event", "Вход в кабинет"), "", None, None),
    "password_changed": _plain(N_("Пароль изменён")),
    "login_changed": _plain(N_("Логин изменён")),
    "password_reset_asked": _plain(N_("Запрошена ссылка для нового пароля")),
    "email_change_asked": _plain(N_("Начата смена почты")),
    "email_change_canceled": _plain(N_("Смена почты отменена")),
    "email_changed": _plain(N_("Почта изменена")),
    "sessions_ended": _plain(N_("Завершены входы на других устройствах")),
    "agent_added": _plain(N_("Заведён сотрудник")),
    "agent_enrolled": _plain(N_("Сотрудник вошёл впервые")),
    "agent_role_changed": _plain(N_("Роль сотрудника изменена")),
    "agent_renewed": _plain(N_("Сотруднику выдана новая ссылка для входа")),
    "agent_disabled": _plain(N_("Сотруднику закрыт вход")),
    "passkey_added": _plain(N_("Добавлен вход по ключу")),
    "passkey_removed": _plain(N_("Удалён вход по ключу")),
    "recovery_codes_made": _plain(N_("Созданы запасные коды")),
    "recovery_code_used": _plain(N_("Вход по запасному коду")),
    "invitation_withdrawn": _plain(N_("Приглашение отозвано")),
    "helper_joined": _plain(N_("Помощник получил доступ")),
    "helper_left": _plain(N_("Доступ помощника закончен")),
    "registration_attempted": _plain(
        N_("Кто-то пробовал зарегистрировать этот счёт"), N_("Кабинет уже есть, ничего не открылось")
    ),
    "cabinet_confirmed": _plain(N_("Кабинет подтверждён")),
    "release_asked": _plain(N_("Кабинет будет отвязан от счёта"), N_("Через сутки, можно отменить")),
    "release_canceled": _plain(N_("Отвязка кабинета отменена")),
    "account_closed": _plain(N_("Лицевой счёт закрыт")),
    "account_released": _plain(N_("Кабинет отвязан от счёта")),
    "cabinet_closed": _plain(N_("Кабинет закрыт")),
    "consent_given": _plain(N_("Дано согласие")),
    "consent_withdrawn": _plain(N_("Согласие отозвано")),
    "export_asked": _plain(N_("Запрошена копия своих данных")),
    "letters_changed": _plain(N_("Изменены настройки писем")),
    "paper_bill_changed": _paper_bill,
    "meter_replaced": _replaced,
    "away_declared": _away,
    "away_called_off": _plain(N_("Снова считаем по показаниям"), N_("Отъезд отменён")),
    "clock_doubted": _plain(N_("Часы машины ушли вперёд, месяц ждёт")),
    "clock_came_back": _plain(N_("Часы машины снова верны")),
    "clock_trusted": _plain(N_("Сотрудник подтвердил часы машины")),
    "step_asked_again": _plain(N_("Шаг месяца сделан ещё раз")),
    "trial_asked": _plain(N_("Пробный расчёт счетов")),
    "import_sent": _plain(N_("Сотрудник прислал файл для загрузки")),
    "import_load_asked": _plain(N_("Сотрудник подтвердил загрузку файла")),
    "import_loaded": _plain(N_("Файл загружен")),
    "import_dropped": _plain(N_("Сотрудник отказался от загрузки файла")),
    "import_undo_asked": _plain(N_("Сотрудник отменяет загрузку файла")),
    "import_undone": _plain(N_("Загрузка файла отменена")),
    "import_undo_refused": _plain(N_("Второй сотрудник не отменил загрузку файла")),
    "question_asked": _plain(N_("Задан вопрос поддержке")),
    "question_answered": _plain(N_("Поддержка ответила на вопрос")),
    "question_closed": _plain(N_("Вопрос поддержке закрыт")),
    "question_noted": _plain(N_("Заметка к вопросу жителя")),
    "question_taken": _plain(N_("Сотрудник взял вопрос жителя")),
    "question_handed_over": _plain(N_("Вопрос жителя передан")),
    "canned_answer_changed": _plain(N_("Изменён готовый ответ")),
    "look_began": _look,
    "look_code_shown": _plain(N_("Показан код для сотрудника"), N_("Его видели только вы")),
    "look_allowed": _plain(
        N_("Сотруднику разрешено действовать"), N_("Показание и выключение автоплатежа, по вашему коду")
    ),
    "customer_viewed": _plain(N_("Сотрудник открывал карточку счёта"), N_("Имя и почта скрыты")),
    "data_unmasked": _unmasked,
    "letter_again": _plain(N_("Письмо отправлено ещё раз")),
    "money_asked": _plain(N_("Сотрудник начал движение денег")),
    "money_approved": _plain(N_("Второй сотрудник согласился")),
    "money_refused": _plain(N_("Второй сотрудник отказал")),
    "money_task_closed": _plain(N_("Закрыта задача сверки")),
    "audit_searched": _plain(N_("Искали в журнале действий")),
    "audit_taken": _plain(N_("Скачан журнал действий")),
    "audit_check_asked": _plain(N_("Проверены печати журнала действий")),
    "customers_listed": _plain(N_("Сотрудник искал счёт")),
    **MONEY,
    **COMPANY,
}
