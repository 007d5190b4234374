"""A bill's content as stored data gives it, on both engines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date, datetime

import pytest

from lk import db
from lk.accounts.queries import AccountView, account_as_held, find_by_number
from lk.billing.moves import Move, MoveKind
from lk.billing.open_data import bills_csv, readings_csv
from lk.billing.sheet import BillSheet, Month
from lk.billing.sheets import sheet_for, sheets_of
from lk.ledger.rules import Kind
from lk.period import Period
from lk.tariffs.queries import price_list
from tests.cycle.town import IVANOVA, PETROV, Town
from tests.database import Database, moscow

JULY, AUGUST = Period(2025, 7), Period(2025, 8)
NOW = "2025-08-28T12:00"


@pytest.fixture
def town(database: Database) -> Town:
    """Two bills of the worked example's household, the first one paid."""
    town = Town(database)
    town.move_in()
    town.reads(IVANOVA, 5000, 2200, at="2025-07-20T14:05")
    town.run_due("2025-07-26T00:00")
    town.run_due("2025-07-29T12:00")
    town.posts(IVANOVA, Kind.PAYMENT, -200000, at="2025-08-05T12:00")
    town.reads(IVANOVA, 5150, 2280, at="2025-08-20T14:05")
    town.run_due("2025-08-26T00:00")
    return town


def bill_id(town: Town, number: str, period: Period) -> int:
    return next(int(bill["id"]) for bill in reversed(town.bills(number)) if bill["period"] == period.number)


def sheets(town: Town, ids: Sequence[int], since: datetime | None = None) -> list[BillSheet]:
    return town.database.run(sheets_of(ids, since), NOW)


def sheet(town: Town, period: Period, number: str = IVANOVA) -> BillSheet:
    (found,) = sheets(town, [bill_id(town, number, period)])
    return found


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_the_worked_example_holds_whom_where_what_and_how_much(town: Town) -> None:
    july = sheet(town, JULY)
    assert (july.account_number, july.holder_name) == (IVANOVA, "Иванова Мария Петровна")
    assert july.address == "Москва, Лесная улица, 5, кв. 12"
    assert [(each.title, each.amount_kopecks) for each in july.lines] == [("День, Т1", 170100), ("Ночь, Т2", 38760)]
    assert (july.total_kopecks, july.vat_percent, july.vat_kopecks) == (208860, 20, 34810)
    assert (july.opening_kopecks, july.to_pay_kopecks, july.advance_kopecks) == (0, 208860, 0)
    assert (july.issued_on, july.due_on) == (date(2025, 7, 26), date(2025, 8, 10))
    assert july.notes == ()


def test_each_dial_shows_both_readings_and_where_the_later_one_came_from(town: Town) -> None:
    day, night = sheet(town, JULY).dials
    assert (day.serial_number, day.label, day.previous_kwh, day.current_kwh) == ("14195368", "День, Т1", 4820, 5000)
    assert (night.previous_kwh, night.current_kwh, night.current_on) == (2105, 2200, date(2025, 7, 20))
    assert (day.source, day.verified_until) == ("передано из кабинета", date(2035, 6, 1))


def test_an_estimated_month_says_that_there_was_no_reading(town: Town) -> None:
    (dial,) = sheet(town, JULY, PETROV).dials
    assert (dial.previous_kwh, dial.current_kwh, dial.source) == (1000, None, "показания не было")


def test_what_was_owed_and_paid_since_the_bill_before_is_there(town: Town) -> None:
    august = sheet(town, AUGUST)
    assert (august.opening_kopecks, august.moves) == (8860, (Move(MoveKind.PAYMENT, -200000),))
    assert august.before_kopecks == sheet(town, JULY).to_pay_kopecks == 208860
    assert august.to_pay_kopecks == 8860 + 150 * 945 + 80 * 408


def test_months_are_compared_by_zone_and_by_sum(town: Town) -> None:
    august = sheet(town, AUGUST)
    assert august.zones == ("День", "Ночь")
    assert august.months == (Month(JULY, (180, 95), 208860), Month(AUGUST, (150, 80), 174390))
    assert august.month(1) == august.months[0]
    assert august.month(12) is None


def test_two_years_of_months_and_not_one_more(town: Town) -> None:
    for back in range(1, 30):
        _earlier_bill(town, JULY + -back)
    months = sheet(town, AUGUST).months
    assert (len(months), months[0].period, months[-1].period) == (24, Period(2023, 9), AUGUST)


