"""The bill run of a whole city, beside plain inserts of as many rows, and beside a cabinet that is being read.

`bench_bills.py [ACCOUNTS]`: prints, each on a line of its own, accounts/s of the floor, of the run and of the delivery,
the run's peak memory in MB, and the home page's p99 in ms at 50 requests/s while a run of a fifth as many is under way.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic

from lk import clock, db
from lk.db.sqlite_file import FOR_WRITER, SqliteFile
from lk.migrating import migrate
from lk.operations.imports import import_file
from tools.bench_town import OPEN, make_town

FILES = Path(__file__).parents[1] / "src" / "lk" / "demo" / "files"
HERE = Path(__file__).parent
CHUNK = 2_000
AT = "2026-03-26 00:00:00+00:00"
PORT = 8771
PATIENCE_SECONDS = 1_800


def main() -> None:
    accounts = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        town, copy = Path(folder) / "town.sqlite3", Path(folder) / "floor.sqlite3"
        found(town, accounts)
        shutil.copy(town, copy)
        print(f"floor {accounts / floor(copy, accounts):.0f}", flush=True)
        copy.unlink()
        seconds, memory = run(town, "2026-03-26T00:10")
        print(f"run {accounts / seconds:.0f}", flush=True)
        print(f"delivery {accounts / run(town, '2026-03-28T00:10')[0]:.0f}", flush=True)
        print(f"memory {memory:.0f}", flush=True)
        town.unlink()
        found(copy, max(2_000, accounts // 5))
        print(f"home_p99 {home_while_billing(copy):.0f}", flush=True)


def found(path: Path, accounts: int) -> None:
    """A town with prices and a clock before its bill run."""
    os.environ["LK_DATABASE_URL"] = f"sqlite:///{path}"

    async def prepare() -> None:
        await migrate()
        for kind in ("tariffs", "norms"):
            await import_file(kind, FILES / f"{kind}.csv")

    db.use(db.SqliteEngine(path))
    with clock.fixed_at(clock.parse_instant("2026-03-25T12:00")):
        db.run(prepare())
    db.use(None)
    make_town(path, accounts)


def floor(path: Path, accounts: int) -> float:
    """Seconds for the rows of a bill run by plain executemany with one multiplication, on the first core."""
    os.sched_setaffinity(0, {0})
    connection = SqliteFile(path).open(FOR_WRITER)
    begun = monotonic()
    last = connection.execute("SELECT max(id) FROM bills").fetchone()[0]
    for first in range(1, accounts + 1, CHUNK):
        rows = _rows(range(first, min(accounts, first + CHUNK - 1) + 1), last)
        connection.execute("BEGIN IMMEDIATE")
        for statement, values in zip(_STATEMENTS, rows, strict=True):
            connection.executemany(statement, values)
        connection.execute("COMMIT")
    connection.close()
    os.sched_setaffinity(0, {0, 1})
    return monotonic() - begun


_COLUMNS = {
    "bills": "id, account_id, period, status, opening_kopecks, energy_kopecks, adjustment_kopecks, total_kopecks, "
    "vat_kopecks, vat_percent, missed, hold_reasons, created_at, issued_at, due_on",
    "charges": "bill_id, account_id, line, register, zone, meter_id, band, previous_kwh, current_kwh, previous_on, "
    "current_on, source, consumption_kwh, price_kopecks, amount_kopecks, method, legal_act, tariff_from, why",
    "ledger_entries": "account_id, debit, credit, amount_kopecks, part, kind, effective_on, posted_at, key, source",
    "events": "account_id, kind, at, actor_kind, params",
    "messages": "key, kind, account_id, user_id, to_address, params, status, attempts, created_at, next_at, last_error",
}
_STATEMENTS = [
    f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(columns.split(',')))})"
    for table, columns in _COLUMNS.items()
]


def _rows(numbers: range, last_bill: int) -> list[list[tuple[object, ...]]]:
    rows: list[list[tuple[object, ...]]] = [[], [], [], [], []]
    bills, charges, entries, events, messages = rows
    for i in numbers:
        zones, bill = (1 if i % 10 < 6 else 2 if i % 10 < 9 else 3), last_bill + i
        kopecks = 150 * 787
        total = kopecks * zones
        bills.append((bill, i, OPEN, "issued", 0, total, 0, total, 0, 22, 0, "[]", AT, AT, "2026-04-10"))
        why = '{"growth_kwh":150,"ratio":1,"rolled_over":false}'
        charges += [
            (bill, i, "energy", f"T{at}", "day", 2 * i, 1, 1000, 1150, "2026-02-20", "2026-03-20", "resident", 150, 787,
             kopecks, "reading", "Приказ Департамента экономической политики", "2025-07-01", why)
            for at in range(1, zones + 1)
        ]  # fmt: skip
        key = f"bill:{bill}"
        posted = ("receivable", "energy_sales", total, "principal", "charge", "2026-03-26", AT, key + ":charge", key)
        entries.append((i, *posted))
        told = f'{{"period":"2026-03","bill":{bill},"total":{total}}}'
        events.append((i, "bill_issued", AT, "program", told))
        if i % 5 < 2:
            params = f'{{"period":"2026-03","total_kopecks":{total},"to_pay_kopecks":{total},"due_on":"2026-04-10"}}'
            messages.append(
                (f"bill_ready:{bill}", "bill_ready", i, i, f"u{i}@example.org", params, "queued", 0, AT, AT, "")
            )
    return rows


def run(path: Path, at: str) -> tuple[float, float]:
    """Seconds of all steps owed at that moment, on the first core, and peak memory in MB."""
    env = {**os.environ, "LK_DATABASE_URL": f"sqlite:///{path}"}
    words = ["taskset", "-c", "0", sys.executable, "-m", "lk", "cycle", "run", "--at", at]
    begun = monotonic()
    started = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(started.pid, 0)
    if status:
        raise SystemExit(f"bench: lk cycle run left with {status}")
    return monotonic() - begun, used.ru_maxrss / 1024


def home_while_billing(path: Path) -> float:
    """p99 in ms of the home page at 50 requests/s, from the moment the clock passes the window until all is billed."""
    now = path.with_name("now")
    now.write_text("2026-03-25T12:00")
    env = {**os.environ, "LK_DATABASE_URL": f"sqlite:///{path}", "LK_NOW_FILE": str(now)}
    session = subprocess.run(
        [sys.executable, str(HERE / "bench_session.py"), "u1"], env=env, check=True, capture_output=True, text=True
    )
    cookie, page = session.stdout.split()
    words = ["taskset", "-c", "0", sys.executable, "-m", "lk", "serve", "--port", str(PORT)]
    server = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        os.sched_setaffinity(0, {1})
        asyncio.run(_until_it_answers(PORT))
        now.write_text("2026-03-26T00:10")
        latencies = asyncio.run(_steady(PORT, page, cookie, path))
    finally:
        server.terminate()
        server.wait(timeout=30)
    latencies.sort()
    return latencies[int(len(latencies) * 0.99)] * 1000


async def _until_it_answers(port: int) -> None:
    for _ in range(3_000):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return
    raise SystemExit("bench: the server did not start")


async def _steady(port: int, page: str, cookie: str, path: Path) -> list[float]:
    """Latencies in seconds of requests that begin 20 ms apart, whether the ones before were answered or not."""
    latencies: list[float] = []
    waiting: set[asyncio.Task[None]] = set()
    watched = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    begun = next_at = monotonic()
    while monotonic() - begun < PATIENCE_SECONDS and not _is_billed(watched):
        for _ in range(50):
            task = asyncio.create_task(_ask(port, page, cookie, latencies))
            waiting.add(task)
            task.add_done_callback(waiting.discard)
            next_at += 0.02
            await asyncio.sleep(max(0.0, next_at - monotonic()))
    await asyncio.gather(*waiting)
    watched.close()
    return latencies


def _is_billed(watched: sqlite3.Connection) -> bool:
    return bool(watched.execute("SELECT 1 FROM cycle_runs WHERE step = 'bill' AND status = 'done'").fetchone())


async def _ask(port: int, page: str, cookie: str, latencies: list[float]) -> None:
    begun = monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"GET {page} HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode("ascii"))
    answer = await reader.read()
    writer.close()
    if not answer.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"bench: {answer[:40]!r}")
    latencies.append(monotonic() - begun)


if __name__ == "__main__":
    main()
