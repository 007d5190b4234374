"""A meter is replaced at the desk: what is asked, what is refused, what is kept, and what both meters come to."""

from __future__ import annotations

import asyncio
import html
import json
import re
from datetime import date
from typing import Any

import pytest

from lk import clock, db
from lk.actor import PROGRAM
from lk.language import LANGUAGES
from lk.metering.replacing import replace_meter
from lk.notifications.letters import render
from lk.notifications.tables import Message
from lk.period import Period
from lk.support.replacement_form import parse_replacement
from tests.metering.cabinet import Cabinet, agent, words
from tests.readings.household import Household, moscow

GOOD = {
    "replaced_on": "2026-03-20",
    "final_t1": "04 900",
    "final_t2": "2150",
    "meter_number": "300-17 А",
    "zones": "2",
    "digits": "6",
    "ratio": "1",
    "verified_until": "20.03.2042",
    "initial_t1": "2",
    "initial_t2": "1",
    "initial_t3": "",
}


class Desk:
    """An operator on the page of the household's first meter."""

    def __init__(self, household: Household) -> None:
        self.household = household
        self.cabinet = agent(household, "operator")
        self.path = f"/support/accounts/{household.public_id}/meters/{household.meter_id}/replacement"

    def ask(self, **changed: str) -> str:
        """The refused form's text."""
        answer = self.cabinet.post(self.path, **{**GOOD, **changed})
        assert answer.status_code == 422
        return words(answer.text)

    def replace(self, **changed: str) -> str:
        """Checked, then confirmed as the page offers it; where it leads."""
        asked = self.cabinet.post(self.path, **{**GOOD, **changed})
        assert asked.status_code == 422
        found = re.search(r'name="confirmed" value="([^"]*)"', asked.text)
        assert found, words(asked.text)
        done = self.cabinet.post(self.path, **{**GOOD, **changed, "confirmed": html.unescape(found[1])})
        assert done.status_code == 303, words(done.text)
        return str(done.headers["location"])

    def meters(self) -> list[tuple[str, date, date | None]]:
        rows = db.run(db.read("SELECT serial_number, installed_on, removed_on FROM meters ORDER BY id"))
        return [(row["serial_number"], row["installed_on"], row["removed_on"]) for row in rows]

    def edges(self) -> list[dict[str, Any]]:
        """First and last readings but the household's first."""
        return db.run(db.read("SELECT * FROM readings WHERE kind <> 'regular' ORDER BY id"))[1:]


def test_the_page_offers_todays_day_and_the_old_meters_make(household: Household) -> None:
    desk = Desk(household)
    page = desk.cabinet.get(desk.path).text

    text = words(page)
    assert "Замена счётчика № 14195368" in text
    assert "Последнее показание T1 4 820, T2 2 105, 20 февраля 2026" in text
    assert 'value="2026-03-20"' in page
    assert re.search(r'value="2" checked', page)


def test_what_it_comes_to_is_shown_before_it_is_done(household: Household) -> None:
    desk = Desk(household)

    text = desk.ask()

    assert "День, T1 80 кВт·ч 4 820 → 4 900" in text
    assert "Ночь, T2 45 кВт·ч 2 105 → 2 150" in text
    assert "Старый счётчик досчитал 125 кВт·ч, они войдут в счёт за март. Новый начинает с T1 2, T2 1" in text
    assert "Всё верно, заменить" in text
    assert len(desk.meters()) == 1


def test_a_confirmed_replacement_keeps_both_meters_and_their_figures(household: Household) -> None:
    desk = Desk(household)

    assert desk.replace() == "/support/accounts/quietlamp234?done=replacement"

    day = date(2026, 3, 20)
    assert desk.meters() == [("14195368", date(2025, 8, 1), day), ("300-17 А", day, None)]
    final, initial = desk.edges()
    assert (final["kind"], final["meter_id"], final["t1_kwh"], final["t2_kwh"]) == (
        "final",
        household.meter_id,
        4900,
        2150,
    )
    assert (initial["kind"], initial["t1_kwh"], initial["t2_kwh"], initial["t3_kwh"]) == ("initial", 2, 1, None)
    assert {each["period"] for each in (final, initial)} == {202603}
    assert {(each["taken_on"], each["source"], each["status"]) for each in (final, initial)} == {
        (day, "agent", "accepted")
    }
    new = db.run(db.read("SELECT * FROM meters WHERE id = {}", initial["meter_id"]))[0]
    assert (new["zones"], new["digits"], new["ratio"], new["verified_until"]) == (2, 6, 1, date(2042, 3, 20))


