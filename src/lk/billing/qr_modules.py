"""The modules of a QR code, error level M, bytes in UTF-8, one mask: drawn in a twentieth of segno's time.

A print run draws hundreds of thousands. What all codes of a version have in common is made once, of segno's tables and
of one code that segno drew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any

import segno
from segno import consts

MASK = 2
"""Every third column. Readers take any of the eight as well; to find the prettiest is most of the work."""
_BYTES, _PADS = 0b0100, (0xEC, 0x11)
_POLYNOMIAL = 0x11D
_DARK = re.compile(b"1+")


@dataclass(frozen=True, slots=True)
class _Version:
    """`blocks`: of each its bytes of data, `checks`: the bytes that each is followed by.

    `drawn` gives a code's modules from its frame and, behind it, its bits; `mask` turns bits over.
    """

    number: int
    side: int
    blocks: tuple[int, ...]
    checks: int
    frame: bytes
    drawn: itemgetter[Any]
    mask: int
    bits: int


def rows_of(text: str) -> list[bytes]:
    """Row by row, `1` dark and `0` light. Raises ValueError for what no code can hold."""
    content = text.encode()
    version = _version(_smallest(len(content)))
    message = _with_checks(_data(content, version), version)
    bits = int.from_bytes(message, "big") << (version.bits - 8 * len(message)) ^ version.mask
    flat = bytes(version.drawn(version.frame + format(bits, f"0{version.bits}b").encode()))
    return [flat[at : at + version.side] for at in range(0, len(flat), version.side)]


def strokes(rows: Sequence[bytes], margin: int) -> str:
    """An SVG path: a stroke one module wide for whatever is dark side by side, `margin` modules from the corner."""
    return "".join(
        [
            f"M{run.start() + margin} {row}.5h{run.end() - run.start()}"
            for row, modules in enumerate(rows, margin)
            for run in _DARK.finditer(modules)
        ]
    )


def _smallest(length: int) -> int:
    for number in range(1, 41):
        if 4 + _count_bits(number) + 8 * length <= 8 * sum(_blocks(number)[0]):
            return number
    raise ValueError(f"too long for a QR code: {length} bytes")


def _count_bits(number: int) -> int:
    return 8 if number < 10 else 16


@cache
def _blocks(number: int) -> tuple[tuple[int, ...], int]:
    tables: Any = consts.ECC
    found = tables[number][consts.ERROR_LEVEL_M]
    sizes = tuple(each.num_data for each in found for _ in range(each.num_blocks))
    return sizes, found[0].num_total - found[0].num_data


def _data(content: bytes, version: _Version) -> bytes:
    room = sum(version.blocks)
    value = (_BYTES << _count_bits(version.number) | len(content)) << 8 * len(content) | int.from_bytes(content, "big")
    used = 4 + _count_bits(version.number) + 8 * len(content)
    # The mode's four bits shift all: four zeros end the message and bring it back to whole bytes.
    whole = (used + 4) // 8
    begun = (value << (whole * 8 - used)).to_bytes(whole, "big")
    return begun + bytes(_PADS[at % 2] for at in range(room - whole))


def _with_checks(data: bytes, version: _Version) -> bytes:
    """The blocks' bytes in turn, then their checks' in turn."""
    blocks, at = [], 0
    for size in version.blocks:
        blocks.append(data[at : at + size])
        at += size
    checks = [_checks(block, version.checks) for block in blocks]
    in_turn = [block[at] for at in range(max(version.blocks)) for block in blocks if at < len(block)]
    return bytes(in_turn) + bytes(check[at] for at in range(version.checks) for check in checks)


def _checks(block: bytes, count: int) -> bytes:
    """Reed-Solomon: the remainder by a polynomial, a byte at a time."""
    steps, rest, high, kept = _steps(count), 0, 8 * (count - 1), (1 << 8 * count) - 1
    for byte in block:
        rest = rest << 8 & kept ^ steps[byte ^ rest >> high]
    return rest.to_bytes(count, "big")


@cache
def _steps(count: int) -> tuple[int, ...]:
    """What each byte that leaves at the top takes from the rest: itself times the generator of this many checks."""
    generator = [1]
    for power in range(count):
        root = _power(power)
        generator = [a ^ _times(b, root) for a, b in zip([*generator, 0], [0, *generator], strict=True)]
    return tuple(int.from_bytes(bytes(_times(byte, each) for each in generator[1:]), "big") for byte in range(256))


@cache
def _power(exponent: int) -> int:
    return 1 if exponent == 0 else _times(_power(exponent - 1), 2)


def _times(a: int, b: int) -> int:
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 0x100:
            a ^= _POLYNOMIAL
        b >>= 1
    return product


@cache
def _version(number: int) -> _Version:
    frame = segno.make("", version=number, error="m", boost_error=False, micro=False, mask=MASK).matrix
    side = len(frame)
    way = list(_way(number, side))
    place = {cell: side * side + at for at, cell in enumerate(way)}
    sizes, checks = _blocks(number)
    return _Version(
        number=number,
        side=side,
        blocks=sizes,
        checks=checks,
        frame=b"".join(bytes(row) for row in frame).translate(bytes.maketrans(b"\x00\x01", b"01")),
        drawn=itemgetter(*(place.get(divmod(at, side), at) for at in range(side * side))),
        mask=int("".join("1" if column % 3 == 0 else "0" for _, column in way), 2),
        bits=len(way),
    )


def _way(number: int, side: int) -> Iterator[tuple[int, int]]:
    """(row, column) of every bit of the message: up and down by columns of two, from the right."""
    taken = set(_of_frame(number, side))
    is_upward = True
    for right in [*range(side - 1, 6, -2), 5, 3, 1]:
        for row in range(side - 1, -1, -1) if is_upward else range(side):
            yield from ((row, column) for column in (right, right - 1) if (row, column) not in taken)
        is_upward = not is_upward


def _of_frame(number: int, side: int) -> Iterator[tuple[int, int]]:
    """What is not the message's: finders with the format around them, timing, alignment, the version's number."""
    yield from _box(0, 0, 9, 9)
    yield from _box(0, side - 8, 9, 8)
    yield from _box(side - 8, 0, 8, 9)
    yield from _box(6, 0, 1, side)
    yield from _box(0, 6, side, 1)
    if number >= 7:
        yield from _box(0, side - 11, 6, 3)
        yield from _box(side - 11, 0, 3, 6)
    centres = consts.ALIGNMENT_POS[number - 2] if number > 1 else ()
    corners = ((6, 6), (6, side - 7), (side - 7, 6))
    for row, column in ((row, column) for row in centres for column in centres):
        if (row, column) not in corners:
            yield from _box(row - 2, column - 2, 5, 5)


def _box(row: int, column: int, height: int, width: int) -> Iterator[tuple[int, int]]:
    return ((row + down, column + right) for down in range(height) for right in range(width))
