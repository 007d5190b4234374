"""Whether the process is about to end: known to the pages and to the ticks from the signal on."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

_since: float | None = None
_told: list[Callable[[], object]] = []


def begin() -> None:
    """The server takes no more requests. Called in the loop, once."""
    global _since
    _since = monotonic()
    for tell in _told:
        tell()


def is_begun() -> bool:
    return _since is not None


def seconds_left(patience: float) -> float:
    """Of so many since the signal; all of them where the end came without one."""
    return patience if _since is None else max(0.0, patience - (monotonic() - _since))


def tell(callback: Callable[[], object]) -> Callable[[], None]:
    """`callback` is called at the signal; returns what calls that off."""
    _told.append(callback)
    return lambda: _told.remove(callback)
