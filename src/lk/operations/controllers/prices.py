"""`/operations/tariffs`: prices and norms by region and category, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk.language import N_, _
from lk.operations.billed import begin_to_count
from lk.operations.comparing import compare_norms, compare_prices
from lk.operations.comparison_words import Shown, shown_comparison
from lk.operations.price_changes import price_changes
from lk.operations.price_forms import Typed, month_in, parse_norms, parse_prices
from lk.operations.price_rules import WantedNorms, WantedPrices
from lk.operations.price_views import months_to_choose, next_month, norms_page, overview, prices_page
from lk.operations.price_words import CATEGORIES, REGIONS, place_name, sentence
from lk.operations.pricing import set_norms, set_prices, withdraw_norms, withdraw_prices
from lk.outcome import Refused, refuse
from lk.period import Period
from lk.web import Request, address_of, page, see_other, typed, viewer_in

DONE = {
    "set": N_("Записано. Счета посчитают по этому, как только наступит этот месяц."),
    "withdrawn": N_("Отменено: будет как раньше."),
}


class PricesController(Controller):
    path = "/operations/tariffs"

    @get("/", name="tariffs")
    async def tariffs(self, request: Request) -> Response[str]:
        return page(
            request,
            "operations/tariffs.html",
            active_tab="tariffs",
            places=await overview(),
            regions={each: _(name) for each, name in REGIONS.items()},
            categories={each: _(name) for each, name in CATEGORIES.items()},
        )

    @get("/changes", name="price_changes")
    async def changes(self, request: Request) -> Response[str]:
        before = request.query_params.get("before", "")
        shown = await price_changes(int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None)
        return page(request, "operations/price_changes.html", active_tab="tariffs", shown=shown)

    @get("/{region:str}/{tariff_category:str}/prices")
    async def prices(self, request: Request, region: FromPath[str], tariff_category: FromPath[str]) -> Response[str]:
        place = _place(region, tariff_category)
        await begin_to_count()
        return await _prices_page(request, place)

    @post("/{region:str}/{tariff_category:str}/prices")
    async def set_prices(
        self, request: Request, region: FromPath[str], tariff_category: FromPath[str]
    ) -> Response[Any]:
        """Asks first, with what last month would have come to; then does it."""
        place = _place(region, tariff_category)
        form = parse_prices(await typed(request), *place)
        try:
            wanted = _wanted(form)
            is_done = await set_prices(wanted, _actor(request), is_confirmed=form.is_confirmed)
        except Refused as refusal:
            return await _prices_page(request, place, form, refusal)
        if is_done:
            return see_other(f"{_path(place)}/prices?done=set")
        shown = shown_comparison(await compare_prices(wanted), _("все счета здесь"))
        return await _prices_page(request, place, form, shown=shown)

    @post("/{region:str}/{tariff_category:str}/prices/withdrawal")
    async def withdraw_prices(
        self, request: Request, region: FromPath[str], tariff_category: FromPath[str]
    ) -> Response[Any]:
        place = _place(region, tariff_category)
        try:
            await withdraw_prices(*place, _since(await typed(request)), _actor(request))
        except Refused as refusal:
            return await _prices_page(request, place, refusal=refusal)
        return see_other(f"{_path(place)}/prices?done=withdrawn")

    @get("/{region:str}/{tariff_category:str}/norms")
    async def norms(self, request: Request, region: FromPath[str], tariff_category: FromPath[str]) -> Response[str]:
        return await _norms_page(request, _place(region, tariff_category))

    @post("/{region:str}/{tariff_category:str}/norms")
    async def set_norms(self, request: Request, region: FromPath[str], tariff_category: FromPath[str]) -> Response[Any]:
        place = _place(region, tariff_category)
        form = parse_norms(await typed(request), *place, (await norms_page(*place)).sizes)
        try:
            wanted = _wanted(form)
            is_done = await set_norms(wanted, _actor(request), is_confirmed=form.is_confirmed)
        except Refused as refusal:
            return await _norms_page(request, place, form, refusal)
        if is_done:
            return see_other(f"{_path(place)}/norms?done=set")
        shown = shown_comparison(await compare_norms(wanted), _("счета по нормативу"))
        return await _norms_page(request, place, form, shown=shown)

    @post("/{region:str}/{tariff_category:str}/norms/withdrawal")
    async def withdraw_norms(
        self, request: Request, region: FromPath[str], tariff_category: FromPath[str]
    ) -> Response[Any]:
        place = _place(region, tariff_category)
        try:
            await withdraw_norms(*place, _since(await typed(request)), _actor(request))
        except Refused as refusal:
            return await _norms_page(request, place, refusal=refusal)
        return see_other(f"{_path(place)}/norms?done=withdrawn")


Place = tuple[str, str]


def _place(region: str, tariff_category: str) -> Place:
    """Raises NotFoundException."""
    if region not in REGIONS or tariff_category not in CATEGORIES:
        raise NotFoundException
    return region, tariff_category


def _path(place: Place) -> str:
    return "/operations/tariffs/{}/{}".format(*place)


def _actor(request: Request) -> Any:
    return viewer_in(request).actor(address_of(request))


def _wanted(form: Typed[Any]) -> Any:
    if form.wanted is None:
        raise Refused(form.problems)
    return form.wanted


def _since(fields: Mapping[str, str]) -> Period:
    period, _problems = month_in(fields)
    if period is None:
        raise refuse("nothing_planned")
    return period


async def _prices_page(
    request: Request,
    place: Place,
    form: Typed[WantedPrices] | None = None,
    refusal: Refused | None = None,
    shown: Shown | None = None,
) -> Response[str]:
    return _page(request, "operations/prices.html", place, form, refusal, shown, await prices_page(*place))


async def _norms_page(
    request: Request,
    place: Place,
    form: Typed[WantedNorms] | None = None,
    refusal: Refused | None = None,
    shown: Shown | None = None,
) -> Response[str]:
    return _page(request, "operations/norms.html", place, form, refusal, shown, await norms_page(*place))


def _page(
    request: Request,
    template: str,
    place: Place,
    form: Typed[Any] | None,
    refusal: Refused | None,
    shown: Shown | None,
    of_place: object,
) -> Response[str]:
    done = request.query_params.get("done", "")
    return page(
        request,
        template,
        status=422 if refusal else 200,
        active_tab="tariffs",
        place=place_name(*place),
        path=_path(place),
        of_place=of_place,
        typed=form.told if form else {"since": next_month()},
        months=months_to_choose(),
        errors=[(problem.field, sentence(problem)) for problem in refusal.problems] if refusal else [],
        comparison=shown,
        confirmation=form.confirmation if form and shown else "",
        done=_(DONE[done]) if done in DONE else "",
    )
