"""Away mode: a household says until when nobody is there, and takes it back."""

from __future__ import annotations

import json
from datetime import date

import pytest

from lk import clock, db
from lk.accounts.releasing import end_accesses
from lk.metering.declared import Away, away_of
from tests.metering.cabinet import Cabinet, agent
from tests.readings.household import Household, moscow

TODAY = "2026-03-20"
LAMP = 'class="button lamp"'


def away(household: Household) -> Away | None:
    async def found() -> Away | None:
        return await away_of((await household.account()).id)

    with clock.fixed_at(household.now):
        return db.run(found())


def declare(cabinet: Cabinet, until: str) -> int:
    return cabinet.post(f"{cabinet.home}/away", until=until).status_code


@pytest.mark.parametrize("typed", ["2026-06-15", "15.06.2026", " 15.6.26 "])
def test_the_day_is_taken_as_browsers_send_it_and_as_people_write_it(household: Household, typed: str) -> None:
    assert declare(Cabinet(household), typed) == 303

    found = away(household)
    assert found is not None
    assert (found.until_on, found.periods_used) == (date(2026, 6, 15), 0)
    ((kind, params),) = household.events()
    assert (kind, json.loads(params)) == ("away_declared", {"until": "2026-06-15"})


@pytest.mark.parametrize("until", [TODAY, "2026-10-20"])
def test_the_first_and_the_last_day_that_may_be_declared(household: Household, until: str) -> None:
    assert declare(Cabinet(household), until) == 303
    assert away(household) is not None


@pytest.mark.parametrize(
    ("until", "told"),
    [
        ("", "Выберите день, до которого никого не будет."),
        ("весной", "Напишите день так: 15.03.2027."),
        ("31.02.2027", "Напишите день так: 15.03.2027."),
        ("2026-03-19", "Этот день уже прошёл."),
        ("2026-10-21", "самый поздний день — 20 октября 2026"),
    ],
)
def test_what_cannot_be_a_day_of_return_is_told_beside_the_field(household: Household, until: str, told: str) -> None:
    cabinet = Cabinet(household)

    answer = cabinet.post(f"{cabinet.home}/away", until=until)

    assert answer.status_code == 422
    assert told in answer.text.replace("\u00a0", " ")
    assert 'aria-describedby="until-hint until-error"' in answer.text
    assert away(household) is None
    assert household.events() == []


def test_another_day_takes_the_place_of_the_first_and_the_same_one_changes_nothing(household: Household) -> None:
    cabinet = Cabinet(household)
    declare(cabinet, "2026-06-15")
    declare(cabinet, "2026-06-15")
    declare(cabinet, "2026-07-01")

    found = away(household)
    assert found is not None
    assert found.until_on == date(2026, 7, 1)
    assert [json.loads(params)["until"] for _, params in household.events()] == ["2026-06-15", "2026-07-01"]
    assert [row["ended_at"] is None for row in db.run(db.read("SELECT * FROM away_declarations ORDER BY id"))] == [
        False,
        True,
    ]


def test_coming_back_early_calls_it_off_once(household: Household) -> None:
    cabinet = Cabinet(household)
    declare(cabinet, "2026-06-15")

    assert cabinet.post(f"{cabinet.home}/away/cancellation").status_code == 303
    assert cabinet.post(f"{cabinet.home}/away/cancellation").status_code == 303

    assert away(household) is None
    assert [kind for kind, _ in household.events()] == ["away_declared", "away_called_off"]


def test_it_ends_by_itself_after_its_day(household: Household) -> None:
    declare(Cabinet(household), "2026-06-15")

    household.now = moscow("2026-06-15T23:59")
    assert away(household) is not None
    household.now = moscow("2026-06-16T00:00")
    assert away(household) is None
    assert "Никого нет" not in Cabinet(household).text(f"{Cabinet(household).home}/readings")
    assert declare(Cabinet(household), "2026-07-01") == 303


def test_a_reading_in_the_meantime_does_not_end_it(household: Household) -> None:
    declare(Cabinet(household), "2026-06-15")
    household.send(5000, 2200)
    assert away(household) is not None


def test_it_ends_with_the_cabinet_so_that_no_later_household_is_thought_away(household: Household) -> None:
    declare(Cabinet(household), "2026-06-15")

    async def released() -> None:
        async with db.write():
            await end_accesses((await household.account()).id)

    account_id = db.run(db.read("SELECT id FROM accounts"))[0]["id"]
    with clock.fixed_at(household.now):
        db.run(released())
        assert db.run(away_of(account_id)) is None


