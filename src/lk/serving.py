"""`lk serve`: the site and the month in one process."""

from __future__ import annotations

import gc
from ipaddress import ip_address

import uvicorn
from litestar import Litestar

from lk import config, db
from lk.config import settings
from lk.migrating import migrate, pending

GRACEFUL_SECONDS = 8


class NotServable(Exception):
    """Does not start; the message says what to do."""


def serve(host: str, port: int) -> None:
    """Until stopped. Raises NotServable."""
    if settings().is_demo and not _is_loopback(host):
        raise NotServable(f"--host {host}: демонстрация открывается только на этой машине, например на 127.0.0.1")
    config.serve_on(port)
    db.run(_make_ready())
    uvicorn.run(
        _app(),
        host=host,
        port=port,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=not settings().is_demo,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
        backlog=2048,
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _make_ready() -> None:
    """An embedded database is migrated; a server's schema is its operator's affair."""
    if settings().is_sqlite:
        await migrate()
        return
    behind = await pending()
    if behind:
        raise NotServable(f"схема базы отстаёт на миграций: {len(behind)}; выполните lk migrate")


def _app() -> Litestar:
    from lk.app import create_app
    from lk.demo.signs import sign_in_words

    app = create_app()
    # What is there now stays for good: the collector need not look at it at every full round.
    gc.collect()
    gc.freeze()
    if settings().is_demo:
        print(sign_in_words(), flush=True)
    return app
