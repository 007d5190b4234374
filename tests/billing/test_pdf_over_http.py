"""The PDF beside the page of a bill, as its reader gets it."""

from __future__ import annotations

from pathlib import Path

from tests.household import register_neighbour
from tests.papers import codes_of, spaced, text_of
from tests.served import Served, Visitor


def confirm(lk: Served) -> None:
    lk.change("UPDATE accesses SET is_provisional = {}", False)


def test_the_bill_opens_as_a_file_in_the_browser(home: str, holder: Visitor, lk: Served, tmp_path: Path) -> None:
    confirm(lk)
    answer = holder.http.get(f"{home}/bills/2025-07.pdf")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'inline; filename="bill-2025-07.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    text = text_of(answer.content)
    assert "Иванова Мария Петровна" in text
    assert "Москва, Лесная улица, 5, кв. 12" in text
    assert "до 10 августа 2025" in text
    assert "Sum=208860" in codes_of(answer.content, tmp_path)[0]


def test_file_and_page_say_the_same_lines_and_sums(home: str, holder: Visitor, lk: Served) -> None:
    confirm(lk)
    file = text_of(holder.http.get(f"{home}/bills/2025-07.pdf").content)
    holder.get(f"{home}/bills/2025-07")
    page = spaced(holder.text)
    for words in (
        "День, Т1",
        "Ночь, Т2",
        "180 кВт·ч × 9,45 ₽",
        "95 кВт·ч × 4,08 ₽",
        "1 701,00 ₽",
        "387,60 ₽",
        "2 088,60 ₽",
        "В том числе НДС 20 % — 348,10 ₽",
        "Итого к оплате",
        "передано из кабинета",
        "до 10 августа",
        "40702810138250123017",
    ):
        assert words in page, words
        assert words in file, words


def test_a_provisional_cabinet_gets_the_bill_without_reader_and_address(home: str, holder: Visitor) -> None:
    text = text_of(holder.http.get(f"{home}/bills/2025-07.pdf").content)
    assert "2 088,60 ₽" in text
    assert "Лицевой счёт 10000-001-01" in text
    for secret in ("Иванова", "кв. 12"):
        assert secret not in text


def test_a_bill_from_before_the_readers_time_is_not_there(home: str, holder: Visitor, lk: Served) -> None:
    confirm(lk)
    lk.move_to("2025-07-30T12:00")
    lk.change("UPDATE accounts SET seen_from = {}", lk.now)
    assert holder.http.get(f"{home}/bills/2025-07.pdf").status_code == 404


def test_a_held_bill_and_a_month_without_one_have_no_file(home: str, holder: Visitor, lk: Served) -> None:
    confirm(lk)
    lk.change("UPDATE bills SET status = 'held'")
    for period in ("2025-07", "2025-06", "2025-13", "x", "", "2025-07.pdf"):
        assert holder.http.get(f"{home}/bills/{period}.pdf").status_code == 404, period


def test_a_stranger_gets_nothing(home: str, lk: Served) -> None:
    stranger = lk.visitor()
    register_neighbour(lk, stranger)
    assert stranger.http.get(f"{home}/bills/2025-07.pdf").status_code == 404
