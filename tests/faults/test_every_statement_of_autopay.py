"""A process that dies at any statement of the charges, on three accounts; the next one charges nobody twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from lk import clock, db
from lk.acquirer.answers import Outcome
from lk.acquirer.gateway import gateway
from lk.autopay.charging import charge_due
from lk.payments import actions
from lk.payments.tables import Payment
from tests.faults.breaking import commits_seen, die_at, steps_of
from tests.faults.conftest import IS_FULL, Place
from tests.faults.months import Street
from tests.faults.town import MORNING, Town, check_books, live_on, paid

# Nobody closes the connections of a process that is no more; here they are left to the collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

A_FEW = 3
"""Moments on PostgreSQL in small counts."""


@dataclass
class Morning:
    """Three accounts with their charges due, to be had again and again: the database and the acquirer's books."""

    town: Town
    street: Street
    books: sqlite3.Connection

    @contextmanager
    def again(self, folder: Path) -> Iterator[None]:
        self.books.backup(self.town.acquirer.sandbox.till.store._db)
        with self.street.copied(folder):
            yield


@pytest.fixture
def morning(place: Place, town_of: Callable[[int], Town], request: pytest.FixtureRequest) -> Iterator[Morning]:
    town = town_of(3)
    books = sqlite3.connect(":memory:", check_same_thread=False)
    town.acquirer.sandbox.till.store._db.backup(books)
    server = "" if place.is_sqlite else request.getfixturevalue("postgres_server")
    with commits_seen():
        yield Morning(town, Street(place.url, server), books)
    books.close()


async def _die_and_begin_again(moment: int) -> bool:
    """Whether it died."""
    with clock.fixed_at(MORNING):
        died = await die_at(moment, charge_due())
    await live_on(MORNING + timedelta(minutes=1))
    return died


def _moments(morning: Morning, folder: Path) -> list[str]:
    with morning.again(folder):
        with clock.fixed_at(MORNING):
            found = steps_of(charge_due())
        db.run(check_books(morning.town))
    return found


def test_charges_that_die_at_any_statement_are_made_once_by_the_next_process(morning: Morning, tmp_path: Path) -> None:
    moments = _moments(morning, tmp_path)
    every = 1 if IS_FULL or not morning.street.server else len(moments) // A_FEW
    for moment in range(1, len(moments) + 1, every):
        with morning.again(tmp_path):
            # On a server the batches side by side do not always ask equally often.
            assert db.run(_die_and_begin_again(moment)) or morning.street.server, moment
            db.run(check_books(morning.town))
            assert db.run(paid(morning.town)) == 3, (moment, moments[moment - 1])


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_charges_sent_again_without_asking_are_made_twice(
    morning: Morning, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: an acquirer that is not idempotent, and a process that died before it settled its answers."""

    async def send_again(payment: Payment, _: object, *, may_send: bool) -> Outcome:
        assert may_send
        return await gateway().create(payment.key, payment.body)

    moments = _moments(morning, tmp_path)
    settled = 1 + next(at for at, each in enumerate(moments) if each.startswith("UPDATE payments"))
    monkeypatch.setattr(actions, "_find", send_again)
    with morning.again(tmp_path):
        morning.town.acquirer.faults(not_idempotent=True)
        db.run(_die_and_begin_again(settled))
        with pytest.raises(AssertionError, match="charged twice"):
            db.run(check_books(morning.town))
