"""Readings sent over HTTP by signed-in residents, each stored for good before its answer.

Prints readings/s, the p99 in ms, and the rate of the peer: as many transactions of one insert each, by plain sqlite3
with the same settings. The server has one core, the residents the other.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import monotonic
from urllib.parse import urlencode

from lk import clock, db
from lk.db.sqlite_file import FOR_WRITER, SqliteFile
from lk.identity.actions import begin_session
from lk.tokens import form_mark, new_token
from tools.bench_bills import found
from tools.bench_town import OPEN, usual_value

ACCOUNTS = 10_000
AT_ONCE = 16
SECONDS = 15.0
PORT = 8772
NOW = "2026-03-20T12:00"


@dataclass(frozen=True, slots=True)
class Resident:
    """A signed-in browser and the form that it will send."""

    page: str
    cookies: str
    form: str


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lk.sqlite3"
        found(path, ACCOUNTS)
        now = Path(folder) / "now"
        now.write_text(NOW)
        with sqlite3.connect(path) as connection:
            connection.execute("DELETE FROM readings WHERE period = ?", [OPEN])
            connection.execute("UPDATE meters SET removed_on = NULL WHERE removed_on > '2026-03-01'")
            connection.execute("DELETE FROM meters WHERE installed_on > '2026-03-01'")
        connection.close()
        os.environ["LK_DATABASE_URL"] = f"sqlite:///{path}"
        residents = _residents(path)
        per_second, p99 = _serve_and_send(path, now, residents)
        print(f"{per_second:.1f}\n{p99:.1f}\n{_plain_inserts(path):.1f}")


def _residents(path: Path) -> list[Resident]:
    connection = sqlite3.connect(path)
    dials = ", ".join(f"CASE WHEN m.zones >= {at} THEN {usual_value(at, 6)} END" for at in (1, 2, 3))
    rows = connection.execute(
        f"SELECT i, public_id, meter_id, {dials} FROM (SELECT a.id AS i, a.public_id, m.id AS meter_id, m.zones "
        "FROM accounts a JOIN accesses x ON x.account_id = a.id JOIN meters m ON m.account_id = a.id) m ORDER BY i"
    ).fetchall()
    connection.close()
    db.use(db.SqliteEngine(path))
    with clock.fixed_at(clock.parse_instant(NOW)):
        tokens = db.run(_sessions([row[0] for row in rows]))
    db.use(None)
    return [_resident(token, *row[1:]) for token, row in zip(tokens, rows, strict=True)]


async def _sessions(user_ids: list[int]) -> list[str]:
    async with db.write():
        return [await begin_session(each, address="127.0.0.1", device="bench") for each in user_ids]


def _resident(token: str, public_id: str, meter_id: int, *dials: int | None) -> Resident:
    browser = new_token()
    fields = {"_csrf_token": form_mark(browser), "meter": meter_id}
    fields |= {f"t{at}": value for at, value in enumerate(dials, start=1) if value is not None}
    return Resident(f"/accounts/{public_id}/readings", f"lk_session={token}; lk_csrf={browser}", urlencode(fields))


def _serve_and_send(path: Path, now: Path, residents: list[Resident]) -> tuple[float, float]:
    env = {**os.environ, "LK_NOW_FILE": str(now)}
    words = ["taskset", "-c", "0", sys.executable, "-m", "lk", "serve", "--port", str(PORT)]
    server = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        os.sched_setaffinity(0, {1})
        sent, seconds, latencies = asyncio.run(_send_all(residents))
    finally:
        server.terminate()
        server.wait(timeout=30)
        os.sched_setaffinity(0, {0, 1})
    kept = sqlite3.connect(path).execute("SELECT count(*) FROM readings WHERE period = ?", [OPEN]).fetchone()[0]
    if kept != sent:
        raise SystemExit(f"bench: {sent} readings were acknowledged, {kept} are stored")
    return sent / seconds, sorted(latencies)[int(len(latencies) * 0.99)] * 1000


async def _send_all(residents: list[Resident]) -> tuple[int, float, list[float]]:
    await _until_it_answers()
    waiting = iter(residents)
    latencies: list[float] = []
    begun = monotonic()
    await asyncio.gather(*(_client(waiting, begun + SECONDS, latencies, at) for at in range(AT_ONCE)))
    return len(latencies), monotonic() - begun, latencies


async def _client(waiting: Iterator[Resident], until: float, latencies: list[float], at: int) -> None:
    """One after another over a kept connection; a hundred from an address, for there is a limit on more."""
    for address in range(250):
        batch = list(islice(waiting, 100))
        if not batch or monotonic() >= until:
            return
        own = f"127.0.{at + 1}.{address + 1}", 0
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT, local_addr=own)
        while batch and monotonic() < until:
            latencies.append(await _send(reader, writer, batch.pop()))
        writer.close()


async def _send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, resident: Resident) -> float:
    """Seconds until the answer."""
    begun = monotonic()
    body = resident.form.encode("ascii")
    writer.write(
        f"POST {resident.page} HTTP/1.1\r\nHost: localhost:{PORT}\r\nCookie: {resident.cookies}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n".encode("ascii")
        + body
    )
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"), 0)
    await reader.readexactly(length)
    if not head.startswith(b"HTTP/1.1 303"):
        raise SystemExit(f"bench: {head[:40]!r}")
    return monotonic() - begun


async def _until_it_answers() -> None:
    for _ in range(3_000):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", PORT)
        except OSError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return
    raise SystemExit("bench: the server did not start")


def _plain_inserts(path: Path) -> float:
    """Transactions a second of one row each, synced as lk syncs."""
    os.sched_setaffinity(0, {0})
    connection = SqliteFile(path).open(FOR_WRITER)
    begun = monotonic()
    for at in range(1_000):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT INTO events (account_id, kind, at, actor_kind, params) VALUES (?, 'bench', ?, 'program', '{}')",
            [at % ACCOUNTS + 1, NOW],
        )
        connection.execute("COMMIT")
    seconds = monotonic() - begun
    connection.close()
    return 1_000 / seconds


if __name__ == "__main__":
    main()
