"""Several places paid with one button, as a browser without JavaScript meets it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.payments.cast import OWED, Acquirer, another_place, later
from tests.payments.site import HOME, Site, found, open_site

DACHA = "dacha2345678"
DACHA_OWED = 303_180
ALL = "5\u00a0120,40\u00a0₽"
TOTAL = re.compile(r'name="total" value="(\d+)"')
CARD = re.compile(r'name="card" type="radio" value="(\w+)" checked')


@pytest.fixture
def owner(tmp_path: Path, sqlite: None, acquirer: Acquirer) -> Iterator[Site]:
    """The payer has two places on which something is owed."""

    async def dacha(user_id: int) -> None:
        await another_place(user_id, DACHA, "2000000101", DACHA_OWED, name="Дача")

    with open_site(tmp_path / "lk.sqlite3", acquirer, furnish=dacha) as site:
        yield site


def presses_the_lamp(owner: Site, *places: str) -> httpx.Response:
    page = owner.payer.page
    ticked = {f"account-{place}": "yes" for place in places or ("lesnaya5kv12", DACHA)}
    return owner.sends("/payments", total=found(TOTAL, page), card=found(CARD, page), **ticked)


def test_the_list_of_addresses_leads_to_it_where_two_of_them_owe(owner: Site) -> None:
    page = owner.payer.get("/accounts")
    assert 'class="button lamp" href="/payments"' in page
    owner.links()
    owner.payer.get(f"/payments?form=seen&account-{DACHA}=yes")
    assert presses_the_lamp(owner, DACHA).status_code == 303
    page = owner.payer.get("/accounts")
    assert 'href="/payments"' not in page


def test_one_button_pays_for_all_that_is_ticked(owner: Site, acquirer: Acquirer) -> None:
    owner.links()
    page = owner.payer.get("/payments")
    assert page.count(" checked") == 3
    assert f"Оплатить всё: {ALL}" in page
    assert page.count('class="button lamp"') == 1

    paid = presses_the_lamp(owner)
    assert paid.status_code == 303
    page = owner.payer.get(paid.headers["location"])
    assert "Всё оплачено" in page
    assert page.count("оплачено</span>") == 2
    assert "Дача" in page
    assert sorted(kopecks for _, kopecks in acquirer.captures()) == [OWED, DACHA_OWED]
    assert presses_the_lamp(owner).status_code == 422


def test_the_same_form_again_leads_to_the_same_outcomes(owner: Site, acquirer: Acquirer) -> None:
    owner.links()
    owner.payer.get("/payments")
    assert presses_the_lamp(owner).headers["location"] == presses_the_lamp(owner).headers["location"]
    assert len(acquirer.captures()) == 2


def test_less_ticked_than_the_button_says_is_shown_before_it_is_charged(owner: Site, acquirer: Acquirer) -> None:
    owner.links()
    owner.payer.get("/payments")
    answer = presses_the_lamp(owner, DACHA)
    assert answer.status_code == 422
    assert "Сумма изменилась. Ничего не списано" in answer.text
    assert "Оплатить 3\u00a0031,80\u00a0₽" in answer.text
    assert acquirer.payments() == []

    owner.payer.page = answer.text
    assert presses_the_lamp(owner, DACHA).status_code == 303
    assert [kopecks for _, kopecks in acquirer.captures()] == [DACHA_OWED]


def test_scripts_count_anew_at_every_tick(owner: Site) -> None:
    owner.links()
    page = owner.payer.get("/payments")
    assert 'hx-params="not _csrf_token"' in page
    counted = owner.payer.get(f"/payments?form=seen&nonce={'2' * 12}&account-{DACHA}=yes")
    assert "Оплатить 3\u00a0031,80\u00a0₽" in counted
    assert f'value="{"2" * 12}"' in counted
    assert "Отметьте, за что заплатить" in owner.payer.get("/payments?form=seen")


def test_each_place_has_its_own_outcome_and_the_page_waits(owner: Site, acquirer: Acquirer) -> None:
    owner.links()
    owner.payer.get("/payments")
    acquirer.faults(down=True)
    path = presses_the_lamp(owner).headers["location"]
    page = owner.payer.get(path)
    assert "Ждём ответа банка" in page
    state = found(re.compile(r'hx-get="([^"]+)"'), page).replace("&amp;", "&")

    def asked() -> httpx.Response:
        return owner.payer.http.get(state, headers={"HX-Request": "true"}, follow_redirects=False)

    assert asked().status_code == 204
    with later(seconds=31):
        assert "Загляните сюда через десять минут" in asked().text
    acquirer.faults(down=False)
    with later(seconds=40):
        assert asked().headers["hx-redirect"] == path
        assert "Всё оплачено" in owner.payer.get(path)


def test_a_payment_that_went_back_is_no_longer_told_as_paid(owner: Site, acquirer: Acquirer) -> None:
    owner.links()
    owner.payer.get("/payments")
    path = presses_the_lamp(owner).headers["location"]
    assert "Всё оплачено" in owner.payer.get(path)
    with sqlite3.connect(owner.database) as writing:
        writing.execute(
            "INSERT INTO refunds (public_id, payment_id, account_id, key, amount_kopecks, words, status, reason, body, "
            "asked_by, created_at) SELECT 'back', id, account_id, 'back', amount_kopecks, '', 'succeeded', '', '', 1, "
            f"created_at FROM payments WHERE amount_kopecks = {DACHA_OWED}"
        )
    page = owner.payer.get(path)
    assert "Есть возврат" in page
    assert "Вернули 3\u00a0031,80\u00a0₽" in page
    assert "Всё оплачено" not in page
    assert "Деньги уже" not in page
    assert (page.count("оплачено</span>"), page.count("возвращён</span>")) == (1, 1)


def test_a_declined_card_says_why_at_each(owner: Site, acquirer: Acquirer) -> None:
    owner.links("no_money")
    owner.payer.get("/payments")
    page = owner.payer.get(presses_the_lamp(owner).headers["location"])
    assert "Оплачено не всё" in page
    assert page.count("не хватило денег") == 2
    assert 'class="button lamp" href="/payments"' in page


def test_a_place_whose_last_payment_is_not_known_is_named_and_not_paid(owner: Site, acquirer: Acquirer) -> None:
    owner.links()
    owner.payer.get(f"{HOME}/payments")
    acquirer.faults(down=True)
    owner.pays()
    page = owner.payer.get("/payments")
    assert "Прошлый платёж ещё не завершён" in page
    assert "account-lesnaya5kv12" not in page
    assert "Оплатить 3\u00a0031,80\u00a0₽" in page


def test_without_a_card_each_place_is_paid_on_its_own_page(owner: Site) -> None:
    page = owner.payer.get("/payments")
    assert "привяжите карту" in page
    assert f'href="{HOME}/payments"' in page
    assert f'href="/accounts/{DACHA}/payments"' in page


def test_where_nothing_is_owed_it_says_so(owner: Site) -> None:
    assert "Платить нечего" in owner.stranger.get("/payments")


def test_the_outcomes_of_anothers_form_lead_to_ones_own_page(owner: Site, acquirer: Acquirer) -> None:
    owner.links()
    owner.payer.get("/payments")
    path = presses_the_lamp(owner).headers["location"]
    for who in (owner.helper, owner.stranger):
        who.get(path)
        assert who.path == "/payments"
    for odd in ("/payments/1", "/payments/nosuchform12", "/payments/%25"):
        owner.payer.get(odd)
        assert owner.payer.path == "/payments"


def test_an_agent_who_looks_has_no_such_page(owner: Site) -> None:
    owner.agent.get("/payments")
    assert owner.agent.status == 403


@pytest.mark.parametrize("fields", [{}, {"total": "1"}, {"total": "-1", "nonce": "x"}])
def test_a_form_that_is_none_charges_nothing(owner: Site, acquirer: Acquirer, fields: dict[str, str]) -> None:
    owner.links()
    owner.payer.get("/payments")
    assert owner.sends("/payments", **{"nonce": "", **fields}).status_code == 422
    assert acquirer.payments() == []
