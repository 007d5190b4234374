"""What a printed page says: its words, the codes on it, its pages, as other people's programs read them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path


def text_of(pdf: bytes, page: int | None = None) -> str:
    """Words in the order of the lines, single spaces."""
    pages = ["-f", str(page), "-l", str(page)] if page else []
    found = _asked(["pdftotext", "-layout", *pages, "-", "-"], pdf).decode()
    return spaced(found)


def spaced(text: str) -> str:
    """Breaks of every kind as one space, soft ones as none."""
    return " ".join(text.replace("\u200b", "").replace("\u00a0", " ").replace("\f", " ").split())


def words_of(text: str) -> set[str]:
    return set(spaced(text).split())


def pages_of(pdf: bytes) -> int:
    found = re.search(rb"Pages:\s+(\d+)", _asked(["pdfinfo", "-"], pdf))
    assert found
    return int(found[1])


def codes_of(pdf: bytes, folder: Path, page: int = 1) -> list[str]:
    """Of one page at 200 dots an inch, sorted."""
    picture = folder / "page.png"
    _asked(["pdftoppm", "-r", "200", "-png", "-singlefile", "-f", str(page), "-", str(picture.with_suffix(""))], pdf)
    return sorted(codes_in(picture))


def codes_in(picture: Path) -> list[str]:
    """Separated by a sign that no text of ours has."""
    words = ["zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", str(picture)]
    return _asked(words, b"").decode().splitlines()


def _asked(words: list[str], given: bytes) -> bytes:
    return subprocess.run(words, input=given, capture_output=True, check=True).stdout
