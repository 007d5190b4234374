"""The sections of the staff's pages, in the order in which they stand: the one list of them."""

from __future__ import annotations

from dataclasses import dataclass

from lk.actor import Role
from lk.language import N_, _

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
    message: str
    path: str
    roles: tuple[Role, ...]

    @property
    def words(self) -> str:
        return _(self.message)


TABS = (
    Tab("search", N_("Поиск"), "/support", _DESK),
    Tab("held", N_("Показания"), "/support/held", _DESK),
    Tab("held_bills", N_("Счета"), "/support/held-bills", _DESK),
    Tab("questions", N_("Вопросы"), "/support/questions", _DESK),
    Tab("board", N_("Месяц"), "/operations", _MONTH),
    Tab("money", N_("Деньги"), "/operations/payments", _MONTH),
    Tab("statistics", N_("Статистика"), "/operations/statistics", _MONTH),
    Tab("imports", N_("Загрузки"), "/operations/imports", _MONTH),
    Tab("exports", N_("Выгрузки"), "/operations/exports", _MONTH),
    Tab("tariffs", N_("Тарифы"), "/operations/tariffs", _MONTH),
    Tab("agents", N_("Сотрудники"), "/operations/agents", _AGENTS),
    Tab("audit", N_("Журнал действий"), "/operations/audit", _AGENTS),
    Tab("settings", N_("Настройки"), "/operations/settings", _AGENTS),
)


def tabs_of(role: str) -> list[Tab]:
    """What this role may open."""
    return [tab for tab in TABS if role in tab.roles]
