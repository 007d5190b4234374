"""What a phone needs to open lk without a signal: the manifest, the worker, and the page that it shows then."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from litestar import Controller, Response, get

from lk import language
from lk.config import settings
from lk.language import LANGUAGES, _, folded_language, spoken
from lk.static_files import static
from lk.templating import TEMPLATES
from lk.web import Request, page

WORKER = Path(__file__).parents[2] / "static" / "worker" / "service-worker.js"
STORE = "carried-store.js"
SHELL = ("app.css", "app.js", STORE, "carried.js", "favicon.svg")
"""The files of the page that is shown without a signal."""


class OfflineController(Controller):
    path = ""

    @get("/manifest.webmanifest", sync_to_thread=False)
    def manifest(self) -> Response[dict[str, object]]:
        return Response(_manifest(), media_type="application/manifest+json")

    @get("/service-worker.js", sync_to_thread=False)
    def worker(self) -> Response[str]:
        """Asked for again at every visit, so that a new version of lk comes at the first one."""
        return Response(_worker(), media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    @get("/offline")
    async def offline(self, request: Request) -> Response[str]:
        """The same for everybody of a language: the worker keeps each, its script shows what the phone itself has."""
        with spoken(folded_language(request.query_params.get("language")) or language.current()):
            return page(request, "readings/offline.html")


@cache
def _worker() -> str:
    source = WORKER.read_text(encoding="utf-8")
    kept = {
        "version": _version(source),
        "store": static(STORE),
        "files": [static(name) for name in SHELL],
        "pages": {each: f"/offline?language={each}" for each in LANGUAGES},
        "language": settings().language,
    }
    return f"const shell = {json.dumps(kept)};\n{source}"


def _version(source: str) -> str:
    """Another one whenever anything that the worker keeps is another."""
    pages = (
        path for folder in ("layouts", "components", "readings") for path in sorted((TEMPLATES / folder).iterdir())
    )
    parts = [
        source,
        repr(settings().company),
        *map(static, SHELL),
        *(each.read_text(encoding="utf-8") for each in pages),
        *(each.read_bytes().hex() for each in sorted(language.LOCALE.rglob("*.mo"))),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _manifest() -> dict[str, object]:
    """In the company's language: it is asked for without saying who reads."""
    company = settings().company
    with spoken(settings().language):
        name = _("%(company)s: личный кабинет", company=company.short_name)
        description = _("Показания, счета и оплата электроэнергии")
    return {
        "id": "/",
        "name": name,
        "short_name": company.short_name,
        "description": description,
        "lang": settings().language,
        "start_url": "/accounts",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f4ef",
        "theme_color": "#123a4d",
        "icons": [
            {"src": static("favicon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            {"src": static("icon-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any"},
            {"src": static("icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any"},
            {"src": static("icon-maskable-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
        ],
    }
