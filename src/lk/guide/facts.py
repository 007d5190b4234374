"""The numbers that the instruction names: each is a rule's own, so that no page says another."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from lk.accounts.rules import HELPERS_MOST, INVITATION_FOR, RELEASE_WAITS
from lk.autopay.rules import DAYS
from lk.energy import ZONES
from lk.identity.rules import PASSWORD_SHORTEST, RESET_FOR
from lk.metering.rules import AVERAGE_MONTHS, AVERAGE_PERIODS_AT_MOST, AWAY_PERIODS_AT_MOST
from lk.onboarding.rules import TIME_TO_FINISH
from lk.payments.rules import LEAST_KOPECKS, MOST_KOPECKS
from lk.period import Period
from lk.readings.messages import register_labels
from lk.tariffs.rules import Calendar, Window

_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def _labels() -> tuple[tuple[int, tuple[str, ...]], ...]:
    return tuple((zones, register_labels(zones)) for zones in ZONES)


@dataclass(frozen=True, slots=True)
class GuideFacts:
    """`calendar` and `window` of the month at hand; `labels`: the dials of a meter as the form names them, by zones."""

    calendar: Calendar
    window: Window
    month_days: int
    register_days: int = TIME_TO_FINISH // _DAY
    reset_minutes: int = RESET_FOR // _MINUTE
    password_shortest: int = PASSWORD_SHORTEST
    invitation_days: int = INVITATION_FOR // _DAY
    release_hours: int = RELEASE_WAITS // _HOUR
    helpers_most: int = HELPERS_MOST
    average_months: int = AVERAGE_MONTHS
    average_in_a_row: int | None = AVERAGE_PERIODS_AT_MOST
    away_months: int = AWAY_PERIODS_AT_MOST
    autopay_first_day: int = DAYS[0]
    autopay_last_day: int = DAYS[-1]
    payment_least_kopecks: int = LEAST_KOPECKS
    payment_most_kopecks: int = MOST_KOPECKS
    labels: tuple[tuple[int, tuple[str, ...]], ...] = field(default_factory=_labels)


def facts_of(calendar: Calendar, period: Period, average_in_a_row: int | None = AVERAGE_PERIODS_AT_MOST) -> GuideFacts:
    """`average_in_a_row` is the company's own; None: without limit."""
    window = calendar.window(period)
    return GuideFacts(calendar=calendar, window=window, month_days=period.days, average_in_a_row=average_in_a_row)
