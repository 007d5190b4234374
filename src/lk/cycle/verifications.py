"""The letters that tell a holder in time that the verification of a meter ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lk import clock, db
from lk.notifications.actions import Link, Outgoing, queue_many
from lk.notifications.rules import is_quiet
from lk.period import Period

MONTHS_AHEAD = (1, 3)
BATCH = 500


@dataclass(frozen=True, slots=True)
class _Ending:
    """A meter in its place and its account's holder, who was not told yet."""

    meter_id: int
    account_number: str
    verified_until: date
    account_id: int
    public_id: str
    user_id: int
    email: str


async def remind_of_verifications() -> int:
    """Tells each holder three months before the day and once more a month before; how many letters were queued."""
    if is_quiet(clock.local(clock.now()).hour):
        return 0
    today, told = clock.today(), 0
    since = today
    for months in MONTHS_AHEAD:
        until = (Period.of(today) + months).day(today.day)
        told += await _tell(months, since, until)
        since = until + timedelta(days=1)
    return told


async def _tell(months: int, since: date, until: date) -> int:
    told = after = 0
    while True:
        async with db.write("verifications"):
            found = await _ending(months, since, until, after)
            told += await queue_many([_letter(each, months) for each in found])
        if len(found) < BATCH:
            return told
        after = found[-1].meter_id


async def _ending(months: int, since: date, until: date, after: int) -> list[_Ending]:
    """The next ones by id of those verified until a day from `since` through `until`."""
    return await db.read_as(
        _Ending,
        "SELECT m.id AS meter_id, m.verified_until, a.number AS account_number, a.id AS account_id, a.public_id, "
        "u.id AS user_id, u.email FROM meters m JOIN accounts a ON a.id = m.account_id AND a.closed_on IS NULL "
        "JOIN accesses x ON x.account_id = a.id AND x.role = 'holder' AND x.ended_at IS NULL "
        "JOIN users u ON u.id = x.user_id AND u.email IS NOT NULL "
        "WHERE m.removed_on IS NULL AND m.verified_until >= {} AND m.verified_until <= {} AND m.id > {} "
        "AND NOT EXISTS (SELECT 1 FROM messages s "
        "WHERE s.key = {} || m.id || ':' || m.verified_until || ':' || u.id) ORDER BY m.id LIMIT {}",
        since,
        until,
        after,
        f"verification:{months}:",
        BATCH,
    )


def _letter(to: _Ending, months: int) -> Outgoing:
    return Outgoing(
        kind="meter_verification",
        to_address=to.email,
        key=f"verification:{months}:{to.meter_id}:{to.verified_until}:{to.user_id}",
        account_id=to.account_id,
        user_id=to.user_id,
        link=Link(f"/accounts/{to.public_id}/readings"),
        params={"until": to.verified_until.isoformat(), "account_number": to.account_number},
    )
