"""The household's pages of readings and the desk, in this process: for whoever signed in, or for nobody."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import httpx
from litestar import Litestar

from lk import access, clock, db
from lk.errors import HANDLERS
from lk.history.controller import HistoryController
from lk.middleware import Identify, security_headers
from lk.readings.controller import ReadingsController
from lk.readings.controllers.link import ReadingLinkController
from lk.readings.controllers.receipts import ReceiptController
from lk.static_files import static
from lk.support.controllers.desk import SupportController
from lk.support.controllers.held import HeldController
from lk.support.controllers.phone import PhoneReadingController
from lk.templating import environment
from tests.pages import check_page
from tests.readings.household import Household


@dataclass
class Site:
    """A browser; `who` None: nobody signed in. Every page it gets is checked."""

    household: Household
    who: str | None = "holder"

    @property
    def readings(self) -> str:
        return f"/accounts/{self.household.public_id}/readings"

    def get(self, path: str) -> httpx.Response:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self._ask("POST", path, data=fields)

    def upload(self, path: str, content: bytes, name: str = "photo.jpg") -> httpx.Response:
        return self._ask("POST", path, files={"photo": (name, content)})

    def _ask(self, method: str, path: str, **body: object) -> httpx.Response:
        cookies = {"lk_session": self.household.session_of(self.who)} if self.who else {}

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=_app())  # type: ignore[arg-type]
            async with httpx.AsyncClient(
                transport=transport, base_url="http://localhost:8000", cookies=cookies
            ) as http:
                return await http.request(method, path, **body)  # type: ignore[arg-type]

        with clock.fixed_at(self.household.now):
            answer = db.run(asked())
        if answer.headers.get("content-type", "").startswith("text/html"):
            check_page(answer.text, path)
        return answer


@cache
def _app() -> Litestar:
    """Behind the guard of the access matrix."""
    environment().globals["static"] = static
    return Litestar(
        route_handlers=[
            ReadingsController,
            ReceiptController,
            ReadingLinkController,
            HistoryController,
            SupportController,
            HeldController,
            PhoneReadingController,
        ],
        guards=[access.guard],
        middleware=[Identify()],
        exception_handlers=HANDLERS,
        before_send=[security_headers],
        openapi_config=None,
        logging_config=None,
    )
