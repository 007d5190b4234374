"""On paper as well or not, and the end of an account, on both engines."""

from __future__ import annotations

from datetime import date

import pytest

from lk.accounts.actions import choose_paper_bill
from lk.accounts.closing import end_closed
from lk.accounts.confirming import confirm
from lk.accounts.queries import AccountView, account_of
from lk.actor import Actor
from lk.outcome import Refused
from tests.onboarding.browser import Browser, open_cabinet
from tests.onboarding.newcomer import EMAIL, METER, NUMBER, Newcomer

ACCOUNT = "flat1234"


def account(who: Newcomer) -> AccountView:
    (user,) = who.rows("SELECT id FROM users")
    found = who.at(account_of, ACCOUNT, user["id"])
    assert found
    return found


def choose(who: Newcomer, *, is_wanted: bool) -> None:
    who.at(choose_paper_bill, account(who), Actor(address=who.address), is_wanted=is_wanted)


def test_paper_stays_until_the_code_was_entered(newcomer: Newcomer) -> None:
    newcomer.change("UPDATE accounts SET has_paper_bill = {}", True)
    newcomer.open_cabinet()
    with pytest.raises(Refused):
        choose(newcomer, is_wanted=False)
    assert account(newcomer).has_paper_bill

    newcomer.at(confirm, account(newcomer).id, Actor())
    choose(newcomer, is_wanted=False)
    choose(newcomer, is_wanted=False)
    assert not account(newcomer).has_paper_bill
    assert len(newcomer.rows("SELECT id FROM events WHERE kind = 'paper_bill_changed'")) == 1


def test_a_closed_account_leaves_the_cabinet_after_its_last_day(newcomer: Newcomer) -> None:
    newcomer.open_cabinet()
    newcomer.change("UPDATE accounts SET closed_on = {} WHERE number = {}", newcomer.now.date(), NUMBER)
    assert newcomer.at(end_closed) == 0
    assert account(newcomer).role is not None
    newcomer.later(days=1)
    assert newcomer.at(end_closed) == 1

    assert account(newcomer).role is None
    assert [letter["to_address"] for letter in newcomer.letters("account_closed")] == [EMAIL]
    assert newcomer.at(end_closed) == 0


def test_an_account_that_closes_some_day_stays(newcomer: Newcomer) -> None:
    newcomer.open_cabinet()
    newcomer.change("UPDATE accounts SET closed_on = {} WHERE number = {}", date(2099, 1, 1), NUMBER)

    assert newcomer.at(end_closed) == 0


def test_the_page_of_the_paper_bill_takes_one_of_two_answers(browser: Browser) -> None:
    browser.newcomer.put_on_record(EMAIL)
    open_cabinet(browser)
    browser.get(f"/accounts/{ACCOUNT}/paper-bill")
    page = browser.post(f"/accounts/{ACCOUNT}/paper-bill", paper_bill="maybe")
    assert browser.status == 422
    assert "Выберите, как получать счёт" in page
    browser.post(f"/accounts/{ACCOUNT}/paper-bill", paper_bill="yes")
    assert browser.status == 303
    assert 'value="yes" checked' in browser.get(f"/accounts/{ACCOUNT}/paper-bill")
    assert "Счёт приходит и на бумаге" in browser.get(f"/accounts/{ACCOUNT}/bills")


def test_what_to_do_first_in_a_cabinet_just_opened(browser: Browser) -> None:
    open_cabinet(browser)
    page = browser.get(browser.to)

    assert "Кабинет открыт" in page
    assert "будет код" in page
    assert METER not in page
