"""The bill on paper, as other people's programs read it."""

from __future__ import annotations

import asyncio
import re
import resource
import subprocess
import sys
from collections.abc import Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lk import filters
from lk.billing.paper import NOTHING_ENCLOSED, Enclosure
from lk.billing.payment_qr import payment_text
from lk.billing.pdf import Printed, bill_pdf, print_batch, print_bills
from lk.billing.sheet import BillSheet, SheetLine
from lk.billing.sums import comparisons, ladder, penalty_ladder
from lk.company import DEMO_COMPANY
from lk.period import Period
from tests.billing.sheets import COMMON, DAY, NIGHT, PENALTY, SETTLEMENT, TWO_ZONES, UNKNOWN_READER, line
from tests.papers import codes_of, pages_of, spaced, text_of

ODD = (
    "#set page(width: 1pt)",
    "#panic()",
    "$x^2$ *жирно* _косо_ `код` @ссылка <метка> = заголовок",
    "\\ \\u{1F4A9} \"кавычки\" 'и' //нет /* нет */ [x] {y} ~",
    "ООО «Ромашка» & Co; <b>html</b>",
    "рядом עברית и عربي",
    "строка\r\nвторая\tстрока\u2028третья",
    "\x00\x01\x1b[31m\u202eперевёрнуто",
)


def one(sheet: BillSheet, enclosure: Enclosure = NOTHING_ENCLOSED) -> Printed:
    return print_bills([sheet], [enclosure], is_tagged=True)


def told(sheet: BillSheet) -> Iterator[str]:
    """Everything that the sheet holds, as its page says it."""
    yield filters.account_number(sheet.account_number)
    yield from filter(None, (sheet.holder_name, sheet.address, sheet.postcode))
    yield f"Счёт за {filters.month(sheet.period)}"
    yield filters.day_year(sheet.issued_on)
    if sheet.due_on:
        yield f"до {filters.day_year(sheet.due_on)}"
    for dial in sheet.dials:
        yield from filter(None, (dial.serial_number, dial.label[:1].lower() + dial.label[1:], dial.source))
        yield from (filters.number(kwh) for kwh in (dial.previous_kwh, dial.current_kwh) if kwh is not None)
        yield from (f"{day:%d.%m.%Y}" for day in (dial.previous_on, dial.current_on) if day)
        yield filters.day_year(dial.verified_until) if dial.verified_until else ""
    for each in (*sheet.lines, *sheet.penalty_lines):
        yield from (each.title, each.note, filters.money(each.amount_kopecks))
    yield f"В том числе НДС {sheet.vat_percent} % — {filters.money(sheet.vat_kopecks)}"
    for step in (*ladder(sheet), *penalty_ladder(sheet)):
        yield from (step.sum, step.title.split()[0], *step.note.split())
    whys = [why for each in (*sheet.lines, *sheet.penalty_lines) for why in each.why]
    yield from (word for text in (*comparisons(sheet), *sheet.notes, *whys) for word in spaced(text).split())


def supplier() -> Iterator[str]:
    company = DEMO_COMPANY
    yield from (company.name, company.inn, company.kpp, company.bank_name, company.bic, company.account)
    yield from (company.correspondent_account, company.address, company.email, company.site, *company.phones)


@pytest.mark.parametrize("name", COMMON)
def test_a_common_bill_is_one_page_that_says_all_that_the_sheet_holds(name: str) -> None:
    printed = one(COMMON[name])
    text = text_of(printed.content)
    assert printed.pages == (pages_of(printed.content),) == (1,)
    assert [each for each in (*told(COMMON[name]), *supplier()) if spaced(each) not in text] == []


def test_the_sum_to_pay_is_the_largest_word_of_the_page() -> None:
    found = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=one(TWO_ZONES).content, capture_output=True, check=True
    ).stdout.decode()
    words = re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">([^<]+)<', found)
    tallest = sorted(((float(low) - float(high), word) for high, low, word in words), reverse=True)
    assert {word for _, word in tallest[:2]} <= {"2", "088,60", "₽", "2\u00a0088,60\u00a0₽"}


def test_the_code_of_the_page_pays_the_bill(tmp_path: Path) -> None:
    wanted = payment_text(DEMO_COMPANY, kopecks=208860, account_number="1000000101", period=Period(2025, 7))
    assert codes_of(one(TWO_ZONES).content, tmp_path) == [wanted]


def test_a_penalty_has_a_code_of_its_own_and_is_not_in_the_sum(tmp_path: Path) -> None:
    codes = codes_of(one(PENALTY).content, tmp_path)
    assert sorted(re.findall(r"Sum=(\d+)\|Purpose=(\w+)", " ".join(codes))) == [("1805", "Пени"), ("408860", "Оплата")]
    assert "Пени платят отдельно" in text_of(one(PENALTY).content)


def test_where_nothing_is_to_pay_there_is_no_code_and_the_page_says_so(tmp_path: Path) -> None:
    printed = one(SETTLEMENT).content
    assert "По этому счёту платить не нужно." in text_of(printed)
    with pytest.raises(subprocess.CalledProcessError):
        codes_of(printed, tmp_path)


def test_who_may_not_know_the_reader_sees_the_account_number_in_the_window() -> None:
    text = text_of(one(UNKNOWN_READER).content)
    assert "Лицевой счёт 10000-001-01" in text
    for secret in ("Иванова", "Лесная улица, 5", "125047"):
        assert secret not in text


