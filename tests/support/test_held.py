"""The desk's queue of held readings, as an agent works it off, and what the resident sees of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lk import db
from tests.metering.cabinet import agent, words
from tests.readings.household import Household, moscow, sqlite_household
from tests.readings.site import Site


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    yield sqlite_household(tmp_path)
    db.use(None)


@pytest.fixture
def desk(household: Household) -> Site:
    return Site(household, agent(household, "support").who)


def test_an_empty_queue_says_so(desk: Site) -> None:
    assert "Всё разобрано." in words(desk.get("/support/held").text)


def test_it_shows_what_came_beside_what_was_before_and_why_it_waits(household: Household, desk: Site) -> None:
    held = household.send(4800, 2200)

    text = words(desk.get("/support/held").text)

    assert f"№ {held.id} · счётчик 14195368 · 20 марта, 14:05 · житель в кабинете" in text
    assert "12345-678-90" in text
    assert "День, T1 4 820 → 4 800 разница −20" in text
    assert "Ночь, T2 2 105 → 2 200 разница +95" in text
    assert "День, T1: меньше прошлого показания: было 4 820." in text
    assert "Фото нет." in text
    for secret in ("Лесная", "А. Б.", "holder@example.org"):
        assert secret not in text


def test_a_reading_that_counts_does_not_wait_there(household: Household, desk: Site) -> None:
    household.send(5000, 2200)

    assert "Всё разобрано." in words(desk.get("/support/held").text)


def test_taken_it_counts_and_the_resident_sees_that_somebody_looked(household: Household, desk: Site) -> None:
    held = household.send(4800, 2200)

    answer = desk.post(f"/support/held/{held.id}/acceptance")

    assert (answer.status_code, answer.headers["location"]) == (303, "/support/held?done=accepted")
    assert "Показание учтено." in words(desk.get("/support/held?done=accepted").text)
    site = Site(household)
    assert "Показание принято" in words(site.get(site.readings).text)
    assert "Сотрудник посмотрел: показание учтено." in words(site.get(f"{site.readings}/{held.id}").text)
    history = words(site.get(f"/accounts/{household.public_id}/history").text)
    assert "Показания приняты за март" in history
    assert "сотрудник А-support" in history


def test_asked_again_the_resident_reads_the_reason_and_sends_another(household: Household, desk: Site) -> None:
    held = household.send(4800, 2200)

    answer = desk.post(f"/support/held/{held.id}/rejection", reason="unclear", words="Видно только «48»")

    assert answer.headers["location"] == "/support/held?done=asked"
    site = Site(household)
    page = site.get(site.readings).text
    assert "Передайте показание ещё раз На фото не видно всех цифр. Видно только «48»" in words(page)
    assert "не принято · На фото не видно всех цифр." in words(page)
    assert 'class="button lamp"' in page
    assert household.send(5000, 2200).status == "accepted"
    assert "Передайте показание ещё раз" not in words(site.get(site.readings).text)


def test_a_form_without_a_reason_comes_back_with_what_was_typed(household: Household, desk: Site) -> None:
    held = household.send(4800, 2200)

    answer = desk.post(f"/support/held/{held.id}/rejection", words="<b>Посмотрите</b>")

    assert answer.status_code == 422
    assert "Выберите причину: житель прочтёт её в письме." in words(answer.text)
    assert f'href="#held-{held.id}-reason"' in answer.text
    assert 'value="&lt;b&gt;Посмотрите&lt;/b&gt;"' in answer.text
    assert answer.text.count('class="button lamp"') == 1
    assert [each.status for each in household.readings()] == ["held"]


def test_other_digits_are_judged_confirmed_and_counted(household: Household, desk: Site) -> None:
    held = household.send(4800, 2200)
    path = f"/support/held/{held.id}/correction"

    empty = desk.post(path, t1="", t2="2200")
    assert empty.status_code == 422
    assert f'href="#held-{held.id}-t1"' in empty.text

    asked = desk.post(path, t1="4810", t2="2200")
    assert asked.status_code == 422
    assert "Если на счётчике так и есть, подтвердите." in words(asked.text)
    confirmed = re.search(r'name="confirmed" value="([^"]+)"', asked.text)
    assert confirmed
    assert desk.post(path, t1="4811", t2="2200", confirmed=confirmed[1]).status_code == 422

    done = desk.post(path, t1="4810", t2="2200", confirmed=confirmed[1])
    assert done.headers["location"] == "/support/held?done=corrected"
    assert [(each.t1_kwh, each.status) for each in household.readings()] == [(4800, "superseded"), (4810, "accepted")]
    site = Site(household)
    assert "Сотрудник посмотрел и уточнил цифры." in words(site.get(site.readings).text)


def test_who_comes_second_is_told(household: Household, desk: Site) -> None:
    held = household.send(4800, 2200)
    other = Site(household, agent(household, "operator").who)
    desk.post(f"/support/held/{held.id}/acceptance")

    answer = other.post(f"/support/held/{held.id}/rejection", reason="unclear")

    assert answer.status_code == 422
    assert "Это показание уже разобрал другой сотрудник." in words(answer.text)
    assert [each.status for each in household.readings()] == ["accepted"]


@pytest.mark.parametrize("number", ["0", "999999", "x", "9" * 40])
def test_what_never_waited_is_not_there(household: Household, desk: Site, number: str) -> None:
    for action in ("acceptance", "rejection", "correction"):
        assert desk.post(f"/support/held/{number}/{action}").status_code == 404
    accepted = household.send(5000, 2200)
    assert desk.post(f"/support/held/{accepted.id}/acceptance").status_code == 404


def test_an_agent_who_looks_decides_nothing(household: Household) -> None:
    held = household.send(4800, 2200)
    looking = Site(household, household.look_by_agent())

    for action in ("acceptance", "rejection", "correction"):
        assert looking.post(f"/support/held/{held.id}/{action}", reason="unclear").status_code == 403
    assert [each.status for each in household.readings()] == ["held"]


def test_after_the_bill_it_is_taken_for_the_next_month(household: Household) -> None:
    held = household.send(4800, 2200)
    household.billed("2026-03")
    household.now = moscow("2026-04-02T10:00")

    Site(household, agent(household, "support").who).post(f"/support/held/{held.id}/acceptance")

    assert [each.id for each in household.readings("2026-04")] == [held.id]
