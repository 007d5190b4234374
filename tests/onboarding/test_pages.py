"""The wizard as a browser without JavaScript sees it."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.onboarding.browser import TOKEN, Browser, another, open_cabinet, register_up_to_letter
from tests.onboarding.newcomer import EMAIL, LOGIN, METER, NUMBER, OTHER_METER, OTHER_NUMBER, PASSWORD


def test_five_screens_from_the_paper_bill_to_the_cabinet(browser: Browser) -> None:
    assert "Шаг 1 из 5" in browser.get("/register")
    browser.post("/register", account_number=" 12345-678-90 ", meter_number="№14195368".removeprefix("№"))
    assert (browser.status, browser.to) == (303, "/register/email")
    assert "Шаг 2 из 5" in browser.get("/register/email")
    browser.post("/register/email", email=f" {EMAIL} ")
    assert (browser.status, browser.to) == (303, "/register/letter")
    letter = browser.get("/register/letter")
    assert "Шаг 3 из 5" in letter
    assert "i•••@mail.example" in letter
    assert "19\u00a0марта, 14:05" in letter
    link = f"/register/first-sign-in/{browser.newcomer.link()}"
    assert "Шаг 4 из 5" in browser.get(link)
    assert 'name="login"' not in browser.page
    browser.post(link)
    assert (browser.status, browser.to) == (303, "/register/credentials")
    page = browser.get("/register/credentials")
    assert "Шаг 5 из 5" in page
    assert f'value="{EMAIL}"' in page
    browser.post("/register/credentials", new_login=LOGIN, new_password=PASSWORD)
    assert (browser.status, browser.to) == (303, "/accounts/flat1234/welcome")
    assert browser.cookies.get("lk_session")
    browser.get("/sign-in")
    assert browser.to == "/accounts/flat1234"


def test_a_slip_in_the_address_is_asked_about_once(browser: Browser) -> None:
    browser.get("/register")
    browser.post("/register", account_number=NUMBER, meter_number=METER)
    browser.get("/register/email")
    page = browser.post("/register/email", email="ivan@gmial.com")

    assert browser.status == 422
    assert "Может быть, ivan@gmail.com?" in page
    assert 'name="email_asked" value="ivan@gmial.com"' in page
    assert browser.newcomer.letters("first_sign_in") == []
    browser.post("/register/email", email="ivan@gmial.com", email_asked="ivan@gmial.com")
    assert browser.to == "/register/letter"
    assert "Осталось 3\u00a0дня" in browser.get("/register/letter")


def test_a_refused_form_keeps_what_was_typed_and_says_why_beside_its_field(browser: Browser) -> None:
    browser.get("/register")
    page = browser.post("/register", account_number="12345-678", meter_number="")

    assert browser.status == 422
    assert 'value="12345-678"' in page
    assert "В лицевом счёте 10 цифр, сейчас 8" in page
    assert 'href="#account_number"' in page
    assert 'href="#meter_number"' in page


@pytest.mark.parametrize("odd", ["1" * 40, "\x00", "١٢٣٤٥٦٧٨٩٠", "1e3", "\u202e1234567890", "<b>x</b>", "'; --", "-0"])
@pytest.mark.parametrize("field", ["account_number", "meter_number"])
def test_odd_numbers_get_a_sentence(browser: Browser, field: str, odd: str) -> None:
    browser.get("/register")
    browser.post("/register", **({"account_number": NUMBER, "meter_number": METER} | {field: odd}))

    assert browser.status == 422
    assert "<b>x</b>" not in browser.page


@pytest.mark.parametrize(
    "odd", ["", "ivan", "ivan@", "a b@mail.ru", "a@b.ru\r\nBcc: c@d.ru", "x" * 300 + "@mail.ru", "\x00@a.ru"]
)
def test_an_odd_address_gets_a_sentence_and_no_letter(browser: Browser, odd: str) -> None:
    browser.get("/register")
    browser.post("/register", account_number=NUMBER, meter_number=METER)
    browser.get("/register/email")
    browser.post("/register/email", email=odd)

    assert browser.status == 422
    assert browser.newcomer.counts()["messages"] == 0


def test_no_screen_can_be_reached_out_of_turn(browser: Browser) -> None:
    for path in ("/register/email", "/register/letter", "/register/credentials"):
        browser.get(path)
        assert (browser.status, browser.to) == (303, "/register")
    browser.get("/register")
    browser.post("/register", account_number=NUMBER, meter_number=METER)
    for path in ("/register", "/register/letter", "/register/credentials"):
        browser.get(path)
        assert (browser.status, browser.to) == (303, "/register/email")
    browser.get("/register/email")
    browser.post("/register/credentials", new_login=LOGIN, new_password=PASSWORD)
    assert (browser.status, browser.to) == (303, "/register/email")
    assert browser.newcomer.counts()["users"] == 0


def test_looking_changes_nothing_even_for_a_scanner_of_letters(browser: Browser) -> None:
    link = register_up_to_letter(browser)
    before = browser.newcomer.counts()
    scanner = another(browser)
    for path in ("/register", "/register/email", "/register/letter", "/register/letter/state", link):
        browser.get(path)
        scanner.get(path)
        scanner.get(path)

    assert browser.newcomer.counts() == before
    browser.get(link)
    browser.post(link)
    assert browser.to == "/register/credentials"


def test_a_post_without_the_token_of_the_page_is_refused(browser: Browser) -> None:
    browser.post("/register", account_number=NUMBER, meter_number=METER)

    assert browser.status == 403
    assert browser.newcomer.counts()["registrations"] == 0


def test_a_second_click_before_the_first_answer_goes_on_as_well(browser: Browser) -> None:
    link = register_up_to_letter(browser)
    browser.get(link)
    before = httpx.Cookies(browser.cookies)
    browser.post(link)
    browser.cookies = before
    browser.post(link)

    assert (browser.status, browser.to) == (303, "/register/credentials")


def test_another_browser_types_the_numbers_and_the_first_one_is_told(browser: Browser) -> None:
    link = register_up_to_letter(browser)
    phone = another(browser)

    assert 'name="login"' in phone.get(link)
    phone.post(link, login="1234567890", password="11111111")
    assert phone.status == 422
    assert "11111111" not in phone.page
    phone.post(link, login="12345-678-90", password=" 1419 5368 ")
    assert phone.to == "/register/credentials"
    assert "Шаг 5 из 5" in phone.get("/register/credentials")
    assert "открыли в другом браузере" in browser.get("/register/letter")
    browser.get("/register/credentials")
    assert browser.to == "/register/letter"


def test_a_planted_cookie_does_not_come_through_the_link(browser: Browser) -> None:
    link = register_up_to_letter(browser)
    victim = another(browser)
    victim.cookies.set("lk_registration", "planted", domain="localhost.local")
    victim.get(link)
    victim.post(link, login=NUMBER, password=METER)

    assert victim.to == "/register/credentials"
    planted = another(browser)
    planted.cookies.set("lk_registration", "planted", domain="localhost.local")
    planted.get("/register/credentials")
    assert planted.to == "/register/letter"


def test_the_letter_page_asks_until_the_link_was_used_and_then_moves_on(browser: Browser) -> None:
    link = register_up_to_letter(browser)
    page = browser.get("/register/letter")
    asked = re.search(r'hx-get="([^"]+)" data-hx-trigger="every 5s"', page)
    assert asked
    assert browser.get(asked[1], **{"HX-Request": "true"}) == ""
    assert browser.status == 204
    browser.newcomer.later(seconds=60)
    assert "Прислать ещё раз" in browser.get(asked[1], **{"HX-Request": "true"})
    browser.get(link)
    browser.post(link)
    browser.get(asked[1], **{"HX-Request": "true"})
    assert browser.headers["HX-Redirect"] == "/register/credentials"


def test_the_letter_page_stops_asking_after_an_hour(browser: Browser) -> None:
    register_up_to_letter(browser)
    browser.newcomer.later(hours=1)

    assert "hx-get" not in browser.get("/register/letter")


def test_an_end_says_so_and_begins_again(browser: Browser) -> None:
    link = register_up_to_letter(browser)
    browser.newcomer.later(hours=72)

    assert "Ссылка больше не действует" in browser.get(link)
    assert browser.status == 410
    browser.get("/register/letter")
    assert browser.to == "/register"
    assert "Начнём заново" in browser.get("/register")


def test_a_registered_account_shows_a_stranger_the_same_pages(browser: Browser) -> None:
    register_up_to_letter(browser)
    free = browser.get("/register/letter")
    other = another(browser)
    open_cabinet(other)
    stranger = another(browser)
    stranger.get("/register")
    stranger.post("/register", account_number=NUMBER, meter_number=METER)
    stranger.get("/register/email")
    stranger.post("/register/email", email=EMAIL)
    taken = stranger.get("/register/letter")

    assert TOKEN.sub("", taken) == TOKEN.sub("", free)


def test_a_password_is_never_shown_again(browser: Browser) -> None:
    link = register_up_to_letter(browser)
    browser.get(link)
    browser.post(link)
    browser.get("/register/credentials")
    page = browser.post("/register/credentials", new_login="someone@mail.example", new_password=PASSWORD)

    assert browser.status == 422
    assert 'value="someone@mail.example"' in page
    assert PASSWORD not in page


def test_who_is_signed_in_adds_a_second_flat_by_one_button(browser: Browser) -> None:
    open_cabinet(browser)
    link = register_up_to_letter(browser, OTHER_NUMBER, OTHER_METER)
    assert "Добавить счёт" in browser.get(link)
    browser.post(link)
    assert browser.to == "/accounts/flat2345/welcome"
    browser.get("/sign-in")
    assert browser.to == "/accounts"


def test_who_signs_in_on_the_way_adds_the_flat_instead_of_choosing_credentials(browser: Browser) -> None:
    open_cabinet(browser)
    browser.cookies.clear()
    link = register_up_to_letter(browser, OTHER_NUMBER, OTHER_METER)
    browser.get(link)
    browser.post(link)
    browser.get("/sign-in?next=/register/credentials")
    browser.post("/sign-in", login=LOGIN, password=PASSWORD, next="/register/credentials")
    assert browser.to == "/register/credentials"
    assert "Добавить счёт" in browser.get("/register/credentials")
    browser.post("/register/credentials")
    assert browser.to == "/accounts/flat2345/welcome"


def test_the_ways_pages_are_not_kept_by_the_browser(browser: Browser) -> None:
    register_up_to_letter(browser)
    for path in ("/register/letter", "/sign-in"):
        browser.get(path)
        assert browser.headers["cache-control"] == "no-store"
