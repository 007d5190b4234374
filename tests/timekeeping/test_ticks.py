"""Which ticks wait while the clock is in doubt, and which go on."""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import Callable

import pytest

from lk import schedule
from lk.autopay import charging
from lk.timekeeping.watching import ClockJumped
from tests.cycle.town import Town
from tests.timekeeping.conftest import Machine

GO_ON = {
    "send_due",
    "end_orphans",
    "make_waiting_copies",
    "make_waiting_trials",
    "make_waiting_print_runs",
    "make_waiting_checks",
    "match_by_number",
}
"""Nothing of theirs hangs on what day it is."""
WAIT = {
    "run_due",
    "ask_open_payments",
    "ask_open_refunds",
    "ask_open_returns",
    "ask_open_links",
    "plan_months",
    "charge_due",
    "end_expired",
    "end_expired_resets",
    "end_expired_changes",
    "end_expired_invitations",
    "release_due",
    "end_closed",
    "run_waiting_imports",
    "verify_nightly",
    "gather_nightly",
    "seal_due",
    "reconcile_due",
    "open_tasks_of_the_old",
    "tell_late_steps",
    "remind_of_verifications",
    "tidy",
    "clean_up",
}


def _ticked(town: Town, monkeypatch: pytest.MonkeyPatch, before: Callable[[], object]) -> set[str]:
    """Names of what one round of the ticks called."""
    called: set[str] = set()

    def noting(name: str) -> Callable[..., object]:
        async def noted(*_: object, **__: object) -> None:
            called.add(name)

        noted.__name__ = name
        return noted

    for name in GO_ON | WAIT:
        monkeypatch.setattr(schedule, name, noting(name))

    async def one_round() -> None:
        async with schedule.ticking(True):
            before()
            await asyncio.sleep(0.3)

    town.database.run(one_round())
    return called


def test_every_tick_ticks_while_the_clock_is_right(
    small_town: Town, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _ticked(small_town, monkeypatch, lambda: None) == GO_ON | WAIT


def test_what_money_or_a_term_hangs_on_waits_while_the_clock_is_in_doubt(
    small_town: Town, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _ticked(small_town, monkeypatch, lambda: machine.is_set(days=40)) == GO_ON


def test_the_two_lists_and_the_heart_are_the_whole_timetable() -> None:
    """Whoever adds a tick decides what it does in doubt."""
    ticks = re.findall(r"every\(\d+, stop, (?:partial\()?(?:by_clock\()?(\w+)", inspect.getsource(schedule.ticking))
    assert sorted(ticks) == sorted([*GO_ON, *WAIT, "_beat", "keep_beating"])


def test_a_charge_decided_while_the_clock_jumped_is_not_written_down(
    small_town: Town, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_cases(*_: object) -> list[object]:
        machine.is_set(days=40)
        return []

    monkeypatch.setattr(charging, "cases_of", no_cases)
    monkeypatch.setattr(charging, "vat_percent", no_cases)
    with pytest.raises(ClockJumped):
        small_town.database.run(charging._begin([1]))
