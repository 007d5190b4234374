"""`/operations/accounts/{id}/corrections`: an account is corrected by hand, or a closed one's advance is paid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk import clock
from lk.accounts.queries import AccountView, account_as_held
from lk.cards.forms import nonce_in
from lk.language import N_, _
from lk.ledger.queries import balance
from lk.money import rubles_to_type
from lk.operations.forms import CorrectionForm
from lk.operations.money_views import moved_correction
from lk.operations.money_words import alone, sentence
from lk.outcome import Problem, Refused
from lk.payments.correcting import ask_for_correction
from lk.payments.desk import corrections_of_account
from lk.payments.desk_rules import LONGEST_WORDS
from lk.tokens import new_public_id
from lk.web import Request, address_of, page, see_other, typed, viewer_in

DONE = {
    "posted": N_("Внесено. Житель увидит это в кабинете и в письме."),
    "waiting": N_("Ждёт второго сотрудника. На счёте пока ничего не изменилось."),
}
DIRECTIONS = [("less", N_("К оплате станет меньше")), ("more", N_("К оплате станет больше"))]
PARTS = [("principal", N_("За энергию")), ("penalty", N_("Пени"))]


class AccountCorrectionsController(Controller):
    path = "/operations/accounts/{account_id:str}/corrections"

    @get("/")
    async def corrections(self, request: Request, account_id: FromPath[str]) -> Response[str]:
        return await _page(request, await _account(account_id))

    @post("/")
    async def correct(self, request: Request, account_id: FromPath[str]) -> Response[Any]:
        account, form = await _account(account_id), await typed(request)
        try:
            asked = CorrectionForm.parse(form)
            actor = viewer_in(request).actor(address_of(request))
            correction = await ask_for_correction(account.id, asked.wanted, actor, nonce=asked.nonce)
        except Refused as refusal:
            return await _page(request, account, form, refusal.problems)
        return see_other(f"/operations/accounts/{account.public_id}/corrections?done={correction.status}")


async def _account(public_id: str) -> AccountView:
    """Raises NotFoundException."""
    account = await account_as_held(public_id)
    if account is None:
        raise NotFoundException
    return account


async def _page(
    request: Request, account: AccountView, form: Mapping[str, str] | None = None, problems: Sequence[Problem] = ()
) -> Response[str]:
    owed, known = await balance(account.id), form or {}
    return page(
        request,
        "operations/corrections.html",
        status=422 if problems else 200,
        active_tab="money",
        customer=account,
        owed=owed,
        advance_typed=rubles_to_type(max(-owed.principal, 0)),
        is_closed=account.closed_on is not None and account.closed_on <= clock.today(),
        corrections=[moved_correction(each) for each in await corrections_of_account(account.id)],
        typed=known,
        is_payout=known.get("kind") == "payout",
        nonces=(nonce_in(known) or new_public_id(), new_public_id()),
        errors=[(problem.field, sentence(problem)) for problem in problems],
        done=_(DONE.get(request.query_params.get("done", ""), "")),
        directions=[(name, _(words)) for name, words in DIRECTIONS],
        parts=[(name, _(words)) for name, words in PARTS],
        alone=alone(),
        longest_words=LONGEST_WORDS,
    )
