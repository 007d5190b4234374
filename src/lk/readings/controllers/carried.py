"""`/accounts/{account_id}/readings/carried`: where a phone leaves a reading that it took without a signal.

It asks the door first: who is signed in by now, and the mark without which nothing is sent. Both answer JSON, for the
script of the page and for the worker behind it. GET: `{mark, owner}`. POST: 200 with a `CarriedAnswer`, 422 with a
`CarriedRefusal`, of which nothing is stored.
"""

from __future__ import annotations

from dataclasses import asdict

from litestar import Controller, MediaType, Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.exceptions import NotFoundException
from litestar.template.base import csrf_token

from lk.accounts.queries import AccountView
from lk.clock import now
from lk.metering.carrying import take_carried
from lk.outcome import Refused
from lk.readings.carried import CarriedAnswer, CarriedRefusal, answer_to, not_yours, refusal_of, unreadable
from lk.readings.forms import parse_carried
from lk.readings.rules import believed_instant, claimed_instant
from lk.readings.typing import typed_reading
from lk.web import Request, address_of, owner_in, typed, viewer_in


class CarriedController(Controller):
    path = "/accounts/{account_id:str}/readings/carried"
    response_headers = (ResponseHeader(name="Cache-Control", value="no-store"),)

    @get("/")
    async def door(self, request: Request) -> Response[dict[str, str | None]]:
        return Response(
            {"mark": csrf_token({"request": request}), "owner": owner_in(request)}, media_type=MediaType.JSON
        )

    @post("/", status_code=200)
    async def take(self, request: Request) -> Response[dict[str, object]]:
        fields = await typed(request)
        if fields.get("owner") != owner_in(request):
            return _answer(not_yours())
        account: AccountView = request.state.account
        form = await typed_reading(account.id, fields)
        if form is None:
            raise NotFoundException
        brought = parse_carried(fields)
        if brought is None:
            return _answer(unreadable())
        clocks = brought.taken_ms, brought.sent_ms, now()
        try:
            if form.problems:
                raise Refused(form.problems)
            taken = await take_carried(
                account,
                form.meter_id,
                form.values,
                key=brought.key,
                taken_at=believed_instant(*clocks),
                claimed_at=claimed_instant(*clocks),
                source="helper" if account.access_role == "helper" else "resident",
                actor=viewer_in(request).actor(address_of(request)),
                is_confirmed=form.is_confirmed,
            )
        except Refused as refusal:
            return _answer(refusal_of(form, refusal.problems))
        return _answer(answer_to(taken))


def _answer(told: CarriedAnswer | CarriedRefusal) -> Response[dict[str, object]]:
    status = 422 if isinstance(told, CarriedRefusal) else 200
    return Response(asdict(told), status_code=status, media_type=MediaType.JSON)
