"""A process that is frozen between its commit and its call: when it wakes, what it had decided is not its to send."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from lk import clock, db
from lk.acquirer.answers import UNSENT, Outcome
from lk.acquirer.gateway import gateway
from lk.actor import Actor
from lk.autopay.unlinking import unlink_card
from tests.faults.conftest import Place
from tests.faults.test_kills import environment
from tests.faults.town import MORNING, Town, check_books, live_on, paid
from tests.payments.cast import Acquirer


@contextmanager
def frozen(place: Place, acquirer: Acquirer, folder: Path, point: str) -> Iterator[None]:
    """It stands still in the block, longer than it may take to send; at its end it has woken and done its work."""
    words = (sys.executable, "-m", "tests.faults.charging_process", point)
    process = subprocess.Popen(words, env=environment(place, acquirer, folder))
    try:
        assert os.WIFSTOPPED(os.waitpid(process.pid, os.WUNTRACED)[1])
        yield
        time.sleep(0.3)
    finally:
        process.send_signal(signal.SIGCONT)
        ended = process.wait(60)
    assert ended == 0


def captured(town: Town) -> int:
    return len(list(town.acquirer.sandbox.till.store.moves()))


def test_what_was_decided_before_the_card_was_unlinked_is_not_charged_after_it(
    place: Place, acquirer: Acquirer, town_of: Callable[[int], Town], tmp_path: Path
) -> None:
    town = town_of(3)
    with frozen(place, acquirer, tmp_path, "frozen"), clock.fixed_at(MORNING + timedelta(minutes=10)):
        assert db.run(unlink_card(town.user_id, "thecard00000", Actor(town.user_id)))
    assert captured(town) == 0
    db.run(live_on(MORNING + timedelta(minutes=11)))
    db.run(check_books(town))


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("point", "captures"), [("frozen", 3), ("frozen_and_hasty", 6)])
def test_what_another_process_took_over_is_not_charged_a_second_time(
    place: Place, acquirer: Acquirer, town_of: Callable[[int], Town], tmp_path: Path, point: str, captures: int
) -> None:
    """The control sends what it had decided."""
    town = town_of(3)
    acquirer.faults(not_idempotent=True)
    with frozen(place, acquirer, tmp_path, point):
        db.run(live_on(MORNING + timedelta(minutes=1)))
        assert db.run(paid(town)) == captured(town) == 3
    assert captured(town) == captures


def test_a_charge_that_waited_too_long_for_a_free_line_is_left_to_whoever_asks(
    acquirer: Acquirer,
) -> None:
    async def waited() -> Outcome:
        async with gateway().connected(1) as connected:
            assert connected.lines is not None
            line = await connected.lines.get()
            sent = asyncio.create_task(connected.create("key", "{}", by=clock.ran() + timedelta(seconds=0.1)))
            await asyncio.sleep(0.2)
            connected.lines.put_nowait(line)
            return await sent

    assert db.run(waited()) == UNSENT
    assert acquirer.payments() == []
