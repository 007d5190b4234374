"""The pages around a household's meters, in this process, for whoever asks; everything happens at its `now`."""

from __future__ import annotations

import html
import re

from lk import clock, db
from lk.identity.actions import begin_session
from lk.identity.tables import Agent, User
from tests.readings.household import Household
from tests.readings.inside import Inside


class Cabinet(Inside):
    @property
    def home(self) -> str:
        return f"/accounts/{self.household.public_id}"

    def text(self, path: str) -> str:
        return words(self.get(path).text)


def words(page: str) -> str:
    """The page's text, no-break spaces as spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def look(desk: Cabinet, reason: str = "bill") -> None:
    """The agent begins to look at the household's cabinet, and goes on under the new token."""
    begun = desk.post(f"/support/accounts/{desk.household.public_id}/look", reason=reason)
    assert begun.status_code == 303
    found = re.search(r"lk_session=([^;]+)", begun.headers["set-cookie"])
    assert found
    desk.household.tokens[str(desk.who)] = found[1]


def agent(household: Household, role: str) -> Cabinet:
    """At the desk, with a fresh second factor."""

    async def employed() -> str:
        async with db.write():
            user = User(login=role, login_key=role, email=None, password_hash="-", created_at=household.now)
            await User.insert(user)
            await Agent.insert(Agent(user_id=user.id, code=f"А-{role}", role=role))
            token = await begin_session(user.id, address="127.0.0.1", device="", is_agent=True)
            await db.execute("UPDATE sessions SET second_factor_at = {}", household.now)
            household.users[role] = user.id
            return token

    with clock.fixed_at(household.now):
        household.tokens[role] = db.run(employed())
    return Cabinet(household, role)
