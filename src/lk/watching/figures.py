"""What the process counts about itself as it goes: requests, ticks, memory and time of the processor."""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    Summary,
    disable_created_metrics,
)

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

_request_seconds = Histogram(
    "lk_request_seconds",
    "Answers by the route's template, never by the path",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)
_tick_seconds = Summary("lk_tick_seconds", "Ticks of the timetable", ["tick"], registry=REGISTRY)
_tick_failures = Counter("lk_tick_failures", "Ticks that ended by a failure", ["tick"], registry=REGISTRY)
_METHODS = ("GET", "POST", "HEAD", "OPTIONS")


def note_request(method: str, route: str, status: int, seconds: float) -> None:
    """`status` is 0 where no answer was begun."""
    _request_seconds.labels(method if method in _METHODS else "other", route, f"{status // 100}xx").observe(seconds)


def note_tick(tick: str, seconds: float, *, is_failed: bool) -> None:
    _tick_seconds.labels(tick).observe(seconds)
    _tick_failures.labels(tick).inc(is_failed)