def test_the_holder_hears_of_it_by_letter_history_and_page(household: Household) -> None:
    desk = Desk(household)
    desk.replace()

    (letter,) = db.run(db.read("SELECT * FROM messages"))
    assert (letter["kind"], letter["to_address"]) == ("meter_replaced", "holder@example.org")
    russian, english = (render(Message(**letter), language).text.replace("\u00a0", " ") for language in LANGUAGES)
    assert "20 марта счётчик № 14195368 заменён на № 300-17 А." in russian
    assert "Старый остановился на T1 4 900, T2 2 150, новый начал с T1 2, T2 1." in russian
    assert "On 20 March meter No. 14195368 was replaced by No. 300-17 А." in english
    assert "The old one stopped at T1 4,900, T2 2,150, the new one began at T1 2, T2 1." in english
    ((kind, params),) = household.events()
    told = json.loads(params)
    assert (kind, told["meter"], told["final"], told["initial"]) == (
        "meter_replaced",
        household.meter_id,
        [4900, 2150],
        [2, 1],
    )
    text = Cabinet(household).text("/accounts/quietlamp234/readings")
    assert "20 марта счётчик заменён" in text
    assert (
        "Счётчик № 14195368 заменён на № 300-17 А: старый остановился на T1 4 900, T2 2 150, новый начал с T1 2, T2 1."
        in text
    )
    assert "Для счёта за март этого хватит: передавать показание ещё раз не обязательно." in text
    assert "Счётчик 300-17 А" in text


def test_a_letter_queued_by_an_earlier_version_holds_its_figures_in_words(household: Household) -> None:
    Desk(household).replace()
    (letter,) = db.run(db.read("SELECT * FROM messages"))
    figures = {"final": "T1\u00a04\u00a0900, T2\u00a02\u00a0150", "initial": "T1\u00a02, T2\u00a01"}
    letter["params"] = json.dumps({**json.loads(letter["params"]), **figures})

    russian = render(Message(**letter), "ru").text.replace("\u00a0", " ")
    assert "Старый остановился на T1 4 900, T2 2 150, новый начал с T1 2, T2 1." in russian


def test_the_replacement_is_the_periods_reading_so_home_does_not_ask_for_another(household: Household) -> None:
    cabinet = Cabinet(household)
    assert '<a class="button lamp" href="/accounts/quietlamp234/readings"' in cabinet.get(cabinet.home).text

    Desk(household).replace()

    assert '<a class="button lamp"' not in cabinet.get(cabinet.home).text


def test_the_page_of_readings_asks_for_none_either_and_takes_one_all_the_same(household: Household) -> None:
    cabinet, path = Cabinet(household), "/accounts/quietlamp234/readings"
    assert "осталось 5 дней" in cabinet.text(path)
    Desk(household).replace()

    page = cabinet.get(path).text
    assert "Счётчик 300-17 А снято при замене" in words(page)
    assert "осталось" not in words(page)
    assert 'class="button lamp"' not in page
    new_id = str(db.run(db.read("SELECT max(id) AS id FROM meters"))[0]["id"])
    sent = cabinet.post(path, meter=new_id, t1="12", t2="6")
    assert sent.status_code == 303
    assert "Счётчик 300-17 А принято" in cabinet.text(path)


def test_the_month_after_a_replacement_is_asked_for_again(household: Household) -> None:
    Desk(household).replace()
    household.now = moscow("2026-04-20T14:05")

    page = Cabinet(household).get("/accounts/quietlamp234/readings").text
    assert "осталось 5 дней" in words(page)
    assert page.count('class="button lamp"') == 1


def test_a_meter_that_took_nobodys_place_is_asked_for_in_its_first_month(household: Household) -> None:
    another = household.install(serial="20304050")
    household.read_before("2026-03", 2, 1, meter_id=another, kind="initial")

    assert words(Cabinet(household).get("/accounts/quietlamp234/readings").text).count("осталось 5 дней") == 2


def test_sent_twice_it_is_done_once(household: Household) -> None:
    desk = Desk(household)
    desk.replace()
    again = desk.cabinet.post(desk.path, **GOOD, confirmed="anything")

    assert (again.status_code, again.headers["location"]) == (303, "/support/accounts/quietlamp234?done=replacement")
    assert len(desk.meters()) == 2
    assert len(desk.edges()) == 2
    assert len(household.events()) == 1


