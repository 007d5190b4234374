"""Static files, kept in memory: fingerprinted URLs that never change, compressed once."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

ROOT = Path(__file__).parent / "static"
EVERY_PAGE = ("vendor/htmx.min.js", "js/lk.js", "js/offline.js")
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    url: str
    media_type: str
    body: bytes
    compressed: bytes


class StaticFileMissing(RuntimeError):
    """Set-up did not finish."""


@cache
def static_files() -> dict[str, StaticFile]:
    """By plain name. What every page needs is two files: all of `static/css` is `app.css`, EVERY_PAGE is `app.js`."""
    if not all((ROOT / name).exists() for name in EVERY_PAGE):
        raise StaticFileMissing("нет static/vendor/htmx.min.js: выполните make setup")
    css = b"\n".join(path.read_bytes() for path in sorted((ROOT / "css").glob("*.css")))
    scripts = b"\n".join((ROOT / name).read_bytes() for name in EVERY_PAGE)
    found = {"app.css": _static_file("app.css", css), "app.js": _static_file("app.js", scripts)}
    for folder in ("js", "icons"):
        for path in sorted((ROOT / folder).glob("*")):
            if path.suffix in _KINDS and f"{folder}/{path.name}" not in EVERY_PAGE:
                found[path.name] = _static_file(path.name, path.read_bytes())
    return found


def static(name: str) -> str:
    """The URL of a static file; an unknown name is an error at once."""
    return static_files()[name].url


@get("/static/{digest:str}/{name:str}", name="static", sync_to_thread=False)
def static_file(request: Request[None, None, State], digest: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """Only the current fingerprint answers."""
    found = static_files().get(name)
    if found is None or found.url != f"/static/{digest}/{name}":
        raise NotFoundException
    headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(found.body, media_type=found.media_type, headers=headers)
    return Response(found.compressed, media_type=found.media_type, headers={**headers, "Content-Encoding": "gzip"})


def _static_file(name: str, body: bytes) -> StaticFile:
    digest = hashlib.sha256(body).hexdigest()[:16]
    return StaticFile(f"/static/{digest}/{name}", _KINDS[Path(name).suffix], body, gzip.compress(body, 9, mtime=0))
