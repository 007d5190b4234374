"""A photo becomes a picture of our own making: turned upright, shrunk, without anything that was written into it."""

from __future__ import annotations

import asyncio
import io
from weakref import WeakKeyDictionary

import structlog
from PIL import Image, ImageOps, UnidentifiedImageError

from lk.outcome import Refused, refuse

log = structlog.get_logger()

LARGEST_FILE = 10 * 2**20
MOST_PIXELS = 40_000_000
"""Decoded it takes three or four bytes a pixel."""
LONGEST_SIDE = 1600
QUALITY = 80

_FORMATS = ("JPEG", "PNG", "WEBP")
_HEIC = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_gates: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def jpeg_of(content: bytes) -> bytes:
    """Off the event loop, one at a time.

    Raises Refused: `photo_wanted`, `photo_too_big`, `photo_too_many_pixels`, `photo_heic`, `photo_not_a_picture`,
    `photo_broken`.
    """
    if not content:
        raise refuse("photo_wanted", "photo")
    if len(content) > LARGEST_FILE:
        raise refuse("photo_too_big", "photo", megabytes=LARGEST_FILE // 2**20)
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        raise refuse("photo_heic", "photo")
    async with _gates.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(1)):
        return await asyncio.to_thread(_made_anew, content)


def _made_anew(content: bytes) -> bytes:
    try:
        image = Image.open(io.BytesIO(content), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except UnidentifiedImageError:
        raise refuse("photo_not_a_picture", "photo") from None
    except Exception as trouble:
        raise _broken(trouble) from None
    if image.width * image.height > MOST_PIXELS:
        raise _too_many_pixels()
    try:
        return _written(image)
    except Exception as trouble:
        raise _broken(trouble) from None


def _broken(trouble: Exception) -> Refused:
    """Decoders fail in as many ways as files can be broken."""
    log.info("photo_undecodable", error=type(trouble).__name__)
    return refuse("photo_broken", "photo")


def _too_many_pixels() -> Refused:
    return refuse("photo_too_many_pixels", "photo", megapixels=MOST_PIXELS // 1_000_000)


def _written(image: Image.Image) -> bytes:
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # Pasted onto an empty one: the comment and the notes of the original would come along otherwise.
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    written = io.BytesIO()
    clean.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()
