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
from lk.cards.forms import nonce_in
from lk.cards.names import card_names
from lk.cards.queries import cards_of
from lk.cards.rules import Term
from lk.config import settings
from lk.identity.rules import is_confirmed
from lk.ledger.rules import Part
from lk.money import rubles_to_type, to_rubles
from lk.outcome import Problem, Refused, refuse
from lk.payments.actions import ask_on_return
from lk.payments.forms import PaymentForm, means_in, part_in
from lk.payments.means import Means, offered_card
from lk.payments.messages import reason_sentence, sentence
from lk.payments.notices import take_notice
from lk.payments.queries import PaymentView, cards_used, payment_of, payments_page
from lk.payments.rules import LEAST_KOPECKS
from lk.payments.starting import start_payment
from lk.tokens import new_public_id
from lk.web import Request, address_of, go, is_waiting, page, see_other, typed, viewer_in, wait_until

log = structlog.get_logger()

LONGEST_NOTICE = 64 * 1024


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
            if asked.means.saves_card and not _is_fresh(request):
                raise refuse("password_wanted", "save")
            payment = await start_payment(
                account,
                viewer.user_id,
                asked.amount_kopecks,
                viewer.actor(address_of(request)),
                nonce=asked.nonce,
                warned_of=asked.warned_of,
                means=asked.means,
                owed_shown=asked.owed_shown,
                part=asked.part,
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
        shown = _shown(request, payment)
        return page(request, "payments/payment.html", active_tab="payments", wait_until=wait_until(), **shown)

    @get("/{payment_id:str}/state")
    async def state(self, request: Request, payment_id: FromPath[str]) -> Response[Any]:
        """Asked by the payment's page while it waits; once there is an end, the page is shown anew."""
        if not viewer_in(request).is_agent:
            await ask_on_return(_account(request).id, payment_id)
        payment = await _payment(request, payment_id)
        if not payment.is_open:
            return go(request, _path(_account(request), payment_id))
        if is_waiting(request):
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
    return Response(None, status_code=200 if await take_notice(*notice) else 503)


async def _payments(
    request: Request, form: Mapping[str, str] | None = None, problems: tuple[Problem, ...] = ()
) -> Response[str]:
    account, viewer = _account(request), viewer_in(request)
    shown = await payments_page(account.id, account.seen_since, user_id=viewer.user_id)
    suggested = max(shown.owed.balance.principal, 0)
    codes = {problem.code for problem in problems}
    errors = [(problem.field, sentence(problem)) for problem in problems if problem.code != "another_in_the_way"]
    in_field = "" if suggested == 0 else rubles_to_type(suggested)
    sum_form = {} if form is None or part_in(form) is Part.PENALTY else form
    return page(
        request,
        "payments/page.html",
        status=422 if problems else 200,
        active_tab="payments",
        shown=shown,
        today=clock.today(),
        suggested_kopecks=suggested,
        suggested=to_rubles(suggested),
        penalty_to_pay=to_rubles(max(shown.owed.balance.penalty, 0)),
        least_kopecks=LEAST_KOPECKS,
        amount=in_field if "owed_less" in codes else sum_form.get("amount", in_field),
        errors=errors,
        told=dict(errors),
        is_typed=bool(sum_form),
        nonce=nonce_in(form or {}) or new_public_id(),
        is_looking=viewer.is_agent,
        save=_saving(request),
        **await _means(request, means_in(form or {}) if form else None),
    )


async def _means(request: Request, chosen: Means | None) -> dict[str, Any]:
    """`cards`: (public id, name, last four) of linked ones, newest first; `means`: what is chosen; `offered`: the
    card of the page's own button, the one that was used last or else the newest."""
    viewer = viewer_in(request)
    if viewer.is_agent:
        return {"cards": [], "means": "card", "offered": None}
    linked = [card for card in await cards_of(viewer.user_id) if card.term is not Term.OVER]
    cards = [(card.public_id, name, card.last_four) for card, name in zip(linked, card_names(linked), strict=True)]
    best = offered_card([card_id for card_id, _, _ in cards], await cards_used(viewer.user_id))
    offered = next((card for card in cards if card[0] == best), None)
    default = offered[0] if offered else "card"
    return {"cards": cards, "means": (chosen.card or chosen.way.value) if chosen else default, "offered": offered}


def _saving(request: Request) -> str:
    """Whether a typed card may be kept: `yes`, `after_password`, or `no` for whoever is no holder."""
    if _account(request).access_role != "holder" or viewer_in(request).is_agent:
        return "no"
    return "yes" if _is_fresh(request) else "after_password"


def _is_fresh(request: Request) -> bool:
    return is_confirmed(viewer_in(request).confirmed_at, clock.now())


def _shown(request: Request, payment: PaymentView) -> dict[str, Any]:
    return {
        "payment": payment,
        "payment_path": _path(_account(request), payment.public_id),
        "why": reason_sentence(payment.reason) if payment.reason else "",
        "is_own": payment.user_id == viewer_in(request).user_id,
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
