"""What the page shows of one meter: its dials, what they would cost, what was sent already. Finished values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lk import clock
from lk.filters import kwh, money, number
from lk.metering.decisions import Decision
from lk.metering.messages import decision_words
from lk.metering.queries import Occasion, StoredReading
from lk.metering.rules import judge_reading
from lk.outcome import Problem, Severity
from lk.readings import messages
from lk.readings.costs import Cost, Costs, Untold, choices, cost_of
from lk.readings.rules import FIELDS, Forecast, TypedReading, confirmation_of, usual


@dataclass(frozen=True, slots=True)
class Draft:
    """A form that is answered with the page again. `problems` None: to be judged, for a look at the rubles."""

    form: TypedReading
    problems: tuple[Problem, ...] | None = None

    @property
    def is_preview(self) -> bool:
        return self.problems is None


@dataclass(frozen=True, slots=True)
class Dial:
    """One dial; `key` is its id on the page, `line` and `sum` what it comes to."""

    name: str
    key: str
    label: str
    digits: int
    ratio: int
    previous: int | None
    value: str
    price_kopecks: int | None
    line: str | None
    sum: str | None
    usual: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of what was sent: the reading's number and the instant at which it came."""

    number: int
    at: datetime
    is_held: bool
    reasons: tuple[str, ...]
    rows: tuple[tuple[str, str, str], ...]
    """(register, value, consumption)"""
    cost: Cost | None
    counted_later: str | None
    has_photo: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent of one meter for the period, the oldest first. `rejected`: the last one, if it was not taken."""

    standing: tuple[StoredReading, ...] = ()
    rejected: StoredReading | None = None
    photographed: frozenset[int] = frozenset()
    is_by_replacement: bool = False
    """The meter came in the period: the old one's last figures and its first are the reading."""


@dataclass(frozen=True, slots=True)
class MeterCard:
    """`remarks` is what is odd without being wrong, `choices` the sums to choose between before confirming.

    `asked_again`: why the reading that was sent did not count.
    """

    id: int
    key: str
    title: str
    badge: tuple[str, str] | None
    receipt: Receipt | None
    asked_again: str | None
    correction: str
    is_next: bool
    is_open: bool
    dials: tuple[Dial, ...]
    errors: tuple[tuple[str | None, str], ...]
    remarks: tuple[str, ...]
    is_confirming: bool
    is_fine: bool
    confirmed: str
    is_live: bool
    cost: Cost | None
    choices: tuple[tuple[str, str], ...]


def card_of(
    costs: Costs | Untold, occasion: Occasion, sent: Sent, draft: Draft | None, is_next: bool, is_waited: bool = True
) -> MeterCard:
    meter = occasion.meter
    latest = sent.standing[-1] if sent.standing else None
    problems = _problems(occasion, draft)
    coming = _coming(costs, occasion, draft, problems)
    severities = {problem.severity for problem in problems}
    is_live = costs.is_live(occasion) and not (coming and coming.has_more)
    is_asked = draft is not None and not draft.is_preview
    labels = messages.register_labels(meter.zones)
    return MeterCard(
        id=meter.id,
        key=f"meter-{meter.id}",
        title=messages.meter_title(meter.serial_number),
        badge=_badge(occasion, sent, costs.today) if latest or is_waited else None,
        receipt=_receipt(costs, occasion, latest, sent.photographed) if latest else None,
        asked_again=_asked_again(sent),
        correction=messages.correctable(occasion.window, costs.today),
        is_next=is_next,
        is_open=draft is not None,
        dials=_dials(costs, occasion, draft, latest, coming, problems, is_live),
        errors=_errors(costs, occasion, problems) if is_asked else (),
        remarks=tuple(
            messages.of_register(labels, each, costs.sentence(each)) for each in problems if _is_remark(draft, each)
        ),
        is_confirming=is_asked and Severity.REFUSE not in severities,
        is_fine=draft is not None and not problems,
        confirmed=confirmation_of(draft.form.values) if is_asked and draft else "",
        is_live=is_live,
        cost=cost_of(coming) if coming else None,
        choices=choices(costs, occasion, problems, coming),
    )


def _is_remark(draft: Draft | None, problem: Problem) -> bool:
    """While typing everything is a remark but what is not typed yet; a refused form tells beside its fields."""
    if draft is None:
        return False
    return problem.code != "nothing_typed" if draft.is_preview else problem.severity is not Severity.REFUSE


