"""The codes drawn by lk beside those of segno, and as a camera reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
import segno
from PIL import Image

from lk.billing.payment_qr import qr_picture
from lk.billing.qr_modules import MASK, _data, _version, rows_of
from tests.billing.test_payment_qr import EXAMPLE
from tests.papers import codes_in

CAPACITY = {1: 14, 2: 26, 6: 106, 7: 122, 9: 180, 10: 213, 13: 331, 14: 362, 21: 711, 27: 1125, 40: 2331}
"""Bytes that fill a version at level M to the last bit (ISO/IEC 18004, table 7)."""


@pytest.mark.parametrize(("version", "length"), CAPACITY.items())
def test_a_full_code_is_the_one_that_segno_draws(version: int, length: int) -> None:
    text = ("a1|=Z" * 500)[:length]
    code = segno.make(text, error="m", boost_error=False, micro=False, mode="byte", mask=MASK)
    assert code.version == version
    assert rows_of(text) == [bytes(row).translate(bytes.maketrans(b"\x00\x01", b"01")) for row in code.matrix]


def test_what_a_text_leaves_free_is_filled_by_236_and_17_in_turn() -> None:
    """ISO/IEC 18004, 7.4.10; segno puts a byte of nothing before them."""
    head = bytes([0b0100_0000, 0b0010_0110, 0b0001_0110, 0b0010_0000])
    assert _data(b"ab", _version(1)) == head + bytes([0xEC, 0x11] * 6)


@pytest.mark.parametrize("text", ["https://lk.example/r/Aq3dZ8", EXAMPLE, "ё" * 40, "1", EXAMPLE * 3])
def test_a_camera_reads_what_was_written(text: str, tmp_path: Path) -> None:
    rows = rows_of(text)
    picture = Image.new("L", (len(rows) + 8, len(rows) + 8), 255)
    for y, row in enumerate(rows):
        for x, module in enumerate(row):
            picture.putpixel((x + 4, y + 4), 0 if module == ord("1") else 255)
    picture.resize((picture.width * 5, picture.height * 5), Image.Resampling.NEAREST).save(tmp_path / "code.png")
    assert codes_in(tmp_path / "code.png") == [text]


def test_what_no_code_can_hold_is_refused() -> None:
    assert len(rows_of("a" * 2331)) == 177
    with pytest.raises(ValueError, match="too long"):
        rows_of("a" * 2332)


def test_the_picture_has_four_modules_of_quiet_around() -> None:
    picture = qr_picture(EXAMPLE)
    assert picture.side == len(rows_of(EXAMPLE)) + 8 == 81
    assert picture.path.startswith("M4 4.5h7M")
    assert picture.svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 81 81">')
