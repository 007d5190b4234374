"""A resident sets autopay, skips a month, stops it."""

from __future__ import annotations

from dataclasses import dataclass

from lk import clock, db
from lk.accounts.queries import AccountView
from lk.actor import Actor
from lk.autopay.ending import call_off, end_autopay
from lk.autopay.queries import chosen_card, linked_cards
from lk.autopay.rules import Wish, judge_wish
from lk.history.actions import record
from lk.identity.looks import refuse_unless_let
from lk.notifications.actions import Link, queue
from lk.outcome import Refused, refuse
from lk.period import Period


@dataclass(frozen=True, slots=True)
class _Live:
    id: int
    card_id: int
    mode: str
    sum_kopecks: int
    day: int
    planned_period: int
    suspended_at: object | None


async def set_autopay(account: AccountView, user_id: int, wish: Wish, card_id: str, actor: Actor) -> None:
    """Begins it, or changes it: what was planned under the old settings is planned and told anew.

    `card_id` is public. Raises Refused: those of `judge_wish` and `chosen_card`, `no_access`, `no_email`.
    """
    if problems := judge_wish(wish):
        raise Refused(problems)
    async with db.write("autopay", f"account {account.id}"):
        access_id, email = await _access_of(account.id, user_id)
        card = chosen_card(await linked_cards(user_id), card_id)
        now, today = clock.now(), clock.today()
        live = await _live(account.id)
        # The month's bill may still be planned, if its day is ahead.
        planned = (Period.of(today) + -2).number
        if live is None:
            await db.execute(
                "INSERT INTO autopays (account_id, user_id, access_id, card_id, mode, sum_kopecks, day, "
                "planned_period, begun_at, changed_at, reason) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, '')",
                account.id,
                user_id,
                access_id,
                card.id,
                wish.mode.value,
                wish.sum_kopecks,
                wish.day,
                planned,
                now,
                now,
            )
        else:
            if (live.card_id, live.mode, live.sum_kopecks, live.day, live.suspended_at) == (
                card.id,
                wish.mode.value,
                wish.sum_kopecks,
                wish.day,
                None,
            ):
                return
            await call_off(account.id)
            if live.suspended_at is None:
                # A month before it may still wait for its bill.
                planned = min(planned, live.planned_period)
            await db.execute(
                "UPDATE autopays SET user_id = {}, access_id = {}, card_id = {}, mode = {}, sum_kopecks = {}, "
                "day = {}, planned_period = {}, changed_at = {}, suspended_at = NULL, reason = '' WHERE id = {}",
                user_id,
                access_id,
                card.id,
                wish.mode.value,
                wish.sum_kopecks,
                wish.day,
                planned,
                now,
                live.id,
            )
        await record(
            "autopay_begun" if live is None else "autopay_changed",
            account_id=account.id,
            actor=actor,
            mode=wish.mode.value,
            sum=wish.sum_kopecks,
            day=wish.day,
            last_four=card.last_four,
        )
        await queue(
            "autopay_set",
            email,
            key=f"autopay_set:{account.id}:{now.isoformat()}",
            account_id=account.id,
            user_id=user_id,
            link=Link(f"/accounts/{account.public_id}/autopay"),
            account_number=account.number,
            mode=wish.mode.value,
            sum_kopecks=wish.sum_kopecks,
            day=wish.day,
            card=card.last_four,
            is_new=live is None,
        )


async def stop_autopay(account: AccountView, actor: Actor) -> bool:
    """Ends it with all that it planned; False where there is none. Raises Refused `look_over`."""
    reason = "by_agent" if actor.kind == "agent" else "by_resident"
    async with db.write("autopay", f"account {account.id}"):
        await refuse_unless_let(actor, account.id)
        live = await _live(account.id)
        if live is None or not await end_autopay(live.id, account.id, reason, actor):
            return False
        email = await _email_of_holder(live.id)
        if email:
            await queue(
                "autopay_ended",
                email,
                key=f"autopay_ended:{live.id}",
                account_id=account.id,
                link=Link(f"/accounts/{account.public_id}/autopay"),
                account_number=account.number,
                reason=reason,
            )
        return True


async def skip_month(account: AccountView, period: Period, actor: Actor) -> bool:
    """Nothing is charged for this month; False where it is too late for that, or was done."""
    async with db.write("autopay", f"account {account.id}"):
        skipped = await db.execute(
            "UPDATE autopay_months SET status = 'skipped', finished_at = {} "
            "WHERE account_id = {} AND period = {} AND status = 'planned'",
            clock.now(),
            account.id,
            period.number,
        )
        if skipped:
            await record("autopay_skipped", account_id=account.id, actor=actor, period=str(period))
        return bool(skipped)


async def _access_of(account_id: int, user_id: int) -> tuple[int, str]:
    """Asked again inside the transaction, so that access ended a moment ago has ended. Raises Refused."""
    rows = await db.read(
        "SELECT x.id, u.email FROM accesses x JOIN users u ON u.id = x.user_id "
        "WHERE x.account_id = {} AND x.user_id = {} AND x.role = 'holder' AND x.ended_at IS NULL",
        account_id,
        user_id,
    )
    if not rows:
        raise refuse("no_access")
    if not rows[0]["email"]:
        raise refuse("no_email")
    return rows[0]["id"], rows[0]["email"]


async def _live(account_id: int) -> _Live | None:
    return await db.read_one_as(
        _Live,
        "SELECT id, card_id, mode, sum_kopecks, day, planned_period, suspended_at FROM autopays "
        "WHERE account_id = {} AND ended_at IS NULL",
        account_id,
    )


async def _email_of_holder(autopay_id: int) -> str:
    rows = await db.read(
        "SELECT u.email FROM autopays ap JOIN users u ON u.id = ap.user_id WHERE ap.id = {}", autopay_id
    )
    return str(rows[0]["email"] or "") if rows else ""
