"""Whether a PDF is one and merely shows pages: nothing in it runs, starts, sends or hides another file. Pure.

A name may be spelled `/J#61vaScript`, and objects may lie packed in object streams: those are unpacked, within bounds.
What cannot be looked through is refused; a reader of PDF is nobody's idea of a sandbox.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

LARGEST_UNPACKED = 32 * 2**20
"""Of all object streams together: a page's own pictures are not among them."""

_ACTIVE = ("JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "XFA", "SubmitForm", "ImportData",
           "GoToE", "Rendition")  # fmt: skip
_END = rb"(?=[\s/<>\[\](){}%\0]|$)"
_DICTIONARY = 4096
_STEP = 4096
_PIECE = 2**16
_LONGEST_NAME = 64


def _spelled(name: str) -> bytes:
    """A pattern for the name however its letters are written."""
    return "".join(f"(?:{each}|(?i:#{ord(each):02x}))" for each in name).encode()


def _names(*names: str) -> re.Pattern[bytes]:
    return re.compile(b"/(?:" + b"|".join(_spelled(name) for name in names) + b")" + _END)


_RUNS = _names(*_ACTIVE)
_LOCKED = _names("Encrypt")
_PACKED = _names("ObjStm")
_FILTER = _names("Filter", "F")
_PLAIN_FILTER = re.compile(rb"/Filter\s*\[?\s*/(?:FlateDecode|Fl)\s*\]?" + _END)
_STREAM = re.compile(rb"\bstream\r?\n")


def pdf_trouble(content: bytes) -> str | None:
    """None for a PDF that merely shows; else `pdf_broken`, `pdf_locked`, `pdf_active`, `pdf_unreadable`."""
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
        return "pdf_broken"
    if _holds(_LOCKED, content):
        return "pdf_locked"
    if _holds(_RUNS, content):
        return "pdf_active"
    room = LARGEST_UNPACKED
    for at in _places(_PACKED, content):
        unpacked = _unpacked(content, at, room)
        if unpacked is None:
            return "pdf_unreadable"
        if _holds(_RUNS, unpacked):
            return "pdf_active"
        room -= len(unpacked)
    return None


def _holds(pattern: re.Pattern[bytes], content: bytes) -> bool:
    return next(_places(pattern, content), None) is not None


def _places(pattern: re.Pattern[bytes], content: bytes) -> Iterator[int]:
    """Where it begins; looked for piece by piece, so that other threads get their turn."""
    for begins in range(0, len(content), _PIECE):
        for found in pattern.finditer(content, begins, begins + _PIECE + _LONGEST_NAME):
            if found.start() < begins + _PIECE:
                yield found.start()


def _unpacked(content: bytes, at: int, room: int) -> bytes | None:
    """The object stream whose dictionary is around `at`; None where it does not open simply or is too large."""
    begins = content.rfind(b"obj", max(0, at - _DICTIONARY), at)
    stream = _STREAM.search(content, at, at + _DICTIONARY)
    if begins < 0 or stream is None or b"endobj" in content[at : stream.start()]:
        return None
    dictionary = content[begins : stream.start()]
    if not _FILTER.search(dictionary):
        return b""
    if not _PLAIN_FILTER.search(dictionary) or len(_FILTER.findall(dictionary)) > 1 or b"DecodeParms" in dictionary:
        return None
    return _inflated(content, stream.end(), room)


def _inflated(content: bytes, at: int, room: int) -> bytes | None:
    """As much as there is, or None above `room` bytes and for what is not packed so; never more than that in memory."""
    opened, pieces, size = zlib.decompressobj(), list[bytes](), 0
    while not opened.eof and at < len(content):
        try:
            pieces.append(opened.decompress(content[at : at + _STEP], room - size + 1))
        except zlib.error:
            return None
        size += len(pieces[-1])
        if size > room:
            return None
        at += _STEP
    return b"".join(pieces) if opened.eof else None
