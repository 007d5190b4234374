"""Photos of readings in a copy of own data, on both engines."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from lk.accounts.confirming import confirm
from lk.actor import PROGRAM
from lk.profile import own_photos
from lk.profile.copies import copies_of, copy_file
from tests.onboarding.newcomer import EMAIL, NUMBER, Newcomer
from tests.profile.lives import HELPER, OTHER_FLAT, account, helper_comes_in, live_a_month, neighbour_moves_in, user_of
from tests.profile.test_copy import copy_of, data, table


@pytest.fixture
def holder(newcomer: Newcomer) -> Newcomer:
    newcomer.put_on_record(EMAIL)
    newcomer.open_cabinet()
    return newcomer


def photograph(who: Newcomer, content: bytes) -> int:
    """Beside the newest reading, whose number it gives back; a picture's bytes are whatever they are."""
    (reading,) = who.rows("SELECT id, account_id FROM readings ORDER BY id DESC LIMIT 1")
    who.change(
        "INSERT INTO reading_photos (reading_id, account_id, content, added_at) VALUES ({}, {}, {}, {})",
        *(reading["id"], reading["account_id"], content, who.now),
    )
    return int(reading["id"])


def photos_in(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name.startswith("photos/")}


def test_each_photo_is_a_file_named_by_its_account_and_reading(holder: Newcomer) -> None:
    live_a_month(holder)
    first = photograph(holder, b"\xff\xd8 first")
    live_a_month(holder, period=202604)
    live_a_month(holder, period=202605)
    third = photograph(holder, b"\xff\xd8 third")
    files = copy_of(holder, user_of(holder))

    assert photos_in(files) == {
        f"photos/{NUMBER}-{first}.jpg": b"\xff\xd8 first",
        f"photos/{NUMBER}-{third}.jpg": b"\xff\xd8 third",
    }
    numbers = [each["reading_number"] for each in data(files)["readings"]]
    assert (numbers[0], numbers[2]) == (first, third)
    assert [each["reading_number"] for each in table(files, "readings")] == list(map(str, numbers))
    assert data(files)["about"]["photos_left_out"] is None


def test_the_archive_is_whole_and_the_photos_in_it_are_not_packed_again(holder: Newcomer) -> None:
    live_a_month(holder)
    photograph(holder, b"\xff\xd8" + b"grey" * 5000)
    me = user_of(holder)
    copy_of(holder, me)
    found = holder.at(_newest_copy, me)

    with zipfile.ZipFile(io.BytesIO(found)) as archive:
        (photo,) = [each for each in archive.infolist() if each.filename.startswith("photos/")]
        assert (photo.compress_type, photo.compress_size) == (zipfile.ZIP_STORED, 20_002)
        assert photo.external_attr >> 16 == 0o600


async def _newest_copy(user_id: int) -> bytes:
    found = await copy_file(user_id, (await copies_of(user_id))[0].public_id)
    assert found
    return found[1]


def test_nobody_elses_photo_is_in_it(holder: Newcomer) -> None:
    neighbour_moves_in(holder)
    holder.at(confirm, account(holder, "sosed", OTHER_FLAT).id, PROGRAM)
    live_a_month(holder, OTHER_FLAT)
    photograph(holder, b"of the neighbour")
    live_a_month(holder)
    photograph(holder, b"of the holder")

    assert list(photos_in(copy_of(holder, user_of(holder))).values()) == [b"of the holder"]
    assert list(photos_in(copy_of(holder, user_of(holder, "sosed"))).values()) == [b"of the neighbour"]


def test_no_photo_from_before_the_holders_own_time_is_in_it(holder: Newcomer) -> None:
    live_a_month(holder)
    photograph(holder, b"of the one before")
    holder.later(days=1)
    holder.change("UPDATE accounts SET seen_from = {} WHERE number = {}", holder.now, NUMBER)
    holder.later(days=1)

    assert photos_in(copy_of(holder, user_of(holder))) == {}


def test_neither_a_helper_nor_a_provisional_cabinet_nor_a_former_holder_gets_a_photo(holder: Newcomer) -> None:
    helper_comes_in(holder)
    live_a_month(holder)
    photograph(holder, b"of the holder")
    assert photos_in(copy_of(holder, user_of(holder, HELPER))) == {}

    holder.change("UPDATE accesses SET is_provisional = {} WHERE role = 'holder'", True)
    assert photos_in(copy_of(holder, user_of(holder))) == {}
    holder.change("UPDATE accesses SET is_provisional = {}, ended_at = {}", False, holder.now)
    holder.later(hours=1)
    assert photos_in(copy_of(holder, user_of(holder))) == {}


def test_where_there_is_no_room_for_all_the_newest_come_and_the_copy_says_so(
    holder: Newcomer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_photos, "PHOTO_BYTES", 20)
    numbers = []
    for month, size in ((202603, 5), (202604, 12), (202605, 8)):
        live_a_month(holder, period=month)
        numbers.append(photograph(holder, b"x" * size))
    files = copy_of(holder, user_of(holder))

    assert sorted(map(len, photos_in(files).values())) == [8, 12]
    told: dict[str, Any] = data(files)["about"]["photos_left_out"]
    assert told["count"] == 1
    assert "на квитанции своего показания" in told["why"]
    assert len(data(files)["readings"]) == 3


def test_one_that_is_larger_than_all_the_room_stays_out(holder: Newcomer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_photos, "PHOTO_BYTES", 4)
    live_a_month(holder)
    photograph(holder, b"larger")
    files = copy_of(holder, user_of(holder))

    assert photos_in(files) == {}
    assert data(files)["about"]["photos_left_out"]["count"] == 1
