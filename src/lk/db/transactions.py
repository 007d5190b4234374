"""The unit of work both engines share: joined when nested, refused to other tasks, always let go of at its end."""

from __future__ import annotations

import asyncio
import logging
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Literal, TypeVar

from piccolo.engine.base import BaseTransaction
from piccolo.engine.exceptions import TransactionError

PATIENCE = 10.0
"""Seconds to wait for one's turn to write."""

Rows = tuple[Sequence[str], Sequence[Sequence[Any]]]
"""Column names and the rows below them."""

T = TypeVar("T")
log = logging.getLogger(__name__)


_SHARED = " shared"


def shared(lock: str) -> str:
    """The same lock for those who may hold it together; whoever names the lock itself waits for all of them."""
    return lock + _SHARED


def name_of(lock: str) -> tuple[str, bool]:
    """The lock, and whether it is shared."""
    name = lock.removesuffix(_SHARED)
    return name, name != lock


class DatabaseError(Exception):
    """The database cannot do it now; the message is one sentence for the operator."""


class DatabaseUnavailable(DatabaseError):
    """Missing, damaged, read-only, full or out of reach."""


class DatabaseBusy(DatabaseError):
    """The turn to write, a lock or a connection did not come in time. Worth another try."""


class TransactionLost(DatabaseError):
    """The database rolled the transaction back by itself; nothing of it is stored."""


class Transaction(BaseTransaction):
    """One transaction on one connection, used by the task that began it and by no other.

    A second one begun inside the first is a part of it: a savepoint, undone alone when an exception leaves it.
    """

    def __init__(self, locks: Sequence[str], allow_nested: bool, patience: float) -> None:
        self.locks = sorted(set(locks))
        self.patience = patience
        self.is_over = False
        self._allow_nested = allow_nested
        self._outer: Transaction | None = None
        self._savepoint = ""
        self._kept_callbacks = 0
        self._depth = 0
        self._is_doomed = False
        self._is_committed = False
        self._callbacks: list[Callable[[], object]] = []

    def on_commit(self, callback: Callable[[], object]) -> None:
        """Runs `callback` after a successful commit; what it raises is logged, for the data is stored by then."""
        self._callbacks.append(callback)

    async def rollback(self) -> None:
        """Nothing of this transaction will be stored: its end undoes it, without an exception."""
        self._is_doomed = True

    async def __aenter__(self) -> Transaction:
        outer = joined(self._current)
        if outer is not None:
            return await self._join(outer)
        await self._begin()
        self.owner = asyncio.current_task()
        self._current.set(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        if self._outer is not None:
            await self._leave(self._outer, is_failed=error is not None)
            return False
        try:
            await uninterrupted(self._end(is_failed=error is not None))
        finally:
            self._current.set(None)
            if self._is_committed:
                self._run_callbacks()
        return False

    async def _join(self, outer: Transaction) -> Transaction:
        if not self._allow_nested:
            raise TransactionError("a transaction is already open, and this one may not be a part of another")
        outer._depth += 1
        self._savepoint = f"lk_{outer._depth}"
        await outer._take(self.locks)
        await outer.run(f"SAVEPOINT {self._savepoint}")
        self._kept_callbacks = len(outer._callbacks)
        self._outer = outer
        return outer

    async def _leave(self, outer: Transaction, is_failed: bool) -> None:
        if outer.is_lost:
            return
        if is_failed:
            del outer._callbacks[self._kept_callbacks :]
            await uninterrupted(outer.run(f"ROLLBACK TO SAVEPOINT {self._savepoint}"))
        await uninterrupted(outer.run(f"RELEASE SAVEPOINT {self._savepoint}"))

    async def _end(self, is_failed: bool) -> None:
        try:
            if not is_failed and not self._is_doomed:
                await self._commit()
                self._is_committed = True
        finally:
            self.is_over = True
            try:
                if not self._is_committed:
                    await self._undo()
            finally:
                await self._let_go()

    def _run_callbacks(self) -> None:
        for callback in self._callbacks:
            try:
                callback()
            except Exception:
                log.exception("a callback after commit failed")

    @property
    @abstractmethod
    def _current(self) -> ContextVar[Transaction | None]:
        """The engine's variable that names the transaction of a context."""

    @property
    @abstractmethod
    def is_lost(self) -> bool:
        """The database ended the transaction by itself."""

    @abstractmethod
    async def run(self, sql: str, args: Sequence[Any] = ()) -> Rows: ...

    @abstractmethod
    async def _begin(self) -> None:
        """Opens the transaction and takes its locks; leaves nothing behind when it raises."""

    @abstractmethod
    async def _take(self, locks: Sequence[str]) -> None: ...

    @abstractmethod
    async def _commit(self) -> None: ...

    @abstractmethod
    async def _undo(self) -> None:
        """Never raises: a connection that cannot roll back is thrown away."""

    @abstractmethod
    async def _let_go(self) -> None:
        """Returns the connection and the locks. Never raises."""


def joined(current: ContextVar[Transaction | None]) -> Transaction | None:
    """The open transaction of this task. Raises RuntimeError in a task that only inherited it."""
    transaction = current.get()
    if transaction is None or transaction.is_over:
        return None
    if transaction.owner is not asyncio.current_task():
        raise RuntimeError(
            "a query in another task than the one that opened the transaction: "
            "no create_task, gather or wait_for around queries inside write()"
        )
    return transaction


async def uninterrupted(work: Awaitable[T], when_cancelled: Callable[[], object] | None = None) -> T:
    """Awaits `work` to its end whatever happens; a cancellation that came meanwhile is raised afterwards."""
    future = asyncio.ensure_future(work)
    is_cancelled = False
    while not future.done():
        try:
            await asyncio.wait([future])
        except asyncio.CancelledError:
            is_cancelled = True
            if when_cancelled is not None:
                when_cancelled()
    if is_cancelled:
        raise asyncio.CancelledError from future.exception()
    return future.result()
