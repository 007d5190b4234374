"""The pages of cards as a browser without JavaScript meets them."""

from __future__ import annotations

import re

import httpx
import pytest

from lk import clock
from tests import loopback
from tests.payments.cast import NOON, Acquirer, later
from tests.payments.site import CARDS, HOME, Site, found
from tests.sandbox.shop import wait_until

_STATE = re.compile(r'hx-get="([^"]+)"')
_SECRETS = re.compile(r'name="(?:_csrf_token|nonce)" value="\w+"')


def statuses(site: Site) -> list[str]:
    return [row[0] for row in site.rows("SELECT status FROM cards ORDER BY id")]


def test_a_cabinet_without_cards_offers_one_thing(site: Site) -> None:
    page = site.payer.get(CARDS)
    assert page.count('class="button lamp"') == 1
    assert "Привязать карту" in page
    assert "последние четыре цифры" in page


def test_from_the_button_to_the_linked_card(site: Site, acquirer: Acquirer) -> None:
    site.payer.get(CARDS)
    sent = site.sends(CARDS)
    assert sent.status_code == 303
    assert sent.headers["location"].startswith(f"{acquirer.origin}/checkout/")
    acquirer.pay(sent.headers["location"])
    wait_until(lambda: statuses(site) == ["active"])

    page = site.payer.get(site.links())
    assert "Карта привязана" in page
    assert "Мир ··4444" in page
    page = site.payer.get(CARDS)
    assert page.count("Мир ··4444") == 2
    assert f"{CARDS}/{site.rows('SELECT public_id FROM cards')[0][0]}/removal" in page
    assert "Карта привязана" in site.payer.get(f"{HOME}/history")


def test_the_page_one_comes_back_to_says_how_it_stands(site: Site, acquirer: Acquirer) -> None:
    site.payer.get(CARDS)
    location = site.sends(CARDS).headers["location"]
    (public_id,) = site.rows("SELECT public_id FROM cards")[0]
    page = site.payer.get(f"{CARDS}/{public_id}")
    assert "Карта ещё не привязана" in page
    assert f'href="{location}"' in page

    acquirer.pay(location, "expired")
    with later(seconds=3):
        page = site.payer.get(f"{CARDS}/{public_id}")
    assert "Карта не привязалась" in page
    assert "Деньги не списаны" in page


def test_without_the_acquirers_answer_the_page_says_so_and_finds_the_way_on(site: Site, acquirer: Acquirer) -> None:
    site.payer.get(CARDS)
    acquirer.faults(down=True)
    path = site.sends(CARDS).headers["location"]
    assert path.startswith(CARDS)
    page = site.payer.get(path)
    assert "Ждём ответа банка" in page
    acquirer.faults(down=False)
    with later(seconds=10):
        state = site.payer.http.get(found(_STATE, page).replace("&amp;", "&"), headers={"HX-Request": "true"})
    assert state.headers["hx-redirect"] == path
    assert "Вернуться на страницу банка" in site.payer.get(path)


def test_the_waiting_page_asks_for_half_a_minute_and_then_says_when_to_look_again(
    site: Site, acquirer: Acquirer
) -> None:
    site.payer.get(CARDS)
    location = site.sends(CARDS).headers["location"]
    path = f"{CARDS}/{site.rows('SELECT public_id FROM cards')[0][0]}"
    state = found(_STATE, site.payer.get(path)).replace("&amp;", "&")

    def asked() -> httpx.Response:
        return site.payer.http.get(state, headers={"HX-Request": "true"}, follow_redirects=False)

    assert asked().status_code == 204
    with later(seconds=31):
        tired = asked()
    assert "Загляните сюда через десять минут" in tired.text
    acquirer.pay(location)
    wait_until(lambda: statuses(site) == ["active"])
    assert asked().headers["hx-redirect"] == path


