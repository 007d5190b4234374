"""The pages of cards and payments, served in this process beside the sandbox acquirer, and who comes to them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar
from litestar.config.csrf import CSRFConfig

from lk import access, db
from lk.accounts.tables import Access
from lk.autopay.controller import AutopayController, UnlinkController
from lk.cards.controller import CardsController
from lk.config import settings
from lk.errors import HANDLERS
from lk.history.controller import HistoryController
from lk.identity.actions import begin_session
from lk.identity.tables import Agent, User
from lk.middleware import Identify, security_headers
from lk.overview.controller import OverviewController
from lk.payments.controller import PaymentsController, acquirer_events
from lk.payments.controllers.together import TogetherController
from lk.static_files import static, static_files
from lk.support.tables import Impersonation
from lk.templating import environment
from tests.payments.cast import NOON, Acquirer, run, settle_in
from tests.sandbox.shop import served
from tests.served import Visitor

HOME = "/accounts/lesnaya5kv12"
PAYMENTS = f"{HOME}/payments"
CARDS = f"{HOME}/cards"
NONCE_FIELD = re.compile(r'name="nonce" value="(\w+)"')
_TOKEN = re.compile(r'name="_csrf_token" value="([^"]+)"')


@dataclass
class Site:
    """`payer`, `helper`, `stranger` and `agent` are signed in; `agent` looks at the payer's cabinet."""

    origin: str
    database: Path
    acquirer: Acquirer
    payer: Visitor
    helper: Visitor
    stranger: Visitor
    agent: Visitor

    def pays(self, who: Visitor | None = None, /, *, amount: str = "2088.60", **more: str) -> httpx.Response:
        """Sends the form of the page seen last; does not follow where it leads."""
        return self.sends(PAYMENTS, who, amount=amount, **more)

    def sends(self, path: str, who: Visitor | None = None, /, **fields: str) -> httpx.Response:
        who = who or self.payer
        data = {"_csrf_token": found(_TOKEN, who.page), "nonce": found(NONCE_FIELD, who.page), **fields}
        return who.http.post(path, data=data, headers={"referer": self.origin + path}, follow_redirects=False)

    def links(self, card: str = "passes") -> str:
        """A card of the payer's, through the acquirer's page and back; its path."""
        self.payer.get(CARDS)
        self.acquirer.pay(self.sends(CARDS).headers["location"], card)
        path = f"{CARDS}/{self.rows('SELECT public_id FROM cards ORDER BY id DESC')[0][0]}"
        self.payer.get(path)
        return path

    def entries(self) -> list[tuple[str, int]]:
        return self.rows("SELECT key, amount_kopecks FROM ledger_entries WHERE kind = 'payment'")

    def rows(self, sql: str) -> list[Any]:
        with sqlite3.connect(self.database) as reading:
            return reading.execute(sql).fetchall()

    def stay_signed_in(self) -> None:
        """Whatever the clock says."""
        with sqlite3.connect(self.database) as writing:
            writing.execute("UPDATE sessions SET ends_at = '2099-01-01 00:00:00.000000'")


def found(pattern: re.Pattern[str], page: str) -> str:
    match = pattern.search(page)
    return match[1] if match else ""


@contextmanager
def open_site(
    database: Path, acquirer: Acquirer, furnish: Callable[[int], Awaitable[None]] | None = None
) -> Iterator[Site]:
    """On the database that is in use; `furnish` is told who pays."""
    tokens = run(_people(furnish))
    with served(_app()) as origin:
        acquirer.http.post("/events", json={"url": f"{origin}/acquirer/events"})
        visitors = [Visitor(origin) for _ in tokens]
        for visitor, token in zip(visitors, tokens, strict=True):
            visitor.http.cookies.set("lk_session", token)
        yield Site(origin, database, acquirer, *visitors)
        for visitor in visitors:
            visitor.http.close()


async def _people(furnish: Callable[[int], Awaitable[None]] | None) -> list[str]:
    """Sessions of the payer, a helper, a stranger, an agent who looks."""
    household = await settle_in()
    if furnish is not None:
        await furnish(household.user_id)
    async with db.write():
        helper, stranger, staff = [await _user(login) for login in ("olga", "petr", "agent")]
        await Access(user_id=helper, account_id=household.account.id, role="helper", created_at=NOON).save()
        agent = Agent(user_id=staff, code="А-17", role="support")
        await agent.save()
        tokens = [
            await begin_session(user_id, address="127.0.0.1", device="", is_agent=user_id == staff)
            for user_id in (household.user_id, helper, stranger, staff)
        ]
        await db.execute("UPDATE sessions SET second_factor_at = {} WHERE user_id = {}", NOON, staff)
        session_id = (await db.read("SELECT id FROM sessions WHERE user_id = {}", staff))[0]["id"]
        look = Impersonation(
            agent_id=agent.id,
            account_id=household.account.id,
            session_id=session_id,
            reason="bill",
            started_at=NOON,
            ends_at=NOON + timedelta(minutes=30),
        )
        await look.save()
    return tokens


async def _user(login: str) -> int:
    user = User(login=login, login_key=login, password_hash="-", email=f"{login}@mail.example", created_at=NOON)
    await user.save()
    return int(user.id)


def _app() -> Litestar:
    """What `create_app` makes, with these routes alone."""
    static_files()
    environment().globals["static"] = static
    return Litestar(
        route_handlers=[
            AutopayController,
            CardsController,
            HistoryController,
            OverviewController,
            PaymentsController,
            TogetherController,
            UnlinkController,
            acquirer_events,
        ],
        guards=[access.guard],
        middleware=[Identify()],
        exception_handlers=HANDLERS,
        before_send=[security_headers],
        csrf_config=CSRFConfig(secret=settings().secret, cookie_name="lk_csrf", exclude=["^/acquirer/events$"]),
        openapi_config=None,
        logging_config=None,
        on_shutdown=[db.close],
    )