def _earlier_bill(town: Town, period: Period) -> None:
    town.database.change(
        "INSERT INTO bills (account_id, period, status, opening_kopecks, energy_kopecks, adjustment_kopecks, "
        "total_kopecks, vat_kopecks, vat_percent, missed, hold_reasons, created_at, issued_at) "
        f"SELECT id, {period.number}, 'issued', 0, 0, 0, 0, 0, 20, 0, '[]', '{period}-26', '{period}-26' "
        f"FROM accounts WHERE number = '{IVANOVA}'"
    )


def test_bills_come_in_the_order_asked_for_by_as_many_statements_for_many(town: Town) -> None:
    town.neighbours(20)
    town.run_due("2025-08-31T00:00")
    ids = [int(row["id"]) for row in town.database.rows("SELECT id FROM bills ORDER BY id DESC")]
    assert len(ids) > 20

    async def counted(asked: Sequence[int]) -> tuple[int, list[int]]:
        await price_list()
        with db.counted() as counter:
            found = await sheets_of(asked)
        return len(counter.statements), [each.bill_id for each in found]

    one, _ = town.database.run(counted(ids[:1]), NOW)
    many, order = town.database.run(counted(ids), NOW)
    assert one == many
    assert order == ids


def test_nothing_from_before_the_readers_own_time_is_shown(town: Town) -> None:
    july, august = bill_id(town, IVANOVA, JULY), bill_id(town, IVANOVA, AUGUST)
    found = sheets(town, [july, august], since=moscow("2025-08-01T00:00"))
    assert [each.period for each in found] == [AUGUST]
    assert [month.period for month in found[0].months] == [AUGUST]


class TestForOneReader:
    def account(self, town: Town, number: str = IVANOVA) -> AccountView:
        async def held() -> AccountView | None:
            return await account_as_held((await find_by_number(number))[0].public_id)

        found = town.database.run(held())
        assert found
        return found

    def seen(self, town: Town, of: str, reader: str = IVANOVA) -> BillSheet | None:
        return town.database.run(sheet_for(self.account(town, reader), bill_id(town, of, AUGUST)), NOW)

    def test_a_confirmed_cabinet_is_told_name_and_address(self, town: Town) -> None:
        town.opens_cabinet(IVANOVA, "ivanova@example.org")
        town.database.change("UPDATE accesses SET is_provisional = FALSE")
        found = self.seen(town, IVANOVA)
        assert found
        assert found.holder_name == "Иванова Мария Петровна"

    def test_a_provisional_one_is_not(self, town: Town) -> None:
        town.opens_cabinet(IVANOVA, "sosed@example.org")
        town.database.change("UPDATE accesses SET is_provisional = TRUE")
        found = self.seen(town, IVANOVA)
        assert found
        assert (found.holder_name, found.address, found.postcode) == (None, None, "")

    def test_another_accounts_bill_is_not_there(self, town: Town) -> None:
        assert self.seen(town, PETROV, reader=IVANOVA) is None


class TestNotes:
    def test_a_cabinet_opened_since_the_bill_before_is_told_with_its_address_masked(self, town: Town) -> None:
        town.opens_cabinet(IVANOVA, "ivanova@example.org", at="2025-08-02T12:00")
        (note,) = map(plain, sheet(town, AUGUST).notes)
        assert note.startswith("По этому адресу 2 августа 2025 открыт личный кабинет, почта i•••@example.org.")
        assert sheet(town, JULY).notes == ()

    def test_a_day_that_was_moved_is_told(self, town: Town) -> None:
        town.database.change(
            "INSERT INTO extensions (period, kind, days, decided_at) VALUES (202508, 'window', 2, '2025-08-26')",
            "INSERT INTO extensions (period, kind, days, decided_at) VALUES (202508, 'due', 1, '2025-09-11')",
        )
        window, due = map(plain, sheet(town, AUGUST).notes)
        assert window.endswith("поэтому показания принимали на 2 дня дольше.")
        assert due.endswith("поэтому срок оплаты продлён на 1 день.")
        assert sheet(town, JULY).notes == ()

    def test_a_replaced_bill_and_the_one_instead_of_it_speak_of_each_other(self, town: Town) -> None:
        old = bill_id(town, IVANOVA, AUGUST)
        replace_bill(town, old)
        new = bill_id(town, IVANOVA, AUGUST)
        ((of_old,), (of_new,)) = (tuple(map(plain, each.notes)) for each in sheets(town, [old, new]))
        assert of_old == (
            "Этот счёт отменён 27 августа 2025: в показании была ошибка. "
            "Вместо него есть новый, платить по этому не нужно."
        )
        assert of_new.startswith("Этот счёт заменяет счёт от 26 августа 2025 на 1 743,90 ₽: в показании была ошибка.")


