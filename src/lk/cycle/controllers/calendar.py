"""`/operations/tariffs/calendar`: the days of the month, and other ones from a month on that has not begun."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post

from lk.cycle.calendar_words import DAYS, dated_days, days_compared, sentence
from lk.cycle.calendars import PRESETS, calendar_from, first_free_month, set_calendar, withdraw_calendar
from lk.cycle.forms import CALENDAR_DAYS, CalendarForm, parse_calendar, period_in
from lk.filters import month
from lk.language import N_, _
from lk.outcome import Refused, refuse
from lk.tariffs.queries import calendars
from lk.tariffs.rules import Calendar, calendar_for
from lk.web import Request, address_of, page, see_other, typed, viewer_in

MONTHS_AHEAD = 24
DONE = {
    "set": N_("Записано. С этого месяца дни другие, начатые месяцы идут по прежним."),
    "withdrawn": N_("Отменено: дни останутся прежними."),
}


class CalendarController(Controller):
    path = "/operations/tariffs/calendar"

    @get("/", name="calendar")
    async def calendar(self, request: Request) -> Response[str]:
        """`?days=law-2026` fills the form with the days of the law."""
        return await _page(request)

    @post("/")
    async def set_days(self, request: Request) -> Response[Any]:
        """Asks first, with the first month's days before and after; then does it."""
        form = parse_calendar(await typed(request))
        try:
            if form.since is None or form.problems:
                raise Refused(form.problems)
            wanted = await calendar_from(form.since, None, form.days)
            actor = viewer_in(request).actor(address_of(request))
            is_done = await set_calendar(wanted, actor, is_confirmed=form.is_confirmed)
        except Refused as refusal:
            return await _page(request, form, refusal)
        if is_done:
            return see_other("/operations/tariffs/calendar?done=set")
        return await _page(request, form, wanted=wanted)

    @post("/withdrawal")
    async def withdraw(self, request: Request) -> Response[Any]:
        period = period_in((await typed(request)).get("since", ""))
        try:
            if period is None:
                raise refuse("nothing_planned")
            await withdraw_calendar(period, viewer_in(request).actor(address_of(request)))
        except Refused as refusal:
            return await _page(request, refusal=refusal)
        return see_other("/operations/tariffs/calendar?done=withdrawn")


async def _page(
    request: Request,
    form: CalendarForm | None = None,
    refusal: Refused | None = None,
    wanted: Calendar | None = None,
) -> Response[str]:
    dated, free = await calendars(), await first_free_month()
    done = request.query_params.get("done")
    preset = PRESETS.get(request.query_params.get("days", ""))
    days = preset or calendar_for(dated, free)
    return page(
        request,
        "operations/calendar.html",
        status=422 if refusal else 200,
        active_tab="tariffs",
        dated=dated_days(dated),
        days={name: _(words) for name, words in DAYS.items()},
        typed=form.told if form else {"since": str(free), **{name: str(getattr(days, name)) for name in CALENDAR_DAYS}},
        months=[(str(free + at), month(free + at)) for at in range(MONTHS_AHEAD)],
        errors=[(problem.field, sentence(problem)) for problem in refusal.problems] if refusal else [],
        compared=days_compared(dated, wanted) if wanted else None,
        confirmation=form.confirmation if form and wanted else "",
        done=_(DONE[done]) if done in DONE else None,
    )
