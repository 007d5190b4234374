"""A cellar without a signal: the form opens, keeps the reading, and sends it by itself; nobody else finds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from tests.browser.furnished import carry_session
from tests.browser.phone import Phone
from tests.household import (
    LOGIN,
    METER,
    OTHER_LOGIN,
    OTHER_METER,
    PASSWORD,
    register,
    register_neighbour,
    served_house,
)
from tests.pages import untranslated
from tests.served import Served

EXPECTED = re.compile(r"net::ERR_|^htmx:(?:afterRequest|sendError)|status of (?:404|422|502)")
AT_WORK = """async () => {
    await navigator.serviceWorker.ready;
    while (!navigator.serviceWorker.controller || !(await caches.keys()).length)
        await new Promise((resolve) => setTimeout(resolve, 20));
}"""
CACHED = """async () => {
    const caught = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
    return caught.flat().map(({ url }) => new URL(url).pathname);
}"""
KEPT = """async () => {
    const kept = { caches: await caches.keys() };
    for (const { name } of await indexedDB.databases()) {
        const database = await new Promise((resolve) => {
            const asked = indexedDB.open(name);
            asked.onsuccess = () => resolve(asked.result);
        });
        for (const store of database.objectStoreNames) {
            const found = database.transaction(store).objectStore(store).getAll();
            kept[store] = await new Promise((resolve) => (found.onsuccess = () => resolve(found.result)));
        }
        database.close();
    }
    return kept;
}"""


@dataclass
class House:
    """A served lk with two cabinets; `home` is the first one's path, `other_home` the neighbour's."""

    lk: Served
    home: str
    other_home: str


@pytest.fixture(scope="module")
def furnished(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with served_house(house, tmp_path_factory.mktemp("offline")) as lk:
        yield House(lk, register(lk, lk.visitor()), register_neighbour(lk, lk.visitor()))


class Cellar:
    """A phone whose owner goes down there and comes back."""

    def __init__(self, phone: Phone, home: str) -> None:
        self.phone, self.page, self.lk, self.home = phone, phone.page, phone.lk, home
        self.readings = f"{home}/readings"

    def signs_in(self, login: str = LOGIN) -> None:
        carry_session(self.lk, self.phone, login)

    def signs_in_where_the_draft_says(self) -> None:
        self.draft().get_by_role("link", name="Войти").click()
        self.phone.comes_to("/sign-in")
        self.phone.type("Логин", LOGIN)
        self.phone.type("Пароль", PASSWORD)
        self.page.get_by_role("button", name="Войти", exact=True).click()
        self.phone.comes_to(self.readings)

    def opens_readings(self) -> None:
        """While there is a signal; the worker is at work after it, and has heard whose phone it is."""
        self.phone.go(self.readings)
        self.page.evaluate(AT_WORK)

    def goes_down(self) -> None:
        self.phone.context.set_offline(True)

    @contextmanager
    def behind_a_proxy(self) -> Iterator[None]:
        """Which answers by itself what is sent, as it does while lk is started anew."""

        def refuse(route: Route) -> None:
            if route.request.method == "POST":
                route.fulfill(status=502, content_type="text/html", body="<h1>502 Bad Gateway</h1>")
            else:
                route.continue_()

        self.phone.context.route("**/readings", refuse)
        yield
        self.phone.context.unroute("**/readings", refuse)

    def comes_up(self) -> None:
        self.phone.context.set_offline(False)

    def reads(self, day: str, night: str) -> None:
        for label, value in (("День, T1", day), ("Ночь, T2", night)):
            self.phone.field(label).fill("")
            self.phone.field(label).press_sequentially(value)
        self.page.get_by_role("button", name=re.compile("Записать в телефоне|Передать показание")).first.click()

    def draft(self) -> Locator:
        return self.page.locator("[data-carried-drafts]")

    def trouble(self) -> Locator:
        return self.page.locator("#trouble")

    def tells(self, text: str) -> None:
        expect(self.draft()).to_contain_text(text)

    def kept(self) -> dict[str, list[dict[str, object]]]:
        found: dict[str, list[dict[str, object]]] = self.page.evaluate(KEPT)
        return found

    def user(self) -> int:
        return int(self.lk.rows("SELECT id FROM users WHERE login = {}", LOGIN)[0]["id"])

    def stored(self) -> list[tuple[int, int, str]]:
        rows = self.lk.rows("SELECT t1_kwh, t2_kwh, status FROM readings WHERE kind = 'regular' ORDER BY id")
        return [(row["t1_kwh"], row["t2_kwh"], row["status"]) for row in rows]


@pytest.fixture
def in_cellar(furnished: House, browser: Browser) -> Iterator[Cellar]:
    with _cellar(furnished, browser) as cellar:
        yield cellar


@contextmanager
def _cellar(furnished: House, browser: Browser) -> Iterator[Cellar]:
    furnished.lk.change("DELETE FROM carried_readings")
    furnished.lk.change("DELETE FROM readings WHERE kind = 'regular'")
    with Phone.in_hand(browser, furnished.lk, has_scripts=True) as phone:
        cellar = Cellar(phone, furnished.home)
        cellar.signs_in()
        yield cellar
        # What failed for want of a signal, or was refused, is said in the console, and nothing else is.
        phone.complaints = [each for each in phone.complaints if not EXPECTED.search(each)]


def test_the_form_opens_without_a_signal_keeps_the_reading_and_sends_it_when_there_is_one(in_cellar: Cellar) -> None:
    cellar = in_cellar
    cellar.opens_readings()
    cellar.goes_down()
    cellar.page.reload()
    cellar.phone.look()
    cellar.phone.sees("Нет связи")
    cellar.reads("5000", "2200")
    cellar.tells("Отправим, когда появится связь")
    assert re.search(r"Записано в телефоне \d+ \w+ в \d\d:\d\d", cellar.draft().inner_text().replace("\u00a0", " "))
    assert "2 088,60" in cellar.page.locator("[data-total]").inner_text().replace("\u00a0", " ")
    cellar.phone.look()
    assert cellar.stored() == []
    cellar.phone.field("День, T1").fill("5001")

    cellar.comes_up()
    cellar.tells("Показание у нас, 20\u00a0июля\u00a014:05")
    assert cellar.stored() == [(5000, 2200, "accepted")]
    expect(cellar.phone.field("День, T1"), "what is typed just now stays").to_be_visible()
    cellar.phone.look()
    cellar.page.get_by_role("link", name="Открыть показания").click()
    cellar.phone.sees("Показание принято")
    cellar.tells("Показание у нас")
    cellar.page.reload()
    expect(cellar.draft()).to_be_empty()
    assert cellar.kept()["drafts"] == []


def test_a_signal_lost_while_the_form_is_filled_in_loses_nothing(in_cellar: Cellar) -> None:
    cellar = in_cellar
    cellar.opens_readings()
    cellar.goes_down()
    cellar.reads("5000", "2200")
    cellar.tells("Отправим, когда появится связь")
    cellar.phone.look()

    cellar.comes_up()
    cellar.tells("Показание у нас")
    assert cellar.stored() == [(5000, 2200, "accepted")]


def test_lk_itself_is_down_meanwhile_and_what_was_confirmed_by_then_stays_so(in_cellar: Cellar) -> None:
    cellar = in_cellar
    cellar.opens_readings()
    cellar.reads("4820", "2105")
    confirm = cellar.page.get_by_role("button", name="Всё верно, отправить")
    expect(confirm).to_be_visible()
    cellar.lk.stop()
    with cellar.behind_a_proxy():
        confirm.click()
        cellar.tells("Отправим, когда появится связь")
    expect(cellar.trouble()).to_be_empty()
    cellar.page.reload()
    cellar.phone.sees("Нет связи")
    cellar.tells("Отправим, когда появится связь")

    cellar.lk.start()
    cellar.page.get_by_role("link", name="Открыть страницу").click()
    cellar.tells("Показание у нас")
    assert cellar.stored() == [(4820, 2105, "accepted")]


def test_an_answer_that_was_lost_makes_no_second_reading(in_cellar: Cellar) -> None:
    cellar = in_cellar
    cellar.opens_readings()
    cellar.goes_down()
    cellar.reads("5000", "2200")
    cellar.tells("Отправим")
    lost: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    cellar.phone.context.route("**/readings/carried", lose)
    cellar.comes_up()
    while not lost:
        cellar.page.wait_for_timeout(50)
    cellar.page.evaluate("dispatchEvent(new Event('online'))")
    cellar.tells("Показание у нас")
    assert lost == [200]
    assert cellar.stored() == [(5000, 2200, "accepted")]


def test_a_doubtful_reading_is_kept_and_asks_when_the_page_is_opened(in_cellar: Cellar) -> None:
    cellar = in_cellar
    cellar.opens_readings()
    cellar.goes_down()
    cellar.reads("4820", "2105")
    cellar.tells("Отправим")
    cellar.comes_up()
    cellar.tells("Столько же, сколько в прошлый раз")
    cellar.page.reload()
    cellar.tells("Проверьте цифры")
    cellar.phone.look()
    assert cellar.stored() == []

    cellar.page.get_by_role("button", name="Всё верно, отправить").click()
    cellar.tells("Показание у нас")
    expect(cellar.draft()).to_be_focused()
    assert cellar.stored() == [(4820, 2105, "accepted")]


def test_a_session_that_ended_meanwhile_asks_to_sign_in_and_keeps_the_reading(in_cellar: Cellar) -> None:
    cellar = in_cellar
    cellar.opens_readings()
    cellar.goes_down()
    cellar.reads("5000", "2200")
    cellar.tells("Отправим")
    cellar.lk.change("DELETE FROM sessions")
    cellar.comes_up()
    cellar.tells("Войдите, и показание уйдёт")
    cellar.phone.look()
    assert cellar.kept()["forms"] == []
    assert cellar.stored() == []

    cellar.signs_in_where_the_draft_says()
    cellar.tells("Показание у нас")
    assert cellar.stored() == [(5000, 2200, "accepted")]


def test_a_session_that_ended_while_the_digits_were_typed_loses_none_of_them(in_cellar: Cellar) -> None:
    cellar = in_cellar
    cellar.opens_readings()
    cellar.lk.change("DELETE FROM sessions")
    with cellar.page.expect_response("**/readings/preview"):
        cellar.phone.field("День, T1").press_sequentially("5000")
    expect(cellar.phone.field("День, T1")).to_have_value("5000")
    cellar.reads("5000", "2200")
    cellar.tells("Войдите, и показание уйдёт")
    assert cellar.kept()["forms"] == []
    cellar.reads("5001", "2200")
    cellar.tells("5\u00a0001")
    cellar.tells("Войдите, и показание уйдёт")

    cellar.signs_in_where_the_draft_says()
    cellar.tells("Показание у нас")
    assert cellar.stored() == [(5001, 2200, "accepted")]


def test_access_that_ended_meanwhile_is_told_and_the_reading_can_be_deleted(in_cellar: Cellar) -> None:
    cellar = in_cellar
    cellar.opens_readings()
    cellar.goes_down()
    cellar.page.reload()
    cellar.reads("5000", "2200")
    cellar.tells("Отправим")
    cellar.lk.change("UPDATE accesses SET ended_at = {} WHERE user_id = {}", cellar.lk.now, cellar.user())
    cellar.comes_up()
    cellar.tells("Доступа к этому лицевому счёту у вас больше нет")
    cellar.lk.change("UPDATE accesses SET ended_at = NULL WHERE user_id = {}", cellar.user())
    cellar.draft().get_by_role("button", name="Удалить из телефона").click()
    expect(cellar.draft()).to_be_empty()
    assert cellar.kept()["drafts"] == []


def test_sign_out_leaves_nothing_in_the_phone(in_cellar: Cellar) -> None:
    cellar = in_cellar
    cellar.opens_readings()
    cellar.goes_down()
    cellar.reads("4820", "2105")
    cellar.tells("Отправим")
    cellar.comes_up()
    cellar.tells("Проверьте цифры")
    assert all(cellar.kept()[each] for each in ("caches", "forms", "drafts"))
    cellar.phone.go("/sign-out")
    with cellar.page.expect_event("dialog") as asked:
        cellar.page.locator("main").get_by_role("button", name="Выйти").click(no_wait_after=True)
    assert "есть неотправленное показание" in asked.value.message
    asked.value.dismiss()
    assert cellar.kept()["drafts"], "whoever stays keeps it"
    cellar.page.once("dialog", lambda dialog: dialog.accept())
    cellar.page.locator("main").get_by_role("button", name="Выйти").click()
    cellar.phone.comes_to("/")

    assert cellar.kept() == {"caches": []}
    assert "lk_device" in {each.get("name") for each in cellar.phone.context.cookies()}
    cellar.signs_in()
    cellar.opens_readings()
    expect(cellar.draft()).to_be_empty()
    cellar.goes_down()
    cellar.page.reload()
    cellar.phone.sees("Нет связи")
    expect(cellar.phone.field("День, T1")).to_be_visible()


def test_another_user_of_the_same_phone_finds_nothing(in_cellar: Cellar, furnished: House) -> None:
    cellar = in_cellar
    cellar.opens_readings()
    cellar.goes_down()
    cellar.reads("4820", "2105")
    cellar.comes_up()
    cellar.tells("Проверьте цифры")
    cellar.page.goto("about:blank")
    cellar.phone.context.clear_cookies()
    cellar.signs_in(OTHER_LOGIN)
    cellar.phone.go(f"{furnished.other_home}/readings")
    expect(cellar.draft()).to_be_empty()
    cellar.page.evaluate(AT_WORK)

    kept = cellar.kept()
    assert kept["drafts"] == []
    assert [each["title"] for each in kept["forms"]] == [{"ru": f"Счётчик {OTHER_METER}", "en": f"Meter {OTHER_METER}"}]
    cellar.goes_down()
    cellar.page.goto(cellar.readings)
    cellar.phone.sees("Страница откроется, когда связь появится")
    assert METER not in cellar.page.content()


def test_without_a_worker_the_page_itself_sends_it_and_asks_before_it_is_lost(in_cellar: Cellar) -> None:
    cellar = in_cellar
    # Nor has an iPhone of iOS 15 the other.
    cellar.phone.context.add_init_script("delete Navigator.prototype.serviceWorker; delete AbortSignal.timeout")
    cellar.phone.go(cellar.readings)
    cellar.goes_down()
    cellar.reads("5000", "2200")
    cellar.tells("Отправим")
    cellar.comes_up()
    cellar.tells("Показание у нас")
    assert cellar.stored() == [(5000, 2200, "accepted")]

    cellar.goes_down()
    cellar.reads("4820", "2105")
    cellar.tells("Отправим")
    cellar.page.evaluate("carried.drafts().then(([{ key }]) => carried.change(key, { state: 'refused' }))")
    cellar.comes_up()
    cellar.phone.go("/sign-out")
    with cellar.page.expect_event("dialog") as asked:
        cellar.page.locator("main").get_by_role("button", name="Выйти").click(no_wait_after=True)
    asked.value.accept()
    cellar.phone.comes_to("/")
    assert "drafts" not in cellar.kept()


def test_where_a_phone_can_keep_nothing_it_says_that_no_answer_came(in_cellar: Cellar) -> None:
    cellar = in_cellar
    cellar.phone.context.add_init_script("delete Navigator.prototype.locks")
    cellar.phone.go(cellar.readings)
    cellar.goes_down()
    cellar.reads("5000", "2200")
    expect(cellar.trouble().get_by_text("Ответ не пришёл")).to_be_in_viewport()
    expect(cellar.phone.field("День, T1")).to_have_value("5000")
    cellar.phone.look()

    cellar.comes_up()
    with cellar.behind_a_proxy(), cellar.page.expect_response("**/readings"):
        cellar.reads("5000", "2200")
    cellar.phone.sees("Ответ не пришёл")
    assert "Bad Gateway" not in cellar.page.content()
    cellar.reads("5000", "2200")
    cellar.phone.sees("Показание принято")
    expect(cellar.trouble()).to_be_empty()


def test_a_weak_signal_is_waited_for_where_there_is_no_form_instead(in_cellar: Cellar, furnished: House) -> None:
    cellar = in_cellar
    cellar.opens_readings()
    (worker,) = cellar.phone.context.service_workers
    worker.evaluate("() => { const { setTimeout: real } = self; self.setTimeout = (act, ms) => real(act, ms / 20) }")
    with cellar.lk.held_up():
        cellar.page.goto(cellar.readings)
        cellar.phone.sees("Нет связи")
        cellar.page.evaluate("(path) => { location.href = path }", f"{furnished.other_home}/readings")
        cellar.page.wait_for_timeout(1000)
    cellar.phone.sees("Такой страницы нет")


def test_the_worker_sends_it_when_the_page_is_closed(in_cellar: Cellar) -> None:
    cellar = in_cellar
    cellar.opens_readings()
    cellar.goes_down()
    cellar.reads("5000", "2200")
    cellar.tells("Отправим")
    aside = cellar.phone.context.new_page()
    aside.goto("about:blank")
    cellar.page.close()
    worker = cellar.phone.context.new_cdp_session(aside)
    found: list[str] = []
    worker.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(_registered(told, cellar.lk.url)))
    worker.send("ServiceWorker.enable")
    cellar.comes_up()
    deadline = monotonic() + 15
    while not cellar.stored():
        assert monotonic() < deadline, "the worker sends nothing"
        for each in found[:1]:
            asked = {"origin": cellar.lk.url, "registrationId": each, "tag": "lk-carried", "lastChance": False}
            worker.send("ServiceWorker.dispatchSyncEvent", asked)
        aside.wait_for_timeout(300)
    assert cellar.stored() == [(5000, 2200, "accepted")]


def _registered(told: dict[str, list[dict[str, str]]], url: str) -> list[str]:
    return [each["registrationId"] for each in told["registrations"] if each["scopeURL"] == f"{url}/"]


def test_no_page_of_the_cabinet_is_cached(in_cellar: Cellar) -> None:
    cellar = in_cellar
    cellar.opens_readings()
    for path in ("", "/bills", "/history"):
        cellar.phone.go(cellar.home + path)
    # Whoever has signed in goes on from there, and nothing is forgotten.
    cellar.phone.go("/sign-in")
    cellar.phone.comes_to(cellar.home)
    cached = cellar.page.evaluate(CACHED)

    assert "/offline" in cached
    assert [each for each in cached if each != "/offline" and not each.startswith("/static/")] == []
    shell = cellar.page.evaluate("caches.match('/offline?language=ru').then((found) => found.text())")
    assert "data-owner" not in shell
    cellar.goes_down()
    cellar.page.goto(f"{cellar.home}/bills")
    cellar.phone.sees("Нет связи")
    expect(cellar.phone.field("День, T1")).to_be_visible()


def test_without_a_signal_it_speaks_the_language_of_the_page_seen_last(in_cellar: Cellar) -> None:
    cellar = in_cellar
    cellar.opens_readings()
    cellar.goes_down()
    cellar.reads("4820", "2105")
    cellar.tells("Отправим")
    cellar.comes_up()
    cellar.tells("Столько же, сколько в прошлый раз")
    cellar.phone.context.add_cookies([{"name": "lk_language", "value": "en", "url": cellar.lk.url}])
    # Not the page of readings: what the phone keeps for its form is Russian and English since it was there.
    cellar.phone.go(cellar.home)
    while {"name": "language", "value": "en"} not in cellar.kept()["facts"]:
        cellar.page.wait_for_timeout(50)
    cellar.goes_down()
    cellar.page.goto(cellar.readings)
    cellar.phone.sees("No signal")
    cellar.tells("The same as last time: 4,820.")
    cellar.tells("Day,\u00a0T1:\u00a04,820")
    expect(cellar.page.get_by_role("heading", name=f"Meter {METER}")).to_be_visible()
    expect(cellar.page.get_by_text("was 4,820")).to_be_visible()
    cellar.phone.field("Day, T1").fill("5,000")
    expect(cellar.page.get_by_text("+180\u00a0kWh")).to_be_visible()
    cellar.page.get_by_role("button", name="Delete from the phone").click()
    cellar.phone.field("Night, T2").fill("2,200")
    expect(cellar.page.locator("[data-total]")).to_have_text("2,088.60\u00a0₽")
    cellar.page.get_by_role("button", name="Save on the phone").first.click()
    cellar.tells("We’ll send it when there’s a signal.")
    assert untranslated(cellar.page.locator("main").inner_html()) == []

    cellar.comes_up()
    cellar.tells("We have your reading, 20\u00a0July\u00a014:05")
    assert cellar.stored() == [(5000, 2200, "accepted")]


def test_it_can_be_installed(in_cellar: Cellar) -> None:
    cellar = in_cellar
    cellar.opens_readings()
    session = cellar.phone.context.new_cdp_session(cellar.page)
    told = session.send("Page.getAppManifest")
    assert (told["errors"], told["url"]) == ([], f"{cellar.lk.url}/manifest.webmanifest")
    # A context of the tests is a private window, which nothing is installed from.
    errors = [each["errorId"] for each in session.send("Page.getInstallabilityErrors")["installabilityErrors"]]
    assert errors in ([], ["in-incognito"])
