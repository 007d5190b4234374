"""Bills as somebody gets them who chose English: the pages, and the PDF."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from lk.billing.paper import NOTHING_ENCLOSED, Enclosure
from lk.billing.pdf import print_bills
from lk.billing.sheet import BillSheet
from lk.company import DEMO_COMPANY
from lk.period import Period
from tests.billing.sheets import CORRECTED, PENALTY, SETTLEMENT, TWO_ZONES
from tests.billing.test_pdf_over_http import confirm
from tests.pages import untranslated
from tests.papers import spaced, text_of
from tests.served import Served, Visitor

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
CHOSEN = ("lk_language", "en")


@pytest.fixture
def reader(holder: Visitor, home: str, lk: Served) -> Visitor:
    confirm(lk)
    holder.http.cookies.set(*CHOSEN)
    return holder


def test_the_pages_of_bills_speak_english(reader: Visitor, home: str, lk: Served) -> None:
    assert "July 2025" in read(reader, f"{home}/bills/")
    page = read(reader, f"{home}/bills/2025-07")
    for said in ("Bill for July 2025", "To pay by 10 August", "Pay 2,088.60 ₽", "sent from the cabinet", "180 kWh"):
        assert said in page, said
    lk.move_to("2025-08-11T12:00")
    assert "Overdue, it was due on 10 August" in read(reader, f"{home}/bills/2025-07")
    lk.change("UPDATE bills SET status = 'reversed', reversed_at = {}, reversal_reason = 'account'", lk.now)
    assert "the account’s data changed. You do not need to pay it." in read(reader, f"{home}/bills/2025-07")
    lk.change("UPDATE bills SET status = 'held', reversed_at = NULL")
    assert "Being checked" in read(reader, f"{home}/bills/2025-07")


def read(reader: Visitor, path: str) -> str:
    reader.get(path)
    assert reader.status == 200
    assert untranslated(reader.page) == []
    return reader.text


def test_the_file_is_in_the_language_of_who_downloads_it(home: str, reader: Visitor) -> None:
    path = f"{home}/bills/2025-07.pdf"
    text = text_of(reader.http.get(path).content)
    for said in ("Bill for July 2025", "by 10 August 2025", "Total to pay", "sent from the cabinet", "20 Jul 2025"):
        assert said in text, said
    assert not re.search("Счёт|оплат", text)
    reader.http.cookies.delete(CHOSEN[0])
    assert "Счёт за июль 2025" in text_of(reader.http.get(path).content)


@pytest.mark.parametrize("sheet", [TWO_ZONES, PENALTY, SETTLEMENT, CORRECTED])
def test_every_word_around_a_sheets_own_is_english_on_paper(sheet: BillSheet) -> None:
    moves = tuple(replace(each, words="") for each in sheet.moves)
    english = replace(
        sheet,
        holder_name="Maria Ivanova",
        address="5 Forest Street",
        dials=(replace(sheet.dials[0], label="Day, T1", source="from a registry"),),
        lines=(),
        moves=moves,
        penalty_lines=(),
        penalty_moves=(),
        zones=("Day", "Night"),
        notes=(),
        language="en",
    )
    enclosed = Enclosure("k7mp2h9xq4rtab3c", "https://lk.example/r/1", Period(2025, 8))
    text = text_of(print_bills([english], [enclosed], is_tagged=True).content)
    for company in (DEMO_COMPANY.name, DEMO_COMPANY.short_name, DEMO_COMPANY.bank_name, DEMO_COMPANY.address):
        text = text.replace(spaced(company), "")
    assert CYRILLIC.findall(text) == []
    assert "page 1 of" not in text


def test_pages_are_numbered_in_english() -> None:
    tall = replace(TWO_ZONES, notes=("A note that goes on and on. " * 40,) * 5, language="en")
    printed = print_bills([tall], [NOTHING_ENCLOSED])
    assert printed.pages[0] > 1
    assert f"page 2 of {printed.pages[0]}" in text_of(printed.content, 2)


def test_the_file_tells_a_voice_its_language_and_that_names_are_russian() -> None:
    content = print_bills([replace(TWO_ZONES, language="en")], [NOTHING_ENCLOSED], is_tagged=True).content
    assert b"/Lang(en)" in content
    assert b"/Lang(ru)" in content
