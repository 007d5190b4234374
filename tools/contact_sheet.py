"""All pictures of all pages on few sheets, to be looked at one page after another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

CELL = {"phone": (300, 620), "desk": (620, 620)}
"""Pixels of a picture; what a page has further below is cut."""
ROWS, GAP, HEAD = 4, 12, 22


def contact_sheets(folder: Path, names: Sequence[str], looks: Sequence[str]) -> int:
    """`sheet-01.png` and on in `folder`, a row for each page, a column for each look; returns how many."""
    starts = range(0, len(names), ROWS)
    for number, start in enumerate(starts, 1):
        _sheet(folder, names[start : start + ROWS], looks).save(folder / f"sheet-{number:02}.png")
    return len(starts)


def _sheet(folder: Path, names: Sequence[str], looks: Sequence[str]) -> Image.Image:
    widths = [CELL[look.split("-")[0]][0] for look in looks]
    height = max(height for _, height in CELL.values())
    size = (sum(widths) + GAP * (len(looks) + 1), (height + GAP + HEAD) * len(names) + GAP)
    sheet = Image.new("RGB", size, "#8a8577")
    draw = ImageDraw.Draw(sheet)
    for row, name in enumerate(names):
        top, left = GAP + row * (height + GAP + HEAD), GAP
        draw.text((GAP, top), name, fill="#ffffff", font_size=16)
        for look, width in zip(looks, widths, strict=True):
            path = folder / f"{name}-{look}.png"
            if path.exists():
                with Image.open(path) as picture:
                    whole = picture.convert("RGB")
                scaled = whole.resize((width, whole.height * width // whole.width))
                sheet.paste(scaled.crop((0, 0, width, min(height, scaled.height))), (left, top + HEAD))
            left += width + GAP
    return sheet
