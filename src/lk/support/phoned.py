"""The desk's form for a reading told by phone."""

from __future__ import annotations

from datetime import date

from lk import clock
from lk.accounts.queries import AccountView
from lk.metering.messages import sentence
from lk.metering.queries import occasions
from lk.period import Period
from lk.readings.cards import Draft, MeterCard, Sent, card_of
from lk.readings.costs import Untold


async def phone_cards(
    account: AccountView, taken_on: date, draft: Draft | None = None, reopened: Period | None = None
) -> tuple[MeterCard, ...]:
    """One for each meter that was in its place on that day; `reopened` as for `occasions`."""
    today = clock.today()
    found = await occasions(
        account.id, account.power_kw, taken_on=taken_on, today=today, source="agent", reopened=reopened
    )
    next_id = draft.form.meter_id if draft else next((each.meter.id for each in found), None)
    return tuple(
        card_of(
            Untold(today, sentence),
            occasion,
            Sent(),
            draft if draft and draft.form.meter_id == occasion.meter.id else None,
            is_next=occasion.meter.id == next_id,
        )
        for occasion in found
    )
