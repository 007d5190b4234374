"""October's days with autopay: told the day before, charged once, and what else may become of a month."""

from __future__ import annotations

from datetime import date

import pytest

from lk import db
from lk.autopay.queries import months_of
from lk.autopay.rules import NEVER_AGAIN
from tests.autopay.cast import OWED, Mode, Payer
from tests.payments.cast import run


def test_the_notice_comes_the_day_before_and_the_bill_is_paid_on_its_day(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-03 12:00")
    payer.tick("10-04 08:59")
    assert payer.month() == ""
    payer.tick("10-04 09:00")
    assert payer.letters() == ["autopay_set", "autopay_notice"]
    payer.tick("10-05 09:59")
    assert payer.captured() == []
    payer.tick("10-05 10:00")
    assert payer.captured() == [OWED]
    assert (payer.month(), payer.household.owes()) == ("paid", 0)
    assert payer.keys() == [(f"autopay:{payer.account_id}:2026-09:1", "succeeded")]
    assert payer.letters()[2:] == ["payment_received"]


def test_once_paid_it_is_not_charged_again_however_often_it_is_looked_at(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-04 09:00")
    for hour in range(10, 20):
        payer.tick(f"10-05 {hour}:00")
    payer.tick("10-09 12:00")
    assert payer.captured() == [OWED]


def test_a_payment_by_hand_in_between_lowers_the_charge(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-04 09:00")
    payer.pays_by_hand(2000_00)
    payer.tick("10-05 10:00")
    assert payer.captured() == [OWED - 2000_00]


def test_nothing_owed_is_nothing_charged_and_told_once(payer: Payer) -> None:
    payer.wishes()
    payer.pays_by_hand(OWED, "10-02 12:00")
    payer.tick("10-04 09:00")
    payer.tick("10-05 10:00")
    assert (payer.captured(), payer.month()) == ([], "nothing")
    assert payer.letters() == ["autopay_set", "autopay_nothing"]


def test_paid_by_hand_after_the_notice_it_is_told_as_well(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-04 09:00")
    payer.pays_by_hand(OWED)
    payer.tick("10-05 10:00")
    assert (payer.captured(), payer.month()) == ([], "nothing")
    assert payer.letters() == ["autopay_set", "autopay_notice", "autopay_nothing"]


def test_a_bill_above_the_limit_is_not_charged_and_the_resident_is_asked(payer: Payer) -> None:
    payer.wishes(kopecks=OWED - 1)
    payer.tick("10-04 09:00")
    assert payer.letters() == ["autopay_set", "autopay_above"]
    payer.tick("10-05 10:00")
    assert (payer.captured(), payer.month()) == ([], "above")


def test_above_the_limit_the_letter_names_the_day_on_which_the_rest_is_charged(payer: Payer) -> None:
    payer.wishes(kopecks=1500_00)
    payer.tick("10-04 09:00")
    said = payer.letter("autopay_above")
    assert "5 октября сами мы ничего не спишем" in said
    assert "если останется не больше предела, остаток спишем 5 октября с карты ··4444" in said
    payer.pays_by_hand(1000_00)
    payer.tick("10-05 10:00")
    assert payer.captured() == [OWED - 1000_00]


@pytest.mark.parametrize("household", ["sqlite"], indirect=True)
def test_above_the_limit_on_the_day_itself_no_charge_is_promised(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-04 09:00")
    payer.wishes(kopecks=2100_00, on="10-04 10:00")
    payer.tick("10-04 10:01")
    payer.pays_by_hand(-100_00)
    payer.tick("10-05 10:00")
    said = payer.letter("autopay_above")
    assert "Это больше вашего предела 2 100,00 ₽, поэтому сами мы ничего не спишем." in said
    assert "остаток" not in said


@pytest.mark.parametrize(
    ("mode", "said", "captured"),
    [
        (Mode.BILL, "Если до этого заплатите сами, спишем меньше или ничего.", []),
        (Mode.FIXED, "Спишем, даже если до этого заплатите сами: лишнее останется авансом.", [2500_00]),
    ],
)
@pytest.mark.parametrize("household", ["sqlite"], indirect=True)
def test_after_a_refusal_the_letter_says_what_a_payment_by_hand_changes(
    payer: Payer, mode: Mode, said: str, captured: list[int]
) -> None:
    payer.wishes(mode, 2500_00)
    payer.card_will("insufficient_funds")
    payer.tick("10-04 09:00")
    payer.tick("10-05 10:00")
    assert said in payer.letter("autopay_refused")
    payer.card_will("succeeds")
    payer.pays_by_hand(OWED, "10-05 12:00")
    payer.tick("10-06 10:00")
    assert payer.captured() == captured


def test_a_limit_raised_in_time_is_told_anew_and_charged(payer: Payer) -> None:
    payer.wishes(kopecks=OWED - 1)
    payer.tick("10-04 09:00")
    payer.wishes(kopecks=OWED, on="10-04 12:00")
    payer.tick("10-04 12:01")
    payer.tick("10-05 10:00")
    assert payer.captured() == [OWED]
    assert payer.letters()[:4] == ["autopay_set", "autopay_above", "autopay_set", "autopay_notice"]


def test_a_limit_lowered_after_the_notice_holds(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-04 09:00")
    payer.wishes(kopecks=1000_00, on="10-04 20:00")
    payer.tick("10-05 10:00")
    payer.tick("10-06 10:00")
    assert (payer.captured(), payer.month()) == ([], "above")


def test_a_fixed_sum_is_charged_though_nothing_is_owed(payer: Payer) -> None:
    payer.wishes(Mode.FIXED, 1500_00)
    payer.pays_by_hand(OWED, "10-02 12:00")
    payer.tick("10-04 09:00")
    payer.tick("10-05 10:00")
    assert (payer.captured(), payer.household.owes()) == ([1500_00], -1500_00)


def test_a_skipped_month_is_not_charged_and_the_next_one_is_planned_as_usual(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-04 09:00")
    assert payer.skips()
    assert not payer.skips()
    payer.tick("10-05 10:00")
    assert (payer.captured(), payer.month()) == ([], "skipped")
    assert payer.household.happened()[-1] == "autopay_skipped"


def test_begun_on_its_day_it_begins_with_the_next_month(payer: Payer) -> None:
    payer.wishes(on="10-05 08:00")
    payer.tick("10-05 12:00")
    payer.tick("10-09 12:00")
    assert (payer.captured(), payer.month(), payer.letters()) == ([], "", ["autopay_set"])


def test_begun_the_day_before_it_is_told_at_once(payer: Payer) -> None:
    payer.wishes(on="10-04 15:00")
    payer.tick("10-04 15:01")
    payer.tick("10-05 10:00")
    assert payer.captured() == [OWED]


def test_down_over_its_day_it_tells_first_and_charges_the_day_after(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-07 12:00")
    assert payer.captured() == []
    payer.tick("10-08 10:00")
    assert payer.captured() == [OWED]


def test_down_over_the_due_day_it_charges_nothing_and_says_so(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-12 12:00")
    payer.tick("10-13 12:00")
    assert (payer.captured(), payer.month()) == ([], "missed")
    assert payer.letters() == ["autopay_set", "autopay_missed"]


def test_down_between_notice_and_due_day_it_charges_nothing_after_it(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-04 09:00")
    payer.tick("10-11 12:00")
    assert (payer.captured(), payer.month()) == ([], "missed")
    assert payer.letters()[-1] == "autopay_missed"


def test_a_bill_that_is_held_is_not_paid_before_it_is_sent(payer: Payer) -> None:
    run(_bill("held"))
    payer.wishes()
    payer.tick("10-04 09:00")
    payer.tick("10-05 10:00")
    assert (payer.captured(), payer.month()) == ([], "")
    run(_bill("issued"))
    payer.tick("10-07 12:00")
    payer.tick("10-08 10:00")
    assert payer.captured() == [OWED]


async def _bill(status: str) -> None:
    async with db.write():
        await db.execute("UPDATE bills SET status = {}", status)


def test_without_money_it_is_tried_on_three_days_each_time_with_a_new_key(payer: Payer) -> None:
    payer.wishes()
    payer.card_will("insufficient_funds")
    payer.tick("10-04 09:00")
    for day in (5, 6, 7, 8, 9):
        payer.tick(f"10-0{day} 10:00")
        payer.tick(f"10-0{day} 18:00")
    key = f"autopay:{payer.account_id}:2026-09:"
    assert payer.keys() == [(f"{key}{attempt}", "canceled") for attempt in (1, 2, 3)]
    assert (payer.captured(), payer.month()) == ([], "refused")
    assert payer.letters().count("autopay_refused") == 3


def test_money_that_came_in_time_ends_the_trying(payer: Payer) -> None:
    payer.wishes()
    payer.card_will("insufficient_funds")
    payer.tick("10-04 09:00")
    payer.tick("10-05 10:00")
    (month,) = run(months_of(payer.account_id, None))
    assert month.next_on == date(2026, 10, 6)
    payer.card_will("succeeds")
    payer.tick("10-06 10:00")
    payer.tick("10-07 10:00")
    assert (payer.captured(), payer.month()) == ([OWED], "paid")


@pytest.mark.parametrize("reason", sorted(NEVER_AGAIN))
def test_a_card_that_will_never_do_stops_autopay_with_a_clear_letter(payer: Payer, reason: str) -> None:
    payer.wishes()
    payer.card_will(reason)
    payer.tick("10-04 09:00")
    payer.tick("10-05 10:00")
    assert (payer.month(), payer.letters()[-1]) == ("refused", "autopay_suspended")
    payer.card_will("succeeds")
    payer.tick("10-09 12:00")
    payer.tick("11-04 12:00")
    assert payer.captured() == []
    assert payer.household.happened()[-2:] == ["payment_canceled", "autopay_suspended"]


def test_another_card_starts_a_stopped_autopay_again(payer: Payer) -> None:
    payer.wishes()
    payer.card_will("card_expired")
    payer.tick("10-04 09:00")
    payer.tick("10-05 10:00")
    payer.wishes(card="second", on="10-06 12:00")
    rows = run(db.read("SELECT suspended_at, reason FROM autopays WHERE ended_at IS NULL"))
    assert rows == [{"suspended_at": None, "reason": ""}]


def test_a_failure_of_the_machines_is_tried_again_in_a_quarter_of_an_hour(payer: Payer) -> None:
    payer.wishes()
    payer.card_will("internal_timeout")
    payer.tick("10-04 09:00")
    payer.tick("10-05 10:00")
    payer.card_will("succeeds")
    payer.tick("10-05 10:14")
    assert payer.captured() == []
    payer.tick("10-05 10:15")
    assert payer.captured() == [OWED]
    assert "autopay_refused" not in payer.letters()
