"""A copy of own data, as a browser sees it: asked for on its page, downloaded by its owner alone."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from lk.profile.copies import copies_of, make_waiting_copies
from tests.onboarding.browser import Browser, another, open_cabinet
from tests.onboarding.newcomer import PASSWORD
from tests.profile.lives import neighbour_moves_in, user_of


def _with_copy(browser: Browser) -> str:
    """The path of the download."""
    browser.get("/profile/copy")
    browser.post("/profile/copy")
    assert browser.to == "/profile/copy"
    assert "Готовим копию" in browser.get("/profile/copy")
    browser.newcomer.at(make_waiting_copies)
    (made,) = browser.newcomer.at(copies_of, user_of(browser.newcomer))
    return f"/profile/copy/{made.public_id}"


async def _downloaded(browser: Browser, path: str) -> Any:
    return await browser._send("GET", path)


def test_the_page_asks_for_one_and_its_owner_downloads_it(browser: Browser) -> None:
    open_cabinet(browser)
    path = _with_copy(browser)
    page = browser.get("/profile/copy")
    assert f'href="{path}"' in page
    assert "Введите код из бумажного счёта" in page

    answer = browser.newcomer.at(_downloaded, browser, path)
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == 'attachment; filename="lk-2026-03-16.zip"'
    assert answer.headers["cache-control"] == "no-store"
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None


def test_a_strangers_browser_gets_404_and_an_old_password_is_asked_for_again(browser: Browser) -> None:
    open_cabinet(browser)
    path = _with_copy(browser)
    neighbour_moves_in(browser.newcomer)
    stranger = another(browser)
    stranger.get("/sign-in")
    stranger.post("/sign-in", login="sosed", password=PASSWORD)
    stranger.get(path)
    assert stranger.status == 404
    stranger.get("/profile/copy/nobodys-copy")
    assert stranger.status == 404

    browser.newcomer.later(minutes=16)
    browser.get(path)
    assert browser.to == f"/sign-in/confirm?next={path}"


def test_a_fourth_copy_of_the_day_is_refused_in_words(browser: Browser) -> None:
    open_cabinet(browser)
    for _ in range(3):
        browser.get("/profile/copy")
        browser.post("/profile/copy")
        browser.newcomer.at(make_waiting_copies)
    browser.get("/profile/copy")
    assert "Сегодня копию готовили уже три раза" in browser.post("/profile/copy")
    assert browser.status == 422
