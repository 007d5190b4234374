"""Several addresses paid at once with a linked card, and what became of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from lk.cards.forms import nonce_in
from lk.cards.names import card_names
from lk.cards.queries import cards_of
from lk.cards.rules import Term
from lk.outcome import Problem, Refused
from lk.payments.forms import TogetherForm, accounts_in
from lk.payments.means import offered_card
from lk.payments.messages import reason_sentence, sentence
from lk.payments.owing import FormPayment, owing_accounts, payments_of_form
from lk.payments.queries import cards_used
from lk.payments.together import ask_on_return_together, pay_together
from lk.tokens import new_public_id
from lk.web import Request, address_of, go, is_waiting, page, see_other, typed, viewer_in, wait_until


class TogetherController(Controller):
    path = "/payments"

    @get("")
    async def accounts(self, request: Request) -> Response[str]:
        """With a form in its address (`form=seen`) the same page for what is ticked in it."""
        asked = dict(request.query_params)
        return await _accounts(request, asked, ticked=accounts_in(asked) if "form" in asked else None)

    @post("")
    async def pay(self, request: Request) -> Response[Any]:
        viewer, form = viewer_in(request), await typed(request)
        try:
            asked = TogetherForm.parse(form)
            await pay_together(
                viewer.user_id,
                asked.account_ids,
                viewer.actor(address_of(request)),
                nonce=asked.nonce,
                card_id=asked.card_id,
                total_kopecks=asked.total_kopecks,
            )
        except Refused as refusal:
            return await _accounts(request, form, refusal.problems, ticked=accounts_in(form))
        return see_other(f"/payments/{asked.nonce}")

    @get("/{form_id:str}")
    async def outcomes(self, request: Request, form_id: FromPath[str]) -> Response[str]:
        payments = await _asked(request, form_id)
        if not payments:
            return see_other("/payments")
        return _outcomes(request, form_id, payments, wait_until())

    @get("/{form_id:str}/state")
    async def state(self, request: Request, form_id: FromPath[str]) -> Response[Any]:
        """Asked by the page while it waits; `open`: how many were open when it was shown."""
        payments = await _asked(request, form_id)
        still_open = sum(not each.status.is_final for each in payments)
        if str(still_open) != request.query_params.get("open", ""):
            return go(request, f"/payments/{form_id}")
        if is_waiting(request):
            return Response(None, status_code=204)
        return _outcomes(request, form_id, payments, None, "payments/_together_wait.html")


async def _accounts(
    request: Request,
    form: Mapping[str, str],
    problems: tuple[Problem, ...] = (),
    *,
    ticked: Collection[str] | None = None,
) -> Response[str]:
    """`ticked` None: all of them."""
    user_id = viewer_in(request).user_id
    owing = await owing_accounts(user_id)
    payable = [each for each in owing if not each.is_in_the_way]
    chosen = [each for each in payable if ticked is None or each.public_id in ticked]
    linked = [card for card in await cards_of(user_id) if card.term is not Term.OVER]
    cards = [(card.public_id, name) for card, name in zip(linked, card_names(linked), strict=True)]
    known = [card_id for card_id, _ in cards]
    offered = offered_card(known, await cards_used(user_id))
    return page(
        request,
        "payments/together.html",
        status=422 if problems else 200,
        active_tab="payments",
        owing=owing,
        chosen=[each.public_id for each in chosen],
        is_all=len(chosen) == len(owing),
        total_kopecks=sum(each.owed_kopecks for each in chosen),
        cards=cards,
        chosen_card=form["card"] if form.get("card") in known else offered,
        errors=[(problem.field, sentence(problem)) for problem in problems],
        nonce=nonce_in(form) or new_public_id(),
    )


async def _asked(request: Request, form_id: str) -> Sequence[FormPayment]:
    """What the viewer's own form began, after the acquirer was asked about what is open."""
    user_id = viewer_in(request).user_id
    if nonce_in({"nonce": form_id}) is None:
        return []
    payments = await payments_of_form(user_id, form_id)
    if all(each.status.is_final for each in payments):
        return payments
    await ask_on_return_together(payments)
    return await payments_of_form(user_id, form_id)


def _outcomes(
    request: Request,
    form_id: str,
    payments: Sequence[FormPayment],
    until: int | None,
    template: str = "payments/outcomes.html",
) -> Response[str]:
    still_open = sum(not each.status.is_final for each in payments)
    return page(
        request,
        template,
        active_tab="payments",
        payments=[(each, reason_sentence(each.reason) if each.reason else "") for each in payments],
        paid_kopecks=sum(
            each.amount_kopecks - each.refunded_kopecks for each in payments if each.status == "succeeded"
        ),
        returned_kopecks=sum(each.refunded_kopecks for each in payments),
        still_open=still_open,
        is_all_paid=all(each.status == "succeeded" for each in payments),
        form_path=f"/payments/{form_id}",
        wait_until=until,
    )
