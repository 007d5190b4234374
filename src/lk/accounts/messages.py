"""What a person reads when an account does not do as asked."""

from __future__ import annotations

from lk.identity.messages import SENTENCES as IDENTITY
from lk.outcome import Problem

SENTENCES: dict[str, str] = {
    **IDENTITY,
    "code_wrong": "Код не подошёл. Проверьте его по бумажному счёту: в нём восемь букв и цифр.",
    "code_empty": "Введите код из бумажного счёта.",
    "too_many_codes": "Слишком много попыток. Попробуйте через час или позвоните нам: подтвердим по телефону.",
    "email_empty": "Введите почту помощника.",
    "email_shape": "В адресе ошибка. Он выглядит так: imya@yandex.ru.",
    "not_yet": "Пригласить помощника можно после кода из бумажного счёта.",
    "paper_bill_empty": "Выберите, как получать счёт.",
    "paper_until_code": "От бумажного счёта можно отказаться после того, как введёте код из него.",
    "too_many_helpers": "Помощников уже пять вместе с приглашёнными. Сначала уберите кого-нибудь.",
    "too_many_invitations": "Сегодня приглашений было уже десять. Попробуйте завтра.",
    "not_holder": "Это может только тот, на кого открыт кабинет.",
    "invitation_gone": "Приглашение больше не действует.",
    "yours_already": "Этот адрес уже есть в вашем кабинете.",
    "login_taken": "Этот логин уже занят. Если он ваш, войдите с ним, и адрес добавится туда. "
    "Если нет, придумайте другой.",
}


def by_field(problems: tuple[Problem, ...]) -> list[tuple[str | None, str]]:
    """For `error_summary`, and as a mapping for the fields."""
    return [(problem.field, SENTENCES[problem.code].format(**problem.params)) for problem in problems]
