"""A served lk and a phone: Chromium at 360 × 740, with scripts and without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.phone import WAIT, Phone
from tests.household import served_house
from tests.served import Served

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


expect.set_options(timeout=WAIT)


@pytest.fixture
def lk(house: Path, tmp_path: Path) -> Iterator[Served]:
    with served_house(house, tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def browser(chromium_path: Path) -> Iterator[Browser]:
    """For one module: while playwright is open no other test of this thread may run an event loop."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def either_phone(request: pytest.FixtureRequest, lk: Served, browser: Browser) -> Iterator[Phone]:
    with Phone.in_hand(browser, lk, has_scripts=request.param) as phone:
        yield phone


@pytest.fixture
def phone(lk: Served, browser: Browser) -> Iterator[Phone]:
    with Phone.in_hand(browser, lk, has_scripts=True) as phone:
        yield phone
