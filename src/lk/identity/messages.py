"""What a person reads when sign-in, a login or a password does not do."""

from __future__ import annotations

from lk.outcome import Problem

SENTENCES = {
    "sign_in_wrong": "Логин или пароль не подошли. Проверьте раскладку и попробуйте ещё раз.",
    "too_many_tries": "Слишком много попыток подряд. Подождите 15 минут и попробуйте снова, а если срочно, позвоните.",
    "too_many_everywhere": "Сейчас слишком много неверных попыток со всех сторон, и вход с новых устройств закрыт. "
    "Попробуйте через 10 минут, а если срочно, позвоните.",
    "login_empty": "Введите логин.",
    "password_empty": "Введите пароль.",
    "password_wrong": "Пароль не подошёл. Проверьте раскладку и попробуйте ещё раз.",
    "passkey_wrong": "Ключ не подошёл. Попробуйте ещё раз или войдите с паролем.",
    "too_many_passkeys": "Ключей уже десять. Сначала удалите лишний.",
    "email_empty": "Введите новую почту.",
    "email_shape": "В адресе ошибка. Он выглядит так: imya@yandex.ru.",
    "same_email": "Это и есть ваша почта.",
    "no_old_email": "Прежней почты нет. Позвоните нам: поможем указать новую.",
    "too_many_changes": "Сегодня почту меняли уже пять раз. Попробуйте завтра.",
    "no_reset": "Письмо отправить некуда: у кабинета нет своей почты.",
    "reset_gone": "Ссылка больше не действует.",
    "code_shape": "В коде шесть цифр. Посмотрите его в приложении.",
    "code_wrong": "Код не подошёл. Дождитесь в приложении следующего и введите его.",
    "session_ended": "Время вышло. Войдите ещё раз.",
    "login_has_odd_characters": "В логине есть невидимые знаки. Наберите его заново.",
    "login_length": "В логине нужно хотя бы {shortest} знака и без пробелов.",
    "login_is_account_number": "Лицевой счёт напечатан на бумажном счёте, его видят другие. Придумайте другой логин.",
    "login_is_other_email": "Почта как логин подойдёт только та, на которую пришло письмо. Или придумайте слово.",
    "login_taken": "Этот логин уже занят. Если это ваш кабинет, войдите в него, и счёт добавится туда. "
    "Если нет, придумайте другой логин.",
    "password_short": "Нужно хотя бы {shortest} знаков. Подойдёт фраза из нескольких слов.",
    "password_long": "Пароль длиннее {longest} знаков. Сделайте его короче.",
    "password_common": "Такой пароль угадают быстро. Возьмите фразу из нескольких слов.",
    "password_known": "Такой пароль легко угадать: в нём номер, почта, логин или название компании. Придумайте другой.",
}


def sentence(problem: Problem) -> str:
    return SENTENCES[problem.code].format(**problem.params)


def by_field(problems: tuple[Problem, ...]) -> list[tuple[str | None, str]]:
    """For `error_summary`, and as a mapping for the fields."""
    return [(problem.field, sentence(problem)) for problem in problems]
