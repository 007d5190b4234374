"""The page of readings, as a browser meets it with and without scripts."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lk import db
from tests.readings.browser import Browser
from tests.readings.household import Household, moscow, postgres_household, sqlite_household


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    yield sqlite_household(tmp_path)
    db.use(None)


def words(page: str) -> str:
    """The page's text, no-break spaces as spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def field(page: str, name: str) -> str:
    """The typed value of a field."""
    found = re.search(rf'name="{name}"[^>]*?\svalue="([^"]*)"', page)
    assert found, name
    return html.unescape(found[1])


def test_the_page_is_the_same_on_postgresql(postgres_server: str) -> None:
    with postgres_household(postgres_server) as household:
        browser = Browser(household)
        assert "Будет в счёте 2 088,60 ₽" in words(browser.count(t1="5000", t2="2200").text)
        assert browser.send(t1="5000", t2="2200").status_code == 303
        assert "Показание принято" in words(browser.look().text)


def test_the_page_shows_what_was_read_before_what_is_usual_and_until_when(household: Household) -> None:
    text = words(Browser(household).look().text)

    assert "Что на счётчике?" in text
    assert "Примем показания за март до 25 марта включительно." in text
    assert "День, T1 было 4 820" in text
    assert "Ночь, T2 было 2 105" in text
    assert "обычно 165–200" in text
    assert "осталось 5 дней" in text


def test_consumption_and_rubles_are_shown_before_anything_is_sent(household: Household) -> None:
    # 180 × 9.45 + 95 × 4.08 = 2 088.60
    answer = Browser(household).count(t1="5000", t2="02 200")

    assert answer.status_code == 200
    text = words(answer.text)
    assert "+180 кВт·ч × 9,45 ₽" in text
    assert "1 701,00 ₽" in text
    assert "+95 кВт·ч × 4,08 ₽" in text
    assert "387,60 ₽" in text
    assert "Будет в счёте 2 088,60 ₽" in text
    assert field(answer.text, "t2") == "02 200"
    assert household.readings() == []


def test_a_browser_with_scripts_gets_the_card_alone(household: Household) -> None:
    answer = Browser(household, has_scripts=True).count(t1="5000", t2="2200")

    assert answer.text.lstrip().startswith('<section class="card" id="meter-1"')
    assert "<h1" not in answer.text
    assert "2 088,60 ₽" in words(answer.text)


def test_sending_answers_with_the_page_which_shows_the_receipt(household: Household) -> None:
    browser = Browser(household)

    answer = browser.send(t1="5000", t2="2200")

    assert (answer.status_code, answer.headers["location"]) == (303, "/accounts/quietlamp234/readings#meter-1")
    (stored,) = household.readings()
    text = words(browser.look().text)
    assert "Показание принято" in text
    assert f"Показание № {stored.id} · 20 марта, 14:05" in text
    assert "Будет в счёте 2 088,60 ₽" in text
    assert "Исправить — можно до 25 марта включительно" in text


def test_sending_with_scripts_answers_with_the_receipt_and_the_history_at_once(household: Household) -> None:
    answer = Browser(household, has_scripts=True).send(t1="5000", t2="2200")

    assert (answer.status_code, answer.headers["hx-retarget"]) == (200, "#readings")
    text = words(answer.text)
    assert "Показание принято" in text
    assert "20 марта 5 000 / 2 200 за март · 180 + 95 кВт·ч · вы · принято" in text


def test_digits_after_the_comma_are_refused_kindly_and_everything_typed_stays(household: Household) -> None:
    answer = Browser(household).send(t1="5000,7", t2="02 200")

    assert answer.status_code == 422
    assert "Цифры после запятой не нужны. Оставьте 5 000 и отправьте ещё раз." in words(answer.text)
    assert 'href="#meter-1-t1"' in answer.text
    assert (field(answer.text, "t1"), field(answer.text, "t2")) == ("5000,7", "02 200")
    assert household.readings() == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Впишите цифры со счётчика."),
        ("пять", "Здесь нужны только цифры, как на счётчике."),
        ("-5000", "Здесь нужны только цифры, как на счётчике."),
        ("<b>5</b>", "Здесь нужны только цифры, как на счётчике."),
        ("٥٠٠٠", "Здесь нужны только цифры, как на счётчике."),
        ("123456", "Цифр больше, чем на счётчике: там их 5."),
        ("9" * 400, "Цифр больше, чем на счётчике: там их 5."),
    ],
)
def test_what_cannot_be_read_is_told_beside_its_field(household: Household, typed: str, told: str) -> None:
    answer = Browser(household).send(t1=typed, t2="2200")

    assert answer.status_code == 422
    assert told in words(answer.text)
    assert 'aria-describedby="meter-1-t1-was meter-1-t1-tail meter-1-t1-error"' in answer.text
    assert field(answer.text, "t1") == typed


