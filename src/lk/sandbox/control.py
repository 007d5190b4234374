"""Beside the API, for tests and demonstrations: the log of money moves, faults, the address of events, cards."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from litestar import Router, delete, get, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse

from lk.sandbox.cards import REASONS, SUCCEEDS
from lk.sandbox.fields import Fields, amount_of, parse_json
from lk.sandbox.passing import catch_up
from lk.sandbox.problems import invalid, not_found
from lk.sandbox.requests import AnyRequest, json_answer, shop_only, till_of
from lk.sandbox.store import Move


@get("/log")
async def get_log(request: AnyRequest) -> ASGIResponse:
    """Every capture and refund there ever was, in order."""
    till = till_of(request)
    catch_up(till)
    return json_answer({"type": "list", "items": [_move(move) for move in till.store.moves()]})


@get("/faults")
async def get_faults(request: AnyRequest) -> ASGIResponse:
    return json_answer(till_of(request).faults.state())


@post("/faults", status_code=200)
async def post_faults(request: AnyRequest) -> ASGIResponse:
    till = till_of(request)
    till.faults.set(parse_json(await request.body()))
    till.events.send_staged()
    return json_answer(till.faults.state())


@delete("/faults", status_code=200)
async def delete_faults(request: AnyRequest) -> ASGIResponse:
    till = till_of(request)
    till.faults.clear()
    till.events.send_staged()
    return json_answer(till.faults.state())


@get("/events")
async def get_events(request: AnyRequest) -> ASGIResponse:
    return json_answer({"url": till_of(request).events.url})


@post("/events", status_code=200)
async def post_events(request: AnyRequest) -> ASGIResponse:
    """`{"url": …}`: where events go from now on; null ends them."""
    asked = Fields.of(parse_json(await request.body()))
    url = asked.text("url", 2048) if asked.has("url") else None
    if url is not None and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise invalid("An absolute http or https address is expected", "url")
    till_of(request).events.url = url
    return json_answer({"url": url})


@post("/cards/{method_id:str}", status_code=200)
async def post_card(request: AnyRequest, method_id: FromPath[str]) -> ASGIResponse:
    """`{"outcome": …}`: from now on charges of this saved card succeed, or are canceled with that reason."""
    till = till_of(request)
    outcome = Fields.of(parse_json(await request.body())).one_of("outcome", SUCCEEDS, *sorted(REASONS))
    method = till.store.find("payment_method", method_id)
    if method is None or method.status != "active":
        raise not_found("Saved card")
    till.store.set_outcome(method_id, outcome)
    return json_answer({"payment_method_id": method_id, "outcome": outcome})


control = Router(
    "/",
    route_handlers=[get_log, get_faults, post_faults, delete_faults, get_events, post_events, post_card],
    guards=[shop_only],
)


def _move(move: Move) -> dict[str, Any]:
    return {**asdict(move), "amount": amount_of(move.amount_kopecks)}
