"""`/operations/settings`: what the company has decided, and how its bills name it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk.config import settings
from lk.filters import number, plural
from lk.language import N_, _
from lk.metering.average_limit import NO_LIMIT
from lk.operations.company_settings import MONTHS_BY_AVERAGE, change_setting, company_settings
from lk.outcome import Problem, Refused
from lk.web import Request, address_of, page, see_other, typed, viewer_in

YES_OR_NO = [("yes", N_("Да, сразу")), ("no", N_("Нет, их смотрит сотрудник"))]

_SENTENCES: dict[str, str | Callable[[Mapping[str, Any]], str]] = {
    "month_wanted": N_("Напишите месяц так: 2026-11."),
    "month_too_late": N_("Так далеко вперёд начало не назначают: не дальше года."),
    "yes_or_no": N_("Выберите, считать или нет."),
    "months_wanted": N_("Выберите, сколько месяцев."),
    "billing_under_way": N_("Сейчас считаются счета: подождите, пока расчёт закончится."),
    "count_wanted": lambda told: _("Нужно целое число от 1 до %(most)s.", most=number(told["most"])),
    "first_period_billed": N_("Счета уже есть, и начало не меняется: иначе за месяц вышло бы два счёта или ни одного."),
    "nothing_changes": N_("Так и есть сейчас: менять нечего."),
    "not_an_admin": N_("Это может только администратор, и не во время просмотра кабинета. Ничего не изменилось."),
}


def _sentence(problem: Problem) -> str:
    said = _SENTENCES[problem.code]
    return _(said) if isinstance(said, str) else said(problem.params)


class SettingsController(Controller):
    path = "/operations/settings"

    @get("/", name="settings")
    async def settings(self, request: Request) -> Response[str]:
        return await _page(request)

    @post("/{setting_name:str}")
    async def change(self, request: Request, setting_name: FromPath[str]) -> Response[Any]:
        value = (await typed(request)).get("value", "")
        try:
            await change_setting(setting_name, value, viewer_in(request).actor(address_of(request)))
        except LookupError:
            raise NotFoundException from None
        except Refused as refusal:
            return await _page(request, setting_name, value, refusal)
        return see_other("/operations/settings?done=changed")


async def _page(request: Request, name: str = "", value: str = "", refusal: Refused | None = None) -> Response[str]:
    values = await company_settings()
    return page(
        request,
        "operations/settings.html",
        status=422 if refusal else 200,
        active_tab="settings",
        values=values | ({name: value} if refusal else {}),
        errors=[(name, _sentence(problem)) for problem in refusal.problems] if refusal else [],
        company=settings().company,
        months_by_average=[
            (each, _("Без предела") if each == NO_LIMIT else plural(int(each), "месяц", "месяцев"))
            for each in MONTHS_BY_AVERAGE
        ],
        yes_or_no=[(value, _(words)) for value, words in YES_OR_NO],
        is_done=request.query_params.get("done") == "changed",
    )
