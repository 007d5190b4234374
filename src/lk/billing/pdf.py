"""Bills as PDF, by typst: no system font, no clock, no network; the same sheets give the same bytes."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from lk.billing.paper import NOTHING_ENCLOSED, Enclosure, bill_words, company_words
from lk.billing.paper_room import placed
from lk.billing.sheet import BillSheet
from lk.config import settings
from lk.language import spoken

_PAGE = re.compile(rb"/Type/Page\b")
_REMEMBERED = 11
"""typst keeps a page's parts until ten compilations did without them: a thousand pages' would be a gigabyte."""
_press = ThreadPoolExecutor(max_workers=1, thread_name_prefix="press")
"""One at a time: a compiler serves one caller, and the other core is the site's."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A file with bills one after another; `pages` of each."""

    content: bytes
    pages: tuple[int, ...]


async def bill_pdf(sheet: BillSheet) -> bytes:
    """For its reader, tagged for those who listen to it. The loop stays free."""
    printed = await asyncio.get_running_loop().run_in_executor(_press, print_bills, [sheet], [NOTHING_ENCLOSED], True)
    return printed.content


async def batch_pdf(sheets: Sequence[BillSheet], enclosures: Sequence[Enclosure]) -> Printed:
    """For the printer. The loop stays free, and nothing of one batch stays in memory for the next."""
    return await asyncio.get_running_loop().run_in_executor(_press, print_batch, sheets, enclosures)


def print_batch(sheets: Sequence[BillSheet], enclosures: Sequence[Enclosure]) -> Printed:
    """Takes long, in the caller's thread."""
    printed = print_bills(sheets, enclosures)
    for _ in range(_REMEMBERED):
        _blank().compile(b"", format="svg")
    return printed


def print_bills(sheets: Sequence[BillSheet], enclosures: Sequence[Enclosure], is_tagged: bool = False) -> Printed:
    words = [_words(*each, at) for at, each in enumerate(zip(sheets, enclosures, strict=True))]
    printed = _printed(words, sheets[0].issued_on, is_tagged)
    if sum(printed.pages) != len(_PAGE.findall(printed.content)):
        # One was longer than it looked.
        printed = _printed([each | {"is_numbered": True} for each in words], sheets[0].issued_on, is_tagged)
    return printed


def _words(sheet: BillSheet, enclosure: Enclosure, at: int) -> dict[str, Any]:
    """In the sheet's language: a thread of the press knows of no reader."""
    with spoken(sheet.language):
        return placed(bill_words(sheet, settings().company, at, enclosure))


def _printed(words: list[dict[str, Any]], issued_on: date, is_tagged: bool) -> Printed:
    company = company_words(settings().company)
    content = _compiler().compile(
        format="pdf",
        sys_inputs={
            name: json.dumps(value, ensure_ascii=False) for name, value in (("bills", words), ("company", company))
        },
        timestamp=datetime.combine(issued_on, time(), UTC),
        pdf_tags=is_tagged,
    )
    assert isinstance(content, bytes)
    pages = [1] * len(words)
    if any(each["is_numbered"] for each in words):
        for at, count in json.loads(_compiler().query("<pages>", field="value")):
            pages[at] = count
    return Printed(content, tuple(pages))


@cache
def _blank() -> typst.Compiler:
    return typst.Compiler(ignore_system_fonts=True)


@cache
def _compiler() -> typst.Compiler:
    template = Path(str(files("lk"))) / "templates" / "billing" / "bill.typ"
    return typst.Compiler(template, root=template.parent, ignore_system_fonts=True)