def test_an_unusual_reading_shows_both_sums_and_is_sent_by_confirming(household: Household) -> None:
    # As typed 680 × 9.45 + 95 × 4.08 = 6 813.60; as usual 180 × 9.45 + 93 × 4.08 = 2 080.44.
    browser = Browser(household)

    asked = browser.send(t1="5500", t2="2200")

    assert asked.status_code == 422
    text = words(asked.text)
    assert "Расход 680 кВт·ч — намного больше обычного: за месяц около 180 кВт·ч." in text
    assert "Сейчас 6 813,60 ₽" in text
    assert "Как обычно 2 080,44 ₽" in text
    assert "Всё верно, отправить" in text
    assert household.readings() == []

    assert browser.send(t1="5500", t2="2200", confirmed=field(asked.text, "confirmed")).status_code == 303
    assert [reading.status for reading in household.readings()] == ["accepted"]


def test_a_confirmation_holds_for_the_numbers_that_were_asked_about(household: Household) -> None:
    browser = Browser(household)
    asked = browser.send(t1="5500", t2="2200")

    again = browser.send(t1="5600", t2="2200", confirmed=field(asked.text, "confirmed"))

    assert again.status_code == 422
    assert household.readings() == []


def test_swapped_zones_are_noticed(household: Household) -> None:
    text = words(Browser(household).count(t1="2200", t2="5000").text)

    assert "Похоже, зоны поменялись местами. Может быть, T1 — 5 000, T2 — 2 200?" in text
    assert "Если поменять зоны 2 088,60 ₽" in text


def test_a_held_reading_is_said_to_be_kept_and_can_be_corrected(household: Household) -> None:
    browser = Browser(household)

    assert browser.send(t1="4800", t2="2200").status_code == 303

    text = words(browser.look().text)
    assert "Показание сохранено и ждёт проверки" in text
    assert "День, T1: меньше прошлого показания: было 4 820." in text
    assert "Исправить — можно до 25 марта включительно" in text


def test_a_form_sent_after_the_window_counts_for_the_next_month_and_says_so(household: Household) -> None:
    household.now = moscow("2026-03-26T00:00")
    browser = Browser(household)

    browser.send(t1="5000", t2="2200")

    text = words(browser.look().text)
    assert "Оно пришло 26 марта, для счёта за март уже поздно: засчитали за апрель." in text


def test_before_the_window_a_reading_is_welcome_without_being_asked_for(household: Household) -> None:
    household.now = moscow("2026-03-14T23:59")
    page = Browser(household).look().text

    assert "Показания за март ждём с 15 марта по 25 марта. Можно и раньше" in words(page)
    assert "Передать показание" in page
    assert '<button class="button lamp"' not in page


def test_estimates_billed_before_are_taken_off_the_sum_and_explained(household: Household) -> None:
    # 180 on T1 and 93 on T2 were estimated for March; by April 480 and 290 were used: 300 and 197 are left to pay.
    household.estimated("2026-03", 180, 93)
    household.now = moscow("2026-04-20T14:05")

    text = words(Browser(household).count(t1="5300", t2="2395").text)

    assert "Будет в счёте 3 638,76 ₽" in text
    assert "По счётчику 480 кВт·ч, из них 180 кВт·ч уже были в счетах за март." in text


def test_one_dial_has_one_field_and_three_have_three(household: Household) -> None:
    single = household.install(zones=1, serial="777")
    triple = household.install(zones=3, serial="888")
    household.read_before("2026-02", 100, meter_id=single)
    household.read_before("2026-02", 100, 200, 300, meter_id=triple)
    page = Browser(household).look().text

    assert [f'id="meter-{single}-t{at}"' in page for at in (1, 2, 3)] == [True, False, False]
    assert [f'id="meter-{triple}-t{at}"' in page for at in (1, 2, 3)] == [True, True, True]
    assert page.count('<button class="button lamp"') == 1


def test_looking_changes_nothing(household: Household) -> None:
    browser = Browser(household)
    before = household.everything()

    browser.look()
    browser.count(t1="4000", t2="9999")

    assert household.everything() == before


def test_a_helper_sends_in_their_own_name(household: Household) -> None:
    assert Browser(household, "helper").send(t1="5000", t2="2200").status_code == 303
    assert [reading.source for reading in household.readings()] == ["helper"]


def test_a_stranger_finds_nothing_here(household: Household) -> None:
    stranger = Browser(household, "stranger")

    assert [answer.status_code for answer in (stranger.look(), stranger.count(), stranger.send())] == [404, 404, 404]


def test_a_meter_of_somebody_else_is_not_found(household: Household) -> None:
    assert Browser(household).send(meter="999", t1="5000", t2="2200").status_code == 404
    assert Browser(household).send(meter="1'--", t1="5000", t2="2200").status_code == 404


def test_an_agent_who_looks_sees_the_readings_and_no_form(household: Household) -> None:
    agent = Browser(household, household.look_by_agent())

    page = agent.look().text

    assert "передать показание отсюда можно только с его кодом" in words(page)
    assert 'name="t1"' not in page
    assert [agent.send(t1="5000", t2="2200").status_code, agent.count().status_code] == [403, 403]
    assert household.readings() == []


def test_a_register_that_is_not_typed_yet_is_no_fault_while_typing(household: Household) -> None:
    text = words(Browser(household, has_scripts=True).count(t1="5000", t2="").text)

    assert "Проверьте цифры" not in text
    assert "Похоже, всё в порядке" not in text
