"""What each kind of letter is called, and what became of one."""

from __future__ import annotations

KINDS: dict[str, str] = {
    "account_closed": "Счёт закрыт",
    "account_released": "Счёт отвязан от кабинета",
    "autopay_above": "Счёт больше предела автоплатежа",
    "autopay_ended": "Автоплатёж выключен",
    "autopay_missed": "Автоплатёж не прошёл до срока",
    "autopay_nothing": "Автоплатёж не понадобился",
    "autopay_notice": "Завтра автоплатёж",
    "autopay_refused": "Автоплатёж не прошёл",
    "autopay_set": "Автоплатёж настроен",
    "autopay_suspended": "Автоплатёж остановлен",
    "balance_corrected": "Поправка на счёте",
    "bill_ready": "Счёт готов",
    "card_linked": "Карта привязана",
    "card_unlinked": "Карта отвязана",
    "cabinet_closed": "Кабинет закрыт",
    "cabinet_confirmed": "Кабинет подтверждён",
    "cabinet_opened": "По счёту открыт кабинет",
    "charge_returned": "Возврат лишнего списания",
    "email_change_new": "Новая почта: согласие",
    "email_change_old": "Прежняя почта: согласие",
    "email_changed": "Почта изменена",
    "export_ready": "Копия данных готова",
    "first_sign_in": "Первый вход",
    "helper_joined": "Помощник получил доступ",
    "helper_left": "Доступ помощника закончен",
    "invitation": "Приглашение помощнику",
    "login_changed": "Логин изменён",
    "look_allowed": "Сотруднику разрешено действовать",
    "look_began": "Сотрудник смотрел кабинет",
    "meter_replaced": "Счётчик заменён",
    "meter_verification": "Подходит срок поверки счётчика",
    "new_sign_in": "Вход с нового устройства",
    "passkey_added": "Добавлен ключ входа",
    "passkey_removed": "Удалён ключ входа",
    "password_changed": "Пароль изменён",
    "password_reset": "Ссылка для нового пароля",
    "payment_due": "Напоминание об оплате",
    "payment_received": "Платёж получен",
    "payment_refunded": "Возврат платежа",
    "question_answered": "Ответ на ваш вопрос",
    "question_closed": "Вопрос закрыт",
    "question_confirm": "Вопрос: подтверждение почты",
    "reading_asked_again": "Показание нужно ещё раз",
    "reading_by_agent": "Показание записано по телефону",
    "readings_wanted": "Напоминание о показаниях",
    "registration_attempt": "Попытка открыть кабинет",
    "release_asked": "Счёт будет отвязан",
    "welcome": "Кабинет открыт",
}

STATUSES: dict[str, str] = {
    "queued": "ждёт отправки",
    "sending": "отправляется",
    "sent": "ушло",
    "dead": "не доставлено",
}

_TROUBLES: dict[str, str] = {
    "smtp_530": "почтовый сервер не пустил нас",
    "smtp_535": "почтовый сервер не пустил нас",
    "smtp_550": "такого ящика нет",
    "smtp_551": "такого ящика нет",
    "smtp_552": "ящик переполнен",
    "smtp_553": "в адресе ошибка",
    "smtp_554": "почтовый сервер отказал",
    "address_not_ascii": "почтовый сервер не понимает такого адреса",
    "bad_address": "в адресе ошибка",
    "too_late": "напоминать было уже поздно",
    "unwritable": "письмо не удалось написать",
}


def trouble_words(error: str) -> str:
    """`smtp_550` → «такого ящика нет»; any other code of the mail server's stays a code; nothing: empty."""
    if not error:
        return ""
    if error in _TROUBLES:
        return _TROUBLES[error]
    code = error.removeprefix("smtp_")
    return f"ответ почтового сервера {code}" if code.isdecimal() else "почтовый сервер недоступен"