def test_a_household_without_a_meter_is_told_that_it_changes_nothing(household: Household) -> None:
    async def removed() -> None:
        async with db.write():
            await db.execute("UPDATE meters SET removed_on = {}", date(2026, 3, 1))

    db.run(removed())
    cabinet = Cabinet(household)

    assert "считаем по нормативу" in cabinet.text(f"{cabinet.home}/away")
    assert declare(cabinet, "2026-06-15") == 422
    assert household.events() == []


def test_holder_and_helper_may_a_stranger_finds_nothing_an_agent_only_looks(household: Household) -> None:
    assert declare(Cabinet(household, "helper"), "2026-06-15") == 303
    stranger, looking = Cabinet(household, "stranger"), Cabinet(household, household.look_by_agent())
    page = f"{looking.home}/away"

    assert [stranger.get(page).status_code, declare(stranger, "2026-07-01")] == [404, 404]
    assert stranger.post(f"{page}/cancellation").status_code == 404
    assert "Никого нет до 15 июня" in looking.text(page)
    assert 'name="until"' not in looking.get(page).text
    assert [declare(looking, "2026-07-01"), looking.post(f"{page}/cancellation").status_code] == [403, 403]
    assert agent(household, "operator").get(page).status_code == 403
    found = away(household)
    assert found is not None
    assert found.until_on == date(2026, 6, 15)


def test_the_page_says_what_it_means_and_the_other_pages_know(household: Household) -> None:
    cabinet = Cabinet(household)
    before = cabinet.text(f"{cabinet.home}/away")
    assert "0 кВт·ч" in before
    assert "никто не придумывает" in before
    assert "не считается пропущенным" in before
    assert "Подряд так можно 6 месяцев" in before
    assert "Вернулись — передайте показание" in before
    assert "Надолго уезжаете?" in cabinet.text(f"{cabinet.home}/readings")

    declare(cabinet, "2026-06-15")

    for page in ("", "/readings", "/away"):
        assert "Никого нет до 15 июня" in cabinet.text(cabinet.home + page)
    home = cabinet.get(cabinet.home).text
    assert "не ждём" in home
    assert '<a class="button lamp"' not in home


def test_whoever_is_not_waited_for_sees_no_lamp_and_no_days_left_and_may_send_all_the_same(
    household: Household,
) -> None:
    cabinet = Cabinet(household)
    page = f"{cabinet.home}/readings"
    assert LAMP in cabinet.get(page).text
    assert "осталось 5 дней" in cabinet.text(page)

    declare(cabinet, "2026-03-25")
    shown = cabinet.get(page).text
    assert LAMP not in shown
    assert "осталось" not in cabinet.text(page)
    assert "Передать показание" in shown

    declare(cabinet, "2026-03-24")
    assert LAMP in cabinet.get(page).text

    declare(cabinet, "2026-03-25")
    household.send(5000, 2200)
    assert "принято" in cabinet.text(page)


def test_back_before_the_window_ends_the_month_is_read_as_ever(household: Household) -> None:
    cabinet = Cabinet(household)
    declare(cabinet, "2026-03-24")
    assert '<a class="button lamp" href="/accounts/quietlamp234/readings"' in cabinet.get(cabinet.home).text

    declare(cabinet, "2026-03-25")
    assert '<a class="button lamp"' not in cabinet.get(cabinet.home).text


def test_after_six_bills_in_a_row_a_real_reading_is_asked_for(household: Household) -> None:
    cabinet = Cabinet(household)
    declare(cabinet, "2026-06-15")
    household.billed("2026-02")

    async def counted(periods: int) -> None:
        async with db.write():
            await db.execute("UPDATE bills SET away_periods = {}", periods)

    db.run(counted(5))
    assert "Без расхода посчитано 5 счетов подряд из 6 возможных" in cabinet.text(f"{cabinet.home}/away")
    assert "Показания не ждём" in cabinet.text(f"{cabinet.home}/readings")

    db.run(counted(6))
    assert "больше так нельзя. Передайте показание" in cabinet.text(f"{cabinet.home}/readings")
    assert '<a class="button lamp" href="/accounts/quietlamp234/readings"' in cabinet.get(cabinet.home).text
