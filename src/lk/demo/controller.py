"""What only a demonstration has: the letters on a page, the clock moved by hand, the agent's code, the sandbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
from litestar import Controller, Response, asgi, get, post
from litestar.exceptions import NotFoundException, ValidationException
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler, Receive, Scope, Send

from lk import clock
from lk.acquirer.gateway import use_sandbox
from lk.config import settings
from lk.demo.actions import live_until
from lk.demo.moments import MOMENTS, moment_named
from lk.demo.queries import demo_codes, letter_of, letters, paper_bill, paper_codes
from lk.sandbox import create_sandbox
from lk.templating import environment
from lk.web import Request, page, see_other, typed

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LONGEST_JUMP = timedelta(days=400)


class DemoController(Controller):
    """All of it answers in demo mode only: in production the routes do not exist."""

    path = "/dev"

    @get("/mailbox", name="mailbox")
    async def mailbox(self, request: Request) -> Response[str]:
        return page(request, "demo/mailbox.html", letters=await letters())

    @get("/mailbox/{message_id:int}", name="letter")
    async def letter(self, request: Request, message_id: FromPath[int]) -> Response[str]:
        found = await letter_of(message_id)
        if found is None:
            raise NotFoundException
        return page(request, "demo/letter.html", letter=found)

    @get("/code", name="code")
    async def code(self, request: Request) -> Response[str]:
        """The codes that an agent's phone would show."""
        codes = [(login, pyotp.TOTP(secret).at(clock.now())) for login, secret in await demo_codes()]
        return page(request, "demo/code.html", codes=codes)

    @get("/paper-bill", name="paper_bill")
    async def paper_bill(self, request: Request) -> Response[str]:
        """With it in hand a visitor walks through the wizard."""
        paper = await paper_bill()
        if paper is None:
            raise NotFoundException
        return page(request, "demo/paper_bill.html", paper=paper, codes=await paper_codes())

    @post("/clock", name="clock")
    async def clock(self, request: Request) -> Response[Any]:
        """Moves the clock and does what is owed by then; the clock stands still from then on."""
        now_file = settings().now_file
        if now_file is None:
            raise NotFoundException
        to = (await typed(request)).get("to", "")
        try:
            instant = _instant(to)
        except (ValueError, OverflowError):
            raise ValidationException from None
        await live_until(instant or datetime.now(UTC))  # noqa: TID251 - back to the real time, whatever the clock says
        _move(now_file, instant)
        return see_other(_came_from(request))

    @get("/components", name="components")
    async def components(self, request: Request) -> Response[str]:
        return page(request, "dev/components.html", now=clock.now())


def DEMO_ROUTES() -> list[ControllerRouterHandler]:  # noqa: N802
    environment().globals["moments"] = MOMENTS
    origin = settings().public_url
    use_sandbox(f"{origin}/sandbox/v3")
    sandbox = create_sandbox(
        store_path=_sandbox_store(), events_url=f"{origin}/acquirer/events", now=clock.now, base_path="/sandbox"
    )

    @asgi("/sandbox", is_mount=True, copy_scope=True)
    async def acquirer(scope: Scope, receive: Receive, send: Send) -> None:
        await sandbox(scope, receive, send)

    return [DemoController, acquirer]


def _sandbox_store() -> Path | None:
    """Beside the embedded database, so that both forget together."""
    return settings().sqlite_path.with_suffix(".sandbox.sqlite3") if settings().is_sqlite else None


def _move(now_file: Path, instant: datetime | None) -> None:
    if instant is None:
        now_file.unlink(missing_ok=True)
        return
    now_file.parent.mkdir(parents=True, exist_ok=True)
    aside = now_file.with_suffix(".new")
    aside.write_text(instant.isoformat(), encoding="ascii")
    aside.replace(now_file)


def _instant(to: str) -> datetime | None:
    """None: the real time. Raises ValueError, also for what is too far off to be lived through."""
    if to == "real":
        return None
    if to in MOMENTS:
        return moment_named(to, clock.now())
    instant = clock.parse_instant(to)
    if not EARLIEST <= instant <= clock.now() + LONGEST_JUMP:
        raise ValueError(to)
    return instant


def _came_from(request: Request) -> str:
    """Back to the page whose panel was used: its path only, never another site."""
    referer = request.headers.get("referer", "")
    prefix = settings().public_url + "/"
    return "/" + referer.removeprefix(prefix).split("?")[0].lstrip("/") if referer.startswith(prefix) else "/"
