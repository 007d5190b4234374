"""A household that paid 2 088,60 ₽ by card, three people at the desk, and a sandbox acquirer on a real port."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import httpx
from litestar import Litestar

from lk import clock, db
from lk.accounts.tables import Access, Account, Premises
from lk.acquirer.answers import Pending
from lk.acquirer.gateway import frozen, gateway
from lk.actor import Actor
from lk.app import create_app
from lk.config import settings
from lk.identity.actions import begin_session
from lk.identity.tables import Agent, User
from lk.ledger.queries import balance
from lk.outcome import Refused
from lk.payments.bodies import Intent, payment_body
from lk.payments.settling import payment_with_id, settle
from lk.payments.tables import Payment
from lk.period import Period
from lk.sandbox import Sandbox
from lk.tokens import new_public_id
from tests import loopback
from tests.pages import check_page

T = TypeVar("T")

NOON = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
"""Noon of 5 October 2026 in Moscow."""
PAID = 208860
HOME, HOME_NUMBER = "lesnaya5kv12", "1000000101"
NEIGHBOUR, NEIGHBOUR_NUMBER = "lesnaya5kv13", "1000000102"
OLGA, OLEG, ALLA = "О-1", "О-2", "А-3"
"""Two operators, and an agent of support."""


def run(work: Coroutine[Any, Any, T]) -> T:
    return db.run(work)


def moment(**by: float) -> datetime:
    return NOON + timedelta(**by)


@dataclass
class Acquirer:
    """The sandbox as the acquirer's own people see it."""

    origin: str
    sandbox: Sandbox
    http: httpx.Client

    def faults(self, **wanted: object) -> None:
        assert self.http.post("/faults", json=wanted).status_code == 200

    def moves(self, kind: str) -> list[tuple[str, int]]:
        """The payment's id and kopecks of every capture or refund there ever was."""
        moves = self.sandbox.till.store.moves()
        return [(move.payment_id, move.amount_kopecks) for move in moves if move.kind == kind]

    def refunds(self) -> list[dict[str, Any]]:
        """Newest first."""
        return [record.body for record in self.sandbox.till.store.newest("refund", [], 100)]

    def pay(self, page_url: str) -> None:
        assert loopback.post(page_url, data={"card": "passes"}).status_code == 303

    def refund_in_own_cabinet(self, payment_id: str, kopecks: int) -> str:
        """Past lk, as the company's people can do in the acquirer's cabinet; the refund's id."""
        body = {"payment_id": payment_id, "amount": {"value": f"{kopecks / 100:.2f}", "currency": "RUB"}}
        made = self.http.post("/v3/refunds", json=body, headers={"Idempotence-Key": new_public_id()})
        assert made.status_code == 200, made.text
        return str(made.json()["id"])


@dataclass
class Desk:
    """The company's database: two accounts with their holders, three agents."""

    acquirer: Acquirer
    users: dict[str, int]
    agents: dict[str, int]
    accounts: dict[str, int]

    def actor(self, code: str) -> Actor:
        return Actor(self.users[code], self.agents[code])

    def pays(
        self, kopecks: int = PAID, *, account: str = HOME, owed: int | None = None, loses_answer: bool = False
    ) -> Payment:
        """The holder pays by card on the acquirer's page, and lk learns of it at once unless the answer is lost."""
        payment = run(self.intend(account, kopecks, kopecks if owed is None else owed))
        run(self.charge(payment, loses_answer=loses_answer))
        return run(payment_with_id(payment.id))

    async def charge(self, payment: Payment, *, loses_answer: bool = False) -> None:
        answer = await gateway().create(payment.key, payment.body)
        assert isinstance(answer, Pending)
        await asyncio.to_thread(self.acquirer.pay, answer.confirmation_url or "")
        if not loses_answer:
            await settle(payment.id, await gateway().ask(answer.told.acquirer_id))

    async def intend(self, account: str, kopecks: int, owed: int, *, key: str = "") -> Payment:
        """Committed before the acquirer is called."""
        user_id, account_id = self.users[account], self.accounts[account]
        key = key or f"hand:{account_id}:{user_id}:{new_public_id()}-card:{kopecks}"
        intent = Intent(
            key=key,
            amount_kopecks=kopecks,
            owed_kopecks=owed,
            account_number=HOME_NUMBER,
            period=Period(2026, 9),
            email="anna@mail.example",
            return_url="http://localhost:8000/",
            vat_percent=22,
        )
        payment = Payment(
            public_id=new_public_id(),
            account_id=account_id,
            user_id=user_id,
            key=key,
            kind="one_off",
            amount_kopecks=kopecks,
            status="created",
            body=frozen(payment_body(intent, settings().company)),
            created_at=clock.now(),
        )
        async with db.write():
            await db.insert_once(payment, Payment.key)
        return payment

    def rows(self, sql: str, *args: object) -> list[dict[str, Any]]:
        return run(db.read(sql, *args))

    def one(self, sql: str, *args: object) -> Any:
        (row,) = self.rows(sql, *args)
        (value,) = row.values()
        return value

    def change(self, sql: str, *args: object) -> None:
        async def changed() -> None:
            async with db.write():
                await db.execute(sql, *args)

        run(changed())

    def owes(self, account: str = HOME, part: str = "principal") -> int:
        return int(getattr(run(balance(self.accounts[account])), part))

    def entries(self, kind: str) -> list[tuple[str, str, int]]:
        """Debit, credit and kopecks, in order."""
        rows = self.rows("SELECT debit, credit, amount_kopecks FROM ledger_entries WHERE kind = {} ORDER BY id", kind)
        return [(row["debit"], row["credit"], row["amount_kopecks"]) for row in rows]

    def happened(self, account: str = HOME) -> list[str]:
        rows = self.rows("SELECT kind FROM events WHERE account_id = {} ORDER BY id", self.accounts[account])
        return [row["kind"] for row in rows]

    def letters(self, kind: str) -> list[tuple[str, dict[str, Any]]]:
        """To whom, and what."""
        rows = self.rows("SELECT to_address, params FROM messages WHERE kind = {} ORDER BY id", kind)
        return [(row["to_address"], json.loads(row["params"])) for row in rows]

    def tasks(self) -> list[tuple[str, str]]:
        """Kind and subject of those that are open."""
        rows = self.rows("SELECT kind, subject FROM money_tasks WHERE closed_at IS NULL ORDER BY id")
        return [(row["kind"], row["subject"]) for row in rows]

    def sits(self, who: str) -> Browser:
        """A browser of an agent or of a holder."""
        return Browser(run(self._session(who)))

    async def _session(self, who: str) -> str:
        async with db.write():
            token = await begin_session(self.users[who], address="127.0.0.1", device="", is_agent=who in self.agents)
            await db.execute("UPDATE sessions SET second_factor_at = {} WHERE user_id = {}", NOON, self.users[who])
        return token


