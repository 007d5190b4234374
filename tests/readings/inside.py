"""A browser in this process: every page it gets is checked, everything happens at the household's `now`."""

from __future__ import annotations

from functools import cache

import httpx
from litestar import Litestar

from lk import access, clock, db
from lk.autopay.controller import AutopayController
from lk.errors import HANDLERS
from lk.history.controller import HistoryController
from lk.language import Language
from lk.metering.controller import AwayController
from lk.middleware import Identify, security_headers
from lk.overview.controller import OverviewController
from lk.readings.controller import ReadingsController
from lk.readings.controllers.carried import CarriedController
from lk.readings.controllers.link import ReadingLinkController
from lk.readings.controllers.offline import OfflineController
from lk.readings.controllers.receipts import ReceiptController
from lk.static_files import static
from lk.support.controllers.bill import BillReplayController
from lk.support.controllers.cabinet import DeskCabinetController
from lk.support.controllers.desk import SupportController
from lk.support.controllers.held import HeldController
from lk.support.controllers.look_code import LookCodeController, StaffCodeController
from lk.support.controllers.phone import PhoneReadingController
from lk.support.controllers.replacement import ReplacementController
from lk.templating import environment
from tests.pages import check_page
from tests.readings.household import Household


class Inside:
    """Signed in as `who`, None: as nobody. `has_scripts`: asks as htmx does. `language`: chosen in this browser."""

    def __init__(
        self,
        household: Household,
        who: str | None = "holder",
        *,
        has_scripts: bool = False,
        language: Language | None = None,
    ) -> None:
        self.household = household
        self.who = who
        self.headers = {"hx-request": "true"} if has_scripts else {}
        self.cookies: dict[str, str] = {"lk_language": language} if language else {}

    def get(self, path: str) -> httpx.Response:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self._ask("POST", path, data=fields)

    def upload(self, path: str, content: bytes, name: str = "photo.jpg") -> httpx.Response:
        return self._ask("POST", path, files={"photo": (name, content)})

    def _ask(self, method: str, path: str, **body: object) -> httpx.Response:
        session = {"lk_session": self.household.session_of(self.who)} if self.who else {}
        cookies = {**self.cookies, **session}

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=_app())  # type: ignore[arg-type]
            async with httpx.AsyncClient(
                transport=transport, base_url="http://localhost:8000", cookies=cookies, headers=self.headers
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
            AutopayController,
            AwayController,
            BillReplayController,
            CarriedController,
            DeskCabinetController,
            HeldController,
            HistoryController,
            LookCodeController,
            OfflineController,
            OverviewController,
            PhoneReadingController,
            ReadingLinkController,
            ReadingsController,
            ReceiptController,
            ReplacementController,
            StaffCodeController,
            SupportController,
        ],
        guards=[access.guard],
        middleware=[Identify()],
        exception_handlers=HANDLERS,
        before_send=[security_headers],
        openapi_config=None,
        logging_config=None,
    )
