"""How far a look has come, on one line of a terminal that is written over."""

from __future__ import annotations

from time import monotonic
from typing import TextIO

EVERY_SECONDS = 0.2
CLEARED = "\r\x1b[K"


class Progress:
    """Silent where nobody looks: into a file or a pipe nothing is written."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._is_on, self._told_at = out, out.isatty(), 0.0

    def tell(self, words: str) -> None:
        """`events 40 %`; seldom enough to be read."""
        if self._is_on and monotonic() - self._told_at >= EVERY_SECONDS:
            self._told_at = monotonic()
            self._write(CLEARED + words)

    def clear(self) -> None:
        """Before what stays."""
        if self._is_on:
            self._write(CLEARED)

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
