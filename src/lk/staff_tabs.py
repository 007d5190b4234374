"""The sections of the staff's pages, in the order in which they stand: the one list of them."""

from __future__ import annotations

from dataclasses import dataclass

from lk.actor import Role

_DESK = (Role.LOOKING, Role.SUPPORT, Role.OPERATOR, Role.ADMIN)
_MONTH = (Role.OPERATOR, Role.ADMIN)
_AGENTS = (Role.ADMIN,)

ON_A_PHONE = 3
ON_A_DESK = 6
"""So many stand in the line itself; the others wait behind «Ещё»."""


@dataclass(frozen=True, slots=True)
class Tab:
    """`name` is what a page calls itself by `active_tab`; `roles` are those who may open `path`."""

    name: str
    words: str
    path: str
    roles: tuple[Role, ...]


TABS = (
    Tab("search", "Поиск", "/support", _DESK),
    Tab("held", "Показания", "/support/held", _DESK),
    Tab("held_bills", "Счета", "/support/held-bills", _DESK),
    Tab("questions", "Вопросы", "/support/questions", _DESK),
    Tab("board", "Месяц", "/operations", _MONTH),
    Tab("money", "Деньги", "/operations/payments", _MONTH),
    Tab("statistics", "Статистика", "/operations/statistics", _MONTH),
    Tab("imports", "Загрузки", "/operations/imports", _MONTH),
    Tab("exports", "Выгрузки", "/operations/exports", _MONTH),
    Tab("tariffs", "Тарифы", "/operations/tariffs", _MONTH),
    Tab("agents", "Сотрудники", "/operations/agents", _AGENTS),
    Tab("audit", "Журнал действий", "/operations/audit", _AGENTS),
    Tab("settings", "Настройки", "/operations/settings", _AGENTS),
)


def tabs_of(role: str) -> list[Tab]:
    """What this role may open."""
    return [tab for tab in TABS if role in tab.roles]
