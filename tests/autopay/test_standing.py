"""What autopay will do about what is owed: 2 088,60 ₽ of September, due on 10 October 2026."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from lk import db
from lk.autopay.standing import Standing, standing_of
from tests.autopay.cast import MOSCOW, OWED, Mode, Payer, at
from tests.payments.cast import run

FIFTH = date(2026, 10, 5)
ENDED = Standing(None, 0, is_suspended=False, is_skippable=False)


def standing(payer: Payer, when: str = "10-04 12:00") -> Standing | None:
    today = datetime.fromisoformat(f"2026-{when}").replace(tzinfo=MOSCOW).date()
    with at(when):
        return run(standing_of(payer.account_id, today))


@pytest.mark.parametrize("household", ["sqlite"], indirect=True)
def test_without_autopay_there_is_none(payer: Payer) -> None:
    assert standing(payer) is None
    payer.wishes()
    payer.stops()
    assert standing(payer) is None


def test_before_the_notice_the_day_and_the_debt_of_today_are_known(payer: Payer) -> None:
    payer.wishes()
    expected = Standing(FIFTH, OWED, is_suspended=False, is_skippable=False)
    assert standing(payer, "10-02 12:00") == expected
    payer.tick("10-04 09:00")
    assert standing(payer) == Standing(FIFTH, OWED, is_suspended=False, is_skippable=True)


@pytest.mark.parametrize("household", ["sqlite"], indirect=True)
def test_what_is_paid_by_hand_is_not_taken_again(payer: Payer) -> None:
    payer.wishes()
    payer.pays_by_hand(2000_00, "10-02 12:00")
    assert standing(payer, "10-02 13:00") == Standing(FIFTH, 88_60, is_suspended=False, is_skippable=False)
    payer.tick("10-04 09:00")
    payer.pays_by_hand(88_60)
    assert standing(payer) == Standing(FIFTH, 0, is_suspended=False, is_skippable=True)


def test_never_more_than_the_notice_named(payer: Payer) -> None:
    payer.wishes()
    payer.pays_by_hand(2000_00, "10-02 12:00")
    payer.tick("10-04 09:00")
    payer.pays_by_hand(-1000_00, "10-04 11:00")
    assert standing(payer) == Standing(FIFTH, 88_60, is_suspended=False, is_skippable=True)


@pytest.mark.parametrize("household", ["sqlite"], indirect=True)
def test_above_the_limit_nothing_is_taken_until_enough_is_paid_by_hand(payer: Payer) -> None:
    payer.wishes(kopecks=2000_00)
    payer.tick("10-04 09:00")
    assert standing(payer) == Standing(FIFTH, 0, is_suspended=False, is_skippable=True)
    payer.pays_by_hand(88_60)
    assert standing(payer) == Standing(FIFTH, 2000_00, is_suspended=False, is_skippable=True)


def test_the_same_sum_is_taken_whatever_is_owed_and_without_a_bill_too(payer: Payer) -> None:
    payer.wishes(Mode.FIXED, 1500_00)
    payer.pays_by_hand(OWED, "10-02 12:00")
    assert standing(payer, "10-02 13:00") == Standing(FIFTH, 1500_00, is_suspended=False, is_skippable=False)
    run(_bill("held"))
    assert standing(payer, "10-02 13:00") == Standing(FIFTH, 1500_00, is_suspended=False, is_skippable=False)


@pytest.mark.parametrize("household", ["sqlite"], indirect=True)
def test_a_bill_that_is_held_is_not_paid_yet(payer: Payer) -> None:
    payer.wishes()
    run(_bill("held"))
    assert standing(payer, "10-02 13:00") == ENDED


@pytest.mark.parametrize("household", ["sqlite"], indirect=True)
@pytest.mark.parametrize("mode", [Mode.BILL, Mode.FIXED])
def test_a_month_that_was_skipped_paid_or_had_its_day_before_autopay_began_is_over(payer: Payer, mode: Mode) -> None:
    payer.wishes(mode, on="10-05 08:00")
    assert standing(payer, "10-05 09:00") == ENDED
    payer.stops("10-05 09:00")
    payer.wishes(mode, day=7, on="10-05 10:00")
    payer.tick("10-06 09:00")
    payer.skips("10-06 10:00")
    assert standing(payer, "10-06 11:00") == ENDED


@pytest.mark.parametrize("household", ["sqlite"], indirect=True)
def test_a_month_that_was_paid_is_over(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-04 09:00")
    payer.tick("10-05 10:00")
    assert standing(payer, "10-05 11:00") == ENDED


@pytest.mark.parametrize("household", ["sqlite"], indirect=True)
def test_a_card_without_money_is_tried_on_the_next_day(payer: Payer) -> None:
    payer.wishes()
    payer.card_will("insufficient_funds")
    payer.tick("10-04 09:00")
    payer.tick("10-05 10:00")
    expected = Standing(date(2026, 10, 6), OWED, is_suspended=False, is_skippable=True)
    assert standing(payer, "10-05 11:00") == expected


@pytest.mark.parametrize("household", ["sqlite"], indirect=True)
def test_a_card_that_will_never_do_takes_nothing(payer: Payer) -> None:
    payer.wishes()
    payer.card_will("card_expired")
    payer.tick("10-04 09:00")
    payer.tick("10-05 10:00")
    assert standing(payer, "10-05 11:00") == Standing(None, 0, is_suspended=True, is_skippable=False)


@pytest.mark.parametrize("household", ["sqlite"], indirect=True)
def test_settings_changed_after_the_notice_are_planned_anew(payer: Payer) -> None:
    payer.wishes()
    payer.tick("10-04 09:00")
    payer.wishes(day=7, on="10-04 10:00")
    assert standing(payer) == Standing(date(2026, 10, 7), OWED, is_suspended=False, is_skippable=False)


async def _bill(status: str) -> None:
    async with db.write():
        await db.execute("UPDATE bills SET status = {}", status)
