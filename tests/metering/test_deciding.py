"""A person decides about a held reading, on a real database: what counts afterwards, and what its holder reads."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import date
from typing import TypeVar

import pytest

from lk import clock, db
from lk.actor import Actor
from lk.identity.tables import Agent, User
from lk.metering.actions import SubmittedReading
from lk.metering.deciding import accept, ask_again, correct
from lk.metering.held import HeldReading, held_readings, once_held
from lk.outcome import Refused
from tests.readings.household import Household, moscow

T = TypeVar("T")


class Office:
    """Agents who decide at the household's `now`."""

    def __init__(self, household: Household) -> None:
        self.household = household
        self.agents = [db.run(_employed(f"agent-{at}")) for at in range(2)]

    def held(self, *values: int) -> int:
        sent = self.household.send(*values, is_confirmed=True)
        assert sent.status == "held"
        return sent.id

    def accept(self, reading_id: int) -> bool:
        return self._decide(reading_id, lambda held: accept(held, self.agents[0]))

    def ask_again(self, reading_id: int, reason: str, words: str = "") -> None:
        self._decide(reading_id, lambda held: ask_again(held, reason, words, self.agents[0]))

    def correct(self, reading_id: int, *values: int, is_confirmed: bool = False) -> SubmittedReading:
        return self._decide(reading_id, lambda held: correct(held, values, self.agents[0], is_confirmed=is_confirmed))

    def _decide(self, reading_id: int, decide: Callable[[HeldReading], Awaitable[T]]) -> T:
        async def decided() -> T:
            held = await once_held(reading_id)
            assert held
            return await decide(held)

        with clock.fixed_at(self.household.now):
            return db.run(decided())

    def statuses(self, period: str = "2026-03") -> list[tuple[int, str]]:
        return [(each.t1_kwh, each.status) for each in self.household.readings(period)]

    def letters(self) -> list[tuple[str, str, dict[str, object]]]:
        rows = db.run(db.read("SELECT kind, to_address, params FROM messages ORDER BY id"))
        return [(row["kind"], row["to_address"], json.loads(row["params"])) for row in rows]

    def last_event(self) -> tuple[str, dict[str, object]]:
        kind, params = self.household.events()[-1]
        return kind, json.loads(params)


async def _employed(login: str) -> Actor:
    async with db.write():
        user = User(login=login, login_key=login, email=None, password_hash="-", created_at=clock.now())
        await User.insert(user)
        agent = Agent(user_id=user.id, code=login, role="support")
        await Agent.insert(agent)
        return Actor(user.id, agent.id)


@pytest.fixture(params=["sqlite", "postgres"])
def office(request: pytest.FixtureRequest) -> Office:
    return Office(request.getfixturevalue(request.param))


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refusal.value.problems]


def test_the_longest_waiting_comes_first_with_what_was_read_before(office: Office) -> None:
    office.household.now = moscow("2026-03-18T10:00")
    single = office.household.install(zones=1, serial="777")
    office.household.read_before("2026-02", 300, meter_id=single)
    office.held(4800, 2200)
    office.household.now = moscow("2026-03-19T10:00")
    office.household.send(200, meter_id=single)

    found = db.run(held_readings(10))

    assert [(each.serial_number, each.previous, each.reading.values) for each in found] == [
        ("14195368", (4820, 2105), (4800, 2200)),
        ("777", (300,), (200,)),
    ]


def test_an_accepted_one_counts_in_the_place_of_an_earlier_accepted_one(office: Office) -> None:
    office.household.send(5000, 2200)
    held = office.held(4800, 2200)

    assert office.accept(held) is True

    assert office.statuses() == [(5000, "superseded"), (4800, "accepted")]
    kind, params = office.last_event()
    assert (kind, params["reading"], params["period"]) == ("reading_accepted", held, "2026-03")
    rows = db.run(db.read("SELECT decided_at, decided_by, decision FROM readings WHERE id = {}", held))
    assert rows[0]["decided_at"] == moscow("2026-03-20T14:05")
    assert (rows[0]["decided_by"], rows[0]["decision"]) == (office.agents[0].agent_id, "accepted")


def test_once_its_month_is_billed_it_counts_for_the_first_unbilled_one(office: Office) -> None:
    held = office.held(4800, 2200)
    office.household.billed("2026-03")
    office.household.billed("2026-04")

    office.accept(held)

    assert office.statuses("2026-03") == []
    assert office.statuses("2026-05") == [(4800, "accepted")]


def test_it_never_displaces_a_reading_that_came_later(office: Office) -> None:
    held = office.held(4800, 2200)
    office.household.billed("2026-03")
    office.household.now = moscow("2026-04-20T12:00")
    office.household.send(5200, 2300, is_confirmed=True)

    assert office.accept(held) is False

    assert office.statuses("2026-04") == [(4800, "superseded"), (5200, "accepted")]


def test_asked_again_it_does_not_count_and_the_holder_reads_why(office: Office) -> None:
    held = office.held(4800, 2200)

    office.ask_again(held, "unclear", "Последняя цифра в тени")

    assert office.statuses() == [(4800, "rejected")]
    ((kind, address, params),) = office.letters()
    assert (kind, address) == ("reading_asked_again", "holder@example.org")
    assert (params["why"], params["words"], params["values"]) == ("unclear", "Последняя цифра в тени", [4800, 2200])
    assert params["link"] == {"path": "/accounts/quietlamp234/readings", "token_of": []}
    kind, event = office.last_event()
    assert (kind, event["reason"]) == ("reading_rejected", "unclear")
    assert "тени" not in json.dumps(event, ensure_ascii=False)