def test_two_operators_at_once_replace_it_once(household: Household) -> None:
    wanted = parse_replacement(GOOD, 2).wanted

    async def both() -> list[object]:
        account = await household.account()
        each = (replace_meter(account, household.meter_id, wanted, actor=PROGRAM, is_confirmed=True) for _ in "ab")
        return await asyncio.gather(*each, return_exceptions=True)

    with clock.fixed_at(household.now):
        assert db.run(both()).count(None) == 1
    desk = Desk(household)
    assert (len(desk.meters()), len(desk.edges()), len(household.events())) == (2, 2, 1)


def test_a_meter_that_was_replaced_otherwise_is_not_replaced_again(household: Household) -> None:
    desk = Desk(household)
    desk.replace()
    again = desk.cabinet.post(desk.path, **{**GOOD, "final_t1": "4950"})

    assert again.headers["location"] == "/support/accounts/quietlamp234?done=replaced_before"
    assert desk.edges()[0]["t1_kwh"] == 4900
    assert desk.cabinet.get(desk.path).headers["location"] == "/support/accounts/quietlamp234"


def test_other_figures_than_those_asked_about_are_asked_about_again(household: Household) -> None:
    desk = Desk(household)
    asked = desk.cabinet.post(desk.path, **GOOD)
    found = re.search(r'name="confirmed" value="([^"]*)"', asked.text)
    assert found

    changed = {**GOOD, "final_t1": "4990", "confirmed": html.unescape(found[1])}
    assert desk.cabinet.post(desk.path, **changed).status_code == 422
    assert len(desk.meters()) == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"replaced_on": ""}, "Укажите день замены"),
        ({"replaced_on": "32.03.2026"}, "Напишите день так: 15.03.2027."),
        ({"replaced_on": "2026-03-21"}, "Этот день ещё не наступил."),
        ({"replaced_on": "2025-07-31"}, "Старый счётчик поставили позже: 1 августа 2025."),
        ({"replaced_on": "2026-02-19"}, "Старый счётчик ещё стоял 20 февраля 2026"),
        ({"final_t1": ""}, "Впишите цифры со счётчика."),
        ({"final_t1": "4900,5"}, "Цифры после запятой не нужны. Оставьте 4 900"),
        ({"final_t1": "123456"}, "Цифр больше, чем на счётчике: там их 5."),
        ({"final_t1": "4819"}, "Меньше прошлого показания: было 4 820."),
        ({"meter_number": ""}, "Впишите номер нового счётчика."),
        ({"meter_number": "123"}, "В номере счётчика от 4 до 20 букв и цифр."),
        ({"meter_number": "1" * 21}, "В номере счётчика от 4 до 20 букв и цифр."),
        ({"meter_number": "<b>12345"}, "В номере счётчика от 4 до 20 букв и цифр."),
        ({"meter_number": "0014 195-368"}, "Счётчик с таким номером по этому счёту уже есть."),
        ({"zones": ""}, "Выберите, сколько у счётчика зон."),
        ({"digits": "3"}, "Цифр до запятой у счётчика от 4 до 9."),
        ({"ratio": "0"}, "Коэффициент трансформации — целое число от 1 до 10 000."),
        ({"verified_until": "2026-03-20"}, "У нового счётчика срок поверки ещё впереди."),
        ({"initial_t1": "1000000"}, "Цифр больше, чем на счётчике: там их 6."),
        ({"initial_t2": ""}, "Впишите цифры со счётчика."),
        ({"initial_t3": "5"}, "У этого счётчика зон 2: оставьте поле пустым."),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(household: Household, changed: dict[str, str], told: str) -> None:
    desk = Desk(household)

    answer = desk.cabinet.post(desk.path, **{**GOOD, **changed})

    (field,) = changed
    text = words(answer.text)
    assert answer.status_code == 422
    assert re.search(rf'<p class="field-error" id="{field}-error">', answer.text)
    assert told in text
    assert "Всё верно, заменить" not in text
    assert desk.meters() == [("14195368", date(2025, 8, 1), None)]


def test_everything_wrong_is_told_at_once_and_what_was_typed_stays(household: Household) -> None:
    desk = Desk(household)
    answer = desk.cabinet.post(desk.path, replaced_on="завтра", final_t1="пять", meter_number="30017", initial_t1="7")

    fields = set(re.findall(r'<li><a href="#([a-z_0-9]+)"', answer.text))
    assert fields == {"replaced_on", "final_t1", "final_t2", "zones", "digits", "ratio"}
    assert "Старый счётчик, T2: впишите цифры со счётчика." in words(answer.text)
    assert 'value="завтра"' in answer.text
    assert 'value="30017"' in answer.text


