"""Pages open to everyone: the start, the step-by-step instruction, and what search engines may read of lk."""

from __future__ import annotations

from typing import Any

from litestar import Controller, MediaType, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk import clock
from lk.guide.facts import GuideFacts, facts_of
from lk.guide.places import index
from lk.guide.rules import LONGEST, search
from lk.guide.topics import chapters, neighbours, topic_of
from lk.metering.average_limit import max_estimated_periods
from lk.period import Period
from lk.tariffs.queries import price_list
from lk.web import Request, page, see_other, viewer_in

ROBOTS = """User-agent: *
Allow: /$
Allow: /guide
Allow: /static/
Disallow: /guide?
Disallow: /
"""


class GuideController(Controller):
    @get("/", name="start")
    async def start(self, request: Request) -> Response[Any]:
        """Who has signed in goes on to their own first page."""
        viewer = viewer_in(request)
        if viewer is not None:
            return see_other("/support" if viewer.is_agent else "/accounts")
        logins = request.app.state.get("demo_logins", ())
        return page(request, "guide/start.html", facts=await _facts(), demo_logins=logins)

    @get("/guide", name="guide")
    async def guide(self, request: Request) -> Response[str]:
        """The contents; with `?q=` the places that have the words."""
        facts, typed = await _facts(), request.query_params.get("q", "")[:LONGEST].strip()
        found = search(typed, index(facts)) if typed else None
        return page(request, "guide/contents.html", facts=facts, chapters=chapters(), typed=typed, found=found)

    @get("/guide/{topic:str}", name="guide_topic")
    async def topic(self, request: Request, topic: FromPath[str]) -> Response[str]:
        """Raises NotFoundException."""
        found = topic_of(topic)
        if found is None:
            raise NotFoundException
        before, after = neighbours(found)
        return page(request, "guide/topic.html", facts=await _facts(), topic=found, before=before, after=after)

    @get("/robots.txt", name="robots", media_type=MediaType.TEXT, sync_to_thread=False)
    def robots(self) -> str:
        return ROBOTS


async def _facts() -> GuideFacts:
    """Of this month."""
    period = Period.of(clock.today())
    return facts_of((await price_list()).calendar(period), period, await max_estimated_periods())
