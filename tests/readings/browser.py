"""A browser in this process: every page it gets is checked, everything happens at the household's `now`."""

from __future__ import annotations

from functools import cache

import httpx
from litestar import Litestar

from lk import access, clock, db
from lk.errors import HANDLERS
from lk.middleware import Identify, security_headers
from lk.readings.controller import ReadingsController
from lk.static_files import static
from lk.templating import environment
from tests.pages import check_page
from tests.readings.household import PUBLIC_ID, Household

READINGS = f"/accounts/{PUBLIC_ID}/readings"


class Browser:
    """Signed in as `who`. `has_scripts`: asks as htmx does."""

    def __init__(self, household: Household, who: str = "holder", *, has_scripts: bool = False) -> None:
        self.household = household
        self.has_scripts = has_scripts
        self.cookies = {"lk_session": household.session_of(who)}

    def look(self) -> httpx.Response:
        return self._ask("GET", READINGS)

    def send(self, **fields: str) -> httpx.Response:
        return self._ask("POST", READINGS, {"meter": str(self.household.meter_id), **fields})

    def count(self, **fields: str) -> httpx.Response:
        return self._ask("POST", f"{READINGS}/preview", {"meter": str(self.household.meter_id), **fields})

    def _ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=_app())  # type: ignore[arg-type]
            headers = {"hx-request": "true"} if self.has_scripts else {}
            async with httpx.AsyncClient(
                transport=transport, base_url="http://localhost:8000", cookies=self.cookies, headers=headers
            ) as http:
                return await http.request(method, path, data=fields)

        with clock.fixed_at(self.household.now):
            answer = db.run(asked())
        if answer.headers.get("content-type", "").startswith("text/html"):
            check_page(answer.text, path)
        return answer


@cache
def _app() -> Litestar:
    """The page of readings behind the guard of the access matrix."""
    environment().globals["static"] = static
    return Litestar(
        route_handlers=[ReadingsController],
        guards=[access.guard],
        middleware=[Identify()],
        exception_handlers=HANDLERS,
        before_send=[security_headers],
        openapi_config=None,
        logging_config=None,
    )
