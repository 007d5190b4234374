"""The pages around a household's meters, in this process, for whoever asks; everything happens at its `now`."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cache

import httpx
from litestar import Litestar

from lk import access, clock, db
from lk.errors import HANDLERS
from lk.identity.actions import begin_session
from lk.identity.tables import Agent, User
from lk.metering.controller import AwayController
from lk.middleware import Identify, security_headers
from lk.overview.controller import OverviewController
from lk.readings.controller import ReadingsController
from lk.static_files import static
from lk.support.controllers.desk import SupportController
from lk.support.controllers.replacement import ReplacementController
from lk.templating import environment
from tests.pages import check_page
from tests.readings.household import Household


@dataclass
class Cabinet:
    """A browser signed in as `who`; every page it gets is checked."""

    household: Household
    who: str = "holder"

    @property
    def home(self) -> str:
        return f"/accounts/{self.household.public_id}"

    def get(self, path: str) -> httpx.Response:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self._ask("POST", path, fields)

    def text(self, path: str) -> str:
        return words(self.get(path).text)

    def _ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> httpx.Response:
        cookies = {"lk_session": self.household.session_of(self.who)}

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=_app())  # type: ignore[arg-type]
            async with httpx.AsyncClient(
                transport=transport, base_url="http://localhost:8000", cookies=cookies
            ) as http:
                return await http.request(method, path, data=fields)

        with clock.fixed_at(self.household.now):
            answer = db.run(asked())
        if answer.headers.get("content-type", "").startswith("text/html"):
            check_page(answer.text, path)
        return answer


def words(page: str) -> str:
    """The page's text, no-break spaces as spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


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


@cache
def _app() -> Litestar:
    """Behind the guard of the access matrix."""
    environment().globals["static"] = static
    return Litestar(
        route_handlers=[
            AwayController,
            OverviewController,
            ReadingsController,
            SupportController,
            ReplacementController,
        ],
        guards=[access.guard],
        middleware=[Identify()],
        exception_handlers=HANDLERS,
        before_send=[security_headers],
        openapi_config=None,
        logging_config=None,
    )