def codes(asked: Coroutine[Any, Any, object]) -> list[str]:
    """Why it was refused; nothing where it was not."""
    try:
        run(asked)
    except Refused as refusal:
        return [problem.code for problem in refusal.problems]
    return []


@cache
def site() -> Litestar:
    return create_app(ticks=False)


class Browser:
    """Without JavaScript, in this process; every page it gets is checked."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.page = ""
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> httpx.Response:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self._ask("POST", path, {**fields, "_csrf_token": self._hidden("_csrf_token")})

    def attach(self, path: str, name: str, content: bytes, **fields: str) -> httpx.Response:
        """Posts the form with a file, as `file`."""
        fields["_csrf_token"] = self._hidden("_csrf_token")
        return self._sent("POST", path, data=fields, files={"file": (name, content)})

    def follow(self, path: str, **fields: str) -> httpx.Response:
        """Posts the form and goes where the answer leads."""
        answer = self.post(path, **fields)
        assert answer.status_code == 303, (answer.status_code, self.text)
        return self.get(answer.headers["location"])

    @property
    def text(self) -> str:
        """The page seen last, no-break spaces as spaces."""
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", self.page)).split())

    @property
    def nonce(self) -> str:
        return self._hidden("nonce")

    def _hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]+)"', self.page)
        return found[1] if found else ""

    def _ask(self, method: str, path: str, data: dict[str, str] | None = None) -> httpx.Response:
        return self._sent(method, path, data=data)

    def _sent(self, method: str, path: str, **body: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=site())  # type: ignore[arg-type]
            cookies = {"lk_session": self.token, **self.cookies}
            async with httpx.AsyncClient(
                transport=transport, base_url="http://localhost:8000", cookies=cookies
            ) as http:
                answer = await http.request(method, path, **body)
                self.cookies |= {each.name: each.value or "" for each in http.cookies.jar if each.name != "lk_session"}
                return answer

        answer = run(asked())
        if answer.headers.get("content-type", "").startswith("text/html"):
            check_page(answer.text, path)
            self.page = answer.text
        return answer


async def open_desk(acquirer: Acquirer) -> Desk:
    desk = Desk(acquirer, {}, {}, {})
    async with db.write():
        for public_id, number, login in ((HOME, HOME_NUMBER, "anna"), (NEIGHBOUR, NEIGHBOUR_NUMBER, "boris")):
            desk.users[public_id] = await _user(login, f"{login}@mail.example")
            desk.accounts[public_id] = await _account(public_id, number)
            await Access.insert(
                Access(
                    user_id=desk.users[public_id],
                    account_id=desk.accounts[public_id],
                    role="holder",
                    created_at=NOON - timedelta(days=300),
                )
            )
        for code, role in ((OLGA, "operator"), (OLEG, "operator"), (ALLA, "support")):
            desk.users[code] = await _user(code, None)
            agent = Agent(user_id=desk.users[code], code=code, role=role)
            await Agent.insert(agent)
            desk.agents[code] = agent.id
    return desk


async def _user(login: str, email: str | None) -> int:
    user = User(login=login, login_key=login, email=email, password_hash="-", created_at=NOON - timedelta(days=300))
    await User.insert(user)
    return int(user.id)


async def _account(public_id: str, number: str) -> int:
    flat = number[-2:]
    address = f"Москва, Лесная улица, 5, кв. {flat}"
    premises = Premises(address=address, address_key=address.lower(), region="moscow", route="")
    await Premises.insert(premises)
    account = Account(
        public_id=public_id,
        number=number,
        premises_id=premises.id,
        holder_name="Иванова Анна",
        tariff_category="gas",
        residents=3,
        power_kw=5,
        has_paper_bill=False,
        opened_on=date(2020, 1, 1),
    )
    await Account.insert(account)
    return int(account.id)
