"""A reading that a phone carried until there was a signal: it counts by when it was taken, once, and is judged."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from lk import db
from lk.actor import Actor
from lk.metering.carrying import take_carried
from lk.tokens import owner_mark
from tests.metering.cabinet import words
from tests.readings.household import Household, moscow
from tests.readings.site import Site

KEY, OTHER_KEY = "5f0c7a1e-2b3d-4c4e-8f60-718293a4b5c6", "5f0c7a1e-2b3d-4c4e-8f60-718293a4b5c7"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PHONE = datetime(2031, 1, 1, tzinfo=UTC)
"""What the phone's clock shows when it sends: only how much later that is than the taking matters."""


def standing(household: Household) -> list[tuple[str, int]]:
    return [(each.status, each.values[0]) for each in household.readings()]


def ms(instant: datetime) -> str:
    return str(int(instant.timestamp() * 1000))


class Phone(Site):
    """`bring` sends what was taken so long before."""

    def bring(self, *, waited: timedelta = HOUR, key: str = KEY, **fields: str) -> httpx.Response:
        return self.post(
            f"{self.readings}/carried",
            **{
                "owner": owner_mark(self.household.users[self.who or "holder"]),
                "key": key,
                "meter": str(self.household.meter_id),
                "taken_at": ms(PHONE - waited),
                "sent_at": ms(PHONE),
                "t1": "5000",
                "t2": "2200",
                **fields,
            },
        )

    def told(self, **fields: Any) -> str:
        answer = self.bring(**fields)
        assert answer.status_code == 200, answer.text
        return " ".join([answer.json()["title"]["ru"], *answer.json()["told"]["ru"]]).replace("\u00a0", " ")


@pytest.fixture
def household(sqlite: Household) -> Household:
    return sqlite


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_sent_twice_it_is_one_reading_with_one_answer(engine: str, request: pytest.FixtureRequest) -> None:
    household: Household = request.getfixturevalue(engine)
    phone = Phone(household)
    first = phone.told()
    household.now += HOUR
    assert first == phone.told() == "Показание у нас, 20 марта 14:05 Снято 20 марта в 13:05. Засчитали за март."
    corrected = household.send(5010, 2200)
    household.now += HOUR

    assert "сняли позже" in phone.told()
    assert [(each.status, each.values) for each in household.readings()] == [
        ("superseded", (5000, 2200)),
        ("accepted", (5010, 2200)),
    ]
    assert household.readings()[-1].id == corrected.id


def test_the_same_key_brings_nothing_else(household: Household) -> None:
    phone = Phone(household)
    phone.bring()
    assert phone.bring(t1="9999").json()["title"]["ru"] == "Показание у нас, 20\u00a0марта\u00a014:05"
    assert [each.values for each in household.readings()] == [(5000, 2200)]


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_taken_before_the_window_closed_it_counts_for_it_though_it_comes_after(
    engine: str, request: pytest.FixtureRequest
) -> None:
    household: Household = request.getfixturevalue(engine)
    household.now = moscow("2026-03-26T10:00")
    told = Phone(household).told(waited=10 * HOUR + MINUTE)

    assert "Снято 25 марта в 23:59. Засчитали за март." in told
    (reading,) = household.readings("2026-03")
    assert (reading.status, str(reading.taken_on)) == ("accepted", "2026-03-25")


def test_taken_after_the_window_it_counts_for_the_next_month(household: Household) -> None:
    household.now = moscow("2026-03-26T10:00")
    assert "Снято 26 марта в 00:01. Засчитали за апрель." in Phone(household).told(waited=10 * HOUR - MINUTE)


def test_once_the_month_is_billed_it_counts_for_the_next(household: Household) -> None:
    household.billed("2026-02")
    household.billed("2026-03")
    household.now = moscow("2026-03-26T10:00")
    assert "Засчитали за апрель" in Phone(household).told(waited=11 * HOUR)


