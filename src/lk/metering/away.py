"""Away mode: a household says until when nobody is there, and calls it off."""

from __future__ import annotations

from datetime import date

from lk import clock, db
from lk.actor import Actor
from lk.history.actions import record
from lk.metering.declared import away_of, has_meter
from lk.metering.rules import check_away
from lk.metering.tables import AwayDeclaration
from lk.outcome import Refused, refuse


async def declare(account_id: int, until_on: date, actor: Actor) -> None:
    """In the place of what was declared before; the same day again changes nothing.

    Raises Refused: `until_is_past`, `until_too_far`, `away_without_meter`.
    """
    problem = check_away(until_on, clock.today())
    if problem:
        raise Refused([problem])
    async with db.write(f"account {account_id}"):
        if not await has_meter(account_id):
            raise refuse("away_without_meter")
        standing = await away_of(account_id)
        if standing and standing.until_on == until_on:
            return
        await _end(account_id)
        await AwayDeclaration.insert(
            AwayDeclaration(account_id=account_id, user_id=actor.user_id, until_on=until_on, declared_at=clock.now())
        )
        await record("away_declared", account_id=account_id, actor=actor, until=until_on.isoformat())


async def call_off(account_id: int, actor: Actor) -> bool:
    """False when there is nothing to call off."""
    async with db.write(f"account {account_id}"):
        if await away_of(account_id) is None:
            return False
        await _end(account_id)
        await record("away_called_off", account_id=account_id, actor=actor)
        return True


async def _end(account_id: int) -> None:
    await db.execute(
        "UPDATE away_declarations SET ended_at = {} WHERE account_id = {} AND ended_at IS NULL",
        clock.now(),
        account_id,
    )
