"""Autopay meets a payment by hand, an unlinked card, another process, an older copy of the database."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from lk import clock, db
from lk.accounts.queries import account_of
from lk.actor import Actor
from lk.autopay import cases, charging, unlinking
from lk.autopay.charging import charge_due
from lk.autopay.unlinking import unlink_card
from lk.cycle.outages import beat, note_outage
from lk.outcome import Refused
from lk.payments.means import Means
from lk.payments.starting import start_payment
from tests.faults.conftest import Place, counted
from tests.faults.test_kills import environment
from tests.faults.town import MORNING, Town, check_books, live_on, paid
from tests.payments.cast import Acquirer
from tests.postgres import create_database, drop_database


def taken(town: Town) -> dict[str, int]:
    """Kopecks by account number, by the acquirer's own log."""
    found: Counter[str] = Counter()
    for move in town.acquirer.sandbox.till.store.moves():
        found[move.metadata["intent_id"].split(":")[1]] += move.amount_kopecks
    return dict(found)


async def race_by_hand(town: Town, chance: Random) -> None:
    """Every holder pays by the same card, by hand, while autopay runs."""

    async def by_hand(at: int, account_id: int) -> None:
        await asyncio.sleep(chance.random() * 0.3)
        account = await account_of(f"account{at:05}", town.user_id)
        assert account is not None
        with suppress(Refused):
            await start_payment(
                account,
                town.user_id,
                town.owed[account_id],
                Actor(town.user_id),
                nonce=f"{at:012}",
                means=Means(card="thecard00000"),
                owed_shown=town.owed[account_id],
            )

    with clock.fixed_at(MORNING):
        hands = [by_hand(at, account_id) for at, account_id in enumerate(town.owed)]
        await asyncio.gather(charge_due(), *hands)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """More payments by one user than anybody makes by hand."""
    monkeypatch.setattr("lk.payments.starting.check_tries", _no_limit)


async def _no_limit(_: int) -> None:
    return


@pytest.mark.usefixtures("unhurried")
def test_by_hand_and_by_autopay_at_once_the_debt_is_paid_once(town_of: Callable[[int], Town]) -> None:
    town = town_of(counted(300, 30))
    town.acquirer.faults(slow_ms=50)
    db.run(race_by_hand(town, Random(3)))
    db.run(live_on(MORNING + timedelta(minutes=1)))
    assert sorted(taken(town).values()) == sorted(town.owed.values())
    db.run(check_books(town))


