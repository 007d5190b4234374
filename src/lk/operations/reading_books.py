"""Accounts with their meters and readings, many at once: what a file of readings is judged by."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from lk.billing.settlement import histories
from lk.metering.queries import STANDING, Occasion
from lk.metering.rules import ReadingFacts, typical_monthly
from lk.operations.loading import Load
from lk.operations.stored import (
    KnownReading,
    StoredAccount,
    StoredMeter,
    accounts_by_number,
    meters_of_accounts,
    readings_of_accounts,
)
from lk.period import Period
from lk.tariffs.rules import calendar_for


@dataclass(slots=True)
class Book:
    """An account with its meters and readings, those of this chunk included as they are judged."""

    account: StoredAccount
    meters: list[StoredMeter]
    readings: list[KnownReading]

    def meter(self, serial_key: str) -> StoredMeter | None:
        return next((each for each in self.meters if each.serial_key == serial_key), None)

    def holds(self, meter: StoredMeter, taken_on: date, values: tuple[int | None, ...]) -> bool:
        """Whether this very reading is known."""
        return any(
            (known.meter_id, known.kind, known.taken_on, known.values) == (meter.id, "regular", taken_on, values)
            for known in self.readings
        )

    def take(self, kept: KnownReading) -> list[int]:
        """Adds a new reading; gives the ids of stored ones that it displaces.

        One that waits for a person never displaces one that counts, nor an older one a later one.
        """
        standing = [
            each
            for each in self.readings
            if (each.meter_id, each.kind, each.period) == (kept.meter_id, "regular", kept.period)
            and each.status in STANDING
        ]
        self.readings.append(kept)
        if any(each.status == "accepted" and each.taken_on > kept.taken_on for each in standing):
            kept.status = "superseded"
            return []
        displaced = [each for each in standing if kept.status == "accepted" or each.status == "held"]
        for each in displaced:
            each.status = "superseded"
        return [each.id for each in displaced if each.id is not None]

    def before(self, period: Period) -> list[ReadingFacts]:
        """What counts of earlier periods, and initial readings whenever they were taken."""
        number = period.number
        found = [
            (each.period.number, each.taken_on, at, each)
            for at, each in enumerate(self.readings)
            if each.status == "accepted" and (each.period.number < number or each.kind == "initial")
        ]
        return [each.facts for _, _, _, each in sorted(found)]

    def occasion(self, meter: StoredMeter, taken_on: date, load: Load) -> Occasion:
        """What a reading of that day is judged by."""
        period = self.account.period_for(taken_on, load.calendars)
        earlier, facts = self.before(period), meter.facts
        run = next(run for run in histories(each.facts for each in self.meters) if facts in run)
        return Occasion(
            meter=facts,
            period=period,
            window=calendar_for(load.calendars, period).window(period),
            taken_on=taken_on,
            today=load.today,
            source="import",
            power_kw=self.account.power_kw,
            previous=next((each for each in reversed(earlier) if each.meter_id == meter.id), None),
            typical=typical_monthly(earlier, run[: run.index(facts) + 1]),
            is_used_after_verification=load.is_used_after_verification,
            closed_on=self.account.closed_on,
        )


async def books_of(numbers: Collection[str]) -> dict[str, Book]:
    accounts = await accounts_by_number(numbers)
    ids = [account.id for account in accounts.values()]
    meters, readings = await meters_of_accounts(ids), await readings_of_accounts(ids)
    return {number: Book(account, meters[account.id], readings[account.id]) for number, account in accounts.items()}
