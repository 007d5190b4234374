"""`make screenshots`: every page of a demo town as a picture, phone and desk, light and dark.

The folder is the first word of the command, var/screens by default; SCREENS=readings in the environment takes only
the pages with that in their names.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tools.tour import walk

SIZES = {"phone": (360, 740), "desk": (1280, 800)}
SCHEMES = ("light", "dark")


@dataclass
class Album:
    """Takes a picture of the page at hand in every size and colour scheme."""

    folder: Path
    wanted: str
    taken: int = 0

    def meet(self, page: Page) -> None:
        """Nothing to do."""

    def take(self, page: Page, name: str) -> None:
        if self.wanted not in name:
            return
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                page.screenshot(path=self.folder / f"{name}-{size}-{scheme}.png", full_page=True)
                self.taken += 1


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "var/screens")
    folder.mkdir(parents=True, exist_ok=True)
    album = Album(folder, os.environ.get("SCREENS", ""))
    walk(album)
    print(f"{album.taken} pictures in {folder}")


if __name__ == "__main__":
    main()
