"""A night's look at the invariants of a city, beside a bare read of as many tables from end to end.

`bench_verify.py [ACCOUNTS]`: prints, each on a line of its own, the seconds of the bare read and of `lk verify`, and
its peak memory in MB.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic

from lk import clock, db
from lk.migrating import migrate
from lk.operations.imports import import_text
from tools.bench_town import make_town

TABLES = ("accounts", "meters", "readings", "bills", "charges", "ledger_entries", "messages", "events")
BILLED_AT, NIGHT = "2026-03-26T00:10", "2026-03-28T03:00"
KOPECKS = "5.00"
"""What a kWh costs in the town's past bills, whichever it is."""


def main() -> None:
    accounts = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder:
        town, now = Path(folder) / "town.sqlite3", Path(folder) / "now"
        found(town, accounts)
        env = {**os.environ, "LK_DATABASE_URL": f"sqlite:///{town}", "LK_NOW_FILE": str(now)}
        now.write_text(BILLED_AT)
        _lk(env, "cycle", "run")
        now.write_text(NIGHT)
        print(f"bare {bare_read(town):.2f}", flush=True)
        seconds, memory = look(env)
        print(f"verify {seconds:.2f}", flush=True)
        print(f"memory {memory:.0f}", flush=True)


def found(path: Path, accounts: int) -> None:
    """A town whose past bills are sound: every price is the tariff."""
    os.environ["LK_DATABASE_URL"] = f"sqlite:///{path}"
    kinds = [(category, zones, register) for category in ("gas", "electric") for zones in (1, 2, 3) for register in
             range(1, zones + 1)]  # fmt: skip
    tariffs = [
        f"moscow,{category},1,{zones},T{register},{KOPECKS},2025-01-01,Приказ" for category, zones, register in kinds
    ]
    norms = [
        f"moscow,{category},{residents},45,2020-01-01" for category in ("gas", "electric") for residents in range(1, 5)
    ]

    async def prepare() -> None:
        await migrate()
        await import_text(
            "tariffs", "\n".join(["region,tariff_category,band,zones,register,price,valid_from,legal_act", *tariffs])
        )
        await import_text("norms", "\n".join(["region,tariff_category,residents,kwh_per_person,valid_from", *norms]))

    db.use(db.SqliteEngine(path))
    with clock.fixed_at(clock.parse_instant("2026-03-25T12:00")):
        db.run(prepare())
    db.use(None)
    make_town(path, accounts)


def bare_read(path: Path) -> float:
    """Seconds for every row of the tables, in the order in which they lie, on the first core."""
    os.sched_setaffinity(0, {0})
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    begun = monotonic()
    for table in TABLES:
        for _ in connection.execute(f"SELECT * FROM {table}"):
            pass
    connection.close()
    os.sched_setaffinity(0, {0, 1})
    return monotonic() - begun


def look(env: dict[str, str]) -> tuple[float, float]:
    """Seconds of `lk verify` on the first core, and its peak memory in MB; it has to find nothing."""
    words = ["taskset", "-c", "0", sys.executable, "-m", "lk", "verify"]
    begun = monotonic()
    started = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(started.pid, 0)
    if status:
        raise SystemExit(f"bench: lk verify left with {status}")
    return monotonic() - begun, used.ru_maxrss / 1024


def _lk(env: dict[str, str], *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "lk", *words], env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


if __name__ == "__main__":
    main()
