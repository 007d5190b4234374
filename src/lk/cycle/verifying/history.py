"""I14: the history is only added to, and what staff did is as it was when it was sealed."""

from __future__ import annotations

from datetime import timedelta

from lk import clock
from lk.breaches import breach
from lk.cycle.verifying.findings import Tally
from lk.cycle.verifying.guards import NOT_APPEND_ONLY, is_append_only
from lk.cycle.verifying.looking import NEWEST, SAMPLE, Look
from lk.history.rules import BEFORE_ALL, FIRST, STAFF, Digest, Seal, chained
from lk.history.sealing import seals, staff_events
from lk.language import N_

SEALED_WITHIN = timedelta(days=2)
FEW = 100
"""So many nights are all gone through."""

_NOT_LINKED = breach(N_("печать %(day)s не продолжает прежнюю"))
_CHANGED = breach(N_("под печатью %(day)s не то, что было: действий %(sealed)s, на месте %(there)s"))
_BACKDATED = breach(N_("записано задним числом: событие %(id)s"))
_UNSEALED = breach(N_("не запечатано больше двух суток: событие %(id)s"))


async def history_is_kept(look: Look, tally: Tally) -> None:
    for table in ("events", "staff_seals"):
        if not await is_append_only(look, table):
            tally.add([NOT_APPEND_ONLY(table=table)])
    chain = await seals(look.aside)
    before: Seal | None = None
    for at, seal in enumerate(chain):
        look.step(f"staff_seals {100 * at // len(chain)} %")
        _linked(tally, before, seal)
        if _is_looked_through(look, at, seal, len(chain)):
            await _looked_through(look, tally, before, seal)
        before = seal
    if before is not None:
        await _unsealed(look, tally, before)


def _is_looked_through(look: Look, at: int, seal: Seal, count: int) -> bool:
    is_new = seal.day >= look.today - NEWEST
    return look.full or is_new or count <= FEW or (at + look.today.toordinal()) % SAMPLE == 0


def _linked(tally: Tally, before: Seal | None, seal: Seal) -> None:
    previous = before.hash if before else FIRST
    if seal.hash != chained(previous, seal.day, seal.last_event_id, seal.events, seal.events_hash):
        tally.add([_NOT_LINKED(day=seal.day.isoformat())])


async def _looked_through(look: Look, tally: Tally, before: Seal | None, seal: Seal) -> None:
    digest = Digest()
    async for events in staff_events(look.aside, before.last_event_id if before else BEFORE_ALL, seal.last_event_id):
        digest.add(events)
    tally.checked += digest.events
    if (digest.events, digest.hex()) != (seal.events, seal.events_hash):
        tally.add([_CHANGED(day=seal.day.isoformat(), sealed=seal.events, there=digest.events)])


async def _unsealed(look: Look, tally: Tally, last: Seal) -> None:
    """What came after the last seal: not dated before it, and not left without one for long."""
    begun = clock.start_of_day(last.day + timedelta(days=1))
    rows = await look.aside.rows(
        f"SELECT e.id, e.at FROM events e WHERE {STAFF} AND e.id > {{}} ORDER BY e.id",  # noqa: S608
        last.last_event_id,
    )
    tally.add(_BACKDATED(id=id_) for id_, at in rows if at < begun)
    late = [id_ for id_, at in rows if begun <= at < look.until - SEALED_WITHIN]
    if late:
        tally.add([_UNSEALED(id=late[0])])
