"""`make bench`: figures, each beside its limit or peer measured in the same run, and the ratio.

`bench.py [ACCOUNTS]`: of the bill run, a million without a number. The server has one core, the load the other. Runs of
figure and limit alternate, so that a busy machine slows both.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from time import monotonic, sleep

import httpx

from tools.bench_import import bench_import

HERE = Path(__file__).parent
SECONDS = 4.0
ROUNDS = 4
IMPORTED = 200_000
BILLED = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        env = _environment(Path(folder))
        _lk(env, "migrate")
        _lk(env, "demo")
        cookie, path = _signed_in(env)
        _print_row("figure", "value", "limit or peer", "ratio", "goal")
        _bench_home(env, cookie, path)
        _bench_start(env)
        _bench_sign_in(env)
    _bench_documents()
    _bench_import()
    _bench_readings()
    _bench_last_day()
    _bench_autopay()
    _bench_bills()
    _bench_verify()
    _bench_statistics()
    _bench_search()


def _bench_home(env: dict[str, str], cookie: str, path: str) -> None:
    with _serving(env, 8761) as real, _limit(env, 8762, cookie, path) as limit:
        runs = [(_load(real, path, cookie), _load(limit, path, "")) for _ in range(ROUNDS)]
        weight = _first_page_bytes(real, path, cookie)
    home, bare = median(run[0][0] for run in runs), median(run[1][0] for run in runs)
    p99 = median(run[0][1] for run in runs)
    _print_row(
        "home page signed in, requests/s",
        f"{home:.0f} (p99 {p99:.0f} ms)",
        f"{bare:.0f}: the same template, no database",
        f"{home / bare:.2f}",
        "≥ 0.60",
    )
    _print_row(
        "first page of the cabinet, bytes over the wire", f"{weight}", "61440", f"{weight / 61440:.2f}", "≤ 1.00"
    )


def _bench_start(env: dict[str, str]) -> None:
    begun = monotonic()
    with _serving(env, 8763):
        seconds = monotonic() - begun
    _print_row("start to first answer, s", f"{seconds:.2f}", "2.00", f"{seconds / 2:.2f}", "≤ 1.00")


def _bench_sign_in(env: dict[str, str]) -> None:
    words = ["taskset", "-c", "0,1", sys.executable, str(HERE / "bench_sign_in.py")]
    done = subprocess.run(words, env=env, check=True, capture_output=True, text=True)
    sign_ins, lag, idle, known, unknown, right, wrong = map(float, done.stdout.split()[-7:])
    alone = 1000 / known
    _print_row("sign-ins/s, 20 at once", f"{sign_ins:.0f}", f"{alone:.0f}: alone", f"{sign_ins / alone:.2f}", "")
    _print_row("loop lag p99 while 20 sign in, ms", f"{lag:.1f}", f"20 (idle: {idle:.1f})", f"{lag / 20:.2f}", "≤ 1.00")
    for what, one, other in (("login", known, unknown), ("pair of numbers", right, wrong)):
        difference = abs(one - other)
        figure = f"{difference:.2f} ({one:.1f} and {other:.1f})"
        _print_row(f"known and unknown {what} differ by, ms", figure, "5", f"{difference / 5:.2f}", "≤ 1.00")


def _bench_documents() -> None:
    done = _told("taskset", "-c", "0", sys.executable, str(HERE / "bench_documents.py"))
    for line in done.splitlines():
        cells = re.split(r"\s{2,}", line)
        _print_row(*cells, *[""] * (5 - len(cells)))


def _bench_import() -> None:
    judged, bare = bench_import(IMPORTED)
    rate, memory = judged.rows_a_second, judged.peak_megabytes
    peer = f"{bare.rows_a_second:.0f}: csv and executemany alone"
    _print_row("lk import readings, rows/s", f"{rate:.0f}", peer, f"{rate / bare.rows_a_second:.2f}", "≥ 50000 rows/s")
    _print_row("peak memory of it, MB", f"{memory:.0f}", "200", f"{memory / 200:.2f}", "≤ 1.00")


def _bench_readings() -> None:
    rate, p99, plain = map(float, _told(sys.executable, "-m", "tools.bench_readings").split()[-3:])
    figure = f"{rate:.0f} (p99 {p99:.0f} ms)"
    peer = f"{plain:.0f}: one insert and COMMIT each"
    _print_row("readings sent over HTTP, readings/s", figure, peer, f"{rate / plain:.2f}", "≥ 150 readings/s")


def _bench_last_day() -> None:
    readings, sign_ins = map(float, _told(sys.executable, "-m", "tools.bench_last_day").split()[-2:])
    figure = f"{readings:.0f} (sign-ins {sign_ins:.0f})"
    _print_row("readings p99 at 140/s and 5 sign-ins/s, ms", figure, "1000", f"{readings / 1000:.2f}", "≤ 1.00")


def _bench_autopay() -> None:
    rate, alone = map(float, _told(sys.executable, "-m", "tools.bench_autopay").split())
    peer = f"{alone:.0f}: the acquirer alone"
    _print_row("autopay of 10 000 cards, charges/s", f"{rate:.0f}", peer, f"{rate / alone:.2f}", "≥ 0.80 or 150/s")


def _bench_bills() -> None:
    told = _told(sys.executable, "-m", "tools.bench_bills", str(BILLED)).splitlines()
    figures = {name: float(value) for name, value in map(str.split, told)}
    floor, run, delivery = figures["floor"], figures["run"], figures["delivery"]
    both = 1 / (1 / run + 1 / delivery)
    peer = f"{floor:.0f}: the same rows by executemany"
    _print_row(f"{BILLED} accounts billed and told, accounts/s", f"{both:.0f}", peer, f"{both / floor:.2f}", "≥ 0.20")
    _print_row("of it the bill run, accounts/s", f"{run:.0f}", peer, f"{run / floor:.2f}", "")
    memory, p99 = figures["memory"], figures["home_p99"]
    _print_row("peak memory of the bill run, MB", f"{memory:.0f}", "200", f"{memory / 200:.2f}", "≤ 1.00")
    _print_row("home page p99 at 50/s while bills run, ms", f"{p99:.0f}", "250", f"{p99 / 250:.2f}", "≤ 1.00")


def _bench_verify() -> None:
    told = _told(sys.executable, "-m", "tools.bench_verify", str(max(2_000, BILLED // 5))).splitlines()
    figures = {name: float(value) for name, value in map(str.split, told)}
    bare, verify, memory = figures["bare"], figures["verify"], figures["memory"]
    peer = f"{bare:.1f}: a bare read of the same tables"
    name = f"the night's look at {max(2_000, BILLED // 5)} accounts, s"
    _print_row(name, f"{verify:.1f}", peer, f"{verify / bare:.2f}", "≤ 5.00")
    _print_row("peak memory of it, MB", f"{memory:.0f}", "300", f"{memory / 300:.2f}", "≤ 1.00")


def _bench_statistics() -> None:
    accounts = max(2_000, BILLED // 5)
    told = _told(sys.executable, "-m", "tools.bench_statistics", str(accounts)).splitlines()
    figures = {name: float(value) for name, value in map(str.split, told)}
    bare, night, memory = figures["bare"], figures["later_night"], figures["memory"]
    peer = f"{bare:.1f}: a bare read of the same tables"
    _print_row(f"a night's count of {accounts} accounts, s", f"{night:.1f}", peer, f"{night / bare:.2f}", "≤ 3.00")
    _print_row("peak memory of it, MB", f"{memory:.0f}", "300", f"{memory / 300:.2f}", "≤ 1.00")
    shown = figures["statistics"]
    _print_row("what the page of statistics asks for, ms", f"{shown:.1f}", "50", f"{shown / 50:.2f}", "≤ 1.00")


def _bench_search() -> None:
    for line in _told(sys.executable, "-m", "tools.bench_search", str(BILLED)).splitlines():
        engine, *told = line.split()
        p99, worst, bare, megabytes = (float(told[at]) for at in (0, 1, 2, 4))
        name = f"the desk's search among {BILLED} accounts, {engine}, p99 ms"
        figure = f"{p99:.1f} (worst {worst:.0f}; words {megabytes:.0f} MB)"
        _print_row(name, figure, f"100 (a bare look-up: {bare:.2f})", f"{p99 / 100:.2f}", "≤ 1.00")


def _told(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True, cwd=HERE.parent).stdout


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LK_", "PYTHONDONT"))}
    return {**kept, "LK_DATABASE_URL": f"sqlite:///{folder / 'lk.sqlite3'}"}


def _lk(env: dict[str, str], *words: str) -> None:
    subprocess.run([sys.executable, "-m", "lk", *words], env=env, check=True, stdout=subprocess.DEVNULL)


def _signed_in(env: dict[str, str]) -> tuple[str, str]:
    """The cookie of the demo's resident and the path of their first account."""
    done = subprocess.run(
        [sys.executable, str(HERE / "bench_session.py")], env=env, check=True, capture_output=True, text=True
    )
    cookie, path = done.stdout.split()
    return cookie, path


