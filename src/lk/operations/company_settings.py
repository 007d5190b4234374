"""Settings of the company that are kept in the database: what each means, and how an admin changes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lk import clock, db
from lk.actor import Actor, Role
from lk.history.actions import record
from lk.metering.average_limit import NO_LIMIT
from lk.metering.rules import AVERAGE_PERIODS_AT_MOST
from lk.operations.pricing import refuse_while_billing
from lk.outcome import refuse
from lk.period import Period
from lk.tariffs.queries import forget_price_list

MOST_VIEWS = 100_000
MONTHS_AHEAD = 12
MONTHS_BY_AVERAGE = ("1", "2", "3", "4", "5", "6", NO_LIMIT)


@dataclass(frozen=True, slots=True)
class _Kind:
    """`default` holds where there is no row. `read` gives a typed value as it is stored, or raises Refused."""

    default: str
    read: Callable[[str], str]


def _month(text: str) -> str:
    try:
        period = Period.parse(text.strip())
    except ValueError:
        raise refuse("month_wanted") from None
    if period > Period.of(clock.today()) + MONTHS_AHEAD:
        raise refuse("month_too_late")
    return str(period)


def _yes_or_no(text: str) -> str:
    if text not in ("yes", "no"):
        raise refuse("yes_or_no")
    return text


def _months_or_none(text: str) -> str:
    if text not in MONTHS_BY_AVERAGE:
        raise refuse("months_wanted")
    return text


def _count(text: str) -> str:
    plain = "".join(text.split())
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 9 and 1 <= int(plain) <= MOST_VIEWS):
        raise refuse("count_wanted", most=MOST_VIEWS)
    return str(int(plain))


KINDS: Mapping[str, _Kind] = {
    "first_period": _Kind("", _month),
    "is_used_after_verification": _Kind("yes", _yes_or_no),
    "max_estimated_periods": _Kind(str(AVERAGE_PERIODS_AT_MOST), _months_or_none),
    "views_a_day": _Kind("200", _count),
}


async def company_settings() -> dict[str, str]:
    """The value of each, its default where it was never set."""
    rows = await db.read("SELECT name, value FROM settings")
    stored = {row["name"]: row["value"] for row in rows}
    return {name: stored.get(name, kind.default) for name, kind in KINDS.items()}


async def change_setting(name: str, typed: str, actor: Actor) -> None:
    """Raises LookupError where there is no such setting.

    Raises Refused: `not_an_admin`, `first_period_billed`, `billing_under_way`, `nothing_changes`, a fault of the value.
    """
    value = KINDS[name].read(typed)
    async with db.write("settings", "ledger"):
        await _admin_behind(actor)
        before = (await company_settings())[name]
        if before == value:
            raise refuse("nothing_changes")
        if name == "first_period":
            await _refuse_if_billed()
        if name == "max_estimated_periods":
            await refuse_while_billing()
        changed = await db.execute("UPDATE settings SET value = {} WHERE name = {}", value, name)
        if not changed:
            await db.execute("INSERT INTO settings (name, value) VALUES ({}, {})", name, value)
        await record("setting_changed", actor=actor, name=name, before=before, after=value)
    forget_price_list()


async def _refuse_if_billed() -> None:
    """From the first bill on the beginning is history: accounts would be billed twice, or never."""
    if await db.read("SELECT id FROM bills LIMIT 1"):
        raise refuse("first_period_billed")


async def _admin_behind(actor: Actor) -> None:
    """Raises Refused `not_an_admin`: also while they look at somebody's cabinet."""
    rows = await db.read(
        "SELECT id FROM agents WHERE id = {} AND NOT is_disabled AND role = {}", actor.agent_id, Role.ADMIN
    )
    if not rows or actor.impersonation_id is not None:
        raise refuse("not_an_admin")
