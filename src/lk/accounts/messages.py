"""What a person reads when an account does not do as asked."""

from __future__ import annotations

from lk.identity.messages import sentence as identity_sentence
from lk.language import N_, _
from lk.outcome import Problem

_SENTENCES: dict[str, str] = {
    "code_wrong": N_("Код не подошёл. Проверьте его по бумажному счёту: в нём восемь букв и цифр."),
    "code_empty": N_("Введите код из бумажного счёта."),
    "too_many_codes": N_("Слишком много попыток. Попробуйте через час или позвоните нам: подтвердим по телефону."),
    "email_empty": N_("Введите почту помощника."),
    "email_shape": N_("В адресе ошибка. Он выглядит так: imya@yandex.ru."),
    "not_yet": N_("Пригласить помощника можно после кода из бумажного счёта."),
    "paper_bill_empty": N_("Выберите, как получать счёт."),
    "paper_until_code": N_("От бумажного счёта можно отказаться после того, как введёте код из него."),
    "too_many_helpers": N_("Помощников уже пять вместе с приглашёнными. Сначала уберите кого-нибудь."),
    "too_many_invitations": N_("Сегодня приглашений было уже десять. Попробуйте завтра."),
    "not_holder": N_("Это может только тот, на кого открыт кабинет."),
    "invitation_gone": N_("Приглашение больше не действует."),
    "yours_already": N_("Этот адрес уже есть в вашем кабинете."),
    "login_taken": N_(
        "Этот логин уже занят. Если он ваш, войдите с ним, и адрес добавится туда. Если нет, придумайте другой."
    ),
}


def by_field(problems: tuple[Problem, ...]) -> list[tuple[str | None, str]]:
    """For `error_summary`, and as a mapping for the fields."""
    return [(problem.field, _sentence(problem)) for problem in problems]


def _sentence(problem: Problem) -> str:
    own = _SENTENCES.get(problem.code)
    return _(own) if own else identity_sentence(problem)
