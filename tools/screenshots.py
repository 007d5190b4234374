"""`make screenshots`: every page of a demo town as a picture, phone and desk, light and dark and in English.

The folder is the first word of the command, var/screens by default; SCREENS=readings in the environment takes only
the pages with that in their names.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

from lk.language import Language
from tools.contact_sheet import contact_sheets
from tools.tour import walk

SIZES = {"phone": (360, 740), "desk": (1280, 800)}
LOOKS: dict[Language, tuple[str, ...]] = {"ru": ("light", "dark"), "en": ("english",)}
ALL_LOOKS = [look for looks in LOOKS.values() for look in looks]


@dataclass
class Album:
    """Takes a picture of the page at hand in every size and colour scheme."""

    folder: Path
    wanted: str
    looks: tuple[str, ...] = LOOKS["ru"]
    names: dict[str, None] = field(default_factory=dict)
    """In the order of the tour."""

    def meet(self, page: Page) -> None:
        """Nothing to do."""

    def take(self, page: Page, name: str) -> None:
        if self.wanted not in name:
            return
        self.names[name] = None
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            for look in self.looks:
                page.emulate_media(color_scheme="dark" if look == "dark" else "light")
                page.screenshot(path=self.folder / f"{name}-{size}-{look}.png", full_page=True)


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "var/screens")
    folder.mkdir(parents=True, exist_ok=True)
    album = Album(folder, os.environ.get("SCREENS", ""))
    for language, looks in LOOKS.items():
        album.looks = looks
        walk(album, language)
    sheets = contact_sheets(folder, list(album.names), [f"{size}-{look}" for size in SIZES for look in ALL_LOOKS])
    print(f"{len(list(folder.glob('*-*-*.png')))} pictures in {folder}, {sheets} sheets of them")


if __name__ == "__main__":
    main()
