"""`/operations/exports`: every file that leaves lk, and print runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Stream

from lk.language import N_, _
from lk.operations.export_views import ALWAYS, exports_page, print_runs_shown
from lk.operations.exports import KINDS
from lk.operations.print_runs import ask_print_run, take_print_run
from lk.operations.taking import take_export
from lk.outcome import Refused, refuse
from lk.period import Period
from lk.web import Request, address_of, csv_stream, go, page, see_other, typed, viewer_in

SENTENCES = {
    "period_wanted": N_("Выберите месяц."),
    "nothing_to_print": N_("За этот месяц бумажных счетов нет: печатать нечего."),
    "not_an_operator": N_("Это может только оператор, и не во время просмотра кабинета. Ничего не сделано."),
}


class ExportsController(Controller):
    path = "/operations/exports"

    @get("/", name="exports")
    async def exports(self, request: Request) -> Response[str]:
        return await _page(request)

    @get("/progress")
    async def progress(self, request: Request) -> Response[Any]:
        """How far the print runs are, every two seconds; the whole page once they are over."""
        shown = await print_runs_shown()
        if not any(each.bar for each in shown):
            return go(request, "/operations/exports")
        return page(request, "operations/_print_runs.html", runs=shown)

    @post("/files/{export_kind:str}", status_code=200)
    async def take(self, request: Request, export_kind: FromPath[str]) -> Response[Any] | Stream:
        if export_kind not in KINDS:
            raise NotFoundException
        chosen = (await typed(request)).get("period", "")
        try:
            period = None if chosen == ALWAYS else _month(chosen)
            pieces = await take_export(export_kind, period, viewer_in(request).actor(address_of(request)))
        except Refused as refusal:
            return await _page(request, refusal, export_kind)
        return csv_stream(f"{export_kind}-{period}.csv" if period else f"{export_kind}.csv", pieces)

    @post("/print-runs")
    async def ask_print_run(self, request: Request) -> Response[Any]:
        try:
            period = _month((await typed(request)).get("period", ""))
            await ask_print_run(period, viewer_in(request).actor(address_of(request)))
        except Refused as refusal:
            return await _page(request, refusal, "print-run")
        return see_other("/operations/exports")

    @post("/print-runs/{print_run_id:str}/file", status_code=200)
    async def take_print_run(self, request: Request, print_run_id: FromPath[str]) -> Response[Any] | Stream:
        try:
            found = await take_print_run(print_run_id, viewer_in(request).actor(address_of(request)))
        except Refused as refusal:
            return await _page(request, refusal, "print-run")
        if found is None:
            raise NotFoundException
        return _zip_stream(*found)


def _month(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError:
        raise refuse("period_wanted", "period") from None


def _zip_stream(name: str, pieces: AsyncIterator[bytes]) -> Stream:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Stream(pieces, media_type="application/zip", headers=headers)


async def _page(request: Request, refusal: Refused | None = None, kind: str = "") -> Response[str]:
    return page(
        request,
        "operations/exports.html",
        status=422 if refusal else 200,
        active_tab="exports",
        shown=await exports_page(),
        refused_kind=kind,
        errors=[(f"{kind}-period", _(SENTENCES[problem.code])) for problem in refusal.problems] if refusal else [],
    )