@pytest.mark.parametrize(
    ("reason", "words", "code"),
    [
        ("", "", "reason_wanted"),
        ("because", "", "reason_wanted"),
        ("own_words", "", "words_wanted"),
        ("own_words", "   ", "words_wanted"),
        ("unclear", "я" * 201, "words_too_long"),
        ("unclear", "одна\nдве", "words_odd"),
        ("unclear", "справа\u202eналево", "words_odd"),
    ],
)
def test_without_a_reason_that_can_be_read_nothing_is_decided(
    office: Office, reason: str, words: str, code: str
) -> None:
    held = office.held(4800, 2200)

    with pytest.raises(Refused) as refusal:
        office.ask_again(held, reason, words)

    assert codes(refusal) == [code]
    assert office.statuses() == [(4800, "held")]
    assert office.letters() == []


def test_two_hundred_characters_of_ones_own_are_enough(office: Office) -> None:
    office.ask_again(office.held(4800, 2200), "own_words", "я" * 200)

    assert office.letters()[0][2]["words"] == "я" * 200


def test_other_digits_count_in_the_place_of_the_held_ones(office: Office) -> None:
    office.household.send(5010, 2200)
    held = office.held(4800, 2200)

    kept = office.correct(held, 5000, 2200)

    assert office.statuses() == [(5010, "superseded"), (4800, "superseded"), (5000, "accepted")]
    (reading,) = [each for each in office.household.readings() if each.id == kept.id]
    assert (reading.source, reading.taken_on) == ("agent", date(2026, 3, 20))
    kind, params = office.last_event()
    assert (kind, params["t1"]) == ("reading_corrected", 5000)
    assert db.run(held_readings(10)) == []


def test_odd_digits_are_asked_about_before_they_count(office: Office) -> None:
    held = office.held(4800, 2200)

    with pytest.raises(Refused) as refusal:
        office.correct(held, 4810, 2200)
    assert codes(refusal) == ["below_previous"]
    assert office.statuses() == [(4800, "held")]

    assert office.correct(held, 4810, 2200, is_confirmed=True).status == "accepted"


def test_too_many_digits_are_refused_even_when_confirmed(office: Office) -> None:
    held = office.held(4800, 2200)

    with pytest.raises(Refused) as refusal:
        office.correct(held, 123456, 2200, is_confirmed=True)

    assert "too_many_digits" in codes(refusal)
    assert office.statuses() == [(4800, "held")]


def test_a_correction_never_displaces_a_reading_that_came_later(office: Office) -> None:
    held = office.held(4800, 2200)
    office.household.billed("2026-03")
    office.household.now = moscow("2026-04-20T12:00")
    office.household.send(5200, 2300, is_confirmed=True)

    with pytest.raises(Refused) as refusal:
        office.correct(held, 5000, 2200, is_confirmed=True)

    assert codes(refusal) == ["newer_counts"]
    assert office.statuses("2026-04") == [(5200, "accepted")]


@pytest.mark.parametrize("second", ["accept", "ask_again", "correct"])
def test_what_is_decided_is_decided(office: Office, second: str) -> None:
    held = office.held(4800, 2200)
    office.ask_again(held, "unclear")
    events = office.household.events()
    again: dict[str, Callable[[], object]] = {
        "accept": lambda: office.accept(held),
        "ask_again": lambda: office.ask_again(held, "too_low"),
        "correct": lambda: office.correct(held, 5000, 2200),
    }

    with pytest.raises(Refused) as refusal:
        again[second]()

    assert codes(refusal) == ["decided_already"]
    assert office.statuses() == [(4800, "rejected")]
    assert office.household.events() == events
    assert len(office.letters()) == 1


def test_of_two_who_decide_at_once_the_second_is_told(office: Office) -> None:
    held_id = office.held(4800, 2200)

    async def both() -> list[object]:
        held = await once_held(held_id)
        assert held
        first, second = office.agents
        return list(
            await asyncio.gather(accept(held, first), ask_again(held, "unclear", "", second), return_exceptions=True)
        )

    with clock.fixed_at(office.household.now):
        outcomes = db.run(both())

    refused = [each for each in outcomes if isinstance(each, Refused)]
    assert len(refused) == 1
    assert refused[0].problems[0].code == "decided_already"
    assert len([kind for kind, _ in office.household.events() if kind != "reading_held"]) == 1


def test_a_reading_that_never_waited_is_not_decided_about(office: Office) -> None:
    assert db.run(once_held(office.household.send(5000, 2200).id)) is None


def test_the_former_holders_reading_is_no_letter_to_the_next_one(office: Office) -> None:
    held = office.held(4800, 2200)

    async def released() -> None:
        async with db.write():
            await db.execute("UPDATE accounts SET seen_from = {}", moscow("2026-03-20T15:00"))

    db.run(released())
    office.ask_again(held, "unclear")

    assert office.letters() == []
