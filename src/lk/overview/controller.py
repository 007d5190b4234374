"""The first page of the cabinet, and the list of its accounts."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from litestar import Controller, Response, get

from lk import clock
from lk.accounts.queries import AccountView
from lk.autopay.standing import Standing, standing_of
from lk.filters import nth
from lk.history.messages import words
from lk.history.queries import events_of
from lk.language import _
from lk.metering.notices import Notice, away_notice, verification_notice
from lk.metering.rules import is_away
from lk.overview.queries import Home, home, owed_accounts
from lk.overview.rules import MonthFacts, NextThing, Strip, month_strip, next_thing
from lk.period import Period
from lk.tariffs.queries import price_list
from lk.tariffs.rules import Calendar, period_of_reading
from lk.web import Request, page, viewer_in

LAST_EVENTS = 5


class _Today(NamedTuple):
    """An account today; `period`: the one that a reading taken now counts for."""

    home: Home
    autopay: Standing | None
    facts: MonthFacts
    period: Period


class OverviewController(Controller):
    @get("/accounts/{account_id:str}", name="home")
    async def home(self, request: Request) -> Response[str]:
        account, today = request.state.account, clock.today()
        seen = await _seen_today(account, today)
        found, facts, period = seen.home, seen.facts, seen.period
        thing = next_thing(facts)
        events = await events_of(account.id, account.access_user_id, since=account.seen_since, limit=LAST_EVENTS)
        return page(
            request,
            "overview/page.html",
            active_tab="home",
            home=found,
            facts=facts,
            autopay=seen.autopay,
            period=period,
            wants_reading=thing is NextThing.SEND_READING,
            wants_payment=thing is NextThing.PAY,
            is_read_only=viewer_in(request).look_id is not None,
            window=facts.calendar.window(period),
            days_left=(facts.calendar.window(Period.of(today)).closes_on - today).days,
            strip=_strip(month_strip(facts)),
            events=[words(event, hides_cards=viewer_in(request).is_agent) for event in events],
            notices=_notices(found, facts),
        )

    @get("/accounts/{account_id:str}/welcome")
    async def welcome(self, request: Request) -> Response[str]:
        """What to do first in a cabinet just opened."""
        seen = await _seen_today(request.state.account, clock.today())
        facts, period = seen.facts, seen.period
        first = next_thing(facts)
        return page(
            request,
            "overview/welcome.html",
            facts=facts,
            period=period,
            window=facts.calendar.window(period),
            wants_reading=first is NextThing.SEND_READING,
            wants_payment=first is NextThing.PAY,
        )

    @get("/accounts", name="accounts")
    async def accounts(self, request: Request) -> Response[str]:
        found = await owed_accounts(viewer_in(request).user_id)
        total = sum(max(0, each.principal_kopecks) for each in found)
        return page(request, "overview/accounts.html", rows=found, total=total)


async def _seen_today(account: AccountView, today: date) -> _Today:
    calendar = (await price_list()).month(Period.of(today)).calendar
    period = period_of_reading(today, calendar, Period.of(today))
    found = await home(account.id, period, account.seen_since)
    autopay = await standing_of(account.id, today) if found.has_autopay else None
    return _Today(found, autopay, _facts(found, today, calendar, period, autopay), period)


def _facts(found: Home, today: date, calendar: Calendar, period: Period, autopay: Standing | None) -> MonthFacts:
    return MonthFacts(
        today=today,
        calendar=calendar,
        owed_kopecks=found.principal_kopecks,
        due_on=found.due_on,
        overdue_kopecks=found.due.overdue(found.principal_kopecks, today),
        is_paying=found.paying_id is not None,
        autopay_kopecks=autopay.will_pay_kopecks if autopay else 0,
        has_meter=found.meters > 0,
        is_read=found.meters > 0 and found.read_meters >= found.meters,
        is_held=found.held_readings > 0,
        is_away=is_away(found.away_until, calendar.window(period).closes_on, found.away_periods),
    )


def _notices(found: Home, facts: MonthFacts) -> list[Notice]:
    """That nobody is there is told by the card of readings, while it is so through the window."""
    today, until = facts.today, found.away_until
    is_told_here = until is not None and until >= today and not facts.is_away
    away = away_notice(until, found.away_periods, today) if until and is_told_here else None
    return [notice for notice in (away, verification_notice(None, found.verified_until, today)) if notice]


def _strip(strip: Strip) -> dict[str, Any]:
    """For the component: positions and the words under them."""
    first, last = strip.window
    bill, due = strip.bill - strip.period.days, strip.due - strip.period.days
    return {
        "length": strip.length,
        "window": {"first": first, "last": last, "word": _("показания")},
        "marks": [
            {"at": strip.bill, "day": bill, "word": _("счёт")},
            {"at": strip.due, "day": due, "word": _("оплата")},
        ],
        "today": strip.today if 1 <= strip.today <= strip.length else None,
        "text": _(
            "Показания с %(first)s-го по %(last)s-е, счёт %(bill)s-го, оплата до %(due)s-го",
            first=nth(first),
            last=nth(last),
            bill=nth(bill),
            due=nth(due),
        ),
    }
