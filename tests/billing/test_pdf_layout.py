"""Where things stand on the paper bill, as a folding machine, a window and a camera meet them."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from lk.billing.paper import NOTHING_ENCLOSED, bill_words
from lk.billing.paper_room import placed
from lk.billing.pdf import batch_pdf, bill_pdf, print_bills
from lk.billing.sheet import BillSheet
from lk.company import DEMO_COMPANY
from tests.billing.sheets import ESTIMATE, PENALTY, SETTLEMENT, TWO_ZONES, line
from tests.billing.test_pdf import one, turns_of_the_loop
from tests.papers import spaced, text_of

DOTS = 10
"""A millimetre."""
MM_OF_POINT = 25.4 / 72
FONTS = {"LibertinusSerif", "NewCM10", "DejaVuSansMono"}


def words_at(pdf: bytes) -> Iterator[tuple[str, float, float, float, float]]:
    """(word, left, top, right, bottom) of the first page, in millimetres from its corner."""
    done = subprocess.run(["pdftotext", "-bbox", "-l", "1", "-", "-"], input=pdf, capture_output=True, check=True)
    for left, top, right, bottom, word in re.findall(
        r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)<', done.stdout.decode()
    ):
        yield word, *(float(each) * MM_OF_POINT for each in (left, top, right, bottom))


def picture(pdf: bytes, folder: Path) -> Image.Image:
    """The first page in shades of grey, ten dots a millimetre."""
    path = folder / "page"
    words = ["pdftoppm", "-r", "254", "-gray", "-png", "-singlefile", "-l", "1", "-", str(path)]
    subprocess.run(words, input=pdf, check=True)
    return Image.open(path.with_suffix(".png")).convert("L")


def is_dark(page: Image.Image, left: float, top: float, right: float, bottom: float, below: int = 200) -> bool:
    box = round(left * DOTS), round(top * DOTS), round(right * DOTS), round(bottom * DOTS)
    return min(page.crop(box).tobytes()) < below


def test_the_reader_is_in_the_window_of_the_envelope_and_nothing_else_is() -> None:
    inside = [
        word
        for word, left, top, right, bottom in words_at(one(TWO_ZONES).content)
        if left < 110 and right > 20 and top < 72 and bottom > 27
    ]
    assert spaced(" ".join(inside)) == (
        "АО «Энергосбыт-Демо», 101000, Москва, Лесная улица, 1 "
        "Иванова Мария Петровна Москва, Лесная улица, 5, кв. 12 125047"
    )


@pytest.mark.parametrize("length", [90, 170, 300, 480])
def test_the_longer_the_address_the_smaller_its_type_so_that_all_of_it_shows(length: int) -> None:
    head = "Московская область, "
    middle = "Очень Длинная улица, " * ((length - 80) // 21)
    sheet = replace(TWO_ZONES, address=f"{head}{middle}кв. Последняя")
    (last,) = [each for each in words_at(one(sheet).content) if each[0] == "125047"]
    (flat,) = [each for each in words_at(one(sheet).content) if each[0] == "Последняя"]
    for _, left, top, right, bottom in (flat, last):
        assert 20 <= left < right <= 105
        assert 27 <= top < bottom <= 72


def test_an_address_that_fits_nowhere_is_cut_off_at_the_window(tmp_path: Path) -> None:
    page = picture(one(replace(TWO_ZONES, address="Длинная улица, " * 400)).content, tmp_path)
    assert is_dark(page, 25, 60, 100, 71.5)
    assert not is_dark(page, 25, 72.5, 105, 86)


def test_marks_show_where_the_sheet_is_folded(tmp_path: Path) -> None:
    page = picture(one(TWO_ZONES).content, tmp_path)
    for fold in (87, 192):
        assert is_dark(page, 6.5, fold - 0.3, 9.5, fold + 0.3)
        assert not is_dark(page, 6.5, fold - 5, 9.5, fold - 0.5)
        assert not is_dark(page, 6.5, fold + 0.5, 9.5, fold + 5)


def test_the_code_is_thirty_millimetres_wide_with_four_light_modules_around(tmp_path: Path) -> None:
    """The first dark row below the frame is a finder's: seven modules of seventy-three."""
    page = picture(one(TWO_ZONES).content, tmp_path)
    for at in range(91 * DOTS, 110 * DOTS):
        row = [shade < 128 for shade in page.crop((22 * DOTS, at, 62 * DOTS, at + 1)).tobytes()]
        if any(row):
            break
    first = row.index(True)
    finder = row.index(False, first) - first
    width = len(row) - row[::-1].index(True) - first
    assert width >= 30 * DOTS
    assert width == pytest.approx(finder * 73 / 7, rel=0.05)
    quiet = 4 * width / 73 / DOTS
    left, top = 22 + first / DOTS, at / DOTS
    assert not is_dark(page, left - quiet + 0.1, top - 0.1, left - 0.1, top + 30)
    assert not is_dark(page, left, top - quiet + 0.3, left + 30, top - 0.1)


