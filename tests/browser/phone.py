"""A resident's phone. It looks at every page it comes to: nothing too wide, nothing said in the console."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.household import AGENT_PASSWORD, EMAIL, METER, PASSWORD, Employee, letter_link
from tests.served import Served

WIDTH, HEIGHT = 360, 740
NARROWEST = 320
SECONDS = 1000
WAIT = 15 * SECONDS

_WIDER = """() => {
    const wide = document.documentElement.scrollWidth
    return wide <= innerWidth ? [] : [wide, ...[...document.querySelectorAll("body *")]
        .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 5).map((each) => each.tagName + "." + each.className)]
}"""


@dataclass
class Phone:
    """`screens`, `typed` and `taps` count what its owner has gone through."""

    lk: Served
    context: BrowserContext
    page: Page
    has_scripts: bool
    complaints: list[str] = field(default_factory=list)
    screens: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    taps: int = 0

    @classmethod
    @contextmanager
    def in_hand(cls, browser: Browser, lk: Served, *, has_scripts: bool) -> Iterator[Phone]:
        """Put away at the end; what its console said by then is a failure."""
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT},
            java_script_enabled=has_scripts,
            base_url=lk.url,
            locale="ru-RU",
            has_touch=True,
        )
        context.set_default_timeout(WAIT)
        phone = cls(lk, context, context.new_page(), has_scripts)
        phone.listen(phone.page)
        try:
            yield phone
            assert phone.complaints == []
        finally:
            context.close()

    def listen(self, page: Page) -> None:
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def second_tab(self) -> Page:
        page = self.context.new_page()
        self.listen(page)
        return page

    def go(self, path: str) -> None:
        self.page.goto(path)
        self.look()

    def look(self) -> None:
        """Fits the narrowest phone."""
        self.screens.append(self.path)
        self.page.wait_for_load_state()
        self.page.set_viewport_size({"width": NARROWEST, "height": HEIGHT})
        wide = self.page.evaluate(_WIDER)
        assert wide == [], f"{self.path} is wider than {NARROWEST}px: {wide}"
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.lk.url)

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(label, exact=True)

    def type(self, label: str, text: str) -> None:
        self.typed.append(text)
        self.field(label).press_sequentially(text)

    def tap(self, label: str) -> None:
        self.taps += 1
        self.page.get_by_role("button", name=label).or_(self.page.get_by_role("link", name=label)).first.click()

    def comes_to(self, path: str) -> None:
        ending = re.compile(re.escape(path).replace(r"\*", "[^/]*") + "$")

        def is_there(url: str) -> bool:
            # The page that asks for the password again names in its query where it leads to.
            return bool(ending.search(url if "?" in path else urlsplit(url).path))

        self.page.wait_for_url(is_there)
        self.look()

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible(timeout=WAIT)

    def open_cabinet(self) -> str:
        """From the start page to the cabinet; its path."""
        self.go("/register")
        self.type("Лицевой счёт", "10000-001-01")
        self.type("Номер счётчика", METER)
        self.tap("Дальше")
        self.comes_to("/register/email")
        self.type("Электронная почта", EMAIL)
        self.tap("Прислать письмо")
        self.comes_to("/register/letter")
        self.go(letter_link(self.lk, EMAIL))
        self.tap("Войти")
        self.comes_to("/register/credentials")
        self.type("Пароль", PASSWORD)
        self.tap("Открыть кабинет")
        self.comes_to("/accounts/*/welcome")
        return self.path.removesuffix("/welcome")

    def come_to_work(self, employee: Employee) -> None:
        """An agent signs in, with the code of their other phone."""
        self.go("/sign-in")
        self.type("Логин", employee.login)
        self.type("Пароль", AGENT_PASSWORD)
        self.tap("Войти")
        self.comes_to("/sign-in/code")
        self.type("Код", employee.code(self.lk))
        self.tap("Войти")
        self.comes_to("/support")
