"""Two admins beside the operator and the agent of support of a small town."""

from __future__ import annotations

from lk import clock, db
from lk.actor import Actor
from lk.identity.queries import Viewer, viewer_of
from lk.identity.tables import Agent, User
from tests.database import Database
from tests.operations.month import RUN, Month, begin_month

RITA, ROMAN = "Р-3", "Р-4"
"""Admins; logins are the codes."""
SECRET = "A" * 32


def begin_staff(database: Database) -> Month:
    month = begin_month(database)
    month.run(_hire_admins(month), "2025-07-01T12:00")
    return month


async def _hire_admins(month: Month) -> None:
    async with db.write():
        for code in (RITA, ROMAN):
            user = User(login=code, login_key=code.casefold(), password_hash="-", created_at=clock.now())
            await User.insert(user)
            agent = Agent(user_id=user.id, code=code, role="admin", totp_secret=SECRET)
            await Agent.insert(agent)
            month.actors[code] = Actor(user.id, agent.id)


def viewer(month: Month, code: str, at: str = RUN) -> Viewer:
    """This agent, signed in now, the second factor fresh."""

    async def signed_in() -> Viewer:
        found = await viewer_of(await month._session(code))
        assert found is not None
        return found

    return month.run(signed_in(), at)


def agent_id(month: Month, code: str) -> int:
    found = month.actors[code].agent_id
    assert found is not None
    return found
