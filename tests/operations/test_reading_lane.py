"""A file of readings taken in a lane of its own, against the same file judged by every account's whole book."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from random import Random

import pytest

from lk import db
from lk.operations import imports_readings
from lk.operations.imports import FileRefused, import_text
from lk.operations.reading_facts import Case
from lk.period import Period
from tests.operations.cast import file_of, load, one, rows

NOW = "2025-07-20T09:00:00+00:00"
READINGS = (
    "SELECT r.account_id, meter_id, kind, period, taken_on, received_at, source, status, t1_kwh, t2_kwh, t3_kwh, "
    "problems FROM readings r ORDER BY meter_id, period, taken_on, t1_kwh, t2_kwh, t3_kwh, status, source, kind"
)
EVENTS = (
    "SELECT kind, account_id, at, actor_kind, params FROM events WHERE account_id <= 60 ORDER BY account_id, params"
)


class Street:
    """Sixty accounts with everything that can be in a history: several meters, gaps, odd statuses, bills, cabinets."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.statements: list[tuple[str, tuple[object, ...]]] = []
        self.file: list[str] = []
        for account in range(1, 61):
            self._add_account(account)
        self._random.shuffle(self.file)

    def _add(self, table: str, **columns: object) -> None:
        names, marks = ", ".join(columns), db.placeholders(columns)
        self.statements.append((f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(columns.values())))

    def _add_account(self, account: int) -> None:
        random = self._random
        self._add(
            "premises",
            id=account,
            address=f"{account}",
            address_key=f"{account}",
            postcode="",
            region="moscow",
            route="",
        )
        self._add(
            "accounts", id=account, public_id=f"a{account}", number=f"{10**9 + account}", premises_id=account,
            holder_name="Иванова Мария", tariff_category="gas", residents=2, power_kw=random.choice([1, 15]),
            has_paper_bill=False, opened_on=_day("2020-01-10"),
        )  # fmt: skip
        if random.random() < 0.5:
            self._add("users", id=account, login=f"u{account}", login_key=f"u{account}", created_at=_instant())
            self._add(
                "accesses", user_id=account, account_id=account, role="holder", is_provisional=False,
                created_at=_instant(), ended_at=random.choice([None, None, _instant()]),
            )  # fmt: skip
        self._add_meters(account)
        for period in random.sample([202504, 202505, 202506, 202507], random.choice([0, 0, 1, 3, 4])):
            self._add(
                "bills", account_id=account, period=period, status=random.choice(["issued", "held", "reversed"]),
                opening_kopecks=0, energy_kopecks=0, adjustment_kopecks=0, total_kopecks=0, vat_kopecks=0,
                vat_percent=20, missed=0, hold_reasons="[]", created_at=_instant(),
            )  # fmt: skip

    def _add_meters(self, account: int) -> None:
        random = self._random
        installed, zones = Period(2024, random.randint(1, 12)), random.randint(1, 3)
        is_followed = random.random() < 0.3
        removed = installed + random.randint(2, 14) if is_followed else None
        self._add_meter(account, 2 * account, zones, installed, removed)
        if removed is not None and removed < Period(2025, 7):
            zones = random.choice([zones, zones, random.randint(1, 3)])
            self._add_meter(account, 2 * account + 1, zones, removed, None)

    def _add_meter(self, account: int, meter: int, zones: int, installed: Period, removed: Period | None) -> None:
        random, digits = self._random, self._random.choice([4, 5, 6])
        self._add(
            "meters", id=meter, account_id=account, serial_number=f"{70_000 + meter}", serial_key=f"{70_000 + meter}",
            zones=zones, digits=digits, ratio=random.choice([1, 1, 1, 20]), installed_on=installed.day(10),
            verified_until=random.choice([None, installed.day(9), _day("2030-01-01")]),
            removed_on=removed.day(10) if removed else None,
        )  # fmt: skip
        start = random.choice([100, 100, 10**digits - 900])
        dials, usage = [start] * zones, [random.choice([20, 60, 200]) for _ in range(zones)]
        if random.random() < 0.95:
            self._add_reading(account, meter, "initial", installed, installed.day(10), "accepted", dials)
        last = removed or Period(2025, random.choice([6, 6, 6, 7]))
        period = installed
        while period <= last:
            dials = [(dial + random.randint(0, 2 * kwh)) % 10**digits for dial, kwh in zip(dials, usage, strict=True)]
            if random.random() < 0.8:
                self._add_regular(account, meter, period, dials)
            period = period.next
        if removed is not None:
            self._add_reading(account, meter, "final", removed, removed.day(10), "accepted", dials)
        for _ in range(random.choice([1, 1, 1, 1, 2])):
            self._write_row(account, meter, digits, dials, usage)

    def _add_regular(self, account: int, meter: int, period: Period, dials: Sequence[int]) -> None:
        random = self._random
        status = random.choice(["accepted"] * 12 + ["held", "rejected"])
        self._add_reading(account, meter, "regular", period, period.day(random.randint(11, 25)), status, dials)
        if random.random() < 0.1:
            status = random.choice(["superseded", "held", "rejected"])
            self._add_reading(account, meter, "regular", period, period.day(random.randint(11, 25)), status, dials)

    def _add_reading(
        self, account: int, meter: int, kind: str, period: Period, on: date, status: str, dials: Sequence[int]
    ) -> None:
        t1, t2, t3 = (*dials, None, None)[:3]
        self._add(
            "readings", account_id=account, meter_id=meter, kind=kind, period=period.number, taken_on=on,
            received_at=_instant(), source="resident", status=status, t1_kwh=t1, t2_kwh=t2, t3_kwh=t3, problems="[]",
        )  # fmt: skip
        if kind == "regular" and period.number >= 202506 and self._random.random() < 0.2:
            values = [str(dial) for dial in dials] + [""] * (3 - len(dials))
            self.file.append(f"{10**9 + account},{70_000 + meter},{on},{','.join(values)},")

    def _write_row(self, account: int, meter: int, digits: int, dials: Sequence[int], usage: Sequence[int]) -> None:
        random = self._random
        times = random.choice([0, 0.5, 1, 1, 1, 1, 2, 5, -1])
        values = [int(dial + times * kwh) % 10**digits for dial, kwh in zip(dials, usage, strict=True)]
        if random.random() < 0.1:
            values.reverse()
        cells = [str(value) for value in values] + [""] * (3 - len(values))
        day = random.choice(["2025-07-16", "2025-07-18", "2025-07-20", "2025-06-27", "2025-05-20"])
        self.file.append(f"{10**9 + account},{70_000 + meter},{day},{','.join(cells)},{random.choice(['', 'agent'])}")


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _instant() -> datetime:
    return datetime.fromisoformat(NOW)


