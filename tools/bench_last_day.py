"""The last evening over HTTP: 140 readings a second, each sent when it is due, while five people a second sign in.

`bench_last_day.py [SECONDS [RATE]]`. The last two lines are the p99 of readings and of sign-ins in ms, from the moment
at which each was due. Ends with a sentence where an answer was not good, or a reading that was acknowledged is not
stored. The server has one core, the residents the other.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from time import monotonic
from urllib.parse import urlencode

from lk.identity.passwords import hash_password
from lk.tokens import form_mark, new_token
from tools.bench_bills import found
from tools.bench_readings import NOW, PORT, Resident, _residents, _send, _until_it_answers
from tools.bench_town import OPEN

SECONDS = 60.0
RATE = 140.0
SIGN_INS = 5.0
LINES = 100
"""So many requests may be under way at once."""
PER_ADDRESS = 40
"""Requests, then another address: there are limits on more."""
PASSWORD = "dlinnyy parol dlya vsekh"


def main() -> None:
    given = [float(each) for each in sys.argv[1:]]
    seconds, rate = (given + [SECONDS, RATE][len(given) :])[:2]
    with tempfile.TemporaryDirectory() as folder:
        path, now = Path(folder) / "lk.sqlite3", Path(folder) / "now"
        found(path, int(2.5 * (seconds * rate + 500)))
        now.write_text(NOW)
        _open_window(path)
        os.environ["LK_DATABASE_URL"] = f"sqlite:///{path}"
        residents = _residents(path)
        served = _serve(path, now, residents[: int(seconds * rate)], int(seconds * SIGN_INS), rate)
        print("\n".join(f"{_p99(each):.0f}" for each in served))


def _open_window(path: Path) -> None:
    """Nobody has sent the month's reading, no meter was replaced; everybody has the same password."""
    password_hash = asyncio.run(hash_password(PASSWORD))
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM readings WHERE period = ?", [OPEN])
        connection.execute("UPDATE meters SET removed_on = NULL WHERE removed_on > '2026-03-01'")
        connection.execute("DELETE FROM meters WHERE installed_on > '2026-03-01'")
        connection.execute("UPDATE users SET password_hash = ?", [password_hash])
    connection.close()


def _serve(path: Path, now: Path, residents: list[Resident], sign_ins: int, rate: float) -> list[list[float]]:
    """Seconds from due to answered, of readings and of sign-ins."""
    env = {**os.environ, "LK_NOW_FILE": str(now)}
    words = ["taskset", "-c", "0", sys.executable, "-m", "lk", "serve", "--port", str(PORT)]
    server = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    cores = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {1})
        served = asyncio.run(_evening(residents, sign_ins, rate))
    finally:
        server.terminate()
        server.wait(timeout=30)
        os.sched_setaffinity(0, cores)
    connection = sqlite3.connect(path)
    (kept,) = connection.execute("SELECT count(*) FROM readings WHERE period = ?", [OPEN]).fetchone()
    connection.close()
    if kept != len(residents):
        raise SystemExit(f"bench: {len(residents)} readings were acknowledged, {kept} are stored")
    return served


async def _evening(residents: Sequence[Resident], sign_ins: int, rate: float) -> list[list[float]]:
    await _until_it_answers()
    begun = monotonic() + 0.5
    readings = [_reading(each) for each in residents]
    signing = [_sign_in(f"u{5 * at}") for at in range(1, sign_ins + 1)]
    return list(await asyncio.gather(_send_all(readings, rate, begun, 1), _send_all(signing, SIGN_INS, begun, 2)))


Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Request = Callable[[Line], Awaitable[None]]


def _reading(resident: Resident) -> Request:
    async def send(line: Line) -> None:
        await _send(*line, resident)

    return send


def _sign_in(login: str) -> Request:
    browser = new_token()
    form = {"_csrf_token": form_mark(browser), "login": login, "password": PASSWORD}
    resident = Resident("/sign-in", f"lk_csrf={browser}", urlencode(form))

    async def send(line: Line) -> None:
        await _send(*line, resident)

    return send


async def _send_all(requests: Sequence[Request], rate: float, begun: float, network: int) -> list[float]:
    """Each when it is due, whatever the others wait for."""
    waiting = iter(enumerate(requests))
    latencies: list[float] = []

    async def client(at: int) -> None:
        for address in range(1, 250):
            own = f"127.{network}.{at + 1}.{address}", 0
            line = await asyncio.open_connection("127.0.0.1", PORT, local_addr=own)
            for _ in range(PER_ADDRESS):
                number, request = next(waiting, (0, None))
                if request is None:
                    line[1].close()
                    return
                due = begun + number / rate
                await asyncio.sleep(max(0.0, due - monotonic()))
                await request(line)
                latencies.append(monotonic() - due)
            line[1].close()

    # The server closes a line that was idle for five seconds.
    lines = min(LINES, max(1, int(2 * rate)), len(requests))
    await asyncio.gather(*(client(at) for at in range(lines)))
    return latencies


def _p99(latencies: Sequence[float]) -> float:
    """Milliseconds."""
    return sorted(latencies)[int(len(latencies) * 0.99)] * 1000


if __name__ == "__main__":
    main()