@pytest.mark.parametrize(
    ("waited", "period"),
    [(24 * HOUR, "2026-03"), (24 * HOUR + timedelta(milliseconds=1), "2026-04"), (-6 * MINUTE, "2026-04")],
    ids=["a day", "longer than a day", "not yet"],
)
def test_what_a_phones_clock_says_is_believed_for_a_day(household: Household, waited: timedelta, period: str) -> None:
    household.now = moscow("2026-03-26T10:00")
    told = Phone(household).told(waited=waited)

    assert len(household.readings(period)) == 1
    assert ("не подтвердилось" in told) is (period == "2026-04")


def test_a_clock_that_was_set_back_a_little_meanwhile_makes_no_reading_of_the_future(household: Household) -> None:
    assert "Снято 20 марта в 14:05" in Phone(household).told(waited=-5 * MINUTE)


def test_one_taken_earlier_does_not_displace_one_taken_later(household: Household) -> None:
    household.send(5020, 2210)
    household.now += HOUR
    told = Phone(household).told(waited=2 * HOUR)

    assert "Есть показание, которое сняли позже: засчитано оно" in told
    assert standing(household) == [("accepted", 5020), ("superseded", 5000)]


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_one_that_waited_longer_than_is_believed_does_not_displace_one_taken_later(
    engine: str, request: pytest.FixtureRequest
) -> None:
    household: Household = request.getfixturevalue(engine)
    household.send(5020, 2210)
    household.now += DAY
    told = Phone(household).told(waited=11 * DAY)

    assert told == "Показание у нас, 21 марта 14:05 Есть показание, которое сняли позже: засчитано оно."
    assert standing(household) == [("accepted", 5020), ("superseded", 5000)]
    Phone(household).bring(key=OTHER_KEY, taken_at="0", sent_at="9" * 18, t1="5001")
    assert standing(household)[-1] == ("superseded", 5001), "however long a clock says that it waited"


def test_it_counts_where_nothing_was_taken_after_it_and_gives_way_to_what_was(household: Household) -> None:
    phone = Phone(household)
    phone.bring(waited=11 * DAY)
    household.now += HOUR
    phone.bring(waited=2 * HOUR, key=OTHER_KEY, t1="5001")
    phone.bring(waited=12 * DAY, key=OTHER_KEY.replace("c7", "c8"), t1="4999")
    assert standing(household) == [("superseded", 5000), ("accepted", 5001), ("superseded", 4999)]


def test_of_two_that_a_phone_carried_the_one_taken_later_counts_in_whatever_order_they_come(
    household: Household,
) -> None:
    phone = Phone(household)
    phone.bring(waited=2 * HOUR, t1="5000")
    phone.bring(waited=HOUR, key=OTHER_KEY, t1="5001")
    phone.bring(waited=3 * HOUR, key=OTHER_KEY.replace("c7", "c8"), t1="4999")
    assert standing(household) == [("superseded", 5000), ("accepted", 5001), ("superseded", 4999)]


def test_a_doubtful_one_is_asked_about_and_taken_as_confirmed(household: Household) -> None:
    phone = Phone(household)
    asked = phone.bring(t1="4820", t2="2105")
    assert (asked.status_code, asked.json()["confirmed"]) == (422, "4820-2105")
    assert "Столько же, сколько в прошлый раз" in asked.json()["told"]["ru"][0]
    assert household.readings() == []

    assert phone.bring(t1="5000", t2="2105", confirmed="4820-2105").status_code == 422
    assert phone.bring(t1="4820", t2="2105", confirmed="4820-2105").status_code == 200
    assert [each.status for each in household.readings()] == ["accepted"]


def test_one_that_waits_for_a_person_says_why(household: Household) -> None:
    answer = Phone(household).bring(t1="4800").json()
    assert answer["is_held"]
    assert "День, T1: меньше прошлого показания" in " ".join(answer["told"]["ru"])
    assert [each.status for each in household.readings()] == ["held"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"t1": "123456"}, "цифр больше, чем на счётчике"),
        ({"t1": ""}, "впишите цифры"),
        ({"key": "x"}, "не разобрать"),
        ({"taken_at": "yesterday"}, "не разобрать"),
        ({"sent_at": "9" * 40}, "не разобрать"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(
    household: Household, fields: dict[str, str], words: str
) -> None:
    before = household.everything()
    answer = Phone(household).bring(**fields)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["confirmed"]) == (422, None)
    assert words in " ".join(answer.json()["told"]["ru"])
    assert household.everything() == before


