"""A flat with its holder and a helper, a neighbour, three agents; everything happens at `now`."""

from __future__ import annotations

import json
import re
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import httpx

from lk import clock, db
from lk.accounts.tables import Access
from lk.actor import Actor
from lk.identity.actions import begin_session
from lk.identity.tables import Agent
from lk.notifications.letters import Letter, render
from lk.notifications.tables import Message
from lk.outcome import Refused
from lk.support.tables import Impersonation
from lk.tokens import derived_token
from tests.pages import check_page
from tests.payments_desk.cast import HOME, HOME_NUMBER, NEIGHBOUR, NOON, Browser, _account, _user, site

T = TypeVar("T")
ANNA, HELPER, BORIS = "anna", "helper", "boris"
ALLA, ANTON, OLGA = "А-3", "А-4", "О-1"
"""Two agents of support, and an operator."""
QUESTION = {"subject": "bill", "account": HOME, "text": "Счёт вырос вдвое.\nПочему?"}


@dataclass
class Stair:
    users: dict[str, int] = field(default_factory=dict)
    agents: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    now: datetime = NOON

    def at(self, work: Coroutine[Any, Any, T]) -> T:
        with clock.fixed_at(self.now):
            return db.run(work)

    def later(self, **much: float) -> None:
        self.now += timedelta(**much)

    def refused(self, work: Coroutine[Any, Any, object]) -> list[str]:
        """Why it was refused; nothing where it was not."""
        try:
            self.at(work)
        except Refused as refusal:
            return [problem.code for problem in refusal.problems]
        return []

    def actor(self, who: str) -> Actor:
        return Actor(self.users[who], self.agents.get(who))

    def rows(self, sql: str, *args: object) -> list[dict[str, Any]]:
        return self.at(db.read(sql, *args))

    def one(self, sql: str, *args: object) -> Any:
        (row,) = self.rows(sql, *args)
        (value,) = row.values()
        return value

    def change(self, sql: str, *args: object) -> None:
        async def changed() -> None:
            async with db.write():
                await db.execute(sql, *args)

        self.at(changed())

    def status(self) -> str:
        """Of the newest question."""
        return str(self.rows("SELECT status FROM questions ORDER BY id DESC LIMIT 1")[0]["status"])

    def question(self) -> str:
        """Public id of the newest one."""
        return str(self.rows("SELECT public_id FROM questions ORDER BY id DESC LIMIT 1")[0]["public_id"])

    def happened(self) -> list[str]:
        return [row["kind"] for row in self.rows("SELECT kind FROM events ORDER BY id")]

    def letters(self, kind: str) -> list[tuple[str, Letter]]:
        """To whom, and as it is read."""
        rows = self.rows("SELECT * FROM messages WHERE kind = {} ORDER BY id", kind)
        return [(row["to_address"], render(Message(**row), "ru")) for row in rows]

    def link(self) -> str:
        """The path in the newest letter to whoever has not signed in."""
        (row,) = self.rows("SELECT params FROM messages WHERE kind LIKE 'question_%' ORDER BY id DESC LIMIT 1")
        link = json.loads(row["params"])["link"]
        return str(link["path"]).replace("{token}", derived_token(*link["token_of"]))

    def sits(self, who: str | None, *, looks_at: str | None = None) -> Person:
        """A browser of theirs; None: of nobody. `looks_at`: an agent who sees that account's cabinet."""
        return Person(self, self.at(self._session(who, looks_at)) if who else "")

    async def _session(self, who: str, looks_at: str | None) -> str:
        async with db.write():
            token = await begin_session(self.users[who], address="127.0.0.1", device="", is_agent=who in self.agents)
            await db.execute("UPDATE sessions SET second_factor_at = {} WHERE user_id = {}", self.now, self.users[who])
            if looks_at:
                session = (await db.read("SELECT max(id) AS id FROM sessions"))[0]["id"]
                await Impersonation.insert(
                    Impersonation(
                        agent_id=self.agents[who],
                        account_id=self.accounts[looks_at],
                        session_id=session,
                        reason="bill",
                        started_at=self.now,
                        ends_at=self.now + timedelta(minutes=30),
                    )
                )
        return token


class Person(Browser):
    """Without JavaScript; a form that was on the page is sent with its own marks."""

    def __init__(self, stair: Stair, token: str) -> None:
        super().__init__(token)
        self.stair = stair
        self.mark = ""

    def ask(
        self, fields: Mapping[str, str], path: str = "/help", *, files: Sequence[bytes] = (), name: str = "foto.jpg"
    ) -> int:
        """Opens the page, fills the form in and sends it; the status of the answer, to which a 303 leads."""
        self.get(path)
        form = {"_csrf_token": self._hidden("_csrf_token"), "form": self._hidden("form"), **fields}
        answer = self.send(path, form, files, name)
        if answer.status_code == 303:
            self.get(answer.headers["location"])
        return answer.status_code

    def send(
        self, path: str, form: dict[str, str], files: Sequence[bytes] = (), name: str = "foto.jpg"
    ) -> httpx.Response:
        parts = [("files", (name, each)) for each in files] or [("files", ("", b""))]
        return self._asked("POST", path, data=form, files=parts)

    def _hidden(self, name: str) -> str:
        """The browser's mark is good on every page of its."""
        found = super()._hidden(name)
        if name != "_csrf_token":
            return found
        self.mark = found or self.mark
        return self.mark

    def _ask(self, method: str, path: str, data: dict[str, str] | None = None) -> httpx.Response:
        return self._asked(method, path, data=data)

    def _asked(self, method: str, path: str, **body: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=site())  # type: ignore[arg-type]
            cookies = {**({"lk_session": self.token} if self.token else {}), **self.cookies}
            async with httpx.AsyncClient(
                transport=transport, base_url="http://localhost:8000", cookies=cookies
            ) as http:
                answer = await http.request(method, path, **body)
                self.cookies |= {name: value for name, value in http.cookies.items() if name != "lk_session"}
                return answer

        answer = self.stair.at(asked())
        if answer.headers.get("content-type", "").startswith("text/html"):
            check_page(answer.text, path)
            self._hidden("_csrf_token")
            self.page = answer.text
        return answer

    def files(self) -> list[str]:
        """Paths of the files on the page."""
        return re.findall(r'href="([^"]+/files/\d+)"', self.page)


async def move_in() -> Stair:
    stair = Stair()
    async with db.write():
        for public_id, number, login in ((HOME, HOME_NUMBER, ANNA), (NEIGHBOUR, "1000000102", BORIS)):
            stair.users[login] = await _user(login, f"{login}@mail.example")
            stair.accounts[public_id] = await _account(public_id, number)
            await _give_access(stair, login, public_id, "holder")
        stair.users[HELPER] = await _user(HELPER, f"{HELPER}@mail.example")
        await _give_access(stair, HELPER, HOME, "helper")
        for code, role in ((ALLA, "support"), (ANTON, "support"), (OLGA, "operator")):
            stair.users[code] = await _user(code, None)
            agent = Agent(user_id=stair.users[code], code=code, role=role)
            await Agent.insert(agent)
            stair.agents[code] = agent.id
    return stair


async def _give_access(stair: Stair, login: str, public_id: str, role: str) -> None:
    await Access.insert(
        Access(
            user_id=stair.users[login],
            account_id=stair.accounts[public_id],
            role=role,
            created_at=NOON - timedelta(days=300),
        )
    )
