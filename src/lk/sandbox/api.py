"""The API under `/v3`: payments, saved cards, refunds."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse

from lk.sandbox.methods import create_link
from lk.sandbox.payments import create_payment, refuse_second_stage
from lk.sandbox.problems import invalid, not_found
from lk.sandbox.refunds import create_refund
from lk.sandbox.requests import AnyRequest, create, idempotence_key, shop_only, show, till_of
from lk.sandbox.store import Record
from lk.sandbox.till import Till, microseconds
from lk.sandbox.validation import link_request, payment_request, refund_request

PAYMENT_STATUSES = ("pending", "waiting_for_capture", "succeeded", "canceled")
REFUND_STATUSES = ("pending", "succeeded", "canceled")
_COMPARISONS = {"gte": ">=", "gt": ">", "lte": "<=", "lt": "<"}


@post("/payments", status_code=200)
async def post_payment(request: AnyRequest) -> ASGIResponse:
    pages_url = _pages_url(request)
    return await create(request, lambda till, body: create_payment(till, payment_request(body), pages_url))


@get("/payments")
async def list_payments(request: AnyRequest) -> ASGIResponse:
    return await show(request, lambda till: _page(till, "payment", request.query_params, PAYMENT_STATUSES))


@get("/payments/{object_id:str}")
async def get_payment(request: AnyRequest, object_id: FromPath[str]) -> ASGIResponse:
    return await show(request, partial(_one, "payment", object_id))


@post(["/payments/{object_id:str}/capture", "/payments/{object_id:str}/cancel"], status_code=200)
async def post_second_stage(request: AnyRequest, object_id: FromPath[str]) -> ASGIResponse:
    idempotence_key(request.headers)
    return await show(request, lambda till: refuse_second_stage(till, object_id))


@post("/payment_methods", status_code=200)
async def post_payment_method(request: AnyRequest) -> ASGIResponse:
    pages_url = _pages_url(request)
    return await create(request, lambda till, body: create_link(till, link_request(body), pages_url))


@get("/payment_methods/{object_id:str}")
async def get_payment_method(request: AnyRequest, object_id: FromPath[str]) -> ASGIResponse:
    return await show(request, partial(_one, "payment_method", object_id))


@post("/refunds", status_code=200)
async def post_refund(request: AnyRequest) -> ASGIResponse:
    return await create(request, lambda till, body: create_refund(till, refund_request(body)))


@get("/refunds")
async def list_refunds(request: AnyRequest) -> ASGIResponse:
    return await show(request, lambda till: _page(till, "refund", request.query_params, REFUND_STATUSES))


@get("/refunds/{object_id:str}")
async def get_refund(request: AnyRequest, object_id: FromPath[str]) -> ASGIResponse:
    return await show(request, partial(_one, "refund", object_id))


api = Router(
    "/v3",
    route_handlers=[
        post_payment,
        list_payments,
        get_payment,
        post_second_stage,
        post_payment_method,
        get_payment_method,
        post_refund,
        list_refunds,
        get_refund,
    ],
    guards=[shop_only],
)


def _one(kind: str, object_id: str, till: Till) -> dict[str, Any]:
    record = till.store.find(kind, object_id)
    if record is None:
        raise not_found(kind.replace("_", " ").capitalize())
    return record.body


def _page(till: Till, kind: str, query: Any, statuses: tuple[str, ...]) -> dict[str, Any]:
    """Newest first; the cursor is the number of the last one shown, so new payments shift nothing."""
    limit = _limit(query.get("limit", "10"))
    found = till.store.newest(kind, _conditions(kind, query, statuses), limit + 1)
    page: dict[str, Any] = {"type": "list", "items": [record.body for record in found[:limit]]}
    if len(found) > limit:
        page["next_cursor"] = _cursor_after(found[limit - 1])
    return page


def _conditions(kind: str, query: Any, statuses: tuple[str, ...]) -> list[tuple[str, object]]:
    conditions: list[tuple[str, object]] = []
    for name, comparison in _COMPARISONS.items():
        if (text := query.get(f"created_at.{name}")) is not None:
            conditions.append((f"created_us {comparison} ?", _instant_us(text, f"created_at.{name}")))
    if (status := query.get("status")) is not None:
        if status not in statuses:
            raise invalid(f"Expected: {', '.join(statuses)}", "status")
        conditions.append(("status = ?", status))
    if kind == "refund" and (payment_id := query.get("payment_id")) is not None:
        conditions.append(("json_extract(body, '$.payment_id') = ?", payment_id))
    if (cursor := query.get("cursor")) is not None:
        conditions.append(("number < ?", _number_of(cursor)))
    return conditions


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= 100):
        raise invalid("A number from 1 to 100 is expected", "limit")
    return int(text)


def _instant_us(text: str, parameter: str) -> int:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise invalid("An ISO 8601 instant is expected", parameter) from None
    return microseconds(instant if instant.tzinfo else instant.replace(tzinfo=UTC))


def _cursor_after(record: Record) -> str:
    return f"after-{record.number}"


def _number_of(cursor: str) -> int:
    number = cursor.removeprefix("after-")
    if number == cursor or not (number.isascii() and number.isdigit()) or len(number) > 15:
        raise invalid("Unknown cursor", "cursor")
    return int(number)


def _pages_url(request: AnyRequest) -> str:
    """Where the payer's browser finds the hosted pages."""
    till = till_of(request)
    origin = till.public_url or f"{request.url.scheme}://{request.url.netloc}{till.base_path}"
    return origin.rstrip("/")
