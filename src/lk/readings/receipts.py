"""The receipt of one reading: what came, when to the second, and what became of it. Finished values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lk import clock
from lk.accounts.queries import AccountView
from lk.config import settings
from lk.filters import day_year, month, number
from lk.language import _
from lk.metering.carried import Carried, carried_of
from lk.metering.decisions import Decision
from lk.metering.messages import decision_words, sentence
from lk.metering.photos import photo_of, photographed
from lk.metering.queries import STANDING, StoredReading, meters_of, reading_of
from lk.metering.rules import MeterFacts
from lk.readings import messages

TONES = {"accepted": "good", "held": "wait", "rejected": "bad"}


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """`facts` as (term, words); `rows` as (register, value). `may_add_photo`: nobody has decided about it yet."""

    number: int
    status: str
    tone: str
    facts: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]
    decision: str | None
    counted_later: str | None
    has_photo: bool
    may_add_photo: bool


async def receipt_page(account: AccountView, reading_id: int) -> ReceiptPage | None:
    """None for a reading of another account, and for one from before this holder's time."""
    reading = await _own(account, reading_id)
    if reading is None:
        return None
    meter = next(meter for meter in await meters_of(account.id) if meter.id == reading.meter_id)
    labels, decision = messages.register_labels(meter.zones), Decision.read(reading.decision)
    return ReceiptPage(
        number=reading.id,
        status=messages.status_word(reading.status, reading.kind),
        tone=TONES.get(reading.status, "note"),
        facts=_facts(reading, meter, (await carried_of([reading.id])).get(reading.id)),
        rows=tuple(zip(labels, map(number, reading.values), strict=True)),
        reasons=_reasons(reading, labels),
        decision=decision_words(decision) if decision else None,
        counted_later=messages.counted_later(clock.local_date(reading.received_at), reading.period),
        has_photo=bool(await photographed([reading.id])),
        may_add_photo=decision is None and reading.kind == "regular" and reading.status in STANDING,
    )


async def own_photo(account: AccountView, reading_id: int) -> bytes | None:
    return await photo_of(account.id, reading_id) if await _own(account, reading_id) else None


async def _own(account: AccountView, reading_id: int) -> StoredReading | None:
    reading = await reading_of(account.id, reading_id)
    since = account.seen_since
    return reading if reading and (since is None or reading.received_at >= since) else None


def _reasons(reading: StoredReading, labels: Sequence[str]) -> tuple[str, ...]:
    """Why it waits, while it does."""
    if reading.status != "held":
        return ()
    return tuple(messages.of_register(labels, problem, sentence(problem)) for problem in reading.reasons)


def _facts(reading: StoredReading, meter: MeterFacts, carried: Carried | None) -> tuple[tuple[str, str], ...]:
    received = reading.received_at.astimezone(settings().time_zone)
    return (
        (_("Номер показания"), str(reading.id)),
        (_("Получено"), f"{day_year(received.date())}, {received:%H:%M:%S}"),
        (_("Снято"), _taken(reading.taken_on, carried.taken_at if carried else None)),
        (_("Счётчик"), messages.meter_number(meter.serial_number)),
        (_("Для счёта за"), month(reading.period)),
        (_("Кто передал"), messages.source_word(reading.source)),
    )


def _taken(taken_on: date, carried_since: datetime | None) -> str:
    if carried_since is None:
        return day_year(taken_on)
    time = f"{carried_since.astimezone(settings().time_zone):%H:%M}"
    return _("%(day)s, %(time)s, без связи", day=day_year(taken_on), time=time)
