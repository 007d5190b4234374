"""A card is unlinked, with all that was planned on it; autopay without a card or an access ends."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from lk import clock, db
from lk.actor import Actor
from lk.autopay.ending import end_autopay
from lk.cards.rules import lock_of
from lk.cards.tables import Card
from lk.history.actions import record
from lk.notifications.actions import queue

ANSWER_WAITED_FOR = timedelta(seconds=25)
"""So long a charge may be under way: sent within five seconds, or by nobody, and answered within twenty."""
LOOKED_EVERY = 0.2


async def unlink_card(user_id: int, public_id: str, actor: Actor) -> bool:
    """The card is gone with every autopay and every charge planned on it; False where it was gone before.

    A charge that is under way is waited for: once this returns, none of this card begins any more.
    """
    async with db.write("autopay", lock_of(user_id)):
        card = (
            await Card.objects()
            .where((Card.user_id == user_id) & (Card.public_id == public_id) & (Card.status == "active"))
            .first()
        )
        if card is None:
            return False
        await db.execute(
            "UPDATE cards SET status = 'unlinked', acquirer_id = NULL, confirmation_url = NULL, unlinked_at = {} "
            "WHERE id = {}",
            clock.now(),
            card.id,
        )
        ended = await db.read(
            "SELECT id, account_id FROM autopays WHERE card_id = {} AND ended_at IS NULL ORDER BY id", card.id
        )
        for row in ended:
            await end_autopay(row["id"], row["account_id"], "card_unlinked", actor)
        await record("card_unlinked", user_id=user_id, actor=actor, last_four=card.last_four)
        rows = await db.read("SELECT email FROM users WHERE id = {}", user_id)
        if rows and rows[0]["email"]:
            await queue(
                "card_unlinked",
                rows[0]["email"],
                key=f"card_unlinked:{card.id}",
                account_id=card.account_id,
                user_id=user_id,
                card=card.last_four,
                autopays=len(ended),
            )
    await _wait_for_charges(card.id)
    return True


async def _wait_for_charges(card_id: int) -> None:
    """Those that were sent, or asked about, a moment ago: their answer is on its way."""
    sent_after = clock.now() - ANSWER_WAITED_FOR
    for _ in range(int(ANSWER_WAITED_FOR.total_seconds() / LOOKED_EVERY)):
        rows = await db.read(
            "SELECT id FROM payments WHERE card_id = {} AND status IN ('created', 'unknown') "
            "AND coalesce(asked_at, created_at) > {} LIMIT 1",
            card_id,
            sent_after,
        )
        if not rows:
            return
        await asyncio.sleep(LOOKED_EVERY)


async def end_orphans() -> int:
    """Ends autopay whose user has no access any more, or whose card is gone; what is planned was dead already.

    A cabinet that was closed keeps no card.
    """
    await _unlink_cards_of_nobody()
    rows = await db.read(
        "SELECT ap.id, ap.account_id, x.ended_at AS access_ended FROM autopays ap "
        "JOIN accesses x ON x.id = ap.access_id JOIN cards c ON c.id = ap.card_id "
        "WHERE ap.ended_at IS NULL AND (x.ended_at IS NOT NULL OR c.status <> 'active') ORDER BY ap.id LIMIT 500"
    )
    if not rows:
        return 0
    async with db.write("autopay"):
        ended = [
            await end_autopay(row["id"], row["account_id"], "access_ended" if row["access_ended"] else "card_unlinked")
            for row in rows
        ]
    return sum(ended)


async def _unlink_cards_of_nobody() -> None:
    rows = await db.read(
        "SELECT c.id FROM cards c JOIN users u ON u.id = c.user_id "
        "WHERE u.closed_at IS NOT NULL AND c.status = 'active' ORDER BY c.id LIMIT 500"
    )
    if not rows:
        return
    async with db.write("autopay"):
        await db.write_many(
            "UPDATE cards SET status = 'unlinked', acquirer_id = NULL, unlinked_at = {} WHERE id = {}",
            [(clock.now(), row["id"]) for row in rows],
        )