def test_holder_and_helper_may_a_stranger_finds_nothing_and_an_agent_only_looks(household: Household) -> None:
    assert Phone(household, "helper").bring().status_code == 200
    assert [each.source for each in household.readings()] == ["helper"]
    assert Phone(household, "stranger").bring(key=OTHER_KEY).status_code == 404
    assert Phone(household, household.look_by_agent()).bring(key=OTHER_KEY).status_code == 403
    assert Phone(household, None).bring(key=OTHER_KEY, owner="").status_code == 303
    assert len(household.readings()) == 1


def test_its_receipt_tells_when_it_was_taken_and_when_it_came(household: Household) -> None:
    phone = Phone(household)
    phone.bring()
    (reading,) = household.readings()
    text = words(phone.get(f"{phone.readings}/{reading.id}").text)
    assert "Получено 20 марта 2026, 14:05:00" in text
    assert "Снято 20 марта 2026, 13:05, без связи" in text


def test_what_one_user_took_is_not_sent_as_another(household: Household) -> None:
    holder = owner_mark(household.users["holder"])
    assert Phone(household, "helper").bring(owner=holder).status_code == 422
    assert household.readings() == []


def test_another_accounts_meter_is_not_there(household: Household) -> None:
    assert Phone(household).bring(meter="999999").status_code == 404


def test_the_door_says_who_is_signed_in(household: Household) -> None:
    phone = Phone(household)
    answer = phone.get(f"{phone.readings}/carried")
    assert answer.json()["owner"] == owner_mark(household.users["holder"])
    assert answer.headers["cache-control"] == "no-store"
    assert Phone(household, "helper").get(f"{phone.readings}/carried").json()["owner"] != answer.json()["owner"]


def test_the_page_hands_over_the_forms_own_figures_and_nothing_else(household: Household) -> None:
    household.send(5000, 2200)
    page = Phone(household).get(Phone(household).readings).text
    told = json.loads(page.partition('data-carried-page="')[2].partition('"')[0].replace("&#34;", '"'))

    (meter,) = told["meters"]
    assert set(told) == {"account", "invitation", "until", "meters"}
    assert set(meter) == {"meter", "title", "is_live", "dials"}
    assert meter["dials"][0] == {
        "name": "t1", "label": {"ru": "День, T1", "en": "Day, T1"},
        "digits": 5, "ratio": 1, "previous": 4820, "price": 945,
    }  # fmt: skip
    assert "5000" not in json.dumps(told)


def test_an_agent_who_looks_gets_nothing_to_keep(household: Household) -> None:
    agent = Phone(household, household.look_by_agent())
    looking = agent.get(agent.readings).text
    db.run(_enter_the_code(household))
    page = agent.get(agent.readings).text
    with_scripts = Phone(household, "agent", has_scripts=True)
    part = with_scripts.post(agent.readings, meter=str(household.meter_id), t1="5000", t2="2200").text

    assert 'name="t1"' in page
    assert '<div id="readings"' in part
    for each in (looking, page, part):
        assert "data-carried" not in each
        assert "carried.js" not in each
        assert "carried-store.js" not in each


async def _enter_the_code(household: Household) -> None:
    async with db.write():
        await db.execute("UPDATE impersonations SET allowed_at = {}", household.now)


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_at_once_from_page_and_worker_it_is_one(engine: str, request: pytest.FixtureRequest) -> None:
    import asyncio

    household: Household = request.getfixturevalue(engine)

    async def brought() -> int:
        account = await household.account()
        taken = await take_carried(
            account, household.meter_id, (5000, 2200), key=KEY, taken_at=None, claimed_at=household.now,
            source="resident", actor=Actor(household.users["holder"]),
        )  # fmt: skip
        return taken.reading.id

    async def both() -> list[int]:
        return await asyncio.gather(*(brought() for _ in range(4)))

    assert len(set(db.run(both()))) == 1
    assert len(db.run(db.read("SELECT id FROM carried_readings"))) == 1
