"""`/operations/statistics`: the company in numbers."""

from __future__ import annotations

from litestar import Controller, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Stream

from lk import clock
from lk.feedback.desk import first_answer_times
from lk.feedback.desk_words import waiting_words
from lk.period import Period
from lk.statistics.files import chart_file
from lk.statistics.queries import cabinets_today, counted_on, readings_today
from lk.statistics.views import letters_chart, month_charts, readings_chart
from lk.statistics.words import FILES
from lk.tariffs.queries import calendars, first_period
from lk.tariffs.rules import calendar_for
from lk.web import Request, csv_stream, page


class StatisticsController(Controller):
    path = "/operations/statistics"

    @get("/", name="statistics")
    async def numbers(self, request: Request) -> Response[str]:
        newest, first = await _newest_window(), await first_period()
        asked = _period_in(request.query_params.get("period", ""))
        period = min(max(asked or newest, first), max(newest, first))
        today = await readings_today()
        return page(
            request,
            "statistics/page.html",
            active_tab="statistics",
            counted_on=await counted_on(),
            now=clock.now(),
            readings_today=sum(today.values()),
            cabinets_today=await cabinets_today(),
            questions=waiting_words(await first_answer_times()),
            period=period,
            earlier=period.previous if period > first else None,
            later=period.next if period < newest else None,
            readings=await readings_chart(period, today),
            charts=await month_charts(),
            letters=await letters_chart(),
        )

    @get("/{chart:str}/file")
    async def file(self, chart: FromPath[str]) -> Stream:
        if chart not in FILES:
            raise NotFoundException
        return csv_stream(f"{chart}.csv", chart_file(chart))


async def _newest_window() -> Period:
    """The month whose window has opened last."""
    today = clock.today()
    period = Period.of(today)
    opens_on = calendar_for(await calendars(), period).window(period).opens_on
    return period if opens_on <= today else period.previous


def _period_in(text: str) -> Period | None:
    try:
        return Period.parse(text)
    except ValueError:
        return None