@contextmanager
def _serving(env: dict[str, str], port: int) -> Iterator[int]:
    with _process(env, [sys.executable, "-m", "lk", "serve", "--port", str(port)], port):
        yield port


@contextmanager
def _limit(env: dict[str, str], port: int, cookie: str, path: str) -> Iterator[int]:
    words = [sys.executable, str(HERE / "bench_limit.py"), str(port), cookie, path]
    with _process(env, words, port):
        yield port


@contextmanager
def _process(env: dict[str, str], words: list[str], port: int) -> Iterator[None]:
    """On the first core, until the block ends."""
    started = subprocess.Popen(["taskset", "-c", "0", *words], env=env, stdout=subprocess.DEVNULL)
    try:
        for _ in range(2000):
            if _answers(port):
                break
            sleep(0.01)
        yield
    finally:
        started.terminate()
        started.wait(timeout=15)


def _answers(port: int) -> bool:
    probe = HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        probe.request("GET", "/health")
        return probe.getresponse().status == 200
    except OSError:
        return False
    finally:
        probe.close()


def _load(port: int, path: str, cookie: str) -> tuple[float, float]:
    """(requests/s, p99 in ms), from the second core."""
    words = ["taskset", "-c", "1", sys.executable, str(HERE / "load.py"), str(port), path, cookie or "-", str(SECONDS)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    per_second, p99, failures = done.stdout.split()
    if int(failures):
        raise SystemExit(f"bench: {failures} answers were not 200")
    return float(per_second), float(p99)


def _first_page_bytes(port: int, path: str, cookie: str) -> int:
    """The page and the files it asks for, compressed, with their headers."""
    headers = {"Cookie": cookie, "Accept-Encoding": "gzip"}
    with httpx.Client(base_url=f"http://localhost:{port}", headers=headers) as client:
        page = client.get(path)
        wanted = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
        answers = [page, *(client.get(each) for each in sorted(wanted))]
    return sum(int(answer.headers["content-length"]) + _head(answer) for answer in answers)


def _head(answer: httpx.Response) -> int:
    return sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)


def _print_row(*cells: str) -> None:
    print(f"{cells[0]:<50}{cells[1]:<22}{cells[2]:<42}{cells[3]:<8}{cells[4]}", flush=True)


if __name__ == "__main__":
    main()