def _problems(occasion: Occasion, draft: Draft | None) -> tuple[Problem, ...]:
    if draft is None:
        return ()
    if draft.problems is not None:
        return draft.problems
    return draft.form.problems or tuple(judge_reading(occasion.facts(draft.form.values)))


def _coming(
    costs: Costs | Untold, occasion: Occasion, draft: Draft | None, problems: Sequence[Problem]
) -> Forecast | None:
    """The bill with the typed values, where they can be believed at all."""
    if draft is None or any(problem.severity is not Severity.CONFIRM for problem in problems):
        return None
    values = [value for value in draft.form.values if value is not None]
    return costs.forecast(occasion, values) if len(values) == occasion.meter.zones else None


def _badge(occasion: Occasion, sent: Sent, today: date) -> tuple[str, str] | None:
    if sent.standing:
        latest = sent.standing[-1]
        return messages.status_word(latest.status, latest.kind), "wait" if latest.status == "held" else "good"
    if sent.is_by_replacement:
        return messages.read_at_replacement(), "good"
    return (messages.days_left(occasion.window, today), "wait") if today in occasion.window else None


def _asked_again(sent: Sent) -> str | None:
    decision = Decision.read(sent.rejected.decision) if sent.rejected and not sent.standing else None
    return decision_words(decision) if decision else None


def _receipt(costs: Costs | Untold, occasion: Occasion, sent: StoredReading, photographed: frozenset[int]) -> Receipt:
    is_held = sent.status == "held"
    coming = None if is_held else costs.forecast(occasion, sent.values)
    labels = messages.register_labels(occasion.meter.zones)
    used = [kwh(each) for each in coming.kwh] if coming else [""] * len(labels)
    return Receipt(
        number=sent.id,
        at=sent.received_at,
        is_held=is_held,
        reasons=tuple(
            messages.of_register(labels, problem, costs.sentence(problem)) for problem in sent.reasons if is_held
        ),
        rows=tuple(zip(labels, map(number, sent.values), used, strict=True)),
        cost=cost_of(coming) if coming else None,
        counted_later=messages.counted_later(clock.local_date(sent.received_at), sent.period),
        has_photo=sent.id in photographed,
    )


def _errors(
    costs: Costs | Untold, occasion: Occasion, problems: Sequence[Problem]
) -> tuple[tuple[str | None, str], ...]:
    labels = messages.register_labels(occasion.meter.zones)
    return tuple(
        (
            _key(occasion, problem.field) if problem.field in FIELDS else None,
            messages.of_register(labels, problem, costs.sentence(problem)),
        )
        for problem in problems
        if problem.severity is Severity.REFUSE
    )


def _key(occasion: Occasion, name: str | None) -> str:
    return f"meter-{occasion.meter.id}-{name}"


def _dials(
    costs: Costs | Untold,
    occasion: Occasion,
    draft: Draft | None,
    latest: StoredReading | None,
    coming: Forecast | None,
    problems: Sequence[Problem],
    is_live: bool,
) -> tuple[Dial, ...]:
    meter = occasion.meter
    prices = costs.price(occasion) if is_live else None
    ranges = usual(costs.history, meter.id)
    wrong = {each.field: costs.sentence(each) for each in problems if each.severity is Severity.REFUSE}
    return tuple(
        Dial(
            name=name,
            key=_key(occasion, name),
            label=label,
            digits=meter.digits,
            ratio=meter.ratio,
            previous=occasion.previous.values[at] if occasion.previous else None,
            value=_value(name, at, draft, latest),
            price_kopecks=prices[at] if prices else None,
            line=messages.consumption_words(coming.kwh[at], prices[at] if prices else None) if coming else None,
            sum=money(coming.kopecks[at]) if coming else None,
            usual=messages.usual_words(*ranges[at], occasion.months) if ranges else None,
            error=wrong.get(name) if draft and not draft.is_preview else None,
        )
        for at, (name, label) in enumerate(zip(FIELDS, messages.register_labels(meter.zones), strict=False))
    )


def _value(name: str, at: int, draft: Draft | None, latest: StoredReading | None) -> str:
    if draft:
        return draft.form.typed.get(name, "")
    return str(latest.values[at]) if latest else ""
