"""What each kind of letter is called, and what became of one."""

from __future__ import annotations

from lk.language import N_, _

KINDS: dict[str, str] = {
    "account_closed": N_("Счёт закрыт"),
    "account_released": N_("Счёт отвязан от кабинета"),
    "autopay_above": N_("Счёт больше предела автоплатежа"),
    "autopay_ended": N_("Автоплатёж выключен"),
    "autopay_missed": N_("Автоплатёж не прошёл до срока"),
    "autopay_nothing": N_("Автоплатёж не понадобился"),
    "autopay_notice": N_("Завтра автоплатёж"),
    "autopay_refused": N_("Автоплатёж не прошёл"),
    "autopay_set": N_("Автоплатёж настроен"),
    "autopay_suspended": N_("Автоплатёж остановлен"),
    "balance_corrected": N_("Поправка на счёте"),
    "bill_ready": N_("Счёт готов"),
    "card_linked": N_("Карта привязана"),
    "card_unlinked": N_("Карта отвязана"),
    "cabinet_closed": N_("Кабинет закрыт"),
    "cabinet_confirmed": N_("Кабинет подтверждён"),
    "cabinet_opened": N_("По счёту открыт кабинет"),
    "charge_returned": N_("Возврат лишнего списания"),
    "email_change_new": N_("Новая почта: согласие"),
    "email_change_old": N_("Прежняя почта: согласие"),
    "email_changed": N_("Почта изменена"),
    "export_ready": N_("Копия данных готова"),
    "first_sign_in": N_("Первый вход"),
    "helper_joined": N_("Помощник получил доступ"),
    "helper_left": N_("Доступ помощника закончен"),
    "invitation": N_("Приглашение помощнику"),
    "login_changed": N_("Логин изменён"),
    "look_allowed": N_("Сотруднику разрешено действовать"),
    "look_began": N_("Сотрудник смотрел кабинет"),
    "meter_replaced": N_("Счётчик заменён"),
    "meter_verification": N_("Подходит срок поверки счётчика"),
    "new_sign_in": N_("Вход с нового устройства"),
    "passkey_added": N_("Добавлен ключ входа"),
    "passkey_removed": N_("Удалён ключ входа"),
    "password_changed": N_("Пароль изменён"),
    "password_reset": N_("Ссылка для нового пароля"),
    "payment_due": N_("Напоминание об оплате"),
    "payment_received": N_("Платёж получен"),
    "payment_refunded": N_("Возврат платежа"),
    "question_answered": N_("Ответ на ваш вопрос"),
    "question_closed": N_("Вопрос закрыт"),
    "question_confirm": N_("Вопрос: подтверждение почты"),
    "reading_asked_again": N_("Показание нужно ещё раз"),
    "reading_by_agent": N_("Показание записано по телефону"),
    "readings_wanted": N_("Напоминание о показаниях"),
    "registration_attempt": N_("Попытка открыть кабинет"),
    "release_asked": N_("Счёт будет отвязан"),
    "welcome": N_("Кабинет открыт"),
}

STATUSES: dict[str, str] = {
    "queued": N_("ждёт отправки"),
    "sending": N_("отправляется"),
    "sent": N_("ушло"),
    "dead": N_("не доставлено"),
}

_TROUBLES: dict[str, str] = {
    "smtp_530": N_("почтовый сервер не пустил нас"),
    "smtp_535": N_("почтовый сервер не пустил нас"),
    "smtp_550": N_("такого ящика нет"),
    "smtp_551": N_("такого ящика нет"),
    "smtp_552": N_("ящик переполнен"),
    "smtp_553": N_("в адресе ошибка"),
    "smtp_554": N_("почтовый сервер отказал"),
    "address_not_ascii": N_("почтовый сервер не понимает такого адреса"),
    "bad_address": N_("в адресе ошибка"),
    "too_late": N_("напоминать было уже поздно"),
    "unwritable": N_("письмо не удалось написать"),
}


def trouble_words(error: str) -> str:
    """`smtp_550` → «такого ящика нет»; any other code of the mail server's stays a code; nothing: empty."""
    if not error:
        return ""
    if error in _TROUBLES:
        return _(_TROUBLES[error])
    code = error.removeprefix("smtp_")
    return _("ответ почтового сервера %(code)s", code=code) if code.isdecimal() else _("почтовый сервер недоступен")
