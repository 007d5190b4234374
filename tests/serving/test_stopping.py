"""A served lk is asked to end while everything is under way: within ten seconds, quietly, and nothing is lost."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest
import uvicorn

from lk import clock, db, schedule, serving, stopping
from lk.cycle.queries import CHUNK
from lk.watching.requests import Watched
from tests.cycle.town import Town
from tests.database import Database, migrated_file
from tests.faults.conftest import Place, place, town_of
from tests.faults.town import MORNING, check_books, live_on, paid
from tests.faults.town import Town as Autopay
from tests.payments.cast import Acquirer
from tests.payments.conftest import acquirer, sqlite_template

__all__ = ["acquirer", "place", "sqlite_template", "town_of"]

LONGEST = 10.0


class Process:
    """`lk serve` on a database of the test's, at a moment of its own."""

    def __init__(self, folder: Path, url: str, at: str, **env: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.log = folder / f"served-{self.port}.log"
        (folder / "now").write_text(at, encoding="ascii")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("LK_")}
        named = {"LK_DATABASE_URL": url, "LK_NOW_FILE": str(folder / "now"), **env}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "lk", "serve", "--port", str(self.port)],
                env={**inherited, **named},
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )

    def events(self) -> list[str]:
        return [json.loads(line)["event"] for line in self.log.read_text().splitlines()]

    def wait_for(self, is_so: Callable[[], bool]) -> None:
        deadline = monotonic() + 60
        while not is_so():
            assert self.process.poll() is None, self.log.read_text()
            assert monotonic() < deadline, self.log.read_text()
            sleep(0.002)

    def answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/health", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def ends(self, *signals: signal.Signals) -> tuple[int, float]:
        """Its exit code, and how long it took."""
        begun = monotonic()
        for each in signals:
            self.process.send_signal(each)
            sleep(0.2)
        try:
            return self.process.wait(timeout=30), monotonic() - begun
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()


@contextmanager
def _uploading(port: int) -> Iterator[socket.socket]:
    """A photo of which a part is on its way for ever."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(
            b"POST /accounts/x/readings/1/photo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n" + b"x" * 10_000
        )
        yield connection


def _last_words(upload: socket.socket) -> bytes:
    try:
        return upload.recv(100)
    except ConnectionResetError:
        return b""


def test_a_signal_that_is_sent_again_and_again_to_the_very_end(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{migrated_file(tmp_path / 'lk.sqlite3').resolve()}")
    served = Process(tmp_path, database.url, "2025-07-20T12:00:00+03:00")
    served.wait_for(served.answers)
    while served.process.poll() is None:
        served.process.send_signal(signal.SIGTERM)
        sleep(0.001)
    assert served.process.returncode == 0, served.log.read_text()
    assert served.events()[-1] == "stopped"


def test_in_the_middle_of_a_bill_run_and_of_an_upload(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{migrated_file(tmp_path / 'lk.sqlite3').resolve()}")
    with database.in_use():
        town = Town(database)
        town.move_in()
        town.neighbours(CHUNK // 2)
        served = Process(tmp_path, database.url, "2025-07-26T00:00:00+03:00")
        served.wait_for(served.answers)
        with _uploading(served.port) as upload:
            served.wait_for(lambda: bool(database.rows("SELECT id FROM cycle_runs WHERE step = 'bill'")))
            code, seconds = served.ends(signal.SIGTERM, signal.SIGTERM)
            answer = _last_words(upload)
        assert (code, seconds < LONGEST) == (0, True), (code, seconds, served.log.read_text())
        assert served.events()[-1] == "stopped"
        assert "Traceback" not in served.log.read_text()
        assert "exception" not in served.log.read_text()
        assert answer[:10] in (b"", b"HTTP/1.1 4", b"HTTP/1.1 5"), "a photo that did not come was taken"

        done = town.database.lk("cycle", "run", env={"LK_NOW_FILE": str(tmp_path / "now")})
        assert done.returncode == 0, done.stderr
        accounts = database.rows("SELECT count(*) AS n FROM accounts")
        assert database.rows("SELECT count(*) AS n FROM bills") == accounts
        assert town.verified() == {}


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_while_autopay_waits_for_an_acquirer_that_answers_late(
    place: Place, acquirer: Acquirer, town_of: Callable[[int], Autopay], tmp_path: Path
) -> None:
    town = town_of(12)
    acquirer.faults(slow_ms=15_000)
    served = Process(tmp_path, place.url, MORNING.isoformat(), LK_ACQUIRER_URL=f"{acquirer.origin}/v3")
    served.wait_for(lambda: bool(db.run(db.read("SELECT id FROM payments LIMIT 1"))))
    code, seconds = served.ends(signal.SIGTERM)
    assert (code, seconds < LONGEST) == (0, True), (code, seconds, served.log.read_text())
    assert "Traceback" not in served.log.read_text()
    acquirer.faults(slow_ms=0)
    with clock.fixed_at(MORNING):
        db.run(live_on(MORNING))
    db.run(check_books(town))
    assert db.run(paid(town)) == 12


def test_a_second_ctrl_c_ends_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one and whatever a supervisor repeats are asked once."""
    ends: list[str] = []
    monkeypatch.setattr(serving, "_end_at_once", ends.append)
    server = serving._Server(uvicorn.Config("nothing"))
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGTERM):
        server.handle_exit(each, None)
    assert (server.should_exit, ends) == (True, [])
    server.handle_exit(signal.SIGINT, None)
    assert ends == ["stopped_by_hand"]
    assert server._captured_signals == []


def test_what_hangs_for_ever_is_left_after_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[str] = []
    monkeypatch.setattr(serving, "LAST_SECONDS", 0.01)
    monkeypatch.setattr(serving, "_end_at_once", ends.append)
    serving._end_at_last()
    assert ends == ["stopped_at_last"]
    assert max(serving.GRACEFUL_SECONDS, schedule.PATIENCE_SECONDS) < 9.5 < LONGEST


def test_a_request_that_takes_too_long_gets_an_answer_and_leaves_no_traceback(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(serving, "_end_at_last", lambda: None)
    monkeypatch.setattr(stopping, "_since", None)

    is_asked = asyncio.Event()

    async def hanging(scope: object, receive: object, send: object) -> None:
        is_asked.set()
        await asyncio.sleep(60)

    async def story() -> tuple[httpx.Response, float]:
        config = uvicorn.Config(Watched(hanging), lifespan="off", log_config=None)
        config.timeout_graceful_shutdown = 0.3  # type: ignore[assignment]
        server = serving._Server(config)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            running = asyncio.create_task(server._serve([listener]))
            async with httpx.AsyncClient() as http:
                asking = asyncio.create_task(http.get(f"http://127.0.0.1:{listener.getsockname()[1]}/", timeout=20))
                await is_asked.wait()
                begun = monotonic()
                server.should_exit = True
                answer = await asking
            await running
        return answer, monotonic() - begun

    answer, seconds = asyncio.run(story())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert seconds < 2
    assert [record for record in caplog.records if record.exc_info] == []


def test_ticks_hear_of_the_end_at_the_signal_and_not_after_the_last_request(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hanging(*_: object, **__: object) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr(schedule, "run_due", hanging)
    monkeypatch.setattr(schedule, "PATIENCE_SECONDS", 1.0)
    monkeypatch.setattr(stopping, "_since", None)

    async def ended() -> float:
        async with schedule.ticking(True):
            await asyncio.sleep(0.1)
            stopping.begin()
            await asyncio.sleep(1.0)
            ending_at = monotonic()
        return monotonic() - ending_at

    assert sqlite_database.run(ended()) < 0.7
    assert stopping._told == []
