"""The current engine as Piccolo keeps it: for good."""

from __future__ import annotations

from typing import Any

from piccolo.engine.base import Engine

from lk import db


class _Current(Engine[Any]):
    """Stands for the current engine wherever Piccolo keeps one."""

    __slots__ = ()

    def __init__(self) -> None:
        """Nothing of its own."""

    def __getattribute__(self, name: str) -> Any:
        return getattr(db.engine(), name)


_Current.__abstractmethods__ = frozenset()
CURRENT: Engine[Any] = _Current()  # type: ignore[abstract]
