"""Meters with their first and last readings; a replacement is a removed meter's row and a new meter's row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from lk import clock, db
from lk.actor import PROGRAM
from lk.billing.correcting import correct_from
from lk.history.actions import record
from lk.metering.storing import set_aside_held
from lk.operations.loading import Importer, Load, account_number_in, kwh_in, serial_key_in
from lk.operations.meter_checks import (
    NO_REGISTERS,
    KnownMeter,
    MeterRow,
    Registers,
    check_known,
    check_new,
    check_registers,
    check_removal,
    is_other,
    values_of,
)
from lk.operations.rows import Row
from lk.operations.stored import (
    StoredAccount,
    accounts_by_number,
    meters_of_accounts,
    readings_of_accounts,
)
from lk.outcome import Refused
from lk.period import Period


class Meters(Importer[MeterRow]):
    """Make and first reading follow the file until the meter is read or billed; its removal until that is billed."""

    columns = (
        "account_number",
        "meter_number",
        "zones",
        "digits",
        "ratio",
        "installed_on",
        "verified_until",
        "removed_on",
        "initial_t1",
        "initial_t2",
        "initial_t3",
        "final_t1",
        "final_t2",
        "final_t3",
    )

    def __init__(self, load: Load) -> None:
        self._load = load
        self._lines: dict[tuple[str, str], int] = {}
        self._came_late: dict[int, tuple[MeterRow, Period]] = {}

    def parse(self, row: Row) -> MeterRow:
        earliest, today = self._load.earliest, self._load.today
        parsed = MeterRow(
            row=row,
            number=account_number_in(row),
            serial_number=row.cells["meter_number"],
            serial_key=serial_key_in(row),
            zones=row.whole("zones", 1, 3),
            digits=row.whole("digits", 4, 9),
            ratio=row.whole("ratio", 1, 10_000),
            installed_on=row.day("installed_on", earliest, today),
            verified_until=row.optional_day("verified_until", earliest),
            removed_on=row.optional_day("removed_on", earliest, today),
            initial=kwh_in(row, "initial_t"),
            final=kwh_in(row, "final_t"),
        )
        if row.is_good:
            check_registers(parsed, "initial_t", parsed.initial)
            check_registers(parsed, "final_t", parsed.final)
            check_removal(parsed)
            self._once(parsed)
        return parsed

    def _once(self, parsed: MeterRow) -> None:
        first = self._lines.setdefault((parsed.number, parsed.serial_key), parsed.row.line)
        if first != parsed.row.line:
            parsed.row.bad("meter_number", "twice_in_file", first=first)

    async def take(self, parsed: Sequence[MeterRow]) -> None:
        accounts = await accounts_by_number({each.number for each in parsed})
        known = await _known_meters([account.id for account in accounts.values()])
        new, changed = [], []
        for each in parsed:
            account = accounts.get(each.number)
            if account is None:
                each.row.bad("account_number", "unknown_account")
                continue
            stored = known.get((account.id, each.serial_key))
            if stored is None:
                check_new(each)
                new.append((each, account))
            else:
                check_known(each, account, stored)
                changed.append((each, account, stored))
        if self._load.complaints:
            return
        await self._insert(new)
        for each, account, stored in changed:
            await self._update(each, account, stored)

    async def finish(self) -> None:
        """A final reading that came after its account's last bill has that bill made anew."""
        if self._load.complaints:
            return
        for account_id, (each, period) in self._came_late.items():
            try:
                await correct_from(account_id, period, "meter", PROGRAM)
            except Refused:
                each.row.bad("final_t1", "cannot_bill_again", period=str(period))

    async def _insert(self, new: Sequence[tuple[MeterRow, StoredAccount]]) -> None:
        await db.write_many(
            "INSERT INTO meters (account_id, serial_number, serial_key, zones, digits, ratio, installed_on, "
            "verified_until, removed_on) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})",
            [
                (
                    account.id,
                    each.serial_number,
                    each.serial_key,
                    each.zones,
                    each.digits,
                    each.ratio,
                    each.installed_on,
                    each.verified_until,
                    each.removed_on,
                )
                for each, account in new
            ],
        )
        ids = await _meter_ids([account.id for _, account in new])
        readings = []
        for each, account in new:
            meter_id = ids[account.id, each.serial_key]
            readings.append(self._reading(account, meter_id, "initial", each.installed_on, each.initial))
            if each.removed_on is not None:
                readings.append(self._reading(account, meter_id, "final", each.removed_on, each.final))
                await self._record_removal(account, meter_id, each.removed_on)
                self._note_late(each, account, each.removed_on)
        await _insert_readings(readings)
        self._load.added += len(new)

    async def _update(self, each: MeterRow, account: StoredAccount, stored: KnownMeter) -> None:
        meter = stored.meter
        make = (each.zones, each.digits, each.ratio, each.installed_on)
        is_remade = make != (meter.zones, meter.digits, meter.ratio, meter.installed_on) or is_other(
            each.initial, stored.of_kind("initial")
        )
        is_removed = each.removed_on != meter.removed_on or is_other(each.final, stored.of_kind("final"))
        if not is_remade and not is_removed and each.verified_until == meter.verified_until:
            self._load.unchanged += 1
            return
        await db.execute(
            "UPDATE meters SET zones = {}, digits = {}, ratio = {}, installed_on = {}, verified_until = {}, "
            "removed_on = {} WHERE id = {}",
            *make,
            each.verified_until,
            each.removed_on,
            meter.id,
        )
        if is_remade:
            initial = each.initial if each.initial != NO_REGISTERS else values_of(stored.of_kind("initial"))
            await self._rewrite(account, meter.id, "initial", each.installed_on, initial)
        if is_removed and each.removed_on is not None:
            await self._rewrite(account, meter.id, "final", each.removed_on, each.final)
            await set_aside_held(meter.id)
            await self._record_removal(account, meter.id, each.removed_on)
            self._note_late(each, account, each.removed_on)
        self._load.updated += 1

    def _note_late(self, each: MeterRow, account: StoredAccount, removed_on: date) -> None:
        period = account.period_for(removed_on, self._load.calendars)
        if period == account.last_billed:
            self._came_late[account.id] = (each, period)

    async def _rewrite(
        self, account: StoredAccount, meter_id: int, kind: str, taken_on: date, values: Registers
    ) -> None:
        await db.execute("DELETE FROM readings WHERE meter_id = {} AND kind = {}", meter_id, kind)
        await _insert_readings([self._reading(account, meter_id, kind, taken_on, values)])

    def _reading(
        self, account: StoredAccount, meter_id: int, kind: str, taken_on: date, values: Registers
    ) -> tuple[object, ...]:
        period = account.period_for(taken_on, self._load.calendars)
        return (account.id, meter_id, kind, period.number, taken_on, *values)

    async def _record_removal(self, account: StoredAccount, meter_id: int, removed_on: date) -> None:
        """Told where somebody knew the old meter: in a cabinet or on a bill."""
        if account.has_cabinet or account.is_billed:
            period = account.period_for(removed_on, self._load.calendars)
            await record("meter_replaced", account_id=account.id, meter=meter_id, period=str(period))


async def _known_meters(account_ids: Sequence[int]) -> dict[tuple[int, str], KnownMeter]:
    readings = await readings_of_accounts(account_ids)
    return {
        (account_id, meter.serial_key): KnownMeter(
            meter, tuple(each for each in readings[account_id] if each.meter_id == meter.id)
        )
        for account_id, meters in (await meters_of_accounts(account_ids)).items()
        for meter in meters
    }


async def _meter_ids(account_ids: Sequence[int]) -> dict[tuple[int, str], int]:
    meters = await meters_of_accounts(set(account_ids))
    return {(each.account_id, each.serial_key): each.id for group in meters.values() for each in group}


async def _insert_readings(readings: Sequence[tuple[object, ...]]) -> None:
    now: datetime = clock.now()
    await db.write_many(
        "INSERT INTO readings (account_id, meter_id, kind, period, taken_on, t1_kwh, t2_kwh, t3_kwh, received_at, "
        "source, status, problems) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, 'import', 'accepted', '[]')",
        [(*each, now) for each in readings],
    )
