"""`lk simulate --faults`: the acquirer fails, lk is broken off and down; a guard taken away does not go unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lk.acquirer.answers import Outcome as Answer
from lk.acquirer.gateway import gateway
from lk.autopay import charging
from lk.autopay.rules import Charge, End, Moment, Wait, decide
from lk.config import settings
from lk.demo import mishaps, purse
from lk.demo.acquiring import ORIGIN, Acquirer
from lk.demo.commands import tell_simulated
from lk.demo.mishaps import Sky
from lk.demo.simulating import Outcome, simulate_in_empty
from lk.payments import actions
from lk.payments.tables import Payment
from tests.database import Database
from tests.postgres import create_database, drop_database

ACCOUNTS, MONTHS, SEED = 40, 4, 12


def simulated(database: Database, *, has_faults: bool = True) -> Outcome:
    return database.run(simulate_in_empty(ACCOUNTS, MONTHS, SEED, has_faults=has_faults))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """What came of the story on SQLite."""
    path = tmp_path_factory.mktemp("faults") / "lk.sqlite3"
    with Database(f"sqlite:///{path}").in_use() as database:
        return simulated(database)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    with Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}").in_use() as database:
        yield database


def test_whatever_fails_every_ruble_is_where_it_belongs(told: Outcome) -> None:
    assert [each.breaches for each in told.findings if each.breaches] == []
    assert told.cards.known == told.cards.booked > 0
    assert told.autopay.known == told.autopay.booked > 0
    assert (told.faults.steps, told.faults.open, told.faults.tasks) == (0, 0, 0)
    assert tell_simulated(told) == 0


def test_what_it_tells_of_happened(told: Outcome) -> None:
    happened = {each.name for each in told.faults.faults}

    assert {"lk оборван посреди расчёта", "lk оборван посреди доставки", "lk оборван посреди автоплатежа"} <= happened
    assert {"ответ эквайера потерян", "связь с эквайером оборвана"} <= happened
    assert {"эквайер не отвечал", "уведомление пришло пять раз", "уведомление опоздало на три дня"} <= happened
    assert {"lk не работал 1-го числа", "lk не работал в конце приёма", "lk не работал в день оплаты"} <= happened
    assert not any("открыто" in each.ended or "не доделано" in each.ended for each in told.faults.faults)


def test_the_same_seed_tells_the_same_story_on_postgresql(told: Outcome, postgres_server: str) -> None:
    url = create_database(postgres_server)
    with Database(url).in_use() as database:
        outcome = simulated(database)
    drop_database(url)

    assert outcome.in_words() == told.in_words()
    assert outcome.is_clean


def test_no_other_acquirer_is_called_while_the_town_lives_whatever_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    real = replace(settings(), acquirer_url="https://acquirer.example/v3")
    monkeypatch.setattr("lk.acquirer.gateway.settings", lambda: real)

    with Acquirer(SEED).in_use():
        assert gateway().base_url == f"{ORIGIN}/v3"
        assert gateway().wire is not None
    assert gateway().base_url == "https://acquirer.example/v3"
    assert gateway().wire is None


def test_whoever_sends_again_without_looking_is_found_to_charge_twice(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the acquirer forgets keys and loses answers."""

    async def send_again(payment: Payment, _: object, *, may_send: bool) -> Answer:
        assert may_send
        return await gateway().create(payment.key, payment.body)

    monkeypatch.setattr(actions, "_find", send_again)
    monkeypatch.setattr(mishaps, "SKIES", {Sky.FORGETFUL: 1})
    outcome = simulated(empty)

    assert outcome.autopay.booked > outcome.autopay.known
    assert outcome.cards.known > outcome.cards.booked
    assert tell_simulated(outcome) == 1


def test_a_charge_above_the_limit_is_found_by_what_homes_remember(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: whatever is owed is taken."""

    def without_limit(moment: Moment) -> Charge | Wait | End:
        return Charge(moment.owed_kopecks) if moment.owed_kopecks > moment.wish.sum_kopecks else decide(moment)

    monkeypatch.setattr(charging, "decide", without_limit)
    monkeypatch.setattr(purse, "LIMITS", (300_00,))
    outcome = simulated(empty, has_faults=False)

    assert any("не по согласию" in each for each in outcome.autopay.differing)
    assert tell_simulated(outcome) == 1
