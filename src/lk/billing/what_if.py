"""What a bill would be with other figures on a dial: computed as the run does it, and nothing written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import accumulate

from lk.billing.actions import Run, drafts_of
from lk.billing.correcting import away_until_then
from lk.billing.facts import facts_of
from lk.billing.lines import BillDraft, BillFacts, ChargeLine
from lk.billing.messages import Around, sheet_line
from lk.billing.queries import ChargeView
from lk.billing.sheet import SheetLine
from lk.metering.rules import ReadingFacts
from lk.period import Period
from lk.tariffs.queries import calendars, first_period, fresh_price_list
from lk.tariffs.rules import PriceList

_KINDS = ("initial", "regular", "final")


@dataclass(frozen=True, slots=True)
class OtherDials:
    """What would stand on one meter's dials, by register, on the day."""

    meter_id: int
    values: tuple[int, ...]
    taken_on: date


@dataclass(frozen=True, slots=True)
class Trial:
    """A bill that was not made; `failed`: why it cannot be, else empty."""

    total_kopecks: int
    lines: tuple[SheetLine, ...]
    hold_reasons: tuple[dict[str, object], ...]
    failed: str = ""


async def trial_of(account_id: int, period: Period, created_at: datetime, other: OtherDials | None = None) -> Trial:
    """The bill that today's prices and stored readings give, with `other` in the place of the period's reading.

    `created_at`: when the bill itself was made. Without the penalty, which hangs on the day.
    """
    prices = await fresh_price_list()
    run = Run(period, prices, tuple(await calendars()), await first_period())
    facts = await facts_of(account_id, period)
    facts = replace(facts, away_until=await away_until_then(account_id, created_at))
    made = await drafts_of({account_id: with_dials(facts, period, other) if other else facts}, run)
    draft = made.drafts.get(account_id)
    if draft is None:
        return Trial(0, (), (), made.failed.get(account_id, "not_owed"))
    told = tuple({"code": each.code, **each.params} for each in draft.hold_reasons)
    return Trial(draft.total, sheet_lines(draft, prices), told)


def with_dials(facts: BillFacts, period: Period, other: OtherDials) -> BillFacts:
    """The same account, its meter read so and not as it was: regular readings of the period give way to this one."""
    kept = [
        each
        for each in facts.readings
        if (each.meter_id, each.period, each.kind) != (other.meter_id, period, "regular")
    ]
    read = ReadingFacts(None, other.meter_id, other.values, other.taken_on, period, "agent")
    return replace(facts, readings=tuple(sorted([*kept, read], key=_order)))


def _order(reading: ReadingFacts) -> tuple[int, date, int]:
    return reading.period.number, reading.taken_on, _KINDS.index(reading.kind)


def sheet_lines(draft: BillDraft, prices: PriceList) -> tuple[SheetLine, ...]:
    """In the words of a bill."""
    views = [_view(line) for line in draft.lines]
    around = Around(draft.period, views, limits_of(prices, draft.period))
    return tuple(sheet_line(view, around) for view in views)


def limits_of(prices: PriceList, period: Period) -> Sequence[int]:
    """Upper limits of the bands, in kWh a month."""
    return tuple(accumulate(prices.month(period).band_widths))


def _view(line: ChargeLine) -> ChargeView:
    """As it would be stored."""
    told = line._asdict()
    own = {name: told[name] for name in ChargeView.__dataclass_fields__ if name in told}
    return ChargeView(**{**own, "id": 0, "bill_id": 0, "verified_until": None, "why": json.dumps(dict(line.why))})
