"""`/operations`: the month's board; `/health` for those who watch over the process."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import Controller, MediaType, Response, get

from lk import clock
from lk.operations import messages
from lk.operations.queries import Board, board, database_answers
from lk.period import Period
from lk.web import Request, page

STALE_SECONDS = 120
"""A process whose ticks were silent for so long does not run the month any more."""


class OperationsController(Controller):
    path = "/operations"

    @get("/", name="operations")
    async def month(self, request: Request) -> Response[str]:
        shown = await board(_period(request.query_params.get("period", "")), clock.today())
        return page(
            request,
            "operations/board.html",
            active_tab="board",
            board=shown,
            running=messages.running(shown.running),
            lines=_lines(shown),
            waiting=[(messages.waiting(each.reason), each.accounts, each.account_number) for each in shown.waiting],
        )


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


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    days: str
    done: int
    total: int
    put_aside: int


def _lines(shown: Board) -> list[_Line]:
    return [
        _Line(
            name=messages.STEPS[step.code],
            days=messages.days(step.first_on, step.last_on, shown.period),
            done=step.done,
            total=step.total,
            put_aside=step.put_aside,
        )
        for step in shown.steps
    ]


def _period(text: str) -> Period | None:
    try:
        return Period.parse(text)
    except ValueError:
        return None
