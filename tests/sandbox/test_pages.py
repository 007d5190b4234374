"""The pages a payer sees: valid, calm, without script, and clearly no real money."""

from __future__ import annotations

import re

import html5lib
import httpx
import pytest

from tests.loopback import client
from tests.sandbox.shop import LINK, RETURN_URL, Shop, choose, page_of, payment_body


def opened(url: str, status: int = 200) -> str:
    """The page, once it is proven to be valid HTML with one h1, a title and nothing for the policy to block."""
    with client() as payer:
        answer = payer.get(url)
    assert answer.status_code == status
    check_page(answer)
    return answer.text


def check_page(answer: httpx.Response) -> None:
    text = answer.text
    html5lib.HTMLParser(strict=True).parse(text)
    assert text.count("<h1>") == 1
    assert re.search(r"<title>[^<]+</title>", text)
    assert "Учебная касса:" in text
    assert "деньги не&nbsp;списываются" in text
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=", text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_the_payment_page_says_how_much_to_whom_and_what_for(shop: Shop) -> None:
    page = opened(page_of(shop.create("/payments", payment_body())))
    assert "2\N{NO-BREAK SPACE}088,60\N{NO-BREAK SPACE}₽" in page
    assert "АО «Энергосбыт-Демо»" in page
    assert "Электроэнергия, 09.2026" in page
    assert f'href="{RETURN_URL}">Вернуться без оплаты' in page


def test_a_card_is_chosen_by_name_and_no_number_can_be_typed(shop: Shop) -> None:
    page = opened(page_of(shop.create("/payments", payment_body())))
    for name in (
        "Оплата проходит",
        "Проверка 3-D Secure",
        "Не хватает денег",
        "Карта просрочена",
        "Операции ограничены",
        "Сбой обработки",
    ):
        assert name in page
    assert set(re.findall(r'<input type="(\w+)"', page)) == {"radio"}
    assert not re.search(r"[0-9]{13,19}", re.sub(r"/checkout/[\w-]+", "", page))


def test_the_link_page_asks_for_no_money(shop: Shop) -> None:
    page = opened(page_of(shop.create("/payment_methods", LINK)))
    assert "Привязать карту" in page
    assert "₽" not in page


def test_the_bank_page_comes_after_the_card_and_before_the_money(shop: Shop) -> None:
    created = shop.create("/payments", payment_body())
    with client() as payer:
        too_early = payer.get(f"{page_of(created)}/bank")
    assert too_early.status_code == 303
    choose(created, "bank_check")
    page = opened(f"{page_of(created)}/bank")
    assert "Подтвердить" in page
    assert "Отказаться" in page


@pytest.mark.parametrize("card", ["", "unknown"])
def test_a_form_without_a_known_card_comes_back_with_an_explanation(shop: Shop, card: str) -> None:
    created = shop.create("/payments", payment_body())
    answer = choose(created, card)
    assert answer.status_code == 422
    check_page(answer)
    assert "Выберите карту из списка" in answer.text
    assert shop.payment(created["id"])["status"] == "pending"


@pytest.mark.parametrize(("card", "heading"), [("passes", "Оплата прошла"), ("no_money", "Оплата не прошла")])
def test_a_finished_page_says_how_it_ended(shop: Shop, card: str, heading: str) -> None:
    created = shop.create("/payments", payment_body())
    choose(created, card)
    page = opened(page_of(created))
    assert heading in page
    assert "<form" not in page


def test_a_late_success_is_shown_as_being_checked(shop: Shop) -> None:
    shop.faults(late_success=600)
    created = shop.create("/payments", payment_body())
    choose(created, "passes")
    assert "Оплата проверяется" in opened(page_of(created))


def test_a_guessed_address_opens_nothing(shop: Shop) -> None:
    created = shop.create("/payments", payment_body())
    assert "Нет такой страницы" in opened(f"{shop.origin}/checkout/{created['id']}", status=404)
    assert "Нет такой страницы" in opened(f"{shop.origin}/elsewhere", status=404)
    with client() as payer:
        assert payer.post(f"{shop.origin}/checkout/guess", data={"card": "passes"}).status_code == 404


def test_what_the_shop_sends_is_shown_as_text(shop: Shop) -> None:
    naughty = "<script>alert(1)</script>\"'&"
    page = opened(page_of(shop.create("/payments", payment_body(description=naughty))))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_policy_lets_the_form_lead_back_to_the_shop_only(shop: Shop) -> None:
    with client() as payer:
        answer = payer.get(page_of(shop.create("/payments", payment_body())))
    assert "form-action 'self' http://localhost:8000;" in answer.headers["content-security-policy"]


def test_pages_bring_their_own_style(shop: Shop) -> None:
    page = opened(page_of(shop.create("/payments", payment_body())))
    with client(base_url=shop.origin) as payer:
        assets = re.findall(r'<link [^>]*href="([^"]+)"', page)
        kinds = {payer.get(asset).headers["content-type"] for asset in assets}
        assert kinds == {"text/css; charset=utf-8", "image/svg+xml"}
        assert payer.get("/static/schema.sql").status_code == 404
