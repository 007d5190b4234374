"""Autopay meets a payment by hand, an unlinked card, another process."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from lk import clock, db
from lk.accounts.queries import account_of
from lk.acquirer.answers import Outcome
from lk.acquirer.gateway import Gateway
from lk.actor import Actor
from lk.autopay import cases, charging, unlinking
from lk.autopay.charging import charge_due
from lk.autopay.unlinking import unlink_card
from lk.outcome import Refused
from lk.payments.means import Means
from lk.payments.starting import start_payment
from tests.faults.conftest import Place, counted
from tests.faults.test_kills import environment
from tests.faults.town import MORNING, Town, check_books, live_on, paid
from tests.payments.cast import Acquirer


def taken(town: Town) -> dict[str, int]:
    """Kopecks by account number, by the acquirer's own log."""
    found: Counter[str] = Counter()
    for move in town.acquirer.sandbox.till.store.moves():
        found[move.metadata["intent_id"].split(":")[1]] += move.amount_kopecks
    return dict(found)


async def race_by_hand(town: Town, chance: Random, *, hands_first: bool = False) -> None:
    """Every holder pays by the same card, by hand, while autopay runs; or autopay runs once all hands have begun."""

    async def by_hand(at: int, account_id: int) -> None:
        await asyncio.sleep(0 if hands_first else chance.random() * 0.3)
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
        hands = asyncio.gather(*(by_hand(at, account_id) for at, account_id in enumerate(town.owed)))
        while hands_first and not await _have_begun(town):  # noqa: ASYNC110 - the rows are looked for
            await asyncio.sleep(0.01)
        await asyncio.gather(charge_due(), hands)


async def _have_begun(town: Town) -> bool:
    rows = await db.read("SELECT count(*) AS begun FROM payments WHERE status = 'created'")
    return bool(rows[0]["begun"] == len(town.owed))


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


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("unhurried")
def test_without_looking_for_another_payment_the_debt_is_paid_twice(
    town_of: Callable[[int], Town], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    real = cases.cases_of

    async def blind(accounts: Sequence[int]) -> list[cases.Case]:
        return [replace(case, is_busy=False, owed_kopecks=case.planned_kopecks) for case in await real(accounts)]

    monkeypatch.setattr(charging, "cases_of", blind)
    town = town_of(10)
    town.acquirer.faults(slow_ms=1500)
    db.run(race_by_hand(town, Random(3), hands_first=True))
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


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_without_waiting_for_what_was_sent_a_charge_follows(
    town_of: Callable[[int], Town], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what was written down is sent only when the resident has been told."""
    town = town_of(20)
    told_at_last = db.run(_unlink_too_early(town, monkeypatch))
    assert told_at_last == (0, 20)


async def _unlink_too_early(town: Town, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    written, told, real = asyncio.Event(), asyncio.Event(), charging._send

    async def send(acquirer: Gateway, charges: Sequence[charging._Sent]) -> Mapping[int, Outcome]:
        written.set()
        await told.wait()
        return await real(acquirer, charges)

    async def hurry(_: int) -> None:
        return

    monkeypatch.setattr(charging, "_send", send)
    monkeypatch.setattr(unlinking, "_wait_for_charges", hurry)
    with clock.fixed_at(MORNING):
        charging_now = asyncio.create_task(charge_due())
        await written.wait()
        assert await unlink_card(town.user_id, "thecard00000", Actor(town.user_id))
        captured = len(town.acquirer.captures())
        told.set()
        await charging_now
    return captured, len(town.acquirer.captures())


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
