"""`/health`, for those who watch over the process."""

from __future__ import annotations

from litestar import MediaType, Response, get

from lk.operations.queries import database_answers
from lk.web import Request

STALE_SECONDS = 120
"""A process whose ticks were silent for so long does not run the month any more."""


@get("/health", name="health", media_type=MediaType.TEXT)
async def health(request: Request) -> Response[str]:
    """200 when the database answers and the ticks of this process, if it has any, are alive."""
    seconds_since_beat = request.app.state.get("seconds_since_beat")
    silent = seconds_since_beat() if seconds_since_beat else None
    is_well = (silent is None or silent <= STALE_SECONDS) and await database_answers()
    return Response(
        "ok" if is_well else "not ok",
        status_code=200 if is_well else 503,
        media_type=MediaType.TEXT,
        headers={"Cache-Control": "no-store"},
    )
