"""A meter's verification ends: who is told, when, in which tone, and what its readings are worth afterwards."""

from __future__ import annotations

from datetime import date

import pytest

from lk import db
from lk.metering.notices import verification_notice
from tests.metering.cabinet import Cabinet, agent
from tests.readings.household import Household, moscow

UNTIL = date(2026, 9, 10)


@pytest.fixture(params=["sqlite", "postgres"])
def household(request: pytest.FixtureRequest) -> Household:
    """Its meter is verified until 10 September 2026."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Household)
    change("UPDATE meters SET verified_until = '2026-09-10'")
    return found


def change(statement: str) -> None:
    async def changed() -> None:
        async with db.write():
            await db.execute(statement)

    db.run(changed())


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (date(2026, 3, 9), None),
        (date(2026, 3, 10), ("note", "Поверка счётчика № 77 действует до 10 сентября")),
        (date(2026, 6, 9), ("note", "Поверка счётчика № 77 действует до 10 сентября")),
        (date(2026, 6, 10), ("note", "Поверка счётчика № 77 действует до 10 сентября")),
        (date(2026, 8, 9), ("note", "Поверка счётчика № 77 действует до 10 сентября")),
        (date(2026, 8, 10), ("wait", "Поверка счётчика № 77 действует до 10 сентября")),
        (date(2026, 9, 10), ("wait", "Поверка счётчика № 77 действует до 10 сентября")),
        (date(2026, 9, 11), ("wait", "Срок поверки счётчика № 77 вышел 10 сентября")),
        (date(2027, 1, 1), ("wait", "Срок поверки счётчика № 77 вышел 10 сентября 2026")),
    ],
)
def test_it_is_told_half_a_year_ahead_and_more_urgently_in_the_last_month(
    today: date, told: tuple[str, str] | None
) -> None:
    notice = verification_notice("77", UNTIL, today)
    assert (notice and (notice.tone, notice.title.replace("\u00a0", " "))) == told


def test_a_meter_without_an_end_of_its_verification_is_not_spoken_of() -> None:
    assert verification_notice("77", None, date(2026, 3, 10)) is None


def test_readings_page_home_and_desk_tell_of_it_with_what_to_do(household: Household) -> None:
    cabinet = Cabinet(household)
    household.now = moscow("2026-03-09T12:00")
    assert "Поверка счётчика" not in cabinet.text(cabinet.home)
    assert "Поверка счётчика" not in cabinet.text(f"{cabinet.home}/readings")

    household.now = moscow("2026-08-10T12:00")
    desk = agent(household, "support")
    for text in (
        cabinet.text(cabinet.home),
        cabinet.text(f"{cabinet.home}/readings"),
        desk.text(f"/support{cabinet.home}"),
    ):
        assert "действует до 10 сентября" in text
        assert "Позвоните нам: скажем, кто это сделает" in text


def test_readings_count_after_the_end_unless_the_setting_says_no(household: Household) -> None:
    household.now = moscow("2026-09-20T12:00")
    assert household.send(5000, 2200, is_confirmed=True).status == "accepted"


def test_with_the_setting_no_a_reading_after_the_end_waits_for_a_person(household: Household) -> None:
    change("INSERT INTO settings (name, value) VALUES ('is_used_after_verification', 'no')")

    household.now = moscow("2026-09-10T12:00")
    assert household.send(5000, 2200, is_confirmed=True).status == "accepted"
    household.now = moscow("2026-09-11T12:00")
    sent = household.send(5010, 2210, is_confirmed=True)
    assert sent.status == "held"
    assert [problem.code for problem in sent.problems if problem.severity == "hold"] == ["verification_over"]
    text = Cabinet(household).text("/accounts/quietlamp234/readings")
    assert "Срок поверки счётчика вышел 10 сентября, показание посмотрит сотрудник." in text


def test_with_the_setting_yes_it_counts(household: Household) -> None:
    change("INSERT INTO settings (name, value) VALUES ('is_used_after_verification', 'yes')")
    household.now = moscow("2026-09-20T12:00")
    assert household.send(5000, 2200, is_confirmed=True).status == "accepted"
