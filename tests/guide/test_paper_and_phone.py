"""The instruction in Chromium: each page prints on two sheets at most, and can be read on the narrowest phone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, sync_playwright

from lk.guide.topics import TOPICS
from lk.language import LANGUAGES, Language
from lk.static_files import static_files
from tests.browser.conftest import FLAGS
from tests.guide.conftest import Reader

SHEETS_AT_MOST = 2
SMALLEST_PX = 13
_SIZES = """() => [...document.querySelectorAll('main svg.picture text')].map(text => {
    const drawn = text.closest('svg')
    const scale = drawn.getBoundingClientRect().width / drawn.viewBox.baseVal.width
    const box = text.getBBox(), whole = drawn.viewBox.baseVal
    const isInside = box.x >= 0 && box.x + box.width <= whole.width && box.y + box.height <= whole.height
    return [text.textContent, parseFloat(getComputedStyle(text).fontSize) * scale, isInside]
})"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_fit_on_paper_and_on_a_phone(reader: Reader, chromium_path: Path, language: Language) -> None:
    pages = {path: reader.get(path, language) for path in ("/", "/guide", *(topic.path for topic in TOPICS))}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        page = browser.new_page(viewport={"width": 360, "height": 740})
        page.route("**/*", lambda route: _answer(route, pages))
        for path in pages:
            page.goto(f"http://guide.example{path}")
            _check_phone(page, path)
            if path != "/":
                sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", prefer_css_page_size=True)))
                assert 1 <= sheets <= SHEETS_AT_MOST, (path, sheets)
        browser.close()


def _check_phone(page: Page, path: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == 360, path
    for words, size, is_inside in page.evaluate(_SIZES):
        assert size >= SMALLEST_PX, (path, words, size)
        assert is_inside, (path, words)


def _answer(route: Route, pages: Mapping[str, str]) -> None:
    """What was made beforehand, without a server."""
    path = route.request.url.removeprefix("http://guide.example")
    if path in pages:
        route.fulfill(body=pages[path], content_type="text/html; charset=utf-8")
        return
    found = next((each for each in static_files().values() if each.url == path), None)
    if found:
        route.fulfill(body=found.body, content_type=found.media_type)
    else:
        route.fulfill(status=404)
