"""What staff did, newest first; whose views were many; how the seals stand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lk import clock, db
from lk.audit.rules import LISTING, OTHER, Search, kinds_of
from lk.breaches import said
from lk.db.quarters import quarter_of
from lk.history.rules import STAFF
from lk.history.views import VIEWS, views_a_day

PAGE = 50
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Act:
    """`agent_code` is None for what was done on the machine itself; `account_*` for what is of no account."""

    id: int
    kind: str
    at: datetime
    agent_code: str | None
    account_number: str | None
    account_public_id: str | None
    params: str


@dataclass(frozen=True, slots=True)
class Busy:
    """A day on which one agent saw more of residents' data than is usual."""

    agent_id: int
    agent_code: str
    day: date
    views: int


@dataclass(frozen=True, slots=True)
class Checked:
    """The newest look along the chain of seals. `breaches` are the first of the `breached` in words."""

    at: datetime
    checked: int
    breached: int
    breaches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sealed:
    day: date
    hash: str


async def acts(search: Search, before_id: int | None = None) -> list[Act]:
    """One more than a page where there are more. Off the loop: a month of a large desk is gone through."""
    sql, args = _selected(search, before_id, PAGE + 1)
    async for rows in db.stream(Act, sql, *args, size=PAGE + 1):
        return rows
    return []


def all_acts(search: Search) -> AsyncIterator[list[Act]]:
    """In chunks."""
    sql, args = _selected(search, None, 2**62)
    return db.stream(Act, sql, *args)


def _selected(search: Search, before_id: int | None, limit: int) -> tuple[str, list[object]]:
    """Those of one account by the index of its events, and besides the lists in which it stood."""
    where, args = _conditions(search)
    if before_id is not None:
        where += " AND (e.at, e.id) < ((SELECT at FROM events WHERE id = {}), {})"
        args += [before_id, before_id]
    if search.account_id is None:
        return _JOINED.format(found=f"{_OF_STAFF} WHERE {STAFF}{where} {_NEWEST}"), [*args, limit, limit]
    patterns = _patterns(search.account_id)
    named = " OR ".join(["e.params LIKE {}"] * len(patterns))
    found = (
        f"SELECT * FROM ({_OF_STAFF} WHERE {STAFF}{where} AND e.account_id = {{}} {_NEWEST}) AS own UNION ALL "  # noqa: S608
        f"SELECT * FROM ({_OF_STAFF} WHERE e.{_LISTS}{where} AND ({named}) {_NEWEST}) AS lists"
    )
    return _JOINED.format(found=found), [*args, search.account_id, limit, *args, *patterns, limit, limit]


_OF_STAFF = "SELECT e.id, e.kind, e.at, e.account_id, e.actor_agent_id, e.params FROM events e"
_NEWEST = "ORDER BY e.at DESC, e.id DESC LIMIT {}"
_LISTS = f"kind IN ({', '.join(repr(kind) for kind in LISTING)})"
_JOINED = (
    "SELECT x.id, x.kind, x.at, g.code AS agent_code, a.number AS account_number, a.public_id AS account_public_id, "
    "x.params FROM ({found}) AS x LEFT JOIN agents g ON g.id = x.actor_agent_id "
    "LEFT JOIN accounts a ON a.id = x.account_id ORDER BY x.at DESC, x.id DESC LIMIT {{}}"
)


def _conditions(search: Search) -> tuple[str, list[object]]:
    where = " AND e.at >= {} AND e.at < {}"
    args: list[object] = [clock.start_of_day(search.since), clock.start_of_day(search.until + _DAY)]
    if search.agent_id is not None:
        where += " AND e.actor_agent_id = {}"
        args.append(search.agent_id)
    if kinds := kinds_of(search.subject):
        where += f" AND e.kind {'NOT ' if search.subject == OTHER else ''}IN ({db.placeholders(kinds)})"
        args += kinds
    return where, args


def _patterns(account_id: int) -> list[str]:
    """The id as one of a list, or as the only one, in the JSON that `record` writes."""
    return [f"%{left}{account_id}{right}%" for left in "[," for right in ",]"] + [f'%"account":{account_id}}}%']


async def busy_days(since: date, until: date) -> list[Busy]:
    """The newest first."""
    most, views = await views_a_day(), Counter[tuple[int, str, date]]()
    sql = (
        f"SELECT e.actor_agent_id AS agent_id, g.code AS agent_code, {quarter_of('e.at')} AS quarter, "  # noqa: S608
        f"count(*) AS views FROM events e JOIN agents g ON g.id = e.actor_agent_id WHERE e.{VIEWS} "
        f"AND e.at >= {{}} AND e.at < {{}} GROUP BY e.actor_agent_id, g.code, {quarter_of('e.at')}"
    )
    async for rows in db.stream(_Views, sql, clock.start_of_day(since), clock.start_of_day(until + _DAY)):
        for row in rows:
            views[row.agent_id, row.agent_code, clock.local_date(row.quarter)] += row.views
    many = [Busy(*whose, count) for whose, count in views.items() if count > most]
    return sorted(many, key=lambda each: (each.day, each.views), reverse=True)


@dataclass(frozen=True, slots=True)
class _Views:
    agent_id: int
    agent_code: str
    quarter: datetime
    views: int


async def agents_by_id() -> dict[int, str]:
    """Their codes, also of those who are out."""
    return {row["id"]: row["code"] for row in await db.read("SELECT id, code FROM agents ORDER BY id")}


async def numbers_of(ids: Collection[int]) -> dict[int, str]:
    """Accounts' numbers by their ids."""
    if not ids:
        return {}
    rows = await db.read(f"SELECT id, number FROM accounts WHERE id IN ({db.placeholders(ids)})", *ids)  # noqa: S608
    return {row["id"]: row["number"] for row in rows}


async def account_with(public_id: str) -> tuple[int, str] | None:
    """Id and number."""
    rows = await db.read("SELECT id, number FROM accounts WHERE public_id = {}", public_id)
    return (rows[0]["id"], rows[0]["number"]) if rows else None


async def public_id_of(number: str) -> str | None:
    rows = await db.read("SELECT public_id FROM accounts WHERE number = {}", number)
    return rows[0]["public_id"] if rows else None


async def sealed() -> Sealed | None:
    """Through which day."""
    return await db.read_one_as(Sealed, "SELECT day, hash FROM staff_seals ORDER BY id DESC LIMIT 1")


@dataclass(frozen=True, slots=True)
class _Found:
    at: datetime
    checked: int
    breached: int
    breaches: str


async def last_check() -> Checked | None:
    """Asked for, or a night's."""
    found = await db.read_as(
        _Found,
        "SELECT * FROM (SELECT finished_at AS at, checked, breached, breaches FROM audit_checks "
        "WHERE finished_at IS NOT NULL ORDER BY id DESC LIMIT 1) AS asked UNION ALL "
        "SELECT * FROM (SELECT v.finished_at AS at, f.checked, f.breached, f.breaches FROM verifications v "
        "JOIN verification_findings f ON f.verification_id = v.id AND f.invariant = 'I14' "
        "WHERE v.finished_at IS NOT NULL ORDER BY v.id DESC LIMIT 1) AS nightly",
    )
    newest = max(found, key=lambda each: each.at, default=None)
    return (
        Checked(newest.at, newest.checked, newest.breached, tuple(map(said, json.loads(newest.breaches))))
        if newest
        else None
    )


async def is_checking() -> bool:
    return bool(await db.read("SELECT id FROM audit_checks WHERE finished_at IS NULL"))
