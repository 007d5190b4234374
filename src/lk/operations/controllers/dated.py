"""`/operations/tariffs/bands` and `/penalty-rate`: what holds for everybody from a day on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import Controller, Response, get, post

from lk import clock
from lk.language import N_, _
from lk.operations.comparing import compare_bands, compare_penalty_rate
from lk.operations.comparison_words import Shown, shown_comparison
from lk.operations.dated import set_bands, set_penalty_rate, withdraw_bands, withdraw_penalty_rate
from lk.operations.dated_views import bands_page, first_free_month, penalty_rates_page
from lk.operations.price_forms import (
    Typed,
    WantedBands,
    WantedPenaltyRate,
    month_in,
    parse_bands,
    parse_penalty_rate,
)
from lk.operations.price_views import months_to_choose, next_month
from lk.operations.price_words import sentence
from lk.outcome import Refused, refuse
from lk.text import parse_day
from lk.web import Request, address_of, page, see_other, typed, viewer_in

DONE = {
    "set": N_("Записано. Так будет, как только этот день наступит."),
    "withdrawn": N_("Отменено: будет как раньше."),
}


class DatedController(Controller):
    path = "/operations/tariffs"

    @get("/bands")
    async def bands(self, request: Request) -> Response[str]:
        return await _bands(request)

    @post("/bands")
    async def set_bands(self, request: Request) -> Response[Any]:
        """Asks first, with what last month would have come to; then does it."""
        form = parse_bands(await typed(request))
        try:
            if form.wanted is None:
                raise Refused(form.problems)
            wanted = form.wanted
            is_done = await set_bands(wanted.limits, wanted.since, _actor(request), is_confirmed=form.is_confirmed)
        except Refused as refusal:
            return await _bands(request, form, refusal)
        if is_done:
            return see_other("/operations/tariffs/bands?done=set")
        shown = shown_comparison(await compare_bands(wanted), _("большие счета"))
        return await _bands(request, form, shown=shown)

    @post("/bands/withdrawal")
    async def withdraw_bands(self, request: Request) -> Response[Any]:
        since, _problems = month_in(await typed(request))
        try:
            if since is None:
                raise refuse("nothing_planned")
            await withdraw_bands(since, _actor(request))
        except Refused as refusal:
            return await _bands(request, refusal=refusal)
        return see_other("/operations/tariffs/bands?done=withdrawn")

    @get("/penalty-rate")
    async def penalty_rate(self, request: Request) -> Response[str]:
        return await _penalty_rate(request)

    @post("/penalty-rate")
    async def set_penalty_rate(self, request: Request) -> Response[Any]:
        form = parse_penalty_rate(await typed(request))
        try:
            if form.wanted is None:
                raise Refused(form.problems)
            wanted = form.wanted
            is_done = await set_penalty_rate(
                wanted.basis_points, wanted.valid_from, _actor(request), is_confirmed=form.is_confirmed
            )
        except Refused as refusal:
            return await _penalty_rate(request, form, refusal)
        if is_done:
            return see_other("/operations/tariffs/penalty-rate?done=set")
        shown = shown_comparison(await compare_penalty_rate(wanted), _("пени, набежавшие за месяц"))
        return await _penalty_rate(request, form, shown=shown)

    @post("/penalty-rate/withdrawal")
    async def withdraw_penalty_rate(self, request: Request) -> Response[Any]:
        day = parse_day((await typed(request)).get("since", ""))
        try:
            if day is None:
                raise refuse("nothing_planned")
            await withdraw_penalty_rate(day, _actor(request))
        except Refused as refusal:
            return await _penalty_rate(request, refusal=refusal)
        return see_other("/operations/tariffs/penalty-rate?done=withdrawn")


def _actor(request: Request) -> Any:
    return viewer_in(request).actor(address_of(request))


async def _bands(
    request: Request,
    form: Typed[WantedBands] | None = None,
    refusal: Refused | None = None,
    shown: Shown | None = None,
) -> Response[str]:
    free = await first_free_month()
    values = {
        "typed": form.told if form else {"since": max(next_month(), str(free))},
        "dated": await bands_page(),
        "months": months_to_choose(free),
    }
    return _page(request, "operations/bands.html", values, form, refusal, shown)


async def _penalty_rate(
    request: Request,
    form: Typed[WantedPenaltyRate] | None = None,
    refusal: Refused | None = None,
    shown: Shown | None = None,
) -> Response[str]:
    values = {
        "typed": form.told if form else {},
        "dated": await penalty_rates_page(),
        "earliest": (clock.today() + timedelta(1)).isoformat(),
    }
    return _page(request, "operations/penalty_rate.html", values, form, refusal, shown)


def _page(
    request: Request,
    template: str,
    values: dict[str, Any],
    form: Typed[Any] | None,
    refusal: Refused | None,
    shown: Shown | None,
) -> Response[str]:
    done = request.query_params.get("done", "")
    return page(
        request,
        template,
        status=422 if refusal else 200,
        active_tab="tariffs",
        errors=[(problem.field, sentence(problem)) for problem in refusal.problems] if refusal else [],
        comparison=shown,
        confirmation=form.confirmation if form and shown else "",
        done=_(DONE[done]) if done in DONE else "",
        **values,
    )
