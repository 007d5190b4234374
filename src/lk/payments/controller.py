"""Pages of payments, and the place where the acquirer's notices arrive."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import structlog
from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk import clock
from lk.accounts.queries import AccountView
from lk.acquirer.networks import may_notify
from lk.config import settings
from lk.money import to_rubles
from lk.outcome import Problem, Refused
from lk.payments.actions import ask_on_return, start_payment, take_event
from lk.payments.forms import PaymentForm, nonce_in
from lk.payments.messages import reason_sentence, sentence
from lk.payments.queries import PaymentView, payment_of, payments_page
from lk.tokens import new_public_id
from lk.web import Request, address_of, go, page, see_other, typed, viewer_in

log = structlog.get_logger()

LONGEST_NOTICE = 64 * 1024
WAIT_SECONDS = 30
"""So long the page asks by itself, every two seconds; after that it says when to look again."""


class PaymentsController(Controller):
    path = "/accounts/{account_id:str}/payments"

    @get("")
    async def payments(self, request: Request) -> Response[str]:
        return await _payments(request)

    @post("")
    async def pay(self, request: Request) -> Response[Any]:
        """On to the acquirer's page, or to the payment's own where there is nothing to confirm."""
        account, viewer, form = _account(request), viewer_in(request), await typed(request)
        try:
            asked = PaymentForm.parse(form)
            payment = await start_payment(
                account,
                viewer.user_id,
                asked.amount_kopecks,
                viewer.actor(address_of(request)),
                nonce=asked.nonce,
                warned_of=asked.warned_of,
            )
        except Refused as refusal:
            return await _payments(request, form, refusal.problems)
        return see_other(payment.confirmation_url or _path(account, payment.public_id))

    @get("/{payment_id:str}")
    async def payment(self, request: Request, payment_id: FromPath[str]) -> Response[str]:
        """Where the acquirer's page sends the payer back to."""
        if not viewer_in(request).is_agent:
            await ask_on_return(_account(request).id, payment_id)
        payment = await _payment(request, payment_id)
        wait_until = _seconds() + WAIT_SECONDS
        shown = _shown(request, payment)
        return page(request, "payments/payment.html", active_tab="payments", wait_until=wait_until, **shown)

    @get("/{payment_id:str}/state")
    async def state(self, request: Request, payment_id: FromPath[str]) -> Response[Any]:
        """Asked by the payment's page while it waits; once there is an end, the page is shown anew."""
        if not viewer_in(request).is_agent:
            await ask_on_return(_account(request).id, payment_id)
        payment = await _payment(request, payment_id)
        if not payment.is_open:
            return go(request, _path(_account(request), payment_id))
        if _seconds() < _number(request.query_params.get("until", "")):
            return Response(None, status_code=204)
        return page(request, "payments/_wait.html", **_shown(request, payment), wait_until=None)


@post("/acquirer/events", status_code=200)
async def acquirer_events(request: Request) -> Response[None]:
    """200 ends the notice; anything else makes the acquirer send it again. What it says is never believed."""
    if not may_notify(address_of(request), is_demo=settings().is_demo):
        log.warning("acquirer_event_from_elsewhere", address=address_of(request))
        return Response(None, status_code=403)
    notice = _notice(await request.body())
    if notice is None:
        return Response(None, status_code=400)
    return Response(None, status_code=200 if await take_event(*notice) else 503)


async def _payments(
    request: Request, form: Mapping[str, str] | None = None, problems: tuple[Problem, ...] = ()
) -> Response[str]:
    account, viewer = _account(request), viewer_in(request)
    shown = await payments_page(account.id, account.seen_since)
    suggested = max(shown.owed.balance.principal, 0)
    errors = [(problem.field, sentence(problem)) for problem in problems if problem.code != "another_in_the_way"]
    return page(
        request,
        "payments/page.html",
        status=422 if problems else 200,
        active_tab="payments",
        shown=shown,
        today=clock.today(),
        suggested_kopecks=suggested,
        suggested=to_rubles(suggested),
        amount=(form or {}).get("amount", to_rubles(suggested).replace(".", ",") if suggested else ""),
        errors=errors,
        amount_error=next((text for field, text in errors if field == "amount"), None),
        is_typed=form is not None,
        nonce=nonce_in(form or {}) or new_public_id(),
        is_looking=viewer.is_agent,
    )


def _shown(request: Request, payment: PaymentView) -> dict[str, Any]:
    return {
        "payment": payment,
        "payment_path": _path(_account(request), payment.public_id),
        "why": reason_sentence(payment.reason) if payment.reason else "",
        "is_looking": viewer_in(request).is_agent,
    }


async def _payment(request: Request, payment_id: str) -> PaymentView:
    payment = await payment_of(_account(request).id, payment_id, _account(request).seen_since)
    if payment is None:
        raise NotFoundException
    return payment


def _account(request: Request) -> AccountView:
    account: AccountView = request.state.account
    return account


def _path(account: AccountView, payment_id: str) -> str:
    return f"/accounts/{account.public_id}/payments/{payment_id}"


def _seconds() -> int:
    return int(clock.now().timestamp())


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def _notice(raw: bytes) -> tuple[str, str] | None:
    """The event's name and the id of its object; None where it is not a notice."""
    if len(raw) > LONGEST_NOTICE:
        return None
    try:
        notice = json.loads(raw)
        event, object_id = notice["event"], notice["object"]["id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return (event, object_id) if isinstance(event, str) and isinstance(object_id, str) else None