def test_a_dial_that_passed_zero_is_believed(household: Household) -> None:
    # 5 digits: 99980 → 12 = 32
    single = household.install(zones=1, serial="777")
    household.read_before("2026-02", 99980, meter_id=single)
    desk = Desk(household)
    desk.path = desk.path.replace(f"/{household.meter_id}/", f"/{single}/")

    text = desk.ask(final_t1="12", zones="1", initial_t2="")
    assert "32 кВт·ч 99 980 → 12, через ноль" in text
    desk.replace(final_t1="12", zones="1", initial_t2="")
    assert [row[2] for row in desk.meters()] == [None, date(2026, 3, 20), None]


def test_a_far_too_large_figure_is_asked_about_and_can_be_confirmed(household: Household) -> None:
    # 10 kW through 28 days carry 6 720 kWh; 9 000 − 4 820 = 4 180 on T1 is more than three times the usual 180.
    desk = Desk(household)
    assert "намного больше обычного" in desk.ask(final_t1="9000")
    desk.replace(final_t1="9000")
    assert desk.edges()[0]["t1_kwh"] == 9000


def test_a_transformed_meter_is_multiplied(household: Household) -> None:
    async def transformed() -> None:
        async with db.write():
            await db.execute("UPDATE meters SET ratio = 20")

    db.run(transformed())
    desk = Desk(household)
    text = desk.ask(final_t1="4830", final_t2="2105")
    assert "День, T1 200 кВт·ч 4 820 → 4 830 × 20" in text
    readings = Cabinet(household).text("/accounts/quietlamp234/readings")
    assert "было 4 820 × 20" in readings
    assert "за февраль · × 20" in readings


@pytest.mark.parametrize(
    ("day", "now", "period"),
    [
        ("2026-03-25", "2026-03-25T18:00", Period(2026, 3)),
        ("2026-03-26", "2026-03-26T18:00", Period(2026, 4)),
        ("2026-03-25", "2026-04-02T10:00", Period(2026, 3)),
    ],
)
def test_by_the_25th_it_is_this_periods_reading_later_the_next_ones(
    household: Household, day: str, now: str, period: Period
) -> None:
    household.now = moscow(now)
    desk = Desk(household)
    desk.replace(replaced_on=day)
    assert {each["period"] for each in desk.edges()} == {period.number}


def test_a_period_already_billed_gives_way_to_the_next_one(household: Household) -> None:
    household.billed("2026-02")
    household.billed("2026-03")
    household.now = moscow("2026-04-02T10:00")
    desk = Desk(household)
    assert "войдут в счёт за апрель" in desk.ask(replaced_on="2026-03-25")
    desk.replace(replaced_on="2026-03-25")
    assert {each["period"] for each in desk.edges()} == {202604}


def test_what_waited_for_a_decision_about_the_old_dial_waits_no_longer(household: Household) -> None:
    held = household.send(4800, 2200)
    assert held.status == "held"
    Desk(household).replace()
    assert {row.id: row.status for row in household.readings()}[held.id] == "superseded"


def test_only_those_who_correct_may_replace(household: Household) -> None:
    desk = Desk(household)
    for role, status in (("support", 403), ("admin", 200)):
        assert agent(household, role).get(desk.path).status_code == status
    for who in ("holder", "helper", "stranger"):
        assert Cabinet(household, who).get(desk.path).status_code == 403
        assert Cabinet(household, who).post(desk.path, **GOOD).status_code == 403
    assert Cabinet(household, "support").post(desk.path, **GOOD).status_code == 403
    assert "Заменить счётчик № 14195368" in desk.cabinet.text("/support/accounts/quietlamp234")
    assert "Заменить счётчик" not in Cabinet(household, "support").text("/support/accounts/quietlamp234")
    assert len(desk.meters()) == 1


def test_a_meter_of_another_account_is_not_there(household: Household) -> None:
    desk = Desk(household)
    assert desk.cabinet.get(desk.path.replace(f"/{household.meter_id}/", "/999/")).status_code == 404
    assert desk.cabinet.get(desk.path.replace("quietlamp234", "nobodysflat2")).status_code == 404
