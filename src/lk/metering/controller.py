"""`/accounts/{id}/away`: until when nobody is there."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post

from lk import clock
from lk.accounts.queries import AccountView
from lk.actor import Actor
from lk.metering.away import call_off, declare
from lk.metering.declared import away_of, has_meter
from lk.metering.forms import parse_until
from lk.metering.messages import sentence
from lk.metering.notices import away_notice
from lk.metering.rules import AWAY_PERIODS_AT_MOST, last_away_day
from lk.outcome import Refused
from lk.web import Request, address_of, page, see_other, typed, viewer_in


class AwayController(Controller):
    path = "/accounts/{account_id:str}/away"

    @get("/")
    async def away(self, request: Request) -> Response[str]:
        return await _away_page(request)

    @post("/")
    async def declare(self, request: Request) -> Response[Any]:
        account, values = _account(request), await typed(request)
        try:
            await declare(account.id, parse_until(values), _actor(request))
        except Refused as refusal:
            return await _away_page(request, refusal, values.get("until", ""))
        return see_other(f"/accounts/{account.public_id}/away")

    @post("/cancellation")
    async def call_off(self, request: Request) -> Response[Any]:
        account = _account(request)
        await call_off(account.id, _actor(request))
        return see_other(f"/accounts/{account.public_id}/away")


def _account(request: Request) -> AccountView:
    account: AccountView = request.state.account
    return account


def _actor(request: Request) -> Actor:
    actor: Actor = viewer_in(request).actor(address_of(request))
    return actor


async def _away_page(request: Request, refusal: Refused | None = None, until: str = "") -> Response[str]:
    account, today = _account(request), clock.today()
    away = await away_of(account.id)
    return page(
        request,
        "metering/away.html",
        status=422 if refusal else 200,
        active_tab="readings",
        away=away,
        notice=away_notice(away.until_on, away.periods_used, today) if away else None,
        has_meter=await has_meter(account.id),
        is_read_only=viewer_in(request).look_id is not None,
        until=until or (away.until_on.isoformat() if away and not refusal else ""),
        earliest=today.isoformat(),
        latest=last_away_day(today),
        periods=AWAY_PERIODS_AT_MOST,
        errors=[(problem.field, sentence(problem)) for problem in refusal.problems] if refusal else [],
    )
