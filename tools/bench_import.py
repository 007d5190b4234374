"""A city's readings, rows a second: judged and stored by `lk import`, beside the same rows merely read and inserted.

`python tools/bench_import.py [ACCOUNTS]`, on one core. 60 % of the meters have one zone, 30 % two, 10 % three; half of
the accounts were read for a year, the others for four months; three months are billed; 40 % have a cabinet; one in
fifty got another meter; three rows in a hundred are below, equal to or far above what was before.
"""

from __future__ import annotations

import csv
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from shutil import copyfile
from time import monotonic

ACCOUNTS = 200_000
NOW = "2026-03-20T12:00:00+03:00"
PERIODS = (202503, 202504, 202505, 202506, 202507, 202508, 202509, 202510, 202511, 202512, 202601, 202602)
BILLED = (202512, 202601, 202602)
SLICE = 50_000
GOAL = 50_000
GOAL_MEGABYTES = 200

_ZONES = "CASE WHEN i % 10 < 6 THEN 1 WHEN i % 10 < 9 THEN 2 ELSE 3 END"
_IS_REPLACED = "i / 10 % 50 = 4"


@dataclass(frozen=True, slots=True)
class Measured:
    rows_a_second: float
    peak_megabytes: float
    report: str


def main() -> None:
    accounts = int(sys.argv[1]) if len(sys.argv) > 1 else ACCOUNTS
    judged, bare = bench_import(accounts)
    print(judged.report)
    print(f"lk import readings: {judged.rows_a_second:.0f} rows/s (goal {GOAL}), peak {judged.peak_megabytes:.0f} MB")
    print(f"csv.reader + executemany: {bare.rows_a_second:.0f} rows/s, peak {bare.peak_megabytes:.0f} MB")
    print(f"ratio {judged.rows_a_second / bare.rows_a_second:.2f}")


def bench_import(accounts: int) -> tuple[Measured, Measured]:
    """The import and its peer on two copies of one town, each in a process of its own, on one core."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        _migrated(place / "judged.sqlite3")
        make_town(place / "judged.sqlite3", accounts)
        write_file(place / "readings.csv", accounts)
        copyfile(place / "judged.sqlite3", place / "bare.sqlite3")
        judged = _measured("judged", place, accounts)
        return judged, _measured("bare", place, accounts)


def _measured(what: str, place: Path, rows: int) -> Measured:
    """The child prints its report, then seconds and kilobytes."""
    core = min(os.sched_getaffinity(0))
    words = ["taskset", "-c", str(core), sys.executable, __file__, "--run", what, str(place)]
    env = _environment(place / f"{what}.sqlite3")
    done = subprocess.run(words, env=env, check=True, stdout=subprocess.PIPE, text=True)
    *report, figures = done.stdout.splitlines()
    seconds, kilobytes = map(float, figures.split())
    return Measured(rows / seconds, kilobytes / 1024, "\n".join(report[:3]))


def _environment(path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LK_")}
    now = path.with_suffix(".now")
    now.write_text(NOW)
    return {**kept, "LK_DATABASE_URL": f"sqlite:///{path}", "LK_NOW_FILE": str(now)}


def _migrated(path: Path) -> None:
    subprocess.run([sys.executable, "-m", "lk", "migrate"], env=_environment(path), check=True, capture_output=True)


def run_judged(place: Path) -> str:
    """By the command itself."""
    from argparse import Namespace

    from lk.commands import import_

    out = StringIO()
    with redirect_stdout(out):
        import_(Namespace(kind="readings", file=place / "readings.csv", dry_run=False))
    return out.getvalue().rstrip()


def run_bare(place: Path) -> str:
    """The peer: the rows as they are, no account looked up, nothing judged, the same columns written."""
    connection = sqlite3.connect(place / "bare.sqlite3", isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    with (place / "readings.csv").open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        next(reader)
        connection.executemany(
            "INSERT INTO readings (account_id, meter_id, kind, period, taken_on, received_at, source, status, t1_kwh, "
            "t2_kwh, t3_kwh, problems) VALUES (?, ?, 'regular', 202603, ?, ?, 'import', 'accepted', ?, ?, ?, '[]')",
            (
                (int(number) - 10**9, 2 * (int(number) - 10**9), day, NOW, t1, t2 or None, t3 or None)
                for number, _, day, t1, t2, t3, _ in reader
            ),
        )
    connection.execute("COMMIT")
    return "csv.reader + executemany"


def write_file(path: Path, accounts: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("account_number", "meter_number", "taken_on", "t1", "t2", "t3", "source"))
        writer.writerows(_file_rows(accounts))


def _file_rows(accounts: int) -> Iterator[tuple[object, ...]]:
    for i in range(1, accounts + 1):
        zones = (1,) * 6 + (2,) * 3 + (3,)
        is_new = i // 10 % 50 == 4
        months = 1 if is_new else len(PERIODS) + 1
        months += {11: -3, 12: -1, 13: 40}.get(i % 100, 0)
        values = [_value(i, at, months) if at <= zones[i % 10] else "" for at in (1, 2, 3)]
        yield (1_000_000_000 + i, f"{'9' if is_new else '1'}{i:07}", f"2026-03-{15 + i % 6}", *values, "import")


def _kwh(i: int, register: int) -> int:
    return (0, 90, 40, 60)[register] + i * (0, 7919, 104729, 1299709)[register] % (1, 150, 60, 70)[register]


def _value(i: int, register: int, months: int) -> int:
    return max(0, 1000 + i % 5000 + months * _kwh(i, register))


def make_town(path: Path, accounts: int) -> None:
    """Fills the migrated and otherwise empty database."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA foreign_keys = OFF")
    for first in range(1, accounts + 1, SLICE):
        numbers = (
            f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n "
            f"WHERE i < {min(accounts, first + SLICE - 1)}) SELECT"
        )
        connection.execute("BEGIN")
        for statement in _statements():
            connection.execute(statement.replace("SELECT", numbers, 1))
        connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _statements() -> list[str]:
    """Each is an INSERT … SELECT over the numbers `i` of a slice of accounts."""
    return [
        "INSERT INTO premises (id, address, address_key, postcode, region, route) "
        "SELECT i, 'улица ' || i / 200 || ', кв. ' || i % 200, 'k' || i, '', 'moscow', '' FROM n",
        "INSERT INTO accounts (id, public_id, number, premises_id, holder_name, tariff_category, residents, power_kw, "
        "has_paper_bill, opened_on) "
        "SELECT i, 'acc' || i, 1000000000 + i, i, 'Житель ' || i, 'gas', 1 + i % 4, 15, 0, '2019-02-01' FROM n",
        "INSERT INTO users (id, login, login_key, created_at) "
        "SELECT i, 'u' || i, 'u' || i, '2025-01-01 00:00:00+00:00' FROM n WHERE i % 5 < 2",
        "INSERT INTO accesses (user_id, account_id, role, is_provisional, created_at) "
        "SELECT i, i, 'holder', 0, '2025-01-01 00:00:00+00:00' FROM n WHERE i % 5 < 2",
        _meter("2 * i", "1", "2019-02-01", f"CASE WHEN {_IS_REPLACED} THEN '2026-03-10' END", "1"),
        _meter("2 * i + 1", "9", "2026-03-10", "NULL", _IS_REPLACED),
        _reading("2 * i", "initial", 201902, 0, "1"),
        *[
            _reading("2 * i", "regular", period, at, f"i % 2 = 0 OR {at} > 8")
            for at, period in enumerate(PERIODS, start=1)
        ],
        _reading("2 * i", "final", 202603, len(PERIODS), _IS_REPLACED),
        _reading("2 * i + 1", "initial", 202603, 0, _IS_REPLACED),
        *[_bill(period) for period in BILLED],
    ]


