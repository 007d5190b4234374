"""The sections of the staff's pages stand before whoever may open them, and before nobody else."""

from __future__ import annotations

import pytest

from lk.access import matrix
from lk.actor import Role
from lk.staff_tabs import ON_A_DESK, ON_A_PHONE, TABS, tabs_of


@pytest.mark.parametrize("role", [Role.LOOKING, Role.SUPPORT, Role.OPERATOR, Role.ADMIN])
def test_a_section_stands_before_exactly_those_who_may_open_it(role: Role) -> None:
    may = {tab.name for tab in TABS if matrix()["GET", tab.path][role] in ("+", "!")}
    assert {tab.name for tab in tabs_of(role)} == may


def test_names_and_addresses_stand_once() -> None:
    assert len({tab.name for tab in TABS}) == len({tab.path for tab in TABS}) == len(TABS)
    assert 0 < ON_A_PHONE < ON_A_DESK
