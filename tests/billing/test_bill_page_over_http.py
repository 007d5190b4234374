"""The page of one bill and the account's files, as a browser without JavaScript gets them."""

from __future__ import annotations

import pytest

from tests.household import ACCOUNT
from tests.journeys.steps import pay_by_card, send_reading
from tests.served import Served, Visitor


@pytest.fixture
def home(lk: Served, home: str) -> str:
    """Confirmed."""
    lk.change("UPDATE accesses SET is_provisional = {}", False)
    return home


def test_the_page_answers_first_and_every_line_can_be_asked(home: str, holder: Visitor) -> None:
    holder.get(f"{home}/bills/2025-07")

    text = holder.text
    assert text.index("К оплате до 10 августа") < text.index("2 088,60 ₽") < text.index("Из чего сложилось")
    assert text.count("Почему столько?") == 2
    assert "Счётчик № 14195368: было 4 820 (1 июня), стало 5 000 (20 июля), передано из кабинета." in text
    assert "В том числе НДС 20 % — 348,10 ₽" in text
    assert "Иванова Мария Петровна" in text
    assert f'href="{home}/bills/2025-07.pdf"' in text
    for detail in ("40702810138250123017", "044525225", "tel:+74959819819", "mailto:"):
        assert detail in text


def test_the_code_for_a_bank_is_there_until_the_bill_is_paid(home: str, holder: Visitor) -> None:
    assert "Код для оплаты счёта: 2 088,60 ₽" in holder.get(f"{home}/bills/2025-07").replace("\u00a0", " ")

    pay_by_card(holder, home, "2088,60")

    holder.get(f"{home}/bills/2025-07")
    assert "Код для оплаты" not in holder.text
    assert "Оплачено" in holder.text


def test_after_the_due_day_the_bill_is_overdue(home: str, holder: Visitor, lk: Served) -> None:
    lk.move_to("2025-08-10T23:59")
    holder.get(f"{home}/bills/2025-07")
    assert "К оплате до 10 августа" in holder.text

    lk.move_to("2025-08-11T00:01")
    holder.get(f"{home}/bills/2025-07")
    assert "Просрочено, срок был 10 августа" in holder.text


def test_a_second_bill_is_compared_with_the_first(home: str, holder: Visitor, lk: Served) -> None:
    lk.move_to("2025-08-18T14:05")
    send_reading(holder, home, t1="5192", t2="2295")
    lk.move_to("2025-08-26T00:01")
    lk.run_month()

    holder.get(f"{home}/bills/2025-08")
    assert "+12 кВт·ч и +113,40 ₽ к прошлому месяцу" in holder.text
    assert "Долг до этого счёта" in holder.text
    holder.get(f"{home}/bills/2025-07")
    assert "Начислено за месяц" in holder.text
    assert "Код для оплаты" not in holder.text


def test_a_replaced_bill_can_be_opened_from_the_new_one_and_back(home: str, holder: Visitor, lk: Served) -> None:
    _replace(lk)

    holder.get(f"{home}/bills/2025-07")
    assert "Этот счёт заменяет счёт от 29 июля 2025 на 2 088,60 ₽: изменились данные счётчика." in holder.text
    assert f'href="{home}/bills/2025-07?version=1"' in holder.page
    holder.get(f"{home}/bills/2025-07?version=1")
    assert "платить по этому не нужно" in holder.text
    assert "Оплатить" not in holder.text
    assert f'href="{home}/bills/2025-07?version=2"' in holder.page
    for wrong in ("3", "0", "x", "1%27"):
        holder.get(f"{home}/bills/2025-07?version={wrong}")
        assert holder.status == 404


def _replace(lk: Served) -> None:
    same = "account_id, period, opening_kopecks, energy_kopecks, adjustment_kopecks, total_kopecks, vat_kopecks"
    same += ", vat_percent, missed, hold_reasons, due_on"
    old = lk.rows("SELECT b.id FROM bills b JOIN accounts a ON a.id = b.account_id WHERE a.number = {}", ACCOUNT)[0][
        "id"
    ]
    lk.change(
        "UPDATE bills SET status = 'reversed', reversed_at = {}, reversal_reason = 'meter' WHERE id = {}", lk.now, old
    )
    lk.change(
        f"INSERT INTO bills (status, created_at, issued_at, replaces_id, {same}) "
        f"SELECT 'issued', {{}}, {{}}, id, {same} FROM bills WHERE id = {{}}",
        lk.now,
        lk.now,
        old,
    )


def test_a_bill_that_nothing_replaces_is_still_there_to_be_read(home: str, holder: Visitor, lk: Served) -> None:
    lk.change("UPDATE bills SET status = 'reversed', reversed_at = {}, reversal_reason = 'account'", lk.now)

    holder.get(f"{home}/bills/2025-07")
    assert "отменён 29 июля 2025: изменились данные лицевого счёта. Платить по нему не нужно." in holder.text
    assert "Оплатить" not in holder.text


@pytest.mark.parametrize("name", ["bills", "readings"])
def test_own_data_comes_as_a_file(home: str, holder: Visitor, name: str) -> None:
    page = holder.get(f"{home}/{name}")
    assert f'href="{home}/{name}.csv"' in page

    answer = holder.http.get(f"{home}/{name}.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}-{ACCOUNT}.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.decode("utf-8-sig").startswith("account_number,")


class TestAProvisionalCabinet:
    @pytest.fixture
    def home(self, home: str, lk: Served) -> str:
        lk.change("UPDATE accesses SET is_provisional = {}", True)
        return home

    def test_it_does_not_tell_who_the_consumer_is(self, home: str, holder: Visitor) -> None:
        holder.get(f"{home}/bills/2025-07")
        assert holder.status == 200
        for told in ("Иванова", "Лесная улица, 5, кв. 12"):
            assert told not in holder.text

    @pytest.mark.parametrize("name", ["bills", "readings"])
    def test_its_files_are_closed_until_its_code_is_entered(self, home: str, holder: Visitor, name: str) -> None:
        assert ".csv" not in holder.get(f"{home}/{name}")
        holder.get(f"{home}/{name}.csv")
        assert holder.path == f"{home}/confirmation"
