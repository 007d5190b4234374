"""The pages of money, of staff and of the demonstration as those read them who chose English."""

from __future__ import annotations

import pytest

from tests.pages import untranslated
from tests.payments_desk.cast import HOME, HOME_NUMBER, OLEG, OLGA, Browser, Desk
from tests.payments_desk.test_bank_payments import came
from tests.payments_desk.test_pages import WORDS, give_back, refunds_path
from tests.payments_desk.test_stray_pages import form_of
from tests.payments_desk.test_strays import late

CORRECTIONS = f"/operations/accounts/{HOME}/corrections"


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    return sqlite_desk


def reads(desk: Desk, who: str) -> Browser:
    browser = desk.sits(who)
    browser.cookies["lk_language"] = "en"
    return browser


def check(browser: Browser, *paths: str) -> None:
    for path in paths:
        answer = browser.get(path)
        assert (answer.status_code, untranslated(browser.page)) == (200, []), path


def test_money_that_was_paid_and_given_back(desk: Desk) -> None:
    desk.pays(20_000_00)
    olga = reads(desk, OLGA)
    give_back(desk, olga, "6,000.00")
    assert "The refund waits for a second staff member." in olga.text
    assert olga.post(refunds_path(desk), amount="сто", words="", nonce=olga.nonce).status_code == 422
    assert untranslated(olga.page) == []
    olga.get(CORRECTIONS)
    olga.follow(CORRECTIONS, nonce=olga.nonce, direction="less", part="principal", amount="1,100.50", words=WORDS)
    assert desk.one("SELECT amount_kopecks FROM refunds") == 6_000_00
    assert desk.one("SELECT amount_kopecks FROM corrections") == -1_100_50
    assert olga.post(CORRECTIONS, amount="").status_code == 422
    assert untranslated(olga.page) == []
    check(olga, f"/operations/payments?q={HOME_NUMBER}", "/operations/payments", refunds_path(desk), CORRECTIONS)
    check(olga, "/operations/refunds")
    oleg = reads(desk, OLEG)
    check(oleg, "/operations/refunds")
    refusal = f"/operations/refunds/{desk.one('SELECT public_id FROM refunds')}/refusal"
    oleg.follow(refusal, words="Не тот счёт")
    assert untranslated(oleg.page) == []
    assert "refused: Не тот счёт" in oleg.text


def test_money_that_nobody_expected(desk: Desk) -> None:
    _, task = late(desk, 6_000_00)
    olga, path = reads(desk, OLGA), f"/operations/reconciliation/{task}"
    check(olga, "/operations/reconciliation", path)
    olga.follow(f"{path}/return", words=WORDS, nonce=form_of(olga, f"{path}/return"))
    check(olga, "/operations/reconciliation", path, "/operations/refunds")
    came(desk)
    bank_path = f"/operations/bank-payments/{came(desk, external_id='sb-2')}"
    check(olga, "/operations/bank-payments", bank_path)
    assert olga.post(f"{bank_path}/assignment", account_number=HOME_NUMBER).status_code == 422
    assert untranslated(olga.page) == []
    olga.follow(f"{bank_path}/return", words=WORDS, nonce=olga.nonce)
    check(olga, "/operations/bank-payments")


def test_staff_and_settings(desk: Desk) -> None:
    desk.change("UPDATE agents SET role = 'admin' WHERE id = {}", desk.agents[OLGA])
    olga = reads(desk, OLGA)
    check(olga, "/operations/agents", *(f"/operations/agents/{desk.agents[each]}" for each in (OLGA, OLEG)))
    assert olga.post(f"/operations/agents/{desk.agents[OLEG]}/renewal").status_code == 200
    assert untranslated(olga.page) == []
    check(olga, "/operations/settings", "/operations/clock")
    for name in ("is_used_after_verification", "max_estimated_periods", "views_a_day", "first_period"):
        assert olga.post(f"/operations/settings/{name}", value="?").status_code == 422
        assert untranslated(olga.page) == []


def test_the_demonstration(desk: Desk) -> None:
    desk.pays()
    give_back(desk, desk.sits(OLGA), "500")
    letter = desk.one("SELECT max(id) FROM messages")
    check(reads(desk, HOME), "/dev/components", "/dev/mailbox", f"/dev/mailbox/{letter}", "/dev/code")
