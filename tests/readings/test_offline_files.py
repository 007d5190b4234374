"""What a phone needs to open lk without a signal: the same for everybody, small, and new with every version."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from PIL import Image

from lk.language import LANGUAGES
from lk.readings.controllers import offline
from lk.static_files import ROOT, static, static_files
from tests.readings.household import Household
from tests.readings.site import Site

LARGEST = 25_000
"""Bytes of all scripts of the page of readings, htmx apart."""


@pytest.fixture
def household(sqlite: Household) -> Household:
    return sqlite


def test_the_worker_is_asked_for_anew_each_time_and_names_files_that_exist(household: Household) -> None:
    answer = Site(household, None).get("/service-worker.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert "worker-src 'self'" in answer.headers["content-security-policy"]
    shell = json.loads(answer.text.partition("const shell = ")[2].partition(";\n")[0])
    assert {shell["store"], *shell["files"]} <= {each.url for each in static_files().values()}


def test_another_page_or_file_is_another_version(monkeypatch: pytest.MonkeyPatch, household: Household) -> None:
    Site(household, None).get("/offline")
    before = offline._version("")
    assert offline._version("") == before
    monkeypatch.setattr(offline, "SHELL", offline.SHELL[1:])
    assert offline._version("") != before


def test_the_page_without_a_signal_is_made_of_what_the_worker_keeps(household: Household) -> None:
    page = Site(household, None).get("/offline").text
    asked = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page)) - {static("apple-touch-icon.png")}
    assert asked <= {static(name) for name in offline.SHELL}
    assert "data-owner" not in page
    assert 'action="/language"' not in page
    assert 'data-owner="' in Site(household).get(Site(household).readings).text


def test_the_worker_keeps_the_page_in_every_language(household: Household) -> None:
    worker = Site(household, None).get("/service-worker.js").text
    shell = json.loads(worker.partition("const shell = ")[2].partition(";\n")[0])
    assert set(shell["pages"]) == set(LANGUAGES)
    assert shell["language"] == "ru"
    for language, path in shell["pages"].items():
        assert f'<html lang="{language}">' in Site(household, None).get(path).text
        # Where somebody reads another language just now.
        assert f'<html lang="{language}">' in Site(household, None, language="en").get(path).text
    assert '<html lang="ru">' in Site(household, None).get("/offline?language=xx").text


def test_it_can_be_put_on_the_home_screen(household: Household) -> None:
    site = Site(household, None)
    manifest = json.loads(site.get("/manifest.webmanifest").text)
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/accounts", "/", "standalone")
    assert {each["purpose"] for each in manifest["icons"]} == {"any", "maskable"}
    pictures = {each.url: each for each in static_files().values()}
    for icon in manifest["icons"]:
        assert pictures[icon["src"]].media_type == icon["type"]
        if icon["type"] == "image/png":
            width, height = Image.open(BytesIO(pictures[icon["src"]].body)).size
            assert icon["sizes"] == f"{width}x{height}"
    assert '<link rel="manifest" href="/manifest.webmanifest">' in site.get("/offline").text


def test_the_scripts_of_the_page_of_readings_stay_small(household: Household) -> None:
    page = Site(household).get(Site(household).readings).text
    names = re.findall(r'<script src="/static/[^/]+/([^"]+)" defer>', page)
    assert "carried.js" in names
    assert _own_bytes(names) < LARGEST


def _own_bytes(names: list[str]) -> int:
    return sum(len(static_files()[name].body) for name in names) - (ROOT / "vendor" / "htmx.min.js").stat().st_size
