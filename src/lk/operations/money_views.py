"""What the operators' pages of money show. Finished values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lk.filters import account_number, money, signed_money
from lk.language import _
from lk.operations.import_views import other_undos, waiting_undos
from lk.operations.import_words import moved_undo, waiting_undo
from lk.operations.money_words import (
    CORRECTION_STATUSES,
    REFUND_STATUSES,
    STRAY_STATES,
    refund_reason,
    sentence,
    task_words,
)
from lk.operations.moved import Approval, Moved, of_account, of_reason, people
from lk.operations.stray_views import moved_of_nobodys, waiting_of_nobodys
from lk.outcome import Problem
from lk.payments.correction_rules import CorrectionKind
from lk.payments.desk import (
    DeskCorrection,
    DeskRefund,
    other_corrections,
    other_refunds,
    waiting_corrections,
    waiting_refunds,
)
from lk.payments.desk_tasks import DeskTask
from lk.payments.differences import TaskKind
from lk.payments.stray_rules import STRAY_TASKS

RECENT = 20


@dataclass(frozen=True, slots=True)
class Tried:
    """A form of a list that was refused: which one, what was typed, and what is wrong. `action` names the form."""

    id: str
    action: str
    typed: Mapping[str, str]
    problems: Sequence[Problem]

    @property
    def errors(self) -> list[tuple[str | None, str]]:
        """Field and sentence."""
        return [(problem.field, sentence(problem)) for problem in self.problems]


@dataclass(frozen=True, slots=True)
class Approvals:
    waiting: tuple[Approval, ...]
    recent: tuple[Moved, ...]


async def approvals(agent_id: int) -> Approvals:
    """Those that wait longest first; of the others the newest."""
    waiting = [
        *(_waiting_refund(each, agent_id) for each in await waiting_refunds()),
        *(_waiting_correction(each, agent_id) for each in await waiting_corrections()),
        *await waiting_of_nobodys(agent_id),
        *(waiting_undo(each, agent_id) for each in await waiting_undos()),
    ]
    recent = [
        *(moved_refund(each, names_account=True) for each in await other_refunds(RECENT)),
        *(moved_correction(each, names_account=True) for each in await other_corrections(RECENT)),
        *await moved_of_nobodys(RECENT),
        *(moved_undo(each) for each in await other_undos(RECENT)),
    ]
    return Approvals(
        tuple(sorted(waiting, key=lambda each: each.asked_at)),
        tuple(sorted(recent, key=lambda each: each.at, reverse=True)[:RECENT]),
    )


def moved_refund(refund: DeskRefund, *, names_account: bool = False) -> Moved:
    state, tone = REFUND_STATUSES[refund.status]
    reason = refund_reason(refund.status, refund.reason)
    return Moved(
        title=of_account(_("Возврат"), refund.account_number if names_account else ""),
        href=f"/operations/payments/{refund.payment_public_id}/refunds",
        sum=money(refund.amount_kopecks),
        state=of_reason(_(state), reason),
        tone=tone,
        words=refund.words,
        people=people(refund.asked_by, refund.decided_by),
        at=refund.finished_at or refund.created_at,
    )


def moved_correction(correction: DeskCorrection, *, names_account: bool = False) -> Moved:
    state, tone = CORRECTION_STATUSES[correction.status]
    return Moved(
        title=of_account(_what_corrected(correction), correction.account_number if names_account else ""),
        href=f"/operations/accounts/{correction.account_public_id}/corrections",
        sum=signed_money(correction.amount_kopecks),
        state=of_reason(_(state), correction.reason),
        tone=tone,
        words=correction.words,
        people=people(correction.asked_by, correction.decided_by),
        at=correction.decided_at or correction.created_at,
    )


def _waiting_refund(refund: DeskRefund, agent_id: int) -> Approval:
    return Approval(
        id=refund.public_id,
        path=f"/operations/refunds/{refund.public_id}",
        badge=_("Возврат"),
        number=account_number(refund.account_number),
        account_path=f"/operations/payments/{refund.payment_public_id}/refunds",
        sum=money(refund.amount_kopecks),
        what=_("на карту ··%(card)s", card=refund.card) if refund.card else _("тем же способом, каким пришёл платёж"),
        words=refund.words,
        asked_by=refund.asked_by,
        asked_at=refund.created_at,
        is_own=refund.asked_by_id == agent_id,
    )


def _waiting_correction(correction: DeskCorrection, agent_id: int) -> Approval:
    return Approval(
        id=correction.public_id,
        path=f"/operations/corrections/{correction.public_id}",
        badge=_("Выплата") if correction.kind is CorrectionKind.PAYOUT else _("Поправка"),
        number=account_number(correction.account_number),
        account_path=f"/operations/accounts/{correction.account_public_id}/corrections",
        sum=signed_money(correction.amount_kopecks),
        what=_what_corrected(correction).lower(),
        words=correction.words,
        asked_by=correction.asked_by,
        asked_at=correction.created_at,
        is_own=correction.asked_by_id == agent_id,
    )


def _what_corrected(correction: DeskCorrection) -> str:
    if correction.kind is CorrectionKind.PAYOUT:
        return _("Выплата аванса")
    return _("Поправка пеней") if correction.part == "penalty" else _("Поправка за энергию")


@dataclass(frozen=True, slots=True)
class TaskCard:
    """A task in words; `is_enterable`: a refund that can be entered with one button.

    `settling_path`: where its money is booked or given back, `state`: how far that is; `is_under_way`: decided, and
    not done yet.
    """

    id: int
    title: str
    text: str
    number: str
    account_path: str
    payment_path: str
    subject: str
    opened_at: datetime
    is_enterable: bool
    settling_path: str
    state: str
    is_under_way: bool


def task_card(task: DeskTask) -> TaskCard:
    title, text = task_words(task)
    return TaskCard(
        id=task.id,
        title=title,
        text=text,
        number=account_number(task.account_number) if task.account_number else "",
        account_path=f"/operations/accounts/{task.account_public_id}/corrections" if task.account_public_id else "",
        payment_path=f"/operations/payments/{task.payment_public_id}/refunds" if task.payment_public_id else "",
        subject="" if task.kind is TaskKind.UNKNOWN_TOO_OLD else task.subject,
        opened_at=task.opened_at,
        is_enterable=task.kind is TaskKind.REFUND_NOT_BOOKED and task.payment_public_id is not None,
        settling_path=f"/operations/reconciliation/{task.id}" if task.kind in STRAY_TASKS else "",
        state=_(STRAY_STATES.get(task.stray_status, "")) if task.stray_status else "",
        is_under_way=task.is_under_way,
    )
