"""A bill run on trial in words. Finished values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lk.cycle.list_words import trial_words
from lk.cycle.messages import left_words
from lk.cycle.trial_views import Trial, TrialRow
from lk.filters import account_number, money, number, plural, share, signed_money
from lk.language import _


@dataclass(frozen=True, slots=True)
class Result:
    """`facts`: term and value; `difference` is empty for a month that is not billed yet, and where nothing differs."""

    is_billed: bool
    is_over: bool
    is_failed: bool
    asked: str
    asked_at: datetime
    finished_at: datetime | None
    bar: tuple[int, int]
    note: str
    title: str
    sum: str
    facts: tuple[tuple[str, str], ...]
    difference: str
    lines: int


@dataclass(frozen=True, slots=True)
class Row:
    number: str
    href: str
    why: str
    was: str
    now: str
    difference: str


def trial_result(trial: Trial) -> Result:
    left = left_words(trial.left) or _("скоро начнётся") if trial.resumed_at is None else left_words(trial.left)
    note = " · ".join(filter(None, (share(trial.through_id, max(trial.last_id, 1)), left)))
    return Result(
        is_billed=trial.is_billed,
        is_over=trial.finished_at is not None,
        is_failed=trial.is_failed,
        asked=trial.asked_by,
        asked_at=trial.asked_at,
        finished_at=trial.finished_at,
        bar=(trial.through_id, max(trial.last_id, 1)),
        note=note,
        title=plural(trial.bills, "счёт", "счетов"),
        sum=money(trial.total_kopecks),
        facts=tuple(_facts(trial)),
        difference=_difference(trial),
        lines=trial.lines,
    )


def _facts(trial: Trial) -> list[tuple[str, str]]:
    facts = [
        (_("Без показания, по среднему или нормативу"), _of(trial.estimated, trial.bills)),
        (_("Ушли бы на проверку"), number(trial.held)),
        (_("Были бы отложены"), number(trial.put_aside)),
    ]
    if trial.waiting:
        facts.append((_("Ждали бы решения о показании"), number(trial.waiting)))
    if trial.is_billed:
        facts += [
            (
                _("Выставлено на самом деле"),
                f"{money(trial.stored_kopecks)} · {plural(trial.compared, 'счёт', 'счетов')}",
            ),
            (_("Вышли бы иначе"), number(trial.differing)),
        ]
    return facts


def _of(part: int, whole: int) -> str:
    return f"{number(part)} · {share(part, whole)}" if whole else number(part)


def _difference(trial: Trial) -> str:
    if not trial.is_billed or not trial.differing:
        return ""
    return signed_money(trial.total_kopecks - trial.stored_kopecks)


def trial_row(row: TrialRow) -> Row:
    was, now = row.stored_kopecks, row.computed_kopecks
    is_compared = row.kind not in ("held", "put_aside")
    return Row(
        number=account_number(row.account_number),
        href=f"/support/accounts/{row.account_public_id}",
        why=trial_words(row.kind, row.reason),
        was="—" if was is None else money(was),
        now="—" if now is None else money(now),
        difference=signed_money((now or 0) - (was or 0)) if is_compared else "—",
    )
