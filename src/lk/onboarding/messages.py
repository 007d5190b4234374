"""What a person reads when a step of the wizard does not go on."""

from __future__ import annotations

from lk.identity.messages import SENTENCES as OF_IDENTITY
from lk.language import N_, _
from lk.outcome import Problem

SENTENCES = {
    **OF_IDENTITY,
    "too_many_everywhere": N_(
        "Сейчас слишком много неверных номеров со всех сторон. Попробуйте через 10 минут или "
        "позвоните нам: поможем войти."
    ),
    "too_many_tries": N_("Слишком много попыток подряд. Попробуйте через час или позвоните нам: поможем войти."),
    "account_number_length": N_("В лицевом счёте 10 цифр, сейчас %(digits)s. Проверьте номер по бумажному счёту."),
    "account_number_shape": N_("Лицевой счёт состоит из 10 цифр. Проверьте номер по бумажному счёту."),
    "meter_number_shape": N_("Введите номер счётчика с бумажного счёта или с корпуса прибора."),
    "numbers_wrong": N_("Такой пары номеров у нас нет. Проверьте оба номера по последнему бумажному счёту."),
    "already_yours": N_("Этот счёт уже есть в вашем кабинете."),
    "email_empty": N_("Введите адрес почты: на него придёт письмо."),
    "email_shape": N_("Адрес почты не похож на настоящий. Проверьте, пример: ivan@mail.ru."),
    "email_unusual": N_("Может быть, %(suggested)s? Если ваш адрес верный, нажмите «Прислать письмо» ещё раз."),
    "letter_too_soon": N_("Письмо только что ушло. Ещё раз можно отправить через минуту."),
    "too_many_letters": N_("На сегодня писем достаточно. Проверьте папку «Спам» или позвоните нам: поможем войти."),
    "first_sign_in_wrong": N_("Номера не подошли. Проверьте оба по бумажному счёту и введите ещё раз."),
    "first_sign_in_limit": N_("Пять попыток не подошли. Попробуйте через час или позвоните нам: поможем войти."),
}


def sentence(problem: Problem) -> str:
    return _(SENTENCES[problem.code], **problem.params)


def by_field(problems: tuple[Problem, ...]) -> list[tuple[str | None, str]]:
    """For `error_summary`, and as a mapping for the fields."""
    return [(problem.field, sentence(problem)) for problem in problems]
