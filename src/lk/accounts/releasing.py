"""An agent's release of an account: told at once, done a day later, called off by whoever holds the cabinet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lk import clock, db, filters
from lk.accounts.rules import RELEASE_REASONS, RELEASE_WAITS
from lk.accounts.tables import Release
from lk.actor import PROGRAM, Actor
from lk.apart import apart
from lk.config import settings
from lk.history.actions import record
from lk.notifications.actions import Link, queue
from lk.outcome import refuse
from lk.tokens import derived_token, token_hash


@dataclass(frozen=True, slots=True)
class OpenRelease:
    """Asked for and not done yet."""

    id: int
    account_id: int
    account_number: str
    public_id: str
    due_at: datetime


_OPEN = (
    "SELECT r.id, r.account_id, a.number AS account_number, a.public_id, r.due_at FROM releases r "
    "JOIN accounts a ON a.id = r.account_id WHERE r.canceled_at IS NULL AND r.done_at IS NULL AND "
)


async def release_of(account_id: int) -> OpenRelease | None:
    return await db.read_one_as(OpenRelease, _OPEN + "r.account_id = {}", account_id)


async def release_by_link(token: str) -> OpenRelease | None:
    """None for a link of a release that was done or called off."""
    return await db.read_one_as(OpenRelease, _OPEN + "r.token_hash = {}", token_hash(token))


async def ask_release(account_id: int, reason: str, actor: Actor) -> None:
    """Takes effect in a day; the holder is told at once.

    Raises Refused: `release_reason_wanted`, `no_cabinet`, `release_asked`.
    """
    if reason not in RELEASE_REASONS:
        raise refuse("release_reason_wanted", "release_reason")
    async with db.write(f"account {account_id}"):
        holder = await _holder(account_id)
        if holder is None:
            raise refuse("no_cabinet")
        if await release_of(account_id) is not None:
            raise refuse("release_asked")
        now = clock.now()
        release = Release(
            account_id=account_id,
            agent_id=actor.agent_id,
            reason=reason,
            asked_at=now,
            due_at=now + RELEASE_WAITS,
        )
        await Release.insert(release)
        token_of = ("release", release.id)
        await db.execute(
            "UPDATE releases SET token_hash = {} WHERE id = {}", token_hash(derived_token(*token_of)), release.id
        )
        await record("release_asked", account_id=account_id, user_id=holder.user_id, actor=actor, reason=reason)
        await _tell(holder, "release_asked", release.id, Link("/release/{token}", token_of), due_at=release.due_at)


async def cancel_release(account_id: int, actor: Actor) -> bool:
    """By the holder, by the letter's link, or by an agent. False when there is none to call off."""
    async with db.write(f"account {account_id}"):
        changed = await db.execute(
            "UPDATE releases SET canceled_at = {} WHERE account_id = {} AND canceled_at IS NULL AND done_at IS NULL",
            clock.now(),
            account_id,
        )
        if changed:
            await record("release_canceled", account_id=account_id, actor=actor)
    return bool(changed)


async def release_due() -> int:
    """Carries out every release whose day has passed; how many."""
    due = await db.read_as(OpenRelease, _OPEN + "r.due_at <= {}", clock.now())
    return await apart(due, _release, "release_failed")


async def end_accesses(account_id: int) -> None:
    """Inside `write()`: nobody reaches the account any more, and whoever opens it next sees nothing from before now.

    Whatever else hangs on an access ends here too, in the same transaction.
    """
    now = clock.now()
    await db.execute("UPDATE accesses SET ended_at = {} WHERE account_id = {} AND ended_at IS NULL", now, account_id)
    await db.execute(
        "UPDATE invitations SET finished_at = {}, token_hash = NULL WHERE account_id = {} AND finished_at IS NULL",
        now,
        account_id,
    )
    await db.execute(
        "UPDATE releases SET canceled_at = {}, token_hash = NULL "
        "WHERE account_id = {} AND canceled_at IS NULL AND done_at IS NULL",
        now,
        account_id,
    )
    await db.execute(
        "UPDATE away_declarations SET ended_at = {} WHERE account_id = {} AND ended_at IS NULL", now, account_id
    )
    await db.execute("UPDATE accounts SET seen_from = {}, has_paper_bill = {} WHERE id = {}", now, True, account_id)


async def _release(release: OpenRelease) -> bool:
    release_id, account_id = release.id, release.account_id
    async with db.write(f"account {account_id}"):
        changed = await db.execute(
            "UPDATE releases SET done_at = {}, token_hash = NULL WHERE id = {} AND canceled_at IS NULL "
            "AND done_at IS NULL",
            clock.now(),
            release_id,
        )
        if not changed:
            return False
        holder = await _holder(account_id)
        await end_accesses(account_id)
        await record(
            "account_released", account_id=account_id, user_id=holder.user_id if holder else None, actor=PROGRAM
        )
        if holder is not None:
            await _tell(holder, "account_released", release_id, None)
    return True


@dataclass(frozen=True, slots=True)
class _Holder:
    user_id: int
    email: str | None
    account_id: int
    account_number: str


async def _holder(account_id: int) -> _Holder | None:
    return await db.read_one_as(
        _Holder,
        "SELECT u.id AS user_id, u.email, a.id AS account_id, a.number AS account_number FROM accesses x "
        "JOIN users u ON u.id = x.user_id JOIN accounts a ON a.id = x.account_id "
        "WHERE x.account_id = {} AND x.role = 'holder' AND x.ended_at IS NULL",
        account_id,
    )


async def _tell(holder: _Holder, kind: str, release_id: int, link: Link | None, due_at: datetime | None = None) -> None:
    if not holder.email:
        return
    params: dict[str, object] = {"number_end": filters.number_end(holder.account_number)}
    if due_at is not None:
        params["at"] = due_at.astimezone(settings().time_zone).isoformat()
    await queue(
        kind,
        holder.email,
        key=f"{kind} {release_id}",
        account_id=holder.account_id,
        user_id=holder.user_id,
        link=link,
        **params,
    )
