"""`/operations/bank-payments`: payments of banks whose account number nobody has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk.operations.money_words import sentence
from lk.outcome import Problem, Refused, refuse
from lk.payments.unmatched import (
    Unmatched,
    assign,
    bank_payment,
    candidate_with,
    candidates_for,
    unmatched_count,
    unmatched_payments,
)
from lk.text import fold_account_number, is_account_number
from lk.web import Request, address_of, page, see_other, typed, viewer_in

SHOWN = 20


class BankPaymentsController(Controller):
    path = "/operations/bank-payments"

    @get("/", name="bank_payments")
    async def payments(self, request: Request) -> Response[str]:
        payments = await unmatched_payments(SHOWN)
        candidates = await candidates_for([each.account_number for each in payments])
        return page(
            request,
            "operations/bank_payments.html",
            active_tab="money",
            rows=[(each, candidates[each.account_number]) for each in payments],
            more=await unmatched_count() - len(payments),
            is_done="done" in request.query_params,
        )

    @get("/{bank_payment_id:int}")
    async def payment(self, request: Request, bank_payment_id: FromPath[int]) -> Response[Any]:
        payment = await _payment(bank_payment_id)
        if payment.account_id is not None:
            return see_other("/operations/bank-payments")
        return await _page(request, payment)

    @post("/{bank_payment_id:int}/assignment")
    async def assign(self, request: Request, bank_payment_id: FromPath[int]) -> Response[Any]:
        """Asks first, with whose account it is; then does it."""
        payment, form = await _payment(bank_payment_id), await typed(request)
        number = fold_account_number(form.get("account_number", ""))
        try:
            if not is_account_number(number):
                raise refuse("not_an_account_number", "account_number")
            if form.get("confirmed") != number:
                return await _page(request, payment, form, number=number)
            await assign(payment.id, number, viewer_in(request).actor(address_of(request)))
        except Refused as refusal:
            return await _page(request, payment, form, refusal.problems)
        return see_other("/operations/bank-payments?done")


async def _payment(payment_id: int) -> Unmatched:
    """Raises NotFoundException."""
    payment = await bank_payment(payment_id)
    if payment is None:
        raise NotFoundException
    return payment


async def _page(
    request: Request,
    payment: Unmatched,
    form: Mapping[str, str] | None = None,
    problems: Sequence[Problem] = (),
    *,
    number: str = "",
) -> Response[str]:
    """With a `number` that somebody has the account is shown, to be confirmed."""
    meant = await candidate_with(number) if number else None
    if number and meant is None:
        problems = [Problem("unknown_account", field="account_number")]
    return page(
        request,
        "operations/bank_payment.html",
        status=422 if problems or number else 200,
        active_tab="money",
        payment=payment,
        candidates=(await candidates_for([payment.account_number]))[payment.account_number],
        meant=meant,
        account_number=(form or {}).get("account_number", ""),
        errors=[(problem.field, sentence(problem)) for problem in problems],
    )
