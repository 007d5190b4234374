"""A small load on loopback: kept connections, one request after another on each, bounded in time."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Load:
    """`latencies` in seconds, one for each answered request."""

    seconds: float
    latencies: list[float]
    failures: int

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        in_order = sorted(self.latencies)
        return in_order[min(len(in_order) - 1, int(len(in_order) * share))]


async def load(port: int, path: str, *, cookie: str = "", connections: int = 32, seconds: float = 5.0) -> Load:
    """GET `path` on 127.0.0.1:`port` for `seconds`."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: text/html\r\nCookie: {cookie}\r\n\r\n"
    ).encode("ascii")
    begun = perf_counter()
    until = begun + seconds
    latencies: list[float] = []
    failures = await asyncio.gather(*(_client(port, request, until, latencies) for _ in range(connections)))
    return Load(perf_counter() - begun, latencies, sum(failures))


async def _client(port: int, request: bytes, until: float, latencies: list[float]) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    failures = 0
    try:
        while (sent_at := perf_counter()) < until:
            writer.write(request)
            if await _status(reader) == 200:
                latencies.append(perf_counter() - sent_at)
            else:
                failures += 1
    finally:
        writer.close()
    return failures


async def _status(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    await reader.readexactly(length)
    return int(head[9:12])


if __name__ == "__main__":
    port, path, cookie, seconds = sys.argv[1:5]
    found = asyncio.run(load(int(port), path, cookie=cookie, seconds=float(seconds)))
    print(f"{found.per_second:.1f} {found.percentile(0.99) * 1000:.2f} {found.failures}")
