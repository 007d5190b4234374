"""Agents in words."""

from __future__ import annotations

from datetime import datetime

from lk.actor import Role
from lk.identity.managing import AgentRow
from lk.identity.messages import SENTENCES as WAYS_IN
from lk.outcome import Problem

ROLES: dict[str, tuple[str, str]] = {
    Role.SUPPORT: ("Поддержка", "Ищет жителей, смотрит кабинеты, разбирает показания, счета и вопросы"),
    Role.OPERATOR: ("Оператор", "То же, и ведёт месяц и деньги"),
    Role.ADMIN: ("Администратор", "То же, и решает, кто здесь работает; видит, кто что делал"),
}
"""What the role is called, and what it may."""

SENTENCES = {
    "code_wanted": "Сначала введите код из приложения: прошло больше 15 минут.",
    "not_an_admin": "Это делает только администратор. Ничего не изменилось.",
    "role_wanted": "Выберите роль.",
    "same_role": "У сотрудника уже эта роль. Ничего не изменилось.",
    "yourself": "Себе роль и вход не меняют. Попросите другого администратора.",
    "last_admin": "Это единственный администратор: без него некому будет заводить сотрудников. "
    "Сначала заведите второго.",
    "is_out": "Вход этому сотруднику уже закрыт. Если он вернулся, заведите его заново.",
    "login_taken": "Этот логин уже занят. Придумайте другой.",
}

DONE = {
    "role": "Роль изменена. Если сотрудник работал, ему нужно войти ещё раз.",
    "out": "Вход закрыт. Если сотрудник работал, он уже вышел.",
}


def sentence(problem: Problem) -> str:
    return SENTENCES.get(problem.code) or WAYS_IN[problem.code].format(**problem.params)


def state_of(agent: AgentRow, now: datetime) -> tuple[str, str]:
    """In two words, and their tone."""
    if agent.is_disabled:
        return "вход закрыт", "note"
    if agent.is_enrolled:
        return "работает", "good"
    if agent.enrolment_ends_at is not None and agent.enrolment_ends_at > now:
        return "ждём первого входа", "wait"
    return "ссылка устарела", "bad"
