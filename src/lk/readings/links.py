"""A reading without signing in: a signed link for one account and one period. Nothing of it is stored."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import date

from lk import clock
from lk.accounts.queries import AccountView, account_as_held
from lk.config import settings
from lk.metering.queries import STANDING, Occasion, StoredReading, occasions, regular_readings
from lk.notifications.actions import Link
from lk.period import Period
from lk.readings.cards import Draft, MeterCard, Sent, card_of
from lk.readings.costs import Untold
from lk.tokens import derived_token

SOURCE = "link"
_PURPOSE = "reading"
_TOKEN = re.compile(r"(?P<account>[0-9a-z]{1,40})-(?P<period>\d{6})-(?P<mark>[\w-]{1,100})", re.ASCII)


@dataclass(frozen=True, slots=True)
class LinkedReading:
    """What a link is for."""

    account_public_id: str
    period: Period


@dataclass(frozen=True, slots=True)
class LinkPage:
    """`has_other`: the period has a reading already that did not come by a link; what it says is not told here."""

    number_end: str
    period: Period
    opens_on: date
    closes_on: date
    has_other: bool
    cards: tuple[MeterCard, ...]


def reading_url(account_public_id: str, period: Period) -> str:
    """For paper: the whole address."""
    mark = derived_token(_PURPOSE, account_public_id, period.number)
    return f"{settings().public_url}/reading/{account_public_id}-{period.number}-{mark}"


def reading_link(account_public_id: str, period: Period) -> Link:
    """For letters: the mark is made when the letter is written."""
    return Link(f"/reading/{account_public_id}-{period.number}-{{token}}", (_PURPOSE, account_public_id, period.number))


def read_token(token: str) -> LinkedReading | None:
    """None for what lk did not sign."""
    found = _TOKEN.fullmatch(token)
    if not found:
        return None
    account, number = found["account"], int(found["period"])
    is_ours = hmac.compare_digest(found["mark"].encode(), derived_token(_PURPOSE, account, number).encode())
    return LinkedReading(account, Period.from_number(number)) if is_ours else None


async def linked_account(linked: LinkedReading) -> AccountView | None:
    """None where the contract has ended."""
    account = await account_as_held(linked.account_public_id)
    if account is None or (account.closed_on is not None and account.closed_on < clock.today()):
        return None
    return account


async def link_page(account: AccountView, linked: LinkedReading, draft: Draft | None = None) -> LinkPage | None:
    """None where a reading of now would count for another period than the link's, or there is no meter to read."""
    today = clock.today()
    found = await occasions(account.id, account.power_kw, taken_on=today, today=today, source=SOURCE)
    if not found or found[0].period != linked.period:
        return None
    standing = [each for each in await regular_readings(account.id, linked.period) if each.status in STANDING]
    own = [each for each in standing if each.source == SOURCE]
    window = found[0].window
    return LinkPage(
        number_end=account.number_shown[-6:],
        period=linked.period,
        opens_on=window.opens_on,
        closes_on=window.closes_on,
        has_other=len(own) < len(standing),
        cards=_cards(found, own, draft, today),
    )


def _cards(found: list[Occasion], own: list[StoredReading], draft: Draft | None, today: date) -> tuple[MeterCard, ...]:
    """Without rubles and without what is usual; the lamp is on the first meter that nothing came for by the link."""
    sent = {each.meter.id: tuple(row for row in own if row.meter_id == each.meter.id) for each in found}
    waiting = [meter_id for meter_id, rows in sent.items() if not rows]
    next_id = draft.form.meter_id if draft else next(iter(waiting), None)
    return tuple(
        card_of(
            Untold(today),
            occasion,
            Sent(sent[occasion.meter.id]),
            draft if draft and draft.form.meter_id == occasion.meter.id else None,
            is_next=occasion.meter.id == next_id,
        )
        for occasion in found
    )
