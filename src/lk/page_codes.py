"""The code at the foot of a resident's page, to be read out on the phone: of an account, a page and an hour.

Nothing of it is stored: it is the account and the page themselves, mixed by a key of that hour. It shows an agent
nothing that a search would not, and nothing at all after the hour that follows. No vowels, and none of the letters that
look like a digit.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b

from lk import clock
from lk.period import Period
from lk.tokens import derived_token

LETTERS = "23456789ГДЖКЛМНПРСТФХЦШ"
LENGTH = 6
PLACES = ("", "readings", "bills", "payments", "cards", "autopay", "history", "access", "away")
"""Pages that an agent may see; whatever else is below one of them is it."""
PAGES = 32
BILLS_FROM = 12
"""From here on bills by their months, this month's first."""

_SPACE = len(LETTERS) ** LENGTH
_HALF = 14
_MASK = (1 << _HALF) - 1
_ROUNDS = 6
_HOUR = timedelta(hours=1)
_LOOK_ALIKES = str.maketrans("KMHPCTX", "КМНРСТХ")
_BILL = re.compile(r"bills/(\d{4}-\d{2})(?:/.*)?", re.ASCII)


def page_code(account_id: int, path: str) -> str:
    """`К7М-4РД` of a page below `/accounts/{public_id}`; empty where there are too many accounts for six letters."""
    now = clock.now()
    number = account_id * PAGES + _page_of(path, now)
    if number >= _SPACE:
        return ""
    key, mixed = _key(_hour(now)), number
    while True:
        mixed = _mixed(mixed, key, range(_ROUNDS))
        if mixed < _SPACE:
            return _written(mixed)


def fold_page_code(typed: str) -> str:
    """As it is compared; empty for what is no code."""
    code = "".join(sign for sign in typed.upper() if sign.isalnum()).translate(_LOOK_ALIKES)
    return code if len(code) == LENGTH and set(code) <= set(LETTERS) else ""


def pages_of(code: str) -> list[tuple[int, str]]:
    """(account id, page below the account) that a folded code may mean: of this hour and of the one before."""
    now = clock.now()
    found = [_page_in(code, then) for then in (now, now - _HOUR)]
    return [each for each in found if each is not None]


def is_page(page: str) -> bool:
    """Whether it is one that a code can lead to."""
    return page in PLACES or (_BILL.fullmatch(page) is not None and _period_in(page) is not None)


def _page_in(code: str, then: datetime) -> tuple[int, str] | None:
    key, number = _key(_hour(then)), _read(code)
    while True:
        number = _mixed(number, key, range(_ROUNDS - 1, -1, -1), is_back=True)
        if number < _SPACE:
            break
    account_id, page = divmod(number, PAGES)
    if page >= BILLS_FROM:
        return account_id, f"bills/{_this_month(then) + (BILLS_FROM - page)}"
    return (account_id, PLACES[page]) if page < len(PLACES) else None


def _page_of(path: str, now: datetime) -> int:
    page = "/".join(path.strip("/").split("/")[2:])
    period = _period_in(page)
    if period is not None:
        back = _this_month(now) - period
        if 0 <= back < PAGES - BILLS_FROM:
            return BILLS_FROM + back
    first = page.partition("/")[0]
    return PLACES.index(first) if first in PLACES else 0


def _period_in(page: str) -> Period | None:
    found = _BILL.fullmatch(page)
    try:
        return Period.parse(found[1]) if found else None
    except ValueError:
        return None


def _this_month(now: datetime) -> Period:
    return Period.of(clock.local_date(now))


def _hour(now: datetime) -> int:
    return int(now.timestamp()) // 3600


@lru_cache(maxsize=8)
def _key(hour: int) -> bytes:
    return derived_token("page code", hour).encode()


def _mixed(number: int, key: bytes, rounds: range, *, is_back: bool = False) -> int:
    """A Feistel network: one number of 28 bits for another, and back by the rounds in the other order."""
    left, right = number >> _HALF, number & _MASK
    for each in rounds:
        if is_back:
            left, right = right ^ _noise(left, each, key), left
        else:
            left, right = right, left ^ _noise(right, each, key)
    return left << _HALF | right


def _noise(half: int, nth: int, key: bytes) -> int:
    told = blake2b(bytes((nth, half >> 8, half & 255)), key=key, digest_size=2).digest()
    return int.from_bytes(told) & _MASK


def _written(number: int) -> str:
    signs = []
    for _ in range(LENGTH):
        number, index = divmod(number, len(LETTERS))
        signs.append(LETTERS[index])
    code = "".join(signs)
    return f"{code[:3]}-{code[3:]}"


def _read(code: str) -> int:
    number = 0
    for sign in reversed(code):
        number = number * len(LETTERS) + LETTERS.index(sign)
    return number
