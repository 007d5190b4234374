"""`lk serve`: the site and the month in one process, from a start that refuses what it can't serve to a quiet end."""

from __future__ import annotations

import gc
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import ip_address
from threading import Thread
from time import sleep
from types import FrameType
from typing import Any

import structlog
import uvicorn
from litestar import Litestar

from lk import config, db, stopping
from lk.config import settings
from lk.starting import NotServable, make_ready

log = structlog.get_logger()

GRACEFUL_SECONDS = 6
"""So long a request that is under way may go on after the signal; ticks have `schedule.PATIENCE_SECONDS`."""
LAST_SECONDS = 9.5
"""After so long the process ends whatever hangs: all that was answered is committed."""
BACKLOG = 2048


def serve(host: str, port: int) -> None:
    """Until stopped. Raises NotServable, DatabaseError."""
    if settings().is_demo and not _is_loopback(host):
        raise NotServable(f"--host {host}: демонстрация открывается только на этой машине, например на 127.0.0.1")
    config.serve_on(port)
    with ExitStack() as stack:
        sockets = [stack.enter_context(each) for each in _listening(host, port)]
        db.run(make_ready())
        server = _Server(
            uvicorn.Config(
                _app(),
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=not settings().is_demo,
                timeout_graceful_shutdown=GRACEFUL_SECONDS,
                backlog=BACKLOG,
            )
        )
        server.run(sockets)
    log.info("stopped")


class _Server(uvicorn.Server):
    """Ends by a signal with exit code 0, within ten seconds; a second Ctrl-C ends it at once."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        log.info("stopping")
        Thread(target=_end_at_last, daemon=True).start()
        stopping.begin()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """To the very end of the process. Uvicorn would raise the signal again, as if lk had been killed by it."""
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, self.handle_exit)
        yield
        # Python gives its handlers back to the system before it ends, and a late signal would kill; ignored ones stay.
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        if self.should_exit and sig == signal.SIGINT:
            _end_at_once("stopped_by_hand")
        self.should_exit = True


def _end_at_last() -> None:
    sleep(LAST_SECONDS)
    _end_at_once("stopped_at_last")


def _end_at_once(event: str) -> None:
    """As a power cut would: nothing is owed to the disk that was answered."""
    log.warning(event)
    os._exit(1)


def _listening(host: str, port: int) -> list[socket.socket]:
    """Bound before anything else begins: a second process on the same port never ticks. Raises NotServable."""
    listeners: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in _addresses(host, port):
            listener = socket.socket(family, kind, protocol)
            listeners.append(listener)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind(address)
    except OSError as trouble:
        for listener in listeners:
            listener.close()
        raise NotServable(f"{host}:{port} не открыть: {trouble.strerror}") from None
    return listeners


def _addresses(host: str, port: int) -> list[Any]:
    """Of a name like localhost several; on a machine without IPv6 only what it can open."""
    found = dict.fromkeys(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE))
    return [each for each in found if each[0] != socket.AF_INET6 or socket.has_ipv6]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _app() -> Litestar:
    from lk.app import create_app
    from lk.demo.greeting import sign_in_words

    app = create_app()
    # What is there now stays for good: the collector need not look at it at every full round.
    gc.collect()
    gc.freeze()
    gc.enable()
    if settings().is_demo:
        print(sign_in_words(), flush=True)
    return app
