"""`/operations/payments`: where an operator begins with money, and gives back a payment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk.accounts.queries import find_by_number
from lk.cards.forms import nonce_in
from lk.language import N_, _
from lk.money import rubles_to_type
from lk.operations.forms import RefundForm
from lk.operations.money_views import moved_refund
from lk.operations.money_words import PAYMENT_STATUSES, alone, sentence
from lk.outcome import Problem, Refused
from lk.payments.desk import DeskPayment, desk_payment, find_payments, refunds_of_payment, waiting_count
from lk.payments.desk_rules import LONGEST_WORDS
from lk.payments.desk_tasks import tasks_count
from lk.payments.refund_decisions import ask_for_refund
from lk.payments.unmatched import unmatched_count
from lk.text import fold_account_number
from lk.tokens import new_public_id
from lk.web import Request, address_of, page, see_other, typed, viewer_in

DONE = {
    "succeeded": N_("Деньги возвращены. Житель увидит это в кабинете и в письме."),
    "waiting": N_("Возврат ждёт второго сотрудника. Деньги пока на месте."),
    "pending": N_("Возврат принят банком и в пути. Как только он пройдёт, житель получит письмо."),
    "created": N_("Возврат отправлен, эквайер ещё не ответил. Мы спрашиваем сами, второй раз деньги не уйдут."),
    "unknown": N_("Возврат отправлен, эквайер ещё не ответил. Мы спрашиваем сами, второй раз деньги не уйдут."),
}


class MoneyController(Controller):
    path = "/operations/payments"

    @get("/", name="money")
    async def payments(self, request: Request) -> Response[str]:
        query = request.query_params.get("q", "").strip()[:100]
        return page(
            request,
            "operations/payments.html",
            active_tab="money",
            query=query,
            payments=await find_payments(query) if query else [],
            accounts=await find_by_number(fold_account_number(query)) if query else [],
            statuses={name: (_(words), tone) for name, (words, tone) in PAYMENT_STATUSES.items()},
            waiting=await waiting_count(),
            unmatched=await unmatched_count(),
            tasks=await tasks_count(),
        )

    @get("/{payment_id:str}/refunds")
    async def refunds(self, request: Request, payment_id: FromPath[str]) -> Response[str]:
        return await _page(request, await _payment(payment_id))

    @post("/{payment_id:str}/refunds")
    async def refund(self, request: Request, payment_id: FromPath[str]) -> Response[Any]:
        payment, form = await _payment(payment_id), await typed(request)
        try:
            asked = RefundForm.parse(form)
            actor = viewer_in(request).actor(address_of(request))
            refund = await ask_for_refund(payment.id, asked.amount_kopecks, asked.words, actor, nonce=asked.nonce)
        except Refused as refusal:
            return await _page(request, payment, form, refusal.problems)
        return see_other(f"/operations/payments/{payment.public_id}/refunds?done={refund.status}")


async def _payment(public_id: str) -> DeskPayment:
    """Raises NotFoundException."""
    payment = await desk_payment(public_id)
    if payment is None:
        raise NotFoundException
    return payment


async def _page(
    request: Request,
    payment: DeskPayment,
    form: Mapping[str, str] | None = None,
    problems: Sequence[Problem] = (),
) -> Response[str]:
    words, tone = PAYMENT_STATUSES[payment.status]
    return page(
        request,
        "operations/refund.html",
        status=422 if problems else 200,
        active_tab="money",
        payment=payment,
        state=(_(words), tone),
        refunds=[moved_refund(each) for each in await refunds_of_payment(payment.id)],
        sum_typed=(form or {}).get("amount", rubles_to_type(payment.left_kopecks)),
        words=(form or {}).get("words", ""),
        nonce=nonce_in(form or {}) or new_public_id(),
        errors=[(problem.field, sentence(problem)) for problem in problems],
        done=_(DONE.get(request.query_params.get("done", ""), "")),
        alone=alone(),
        longest_words=LONGEST_WORDS,
    )
