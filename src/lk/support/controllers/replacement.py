"""`/support/accounts/{id}/meters/{meter_id}/replacement`: an operator puts another meter in the place of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk.accounts.queries import AccountView, account_as_held
from lk.metering.replacing import meter_to_replace
from lk.metering.rules import MeterFacts
from lk.outcome import Problem, Refused
from lk.support.late_readings import replace_meter
from lk.support.replacement_form import TypedReplacement, parse_replacement
from lk.support.replacing import replacement_page
from lk.web import Request, address_of, page, see_other, typed, viewer_in


class ReplacementController(Controller):
    path = "/support/accounts/{account_id:str}/meters/{meter_id:int}/replacement"

    @get("/")
    async def replacement(self, request: Request, account_id: FromPath[str], meter_id: FromPath[int]) -> Response[Any]:
        account, meter = await _found(account_id, meter_id)
        if meter.removed_on is not None:
            return see_other(f"/support/accounts/{account_id}")
        return await _shown(request, account, meter)

    @post("/")
    async def replace(self, request: Request, account_id: FromPath[str], meter_id: FromPath[int]) -> Response[Any]:
        """Asks first, with what it comes to; then does it."""
        account, meter = await _found(account_id, meter_id)
        form = parse_replacement(await typed(request), meter.zones)
        try:
            await replace_meter(
                account,
                meter.id,
                form.wanted,
                actor=viewer_in(request).actor(address_of(request)),
                is_confirmed=form.is_confirmed and not form.problems,
            )
        except Refused as refusal:
            if refusal.problems[0].code == "already_replaced":
                return see_other(f"/support/accounts/{account_id}?done=replaced_before")
            return await _shown(request, account, meter, form, refusal.problems)
        return see_other(f"/support/accounts/{account_id}?done=replacement")


async def _found(account_id: str, meter_id: int) -> tuple[AccountView, MeterFacts]:
    account = await account_as_held(account_id)
    meter = await meter_to_replace(account.id, meter_id) if account else None
    if account is None or meter is None:
        raise NotFoundException
    return account, meter


async def _shown(
    request: Request,
    account: AccountView,
    meter: MeterFacts,
    form: TypedReplacement | None = None,
    refused: Sequence[Problem] = (),
) -> Response[str]:
    return page(
        request,
        "support/replacement.html",
        status=422 if refused else 200,
        active_tab="search",
        shown=await replacement_page(account, meter, form, refused),
        desk=f"/support/accounts/{account.public_id}",
        action=f"/support/accounts/{account.public_id}/meters/{meter.id}/replacement",
    )
