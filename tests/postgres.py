"""A PostgreSQL server of the tests' own, with its own folder, port and password; gone when the tests are."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from tempfile import mkdtemp
from typing import Any
from urllib.parse import urlsplit

import asyncpg

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "''",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "max_wal_size": "256MB",
    "autovacuum": "off",
}


class NoPostgres(Exception):
    """The server cannot be had here; the message says what to do."""


@contextmanager
def private_server() -> Iterator[str]:
    """A running server; yields the URL of its maintenance database. Raises NoPostgres."""
    programs = _programs()
    folder = Path(mkdtemp(prefix="lk-postgres-"))
    user = _server_user(folder)
    guard = _guard(programs, folder, user)
    try:
        password = _init(programs, folder, user)
        port = _start(programs, folder, user)
        yield f"postgresql://lk:{password}@127.0.0.1:{port}/postgres"
    finally:
        guard.communicate(timeout=60)


def create_database(server_url: str, template: str | None = None) -> str:
    """A new database, a copy of the database at the URL `template` if given; its URL."""
    name = f"lk_{token_hex(8)}"
    source = f' TEMPLATE "{_name(template)}"' if template else ""
    _on_server(server_url, f'CREATE DATABASE "{name}"{source}')
    return urlsplit(server_url)._replace(path=f"/{name}").geturl()


def drop_database(url: str) -> None:
    """Drops the database at `url`, whoever is still connected to it."""
    server_url = urlsplit(url)._replace(path="/postgres").geturl()
    _on_server(server_url, f'DROP DATABASE IF EXISTS "{_name(url)}" WITH (FORCE)')


def _name(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def _on_server(server_url: str, statement: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(server_url, timeout=10)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    _run_apart(execute())


def _run_apart(work: Coroutine[Any, Any, None]) -> None:
    """In a thread, since the caller may have a running loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


def _programs() -> Path:
    """The folder of initdb and pg_ctl: Debian keeps them off the PATH."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not installed:
        raise NoPostgres("PostgreSQL is not installed: `make test-setup` installs it, or put initdb and pg_ctl on PATH")
    return installed[-1].parent


def _server_user(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: then it runs as `postgres`, who gets the folder."""
    if os.geteuid() != 0:
        return None
    try:
        shutil.chown(folder, "postgres", "postgres")
    except LookupError:
        raise NoPostgres("the tests run as root, so PostgreSQL needs a user named postgres: create one") from None
    return "postgres"


def _init(programs: Path, folder: Path, user: str | None) -> str:
    password = token_hex(16)
    secret = folder / "password"
    secret.write_text(password)
    secret.chmod(0o644)
    options = ["--username=lk", "--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C"]
    _run([str(programs / "initdb"), "-D", str(folder / "data"), "--no-sync", *options], folder, user)
    secret.unlink()
    return password


def _start(programs: Path, folder: Path, user: str | None, attempts: int = 3) -> int:
    port = _free_port()
    options = " ".join(f"-c {name}={value}" for name, value in {**_SETTINGS, "port": port}.items())
    command = [str(programs / "pg_ctl"), "-D", str(folder / "data"), "-l", str(folder / "log"), "-w", "-o", options]
    try:
        _run([*command, "start"], folder, user)
    except NoPostgres:
        # Between the look for a free port and the start another process may have taken it.
        if attempts == 1:
            raise
        return _start(programs, folder, user, attempts - 1)
    return port


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _guard(programs: Path, folder: Path, user: str | None) -> subprocess.Popen[bytes]:
    """Stops the server and clears the folder when our end of its input closes: on our word, or on our death."""
    farewell = 'read -r _; "$1" -D "$2/data" -m immediate stop; rm -rf "$2"'
    return subprocess.Popen(
        ["/bin/sh", "-c", farewell, "guard", str(programs / "pg_ctl"), str(folder)],
        **_as_user(user),
        cwd=folder.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _run(command: list[str], folder: Path, user: str | None) -> None:
    # To files, not pipes: the server inherits them, and a pipe would stay open as long as it runs.
    with (folder / "said").open("w+") as said:
        done = subprocess.run(
            command, **_as_user(user), cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said, timeout=120
        )
        said.seek(0)
        if done.returncode != 0:
            raise NoPostgres(f"{Path(command[0]).name} refused: {said.read().strip()}")


def _as_user(user: str | None) -> dict[str, Any]:
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}
