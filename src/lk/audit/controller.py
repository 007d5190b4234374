"""`/operations/audit`: what staff did. An account is searched for by its number in a POST; addresses hold none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from litestar import Controller, Response, get, post
from litestar.response import Stream

from lk import clock
from lk.audit.checking import ask_check, note_search
from lk.audit.forms import SearchForm, number_in, subject_in
from lk.audit.queries import account_with, agents_by_id, busy_days, is_checking, last_check, public_id_of, sealed
from lk.audit.rules import OTHER, SUBJECTS, Search, days_in
from lk.audit.views import acts_file, acts_page
from lk.audit.words import sentence
from lk.history.views import views_a_day
from lk.language import _
from lk.outcome import Refused, refuse
from lk.text import parse_day
from lk.web import Request, address_of, csv_stream, go, page, see_other, typed, viewer_in


class AuditController(Controller):
    path = "/operations/audit"

    @get("/", name="audit")
    async def acts(self, request: Request) -> Response[str]:
        return await _page(request)

    @post("/")
    async def search(self, request: Request) -> Response[Any]:
        form = await typed(request)
        try:
            query = await _query(form)
            await note_search("audit_searched", (await _asked(query))[0], viewer_in(request).actor(address_of(request)))
        except Refused as refusal:
            return await _page(request, form, refusal)
        return see_other(f"/operations/audit?{urlencode(query)}")

    @post("/file", status_code=200)
    async def file(self, request: Request) -> Response[Any] | Stream:
        """A POST, since that the audit was taken is noted in it."""
        search, _number = await _asked(await typed(request))
        try:
            await note_search("audit_taken", search, viewer_in(request).actor(address_of(request)))
        except Refused as refusal:
            return await _page(request, {}, refusal)
        return csv_stream(f"audit-{search.since}-{search.until}.csv", acts_file(search))

    @post("/checks")
    async def check(self, request: Request) -> Response[Any]:
        try:
            await ask_check(viewer_in(request).actor(address_of(request)))
        except Refused as refusal:
            return await _page(request, None, refusal)
        return see_other("/operations/audit#seals")

    @get("/check")
    async def checking(self, request: Request) -> Response[Any]:
        """Every two seconds while the seals are looked along; the whole page once that is over."""
        if not await is_checking():
            return go(request, "/operations/audit#seals")
        return page(request, "audit/_checking.html")


async def _query(form: Mapping[str, str]) -> dict[str, str]:
    """What was typed as a page's address says it. Raises Refused: what the form does, `no_account`."""
    wanted = SearchForm.parse(form)
    account = await public_id_of(wanted.number) if wanted.number else ""
    if account is None:
        raise refuse("no_account", "number")
    found = {
        "agent": str(wanted.agent_id or ""),
        "account": account,
        "subject": wanted.subject,
        "since": wanted.since.isoformat() if wanted.since else "",
        "until": wanted.until.isoformat() if wanted.until else "",
    }
    return {name: value for name, value in found.items() if value}


async def _asked(query: Mapping[str, str]) -> tuple[Search, str]:
    """With the account's number."""
    account = await account_with(query.get("account", ""))
    since, until = days_in(parse_day(query.get("since", "")), parse_day(query.get("until", "")), clock.today())
    agent_id = number_in(query.get("agent", ""))
    account_id, number = account or (None, "")
    return Search(since, until, agent_id, account_id, subject_in(query.get("subject", ""))), number


async def _page(
    request: Request, form: Mapping[str, str] | None = None, refusal: Refused | None = None
) -> Response[str]:
    query = {} if form is not None else dict(request.query_params)
    search, number = await _asked(query)
    found = await acts_page(search, number_in(query.get("before", "")))
    kept = {name: query[name] for name in ("agent", "account", "subject", "since", "until") if query.get(name)}
    codes = await agents_by_id()
    subjects = [(name, _(title)) for name, (title, _kinds) in SUBJECTS.items()]
    return page(
        request,
        "audit/page.html",
        status=422 if refusal else 200,
        active_tab="audit",
        search=search,
        typed=form or {"number": number},
        agents=[("", _("Все")), *((str(agent_id), code) for agent_id, code in codes.items())],
        subjects=[("", _("Все")), *subjects, (OTHER, _("Прочее"))],
        rows=found.rows,
        kept=kept,
        older=f"/operations/audit?{urlencode({**kept, 'before': found.older_than})}" if found.older_than else None,
        newer=f"/operations/audit?{urlencode(kept)}" if query.get("before") else None,
        busy=await busy_days(search.since, search.until),
        views_a_day=await views_a_day(),
        sealed=await sealed(),
        checked=await last_check(),
        is_checking=await is_checking(),
        errors=[(problem.field, sentence(problem)) for problem in refusal.problems] if refusal else [],
    )
