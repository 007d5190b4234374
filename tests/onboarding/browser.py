"""A browser without JavaScript at lk in this process, on the newcomer's database and at the newcomer's time."""

from __future__ import annotations

import re
from typing import Any

import httpx

from tests.onboarding.newcomer import EMAIL, LOGIN, METER, NUMBER, PASSWORD, Newcomer
from tests.pages import check_page

TOKEN = re.compile(r'name="_csrf_token" value="([^"]+)"')


class Browser:
    """Keeps cookies, sends the page's token, judges each page; redirects are left to be seen."""

    def __init__(self, app: Any, newcomer: Newcomer) -> None:
        self.app = app
        self.newcomer = newcomer
        self.cookies = httpx.Cookies()
        self.headers = httpx.Headers()
        self.page = ""
        self.status = 0
        self.to = ""

    def get(self, path: str, **headers: str) -> str:
        return self._ask("GET", path, headers=headers)

    def post(self, path: str, **fields: str) -> str:
        token = TOKEN.search(self.page)
        return self._ask("POST", path, data={"_csrf_token": token[1] if token else "", **fields})

    def _ask(self, method: str, path: str, **values: Any) -> str:
        answer = self.newcomer.at(self._send, method, path, **values)
        self.status, self.to, self.headers = answer.status_code, answer.headers.get("location", ""), answer.headers
        if answer.is_redirect or answer.status_code == 204:
            return ""
        self.page = answer.text
        check_page(self.page, path)
        return self.page

    async def _send(self, method: str, path: str, **values: Any) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://localhost:8000", cookies=self.cookies
        ) as client:
            answer = await client.request(method, path, **values)
            self.cookies = client.cookies
        return answer


def another(browser: Browser) -> Browser:
    """A second browser at the same app, with no cookies."""
    return Browser(browser.app, browser.newcomer)


def register_up_to_letter(browser: Browser, number: str = NUMBER, meter: str = METER) -> str:
    """The path of the link in the letter."""
    browser.get("/register?again=yes")
    browser.post("/register", account_number=number, meter_number=meter)
    browser.get("/register/email")
    browser.post("/register/email", email=EMAIL)
    assert browser.to == "/register/letter"
    return f"/register/first-sign-in/{browser.newcomer.link()}"


def open_cabinet(browser: Browser) -> None:
    link = register_up_to_letter(browser)
    browser.get(link)
    browser.post(link)
    browser.get("/register/credentials")
    browser.post("/register/credentials", new_login=LOGIN, new_password=PASSWORD)
    assert browser.to == "/accounts/flat1234/welcome"