def test_the_printed_bill_carries_the_cabinets_code_and_where_to_send_a_reading(tmp_path: Path) -> None:
    url = "https://lk.example/reading/abc-202508-mark"
    enclosed = one(TWO_ZONES, Enclosure("k7mp2h9xq4rtab3c", url, Period(2025, 8)))
    assert "k7mp-2h9x-q4rt-ab3c" in text_of(enclosed.content)
    assert "Показания за август" in text_of(enclosed.content)
    assert url in codes_of(enclosed.content, tmp_path)
    assert enclosed.pages == (1,)


@pytest.mark.parametrize("odd", ODD)
def test_nobodys_text_is_ever_code(odd: str) -> None:
    sheet = replace(
        TWO_ZONES,
        holder_name=odd,
        address=odd,
        notes=(odd,),
        lines=(SheetLine(odd, odd, 208860, (odd,)),),
        dials=(replace(TWO_ZONES.dials[0], serial_number=odd, source=odd, label=odd),),
    )
    printed = one(sheet)
    assert printed.pages[0] <= 2
    text = text_of(printed.content)
    assert "2 088,60 ₽" in text
    plain = [
        word for word in spaced(odd).split() if word.isprintable() and re.fullmatch(r"[\w#$*@<>(){}.:;&«»-]+", word)
    ]
    assert [word for word in plain if word not in text and word[0] not in "עبع"] == []


@pytest.mark.parametrize("address", ["Москва, " + "Очень длинная улица, " * 24, "Д" * 500, "כ" * 500])
def test_an_address_without_end_stays_in_the_window_and_on_the_page(address: str) -> None:
    printed = one(replace(TWO_ZONES, address=address))
    assert printed.pages[0] <= 2
    assert "2 088,60 ₽" in text_of(printed.content, page=1)


def test_what_is_longer_than_a_page_goes_on_with_numbered_pages() -> None:
    many = replace(
        TWO_ZONES, lines=tuple(line(f"День {at}", 10, 945, *["Потому что так вышло."] * 12) for at in range(30))
    )
    printed = one(many)
    last = pages_of(printed.content)
    assert printed.pages == (last,)
    assert last > 2
    for page in range(1, last + 1):
        assert f"страница {page} из {last}" in text_of(printed.content, page)
    assert "День 29" in text_of(printed.content)


def test_a_bill_that_is_longer_than_it_looks_is_noticed() -> None:
    """Lines that break early: much room for few signs."""
    tall = replace(TWO_ZONES, lines=tuple(replace(each, title="Ш " * 900) for each in (DAY, NIGHT)))
    printed = print_bills([TWO_ZONES, tall, TWO_ZONES], [NOTHING_ENCLOSED] * 3)
    assert sum(printed.pages) == pages_of(printed.content)
    assert printed.pages[0] == printed.pages[2] == 1
    assert printed.pages[1] > 1


def test_bills_of_a_batch_follow_each_other_page_by_page(tmp_path: Path) -> None:
    sheets = [replace(TWO_ZONES, account_number=f"100000010{at}") for at in range(1, 4)]
    printed = print_bills(sheets, [NOTHING_ENCLOSED] * 3)
    assert printed.pages == (1, 1, 1)
    for page in (1, 2, 3):
        assert f"10000-001-0{page}" in text_of(printed.content, page)
        assert f"PersAcc=100000010{page}" in codes_of(printed.content, tmp_path, page)[0]


def test_the_same_sheet_gives_the_same_bytes_in_another_process_and_time() -> None:
    script = (
        "import hashlib; from tests.billing.sheets import PENALTY; from tests.billing.test_pdf import one; "
        "print(hashlib.sha256(one(PENALTY).content).hexdigest())"
    )
    runs = {subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout for _ in range(2)}
    assert len(runs) == 1
    assert b"2025-07-26" in one(PENALTY).content


def print_batches(count: int) -> list[int]:
    """Megabytes that this process has taken at most, after each batch of thirty bills that have nothing in common."""
    taken = []
    for batch in range(count):
        sheets = [
            replace(
                TWO_ZONES,
                account_number=f"{1_000_000_000 + batch * 100 + at}",
                lines=tuple(
                    line(f"День {each}", 10 + at + each, 945 + batch, *["Так вышло."] * 9) for each in range(6)
                ),
            )
            for at in range(30)
        ]
        print_batch(sheets, [NOTHING_ENCLOSED] * len(sheets))
        taken.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    return taken


def test_nothing_of_a_batch_stays_in_memory_for_the_next() -> None:
    """A process of its own: what others did before would hide it."""
    script = "from tests.billing.test_pdf import print_batches; print(*print_batches(4))"
    first, *_, last = map(int, subprocess.check_output([sys.executable, "-c", script]).split())
    assert last - first < 40


def turns_of_the_loop(*works: Coroutine[Any, Any, object]) -> int:
    """How often anything else had its turn meanwhile."""

    async def counted() -> int:
        work, turns = asyncio.gather(*works), 0
        while not work.done():
            await asyncio.sleep(0.001)
            turns += 1
        await work
        return turns

    return asyncio.run(counted())


def test_the_loop_stays_free_while_a_bill_is_made() -> None:
    made = (bill_pdf(replace(TWO_ZONES, total_kopecks=100 + at)) for at in range(20))
    assert turns_of_the_loop(*made) >= 5
