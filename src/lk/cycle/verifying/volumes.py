"""Which bills' kWh are compared with the dials, and what of their accounts is read for it.

A bill made of a reading settles all before it. Of accounts whose newest bill is one, what was billed since the last
such bill is looked at each night, and all that was ever billed where it is their turn.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from lk.breaches import breach
from lk.cycle.verifying.findings import Tally
from lk.cycle.verifying.looking import SMALL, Look, Range
from lk.cycle.verifying.naive import BilledLine, CountedReading, Dial, Misbilled, misbilled
from lk.language import N_
from lk.period import Period

Row = TypeVar("Row", BilledLine, CountedReading, Dial)

CHUNK = 2_000
MONTHS_BACK = 7
"""Whoever sent no reading for longer is looked at whole."""

EVER = 0

_MISBILLED = breach(
    N_("лицевой счёт id %(id)s, %(register)s по %(month)s: в счетах %(billed)s кВт·ч, по счётчику %(counted)s")
)


async def look_at_volumes(look: Look, tally: Tally) -> None:
    newest = await look.aside.number("SELECT max(period) FROM bills WHERE status <> 'reversed'")
    is_small = await look.aside.number("SELECT max(id) FROM accounts") <= SMALL
    async for first, last in look.every_range("accounts"):
        for begin in range(first, last + 1, CHUNK):
            look.step(f"accounts {begin}")
            between = begin, min(last, begin + CHUNK - 1)
            if is_small or look.takes(first):
                suspects = await _suspects(look, _between(between), EVER, None)
            else:
                suspects = await _newly_billed(look, between, newest)
            await _look_again(look, tally, suspects)


async def _newly_billed(look: Look, between: Range, newest: int) -> list[int]:
    """Accounts with a breach since the last but one bill made of a reading."""
    if not newest:
        return []
    settled = await _last_settled(look, between, newest)
    month_before = Period.from_number(newest).previous.number
    recent = {each: since for each, since in settled.items() if since == month_before}
    some = {each: since for each, since in settled.items() if EVER < since < month_before}
    long_ago = [each for each, since in settled.items() if since == EVER]
    suspects = await _suspects(look, _between(between), month_before, recent)
    if some:
        suspects += await _suspects(look, _listed(some), min(some.values()), some)
    if long_ago:
        suspects += await _suspects(look, _listed(long_ago), EVER, None)
    return suspects


async def _last_settled(look: Look, between: Range, newest: int) -> dict[int, int]:
    """By account whose newest bill was made of a reading: the month of the one before; 0 where it is long ago."""
    rows = await look.aside.rows(
        "SELECT n.account_id, (SELECT max(b.period) FROM bills b WHERE b.account_id = n.account_id "
        "AND b.period >= {} AND b.period < {} AND b.status <> 'reversed' AND b.method = 'reading') FROM bills n "
        "WHERE n.account_id BETWEEN {} AND {} AND n.period = {} AND n.status <> 'reversed' AND n.method = 'reading'",
        (Period.from_number(newest) + -MONTHS_BACK).number,
        newest,
        *between,
        newest,
    )
    return {account_id: period or EVER for account_id, period in rows}


async def _suspects(look: Look, which: str, since: int, of: Mapping[int, int] | None) -> list[int]:
    """Accounts with a breach, of all or of those `of` which it is known what was settled last."""
    facts = await _facts(look, which, since)
    return await asyncio.to_thread(_breached, facts, of)


async def _look_again(look: Look, tally: Tally, suspects: Iterable[int]) -> None:
    """By everything that is stored of them, and by now: a bill may have been made anew meanwhile."""
    for account_id in suspects:
        facts = await _facts(look, _listed([account_id]), EVER)
        tally.add(_MISBILLED(id=account_id, **found._asdict()) for found in facts.misbilled(account_id))


@dataclass(slots=True)
class _Facts:
    """By account, in the order of their months."""

    lines: dict[int, list[BilledLine]]
    readings: dict[int, list[CountedReading]]
    meters: dict[int, list[Dial]]

    def misbilled(self, account_id: int, since: int | None = None) -> Iterator[Misbilled]:
        own = self.lines[account_id], self.readings.get(account_id, []), self.meters.get(account_id, [])
        return misbilled(*own, since) if own[0] else iter(())


def _breached(facts: _Facts, of: Mapping[int, int] | None) -> list[int]:
    if of is None:
        return [each for each in facts.lines if any(facts.misbilled(each))]
    return [each for each in of.keys() & facts.lines.keys() if any(facts.misbilled(each, of[each]))]


async def _facts(look: Look, which: str, since: int) -> _Facts:
    """`which`: the condition on account ids. Nothing that was billed or read before the month `since`."""
    lines = await look.aside.rows(_LINES.format(which, "{}"), since)
    readings = await look.aside.rows(_READINGS.format(which, "{}"), since)
    meters = await look.aside.rows(_METERS.format(which))
    return _Facts(_by_account(BilledLine, lines), _by_account(CountedReading, readings), _by_account(Dial, meters))


def _by_account(row_type: type[Row], rows: Iterable[Sequence[Any]]) -> dict[int, list[Row]]:
    own: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        own[row[0]].append(row_type(*row))
    return own


def _between(ids: Range) -> str:
    return f"BETWEEN {ids[0]} AND {ids[1]}"


def _listed(account_ids: Iterable[int]) -> str:
    return f"IN ({', '.join(map(str, account_ids))})"


_LINES = (
    "SELECT b.account_id, b.period, c.meter_id, c.register, c.method, CAST(sum(c.consumption_kwh) AS BIGINT) "
    "FROM bills b JOIN charges c ON c.bill_id = b.id WHERE b.account_id {} AND b.status <> 'reversed' "
    "AND b.period >= {} GROUP BY b.account_id, b.period, c.meter_id, c.register, c.method "
    "ORDER BY b.account_id, b.period"
)
_READINGS = (
    "SELECT account_id, meter_id, kind, period, taken_on, t1_kwh, t2_kwh, t3_kwh, decision FROM readings "
    "WHERE account_id {} AND period >= {} AND status = 'accepted' ORDER BY account_id, period, taken_on, id"
)
_METERS = (
    "SELECT m.account_id, m.id, m.zones, m.digits, m.ratio, a.power_kw FROM accounts a "
    "JOIN meters m ON m.account_id = a.id WHERE a.id {} ORDER BY m.account_id, m.installed_on, m.id"
)
