"""A photo goes where photos go, as large as photos are; nothing else may be as large."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from tests import loopback
from tests.household import LOGIN, PASSWORD, register
from tests.journeys.steps import send_reading
from tests.pages import check_page
from tests.readings.photos import photo
from tests.served import Served

MEGABYTE = 2**20


@pytest.fixture(scope="module")
def photo_path(lk: Served) -> str:
    """Of a reading of the household that waits for a person."""
    who = lk.visitor()
    home = register(lk, who)
    send_reading(who, home, t1="4800", t2="2200")
    return f"{home}/readings/{lk.rows('SELECT max(id) AS id FROM readings')[0]['id']}/photo"


@pytest.fixture
def browser(lk: Served, photo_path: str) -> Iterator[httpx.Client]:
    """Signed in as the holder."""
    with loopback.client(base_url=lk.url) as client:
        client.post("/sign-in", data={"_csrf_token": _mark(client, "/sign-in"), "login": LOGIN, "password": PASSWORD})
        yield client


def _mark(browser: httpx.Client, page: str) -> str:
    found = re.search(r'name="_csrf_token" value="([^"]+)"', browser.get(page.removesuffix("/photo")).text)
    assert found
    return found[1]


def test_a_photo_larger_than_any_form_arrives(lk: Served, browser: httpx.Client, photo_path: str) -> None:
    large = photo(4000, 3000, quality=98)
    assert len(large) > MEGABYTE // 2

    data = {"_csrf_token": _mark(browser, photo_path)}
    answer = browser.post(photo_path, data=data, files={"photo": ("a.jpg", large)})

    assert (answer.status_code, answer.headers["location"]) == (303, photo_path.removesuffix("/photo"))
    assert browser.get(photo_path).headers["content-type"] == "image/jpeg"


def test_without_the_form_that_lk_gave_nothing_is_kept(lk: Served, browser: httpx.Client, photo_path: str) -> None:
    before = lk.rows("SELECT added_at FROM reading_photos")

    assert browser.post(photo_path, files={"photo": ("a.jpg", photo())}).status_code == 403
    assert lk.rows("SELECT added_at FROM reading_photos") == before


def test_whoever_is_not_signed_in_is_asked_to_be(lk: Served, photo_path: str) -> None:
    with loopback.client(base_url=lk.url) as stranger:
        data = {"_csrf_token": _mark(stranger, "/sign-in")}
        answer = stranger.post(photo_path, data=data, files={"photo": ("a.jpg", photo())})
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert stranger.get(photo_path).status_code == 303


def test_what_is_far_too_large_is_cut_off_with_a_sentence(browser: httpx.Client, photo_path: str) -> None:
    files = {"photo": ("a.jpg", b"\xff\xd8\xff" + b"\0" * 12 * MEGABYTE)}

    answer = browser.post(photo_path, data={"_csrf_token": _mark(browser, photo_path)}, files=files)

    assert answer.status_code == 413
    check_page(answer.text, photo_path)
    assert "Фото больше 10" in answer.text


def test_only_files_may_be_large_on_that_route(browser: httpx.Client, photo_path: str) -> None:
    answer = browser.post(photo_path, data={"_csrf_token": _mark(browser, photo_path), "photo": "x" * 2**16})

    assert answer.status_code == 413


@pytest.mark.parametrize("page", ["", "/preview"])
def test_no_other_route_takes_a_large_file(browser: httpx.Client, photo_path: str, page: str) -> None:
    readings = photo_path.rpartition("/readings/")[0] + "/readings"
    files = {"photo": ("a.jpg", b"\0" * MEGABYTE)}

    answer = browser.post(readings + page, data={"_csrf_token": _mark(browser, photo_path)}, files=files)

    assert answer.status_code == 413


def test_nothing_of_it_was_a_failure(lk: Served) -> None:
    log = (lk.folder / "serve.log").read_text()
    assert "Traceback" not in log
    assert "request_failed" not in log
