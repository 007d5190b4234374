"""Argon2id off the event loop, a bounded number at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib.resources import files
from weakref import WeakKeyDictionary

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_gates: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
_in_line = 0


async def hash_password(password: str) -> str:
    async with _turn():
        return await asyncio.to_thread(_hasher.hash, password)


async def is_password(password: str, password_hash: str | None) -> bool:
    """Takes the same time whether there is a hash to compare with or not."""
    async with _turn():
        matches = await asyncio.to_thread(_verify, password, password_hash)
    return matches and password_hash is not None


def wants_rehash(password_hash: str) -> bool:
    return _hasher.check_needs_rehash(password_hash)


@cache
def no_password() -> str:
    """Nobody's hash: verified in the same time as a real one."""
    return _hasher.hash("no such user")


@cache
def common_passwords() -> frozenset[str]:
    """Passwords that guessers try first, folded: the world's, and ours in both alphabets.

    Slow the first time: the site asks for it aside, when it starts.
    """
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    text = files("lk.identity").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    ours = (line.strip().casefold() for line in text.splitlines() if line.strip())
    return frozenset((*FREQUENCY_LISTS["passwords"], *ours))


def _verify(password: str, password_hash: str | None) -> bool:
    # The decoy is asked for in either case: the first sign-in of a process pays for making it, whoever comes.
    decoy = no_password()
    try:
        return _hasher.verify(password_hash or decoy, password)
    except (VerificationError, InvalidHashError):
        return False


def in_line() -> int:
    """Passwords being hashed or waiting for their turn."""
    return _in_line


@asynccontextmanager
async def _turn() -> AsyncIterator[None]:
    global _in_line
    _in_line += 1
    try:
        async with _gates.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(1)):
            yield
    finally:
        _in_line -= 1