def _meter(meter: str, letter: str, installed_on: str, removed_on: str, where: str) -> str:
    serial = f"printf('{letter}%07d', i)"
    return (
        "INSERT INTO meters (id, account_id, serial_number, serial_key, zones, digits, ratio, installed_on, "
        "verified_until, removed_on) "
        f"SELECT {meter}, i, {serial}, {serial}, {_ZONES}, 6, 1, '{installed_on}', '2033-02-01', {removed_on} FROM n "
        f"WHERE {where}"
    )


def _reading(meter: str, kind: str, period: int, months: int, where: str) -> str:
    day = f"{period // 100}-{period % 100:02}-{20 if kind == 'regular' else 10}"
    t1, t2, t3 = (_value_sql(register, months) for register in (1, 2, 3))
    return (
        "INSERT INTO readings (account_id, meter_id, kind, period, taken_on, received_at, source, status, t1_kwh, "
        "t2_kwh, t3_kwh, problems) "
        f"SELECT i, {meter}, '{kind}', {period}, '{day}', '{day} 09:00:00+00:00', 'resident', 'accepted', "
        f"{t1}, CASE WHEN {_ZONES} > 1 THEN {t2} END, CASE WHEN {_ZONES} > 2 THEN {t3} END, '[]' FROM n WHERE {where}"
    )


def _value_sql(register: int, months: int) -> str:
    base, step, span = ((0, 0, 1), (90, 7919, 150), (40, 104729, 60), (60, 1299709, 70))[register]
    return f"(1000 + i % 5000 + {months} * ({base} + i * {step} % {span}))"


def _bill(period: int) -> str:
    run = f"{period // 100}-{period % 100:02}-26 00:00:00+00:00"
    return (
        "INSERT INTO bills (account_id, period, status, opening_kopecks, energy_kopecks, adjustment_kopecks, "
        "total_kopecks, vat_kopecks, vat_percent, missed, hold_reasons, created_at) "
        f"SELECT i, {period}, 'issued', 0, 100, 0, 100, 0, 22, 0, '[]', '{run}' FROM n"
    )


def _peak_kilobytes() -> int:
    from resource import RUSAGE_SELF, getrusage

    return getrusage(RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        begun = monotonic()
        print({"judged": run_judged, "bare": run_bare}[sys.argv[2]](Path(sys.argv[3])))
        print(monotonic() - begun, _peak_kilobytes())
    else:
        main()
