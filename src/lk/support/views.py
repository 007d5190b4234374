"""The page of one customer at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from litestar import Response
from litestar.exceptions import NotFoundException

from lk import clock
from lk.accounts.queries import title_of
from lk.accounts.releasing import release_of
from lk.accounts.rules import RELEASE_REASONS
from lk.actor import Role
from lk.filters import mask_email
from lk.history.messages import EventWords, words
from lk.history.queries import events_of
from lk.identity.rules import is_factor_fresh
from lk.language import N_, _
from lk.metering.notices import Notice, verification_notice
from lk.notifications.messages import KINDS, STATUSES, trouble_words
from lk.notifications.queries import LetterFate, last_letters
from lk.support.letters_again import may_go_again
from lk.support.messages import page_title
from lk.support.queries import DeskAccount, DeskMeter, desk_account, desk_meters
from lk.support.rules import REASONS
from lk.support.standing import standing_of
from lk.support.viewing import REASONS as UNMASK_REASONS
from lk.support.viewing import note_view
from lk.web import Request, address_of, page, viewer_in

DONE = {
    "reset": N_("Ссылка для нового пароля отправлена на почту кабинета."),
    "confirmation": N_("Кабинет подтверждён, житель видит всё."),
    "release": N_("Отвязка начата: через сутки. Житель получил письмо и может её отменить."),
    "cancellation": N_("Отвязка отменена."),
    "letter": N_("Письмо отправляется ещё раз. Житель увидит это в истории."),
    "reading": N_("Показание записано и учтено. Житель получит письмо."),
    "reading_held": N_("Показание записано и ждёт проверки. Житель получит письмо."),
    "replacement": N_("Счётчик заменён. Житель увидит это в кабинете и в письме."),
    "replaced_before": N_("Этот счётчик уже был заменён, ничего не изменилось."),
}


TONES = {"sent": "good", "dead": "bad"}
LAST_EVENTS = 8
LAST_LETTERS = 6
_OWN_TRACE = "customer_viewed"
"""The desk's own views tell the desk nothing."""


@dataclass(frozen=True, slots=True)
class Personal:
    """Who it is, masked until an agent asked for it with a reason."""

    name: str
    email: str
    record_email: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class DeskLetter:
    """A letter and what became of it, in words; `tone` good|wait|bad."""

    title: str
    fate: str
    tone: str
    at: datetime
    to_address: str
    note: str
    id: int
    may_go_again: bool


async def customer_page(
    request: Request,
    account_id: str,
    *,
    status: int = 200,
    errors: dict[str | None, str] | None = None,
    reason: str | None = None,
    why: str | None = None,
    seen: str | None = None,
    is_unmasked: bool = False,
) -> Response[str]:
    """`seen`: the page that the caller has before them, below the account. Raises NotFoundException."""
    account = await desk_account(account_id)
    if account is None:
        raise NotFoundException
    viewer, meters = viewer_in(request), await desk_meters(account.id)
    await note_view(viewer, account.id, address_of(request))
    may_move_money = viewer.role in (Role.OPERATOR, Role.ADMIN)
    seen = seen if seen is not None else request.query_params.get("seen")
    done = request.query_params.get("done")
    return page(
        request,
        "support/customer.html",
        status=status,
        active_tab="search",
        customer=account,
        title=title_of(account.address),
        personal=_personal(account, is_unmasked),
        standing=await standing_of(account, may_move_money=may_move_money),
        events=await _events(account),
        seen=seen if seen is not None and page_title(seen) else None,
        seen_title=page_title(seen) if seen is not None else None,
        unmask_reasons=[(code, _(words)) for code, words in UNMASK_REASONS.items()],
        why=why,
        notices=_notices(meters),
        may_replace=viewer.role in (Role.OPERATOR, Role.ADMIN),
        may_move_money=may_move_money,
        reasons=[(code, _(words)) for code, words in REASONS.items()],
        reason=reason,
        errors=errors or {},
        wants_code=not is_factor_fresh(viewer.second_factor_at, clock.now()),
        is_looking=viewer.look_id is not None,
        release=await release_of(account.id),
        release_reasons=[(code, _(words)) for code, words in RELEASE_REASONS.items()],
        letters=[_letter(each) for each in await last_letters(account.id, LAST_LETTERS)],
        done=_(DONE[done]) if done in DONE else None,
    )


def _personal(account: DeskAccount, is_open: bool) -> Personal:
    name = account.holder_name if is_open else account.holder_masked
    emails = (account.holder_email or "", account.record_email or "")
    own, on_record = emails if is_open else (mask_email(each) if each else "" for each in emails)
    return Personal(name, own, on_record, is_open)


async def _events(account: DeskAccount) -> list[EventWords]:
    found = await events_of(account.id, account.holder_user_id)
    return [words(each, hides_cards=True) for each in found if each.kind != _OWN_TRACE][:LAST_EVENTS]


def _notices(meters: Sequence[DeskMeter]) -> list[Notice]:
    """Of verifications that end or are over."""
    found = [
        verification_notice(meter.serial_number, meter.verified_until, clock.today())
        for meter in meters
        if meter.removed_on is None
    ]
    return [notice for notice in found if notice]


def _letter(each: LetterFate) -> DeskLetter:
    return DeskLetter(
        title=_(KINDS.get(each.kind, each.kind)),
        fate=_(STATUSES[each.status]),
        tone=TONES.get(each.status, "wait"),
        at=each.sent_at or each.created_at,
        to_address=each.to_address,
        note=trouble_words(each.last_error),
        id=each.id,
        may_go_again=each.status in ("sent", "dead") and may_go_again(each.kind, each.params),
    )