def test_the_large_sum_is_what_is_to_pay_with_what_was_owed_before() -> None:
    tallest = sorted(((bottom - top, word) for word, _, top, _, bottom in words_at(one(PENALTY).content)), reverse=True)
    assert spaced(" ".join(word for _, word in tallest[:3])) in ("4 088,60 ₽", "₽ 4 088,60", "088,60 4 ₽", "4 ₽ 088,60")
    assert "К оплате до 10 августа 2025" in text_of(one(PENALTY).content)


def test_an_advance_is_called_one_and_has_no_day() -> None:
    text = text_of(one(SETTLEMENT).content)
    assert "Платить не нужно, остаётся аванс" in text
    assert "379,40 ₽" in text
    assert "Реквизиты По этому счёту платить не нужно." in text
    assert " до 10 августа" not in text
    paid = replace(SETTLEMENT, opening_kopecks=17940)
    assert "Платить не нужно 0,00 ₽" in text_of(one(paid).content)
    assert "остаётся аванс" not in text_of(one(paid).content)


def test_a_word_without_end_breaks_at_the_edge_of_its_column() -> None:
    endless = "Ж" * 300
    sheet = replace(
        TWO_ZONES,
        lines=(replace(TWO_ZONES.lines[0], why=(endless,)),),
        dials=(replace(TWO_ZONES.dials[0], serial_number=endless),),
        notes=(endless,),
    )
    found = list(words_at(one(sheet).content))
    assert any("ЖЖЖ" in word for word, *_ in found)
    assert max(right for _, _, _, right, _ in found) <= 195.5


def test_a_bill_that_only_looks_longer_than_a_page_has_no_page_numbers() -> None:
    sheet = replace(TWO_ZONES, lines=tuple(line(f"День {at}", 10, 945, "Так вышло. " * 3) for at in range(4)))
    assert placed(bill_words(sheet, DEMO_COMPANY, 0, NOTHING_ENCLOSED))["is_numbered"]
    printed = one(sheet)
    assert printed.pages == (1,)
    assert "страница" not in text_of(printed.content)


@pytest.mark.parametrize("sentences", range(6))
def test_a_penalty_stands_whole_with_its_why_on_one_page(sentences: int) -> None:
    """However long the lines above it are."""
    (late,) = PENALTY.penalty_lines
    first = replace(TWO_ZONES.lines[0], why=("Так вышло по показаниям, и больше ничего тут не скажешь. " * sentences,))
    many = tuple(replace(late, title=f"Пени {at}", why=(*late.why, f"Потому что {at}.")) for at in range(9))
    printed = one(replace(PENALTY, lines=(first,), penalty_lines=many))
    assert printed.pages == (2,)
    pages = [text_of(printed.content, page) for page in (1, 2)]
    for at in range(9):
        assert [f"Пени {at}" in page for page in pages] == [f"Потому что {at}." in page for page in pages], at


def test_the_file_is_named_and_for_those_who_listen_it_speaks_russian_and_names_its_codes() -> None:
    content = asyncio.run(bill_pdf(PENALTY))
    told = subprocess.run(["pdfinfo", "-"], input=content, capture_output=True, check=True).stdout.decode()
    assert re.search(r"Title:\s+Счёт за\sиюль\s2025\n", told)
    assert re.search(r"Author:\s+АО «Энергосбыт-Демо»\n", told)
    assert re.search(r"Tagged:\s+yes", told)
    assert b"/Lang(ru)" in content
    spoken = {
        bytes.fromhex(each.decode()).decode("utf-16").replace("\u00a0", " ")
        for each in re.findall(rb"/Alt<([0-9A-F]+)>", content)
    }
    tree = subprocess.run(["pdfinfo", "-struct", "-"], input=content, capture_output=True, check=True).stdout
    assert re.findall(rb"\b(H\d)\b", tree) == [b"H1", *[b"H2"] * 7]
    assert spoken == {"Код для оплаты счёта: 4 088,60 ₽", "Код для оплаты пеней: 18,05 ₽", "Расход по месяцам"}


def test_for_the_printer_nothing_is_tagged() -> None:
    content = print_bills([TWO_ZONES], [NOTHING_ENCLOSED]).content
    assert b"StructTreeRoot" not in content
    assert len(content) < len(one(TWO_ZONES).content)


def test_no_font_of_this_machine_is_in_it() -> None:
    """Signs that no font of ours has stay empty boxes, everywhere the same."""
    sheet = replace(TWO_ZONES, holder_name="עברית и عربي", address="日本語 Ⴀ 🐈")
    done = subprocess.run(["pdffonts", "-"], input=one(sheet).content, capture_output=True, check=True)
    found = {re.sub(r"^\w{6}\+|-.*", "", row.split()[0]) for row in done.stdout.decode().splitlines()[2:]}
    assert found <= FONTS


def test_the_loop_stays_free_while_a_batch_is_made() -> None:
    sheets: list[BillSheet] = [replace(ESTIMATE, total_kopecks=100 + at) for at in range(20)]
    assert turns_of_the_loop(batch_pdf(sheets, [NOTHING_ENCLOSED] * len(sheets))) >= 3
