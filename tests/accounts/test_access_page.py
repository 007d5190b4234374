"""The page that says who sees an account: days as they are in Moscow, and nobody out by one touch."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.accounts.test_english import token_in
from tests.metering.cabinet import words
from tests.onboarding.browser import Browser, another, open_cabinet
from tests.onboarding.newcomer import EMAIL, PASSWORD

ACCESS = "/accounts/flat1234/access"
FOLD = re.compile(r'<details class="fold">\s*<summary>(.*?)</summary>(.*?)</details>', re.DOTALL)


@pytest.fixture
def holder(browser: Browser) -> Browser:
    browser.newcomer.put_on_record(EMAIL)
    open_cabinet(browser)
    return browser


def invites(holder: Browser, email: str) -> str:
    """The invitation's path."""
    holder.get(ACCESS)
    holder.post(ACCESS, email=email)
    return f"/invitation/{token_in(holder, 'invitation')}"


def helper(holder: Browser, login: str) -> Browser:
    came = another(holder)
    path = invites(holder, f"{login}@mail.example")
    came.get(path)
    came.post(path, new_login=login, new_password=PASSWORD)
    return came


def test_days_are_those_of_moscow_and_name_another_year(holder: Browser) -> None:
    invites(holder, "dochka@mail.example")
    holder.newcomer.change("UPDATE invitations SET ends_at = {}", datetime(2026, 3, 23, 22, 30, tzinfo=UTC))
    holder.newcomer.change("UPDATE accesses SET created_at = {}", datetime(2024, 3, 4, 22, 30, tzinfo=UTC))
    text = words(holder.get(ACCESS))
    assert "Действует до 24 марта, 01:30" in text
    assert "Доступ с 5 марта 2024, 01:30" in text


def test_a_helper_is_removed_after_it_is_said_what_that_means(holder: Browser) -> None:
    for login in ("dochka", "syn"):
        helper(holder, login)
    invites(holder, "podruga@mail.example")
    page = holder.get(ACCESS)
    folds = FOLD.findall(page)

    assert [words(summary) for summary, _ in folds] == ["Убрать d•••@mail.example", "Убрать s•••@mail.example"]
    for _, inside in folds:
        assert "Вернуться он сможет только по новому приглашению." in words(inside)
    assert page.count("/removal") == sum(inside.count("/removal") for _, inside in folds) == 2
    assert words(page).count("Убрать помощника d•••@mail.example") == 1
    assert "Отозвать p•••@mail.example" in words(page)
    holder.post(re.findall(r'action="([^"]+/removal)"', folds[1][1])[0])
    assert [words(summary) for summary, _ in FOLD.findall(holder.get(ACCESS))] == ["Убрать d•••@mail.example"]


def test_a_helper_is_told_before_leaving_that_there_is_no_way_back_alone(holder: Browser) -> None:
    daughter = helper(holder, "dochka")
    page = daughter.get(ACCESS)
    ((summary, inside),) = FOLD.findall(page)

    assert (words(summary), page.count("/leaving"), inside.count("/leaving")) == ("Отказаться от доступа", 1, 1)
    assert "Вернуться вы сможете только по новому приглашению хозяина." in words(inside)
    daughter.post(f"{ACCESS}/leaving")
    assert (daughter.status, daughter.to) == (303, "/accounts")
    daughter.get(ACCESS)
    assert daughter.status == 404
