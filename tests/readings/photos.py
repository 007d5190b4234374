"""Pictures of meters, good and bad."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image


def photo(width: int = 800, height: int = 600, form: str = "JPEG", **options: object) -> bytes:
    written = io.BytesIO()
    Image.effect_mandelbrot((width, height), (-3, -2.5, 2, 2.5), 20).convert("RGB").save(written, form, **options)
    return written.getvalue()


def photo_from_phone() -> bytes:
    """Held upright, with the place where it was taken, a comment, and the name of the phone."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x0110] = "Telefon Mashi"
    exif.get_ifd(0x8825)[2] = (55.0, 45.0, 21.0)
    return photo(2400, 1800, exif=exif, comment=b"u nas doma")


def pixel_bomb() -> bytes:
    """A few hundred kilobytes that say they are 40 000 × 40 000."""
    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 40_001 * 1000, 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
