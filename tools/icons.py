"""The icons of a home screen as PNG, for phones that take no SVG: `python -m tools.icons` draws them anew."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from tools.tour import FLAGS, chromium

ICONS = Path(__file__).parents[1] / "src" / "lk" / "static" / "icons"
DRAWN = {
    "apple-touch-icon.png": ("apple-touch-icon.svg", 180),
    "icon-192.png": ("favicon.svg", 192),
    "icon-512.png": ("favicon.svg", 512),
    "icon-maskable-512.png": ("icon-maskable.svg", 512),
}


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page()
        for name, (source, side) in DRAWN.items():
            page.set_viewport_size({"width": side, "height": side})
            svg = (ICONS / source).read_text(encoding="utf-8")
            page.set_content(f"<style>*{{margin:0;width:{side}px;height:{side}px}}</style>{svg}")
            page.screenshot(path=ICONS / name, omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
