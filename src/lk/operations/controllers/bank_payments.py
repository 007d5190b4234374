"""`/operations/bank-payments`: payments of banks whose account number nobody has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk.cards.forms import nonce_in
from lk.language import N_, _
from lk.operations.money_words import alone, sentence
from lk.operations.stray_views import moved_bank_return
from lk.outcome import Problem, Refused, refuse
from lk.payments.bank_returns import ask_for_bank_return
from lk.payments.desk_rules import LONGEST_WORDS
from lk.payments.desk_strays import returned_bank_payments, returns_of_bank_payment
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
from lk.tokens import new_public_id
from lk.web import Request, address_of, page, see_other, typed, viewer_in

SHOWN = 20
DONE = {
    "assigned": N_("Зачислено. Житель увидит платёж в кабинете с того дня, когда заплатил."),
    "returned": N_("Платёж закрыт как возвращённый отправителю. На лицевой счёт он больше не попадёт."),
    "waiting": N_("Возврат ждёт второго сотрудника. До его решения платёж никуда не зачислится."),
}


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
            returned=[moved_bank_return(each) for each in await returned_bank_payments(SHOWN)],
            done=_(DONE.get(request.query_params.get("done", ""), "")),
        )

    @get("/{bank_payment_id:int}")
    async def payment(self, request: Request, bank_payment_id: FromPath[int]) -> Response[Any]:
        payment = await _payment(bank_payment_id)
        if payment.account_id is not None or payment.returned_at is not None:
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
        return see_other("/operations/bank-payments?done=assigned")

    @post("/{bank_payment_id:int}/return")
    async def give_back(self, request: Request, bank_payment_id: FromPath[int]) -> Response[Any]:
        """To the sender, by the bank: it is noted here."""
        payment, form = await _payment(bank_payment_id), await typed(request)
        try:
            nonce = nonce_in(form)
            if nonce is None:
                raise refuse("form_stale")
            actor = viewer_in(request).actor(address_of(request))
            back = await ask_for_bank_return(payment.id, form.get("words", ""), actor, nonce=nonce)
        except Refused as refusal:
            return await _page(request, payment, form, refusal.problems, is_return=True)
        return see_other(f"/operations/bank-payments?done={back.status}")


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
    is_return: bool = False,
) -> Response[str]:
    """With a `number` that somebody has the account is shown, to be confirmed. `is_return`: what was refused."""
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
        is_return=is_return,
        words=(form or {}).get("words", ""),
        nonce=nonce_in(form or {}) or new_public_id(),
        decided=[moved_bank_return(each) for each in await returns_of_bank_payment(payment.id)],
        alone=alone(),
        longest_words=LONGEST_WORDS,
        errors=[(problem.field, sentence(problem)) for problem in problems],
    )