def test_the_same_form_sent_twice_leads_to_the_same_page(site: Site) -> None:
    site.payer.get(CARDS)
    assert site.sends(CARDS).headers["location"] == site.sends(CARDS).headers["location"]
    assert statuses(site) == ["pending"]


def test_a_form_without_its_mark_links_nothing_and_says_so(site: Site) -> None:
    site.payer.get(CARDS)
    page = site.payer.post(CARDS, nonce="1")
    assert site.payer.status == 422
    assert "Страница устарела, карта не привязана" in page
    assert statuses(site) == []


def test_a_card_wants_the_password_of_the_last_quarter_of_an_hour(site: Site, acquirer: Acquirer) -> None:
    with later(minutes=16):
        page = site.payer.get(CARDS)
        assert "Перед этим спросим пароль" in page
        sent = site.sends(CARDS)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/sign-in/confirm?next={CARDS}")
    assert statuses(site) == []


def test_a_helper_has_no_page_of_cards(site: Site) -> None:
    path = site.links()
    for address in (CARDS, path, f"{path}/state"):
        site.helper.get(address)
        assert site.helper.status == 403
    site.helper.get(f"{HOME}/payments")
    assert CARDS not in site.helper.page
    assert site.sends(CARDS, site.helper).status_code == 403
    assert statuses(site) == ["active"]


def test_a_stranger_finds_neither_the_page_nor_the_card(site: Site) -> None:
    path = site.links()
    for address in (CARDS, path, f"{path}/state", f"{CARDS}/nosuchcard12"):
        site.stranger.get(address)
        assert site.stranger.status == 404
    site.payer.get(f"{CARDS}/nosuchcard12")
    assert site.payer.status == 404


def test_an_agent_who_looks_sees_that_there_is_a_card_and_no_digit_of_it(site: Site) -> None:
    path = site.links()
    pages = [site.agent.get(address) for address in (CARDS, path, HOME, f"{HOME}/history", f"{HOME}/payments")]
    assert "Карта скрыта" in pages[0]
    assert "Карта привязана" in pages[3]
    assert "4444" not in _SECRETS.sub("", "".join(pages))
    assert "2034" not in _SECRETS.sub("", "".join(pages))
    assert site.sends(CARDS, site.agent).status_code == 403


def test_an_agent_who_looks_asks_the_acquirer_nothing(site: Site, acquirer: Acquirer) -> None:
    site.payer.get(CARDS)
    begun = site.sends(CARDS)
    acquirer.http.post("/events", json={"url": None})
    acquirer.pay(begun.headers["location"])
    site.agent.get(f"{CARDS}/{site.rows('SELECT public_id FROM cards')[0][0]}")
    assert "Карта ещё не привязана" in site.agent.page
    assert statuses(site) == ["pending"]


@pytest.mark.parametrize(
    ("month", "words"), [(11, "срок кончается"), (12, "Скоро банк перестанет её принимать"), (13, "срок истёк")]
)
def test_a_card_in_its_last_months_is_warned_of(site: Site, month: int, words: str) -> None:
    site.links()
    year, month = divmod(2034 * 12 + month - 1, 12)
    with clock.fixed_at(NOON.replace(year=year, month=month + 1)):
        site.stay_signed_in()
        assert words in site.payer.get(CARDS)


def test_a_notice_of_a_card_is_asked_about_and_believed_by_no_word_of_its_own(site: Site, acquirer: Acquirer) -> None:
    site.payer.get(CARDS)
    location = site.sends(CARDS).headers["location"]
    (method,) = site.rows("SELECT acquirer_id FROM cards")[0]
    notice = {"event": "payment_method.active", "object": {"id": method, "saved": True, "status": "active"}}
    answer = loopback.post(f"{site.origin}/acquirer/events", json=notice)
    assert (answer.status_code, statuses(site)) == (200, ["pending"])
    acquirer.pay(location)
    wait_until(lambda: statuses(site) == ["active"])
