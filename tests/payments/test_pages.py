"""The pages of payments as a browser without JavaScript meets them, with the acquirer's own notices arriving."""

from __future__ import annotations

import re

import httpx
import pytest

from lk.config import settings
from tests import loopback
from tests.payments.cast import OWED, Acquirer, later
from tests.payments.site import NONCE_FIELD, PAYMENTS, Site, found
from tests.sandbox.shop import wait_until

_FORM_MARK = re.compile(r'name="_csrf_token" value="\w+"')
"""Random, so that any four digits may stand in it."""
_WARNED = re.compile(r'name="warned_of" value="(\w+)"')


def test_the_page_offers_what_is_owed_as_the_one_next_thing(site: Site) -> None:
    page = site.payer.get(PAYMENTS)
    assert "К оплате до 10\u00a0октября" in page
    assert page.count("Оплатить 2\u00a0088,60\u00a0₽") == 1
    assert page.count('class="button lamp"') == 1


def test_from_the_button_to_the_money_on_the_account(site: Site, acquirer: Acquirer) -> None:
    site.payer.get(PAYMENTS)
    sent = site.pays()
    assert sent.status_code == 303
    assert sent.headers["location"].startswith(f"{acquirer.origin}/checkout/")

    back = _path_of_payment(acquirer)
    assert "Ждём ответа банка" in site.payer.get(back)
    acquirer.pay(sent.headers["location"])
    wait_until(lambda: bool(site.entries()))
    assert "Платёж прошёл" in site.payer.get(back)
    assert "··4444" in site.payer.page
    assert "Всё оплачено" in site.payer.get(PAYMENTS)
    assert [kopecks for _, kopecks in site.entries()] == [OWED]
    assert len(acquirer.captures()) == 1


def test_a_refusal_says_why_and_offers_another_try(site: Site, acquirer: Acquirer) -> None:
    site.payer.get(PAYMENTS)
    acquirer.pay(site.pays().headers["location"], card="no_money")
    page = site.payer.get(_path_of_payment(acquirer))
    assert "Платёж не прошёл" in page
    assert "не хватило денег" in page
    assert "Деньги не списаны" in page
    assert "Попробовать ещё раз" in page


def test_the_same_form_sent_twice_leads_to_the_same_page(site: Site, acquirer: Acquirer) -> None:
    site.payer.get(PAYMENTS)
    assert site.pays().headers["location"] == site.pays().headers["location"]
    assert len(acquirer.payments()) == 1


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("", "Напишите сумму"),
        ("много", "Сумма не разобралась"),
        ("0,50", "Наименьшая сумма — 1,00\u00a0₽"),
        ("300000,01", "не больше 300\u00a0000,00\u00a0₽"),
    ],
)
def test_a_refused_sum_stays_in_its_field_with_the_reason_beside_it(
    site: Site, acquirer: Acquirer, amount: str, words: str
) -> None:
    site.payer.get(PAYMENTS)
    nonce = found(NONCE_FIELD, site.payer.page)
    page = site.payer.post(PAYMENTS, amount=amount, nonce=nonce)
    assert site.payer.status == 422
    assert page.count(words) == 2
    assert f'value="{amount}"' in page
    assert 'href="#amount"' in page
    assert found(NONCE_FIELD, page) == nonce
    assert acquirer.payments() == []


def test_a_lost_answer_is_told_as_it_is_and_the_next_payment_warns(site: Site, acquirer: Acquirer) -> None:
    site.payer.get(PAYMENTS)
    other_form = site.payer.page
    acquirer.faults(down=True)
    sent = site.pays()
    assert sent.headers["location"].startswith(PAYMENTS)
    assert "Банк ещё не сказал, прошёл ли платёж" in site.payer.get(sent.headers["location"])

    site.payer.page = other_form.replace(found(NONCE_FIELD, other_form), "zzzzzzzzzzzz")
    acquirer.faults(down=False)
    assert site.pays().status_code == 422
    page = site.payer.get(PAYMENTS)
    assert "Прошлый платёж ещё не завершён" in page
    assert "Всё равно оплатить" in page
    assert site.pays(warned_of=found(_WARNED, page)).headers["location"].startswith(acquirer.origin)


def test_a_started_payment_may_be_gone_on_with(site: Site, acquirer: Acquirer) -> None:
    site.payer.get(PAYMENTS)
    location = site.pays().headers["location"]
    page = site.payer.get(PAYMENTS)
    assert "Вы начали платить и не закончили" in page
    assert f'href="{location}"' in page


def test_the_waiting_page_asks_for_half_a_minute_and_then_says_when_to_look_again(
    site: Site, acquirer: Acquirer
) -> None:
    site.payer.get(PAYMENTS)
    location = site.pays().headers["location"]
    page = site.payer.get(_path_of_payment(acquirer))
    state = found(re.compile(r'hx-get="([^"]+)"'), page)
    assert 'hx-trigger="every 2s"' in page

    def asked() -> httpx.Response:
        return site.payer.http.get(state, headers={"HX-Request": "true"}, follow_redirects=False)

    assert asked().status_code == 204
    with later(seconds=31):
        tired = asked()
    assert "Загляните сюда через десять минут" in tired.text
    assert "hx-get" not in tired.text
    acquirer.pay(location)
    wait_until(lambda: bool(site.entries()))
    assert asked().headers["hx-redirect"] == _path_of_payment(acquirer)


def test_a_stranger_finds_neither_the_page_nor_the_payment(site: Site, acquirer: Acquirer) -> None:
    site.payer.get(PAYMENTS)
    site.pays()
    for path in (PAYMENTS, _path_of_payment(acquirer), f"{PAYMENTS}/nosuchthing1"):
        site.stranger.get(path)
        assert site.stranger.status == 404
    site.payer.get(f"{PAYMENTS}/nosuchthing1")
    assert site.payer.status == 404


def test_an_agent_who_looks_sees_payments_without_cards_and_cannot_pay(site: Site, acquirer: Acquirer) -> None:
    site.payer.get(PAYMENTS)
    acquirer.pay(site.pays().headers["location"])
    wait_until(lambda: bool(site.entries()))
    page = site.agent.get(PAYMENTS)
    assert "Только просмотр" in page
    assert 'name="amount"' not in page
    both = page + site.agent.get(_path_of_payment(acquirer))
    assert "4444" not in _FORM_MARK.sub("", both)
    assert "4444" in site.payer.get(_path_of_payment(acquirer))
    site.agent.post(PAYMENTS, amount="100", nonce="23456789abcd")
    assert site.agent.status == 403


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", '{"event": "payment.succeeded"}', '{"event": 1, "object": {"id": 2}}', "[" * 100_000],
)
def test_what_is_no_notice_is_refused(site: Site, body: str) -> None:
    assert loopback.post(f"{site.origin}/acquirer/events", content=body).status_code == 400


def test_a_notice_of_something_unknown_is_taken_and_forgotten(site: Site) -> None:
    notice = {"event": "payment.succeeded", "object": {"id": "22d6d597-000f-5000-9000-145f6df21d6f"}}
    assert loopback.post(f"{site.origin}/acquirer/events", json=notice).status_code == 200
    assert site.entries() == []


def _path_of_payment(acquirer: Acquirer) -> str:
    checkout = acquirer.sandbox.till.store._db.execute("SELECT return_url FROM checkouts").fetchone()
    return str(checkout["return_url"]).removeprefix(settings().public_url)
