"""A reading that comes after a closed account's last bill is in no later one: that bill is made anew."""

from __future__ import annotations

from datetime import date

import pytest

from lk.accounts.queries import AccountView, find_by_number
from lk.actor import PROGRAM
from lk.metering.held import HeldReading, once_held
from lk.metering.queries import meters_of
from lk.metering.replacements import NewMeter, Replacement
from lk.operations.imports import FileRefused, Report, import_text
from lk.outcome import Refused
from lk.support.late_readings import accept, correct, replace_meter, take_by_phone
from tests.cycle.planting import looked
from tests.cycle.town import PETROV, Town

CLOSED = '1000000102,Петров Иван Ильич,"Москва, Лесная улица, 5, кв. 13",moscow,gas,3,7,yes,2020-02-01,2025-08-15'
AFTER = "2025-09-02T12:00"
AUGUST_14 = date(2025, 8, 14)


@pytest.fixture
def closed(town: Town) -> Town:
    """Read in July, 1100; closed on 15 August, billed by the norm of fifteen days: 65 kWh."""
    town.reads(PETROV, 1100, at="2025-07-20T14:05")
    town.run_due("2025-07-31T12:00")
    town.add("accounts", CLOSED, at="2025-08-15T18:00")
    town.run_due("2025-08-31T12:00")
    assert _live(town) == [(202507, 100 * 787), (202508, 65 * 787)]
    return town


def test_one_of_a_file_has_the_last_bill_made_anew(closed: Town) -> None:
    assert _loads(closed, "2025-08-14,1400").added == 1

    assert _live(closed) == [(202507, 100 * 787), (202508, 300 * 787)]
    assert closed.owes(PETROV) == 400 * 787
    assert closed.verified(at=AFTER) == {}
    assert _loads(closed, "2025-08-14,1400").unchanged == 1
    closed.run_due("2025-10-31T12:00")
    assert [bill["status"] for bill in closed.bills(PETROV)] == ["issued", "reversed", "issued"]


def test_one_told_by_phone_does(closed: Town) -> None:
    kept = _phones(closed, 1400, AUGUST_14)

    assert (kept, closed.owes(PETROV)) == ((202508, "accepted"), 400 * 787)
    assert closed.verified(at=AFTER) == {}


def test_one_that_waited_for_a_person_does_once_it_counts(closed: Town) -> None:
    _loads(closed, "2025-08-14,1090")
    assert closed.owes(PETROV) == 165 * 787

    assert closed.database.run(accept(_held(closed), PROGRAM), AFTER)

    assert _live(closed)[1] == (202508, -10 * 787)
    assert [bill["status"] for bill in closed.bills(PETROV)] == ["issued", "reversed", "issued"]
    assert closed.verified(at=AFTER) == {}


def test_other_digits_in_its_place_do(closed: Town) -> None:
    _loads(closed, "2025-08-14,1090")

    closed.database.run(correct(_held(closed), [1190], PROGRAM, is_confirmed=True), AFTER)

    assert _live(closed)[1] == (202508, 90 * 787)
    assert closed.verified(at=AFTER) == {}


def test_the_last_figures_of_a_replaced_meter_do(closed: Town) -> None:
    _replaces(closed, AUGUST_14)

    assert _live(closed)[1] == (202508, 300 * 787)
    assert closed.verified(at=AFTER) == {}


def test_a_meter_that_only_the_late_file_knows_does(closed: Town) -> None:
    closed.database.change("UPDATE meters SET removed_on = '2025-08-01'", "DELETE FROM readings WHERE period > 202507")
    closed.add("meters", "1000000102,20202021,1,5,1,2025-08-01,2035-06-01,2025-08-14,0,,,290,,", at=AFTER)

    assert _live(closed)[1] == (202508, 290 * 787)


def test_what_was_read_after_the_closing_is_refused_in_words(closed: Town) -> None:
    assert "taken_on, «2025-08-16»: лицевой счёт закрыт 15\N{NO-BREAK SPACE}августа" in _refuses(
        closed, "2025-08-16,1400"
    )
    for attempt in (lambda: _phones(closed, 1400, date(2025, 8, 16)), lambda: _replaces(closed, date(2025, 8, 16))):
        with pytest.raises(Refused) as said:
            attempt()
        assert "taken_after_closing" in [problem.code for problem in said.value.problems]
    assert closed.owes(PETROV) == 165 * 787


