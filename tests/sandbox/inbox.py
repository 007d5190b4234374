"""A real server that receives the sandbox's events, as the shop's does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.sandbox.shop import Json


@dataclass
class Inbox:
    """What the shop received, in order; `refusals` deliveries are answered with 500 first."""

    url: str = ""
    received: list[Json] = field(default_factory=list)
    refusals: int = 0

    def names(self) -> list[tuple[str, str]]:
        return [(notice["event"], notice["object"]["id"]) for notice in self.received]


@contextmanager
def listening() -> Iterator[Inbox]:
    inbox = Inbox()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            notice = json.loads(self.rfile.read(int(self.headers["content-length"])))
            inbox.received.append(notice)
            inbox.refusals -= 1
            self.send_response(500 if inbox.refusals >= 0 else 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        inbox.url = f"http://127.0.0.1:{server.server_address[1]}/acquirer/events"
        try:
            yield inbox
        finally:
            server.shutdown()
            thread.join()
