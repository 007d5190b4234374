"""Limits counted in the database, so that they hold for every process and outlive a restart."""

from __future__ import annotations

import structlog

from lk import clock, db
from lk.identity.rules import BREAKER_LASTS, SPRAYING, Limit, is_spraying, source_of
from lk.identity.tables import Attempt

log = structlog.get_logger()

_SUCCESSES = {
    "sign_in": "SELECT count(DISTINCT user_id) AS people FROM sessions WHERE created_at > {}",
    "registration_wrong": "SELECT count(DISTINCT account_id) AS people FROM registrations WHERE started_at > {}",
}


async def is_over(limit: Limit, kind: str, *, subject: str | None = None, address: str | None = None) -> bool:
    """Whether `limit.tries` of this kind were noted already: for this subject, from this address, or both at once."""
    given = {"subject": subject, "address": source_of(address) if address is not None else None}
    asked = {column: value for column, value in given.items() if value is not None}
    conditions = "".join(f" AND {column} = {{}}" for column in asked)
    rows = await db.read(
        f"SELECT count(*) AS tries FROM attempts WHERE kind = {{}} AND at > {{}}{conditions}",  # noqa: S608
        kind,
        clock.now() - limit.within,
        *asked.values(),
    )
    return int(rows[0]["tries"]) >= limit.tries


async def note(kind: str, *, subject: str = "", address: str = "") -> None:
    await Attempt.insert(Attempt(kind=kind, subject=subject, address=source_of(address), at=clock.now()))


async def forget(kind: str, subject: str) -> None:
    """A success ends a row of failures."""
    await db.execute("DELETE FROM attempts WHERE kind = {} AND subject = {}", kind, subject)


async def is_tripped(kind: str) -> bool:
    """The breaker against spraying is open: strangers' tries of this kind are not even looked at."""
    return bool(await db.read("SELECT id FROM breakers WHERE kind = {} AND ends_at > {}", kind, clock.now()))


async def trip_if_spraying(kind: str) -> None:
    """After a failure was noted: too many from everywhere close the door to strangers for a while."""
    since = clock.now() - SPRAYING.within
    if not await is_over(SPRAYING, kind):
        return
    failures = await db.read("SELECT count(*) AS tries FROM attempts WHERE kind = {} AND at > {}", kind, since)
    successes = await db.read(_SUCCESSES[kind], since)
    if not is_spraying(int(failures[0]["tries"]), int(successes[0]["people"])):
        return
    now = clock.now()
    async with db.write(f"breaker {kind}"):
        await db.execute(
            "INSERT INTO breakers (kind, tripped_at, ends_at) VALUES ({}, {}, {}) "
            "ON CONFLICT (kind) DO UPDATE SET tripped_at = excluded.tripped_at, ends_at = excluded.ends_at",
            kind,
            now,
            now + BREAKER_LASTS,
        )
    log.warning("breaker_tripped", kind=kind, failures=failures[0]["tries"])
