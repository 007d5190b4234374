"""The desk's queue of held readings: what was sent beside what was before, and why it waits. Finished values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lk.filters import account_number, month_for, number
from lk.language import N_, _
from lk.metering.forms import parse_dial
from lk.metering.held import HeldReading, held_count, held_readings
from lk.metering.messages import sentence
from lk.outcome import Problem, Severity
from lk.readings.messages import of_register, register_labels
from lk.readings.rules import FIELDS, confirmation_of

SHOWN = 20
SOURCES = {
    "resident": N_("житель в кабинете"),
    "helper": N_("помощник в кабинете"),
    "agent": N_("сотрудник со слов жителя"),
    "import": N_("из файла"),
    "link": N_("житель по ссылке без входа"),
}


@dataclass(frozen=True, slots=True)
class Tried:
    """A form of the queue that was refused: what was typed and what is odd.

    `action` acceptance|roll-over|rejection|correction.
    """

    reading_id: int
    action: str
    typed: Mapping[str, str]
    problems: Sequence[Problem]

    @property
    def errors(self) -> dict[str | None, str]:
        return {problem.field: sentence(problem) for problem in self.problems}

    @property
    def is_confirming(self) -> bool:
        return not any(problem.severity is Severity.REFUSE for problem in self.problems)


@dataclass(frozen=True, slots=True)
class HeldDial:
    """`value` is what stands in the field of a correction."""

    name: str
    label: str
    digits: int
    previous: int | None
    value: str
    error: str | None


@dataclass(frozen=True, slots=True)
class HeldCard:
    """`rows` as (register, before → now, difference); `remarks` is what has to be confirmed about other digits."""

    id: int
    number_shown: str
    customer_path: str
    serial_number: str
    period: str
    source: str
    received_at: datetime
    rows: tuple[tuple[str, str, str], ...]
    reasons: tuple[str, ...]
    is_lower: bool
    has_photo: bool
    dials: tuple[HeldDial, ...]
    confirmed: str
    remarks: tuple[str, ...]
    tried: Tried | None


@dataclass(frozen=True, slots=True)
class Queue:
    cards: tuple[HeldCard, ...]
    more: int


async def queue(tried: Tried | None = None) -> Queue:
    """Those that wait longest, and how many wait besides."""
    found = await held_readings(SHOWN)
    cards = tuple(_card(each, tried if tried and tried.reading_id == each.id else None) for each in found)
    return Queue(cards, await held_count() - len(cards) if len(cards) == SHOWN else 0)


def parse_correction(held: HeldReading, typed: Mapping[str, str]) -> tuple[list[int | None], list[Problem], bool]:
    """The values by register, what is wrong with the typing, and whether exactly these values were confirmed."""
    parsed = [parse_dial(name, typed.get(name, "")) for name in FIELDS[: held.zones]]
    values = [value for value, _problem in parsed]
    return values, [problem for _value, problem in parsed if problem], typed.get("confirmed") == confirmation_of(values)


def _card(held: HeldReading, tried: Tried | None) -> HeldCard:
    correction = tried if tried and tried.action == "correction" else None
    is_confirming = correction is not None and correction.is_confirming
    values = parse_correction(held, correction.typed)[0] if correction else []
    labels = register_labels(held.zones)
    odd = correction.problems if correction else ()
    remarks = tuple(of_register(labels, problem, sentence(problem)) for problem in odd)
    return HeldCard(
        id=held.id,
        number_shown=account_number(held.account_number),
        customer_path=f"/support/accounts/{held.account_public_id}",
        serial_number=held.serial_number,
        period=month_for(held.period),
        source=_(SOURCES[held.source]),
        received_at=held.received_at,
        rows=tuple(map(_row, labels, held.previous, held.reading.values)),
        reasons=tuple(of_register(labels, problem, sentence(problem)) for problem in held.reading.reasons),
        is_lower=held.is_lower,
        has_photo=held.has_photo,
        dials=_dials(held, correction),
        confirmed=confirmation_of(values) if is_confirming else "",
        remarks=remarks if is_confirming else (),
        tried=tried,
    )


def _row(label: str, before: int | None, now: int) -> tuple[str, str, str]:
    if before is None:
        return label, number(now), _("раньше показаний не было")
    difference = number(now - before) if now < before else f"+{number(now - before)}"
    return label, f"{number(before)} → {number(now)}", _("разница %(number)s", number=difference)


def _dials(held: HeldReading, correction: Tried | None) -> tuple[HeldDial, ...]:
    errors = correction.errors if correction and not correction.is_confirming else {}
    return tuple(
        HeldDial(
            name=name,
            label=label,
            digits=held.digits,
            previous=previous,
            value=correction.typed.get(name, "") if correction else "",
            error=errors.get(name),
        )
        for name, label, previous in zip(FIELDS, register_labels(held.zones), held.previous, strict=False)
    )
