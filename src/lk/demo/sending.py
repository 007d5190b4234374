"""The simulated town sends its readings: a file a day, judged as any other, and some one by one from their cabinets."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from io import StringIO

from lk import clock, db
from lk.actor import Actor
from lk.demo.behaviour import SOURCES, Sent, Slip, sent_in, typed
from lk.demo.deeds import send_reading
from lk.demo.dials import Sending
from lk.demo.home import Home
from lk.demo.living_town import Town, Waiting
from lk.operations.imports import import_text
from lk.operations.reading_rows import COLUMNS
from lk.period import Period

Plan = dict[int, list[tuple[Home, Sent]]]
"""By day of the month."""


def plan_month(town: Town, period: Period) -> Plan:
    """The dials go on, and it is settled who sends when."""
    plan: Plan = defaultdict(list)
    for home in town.homes.values():
        if not home.is_open or home.dial is None:
            continue
        dice = town.dice(home, "month", period)
        home.begin(period, dice)
        if home.is_away(period):
            continue
        for sent in sent_in(home.nature, period, home.silent_months, dice):
            plan[sent.day].append((home, sent))
    return plan


async def send(town: Town, day: date, sendings: Iterable[tuple[Home, Sent]]) -> None:
    """All of a day; what is kept for a person to look at is known from the books afterwards."""
    kept = [(home, waiting) for home, waiting in _typed(town, day, sendings)]
    await _send_file(town, day, [each for each in kept if each[0].user_id is None])
    for home, waiting in kept:
        if home.user_id is not None:
            await _send_from_cabinet(home, home.user_id, waiting)
    held = await _held_now()
    for home, waiting in kept:
        if (home.number, waiting.values) in held:
            town.waiting[home.number] = waiting
        else:
            home.note(town.period_of(day), waiting.kwh, is_right=waiting.values == waiting.shown)


def _typed(town: Town, day: date, sendings: Iterable[tuple[Home, Sent]]) -> Iterator[tuple[Home, Waiting]]:
    for home, sent in sendings:
        if not home.is_open or home.dial is None:
            continue
        shown = home.dial.shown(home.units(day))
        values = shown
        if sent.slip is not Slip.NONE:
            values = typed(shown, sent.slip, home.dial.device.digits, town.dice(home, "slip", day))
        yield home, Waiting(values, shown, home.true_kwh(day))


async def _send_file(town: Town, day: date, kept: list[tuple[Home, Waiting]]) -> None:
    if not kept:
        return
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    on = day.isoformat()
    for home, waiting in kept:
        assert home.dial is not None
        source = SOURCES[(int(home.number) // 100 + day.month + town.seed) % len(SOURCES)]
        registers = [*waiting.values, *[""] * (3 - len(waiting.values))]
        rows.writerow((home.number, home.dial.device.serial_number, on, *registers, source))
    await import_text("readings", text.getvalue())


async def _send_from_cabinet(home: Home, user_id: int, waiting: Waiting) -> None:
    assert home.dial is not None
    sending = Sending(clock.now(), home.dial.device.serial_number, waiting.values)
    await send_reading(home.number, sending, "resident", Actor(user_id))


async def _held_now() -> set[tuple[str, tuple[int, ...]]]:
    rows = await db.read_rows(
        "SELECT a.number, r.t1_kwh, r.t2_kwh, r.t3_kwh FROM readings r JOIN accounts a ON a.id = r.account_id "
        "WHERE r.status = 'held' AND r.received_at = {}",
        clock.now(),
    )
    return {(number, tuple(each for each in values if each is not None)) for number, *values in rows}
