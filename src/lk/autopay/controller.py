"""`/accounts/{id}/autopay`: what is taken every month, its rehearsal, and how to stop it; unlinking a card."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk import filters
from lk.accounts.queries import AccountView
from lk.actor import Actor
from lk.autopay.actions import set_autopay, skip_month, stop_autopay
from lk.autopay.forms import FIELDS, AutopayForm, sum_field
from lk.autopay.messages import ahead_note, ended_words, first_words, month_note, month_tone, planned_words, sentence
from lk.autopay.queries import (
    AutopayView,
    MonthView,
    autopay_of,
    card_to_unlink,
    chosen_card,
    linked_cards,
    months_of,
    next_charge_on,
    rehearsal,
)
from lk.autopay.rules import DAYS, USUAL_DAY, Charge, Mode, MonthStatus, judge_wish
from lk.autopay.unlinking import unlink_card
from lk.cards.messages import card_name
from lk.cards.names import card_names
from lk.ledger.queries import balance
from lk.money import rubles_to_type, to_rubles
from lk.outcome import Problem, Refused
from lk.payments.messages import reason_sentence
from lk.period import Period
from lk.web import Request, address_of, page, see_other, typed, viewer_in


class AutopayController(Controller):
    path = "/accounts/{account_id:str}/autopay"

    @get("")
    async def autopay(self, request: Request) -> Response[str]:
        return await _page(request)

    @post("")
    async def set(self, request: Request) -> Response[Any]:
        """First the rehearsal, then, confirmed, the thing itself."""
        form, account, viewer = await typed(request), _account(request), viewer_in(request)
        try:
            asked = AutopayForm.parse(form)
            if problems := judge_wish(asked.wish):
                raise Refused(problems)
            if not asked.is_confirmed:
                return await _rehearsal(request, asked)
            await set_autopay(account, viewer.user_id, asked.wish, asked.card_id, _actor(request))
        except Refused as refusal:
            return await _page(request, form, refusal.problems)
        return see_other(_path(account))

    @post("/cancellation")
    async def stop(self, request: Request) -> Response[Any]:
        await stop_autopay(_account(request), _actor(request))
        return see_other(_path(_account(request)))

    @post("/months/{period:str}/skip")
    async def skip(self, request: Request, period: FromPath[str]) -> Response[Any]:
        await skip_month(_account(request), _period(period), _actor(request))
        return see_other(_path(_account(request)))


class UnlinkController(Controller):
    path = "/accounts/{account_id:str}/cards/{card_id:str}/removal"

    @get("")
    async def ask(self, request: Request, card_id: FromPath[str]) -> Response[str]:
        card = await card_to_unlink(viewer_in(request).user_id, card_id)
        if card is None:
            raise NotFoundException
        return page(
            request, "autopay/unlink.html", active_tab="cards", card=card, name=card_name(card.brand, card.last_four)
        )

    @post("")
    async def unlink(self, request: Request, card_id: FromPath[str]) -> Response[Any]:
        await unlink_card(viewer_in(request).user_id, card_id, _actor(request))
        return see_other(f"/accounts/{_account(request).public_id}/cards")


async def _page(
    request: Request, form: Mapping[str, str] | None = None, problems: tuple[Problem, ...] = ()
) -> Response[str]:
    account, viewer = _account(request), viewer_in(request)
    found = await autopay_of(account.id, viewer.user_id)
    months = await months_of(account.id, account.seen_since)
    is_read_only = viewer.is_agent or account.access_role != "holder"
    errors = [(problem.field, sentence(problem)) for problem in problems]
    planned = next((each for each in months if each.status is MonthStatus.PLANNED), None)
    owed = (await balance(account.id)).principal
    cards = [] if is_read_only else await linked_cards(viewer.user_id)
    named = zip(cards, card_names(cards), strict=True)
    card_options = [(each.public_id, name) for each, name in named if not each.problems]
    return page(
        request,
        "autopay/page.html",
        status=422 if problems else 200,
        active_tab="autopay",
        autopay=found,
        planned=planned,
        next_on=await _next_on(account, found, planned, owed) if found else None,
        month_words=_month_words(found, months, planned, owed) if found else "",
        stopped_because=reason_sentence(found.reason) if found and found.suspended_at else "",
        months=[_shown(each) for each in months],
        card_options=card_options,
        day_options=[(str(day), filters.day_of_month(day)) for day in DAYS],
        form=_prefilled(found, dict(card_options)) if form is None else {name: form.get(name, "") for name in FIELDS},
        is_typed=form is not None,
        errors=errors,
        error_of=dict.fromkeys(FIELDS) | dict(reversed(errors)),
        is_read_only=is_read_only,
        is_looking=viewer.is_agent,
        may_stop=viewer.is_agent and viewer.may_act and found is not None,
        owed_kopecks=owed,
    )


async def _next_on(
    account: AccountView, found: AutopayView, planned: MonthView | None, owed_kopecks: int
) -> date | None:
    """None where nothing will be taken of the month that is planned."""
    if planned is None:
        return await next_charge_on(account.id, found.wish)
    return planned.next_on if isinstance(planned.expected(found.wish, owed_kopecks), Charge) else None


def _month_words(found: AutopayView, months: list[MonthView], planned: MonthView | None, owed_kopecks: int) -> str:
    if planned is not None:
        return planned_words(planned, found.wish, owed_kopecks)
    return ended_words(months[0]) if months else ""


async def _rehearsal(request: Request, asked: AutopayForm) -> Response[str]:
    account = _account(request)
    cards = await linked_cards(viewer_in(request).user_id)
    chosen = chosen_card(cards, asked.card_id)
    wish = asked.wish
    months = await rehearsal(account.id, wish)
    owed = (await balance(account.id)).principal
    return page(
        request,
        "autopay/rehearsal.html",
        active_tab="autopay",
        wish=wish,
        card_name=card_names(cards)[cards.index(chosen)],
        first_on=await next_charge_on(account.id, wish),
        months=months,
        first_words=first_words(wish, months[0] if months else None, owed),
        until=Period.of(months[-1].charged_on) if months else None,
        rows=[(filters.day(each.charged_on), ahead_note(each), filters.money(each.charged_kopecks)) for each in months],
        is_change=await autopay_of(account.id, viewer_in(request).user_id) is not None,
        fields={
            "mode": wish.mode.value,
            sum_field(wish.mode): to_rubles(wish.sum_kopecks),
            "day": str(wish.day),
            "card": asked.card_id,
            "is_confirmed": "yes",
        },
    )


def _shown(month: MonthView) -> dict[str, Any]:
    kopecks = month.paid_kopecks if month.paid_kopecks is not None else month.planned_kopecks
    for_month = filters.month_for(month.period)
    return {
        "title": for_month[:1].upper() + for_month[1:],
        "kopecks": kopecks if month.status is not MonthStatus.NOTHING else 0,
        "note": month_note(month),
        "tone": month_tone(month),
        "payment_id": month.payment_id,
    }


def _prefilled(found: AutopayView | None, offered: Collection[str]) -> dict[str, str]:
    if found is None:
        return {"mode": Mode.BILL.value, "day": str(USUAL_DAY), "limit": "", "amount": "", "card": ""}
    amount = rubles_to_type(found.sum_kopecks)
    return {
        "mode": found.mode.value,
        "day": str(found.day),
        "limit": amount if found.mode is Mode.BILL else "",
        "amount": amount if found.mode is Mode.FIXED else "",
        "card": found.card_id if found.card_id in offered else "",
    }


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError:
        raise NotFoundException from None


def _account(request: Request) -> AccountView:
    account: AccountView = request.state.account
    return account


def _actor(request: Request) -> Actor:
    actor: Actor = viewer_in(request).actor(address_of(request))
    return actor


def _path(account: AccountView) -> str:
    return f"/accounts/{account.public_id}/autopay"
