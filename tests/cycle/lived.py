"""Two months of the small town, with letters, a registration and an agent."""

from __future__ import annotations

from lk import clock, db
from lk.actor import Actor
from lk.cycle.outages import beat
from lk.history.actions import record
from lk.history.sealing import seal_due
from lk.identity.actions import begin_session, new_user
from lk.identity.tables import Agent
from lk.onboarding.tables import Registration
from lk.support.tables import Impersonation
from tests.cycle.town import IVANOVA, PETROV, Town
from tests.database import moscow

NOW = "2025-08-28T12:00"


def live(town: Town) -> Town:
    """Two billed months with letters, a registration, an agent who looked, two sealed nights."""
    town.opens_cabinet(IVANOVA, "ivanova@example.org")
    town.reads(PETROV, 1100, at="2025-07-20T14:05")
    town.run_due("2025-07-31T12:00")
    town.reads(IVANOVA, 5100, 2230, at="2025-08-25T23:59")
    town.reads(PETROV, 1200, at="2025-08-26T00:00", source="agent")
    town.run_due("2025-08-26T00:00")
    town.database.run(_registered(), "2025-08-10T12:00")
    town.database.run(_looked(), "2025-08-11T12:00")
    town.database.run(seal_due(), "2025-08-12T05:00")
    town.database.run(_looked(), "2025-08-12T12:00")
    town.database.run(seal_due(), "2025-08-13T05:00")
    town.database.run(_sent(), "2025-08-27T12:00")
    town.database.run(beat(), NOW)
    assert town.verified(at=NOW) == {}
    return town


async def _registered() -> None:
    """Third account: a letter, its link, a cabinet; and another that ran out of time."""
    (account,) = await db.read("SELECT id FROM accounts WHERE number = '1000000103'")
    now = clock.now()
    async with db.write():
        user_id = await new_user("sidorova@example.org")
        await Registration.insert(
            Registration(
                browser_hash="opened",
                account_id=account["id"],
                meter_key="30303030",
                email="sidorova@example.org",
                letters=1,
                letter_sent_at=moscow("2025-08-09T12:00"),
                link_ends_at=moscow("2025-08-12T12:00"),
                link_used_at=moscow("2025-08-10T11:00"),
                user_id=user_id,
                started_at=moscow("2025-08-09T11:59"),
                finished_at=now,
            ),
            Registration(
                browser_hash="ended",
                account_id=account["id"],
                meter_key="30303030",
                started_at=moscow("2025-08-01T12:00"),
                finished_at=moscow("2025-08-04T12:00"),
            ),
        )
        await record("cabinet_opened", account_id=account["id"], user_id=user_id, actor=Actor(user_id))


async def _looked() -> None:
    """An agent looks at the first account, and orders something at the desk."""
    now = clock.now()
    (account,) = await db.read("SELECT id FROM accounts WHERE number = '1000000101'")
    async with db.write():
        known = await Agent.objects().first()
        if known is None:
            known = Agent(user_id=await new_user("agent@example.org"), code="А-1", role="support")
            await Agent.insert(known)
        await begin_session(known.user_id, address="", device="", is_agent=True)
        (session,) = await db.read("SELECT max(id) AS id FROM sessions")
        look = Impersonation(
            agent_id=known.id,
            account_id=account["id"],
            session_id=session["id"],
            reason="bill",
            started_at=now,
            ends_at=moscow(f"{clock.today()}T12:30"),
        )
        await Impersonation.insert(look)
        actor = Actor(known.user_id, known.id, look.id)
        await record("look_began", account_id=account["id"], actor=actor, reason="bill")
        await record("meter_replaced", account_id=account["id"], actor=Actor(known.user_id, known.id))


async def _sent() -> None:
    async with db.write():
        await db.execute("UPDATE messages SET status = 'sent', sent_at = {}", clock.now())
