"""Events in the resident's words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from lk import filters
from lk.history.company_words import COMPANY
from lk.history.money_words import MONEY
from lk.history.queries import EventRow
from lk.history.wording import Numbers, Words, period_in


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
    return EventWords(*_said(event.kind, event.params, event.agent_code, hides_cards), event.at)


@lru_cache(maxsize=8192)
def _said(kind: str, params: str, agent_code: str | None, hides_cards: bool) -> Words:
    """An event never changes, and the newest ones are shown on every visit."""
    numbers = json.loads(params)
    if hides_cards:
        numbers.pop("last_four", None)
    title, note, value, page = SENTENCES.get(kind, _plain("Изменение на счёте"))(numbers)
    if kind in LOOKS:
        return title, note, agent_code, page
    if agent_code:
        note = f"{note} · сотрудник {agent_code}" if note else f"сотрудник {agent_code}"
    return title, note, value, page


def _plain(title: str, note: str = "") -> Callable[[Numbers], Words]:
    return lambda _: (title, note, None, None)


def _registers(numbers: Numbers) -> str:
    names = [("t1", "Т1"), ("t2", "Т2"), ("t3", "Т3")]
    known = [(name, numbers[key]) for key, name in names if numbers.get(key) is not None]
    return ", ".join(f"{name}{filters.NO_BREAK_SPACE}{filters.number(int(kwh))}" for name, kwh in known)


def _reading(title: str) -> Callable[[Numbers], Words]:
    def said(numbers: Numbers) -> Words:
        note = " · ".join(filter(None, (_registers(numbers), READING_SOURCES.get(str(numbers.get("source"))))))
        return f"{title} {filters.month_for(period_in(numbers))}", note, None, "readings"

    return said


def _bill_issued(numbers: Numbers) -> Words:
    period = period_in(numbers)
    return f"Счёт {filters.month_for(period)}", "", filters.money(numbers["total"]), f"bills/{period}"


def _bill_reversed(numbers: Numbers) -> Words:
    title = f"Счёт {filters.month_for(period_in(numbers))} отменён"
    return title, "Начисление по нему снято, вместо него выставлен новый счёт", None, None


def _bill_recounted(numbers: Numbers) -> Words:
    return f"Счёт {filters.month_for(period_in(numbers))} посчитан заново", "Сотрудник проверил расход", None, None


def _bill_held(numbers: Numbers) -> Words:
    title = f"Счёт {filters.month_for(period_in(numbers))} на проверке"
    return title, "Сумма необычная: её смотрит сотрудник", None, None


def _look(numbers: Numbers) -> Words:
    reason = LOOK_REASONS.get(str(numbers.get("reason")), "вопрос жителя")
    return "Сотрудник смотрел кабинет", f"«{reason}»", None, None


def _unmasked(numbers: Numbers) -> Words:
    reason = UNMASK_REASONS.get(str(numbers.get("reason")), "вопрос жителя")
    return "Сотрудник смотрел имя и почту", f"«{reason}»", None, None


def _paper_bill(numbers: Numbers) -> Words:
    title = "Счёт приходит и на бумаге" if numbers.get("is_wanted") else "Бумажный счёт больше не приходит"
    return title, "", None, "bills"


def _replaced(numbers: Numbers) -> Words:
    """Meters of a file tell no figures here."""
    if "final" not in numbers:
        return "Заменён счётчик", "", None, "readings"
    final, initial = (_dials(numbers[name]) for name in ("final", "initial"))
    return "Заменён счётчик", f"Старый остановился на {final}, новый начал с {initial}", None, "readings"


def _dials(values: list[int]) -> str:
    if len(values) == 1:
        return filters.number(values[0])
    return _registers({f"t{at}": value for at, value in enumerate(values, start=1)})


def _away(numbers: Numbers) -> Words:
    until = filters.day_year(date.fromisoformat(numbers["until"]))
    return f"Никого не будет до {until}", "Расход в счетах не считаем", None, "away"


LOOK_REASONS: dict[str, str] = {
    "bill": "вопрос по счёту",
    "payment": "вопрос по оплате",
    "reading": "вопрос по показаниям",
    "sign_in": "не получается войти",
    "other": "другой вопрос жителя",
}

UNMASK_REASONS: dict[str, str] = {
    "caller": "сверить, кто звонит",
    "letter": "не доходят письма",
    "paper": "подготовить документ",
    "other": "другой вопрос жителя",
}

READING_SOURCES: dict[str, str] = {"link": "по ссылке из письма"}

LOOKS = ("look_began", "customer_viewed", "data_unmasked")

SENTENCES: dict[str, Callable[[Numbers], Words]] = {
    "reading_sent": _reading("Показания"),
    "reading_held": _reading("Показания на проверке"),
    "reading_accepted": _reading("Показания приняты"),
    "reading_rejected": _reading("Показания не приняты"),
    "reading_corrected": _reading("Показания уточнены сотрудником"),
    "reading_undone": _reading("Сняты загруженные по ошибке показания"),
    "reading_photo_added": _plain("К показанию приложено фото"),
    "bill_issued": _bill_issued,
    "bill_held": _bill_held,
    "bill_reversed": _bill_reversed,
    "bill_recounted": _bill_recounted,
    "cabinet_opened": _plain("Открыт личный кабинет"),
    "account_changed": _plain("Обновлены данные договора"),
    "helper_invited": _plain("Приглашён помощник"),
    "account_added": _plain("Квартира добавлена в кабинет"),
    "signed_in": _plain("Вход в кабинет"),
    "password_changed": _plain("Пароль изменён"),
    "login_changed": _plain("Логин изменён"),
    "password_reset_asked": _plain("Запрошена ссылка для нового пароля"),
    "email_change_asked": _plain("Начата смена почты"),
    "email_change_canceled": _plain("Смена почты отменена"),
    "email_changed": _plain("Почта изменена"),
    "sessions_ended": _plain("Завершены входы на других устройствах"),
    "agent_added": _plain("Заведён сотрудник"),
    "agent_enrolled": _plain("Сотрудник вошёл впервые"),
    "agent_role_changed": _plain("Роль сотрудника изменена"),
    "agent_renewed": _plain("Сотруднику выдана новая ссылка для входа"),
    "agent_disabled": _plain("Сотруднику закрыт вход"),
    "passkey_added": _plain("Добавлен вход по ключу"),
    "passkey_removed": _plain("Удалён вход по ключу"),
    "recovery_codes_made": _plain("Созданы запасные коды"),
    "recovery_code_used": _plain("Вход по запасному коду"),
    "invitation_withdrawn": _plain("Приглашение отозвано"),
    "helper_joined": _plain("Помощник получил доступ"),
    "helper_left": _plain("Доступ помощника закончен"),
    "registration_attempted": _plain(
        "Кто-то пробовал зарегистрировать этот счёт", "Кабинет уже есть, ничего не открылось"
    ),
    "cabinet_confirmed": _plain("Кабинет подтверждён"),
    "release_asked": _plain("Кабинет будет отвязан от счёта", "Через сутки, можно отменить"),
    "release_canceled": _plain("Отвязка кабинета отменена"),
    "account_closed": _plain("Лицевой счёт закрыт"),
    "account_released": _plain("Кабинет отвязан от счёта"),
    "cabinet_closed": _plain("Кабинет закрыт"),
    "consent_given": _plain("Дано согласие"),
    "consent_withdrawn": _plain("Согласие отозвано"),
    "export_asked": _plain("Запрошена копия своих данных"),
    "letters_changed": _plain("Изменены настройки писем"),
    "paper_bill_changed": _paper_bill,
    "meter_replaced": _replaced,
    "away_declared": _away,
    "away_called_off": _plain("Снова считаем по показаниям", "Отъезд отменён"),
    "clock_doubted": _plain("Часы машины ушли вперёд, месяц ждёт"),
    "clock_came_back": _plain("Часы машины снова верны"),
    "clock_trusted": _plain("Сотрудник подтвердил часы машины"),
    "step_asked_again": _plain("Шаг месяца сделан ещё раз"),
    "trial_asked": _plain("Пробный расчёт счетов"),
    "import_sent": _plain("Сотрудник прислал файл для загрузки"),
    "import_load_asked": _plain("Сотрудник подтвердил загрузку файла"),
    "import_loaded": _plain("Файл загружен"),
    "import_dropped": _plain("Сотрудник отказался от загрузки файла"),
    "import_undo_asked": _plain("Сотрудник отменяет загрузку файла"),
    "import_undone": _plain("Загрузка файла отменена"),
    "import_undo_refused": _plain("Второй сотрудник не отменил загрузку файла"),
    "question_asked": _plain("Задан вопрос поддержке"),
    "question_answered": _plain("Поддержка ответила на вопрос"),
    "question_closed": _plain("Вопрос поддержке закрыт"),
    "question_noted": _plain("Заметка к вопросу жителя"),
    "question_taken": _plain("Сотрудник взял вопрос жителя"),
    "question_handed_over": _plain("Вопрос жителя передан"),
    "canned_answer_changed": _plain("Изменён готовый ответ"),
    "look_began": _look,
    "look_code_shown": _plain("Показан код для сотрудника", "Его видели только вы"),
    "look_allowed": _plain("Сотруднику разрешено действовать", "Показание и выключение автоплатежа, по вашему коду"),
    "customer_viewed": _plain("Сотрудник открывал карточку счёта", "Имя и почта скрыты"),
    "data_unmasked": _unmasked,
    "letter_again": _plain("Письмо отправлено ещё раз"),
    "money_asked": _plain("Сотрудник начал движение денег"),
    "money_approved": _plain("Второй сотрудник согласился"),
    "money_refused": _plain("Второй сотрудник отказал"),
    "money_task_closed": _plain("Закрыта задача сверки"),
    "audit_searched": _plain("Искали в журнале действий"),
    "audit_taken": _plain("Скачан журнал действий"),
    "audit_check_asked": _plain("Проверены печати журнала действий"),
    "customers_listed": _plain("Сотрудник искал счёт"),
    **MONEY,
    **COMPANY,
}
