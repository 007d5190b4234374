"""Agents in words."""

from __future__ import annotations

from datetime import datetime

from lk.actor import Role
from lk.identity import messages as ways_in
from lk.identity.managing import AgentRow
from lk.language import N_, _
from lk.outcome import Problem

ROLES: dict[str, tuple[str, str]] = {
    Role.SUPPORT: (N_("Поддержка"), N_("Ищет жителей, смотрит кабинеты, разбирает показания, счета и вопросы")),
    Role.OPERATOR: (N_("Оператор"), N_("То же, и ведёт месяц и деньги")),
    Role.ADMIN: (N_("Администратор"), N_("То же, и решает, кто здесь работает; видит, кто что делал")),
}
"""What the role is called, and what it may."""

SENTENCES = {
    "code_wanted": N_("Сначала введите код из приложения: прошло больше 15 минут."),
    "not_an_admin": N_("Это делает только администратор. Ничего не изменилось."),
    "role_wanted": N_("Выберите роль."),
    "same_role": N_("У сотрудника уже эта роль. Ничего не изменилось."),
    "yourself": N_("Себе роль и вход не меняют. Попросите другого администратора."),
    "last_admin": N_(
        "Это единственный администратор: без него некому будет заводить сотрудников. Сначала заведите второго."
    ),
    "is_out": N_("Вход этому сотруднику уже закрыт. Если он вернулся, заведите его заново."),
    "login_taken": N_("Этот логин уже занят. Придумайте другой."),
}

DONE = {
    "role": N_("Роль изменена. Если сотрудник работал, ему нужно войти ещё раз."),
    "out": N_("Вход закрыт. Если сотрудник работал, он уже вышел."),
}


def sentence(problem: Problem) -> str:
    said = SENTENCES.get(problem.code)
    return _(said) if said is not None else ways_in.sentence(problem)


def state_of(agent: AgentRow, now: datetime) -> tuple[str, str]:
    """In two words, and their tone."""
    if agent.is_disabled:
        return _("вход закрыт"), "note"
    if agent.is_enrolled:
        return _("работает"), "good"
    if agent.enrolment_ends_at is not None and agent.enrolment_ends_at > now:
        return _("ждём первого входа"), "wait"
    return _("ссылка устарела"), "bad"
