"""`lk demo` and `lk simulate`: one call each, and what came of it."""

from __future__ import annotations

import argparse
import sys
from logging import CRITICAL
from typing import TYPE_CHECKING

from lk.commands import complain, say, say_findings
from lk.config import settings

if TYPE_CHECKING:
    from lk.demo.simulating import Outcome


def demo(words: argparse.Namespace) -> int:
    from lk import db
    from lk.demo.town import TownNotEmpty, found_town
    from lk.migrating import migrate

    async def fill() -> int:
        await migrate()
        try:
            say(await found_town(accounts=words.accounts, seed=words.seed))
        except TownNotEmpty:
            if not words.if_empty:
                complain("в базе уже есть счета: показательный городок создаётся только в пустой базе")
                return 1
        return 0

    if not settings().is_demo:
        complain("показательный городок только для LK_ENV=demo")
        return 1
    return db.run(fill())


def simulate_town(words: argparse.Namespace) -> int:
    from lk import db
    from lk.demo.reckoning import progress_on
    from lk.demo.simulating import simulate_in_empty
    from lk.demo.town import TownNotEmpty
    from lk.logs import log_to_stderr

    if not settings().is_demo:
        complain("модель городка только для LK_ENV=demo")
        return 1
    progress = progress_on(sys.stderr) if sys.stderr.isatty() else None
    if words.faults:
        # They are meant: the log would tell of hardly anything else.
        log_to_stderr(CRITICAL)
    town = simulate_in_empty(words.accounts, words.months, words.seed, progress, has_faults=words.faults)
    try:
        return tell_simulated(db.run(town))
    except TownNotEmpty:
        complain("в базе уже есть счета: модель городка живёт только в пустой базе")
        return 1


def tell_simulated(outcome: Outcome) -> int:
    say(outcome.in_words())
    say_findings(outcome.findings)
    return 0 if outcome.is_clean else 1
