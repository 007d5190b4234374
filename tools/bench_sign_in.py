"""Prints, for `make bench`: sign-ins a second, how late the loop is meanwhile, and what known and unknown take.

One number a line, in the order of `FIGURES`; all of it in one process on one core, on the demo town's database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from contextlib import suppress
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from lk import db
from lk.demo.signs import NEWCOMER_ACCOUNT, NEWCOMER_METER, RESIDENT
from lk.identity import passwords
from lk.identity.actions import sign_in
from lk.onboarding.beginning import begin
from lk.outcome import Refused

FIGURES = ("sign_ins", "lag_ms", "idle_lag_ms", "known_ms", "unknown_ms", "right_pair_ms", "wrong_pair_ms")
AT_ONCE = 20
ROUNDS = 5
COMPARED = 200


async def main() -> None:
    passwords.no_password()
    idle = await _lag(asyncio.sleep(1.0))
    begun = perf_counter()
    lag = await _lag(_sign_ins())
    per_second = AT_ONCE * ROUNDS / (perf_counter() - begun)
    known, unknown, right, wrong = await _compared()
    for figure in (per_second, lag, idle, known, unknown, right, wrong):
        print(f"{figure:.3f}")


async def _sign_ins() -> None:
    for _ in range(ROUNDS):
        await _forget()
        await asyncio.gather(
            *(
                sign_in(RESIDENT.login, RESIDENT.password, address=f"198.51.100.{number}", device="bench")
                for number in range(AT_ONCE)
            )
        )


async def _lag(work: Coroutine[Any, Any, None]) -> float:
    """The 99th percentile of how late a 1 ms sleep ends while `work` goes on, ms."""
    late: list[float] = []
    task = asyncio.create_task(work)
    while not task.done():
        begun = perf_counter()
        await asyncio.sleep(0.001)
        late.append(1000 * (perf_counter() - begun) - 1)
    await task
    return quantiles(late, n=100)[98]


async def _compared() -> tuple[float, float, float, float]:
    """Medians of known and unknown login, right and wrong pair of numbers, in turns; milliseconds."""
    times: list[list[float]] = [[], [], [], []]
    for number in range(COMPARED):
        address = f"198.51.{number % 250}.7"
        await _forget()
        times[0].append(await _timed(sign_in(RESIDENT.login, "not the password", address=address, device="")))
        times[1].append(await _timed(sign_in(f"nobody{number}", "not the password", address=address, device="")))
        for pair, meter in ((2, NEWCOMER_METER), (3, "99999999")):
            work = begin(NEWCOMER_ACCOUNT, meter, browser=None, user_id=None, address=address)
            times[pair].append(await _timed(work))
    return (median(times[0]), median(times[1]), median(times[2]), median(times[3]))


async def _timed(work: Awaitable[object]) -> float:
    begun = perf_counter()
    with suppress(Refused):
        await work
    return 1000 * (perf_counter() - begun)


async def _forget() -> None:
    """The limits are not what is measured."""
    async with db.write():
        await db.execute("DELETE FROM attempts")


db.run(main())
