"""The instruction as whoever comes reads it, in this process; every page is checked."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import httpx
import pytest
from litestar import Litestar

from lk import access, clock, db
from lk.errors import HANDLERS
from lk.guide.controller import GuideController
from lk.language import Language
from lk.middleware import Identify, security_headers
from lk.static_files import static
from lk.tariffs.queries import forget_price_list
from lk.templating import environment
from tests.database import Database, moscow
from tests.pages import check_page

ADDRESS = "http://localhost:8000"
DAY = "2026-10-05T12:00"


class Reader:
    """Not signed in."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def ask(self, path: str, language: Language = "ru") -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=_site())  # type: ignore[arg-type]
            cookies: dict[str, str] = {"lk_language": language}
            async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, cookies=cookies) as http:
                return await http.get(path)

        with clock.fixed_at(moscow(DAY)):
            answer = db.run(asked())
        if answer.headers.get("content-type", "").startswith("text/html"):
            check_page(answer.text, path)
        return answer

    def get(self, path: str, language: Language = "ru") -> str:
        answer = self.ask(path, language)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def follow_another_calendar(self) -> None:
        """From this month on: days 11 to 19, the run on the 21st, the bill by the 3rd, paid by the 17th."""
        self.database.change(
            "INSERT INTO calendars (valid_from, readings_open, readings_close, bill_run, print_by, bill_by, pay_by) "
            "VALUES ('2026-10-01', 11, 19, 21, 22, 3, 17)"
        )
        forget_price_list()


@pytest.fixture
def reader(sqlite_database: Database) -> Iterator[Reader]:
    forget_price_list()
    yield Reader(sqlite_database)
    forget_price_list()


@cache
def _site() -> Litestar:
    """Behind the guard of the access matrix."""
    environment().globals["static"] = static
    return Litestar(
        route_handlers=[GuideController],
        guards=[access.guard],
        middleware=[Identify()],
        exception_handlers=HANDLERS,
        before_send=[security_headers],
        openapi_config=None,
        logging_config=None,
    )
