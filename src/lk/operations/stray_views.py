"""What the operators' pages show of money that nobody expected. Finished values."""

from __future__ import annotations

from lk.filters import account_number, money
from lk.language import _
from lk.operations.money_words import BANK_RETURN_STATUSES, BOOKING_STATUSES, REFUND_STATUSES, refund_reason
from lk.operations.moved import Approval, Moved, of_account, of_reason, people
from lk.payments.desk_strays import (
    DeskBankReturn,
    DeskStray,
    other_bank_returns,
    other_strays,
    waiting_bank_returns,
    waiting_strays,
)
from lk.payments.stray_rules import StrayKind


async def waiting_of_nobodys(agent_id: int) -> list[Approval]:
    """`agent_id` looks."""
    return [
        *(_waiting_stray(each, agent_id) for each in await waiting_strays()),
        *(_waiting_bank_return(each, agent_id) for each in await waiting_bank_returns()),
    ]


async def moved_of_nobodys(limit: int) -> list[Moved]:
    return [
        *(moved_stray(each, names_account=True) for each in await other_strays(limit)),
        *(moved_bank_return(each) for each in await other_bank_returns(limit)),
    ]


def moved_stray(stray: DeskStray, *, names_account: bool = False) -> Moved:
    is_booking = stray.kind is StrayKind.BOOKING
    state, tone = (BOOKING_STATUSES if is_booking else REFUND_STATUSES)[stray.status]
    reason = refund_reason(stray.status, stray.reason)
    title = _("Зачисление взятых денег") if is_booking else _("Возврат взятых денег")
    return Moved(
        title=of_account(title, (stray.account_number or "") if names_account else ""),
        href=f"/operations/reconciliation/{stray.task_id}" if stray.is_under_way else "/operations/reconciliation",
        sum=money(stray.amount_kopecks),
        state=of_reason(_(state), reason),
        tone=tone,
        words=stray.words,
        people=people(stray.asked_by, stray.decided_by),
        at=stray.finished_at or stray.created_at,
    )


def moved_bank_return(back: DeskBankReturn) -> Moved:
    state, tone = BANK_RETURN_STATUSES[back.status]
    return Moved(
        title=_("Платёж банка на счёт %(number)s", number=account_number(back.account_number)),
        href="/operations/bank-payments",
        sum=money(back.amount_kopecks),
        state=of_reason(_(state), back.reason),
        tone=tone,
        words=back.words,
        people=people(back.asked_by, back.decided_by),
        at=back.decided_at or back.created_at,
    )


def _waiting_stray(stray: DeskStray, agent_id: int) -> Approval:
    is_booking = stray.kind is StrayKind.BOOKING
    return Approval(
        id=stray.public_id,
        path=f"/operations/strays/{stray.public_id}",
        badge=_("Зачисление") if is_booking else _("Возврат"),
        number=account_number(stray.account_number) if stray.account_number else _("Без счёта"),
        account_path=f"/operations/reconciliation/{stray.task_id}",
        sum=money(stray.amount_kopecks),
        what=_what_of_stray(stray),
        words=stray.words,
        asked_by=stray.asked_by,
        asked_at=stray.created_at,
        is_own=stray.asked_by_id == agent_id,
    )


def _what_of_stray(stray: DeskStray) -> str:
    if stray.kind is StrayKind.BOOKING:
        return _("зачислить взятые деньги на счёт")
    if not stray.card:
        return _("вернуть тем же способом, каким пришли деньги")
    return _("вернуть на карту ··%(card)s", card=stray.card)


def _waiting_bank_return(back: DeskBankReturn, agent_id: int) -> Approval:
    return Approval(
        id=back.public_id,
        path=f"/operations/bank-returns/{back.public_id}",
        badge=_("Возврат банка"),
        number=account_number(back.account_number),
        account_path=f"/operations/bank-payments/{back.bank_payment_id}",
        sum=money(back.amount_kopecks),
        what=_("вернуть отправителю"),
        words=back.words,
        asked_by=back.asked_by,
        asked_at=back.created_at,
        is_own=back.asked_by_id == agent_id,
    )
