"""What staff did, by subject; and what is looked for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from lk.language import N_

LISTING = (
    "customers_listed",
    "audit_searched",
    "audit_taken",
    "money_asked",
    "money_approved",
    "money_refused",
    "money_task_closed",
)
"""Events that name accounts by their ids in `params`, not by their own account."""

SUBJECTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "views": (
        N_("Просмотры данных жителей"),
        ("customer_viewed", "data_unmasked", "customers_listed", "look_began"),
    ),
    "cabinets": (
        N_("Кабинеты жителей"),
        (
            "cabinet_confirmed",
            "password_reset_asked",
            "letter_again",
            "look_allowed",
            "release_asked",
            "release_canceled",
            "account_released",
        ),
    ),
    "readings": (
        N_("Показания и счётчики"),
        (
            "reading_sent",
            "reading_held",
            "reading_accepted",
            "reading_rejected",
            "reading_corrected",
            "meter_replaced",
        ),
    ),
    "bills": (N_("Счета"), ("bill_issued", "bill_held", "bill_reversed", "bill_recounted")),
    "money": (
        N_("Деньги"),
        (
            "money_asked",
            "money_approved",
            "money_refused",
            "money_task_closed",
            "payment_succeeded",
            "refunded",
            "charge_returned",
            "bank_payment_returned",
            "balance_corrected",
            "advance_paid_out",
        ),
    ),
    "questions": (
        N_("Вопросы"),
        (
            "question_answered",
            "question_closed",
            "question_noted",
            "question_taken",
            "question_handed_over",
            "canned_answer_changed",
        ),
    ),
    "month": (
        N_("Расчётный месяц"),
        ("step_asked_again", "trial_asked", "clock_trusted", "period_extended"),
    ),
    "prices": (
        N_("Цены и настройки"),
        (
            "prices_set",
            "prices_withdrawn",
            "norms_set",
            "norms_withdrawn",
            "bands_set",
            "bands_withdrawn",
            "penalty_rate_set",
            "penalty_rate_withdrawn",
            "calendar_set",
            "calendar_withdrawn",
            "setting_changed",
        ),
    ),
    "files": (
        N_("Загрузки и выгрузки"),
        (
            "import_sent",
            "import_load_asked",
            "import_loaded",
            "import_dropped",
            "import_undo_asked",
            "import_undone",
            "import_undo_refused",
            "export_taken",
            "print_run_asked",
            "print_run_taken",
        ),
    ),
    "agents": (
        N_("Сотрудники и входы"),
        (
            "signed_in",
            "agent_added",
            "agent_enrolled",
            "agent_renewed",
            "agent_role_changed",
            "agent_disabled",
            "password_changed",
            "login_changed",
            "passkey_added",
            "passkey_removed",
            "recovery_codes_made",
            "recovery_code_used",
            "sessions_ended",
        ),
    ),
    "audit": (N_("Этот журнал"), ("audit_searched", "audit_taken", "audit_check_asked")),
}
OTHER = "other"
"""Whatever else staff did."""

DAYS_SHOWN = 31


@dataclass(frozen=True, slots=True)
class Search:
    """Both days are included; without an agent or an account anybody's."""

    since: date
    until: date
    agent_id: int | None = None
    account_id: int | None = None
    subject: str = ""


def kinds_of(subject: str) -> tuple[str, ...]:
    """Of `other` those that it does not have; of nothing none."""
    if subject == OTHER:
        return tuple(kind for _title, kinds in SUBJECTS.values() for kind in kinds)
    return SUBJECTS[subject][1] if subject in SUBJECTS else ()


def days_in(since: date | None, until: date | None, today: date) -> tuple[date, date]:
    """The last month where nothing is said; the other way round they are turned, the future is cut off."""
    last = min(until or today, today)
    first = min(since or last - timedelta(days=DAYS_SHOWN - 1), today)
    return (first, last) if first <= last else (last, first)
