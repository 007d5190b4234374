"""lk as it is deployed: `lk serve` in a process of its own, its clock in a file, its pages over HTTP."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import httpx

from lk import clock, db
from tests import forked, loopback
from tests.pages import check_page

T = TypeVar("T")
MOSCOW = ZoneInfo("Europe/Moscow")
START_SECONDS = 20.0
_TOKEN = re.compile(r'name="_csrf_token" value="([^"]+)"')


class Served:
    """A running lk. `run` gives it commands, `move_to` moves its day, `ask` reads its database from outside."""

    def __init__(self, folder: Path, database_url: str, env: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://localhost:{self.port}"
        self.now_file = folder / "now"
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("LK_", "PYTHONDONT"))},
            "LK_DATABASE_URL": database_url,
            "LK_NOW_FILE": str(self.now_file),
            "LK_PUBLIC_URL": self.url,
            **(env or {}),
        }
        self.engine = db.engine_for(_settings(self.env))
        self._process: BaseProcess | None = None
        self._visitors: list[Visitor] = []

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`lk …`"""
        out, err = self.folder / "run.out", self.folder / "run.err"
        for path in (out, err):
            path.write_bytes(b"")
        process = forked.start(words, self.env, out, err)
        process.join(timeout=120)
        assert process.exitcode is not None, f"lk {' '.join(words)} does not end"
        return subprocess.CompletedProcess(words, process.exitcode, out.read_text(), err.read_text())

    def move_to(self, moment: str) -> None:
        """Moscow time, ISO."""
        aside = self.folder / "now.new"
        aside.write_text(datetime.fromisoformat(moment).replace(tzinfo=MOSCOW).isoformat(), encoding="ascii")
        aside.replace(self.now_file)

    @property
    def now(self) -> datetime:
        return datetime.fromisoformat(self.now_file.read_text(encoding="ascii"))

    def run_month(self) -> None:
        """Everything that the month owes by now is done, by this command or by the served process's own tick."""
        done = self.run("cycle", "run")
        assert done.returncode == 0, done.stderr
        deadline = monotonic() + START_SECONDS
        while self.rows("SELECT id FROM cycle_runs WHERE status = 'running'"):
            assert monotonic() < deadline, "a step of the month does not end"
            sleep(0.1)

    def start(self) -> None:
        log = self.folder / "serve.log"
        self._process = forked.start(["serve", "--port", str(self.port)], self.env, log, log)
        deadline = monotonic() + START_SECONDS
        while monotonic() < deadline:
            if self._process.exitcode is not None:
                break
            try:
                if loopback.get(f"{self.url}/health", timeout=1).status_code == 200:
                    return
            except httpx.TransportError:
                sleep(0.05)
        raise RuntimeError(f"lk serve did not start: {log.read_text()}")

    def stop(self) -> None:
        for visitor in self._visitors:
            visitor.http.close()
        if self._process is None:
            return
        self._process.terminate()
        self._process.join(timeout=15)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
        self._process = None

    @contextmanager
    def held_up(self) -> Iterator[None]:
        """It is there, and answers nobody meanwhile."""
        assert self._process is not None
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._process.pid, signal.SIGCONT)

    def ask(self, question: Coroutine[Any, Any, T]) -> T:
        """Runs `question` on the served database, in this process, at the moment of the served clock.

        In a thread of its own: the browser of the tests keeps a loop running in theirs.
        """
        db.use(self.engine)
        try:
            with clock.fixed_at(self.now), ThreadPoolExecutor(1) as aside:
                return aside.submit(db.run, question).result()
        finally:
            db.use(None)

    def change(self, sql: str, *args: object) -> None:
        """What the cabinet has no page for yet."""

        async def changed() -> None:
            async with db.write():
                await db.execute(sql, *args)

        self.ask(changed())

    def rows(self, sql: str, *args: object) -> list[dict[str, Any]]:
        return self.ask(db.read(sql, *args))

    def visitor(self) -> Visitor:
        self._visitors.append(Visitor(self.url))
        return self._visitors[-1]


class Visitor:
    """A browser without JavaScript: follows 303, keeps cookies, sends the token, and judges each page it gets."""

    def __init__(self, url: str) -> None:
        self.http = loopback.client(base_url=url, follow_redirects=True, timeout=30)
        self.page = ""
        self.path = ""
        self.status = 0

    def get(self, path: str) -> str:
        return self._saw(self.http.get(path))

    def post(self, path: str, **fields: str) -> str:
        """Sends the form of the page seen last to `path`."""
        token = _TOKEN.search(self.page)
        data = {"_csrf_token": token[1] if token else "", **fields}
        return self._saw(self.http.post(path, data=data))

    def attach(self, path: str, content: bytes, name: str = "photo.jpg") -> str:
        """Sends a file as the form of the page seen last does."""
        token = _TOKEN.search(self.page)
        data = {"_csrf_token": token[1] if token else ""}
        return self._saw(self.http.post(path, data=data, files={"photo": (name, content)}))

    @property
    def text(self) -> str:
        """The page seen last with every no-break space as a plain one, for looking up words."""
        return self.page.replace("\u00a0", " ")

    def _saw(self, answer: httpx.Response) -> str:
        self.status, self.path = answer.status_code, answer.url.path
        self.page = answer.text
        if answer.headers.get("content-type", "").startswith("text/html") and "/sandbox/" not in self.path:
            check_page(self.page, answer.url.path)
        return self.page


@contextmanager
def served(
    folder: Path, database_url: str, moment: str, furnish: Callable[[Served], None] | None = None
) -> Iterator[Served]:
    """A running lk at a moment of Moscow time; what `furnish` brings in by commands is there before it starts.

    An embedded database migrates itself at the start.
    """
    lk = Served(folder, database_url)
    lk.move_to(moment)
    if furnish:
        migrated = lk.run("migrate")
        assert migrated.returncode == 0, migrated.stderr
        furnish(lk)
    lk.start()
    try:
        yield lk
    finally:
        lk.stop()


def _settings(env: Mapping[str, str]) -> Any:
    from lk.config import read_settings

    return read_settings(env)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
