"""`python -m tests.faults.mortal_month AT CHUNK KILLS LONGEST_MS SEED [in-pieces]`: the month, killed and begun again.

Each process does all that is owed at AT in chunks of CHUNK accounts. The first KILLS of them are killed by SIGKILL
within LONGEST_MS of their first look at the accounts; the last line says how many died before the month was over.
`in-pieces`: each statement commits, and each process dies by itself one statement for many rows later than the last.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from random import Random
from time import sleep
from typing import Any, NoReturn

from lk import clock, db
from lk.cycle import billing, claims, queries
from lk.cycle.actions import run_due
from lk.db.sqlite_transaction import SqliteTransaction


def main() -> None:
    at, chunk, kills, longest, seed, *guards = sys.argv[1:]
    queries.CHUNK = int(chunk)
    claims.CLAIM = timedelta(0)
    if guards:
        print(_kill_in_pieces(at, int(kills)))
    else:
        print(_kill(at, int(kills), float(longest) / 1000, Random(int(seed))))


def _kill(at: str, kills: int, longest: float, chance: Random) -> int:
    for killed in range(kills):
        process = _begun(at)
        sleep(chance.uniform(0, longest))
        os.kill(process, signal.SIGKILL)
        if _is_over(process):
            return killed
    assert _is_over(os.fork() or _live(at))
    return kills


def _kill_in_pieces(at: str, kills: int) -> int:
    for killed in range(kills):
        process = os.fork()
        if not process:
            _commit_each_statement(dies_after=1 + killed)
            _live(at)
        if _is_over(process):
            return killed
    assert _is_over(os.fork() or _live(at))
    return kills


def _begun(at: str) -> int:
    """A process that has come to the accounts, or ended without."""
    hears, tells = os.pipe()
    process = os.fork()
    if not process:
        _tell_of_accounts(tells)
        _live(at)
    os.close(tells)
    os.read(hears, 1)
    os.close(hears)
    return process


def _tell_of_accounts(pipe: int) -> None:
    real = billing.account_chunks  # type: ignore[attr-defined]

    def account_chunks() -> AsyncIterator[tuple[int, int]]:
        billing.account_chunks = real  # type: ignore[attr-defined]
        os.write(pipe, b".")
        return real()

    billing.account_chunks = account_chunks  # type: ignore[attr-defined]


def _is_over(process: int) -> bool:
    """Whether it ended by itself."""
    _, status = os.waitpid(process, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit("a month that nobody killed failed")
    return os.WIFEXITED(status)


def _live(at: str) -> NoReturn:
    """In the child: a process of its own, that begins with nothing open."""
    try:
        with clock.fixed_at(clock.parse_instant(at)):
            db.run(run_due())
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _commit_each_statement(*, dies_after: int) -> None:
    """The guard taken away: what belongs together is stored piece by piece."""
    real_many, real = SqliteTransaction.execute_many, SqliteTransaction.execute
    left = count(dies_after - 1, -1)

    def commit(of: SqliteTransaction) -> None:
        of.connection.execute("COMMIT")
        of.connection.execute("BEGIN IMMEDIATE")

    async def execute_many(self: SqliteTransaction, *args: Any) -> int:
        done = await real_many(self, *args)
        commit(self)
        if not next(left):
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    async def execute(self: SqliteTransaction, *args: Any) -> int:
        done = await real(self, *args)
        commit(self)
        return done

    SqliteTransaction.execute_many = execute_many  # type: ignore[assignment, method-assign]
    SqliteTransaction.execute = execute  # type: ignore[assignment, method-assign]


if __name__ == "__main__":
    main()
