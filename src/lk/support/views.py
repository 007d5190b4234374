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
from lk.metering.notices import Notice, verification_notice
from lk.notifications.messages import KINDS, STATUSES, trouble_words
from lk.notifications.queries import LetterFate, last_letters
from lk.support.queries import DeskMeter, desk_account, desk_meters
from lk.support.rules import REASONS, is_factor_fresh
from lk.web import Request, page, viewer_in

DONE = {
    "reset": "Ссылка для нового пароля отправлена на почту кабинета.",
    "confirmation": "Кабинет подтверждён, житель видит всё.",
    "release": "Отвязка начата: через сутки. Житель получил письмо и может её отменить.",
    "cancellation": "Отвязка отменена.",
    "reading": "Показание записано и учтено. Житель получит письмо.",
    "reading_held": "Показание записано и ждёт проверки. Житель получит письмо.",
    "replacement": "Счётчик заменён. Житель увидит это в кабинете и в письме.",
    "replaced_before": "Этот счётчик уже был заменён, ничего не изменилось.",
}


TONES = {"sent": "good", "dead": "bad"}


@dataclass(frozen=True, slots=True)
class DeskLetter:
    """A letter and what became of it, in words; `tone` good|wait|bad."""

    title: str
    fate: str
    tone: str
    at: datetime
    to_address: str
    note: str


async def customer_page(
    request: Request,
    account_id: str,
    *,
    status: int = 200,
    errors: dict[str | None, str] | None = None,
    reason: str | None = None,
) -> Response[str]:
    """Raises NotFoundException."""
    account = await desk_account(account_id)
    if account is None:
        raise NotFoundException
    viewer, meters = viewer_in(request), await desk_meters(account.id)
    return page(
        request,
        "support/customer.html",
        status=status,
        active_tab="search",
        customer=account,
        title=title_of(account.address),
        meters=meters,
        notices=_notices(meters),
        may_replace=viewer.role in (Role.OPERATOR, Role.ADMIN),
        may_move_money=viewer.role in (Role.OPERATOR, Role.ADMIN),
        reasons=list(REASONS.items()),
        reason=reason,
        errors=errors or {},
        wants_code=not is_factor_fresh(viewer.second_factor_at, clock.now()),
        is_looking=viewer.look_id is not None,
        release=await release_of(account.id),
        release_reasons=list(RELEASE_REASONS.items()),
        letters=[_letter(each) for each in await last_letters(account.id)],
        done=DONE.get(request.query_params.get("done", "")),
    )


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
        title=KINDS.get(each.kind, each.kind),
        fate=STATUSES[each.status],
        tone=TONES.get(each.status, "wait"),
        at=each.sent_at or each.created_at,
        to_address=each.to_address,
        note=trouble_words(each.last_error),
    )
