"""The page of readings: a card for each meter, and the readings of two years."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from lk import clock
from lk.accounts.queries import AccountView
from lk.billing.facts import facts_of
from lk.energy import ZONES
from lk.filters import NO_BREAK_SPACE, day, day_year, month_for, month_name, number
from lk.language import _, pgettext
from lk.metering.decisions import ACCEPTED, Decision
from lk.metering.declared import away_of
from lk.metering.messages import decision_words
from lk.metering.notices import Notice
from lk.metering.photos import photographed
from lk.metering.queries import (
    STANDING,
    Occasion,
    StoredReading,
    occasions,
    reading_history,
    regular_readings,
)
from lk.metering.replacements import replacements
from lk.metering.rules import MeterFacts, is_away
from lk.period import Period
from lk.readings import messages
from lk.readings.cards import Draft, MeterCard, Sent, card_of
from lk.readings.costs import Costs
from lk.readings.handed import handed_over
from lk.readings.notices import notices_of
from lk.readings.rules import Usage, usages
from lk.tariffs.queries import price_list

HISTORY_MONTHS = 24
CHART_MONTHS = 12
NEWEST = 6


@dataclass(frozen=True, slots=True)
class Column:
    """One month of the chart, kWh by zone."""

    label: str
    values: list[int]


@dataclass(frozen=True, slots=True)
class PastReading:
    """A line of the history: the day, the dials, where it came from and what became of it."""

    title: str
    note: str
    value: str
    tone: str | None
    href: str | None


@dataclass(frozen=True, slots=True)
class History:
    """The readings of two years, the newest first, and the chart of the last; `series` are its zones."""

    newest: tuple[PastReading, ...]
    older: tuple[PastReading, ...]
    series: tuple[str, ...]
    chart: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class ReadingsPage:
    invitation: str | None
    cards: tuple[MeterCard, ...]
    history: History
    notices: tuple[Notice, ...]
    carried: str | None
    """JSON of what a phone keeps, so that the form opens without a signal."""

    def card(self, meter_id: int) -> MeterCard | None:
        return next((card for card in self.cards if card.id == meter_id), None)


async def readings_page(account: AccountView, source: str, draft: Draft | None = None) -> ReadingsPage:
    today = clock.today()
    found = await occasions(account.id, account.power_kw, taken_on=today, today=today, source=source)
    period = found[0].period if found else Period.of(today)
    facts = await facts_of(account.id, period)
    used = past = usages(facts.meters, facts.readings)
    since = account.seen_since
    stored = await reading_history(account.id, (Period.of(today) + -HISTORY_MONTHS).first_day)
    if since is not None:
        seen = {reading.id for reading in stored if reading.received_at >= since}
        stored = [reading for reading in stored if reading.id in seen]
        used = [each for each in used if each.reading_id in seen]
    away = await away_of(account.id)
    is_waited = not (away and found and is_away(away.until_on, found[0].window.closes_on, away.periods_used))
    costs = Costs(facts, await price_list(), [each for each in past if each.period < period], today)
    replaced = {each.new.id for each in replacements(facts.meters, facts.readings) if each.period == period}
    sent = await sent_for(account, period, [each.meter.id for each in found], replaced)
    cards = _cards(costs, found, sent, draft, is_waited=is_waited)
    invitation = messages.invitation(period, found[0].window, today) if found else None
    return ReadingsPage(
        invitation=invitation,
        cards=cards,
        history=_history(f"/accounts/{account.public_id}/readings", facts.meters, stored, used),
        notices=notices_of(found, period, facts.meters, stored, away),
        carried=handed_over(account.public_id, found, cards, today) if found else None,
    )


async def sent_for(
    account: AccountView, period: Period, meter_ids: Collection[int], replaced: Collection[int]
) -> dict[int, Sent]:
    """By meter, as far back as this account's holder may see. `replaced`: those that took another's place then."""
    since = account.seen_since
    readings = [
        each for each in await regular_readings(account.id, period) if since is None or each.received_at >= since
    ]
    photos = await photographed([each.id for each in readings])
    found = {}
    for meter_id in meter_ids:
        own = [each for each in readings if each.meter_id == meter_id]
        standing = tuple(each for each in own if each.status in STANDING)
        rejected = own[-1] if own and own[-1].status == "rejected" else None
        found[meter_id] = Sent(standing, rejected, photos, meter_id in replaced)
    return found


def _cards(
    costs: Costs, found: Sequence[Occasion], own: Mapping[int, Sent], draft: Draft | None, *, is_waited: bool
) -> tuple[MeterCard, ...]:
    """Nobody `is_waited` for while nobody is at home."""
    next_id = draft.form.meter_id if draft else _next_meter(found, own, costs.today) if is_waited else None
    return tuple(
        card_of(
            costs,
            occasion,
            own[occasion.meter.id],
            draft if draft and draft.form.meter_id == occasion.meter.id else None,
            is_next=occasion.meter.id == next_id,
            is_waited=is_waited,
        )
        for occasion in found
    )


def _next_meter(found: Sequence[Occasion], own: Mapping[int, Sent], today: date) -> int | None:
    """The first one that is still waited for; none outside the window."""
    sent = {meter_id for meter_id, each in own.items() if each.standing or each.is_by_replacement}
    waiting = [each.meter.id for each in found if each.meter.id not in sent and today in each.window]
    return waiting[0] if waiting else None


def _history(
    root: str, meters: Sequence[MeterFacts], stored: Sequence[StoredReading], used: Sequence[Usage]
) -> History:
    zones = max((meter.zones for meter in meters), default=1)
    about = {meter.id: _about(meter, is_only=len(meters) == 1) for meter in meters}
    consumed = {each.reading_id: each.kwh for each in used}
    lines = [_past(root, reading, about[reading.meter_id], consumed.get(reading.id)) for reading in stored]
    return History(
        newest=tuple(lines[:NEWEST]),
        older=tuple(lines[NEWEST:]),
        series=tuple(messages.zone_word(zone) for zone in ZONES[zones]) if zones > 1 else (_("Расход"),),
        chart=_chart(meters, used, zones),
    )


def _about(meter: MeterFacts, *, is_only: bool) -> str:
    """Which meter it was, where there are several, and how its figures are multiplied."""
    serial = "" if is_only else messages.meter_in_line(meter.serial_number)
    return Markup(" · ").join(
        filter(None, (serial, f"×{NO_BREAK_SPACE}{number(meter.ratio)}" if meter.ratio > 1 else ""))
    )


def _past(root: str, reading: StoredReading, about: str, consumed: tuple[int, ...] | None) -> PastReading:
    decision = Decision.read(reading.decision)
    words = [
        month_for(reading.period),
        about,
        " + ".join(map(number, consumed)) + f"{NO_BREAK_SPACE}{_('кВт·ч')}" if consumed else None,
        messages.source_word(reading.source),
        messages.status_word(reading.status, reading.kind),
        decision_words(decision) if decision and decision.code != ACCEPTED else None,
    ]
    return PastReading(
        title=_day(reading.taken_on),
        note=Markup(" · ").join(word for word in words if word),
        value=f"{NO_BREAK_SPACE}/ ".join(map(number, reading.values)),
        tone="wait" if reading.status == "held" else None,
        href=f"{root}/{reading.id}" if reading.kind == "regular" else None,
    )


def _day(taken_on: date) -> str:
    """This year's without the year: a phone has room for three dials beside it."""
    return day(taken_on) if taken_on.year == clock.today().year else day_year(taken_on)


def _chart(meters: Sequence[MeterFacts], used: Sequence[Usage], zones: int) -> tuple[Column, ...]:
    """Of the last year, where the meters have equal zones; what was used before a late reading stands in its month."""
    if any(meter.zones != zones for meter in meters) or not used:
        return ()
    months: dict[Period, list[int]] = {}
    for each in used:
        column = months.setdefault(each.period, [0] * zones)
        months[each.period] = [sum(pair) for pair in zip(column, (max(0, kwh) for kwh in each.kwh), strict=True)]
    shown = sorted(months)[-CHART_MONTHS:]
    return tuple(Column(_month_short(period), months[period]) for period in shown)


def _month_short(period: Period) -> str:
    """`июль 25`, `July ’25`."""
    year = f"{period.year % 100:02}"
    return pgettext("column of a chart", "%(month)s %(year)s", month=month_name(period), year=year)
