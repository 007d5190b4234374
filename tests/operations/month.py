"""A small town whose month an operator watches, in this process."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from lk import clock, db
from lk.actor import Actor
from lk.cycle.board import Board, board
from lk.identity.actions import begin_session
from lk.identity.tables import Agent, User
from lk.outcome import Refused
from lk.period import Period
from tests.cycle.town import IVANOVA, PETROV, Town
from tests.database import Database, moscow
from tests.payments_desk.cast import Browser

T = TypeVar("T")

JULY, AUGUST = Period(2025, 7), Period(2025, 8)
RUN = "2025-07-26T00:05"
OPERATOR, SUPPORT = "О-1", "А-1"
__all__ = ["AUGUST", "IVANOVA", "JULY", "OPERATOR", "PETROV", "RUN", "SUPPORT", "Month", "begin_month"]


@dataclass
class Month:
    """`actors` by the agents' codes."""

    town: Town
    actors: dict[str, Actor] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.town.database

    def run(self, work: Coroutine[Any, Any, T], at: str = RUN) -> T:
        return self.database.run(work, at)

    def seen(self, at: str = RUN, period: Period | None = None) -> Board:
        return self.run(board(period), at)

    def refused(self, work: Coroutine[Any, Any, object], at: str = RUN) -> list[str]:
        """Why; nothing where it was not."""
        try:
            self.run(work, at)
        except Refused as refusal:
            return [problem.code for problem in refusal.problems]
        return []

    def change(self, sql: str, *args: object) -> None:
        async def changed() -> None:
            async with db.write():
                await db.execute(sql, *args)

        self.database.run(changed())

    def one(self, sql: str, *args: object) -> Any:
        (row,) = self.database.rows(sql, *args)
        (value,) = row.values()
        return value

    def leaves_without_norm(self, number: str) -> None:
        """No norm is known for the account's tariff: its bill cannot be made."""
        self.change("UPDATE accounts SET tariff_category = 'rural' WHERE number = {}", number)

    def finds_norm(self, number: str) -> None:
        self.change("UPDATE accounts SET tariff_category = 'gas' WHERE number = {}", number)

    def sits(self, code: str = OPERATOR, at: str = RUN) -> Visit:
        return Visit(Browser(self.run(self._session(code), at)), at)

    async def _session(self, code: str) -> str:
        user_id = self.actors[code].user_id
        assert user_id is not None
        async with db.write():
            token = await begin_session(user_id, address="127.0.0.1", device="", is_agent=True)
            await db.execute("UPDATE sessions SET second_factor_at = {} WHERE user_id = {}", clock.now(), user_id)
        return token


@dataclass
class Visit:
    """An agent's browser at one moment."""

    browser: Browser
    at: str

    def get(self, path: str) -> httpx.Response:
        with clock.fixed_at(moscow(self.at)):
            return self.browser.get(path)

    def post(self, path: str, **fields: str) -> httpx.Response:
        with clock.fixed_at(moscow(self.at)):
            return self.browser.post(path, **fields)

    @property
    def text(self) -> str:
        return self.browser.text


def begin_month(database: Database) -> Month:
    town = Town(database)
    town.move_in()
    month = Month(town)
    database.run(_hire(month), "2025-07-01T12:00")
    return month


async def _hire(month: Month) -> None:
    async with db.write():
        for code, role in ((OPERATOR, "operator"), (SUPPORT, "support")):
            user = User(login=code, login_key=code, password_hash="-", created_at=clock.now())
            await User.insert(user)
            agent = Agent(user_id=user.id, code=code, role=role)
            await Agent.insert(agent)
            month.actors[code] = Actor(user.id, agent.id)
