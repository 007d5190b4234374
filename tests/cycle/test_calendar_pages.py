"""The pages that are open to everyone name the days of the company's own month."""

from __future__ import annotations

from lk.tariffs.queries import forget_price_list
from tests.payments_desk.cast import Browser, Desk
from tests.payments_desk.conftest import acquirer as acquirer
from tests.payments_desk.conftest import at_noon as at_noon
from tests.payments_desk.conftest import sqlite_desk as sqlite_desk


def test_after_a_switch_the_start_and_the_guide_name_the_new_days(sqlite_desk: Desk) -> None:
    somebody = Browser("")
    for path, words in (("/", "до 10 числа"), ("/guide", "Заплатите до 10 числа")):
        somebody.get(path)
        assert words in somebody.text

    sqlite_desk.change(
        "INSERT INTO calendars (valid_from, readings_open, readings_close, bill_run, print_by, bill_by, pay_by) "
        "VALUES ('2026-10-01', 14, 24, 26, 27, 5, 15)"
    )
    forget_price_list()

    for path, words in (("/", "14–24 число"), ("/", "до 15 числа"), ("/guide", "с 14 по 24 число"), ("/guide", "К 5 ")):
        somebody.get(path)
        assert words in somebody.text
