"""Limits counted in the database, so that they hold for every process and outlive a restart."""

from __future__ import annotations

from lk import clock, db
from lk.identity.rules import Limit, source_of
from lk.identity.tables import Attempt


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
