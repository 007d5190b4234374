"""Sending a reading, on a real database: what is kept, for which month, and what is asked or refused."""

from __future__ import annotations

import asyncio
import json
from datetime import date

import pytest

from lk import clock, db
from lk.actor import PROGRAM
from lk.metering.actions import submit_reading
from lk.outcome import Refused
from lk.period import Period
from tests.readings.household import Household, moscow


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.field) for problem in refusal.value.problems]


def statuses(household: Household, period: str = "2026-03") -> list[tuple[int, str]]:
    return [(reading.t1_kwh, reading.status) for reading in household.readings(period)]


def test_a_plain_reading_counts_and_has_a_receipt(household: Household) -> None:
    sent = household.send(5000, 2200)

    assert (sent.status, sent.period, sent.values, sent.problems) == ("accepted", Period(2026, 3), (5000, 2200), ())
    assert sent.received_at == moscow("2026-03-20T14:05")
    (stored,) = household.readings()
    assert (stored.id, stored.values, stored.source) == (sent.id, (5000, 2200), "resident")


def test_the_history_tells_of_it_by_numbers_alone(household: Household) -> None:
    sent = household.send(5000, 2200)

    ((kind, params),) = household.events()
    assert kind == "reading_sent"
    assert json.loads(params) == {
        "reading": sent.id,
        "meter": household.meter_id,
        "period": "2026-03",
        "source": "resident",
        "replaced": [],
        "t1": 5000,
        "t2": 2200,
    }


@pytest.mark.parametrize(
    ("at", "period"),
    [
        ("2026-03-01T00:00:00", "2026-03"),
        ("2026-03-14T23:59:59", "2026-03"),
        ("2026-03-25T23:59:59", "2026-03"),
        ("2026-03-26T00:00:00", "2026-04"),
        ("2026-12-31T23:59:59", "2027-01"),
    ],
)
def test_the_moment_of_sending_decides_the_month_by_the_company_s_clock(
    household: Household, at: str, period: str
) -> None:
    household.now = moscow(at)

    assert str(household.send(5000, 2200, is_confirmed=True).period) == period


def test_a_billed_month_gives_way_to_the_next_unbilled_one(household: Household) -> None:
    household.billed("2026-03")

    assert household.send(5000, 2200).period == Period(2026, 4)


def test_an_agent_s_reading_counts_by_the_day_on_which_it_was_taken(household: Household) -> None:
    household.now = moscow("2026-03-26T09:00")

    sent = household.send(5000, 2200, source="agent", taken_on=date(2026, 3, 25))

    assert (sent.period, sent.taken_on) == (Period(2026, 3), date(2026, 3, 25))


def test_what_was_read_before_the_first_bill_stays_in_its_month(household: Household) -> None:
    household.billed("2026-03")

    sent = household.send(4000, 1700, source="import", taken_on=date(2025, 9, 24))

    assert sent.period == Period(2025, 9)


def test_a_correction_takes_the_place_of_the_earlier_reading(household: Household) -> None:
    first = household.send(5000, 2200)
    second = household.send(5010, 2200)

    assert statuses(household) == [(5000, "superseded"), (5010, "accepted")]
    assert second.id != first.id
    assert json.loads(household.events()[-1][1])["replaced"] == [first.id]


def test_a_correction_is_judged_by_the_earlier_month_not_by_the_reading_it_corrects(household: Household) -> None:
    household.send(5000, 2200)

    assert household.send(4990, 2195).status == "accepted"


def test_the_same_numbers_sent_twice_are_one_reading(household: Household) -> None:
    assert household.send(5000, 2200).id == household.send(5000, 2200).id
    assert len(household.readings()) == len(household.events()) == 1


def test_a_reading_below_the_previous_is_kept_and_waits_for_a_person(household: Household) -> None:
    sent = household.send(4800, 2200)

    assert (sent.status, [problem.code for problem in sent.problems]) == ("held", ["below_previous"])
    assert sent.problems[0].params == {"previous": 4820, "value": 4800}
    assert household.events()[-1][0] == "reading_held"


def test_a_held_reading_never_displaces_one_that_counts(household: Household) -> None:
    household.send(5000, 2200)
    household.send(4800, 2200)

    assert statuses(household) == [(5000, "accepted"), (4800, "held")]


def test_of_two_held_readings_the_newest_waits(household: Household) -> None:
    household.send(4800, 2200)
    household.send(4810, 2200)

    assert statuses(household) == [(4800, "superseded"), (4810, "held")]


def test_a_good_correction_ends_the_waiting_of_a_held_one(household: Household) -> None:
    household.send(4800, 2200)
    household.send(4810, 2200)
    household.send(5000, 2200)

    assert statuses(household) == [(4800, "superseded"), (4810, "superseded"), (5000, "accepted")]


def test_more_than_the_line_can_carry_is_held(household: Household) -> None:
    # 10 kW for the 28 days since 20 February: 6 720 kWh.
    sent = household.send(4820 + 6721, 2105, is_confirmed=True)

    assert sent.status == "held"
    assert "above_physical_cap" in [problem.code for problem in sent.problems]


def test_three_times_the_usual_is_asked_about_and_kept_once_confirmed(household: Household) -> None:
    # Usual are 180 a month: 540 are three times as much, 541 more.
    assert household.send(4820 + 540, 2105 + 93).status == "accepted"
    with pytest.raises(Refused) as refusal:
        household.send(4820 + 541, 2105 + 93)
    assert codes(refusal) == [("far_above_typical", "t1")]
    assert statuses(household) == [(5360, "accepted")]

    assert household.send(4820 + 541, 2105 + 93, is_confirmed=True).status == "accepted"


def test_the_same_as_last_month_is_asked_about_never_held(household: Household) -> None:
    with pytest.raises(Refused) as refusal:
        household.send(4820, 2105)
    assert {code for code, _ in codes(refusal)} == {"equal_to_previous"}

    assert household.send(4820, 2105, is_confirmed=True).status == "accepted"


def test_everything_wrong_is_told_at_once_and_nothing_is_kept(household: Household) -> None:
    with pytest.raises(Refused) as refusal:
        household.send(100_000, None, is_confirmed=True)

    assert codes(refusal) == [("too_many_digits", "t1"), ("not_a_number", "t2")]
    assert household.readings() == []
    assert household.events() == []


def test_a_meter_of_another_account_is_not_here(household: Household) -> None:
    with pytest.raises(Refused) as refusal:
        household.send(5000, 2200, meter_id=household.meter_id + 1)

    assert codes(refusal) == [("meter_not_here", None)]


def test_a_dial_that_passed_zero_is_believed_near_its_end(household: Household) -> None:
    # 5 digits: 99980 → 12 is 32 kWh.
    single = household.install(zones=1, serial="777")
    household.read_before("2026-02", 99980, meter_id=single)

    assert household.send(12, meter_id=single).status == "accepted"


def test_two_corrections_at_once_leave_one_that_counts(household: Household) -> None:
    async def both() -> None:
        account = await household.account()
        await asyncio.gather(
            *(
                submit_reading(
                    account,
                    household.meter_id,
                    (value, 2200),
                    taken_on=household.now.date(),
                    source="resident",
                    actor=PROGRAM,
                )
                for value in range(5000, 5008)
            )
        )

    with clock.fixed_at(household.now):
        db.run(both())

    kept = [status for _, status in statuses(household)]
    assert (len(kept), kept.count("accepted"), kept.count("superseded")) == (8, 1, 7)
