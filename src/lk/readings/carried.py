"""What a phone is told about a reading that it brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lk.config import settings
from lk.language import Language, _, in_each_language
from lk.metering.carrying import TakenFromPhone
from lk.metering.messages import sentence
from lk.outcome import Problem, Severity
from lk.readings import messages
from lk.readings.rules import TypedReading, confirmation_of


@dataclass(frozen=True, slots=True)
class CarriedAnswer:
    """The reading is with us. `told` is what else there is to know of it, `is_held`: it waits for a person.

    In every language, as the phone keeps it.
    """

    title: dict[Language, str]
    told: dict[Language, tuple[str, ...]]
    is_held: bool


@dataclass(frozen=True, slots=True)
class CarriedRefusal:
    """Nothing is stored. With `confirmed` sent along as it is here, these very numbers are taken."""

    told: dict[Language, tuple[str, ...]]
    confirmed: str | None


def answer_to(taken: TakenFromPhone) -> CarriedAnswer:
    zone, reading = settings().time_zone, taken.reading
    return CarriedAnswer(
        title=in_each_language(lambda: messages.carried_here(reading.received_at.astimezone(zone))),
        told=in_each_language(lambda: _told(taken)),
        is_held=reading.status == "held",
    )


def _told(taken: TakenFromPhone) -> tuple[str, ...]:
    zone, reading = settings().time_zone, taken.reading
    if reading.status == "superseded" and taken.taken_at is None:
        return (_(messages.CARRIED_OVERTAKEN),)
    told = [messages.carried_taken(taken.taken_at.astimezone(zone) if taken.taken_at else None)]
    if reading.status == "held":
        told += [*_sentences(reading.problems, len(reading.values)), _("Сотрудник посмотрит его до счёта.")]
    elif reading.status == "superseded":
        told.append(_(messages.CARRIED_OVERTAKEN))
    else:
        told.append(messages.carried_counted(reading.period))
    return tuple(told)


def refusal_of(form: TypedReading, problems: Sequence[Problem]) -> CarriedRefusal:
    can_confirm = not any(problem.severity is Severity.REFUSE for problem in problems)
    return CarriedRefusal(
        in_each_language(lambda: _sentences(problems, len(form.values))),
        confirmation_of(form.values) if can_confirm else None,
    )


def unreadable() -> CarriedRefusal:
    return CarriedRefusal(in_each_language(lambda: (_(messages.CARRIED_UNREADABLE),)), None)


def not_yours() -> CarriedRefusal:
    """Whoever took it is not who is signed in by now."""
    return CarriedRefusal(in_each_language(lambda: (_(messages.CARRIED_BY_ANOTHER),)), None)


def _sentences(problems: Sequence[Problem], zones: int) -> tuple[str, ...]:
    labels = messages.register_labels(zones)
    return tuple(messages.of_register(labels, problem, sentence(problem)) for problem in problems)
