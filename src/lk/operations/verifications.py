"""What the nightly look at the invariants found, and up to which day the acts of staff are sealed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from lk import db
from lk.breaches import said
from lk.filters import account_number

NIGHTS_SHOWN = 31


@dataclass(frozen=True, slots=True)
class Invariant:
    """`breaches` are the first of the `breached` in words."""

    id: str
    what: str
    checked: int
    breached: int
    breaches: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class LastVerification:
    """The newest one that was carried through."""

    day: date
    finished_at: datetime
    invariants: tuple[Invariant, ...]

    @property
    def broken(self) -> tuple[Invariant, ...]:
        return tuple(each for each in self.invariants if each.breached)

    @property
    def seconds(self) -> float:
        return sum(each.seconds for each in self.invariants)


@dataclass(frozen=True, slots=True)
class Night:
    """`broken` counts invariants; `finished_at` None: it goes on, or was broken off."""

    day: date
    finished_at: datetime | None
    broken: int


@dataclass(frozen=True, slots=True)
class SealedThrough:
    """Up to the end of which day staff acts are sealed, and the chain's last hash."""

    day: date
    hash: str


@dataclass(frozen=True, slots=True)
class _Row:
    day: date
    finished_at: datetime
    invariant: str
    what: str
    checked: int
    breached: int
    breaches: str
    milliseconds: int


async def last_verification() -> LastVerification | None:
    """None before the first night."""
    rows = await db.read_as(
        _Row,
        "SELECT v.day, v.finished_at, f.invariant, f.what, f.checked, f.breached, f.breaches, f.milliseconds "
        "FROM verifications v JOIN verification_findings f ON f.verification_id = v.id WHERE v.id = "
        "(SELECT max(id) FROM verifications WHERE finished_at IS NOT NULL) ORDER BY f.id",
    )
    if not rows:
        return None
    return LastVerification(rows[0].day, rows[0].finished_at, tuple(_invariant(row) for row in rows))


def _invariant(row: _Row) -> Invariant:
    breaches = tuple(json.loads(row.breaches))
    return Invariant(row.invariant, row.what, row.checked, row.breached, breaches, row.milliseconds / 1000)


async def with_numbers(last: LastVerification) -> LastVerification:
    """The same in its reader's language, with accounts told by their numbers, as people know them."""
    ids = {int(found[1]) for each in last.broken for breach in each.breaches for found in _ACCOUNT.finditer(breach)}
    rows = await db.read(f"SELECT id, number FROM accounts WHERE id IN ({db.placeholders(ids)})", *ids) if ids else []  # noqa: S608
    numbers = {str(row["id"]): account_number(row["number"]) for row in rows}

    def told(breach: str) -> str:
        return _ACCOUNT.sub(lambda found: numbers.get(found[1], found[1]), said(breach))

    return replace(
        last,
        invariants=tuple(
            replace(each, what=said(each.what), breaches=tuple(map(told, each.breaches))) for each in last.invariants
        ),
    )


_ACCOUNT = re.compile(r"\bid (\d+)")
"""Nothing else is told by an `id`."""


async def nights() -> list[Night]:
    """The newest first."""
    return await db.read_as(
        Night,
        "SELECT v.day, v.finished_at, (SELECT count(*) FROM verification_findings f "
        "WHERE f.verification_id = v.id AND f.breached > 0) AS broken FROM verifications v "
        "ORDER BY v.day DESC LIMIT {}",
        NIGHTS_SHOWN,
    )


async def sealed_through() -> SealedThrough | None:
    return await db.read_one_as(SealedThrough, "SELECT day, hash FROM staff_seals ORDER BY id DESC LIMIT 1")
