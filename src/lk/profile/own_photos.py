"""Own data: the photos of readings on the accounts that a user holds, each a file of the copy."""

from __future__ import annotations

from dataclasses import dataclass

from lk import db
from lk.profile.own_accounts import OWN, seen
from lk.profile.rules import PHOTO_BYTES
from lk.profile.sheets import sheet

CHUNK = 10


@dataclass(frozen=True, slots=True)
class Photos:
    """`files`: content by name in the archive. `left_out`: so many older ones found no room."""

    files: dict[str, bytes]
    left_out: int


@dataclass(frozen=True, slots=True)
class _Size:
    id: int
    bytes: int


@dataclass(frozen=True, slots=True)
class _Photo:
    account_number: str
    reading_number: int
    content: bytes


async def own_photos(user_id: int) -> Photos:
    """The newest ones, as far as there is room."""
    sizes = (await sheet("photos", _Size, _SIZES, user_id)).rows
    oldest = _oldest_with_room(sizes)
    files: dict[str, bytes] = {}
    async for chunk in db.stream(_Photo, _CONTENTS, user_id, oldest, size=CHUNK):
        files |= {f"photos/{each.account_number}-{each.reading_number}.jpg": each.content for each in chunk}
    return Photos(files, sum(each.id < oldest for each in sizes))


def _oldest_with_room(newest_first: list[_Size]) -> int:
    """The least id that comes along."""
    taken = 0
    for each in newest_first:
        taken += each.bytes
        if taken > PHOTO_BYTES:
            return each.id + 1
    return 0


_OF_OWN = (
    f"{OWN} JOIN readings r ON r.account_id = a.id AND {seen('r.received_at')} "
    "JOIN reading_photos p ON p.reading_id = r.id AND p.account_id = a.id "
)
_SIZES = f"SELECT p.id, length(p.content) AS bytes {_OF_OWN} ORDER BY p.id DESC"
_CONTENTS = (
    f"SELECT a.number AS account_number, r.id AS reading_number, p.content {_OF_OWN} WHERE p.id >= {{}} ORDER BY p.id"
)
