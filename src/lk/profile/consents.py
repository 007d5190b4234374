"""Consents that nobody needs in order to be served: given to a text of a certain version, withdrawn by one button."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lk import clock, db
from lk.actor import Actor
from lk.history.actions import record
from lk.identity.queries import is_open
from lk.outcome import refuse
from lk.profile.rules import CONSENTS
from lk.profile.tables import Consent


@dataclass(frozen=True, slots=True)
class LiveConsent:
    """Given and not withdrawn."""

    kind: str
    text_version: str
    given_at: datetime


async def live_consents(user_id: int) -> dict[str, LiveConsent]:
    """By kind."""
    found = await db.read_as(
        LiveConsent,
        "SELECT kind, text_version, given_at FROM consents WHERE user_id = {} AND withdrawn_at IS NULL ORDER BY id",
        user_id,
    )
    return {each.kind: each for each in found}


async def give_consent(user_id: int, kind: str, version: str, actor: Actor) -> None:
    """To the text that was on the page; one given to an older text ends with it. Once more changes nothing.

    Raises Refused: `text_changed`, where the page showed another text than the one of now; `cabinet_closed`.
    """
    if version != CONSENTS[kind].version:
        raise refuse("text_changed", f"agree-{kind}")
    async with db.write(f"user {user_id}"):
        if not await is_open(user_id):
            raise refuse("cabinet_closed")
        given = (await live_consents(user_id)).get(kind)
        if given is not None and given.text_version == version:
            return
        await _end(user_id, kind, actor)
        await Consent.insert(
            Consent(user_id=user_id, kind=kind, text_version=version, given_at=clock.now(), given_from=actor.address)
        )
        await record("consent_given", user_id=user_id, actor=actor, consent=kind, version=version)


async def withdraw_consent(user_id: int, kind: str, actor: Actor) -> None:
    """Once more changes nothing."""
    async with db.write(f"user {user_id}"):
        if await _end(user_id, kind, actor):
            await record("consent_withdrawn", user_id=user_id, actor=actor, consent=kind)


async def _end(user_id: int, kind: str, actor: Actor) -> int:
    return await db.execute(
        "UPDATE consents SET withdrawn_at = {}, withdrawn_from = {} "
        "WHERE user_id = {} AND kind = {} AND withdrawn_at IS NULL",
        clock.now(),
        actor.address,
        user_id,
        kind,
    )
