"""A card that will never do stops every autopay that it pays, and the holder of each is told once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lk import clock, db
from lk.history.actions import Happened, record_many
from lk.notifications.actions import Link, Outgoing, queue_many


@dataclass(frozen=True, slots=True)
class _Stopped:
    """An autopay of such a card. `planned_kopecks` and `due_on`: of what it would have taken, None where of nothing.

    `is_charging`: a charge of it has not ended.
    """

    autopay_id: int
    account_id: int
    public_id: str
    account_number: str
    card_id: int
    user_id: int
    email: str
    last_four: str
    planned_kopecks: int | None
    due_on: date | None
    is_charging: bool


async def stop_cards(reasons: Mapping[int, str]) -> None:
    """`reasons` by card. Who has a charge under way is told at its end, with what became of it. Inside `write()`."""
    if not reasons:
        return
    now, stopped = clock.now(), await _paid_by(list(reasons))
    await db.write_many(
        "UPDATE autopays SET suspended_at = {}, reason = {} WHERE id = {}",
        [(now, reasons[each.card_id], each.autopay_id) for each in stopped],
    )
    await db.write_many(
        "UPDATE autopay_months SET status = 'off', finished_at = {} WHERE account_id = {} AND status = 'planned'",
        [(now, each.account_id) for each in stopped],
    )
    await record_many(
        Happened("autopay_suspended", each.account_id, {"reason": reasons[each.card_id], "last_four": each.last_four})
        for each in stopped
    )
    await queue_many([_letter(each, reasons[each.card_id]) for each in stopped if each.email and not each.is_charging])


async def _paid_by(card_ids: Sequence[int]) -> list[_Stopped]:
    return await db.read_as(
        _Stopped,
        "SELECT ap.id AS autopay_id, ap.account_id, a.public_id, a.number AS account_number, ap.card_id, ap.user_id, "  # noqa: S608 - placeholders only
        "coalesce(u.email, '') AS email, c.last_four, "
        "(SELECT max(m.planned_kopecks) FROM autopay_months m WHERE m.account_id = ap.account_id "
        "AND m.status = 'planned') AS planned_kopecks, "
        "(SELECT min(m.due_on) FROM autopay_months m WHERE m.account_id = ap.account_id "
        "AND m.status = 'planned') AS due_on, "
        "CASE WHEN EXISTS (SELECT 1 FROM autopay_months m WHERE m.account_id = ap.account_id "
        "AND m.status = 'charging') THEN 1 ELSE 0 END AS is_charging "
        "FROM autopays ap JOIN accounts a ON a.id = ap.account_id JOIN users u ON u.id = ap.user_id "
        "JOIN cards c ON c.id = ap.card_id JOIN accesses x ON x.id = ap.access_id AND x.ended_at IS NULL "
        f"WHERE ap.card_id IN ({db.placeholders(card_ids)}) AND ap.ended_at IS NULL AND ap.suspended_at IS NULL "
        "ORDER BY ap.id",
        *card_ids,
    )


def _letter(stopped: _Stopped, reason: str) -> Outgoing:
    due = {"due_on": stopped.due_on.isoformat()} if stopped.due_on else {}
    return Outgoing(
        kind="autopay_suspended",
        to_address=stopped.email,
        key=f"autopay_suspended:{stopped.autopay_id}:{clock.now().isoformat()}",
        account_id=stopped.account_id,
        user_id=stopped.user_id,
        link=Link(f"/accounts/{stopped.public_id}/autopay"),
        params={
            "account_number": stopped.account_number,
            "amount_kopecks": stopped.planned_kopecks or 0,
            "card": stopped.last_four,
            "reason": reason,
            **due,
        },
    )
