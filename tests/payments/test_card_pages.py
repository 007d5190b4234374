"""The page of payments for whoever has linked cards: the button names the card, and charges it at once."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.payments.cast import OWED, Acquirer, later
from tests.payments.site import CARDS, HOME, PAYMENTS, Site, found
from tests.sandbox.shop import wait_until

NBSP = "\u00a0"
SUM = f"2{NBSP}088,60{NBSP}₽"
OFFERED = re.compile(r'type="hidden" name="means" value="(\w+)"')
OWED_FIELD = re.compile(r'name="owed" value="(\d+)"')


def presses_the_lamp(site: Site, **more: str) -> httpx.Response:
    page = site.payer.page
    return site.pays(means=found(OFFERED, page), owed=found(OWED_FIELD, page), **more)


def test_two_taps_from_the_home_page_pay_the_bill(site: Site, acquirer: Acquirer) -> None:
    site.links()
    home = site.payer.get(HOME)
    assert re.search(rf'class="button lamp" href="{PAYMENTS}"[^>]*>Оплатить {SUM}<', home)
    page = site.payer.get(PAYMENTS)
    assert re.search(rf'class="button lamp"[^>]*>Оплатить {SUM} картой ··4444<', page)
    assert page.count('class="button lamp"') == 1

    paid = presses_the_lamp(site)
    assert paid.headers["location"].startswith(PAYMENTS)
    assert "Платёж прошёл" in site.payer.get(paid.headers["location"])
    assert [kopecks for _, kopecks in site.entries()] == [OWED]
    assert len(acquirer.captures()) == 1
    assert "Всё оплачено" in site.payer.get(HOME)


def test_the_list_offers_own_cards_newest_first_then_another_one_and_sbp(site: Site) -> None:
    site.links()
    site.links("bank_check")
    page = site.payer.get(PAYMENTS)
    places = [page.index(words) for words in ("Мир ··4444</label>", "Другой картой</label>", "Через СБП</label>")]
    assert places == sorted(places)
    assert re.search(r'value="sbp"', page)


def test_a_declined_card_says_why_and_the_next_try_offers_another(site: Site, acquirer: Acquirer) -> None:
    site.links()
    site.links("no_money")
    assert "картой ··1026" in site.payer.get(PAYMENTS)
    page = site.payer.get(presses_the_lamp(site).headers["location"])
    assert "не хватило денег" in page
    assert "Деньги не списаны" in page
    assert "картой ··4444" in site.payer.get(PAYMENTS)
    assert "Платёж прошёл" in site.payer.get(presses_the_lamp(site).headers["location"])
    assert len(acquirer.captures()) == 1


def test_a_double_click_charges_once(site: Site, acquirer: Acquirer) -> None:
    site.links()
    site.payer.get(PAYMENTS)
    assert presses_the_lamp(site).headers["location"] == presses_the_lamp(site).headers["location"]
    assert len(acquirer.captures()) == 1


def test_a_tab_from_before_the_payment_is_told_that_all_is_paid(site: Site, acquirer: Acquirer) -> None:
    site.links()
    old_tab = site.payer.get(PAYMENTS)
    presses_the_lamp(site)
    site.payer.page = re.sub(r'name="nonce" value="\w+"', 'name="nonce" value="zzzzzzzzzzzz"', old_tab)
    answer = presses_the_lamp(site)
    assert answer.status_code == 422
    assert "на счёт пришли деньги" in answer.text
    assert "Всё оплачено" in answer.text
    assert len(acquirer.captures()) == 1


def test_a_charge_without_an_answer_is_told_as_it_is(site: Site, acquirer: Acquirer) -> None:
    site.links()
    site.payer.get(PAYMENTS)
    acquirer.faults(lose_answer=1)
    path = presses_the_lamp(site).headers["location"]
    acquirer.http.post("/events", json={"url": None})
    with later(seconds=3):
        page = site.payer.get(path)
    assert "Платёж прошёл" in page
    assert len(acquirer.captures()) == 1


@pytest.mark.parametrize("card_id", ["nosuchcard12", "cash", "1"])
def test_a_card_that_is_not_ones_own_is_refused_kindly(site: Site, acquirer: Acquirer, card_id: str) -> None:
    site.links()
    site.payer.get(PAYMENTS)
    answer = site.pays(means=card_id)
    assert answer.status_code == 422
    assert "Деньги не списаны" in answer.text or "деньги не списаны" in answer.text
    assert acquirer.payments() == []


def test_a_helper_pays_neither_with_the_holders_card_nor_keeps_one(site: Site, acquirer: Acquirer) -> None:
    card_id = site.links().rpartition("/")[2]
    page = site.helper.get(PAYMENTS)
    assert "4444" not in page.replace(found(re.compile(r'name="nonce" value="(\w+)"'), page), "")
    assert "Запомнить карту" not in page
    assert site.pays(site.helper, means=card_id).status_code == 422
    assert site.pays(site.helper, means="card", save="yes").status_code == 422
    assert acquirer.payments() == []
    assert site.pays(site.helper).status_code == 303


def test_a_card_typed_for_a_payment_is_kept_when_that_is_wished(site: Site, acquirer: Acquirer) -> None:
    assert "Запомнить карту" in site.payer.get(PAYMENTS)
    acquirer.pay(site.pays(save="yes").headers["location"])
    wait_until(lambda: bool(site.entries()))
    (payment,) = site.rows("SELECT public_id FROM payments")[0]
    assert "Карту запомнили" in site.payer.get(f"{PAYMENTS}/{payment}")
    assert "Мир ··4444" in site.payer.get(CARDS)


def test_nobody_goes_on_with_anothers_payment_whose_card_would_be_kept(site: Site, acquirer: Acquirer) -> None:
    site.payer.get(PAYMENTS)
    location = site.pays(save="yes").headers["location"]
    (payment,) = site.rows("SELECT public_id FROM payments")[0]
    for path in (PAYMENTS, f"{PAYMENTS}/{payment}"):
        assert location in site.payer.get(path)
        assert location not in site.helper.get(path)
        assert location not in site.agent.get(path)
    assert "Плательщик ещё не закончил" in site.helper.get(f"{PAYMENTS}/{payment}")


def test_keeping_a_card_wants_the_password_of_the_last_quarter_of_an_hour(site: Site, acquirer: Acquirer) -> None:
    with later(minutes=16):
        page = site.payer.get(PAYMENTS)
        assert "Запомнить карту" not in page
        assert f'href="/sign-in/confirm?next={PAYMENTS}"' in page
        answer = site.pays(save="yes")
        assert answer.status_code == 422
        assert "нужно ещё раз ввести пароль" in answer.text
        assert acquirer.payments() == []
        assert site.pays().status_code == 303


def test_through_sbp_the_history_and_the_list_say_so(site: Site, acquirer: Acquirer) -> None:
    site.payer.get(PAYMENTS)
    acquirer.answer_bank(site.pays(means="sbp").headers["location"], "confirm")
    wait_until(lambda: bool(site.entries()))
    assert "Через СБП" in site.payer.get(PAYMENTS)
    assert "Оплата через СБП" in site.payer.get(f"{HOME}/history")


def test_a_card_whose_time_is_over_is_not_offered(site: Site) -> None:
    site.links()
    with later(days=366 * 9):
        site.stay_signed_in()
        assert "4444" not in re.sub(r'value="\w+"', "", site.payer.get(PAYMENTS))


def test_an_agent_who_looks_can_charge_nothing(site: Site, acquirer: Acquirer) -> None:
    card_id = site.links().rpartition("/")[2]
    page = site.agent.get(PAYMENTS)
    assert card_id not in page
    assert site.pays(site.agent, means=card_id).status_code == 403
    assert acquirer.payments() == []