def _fill(street: Street) -> None:
    async def filled() -> None:
        async with db.write():
            for sql, values in street.statements:
                await db.execute(sql, *values)

    db.run(filled())


def _loaded(file: Sequence[str]) -> list[object]:
    """What came of the file: the report or the complaints, readings, events."""
    try:
        told = [str(db.run(import_text("readings", file_of("readings", *file))))]
    except FileRefused as refused:
        told = refused.lines()
    return [told, rows(READINGS), rows(EVENTS)]


def _without_refused(file: Sequence[str]) -> list[str]:
    """The rows of the file that nothing is wrong with."""
    try:
        db.run(import_text("readings", file_of("readings", *file), is_dry_run=True))
    except FileRefused as refused:
        bad = {each.line for each in refused.complaints.shown}
        return [row for line, row in enumerate(file, start=2) if line not in bad]
    return list(file)


@pytest.mark.usefixtures("sqlite")
@pytest.mark.parametrize("seed", range(12))
def test_the_lane_comes_to_what_the_books_come_to(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    street = Street(seed)
    _fill(street)
    path, copy = tmp_path / "lk.sqlite3", tmp_path / "copy.sqlite3"
    refused, good = _loaded(street.file), _without_refused(street.file)
    shutil.copy(path, copy)
    loaded = _loaded(good)
    assert one("SELECT count(*) AS n FROM readings WHERE source IN ('import', 'agent')") > 30

    db.use(db.SqliteEngine(copy))
    monkeypatch.setattr(imports_readings, "is_plainly_good", lambda *_: False)
    of = Case.of
    monkeypatch.setattr(Case, "of", lambda row, found, load, is_alone: of(row, found, load, is_alone=False))
    assert _loaded(street.file) == refused
    assert _loaded(good) == loaded


@pytest.mark.usefixtures("each_engine")
def test_a_street_loaded_twice_is_unchanged_the_second_time() -> None:
    street = Street(1)
    _fill(street)
    good = _without_refused(street.file)
    first = load("readings", *good)
    assert first.added > 30
    again = load("readings", *good)
    assert (again.added, again.unchanged) == (0, first.added + first.unchanged)
