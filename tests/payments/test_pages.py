"""The pages of payments as a browser without JavaScript meets them, with the acquirer's own notices arriving."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from litestar.config.csrf import CSRFConfig

from lk import access, db
from lk.config import settings
from lk.errors import HANDLERS
from lk.identity.actions import begin_session
from lk.identity.tables import Agent, User
from lk.middleware import Identify, security_headers
from lk.payments.controller import PaymentsController, acquirer_events
from lk.static_files import static, static_files
from lk.support.tables import Impersonation
from lk.templating import environment
from tests.payments.cast import NOON, OWED, Acquirer, later, run, settle_in
from tests.sandbox.shop import served, wait_until
from tests.served import Visitor

PAYMENTS = "/accounts/lesnaya5kv12/payments"
_NONCE = re.compile(r'name="nonce" value="(\w+)"')
_FORM_MARK = re.compile(r'name="_csrf_token" value="\w+"')
"""Random, so that any four digits may stand in it."""
_WARNED = re.compile(r'name="warned_of" value="(\w+)"')


@dataclass
class Site:
    """`payer`, `stranger` and `agent` are signed in; `agent` looks at the payer's cabinet."""

    origin: str
    database: Path
    payer: Visitor
    stranger: Visitor
    agent: Visitor

    def pays(self, amount: str = "2088.60", **more: str) -> httpx.Response:
        """Sends the form of the page seen last; does not follow where it leads."""
        fields = {"amount": amount, "nonce": _found(_NONCE, self.payer.page), **more}
        token = re.search(r'name="_csrf_token" value="([^"]+)"', self.payer.page)
        data = {"_csrf_token": token[1] if token else "", **fields}
        return self.payer.http.post(PAYMENTS, data=data, follow_redirects=False)

    def entries(self) -> list[tuple[str, int]]:
        with sqlite3.connect(self.database) as reading:
            return reading.execute("SELECT key, amount_kopecks FROM ledger_entries WHERE kind = 'payment'").fetchall()


def _found(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    return found[1] if found else ""


@pytest.fixture
def site(tmp_path: Path, sqlite: None, acquirer: Acquirer) -> Iterator[Site]:
    tokens = run(_people())
    with served(_app()) as origin:
        acquirer.http.post("/events", json={"url": f"{origin}/acquirer/events"})
        visitors = [Visitor(origin) for _ in tokens]
        for visitor, token in zip(visitors, tokens, strict=True):
            visitor.http.cookies.set("lk_session", token)
        yield Site(origin, tmp_path / "lk.sqlite3", *visitors)
        for visitor in visitors:
            visitor.http.close()


async def _people() -> list[str]:
    household = await settle_in()
    async with db.write():
        stranger = User(login="petr", login_key="petr", password_hash="-", email="petr@mail.example", created_at=NOON)
        staff = User(login="agent", login_key="agent", password_hash="-", created_at=NOON)
        await stranger.save()
        await staff.save()
        agent = Agent(user_id=staff.id, code="А-17", role="support")
        await agent.save()
        tokens = [
            await begin_session(user_id, address="127.0.0.1", device="", is_agent=user_id == staff.id)
            for user_id in (household.user_id, stranger.id, staff.id)
        ]
        await db.execute("UPDATE sessions SET second_factor_at = {} WHERE user_id = {}", NOON, staff.id)
        session_id = (await db.read("SELECT id FROM sessions WHERE user_id = {}", staff.id))[0]["id"]
        look = Impersonation(
            agent_id=agent.id,
            account_id=household.account.id,
            session_id=session_id,
            reason="bill",
            started_at=NOON,
            ends_at=NOON + timedelta(minutes=30),
        )
        await look.save()
    return tokens


def _app() -> Litestar:
    """What `create_app` makes, with the routes of payments alone."""
    static_files()
    environment().globals["static"] = static
    return Litestar(
        route_handlers=[PaymentsController, acquirer_events],
        guards=[access.guard],
        middleware=[Identify()],
        exception_handlers=HANDLERS,
        before_send=[security_headers],
        csrf_config=CSRFConfig(secret=settings().secret, cookie_name="lk_csrf", exclude=["^/acquirer/events$"]),
        openapi_config=None,
        logging_config=None,
        on_shutdown=[db.close],
    )


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
    nonce = _found(_NONCE, site.payer.page)
    page = site.payer.post(PAYMENTS, amount=amount, nonce=nonce)
    assert site.payer.status == 422
    assert page.count(words) == 2
    assert f'value="{amount}"' in page
    assert 'href="#amount"' in page
    assert _found(_NONCE, page) == nonce
    assert acquirer.payments() == []


def test_a_lost_answer_is_told_as_it_is_and_the_next_payment_warns(site: Site, acquirer: Acquirer) -> None:
    site.payer.get(PAYMENTS)
    other_form = site.payer.page
    acquirer.faults(down=True)
    sent = site.pays()
    assert sent.headers["location"].startswith(PAYMENTS)
    assert "Банк ещё не сказал, прошёл ли платёж" in site.payer.get(sent.headers["location"])

    site.payer.page = other_form.replace(_found(_NONCE, other_form), "zzzzzzzzzzzz")
    acquirer.faults(down=False)
    assert site.pays().status_code == 422
    page = site.payer.get(PAYMENTS)
    assert "Прошлый платёж ещё не завершён" in page
    assert "Всё равно оплатить" in page
    assert site.pays(warned_of=_found(_WARNED, page)).headers["location"].startswith(acquirer.origin)


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
    state = _found(re.compile(r'hx-get="([^"]+)"'), page)
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
    assert httpx.post(f"{site.origin}/acquirer/events", content=body, trust_env=False).status_code == 400


def test_a_notice_of_something_unknown_is_taken_and_forgotten(site: Site) -> None:
    notice = {"event": "payment.succeeded", "object": {"id": "22d6d597-000f-5000-9000-145f6df21d6f"}}
    assert httpx.post(f"{site.origin}/acquirer/events", json=notice, trust_env=False).status_code == 200
    assert site.entries() == []


def _path_of_payment(acquirer: Acquirer) -> str:
    checkout = acquirer.sandbox.till.store._db.execute("SELECT return_url FROM checkouts").fetchone()
    return str(checkout["return_url"]).removeprefix(settings().public_url)
