"""`python -m tests.faults.charging_process POINT`: charges what is due and dies at POINT, by SIGKILL.

Without a point it charges to the end; `after N`: N milliseconds after it began. At `frozen` it stands still before
the call, until somebody wakes it; at `frozen_and_hasty` so too, and sends whatever it had decided.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, NoReturn

from lk import db
from lk.autopay import charging


def main() -> None:
    match sys.argv[1:]:
        case ["after", milliseconds]:
            threading.Thread(target=_die_after, args=(float(milliseconds) / 1000,), daemon=True).start()
        case [point]:
            _POINTS[point]()
    db.run(charging.charge_due())


def _die(*_: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def _die_after(seconds: float) -> None:
    time.sleep(seconds)
    _die()


def _before_the_commit() -> None:
    """The first charges are written, their transaction is open."""
    real = charging._intend
    seen = []

    async def intend(*args: Any) -> Any:
        seen.append(await real(*args))
        if len(seen) == 3:
            _die()
        return seen[-1]

    charging._intend = intend  # type: ignore[assignment]


def _before_the_call() -> None:
    async def send(*_: object) -> NoReturn:
        _die()

    charging._send = send  # type: ignore[assignment]


def _freeze(sent_within: timedelta) -> None:
    real = charging._send

    async def send(*args: Any) -> Any:
        # The batches beside it find nothing and let go of the database.
        await asyncio.sleep(0.2)
        os.kill(os.getpid(), signal.SIGSTOP)
        return await real(*args)

    charging._send = send  # type: ignore[assignment]
    charging.SENT_WITHIN = sent_within  # type: ignore[attr-defined]


def _during_the_call() -> None:
    real = charging._send

    async def send(*args: Any) -> Any:
        asyncio.get_running_loop().call_later(0.03, _die)
        return await real(*args)

    charging._send = send  # type: ignore[assignment]


def _after_the_answer() -> None:
    async def settle(_: object) -> NoReturn:
        _die()

    charging._settle = settle  # type: ignore[assignment]


def _after_the_settling() -> None:
    real = charging.settle_all  # type: ignore[attr-defined]

    async def settle_all(outcomes: Any) -> None:
        await real(outcomes)
        _die()

    charging.settle_all = settle_all  # type: ignore[attr-defined]


_POINTS: dict[str, Callable[[], None]] = {
    "before_the_commit": _before_the_commit,
    "before_the_call": _before_the_call,
    "frozen": partial(_freeze, timedelta(seconds=0.2)),
    "frozen_and_hasty": partial(_freeze, timedelta(days=1)),
    "during_the_call": _during_the_call,
    "after_the_answer": _after_the_answer,
    "after_the_settling": _after_the_settling,
}

if __name__ == "__main__":
    main()
