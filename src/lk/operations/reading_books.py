"""Accounts with their meters and readings, many at once: what a file of readings is judged by."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from lk.billing.settlement import histories
from lk.metering.queries import Occasion
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
from lk.tariffs.rules import calendar_for


@dataclass(slots=True)
class Book:
    """An account with its meters and readings, those of this chunk included as they are judged."""

    account: StoredAccount
    meters: list[StoredMeter]
    readings: list[KnownReading]

    def meter(self, serial_key: str) -> StoredMeter | None:
        return next((each for each in self.meters if each.serial_key == serial_key), None)

    def accepted(self) -> list[ReadingFacts]:
        found = [each for each in self.readings if each.status == "accepted"]
        found.sort(key=lambda each: (each.period, each.taken_on))
        return [
            ReadingFacts(each.id, each.meter_id, each.values, each.taken_on, each.period, each.source, each.kind)
            for each in found
        ]

    def occasion(self, meter: StoredMeter, taken_on: date, load: Load) -> Occasion:
        """What a reading of that day is judged by."""
        period = self.account.period_for(taken_on, load.calendars)
        earlier = [each for each in self.accepted() if each.period < period or each.kind == "initial"]
        run = next(run for run in histories(each.facts for each in self.meters) if meter.facts in run)
        return Occasion(
            meter=meter.facts,
            period=period,
            window=calendar_for(load.calendars, period).window(period),
            taken_on=taken_on,
            today=load.today,
            source="import",
            power_kw=self.account.power_kw,
            previous=next((each for each in reversed(earlier) if each.meter_id == meter.id), None),
            typical=typical_monthly(earlier, run[: run.index(meter.facts) + 1]),
        )


async def books_of(numbers: Collection[str]) -> dict[str, Book]:
    accounts = await accounts_by_number(numbers)
    ids = [account.id for account in accounts.values()]
    meters, readings = await meters_of_accounts(ids), await readings_of_accounts(ids)
    return {number: Book(account, meters[account.id], readings[account.id]) for number, account in accounts.items()}
