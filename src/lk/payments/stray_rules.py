"""Money that the acquirer took and the ledger does not hold: when it may be booked, and when it may go back. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lk.acquirer.answers import Told
from lk.outcome import Problem
from lk.payments.differences import TaskKind

STRAY_TASKS = (TaskKind.TAKEN_NOT_BOOKED, TaskKind.UNKNOWN_PAYMENT)
"""Tasks of which the money itself is settled."""


class StrayKind(StrEnum):
    """It reaches an account, or goes back the way it came."""

    BOOKING = "booking"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class OwnIntent:
    """Our payment of this acquirer's payment, or else of its intent.

    `is_other_capture`: the acquirer took for it once more than it knows of.
    """

    id: int
    account_id: int
    key: str
    amount_kopecks: int
    is_open: bool
    is_autopay: bool
    is_other_capture: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """What is known of the money at the moment of the decision; `told` is what the acquirer says at that moment.

    `task_account_id`: whose the task says it is. `is_of_an_intent`: its metadata names an intent as ours are called.
    `is_decided`: another decision about it is live. `has_later_charge`: autopay tried that month again, or paid it
    otherwise; `is_month_open`: autopay may still charge for it.
    """

    kind: TaskKind
    task_account_id: int | None
    told: Told
    own: OwnIntent | None
    is_booked: bool
    is_decided: bool
    is_of_an_intent: bool
    has_later_charge: bool = False
    is_month_open: bool = False


def judge_taken(taken: Taken) -> list[Problem]:
    """Whether anything may be done with it at all."""
    if taken.is_booked:
        return [Problem("booked_already")]
    if taken.is_decided:
        return [Problem("stray_decided")]
    if taken.told.refunded_kopecks:
        return [Problem("refunded_there")]
    if taken.own is not None and taken.own.is_open:
        return [Problem("payment_open")]
    return []


def judge_booking(taken: Taken, account_id: int) -> list[Problem]:
    """Whether it may reach this account: amount, intent and account are compared with what the payer wanted."""
    if problems := judge_taken(taken):
        return problems
    if taken.kind is TaskKind.UNKNOWN_PAYMENT:
        is_nobodys = taken.own is None and not taken.is_of_an_intent
        return [] if is_nobodys else [Problem("names_an_intent")]
    own, told = taken.own, taken.told
    if own is None or (own.key, own.amount_kopecks) != (told.intent_id, told.amount_kopecks):
        return [Problem("not_its_intent")]
    if not own.account_id == taken.task_account_id == account_id:
        return [Problem("not_its_intent")]
    if own.is_autopay and taken.is_month_open:
        return [Problem("autopay_goes_on")]
    if own.is_autopay and (own.is_other_capture or taken.has_later_charge):
        return [Problem("charged_twice")]
    return []


def return_key(public_id: str) -> str:
    return f"return:{public_id}"