def test_where_the_bill_cannot_be_made_anew_nothing_is_stored(closed: Town) -> None:
    closed.database.change("DELETE FROM rates WHERE zones = 1")

    assert "последний счёт, за 2025-08, не посчитать заново" in _refuses(closed, "2025-08-14,1400")
    with pytest.raises(Refused, match="cannot_bill_again"):
        _phones(closed, 1400, AUGUST_14)
    assert closed.database.rows("SELECT id FROM readings WHERE t1_kwh = 1400") == []


def test_a_closing_that_is_told_late_leaves_no_reading_behind_the_last_bill(town: Town) -> None:
    """One was read before it and told by phone after August's bill: it is in that bill, in the place of an earlier."""
    town.reads(PETROV, 1100, at="2025-07-20T14:05")
    town.run_due("2025-07-31T12:00")
    town.reads(PETROV, 1200, at="2025-08-10T12:00")
    town.run_due("2025-08-31T12:00")
    assert _phones(town, 1400, AUGUST_14) == (202509, "accepted")
    assert _live(town)[1] == (202508, 100 * 787)

    town.add("accounts", CLOSED, at=AFTER)

    assert _live(town) == [(202507, 100 * 787), (202508, 300 * 787)]
    town.run_due("2025-09-30T12:00")
    assert town.owes(PETROV) == 400 * 787
    assert town.verified(at="2025-09-30T12:00") == {}


def test_one_that_would_never_be_billed_is_a_breach(closed: Town) -> None:
    _loads(closed, "2025-08-14,1400")
    strands = "UPDATE readings SET period = 202509 WHERE t1_kwh = 1400"

    found = closed.database.run(looked("I10", [strands]), AFTER)

    assert [each.partition(": ")[2] for each in found.breaches] == [
        "засчитано за 2025-09, а последний счёт закрытого лицевого — за 2025-08"
    ]
    still_to_come = "UPDATE accounts SET closed_on = '2025-08-26' WHERE closed_on IS NOT NULL"
    assert closed.database.run(looked("I10", [strands, still_to_come]), AFTER).breaches == ()


def _live(town: Town) -> list[tuple[int, int]]:
    return [(each["period"], each["total_kopecks"]) for each in town.bills(PETROV) if each["status"] != "reversed"]


def _loads(town: Town, read: str) -> Report:
    text = f"account_number,meter_number,taken_on,t1,t2,t3,source\n{PETROV},20202020,{read},,,\n"
    return town.database.run(import_text("readings", text), AFTER)


def _refuses(town: Town, read: str) -> str:
    with pytest.raises(FileRefused) as refused:
        _loads(town, read)
    (complaint,) = refused.value.complaints.shown
    return str(complaint)


def _phones(town: Town, kwh: int, taken_on: date) -> tuple[int, str]:
    async def told() -> tuple[int, str]:
        account, meter_id = await _petrov()
        kept = await take_by_phone(account, meter_id, [kwh], taken_on=taken_on, actor=PROGRAM, is_confirmed=True)
        return kept.period.number, kept.status

    return town.database.run(told(), AFTER)


def _replaces(town: Town, on: date) -> None:
    async def replaced() -> None:
        account, meter_id = await _petrov()
        new = NewMeter("20202021", 1, 5, 1, date(2035, 6, 1), (0, None, None))
        await replace_meter(account, meter_id, Replacement(on, (1400,), new), actor=PROGRAM, is_confirmed=True)

    town.database.run(replaced(), AFTER)


async def _petrov() -> tuple[AccountView, int]:
    account = (await find_by_number(PETROV))[0]
    return account, (await meters_of(account.id))[-1].id


def _held(town: Town) -> HeldReading:
    (row,) = town.database.rows("SELECT id FROM readings WHERE status = 'held'")
    found = town.database.run(once_held(row["id"]), AFTER)
    assert found is not None
    return found