def replace_bill(town: Town, old: int) -> None:
    """As a correction leaves it: the old bill reversed, a new one of the same month."""
    same = "account_id, period, opening_kopecks, energy_kopecks, adjustment_kopecks, total_kopecks, vat_kopecks"
    same += ", vat_percent, missed, hold_reasons, due_on"
    town.database.change(
        "UPDATE bills SET status = 'reversed', reversed_at = '2025-08-27 09:00:00+00:00', "
        f"reversal_reason = 'reading' WHERE id = {old}",
        f"INSERT INTO bills (status, created_at, issued_at, replaces_id, {same}) "
        f"SELECT 'issued', '2025-08-27 09:00:00+00:00', '2025-08-27 09:00:00+00:00', id, {same} "
        f"FROM bills WHERE id = {old}",
    )


def test_the_penalty_is_a_sum_apart(town: Town) -> None:
    charge_penalty(town, 1647)
    august = sheet(town, AUGUST)
    assert [(each.title.replace("\u00a0", " "), each.amount_kopecks) for each in august.penalty_lines] == [
        ("Пени за июль 2025", 1647)
    ]
    assert (august.penalty_to_pay_kopecks, august.to_pay_kopecks) == (1647 + 500, 8860 + 174390)


def charge_penalty(town: Town, kopecks: int) -> None:
    july, august = bill_id(town, IVANOVA, JULY), bill_id(town, IVANOVA, AUGUST)
    why = {"period": "2025-07", "due_on": "2025-08-10", "segments": [], "accrued": kopecks, "posted": 0}
    town.database.change(
        "INSERT INTO penalty_lines (bill_id, account_id, for_bill_id, amount_kopecks, through_on, why) "
        f"SELECT {august}, account_id, {july}, {kopecks}, '2025-08-26', '{json.dumps(why)}' "
        f"FROM bills WHERE id = {august}",
        f"UPDATE bills SET penalty_kopecks = {kopecks}, opening_penalty_kopecks = 500 WHERE id = {august}",
    )


class TestFiles:
    def rows(self, town: Town, content: bytes) -> list[dict[str, str]]:
        assert content.startswith(b"\xef\xbb\xbf"), "spreadsheets take it for another encoding"
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))

    def account_id(self, town: Town) -> int:
        return int(town.bills(IVANOVA)[0]["account_id"])

    def bills(self, town: Town, since: datetime | None = None) -> list[dict[str, str]]:
        return self.rows(town, town.database.run(bills_csv(self.account_id(town), since)))

    def readings(self, town: Town, since: datetime | None = None) -> list[dict[str, str]]:
        return self.rows(town, town.database.run(readings_csv(self.account_id(town), since)))

    def test_bills_are_written_line_by_line_as_the_company_writes_them(self, town: Town) -> None:
        charge_penalty(town, 1647)
        rows = self.bills(town)
        assert " ".join(rows[0]) == (
            "account_number period line register previous current consumption_kwh band price amount method total "
            "opening_balance closing_balance due_on status"
        )
        assert [(row["period"], row["line"], row["register"], row["amount"]) for row in rows] == [
            ("2025-07", "energy", "T1", "1701.00"),
            ("2025-07", "energy", "T2", "387.60"),
            ("2025-08", "energy", "T1", "1417.50"),
            ("2025-08", "energy", "T2", "326.40"),
            ("2025-08", "penalty", "", "16.47"),
        ]
        assert {row["account_number"] for row in rows} == {IVANOVA}

    def test_readings_are_all_there(self, town: Town) -> None:
        assert [(row["kind"], row["t1"], row["t2"], row["t3"], row["source"]) for row in self.readings(town)] == [
            ("initial", "4820", "2105", "", "import"),
            ("regular", "5000", "2200", "", "resident"),
            ("regular", "5150", "2280", "", "resident"),
        ]

    def test_nothing_from_before_the_readers_own_time_is_in_them(self, town: Town) -> None:
        since = moscow("2025-08-01T00:00")
        assert {row["period"] for row in self.bills(town, since)} == {"2025-08"}
        assert [row["t1"] for row in self.readings(town, since)] == ["5150"]

    def test_no_cell_is_a_formula(self, town: Town) -> None:
        town.database.change("UPDATE meters SET serial_number = '=1+1'")
        assert {row["meter_number"] for row in self.readings(town)} == {"'=1+1"}
