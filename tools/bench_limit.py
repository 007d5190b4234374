"""The limit of the home page: the same framework, middleware and template with values kept in memory, no database.

`bench_limit.py PORT COOKIE PATH`: the values are captured from one real request to PATH.
"""

from __future__ import annotations

import sys
from typing import Any

import uvicorn
from litestar import Litestar, Response, get
from litestar.config.compression import CompressionConfig
from litestar.testing import TestClient

from lk import web
from lk.app import create_app
from lk.errors import HANDLERS
from lk.middleware import OwnForms, security_headers
from lk.overview import controller
from lk.static_files import static_file
from lk.web import Request


def captured(cookie: str, path: str) -> dict[str, Any]:
    """What the real page gave to its template."""
    seen: dict[str, Any] = {}
    real = web.page

    def noting(request: Request, template: str, **values: Any) -> Response[str]:
        seen.update({"template": template, **web.shared(request), **values})
        return real(request, template, **values)

    controller.page = noting  # type: ignore[attr-defined]
    with TestClient(create_app(ticks=False)) as client:
        answer = client.get(path, headers={"Cookie": cookie})
    if answer.status_code != 200 or not seen:
        raise SystemExit(f"bench: the page to capture answered {answer.status_code}")
    return seen


def main() -> None:
    port, cookie, path = sys.argv[1:4]
    values = captured(cookie, path)
    template = values.pop("template")
    del values["csrf_input"]
    viewer = values.pop("viewer")

    @get("/accounts/{account_id:str}")
    async def home(request: Request) -> Response[str]:
        return web.page(request, template, viewer=viewer, **values)

    @get("/health")
    async def health() -> str:
        return "ok"

    app = Litestar(
        route_handlers=[home, health, static_file],
        exception_handlers=HANDLERS,
        before_send=[security_headers],
        middleware=[OwnForms()],
        compression_config=CompressionConfig(backend="gzip", gzip_compress_level=5, minimum_size=1024),
        openapi_config=None,
        logging_config=None,
    )
    uvicorn.run(app, host="127.0.0.1", port=int(port), access_log=False, log_level="warning", server_header=False)


main()
