"""A photo of a meter as a resident of the town would take it."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

_SIZE = (1200, 900)
_WALL, _BODY, _WINDOW, _DIGIT = "#8f8a80", "#ece9e2", "#1c1f22", "#f4f1ea"


def picture_of_dial(shown: int, digits: int) -> bytes:
    """A JPEG: the digits of the dial, large enough to be read."""
    image = Image.new("RGB", _SIZE, _WALL)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((150, 90, 1050, 810), 60, fill=_BODY)
    draw.rounded_rectangle((210, 300, 990, 520), 24, fill=_WINDOW)
    font, step = ImageFont.load_default(150), 760 // digits
    for at, digit in enumerate(f"{shown:0{digits}}"):
        draw.text((220 + at * step + step // 2, 410), digit, _DIGIT, font, anchor="mm")
    draw.text((600, 610), "kWh", _WINDOW, ImageFont.load_default(60), anchor="mm")
    written = io.BytesIO()
    image.save(written, "JPEG", quality=85)
    return written.getvalue()