@pytest.mark.usefixtures("unhurried")
def test_without_looking_for_another_payment_the_debt_is_paid_twice(
    town_of: Callable[[int], Town], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    real = cases.cases_of

    async def blind(accounts: Sequence[int]) -> list[cases.Case]:
        return [replace(case, is_busy=False, owed_kopecks=case.planned_kopecks) for case in await real(accounts)]

    monkeypatch.setattr(charging, "cases_of", blind)
    town = town_of(30)
    town.acquirer.faults(slow_ms=50)
    db.run(race_by_hand(town, Random(3)))
    db.run(live_on(MORNING + timedelta(minutes=1)))
    assert sum(taken(town).values()) > sum(town.owed.values())


async def race_unlinking(town: Town, after: int) -> tuple[int, int]:
    """Captures when the resident is told that the card is gone, and when all is quiet again.

    The card is unlinked once so many charges have gone through.
    """
    with clock.fixed_at(MORNING):
        charging_now = asyncio.create_task(charge_due())
        while len(town.acquirer.captures()) < after:  # noqa: ASYNC110 - the other side is another thread's server
            await asyncio.sleep(0.005)
        assert await unlink_card(town.user_id, "thecard00000", Actor(town.user_id))
        told = len(town.acquirer.captures())
        await charging_now
    await live_on(MORNING + timedelta(minutes=1))
    return told, len(town.acquirer.captures())


def test_no_charge_follows_the_word_that_the_card_is_unlinked(town_of: Callable[[int], Town]) -> None:
    town = town_of(counted(300, 150))
    town.acquirer.faults(slow_ms=40)
    told, at_last = db.run(race_unlinking(town, after=20))
    assert 20 <= told == at_last < len(town.owed)
    db.run(check_books(town))


def test_without_waiting_for_what_was_sent_a_charge_follows(
    town_of: Callable[[int], Town], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""

    async def hurry(_: int) -> None:
        return

    async def late(acquirer: object, charges: object) -> object:
        await asyncio.sleep(0.3)
        return await real(acquirer, charges)  # type: ignore[arg-type]

    real = charging._send
    monkeypatch.setattr(unlinking, "_wait_for_charges", hurry)
    monkeypatch.setattr(charging, "_send", late)
    town = town_of(150)
    told, at_last = db.run(race_unlinking(town, after=20))
    assert told < at_last


def test_two_processes_charge_each_bill_once(
    place: Place, acquirer: Acquirer, town_of: Callable[[int], Town], tmp_path: Path
) -> None:
    town = town_of(counted(600, 80))
    words = (sys.executable, "-m", "tests.faults.charging_process")
    with clock.fixed_at(MORNING):
        both = [subprocess.Popen(words, env=environment(place, acquirer, tmp_path)) for _ in range(2)]
        assert [each.wait(timeout=120) for each in both] == [0, 0]
    db.run(live_on(MORNING + timedelta(minutes=1)))
    db.run(check_books(town))
    assert db.run(paid(town)) == len(town.owed)


class Copy:
    """A copy of the database from before the charges, and the way back to it."""

    def __init__(self, place: Place, server_url: str, folder: Path) -> None:
        self.place, self.server_url, self.folder = place, server_url, folder
        db.run(_nothing())
        if place.is_sqlite:
            shutil.copy(place.url.removeprefix("sqlite:///"), folder / "copy.sqlite3")
        else:
            self.url = create_database(server_url, place.url)

    def put_back(self) -> None:
        if self.place.is_sqlite:
            path = self.place.url.removeprefix("sqlite:///")
            for ending in ("-wal", "-shm"):
                Path(path + ending).unlink(missing_ok=True)
            shutil.copy(self.folder / "copy.sqlite3", path)
            db.use(db.SqliteEngine(Path(path)))
        else:
            drop_database(self.place.url)
            _rename(self.server_url, self.url, self.place.url)
            db.use(db.PostgresEngine(self.place.url))


async def _nothing() -> None:
    """Whatever was open is closed at the end."""


def _rename(server_url: str, source: str, target: str) -> None:
    from tests.postgres import _on_server

    names = [url.rpartition("/")[2] for url in (source, target)]
    _on_server(server_url, f'ALTER DATABASE "{names[0]}" RENAME TO "{names[1]}"')


@pytest.mark.parametrize("is_forgetful", [False, True])
def test_a_copy_of_six_hours_ago_put_back_charges_nobody_again(
    place: Place, town_of: Callable[[int], Town], request: pytest.FixtureRequest, tmp_path: Path, is_forgetful: bool
) -> None:
    town = town_of(counted(300, 25))
    with clock.fixed_at(MORNING - timedelta(minutes=5)):
        db.run(beat())
    server = "" if place.is_sqlite else request.getfixturevalue("postgres_server")
    copy = Copy(place, server, tmp_path)
    with clock.fixed_at(MORNING):
        assert db.run(charge_due()) == len(town.owed)
    copy.put_back()
    town.acquirer.faults(forget_keys=is_forgetful, not_idempotent=is_forgetful)
    with clock.fixed_at(MORNING + timedelta(hours=6)):
        db.run(note_outage())
    db.run(live_on(MORNING + timedelta(hours=6)))
    db.run(check_books(town))
    assert db.run(paid(town)) == len(town.owed)


def test_a_copy_put_back_and_nobody_asked_charges_twice(
    place: Place, town_of: Callable[[int], Town], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """The control: a forgetful acquirer, and the silence is not noted."""
    town = town_of(10)
    server = "" if place.is_sqlite else request.getfixturevalue("postgres_server")
    copy = Copy(place, server, tmp_path)
    with clock.fixed_at(MORNING):
        db.run(charge_due())
    copy.put_back()
    town.acquirer.faults(not_idempotent=True)
    db.run(live_on(MORNING + timedelta(hours=6)))
    with pytest.raises(AssertionError, match="charged twice"):
        db.run(check_books(town))
