"""Lighthouse on the pages that residents live on: the median of several runs of a phone on a slow line."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from lk.demo.signs import RESIDENT
from tools.tour import FLAGS, chromium, serving, sign_in

LIGHTHOUSE = Path(__file__).parent / "node_modules" / "lighthouse" / "cli" / "index.js"
RUNS = 5
TRIES = 3
CATEGORIES = ("performance", "accessibility", "best-practices")


@dataclass(frozen=True)
class Measured:
    """Scores of 100; `first_paint_ms` until the first content; `bytes` over the wire; medians."""

    page: str
    performance: int
    accessibility: int
    best_practices: int
    first_paint_ms: int
    bytes: int
    requests: int
    failed: tuple[str, ...]
    """Names of audits that cost accessibility or best practices a point."""


def measure() -> list[Measured]:
    with tempfile.TemporaryDirectory() as town, serving(Path(town)) as url:
        cookie, home, bill = _signed_in(url)
        pages = {"start": "/", "sign-in": "/sign-in"}
        own = {"home": home, "readings": f"{home}/readings", "bill": bill, "autopay": f"{home}/autopay"}
        return [
            *(_median(name, url + path, "") for name, path in pages.items()),
            *(_median(name, url + path, cookie) for name, path in own.items()),
        ]


def _signed_in(url: str) -> tuple[str, str, str]:
    """The session's cookie, and the addresses of a home page and its newest bill."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        context = browser.new_context(base_url=url, locale="ru-RU")
        page = context.new_page()
        sign_in(page, RESIDENT)
        page.goto("/accounts")
        home = page.locator("main h2 a").first.get_attribute("href") or ""
        page.goto(f"{home}/bills")
        bill = page.locator(f"main a[href^='{home}/bills/']").first.get_attribute("href") or ""
        cookie = "; ".join(f"{each['name']}={each['value']}" for each in context.cookies())
        browser.close()
    return cookie, home, bill


def _median(name: str, url: str, cookie: str) -> Measured:
    runs = list(_runs(url, cookie))
    low = {key: round(median(each["categories"][key]["score"] * 100 for each in runs)) for key in CATEGORIES}
    last = runs[-1]
    return Measured(
        page=name,
        performance=low["performance"],
        accessibility=low["accessibility"],
        best_practices=low["best-practices"],
        first_paint_ms=round(median(_value(each, "first-contentful-paint") for each in runs)),
        bytes=round(median(_value(each, "total-byte-weight") for each in runs)),
        requests=len(last["audits"]["network-requests"]["details"]["items"]),
        failed=tuple(_failed(last)),
    )


def _value(report: dict[str, Any], audit: str) -> float:
    return float(report["audits"][audit]["numericValue"])


def _failed(report: dict[str, Any]) -> Iterator[str]:
    for category in ("accessibility", "best-practices"):
        for each in report["categories"][category]["auditRefs"]:
            score = report["audits"][each["id"]]["score"]
            if each["weight"] and score is not None and score < 1:
                yield each["id"]


def _runs(url: str, cookie: str) -> Iterator[dict[str, Any]]:
    for _ in range(RUNS):
        asked = [
            "node", str(LIGHTHOUSE), url, "--quiet", "--output=json", "--only-categories=" + ",".join(CATEGORIES),
            "--chrome-flags=--headless=new " + " ".join(FLAGS),
        ]  # fmt: skip
        if cookie:
            asked.append("--extra-headers=" + json.dumps({"Cookie": cookie}))
        yield json.loads(_said(asked))


def _said(asked: list[str]) -> str:
    """Chromium does not always come up, or stay, at the first call."""
    env = {**os.environ, "CHROME_PATH": chromium()}
    for _ in range(TRIES):
        said = subprocess.run(asked, capture_output=True, text=True, check=False, env=env, timeout=180)
        if said.returncode == 0:
            return said.stdout
    raise SystemExit(f"Lighthouse: {said.stderr.strip()[-500:]}")
