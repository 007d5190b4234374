"""Operators who send files in the browser, and the schedule that does what they ask, in this process."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, TypeVar

from lk import clock, db
from lk.actor import Actor
from lk.identity.actions import begin_session
from lk.identity.tables import Agent, User
from lk.operations.import_actions import ask_load, send_file
from lk.operations.import_rules import UndoStatus
from lk.operations.import_running import run_waiting_imports
from lk.operations.import_undoing import ask_undo
from lk.operations.import_views import ImportView, import_view
from lk.outcome import Refused
from lk.tokens import new_public_id
from tests.operations.cast import NOON, company, file_of, one
from tests.payments_desk.cast import Browser

T = TypeVar("T")

OLGA, OLEG, ALLA = "О-1", "О-2", "А-3"
"""Two operators, and an agent of support."""
IVANOVA, PETROV = "1000000101", "1000000102"


@dataclass
class Operators:
    """`actors` by their codes."""

    actors: dict[str, Actor] = field(default_factory=dict)

    def sends(self, kind: str, *rows: str, who: str = OLGA, name: str = "file.csv") -> str:
        """Rows under the header of this kind; the import's public id."""
        return self.sends_bytes(kind, file_of(kind, *rows).encode(), who=who, name=name)

    def sends_bytes(self, kind: str, content: bytes, *, who: str = OLGA, name: str = "file.csv") -> str:
        stream = BytesIO(content)

        async def read(size: int) -> bytes:
            return stream.read(size)

        return db.run(send_file(kind, name, read, self.actors[who]))

    def checks(self, kind: str, *rows: str, who: str = OLGA) -> ImportView:
        public_id = self.sends(kind, *rows, who=who)
        db.run(run_waiting_imports())
        return self.sees(public_id)

    def loads(self, kind: str, *rows: str, who: str = OLGA) -> ImportView:
        """Sent, checked, said to be loaded, loaded."""
        checked = self.checks(kind, *rows, who=who)
        self.does(ask_load(checked.public_id, self.actors[who]))
        db.run(run_waiting_imports())
        return self.sees(checked.public_id)

    def undoes(self, public_id: str, who: str = OLGA, words: str = "Реестр чужой") -> UndoStatus:
        return db.run(ask_undo(public_id, words, self.actors[who], nonce=new_public_id()))

    def sees(self, public_id: str) -> ImportView:
        shown = db.run(import_view(public_id))
        assert shown is not None
        return shown

    def does(self, work: Coroutine[Any, Any, T]) -> T:
        return db.run(work)

    def sits(self, who: str = OLGA) -> Browser:
        return Browser(db.run(self._session(who)))

    async def _session(self, who: str) -> str:
        user_id = self.actors[who].user_id
        assert user_id is not None
        async with db.write():
            token = await begin_session(user_id, address="127.0.0.1", device="", is_agent=True)
            await db.execute("UPDATE sessions SET second_factor_at = {} WHERE user_id = {}", NOON, user_id)
        return token


def hire() -> Operators:
    """A small company, three of its people at their desks."""
    company()
    operators = Operators()
    db.run(_hire(operators))
    return operators


async def _hire(operators: Operators) -> None:
    async with db.write():
        for code, role in ((OLGA, "operator"), (OLEG, "operator"), (ALLA, "support")):
            user = User(login=code, login_key=code, password_hash="-", created_at=clock.now())
            await User.insert(user)
            agent = Agent(user_id=user.id, code=code, role=role)
            await Agent.insert(agent)
            operators.actors[code] = Actor(user.id, agent.id)


def codes(work: Coroutine[Any, Any, object]) -> list[str]:
    """Why it was refused; nothing where it was not."""
    try:
        db.run(work)
    except Refused as refusal:
        return [problem.code for problem in refusal.problems]
    return []


def owes(number: str) -> int:
    """Kopecks of the account's principal by the ledger."""
    return int(
        one(
            "SELECT coalesce(sum(CASE e.debit WHEN 'receivable' THEN e.amount_kopecks ELSE -e.amount_kopecks END), 0) "
            "FROM ledger_entries e JOIN accounts a ON a.id = e.account_id WHERE a.number = {} AND e.part = 'principal'",
            number,
        )
    )
