"""Through every page of a demo town, as everybody who uses it: what `make screenshots` and `make audit` look at."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Protocol

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from lk import language
from lk.demo.signs import ADMIN, NEWCOMER_ACCOUNT, NEWCOMER_METER, OPERATOR, RESIDENT, SUPPORT, Sign
from lk.guide.topics import TOPICS
from lk.language import Language, _

MOMENT = "2026-10-20T14:05:00+03:00"
_PAY: dict[Language, str] = {"ru": "^Оплатить", "en": "^Pay"}
NEWCOMER_EMAIL = "novosel@pochta.example"
START_SECONDS = 60.0
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


class Seen(Protocol):
    """What is done with each page that the tour comes to; `name` is the page's, and no other's."""

    def meet(self, page: Page) -> None:
        """A browser's page, as yet empty."""

    def take(self, page: Page, name: str) -> None:
        """The page shows what is meant."""


def walk(seen: Seen, spoken: Language = "ru") -> None:
    """Through all pages of a demo town of its own, as everybody who uses it, in one language."""
    with (
        language.spoken(spoken),
        tempfile.TemporaryDirectory() as town,
        serving(Path(town)) as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        _everyones(browser, url, seen)
        _newcomers(browser, url, seen)
        _residents(browser, url, seen)
        _employees(browser, url, seen)
        browser.close()


def _everyones(browser: Browser, url: str, seen: Seen) -> None:
    with _visit(browser, url, seen) as page:
        for name, path in (
            ("start", "/"),
            ("guide", "/guide"),
            ("guide-found", f"/guide?q={_('забыл пароль')}"),
            ("guide-not-found", "/guide?q=кубик рубика"),
            *((f"guide-{topic.slug}", topic.path) for topic in TOPICS),
            ("help", "/help"),
            ("help-sent", "/help/sent"),
            ("help-link-gone", "/help/letters/none"),
            ("sign-in", "/sign-in"),
            ("not-found", "/no/such/page"),
            ("dead-link", "/register/first-sign-in/none"),
            ("password-reset", "/password-reset"),
            ("password-reset-sent", "/password-reset?sent"),
            ("password-reset-gone", "/password-reset/none"),
            ("letters-off-gone", "/letters-off/none"),
            ("closed", "/closed"),
            ("dev-mailbox", "/dev/mailbox"),
            ("dev-code", "/dev/code"),
            ("dev-paper-bill", "/dev/paper-bill"),
            ("dev-components", "/dev/components"),
        ):
            page.goto(path)
            seen.take(page, name)
        page.goto("/sign-in")
        page.get_by_role("button", name=_("Войти"), exact=True).click()
        seen.take(page, "sign-in-refused")
        page.goto("/help")
        page.get_by_label(_("Что случилось"), exact=True).fill("Свет мигает по вечерам.")
        page.get_by_role("button", name=_("Отправить вопрос")).click()
        seen.take(page, "help-refused")


def _newcomers(browser: Browser, url: str, seen: Seen) -> None:
    with _visit(browser, url, seen) as page:
        page.goto("/register")
        seen.take(page, "register-1-numbers")
        page.get_by_label(_("Лицевой счёт"), exact=True).fill("12345")
        page.get_by_label(_("Номер счётчика"), exact=True).fill(NEWCOMER_METER)
        page.get_by_role("button", name=_("Дальше")).click()
        seen.take(page, "register-1-numbers-refused")
        page.get_by_label(_("Лицевой счёт"), exact=True).fill(NEWCOMER_ACCOUNT)
        page.get_by_role("button", name=_("Дальше")).click()
        page.wait_for_url("**/register/email")
        seen.take(page, "register-2-email")
        page.get_by_label(_("Электронная почта"), exact=True).fill(NEWCOMER_EMAIL)
        page.get_by_role("button", name=_("Прислать письмо")).click()
        page.wait_for_url("**/register/letter")
        seen.take(page, "register-3-letter")
        link = _letter(page, seen)
        _other_browser(browser, url, link, seen)
        page.goto(link)
        seen.take(page, "register-4-first-sign-in")
        page.get_by_role("button", name=_("Войти")).click()
        page.wait_for_url("**/register/credentials")
        seen.take(page, "register-5-credentials")
        page.get_by_label(_("Пароль"), exact=True).fill("skameyka u vtorogo podezda")
        page.get_by_role("button", name=_("Открыть кабинет")).click()
        page.wait_for_url("**/accounts/*/welcome")
        seen.take(page, "welcome")
        home = page.url.removesuffix("/welcome")
        page.goto(home)
        seen.take(page, "home-of-a-newcomer")
        page.goto(home + "/paper-bill")
        seen.take(page, "paper-bill")
        page.goto(home + "/confirmation")
        seen.take(page, "confirmation")
        page.goto(home)
        page.goto(page.url + "/bills")
        seen.take(page, "bills-none")


def _letter(page: Page, seen: Seen) -> str:
    """The path of the link in the newcomer's letter."""
    page.goto("/dev/mailbox")
    page.locator("main a[href^='/dev/mailbox/']").first.click()
    seen.take(page, "dev-letter")
    found = re.search(r"/register/first-sign-in/[\w-]+", page.content())
    if found is None:
        raise SystemExit("no link in the newest letter")
    return found[0]


def _other_browser(browser: Browser, url: str, link: str, seen: Seen) -> None:
    with _visit(browser, url, seen) as page:
        page.goto(link)
        seen.take(page, "register-4-other-browser")


def _residents(browser: Browser, url: str, seen: Seen) -> None:
    with _visit(browser, url, seen) as page:
        sign_in(page, RESIDENT)
        page.goto("/accounts")
        seen.take(page, "accounts")
        homes = [link.get_attribute("href") or "" for link in page.locator("main h2 a").all()]
        page.goto("/payments")
        seen.take(page, "payments-together")
        for number, home in enumerate(homes, 1):
            _cabinet(page, home, f"-{number}" if number > 1 else "", seen)
        _send_and_pay(page, homes, seen)
        _questions(page, seen)
        page.goto(f"{homes[0]}/access")
        seen.take(page, "access")
        for name in ("profile", "sign-out", "sign-in/confirm"):
            page.goto(f"/{name}")
            seen.take(page, name.replace("/", "-"))
        for name in ("password", "login", "email", "sessions", "passkeys", "letters", "consents", "copy", "closing"):
            page.goto(f"/profile/{name}")
            seen.take(page, f"profile-{name}")


def _questions(page: Page, seen: Seen) -> None:
    """Asked by the resident: the list, and each of the threads."""
    page.goto("/help")
    seen.take(page, "help-resident")
    page.goto("/help/questions")
    seen.take(page, "questions")
    paths = [link.get_attribute("href") or "" for link in page.locator("main a[href^='/help/questions/']").all()]
    for number, path in enumerate(paths, 1):
        page.goto(path)
        seen.take(page, f"question-{number}")


def _cabinet(page: Page, home: str, mark: str, seen: Seen) -> None:
    for name in ("home", "readings", "bills", "payments", "cards", "history"):
        page.goto(home if name == "home" else f"{home}/{name}")
        seen.take(page, name + mark)
    page.goto(f"{home}/bills")
    bill = page.locator(f"main a[href^='{home}/bills/']").first
    if bill.count():
        bill.click()
        seen.take(page, "bill" + mark)
        for fold in page.locator("main details.fold > summary").all():
            fold.click()
        seen.take(page, "bill-unfolded" + mark)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(home)
    page.get_by_text(_("Ещё"), exact=True).click()
    seen.take(page, "home-more" + mark)


def _send_and_pay(page: Page, homes: list[str], seen: Seen) -> None:
    """A reading on its way, then a payment, each with the pages it passes."""
    page.goto(f"{homes[0]}/readings")
    _type_difference(page, -1)
    seen.take(page, "readings-too-small")
    _type_difference(page, 1500)
    page.get_by_role("button", name=_("Передать показание")).first.click()
    page.wait_for_load_state("networkidle")
    seen.take(page, "readings-doubtful")
    _type_difference(page, 120)
    page.wait_for_load_state("networkidle")
    seen.take(page, "readings-previewed")
    page.get_by_role("button", name=re.compile(_("Передать показание") + "|" + _("Всё верно, отправить"))).first.click()
    page.wait_for_load_state("networkidle")
    seen.take(page, "readings-sent")
    page.goto("/offline")
    seen.take(page, "offline")
    page.goto(f"{homes[-1]}/payments")
    page.get_by_role("button", name=re.compile(_PAY[language.current()])).first.click()
    page.wait_for_url("**/sandbox/checkout/*")
    seen.take(page, "acquirer")
    page.get_by_role("link", name="Вернуться без оплаты").click()
    seen.take(page, "payment-waiting")
    page.get_by_role("link", name=_("Вернуться на страницу банка")).click()
    page.get_by_role("button", name=re.compile("^Оплатить")).first.click()
    page.wait_for_url("**/accounts/*/payments/*")
    page.get_by_role("heading", name=_("Платёж прошёл")).wait_for()
    seen.take(page, "payment")


def _type_difference(page: Page, kwh: int) -> None:
    """So much more than last time on every dial."""
    for dial in page.locator("input[data-digits]").all():
        dial.fill(str(int(dial.get_attribute("data-previous") or 0) + kwh).zfill(5))
        dial.press("Tab")
    page.wait_for_timeout(1000)


def _search(page: Page, words: str) -> None:
    page.goto("/support")
    page.locator("#q").fill(words)
    page.get_by_role("button", name=_("Найти")).click()
    page.wait_for_load_state("networkidle")


def _employees(browser: Browser, url: str, seen: Seen) -> None:
    with _visit(browser, url, seen) as page:
        sign_in(page, SUPPORT, seen)
        seen.take(page, "support")
        _search(page, "улица Лесная")
        seen.take(page, "support-found")
        page.goto("/support/questions?state=all")
        seen.take(page, "support-questions")
        for number, path in enumerate(
            [link.get_attribute("href") or "" for link in page.locator("main a[href^='/support/questions/']").all()], 1
        ):
            page.goto(path)
            seen.take(page, f"support-question-{number}")
        _search(page, "нет такого")
        seen.take(page, "support-not-found")
        _search(page, _number_of_resident(browser, url, seen))
        page.wait_for_url("**/support/accounts/*")
        seen.take(page, "support-account")
        page.locator("main a[href*='/bills/']").first.click()
        seen.take(page, "support-bill")
        page.go_back()
        page.get_by_text(_("Показать имя и почту")).click()
        page.get_by_text(_("Сверяю, кто звонит")).click()
        page.get_by_role("button", name=_("Показать"), exact=True).click()
        page.wait_for_url("**/personal-data")
        seen.take(page, "support-account-unmasked")
        _search(page, _number_of_resident(browser, url, seen))
        page.get_by_text(_("Вопрос по счёту")).click()
        page.get_by_role("button", name=_("Посмотреть как житель")).click()
        page.wait_for_url("**/accounts/*")
        seen.take(page, "look-home")
        home = page.url
        for name in ("readings", "payments", "history"):
            page.goto(f"{home}/{name}")
            seen.take(page, f"look-{name}")
    with _visit(browser, url, seen) as page:
        sign_in(page, OPERATOR)
        for name, path in (
            ("operations", ""),
            ("operations-put-aside", "/waiting/put-aside"),
            ("operations-trial", "/trial"),
            ("money", "/payments?q=" + _number_of_resident(browser, url, seen)),
            ("money-approvals", "/refunds"),
            ("money-bank-payments", "/bank-payments"),
            ("money-reconciliation", "/reconciliation"),
            ("tariffs", "/tariffs"),
            ("tariffs-prices", "/tariffs/moscow/gas/prices"),
            ("tariffs-norms", "/tariffs/moscow/gas/norms"),
            ("tariffs-bands", "/tariffs/bands"),
            ("tariffs-calendar", "/tariffs/calendar"),
            ("tariffs-penalty-rate", "/tariffs/penalty-rate"),
            ("tariffs-changes", "/tariffs/changes"),
            ("exports", "/exports"),
            ("imports", "/imports"),
        ):
            page.goto(f"/operations{path}")
            seen.take(page, name)
        page.goto("/support/answers")
        seen.take(page, "support-answers")
        page.goto("/profile/recovery-codes")
        seen.take(page, "recovery-codes")
        page.get_by_role("button", name=_("Сделать новые")).click()
        seen.take(page, "recovery-codes-new")
        page.goto("/operations/statistics")
        seen.take(page, "statistics")
    with _visit(browser, url, seen) as page:
        sign_in(page, ADMIN)
        _agents(page, seen)


def _agents(page: Page, seen: Seen) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_text(_("Ещё"), exact=True).click()
    seen.take(page, "staff-more")
    for name, path in (
        ("agents", "/agents"),
        ("agent", "/agents/1"),
        ("audit", "/audit?since=2026-01-01"),
        ("settings", "/settings"),
    ):
        page.goto(f"/operations{path}")
        seen.take(page, name)
    page.goto("/operations/agents")
    page.get_by_label(_("Логин"), exact=True).fill("novaya")
    page.get_by_text(_("Поддержка"), exact=True).last.click()
    page.get_by_role("button", name=_("Завести")).click()
    page.wait_for_load_state()
    seen.take(page, "agent-link")


def _number_of_resident(browser: Browser, url: str, seen: Seen) -> str:
    with _visit(browser, url, seen) as page:
        sign_in(page, RESIDENT)
        page.goto("/accounts")
        found = re.search(r"\d{5}-\d{3}-\d{2}", page.content())
        if found is None:
            raise SystemExit("the demo's resident has no account")
        return found[0]


def sign_in(page: Page, sign: Sign, seen: Seen | None = None) -> None:
    page.goto("/sign-in")
    page.get_by_label(_("Логин"), exact=True).fill(sign.login)
    page.get_by_label(_("Пароль"), exact=True).fill(sign.password)
    page.get_by_role("button", name=_("Войти"), exact=True).click()
    page.wait_for_load_state()
    if "/sign-in/code" not in page.url:
        return
    if seen:
        seen.take(page, "sign-in-code")
    page.get_by_label(_("Код"), exact=True).fill(_code(page, sign.login))
    page.get_by_role("button", name=_("Войти"), exact=True).click()
    page.wait_for_url("**/support")


def _code(page: Page, login: str) -> str:
    """What the demonstration shows in the place of the agent's phone."""
    shown = page.context.request.get("/dev/code").text()
    found = re.search(rf"{login}.*?(\d{{3}}\s?\d{{3}})\b", shown, re.DOTALL)
    if found is None:
        raise SystemExit(f"no code for {login}")
    return found[1]


@contextmanager
def _visit(browser: Browser, url: str, seen: Seen) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(base_url=url, locale="ru-RU", reduced_motion="reduce")
    context.add_cookies([{"name": "lk_language", "value": language.current(), "url": url}])
    try:
        page = context.new_page()
        seen.meet(page)
        yield page
    finally:
        context.close()


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A demo town at a fixed moment within the window of readings; the address it is served on."""
    port = _free_port()
    url = f"http://localhost:{port}"
    (folder / "now").write_text(MOMENT, encoding="ascii")
    env = {name: value for name, value in os.environ.items() if not name.startswith("LK_")}
    env |= {"LK_DATABASE_URL": f"sqlite:///{folder / 'lk.sqlite3'}", "LK_NOW_FILE": str(folder / "now")}
    env |= {"LK_PUBLIC_URL": url}
    lk = [sys.executable, "-m", "lk"]
    subprocess.run([*lk, "demo"], env=env, check=True)
    with (folder / "serve.log").open("ab") as log:
        process = subprocess.Popen([*lk, "serve", "--port", str(port)], env=env, stdout=log, stderr=log)
    try:
        _wait_until_served(url)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_served(url: str) -> None:
    deadline = monotonic() + START_SECONDS
    while monotonic() < deadline:
        try:
            if httpx.get(f"{url}/health", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            sleep(0.1)
    raise SystemExit("lk serve did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        raise SystemExit("Chromium is not installed: `make test-setup` installs it, or CHROMIUM names one")
    return found
