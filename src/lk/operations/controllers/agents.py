"""`/operations/agents`: who works here, what they may, and how they get in."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from lk import clock
from lk.identity.agents import ENROLMENT
from lk.identity.managing import AgentRow, agent_with, agents, change_role, hire, renew_link, shut_out, wants_code
from lk.identity.second_factor import enter_code
from lk.language import _
from lk.operations.agent_words import DONE, ROLES, sentence, state_of
from lk.outcome import Refused
from lk.web import Request, address_of, cookie, cookie_in, page, see_other, typed, viewer_in


class AgentsController(Controller):
    path = "/operations/agents"

    @get("/", name="agents")
    async def listed(self, request: Request) -> Response[str]:
        return await _list(request)

    @post("/", status_code=200)
    async def add(self, request: Request) -> Response[Any]:
        """The link is in the answer itself: nothing keeps it for a page to come."""
        form = await typed(request)
        login = form.get("login", "").strip()
        try:
            link = await hire(viewer_in(request), login, form.get("role", ""), address_of(request))
        except Refused as refusal:
            return await _list(request, refusal, login=login, role=form.get("role", ""))
        return _link_page(request, login, link)

    @post("/code")
    async def confirm(self, request: Request) -> Response[Any]:
        """The second factor once more; back to the agent, or to the list."""
        form = await typed(request)
        agent_id = form.get("agent", "")
        agent = await agent_with(int(agent_id)) if agent_id.isascii() and agent_id.isdigit() else None
        try:
            token = await enter_code(
                cookie_in(request, "session") or "", form.get("code", ""), address=address_of(request)
            )
        except Refused as refusal:
            return await (_page(request, agent, refusal) if agent else _list(request, refusal))
        answer = see_other(f"/operations/agents/{agent.id}" if agent else "/operations/agents")
        answer.set_cookie(cookie("session", token, None))
        return answer

    @get("/{agent_id:int}", name="agent")
    async def agent(self, request: Request, agent_id: FromPath[int]) -> Response[str]:
        return await _page(request, await _agent(agent_id))

    @post("/{agent_id:int}/role")
    async def role(self, request: Request, agent_id: FromPath[int]) -> Response[Any]:
        agent, form = await _agent(agent_id), await typed(request)
        try:
            await change_role(viewer_in(request), agent.id, form.get("role", ""), address_of(request))
        except Refused as refusal:
            return await _page(request, agent, refusal)
        return see_other(f"/operations/agents/{agent.id}?done=role")

    @post("/{agent_id:int}/renewal", status_code=200)
    async def renew(self, request: Request, agent_id: FromPath[int]) -> Response[Any]:
        agent = await _agent(agent_id)
        try:
            link = await renew_link(viewer_in(request), agent.id, address_of(request))
        except Refused as refusal:
            return await _page(request, agent, refusal)
        return _link_page(request, agent.login, link)

    @post("/{agent_id:int}/exclusion")
    async def disable(self, request: Request, agent_id: FromPath[int]) -> Response[Any]:
        agent = await _agent(agent_id)
        try:
            await shut_out(viewer_in(request), agent.id, address_of(request))
        except Refused as refusal:
            return await _page(request, agent, refusal)
        return see_other(f"/operations/agents/{agent.id}?done=out")


async def _agent(agent_id: int) -> AgentRow:
    """Raises NotFoundException."""
    agent = await agent_with(agent_id)
    if agent is None:
        raise NotFoundException
    return agent


async def _list(request: Request, refusal: Refused | None = None, *, login: str = "", role: str = "") -> Response[str]:
    now = clock.now()
    return page(
        request,
        "operations/agents.html",
        status=422 if refusal else 200,
        active_tab="agents",
        agents=[(each, _(ROLES[each.role][0]), state_of(each, now)) for each in await agents()],
        roles=_roles(),
        login=login,
        role=role,
        wants_code=wants_code(viewer_in(request)),
        errors=_told(refusal),
    )


async def _page(request: Request, agent: AgentRow, refusal: Refused | None = None) -> Response[str]:
    return page(
        request,
        "operations/agent.html",
        status=422 if refusal else 200,
        active_tab="agents",
        agent=agent,
        role=_(ROLES[agent.role][0]),
        state=state_of(agent, clock.now()),
        roles=_roles(),
        is_self=agent.id == viewer_in(request).agent_id,
        wants_code=wants_code(viewer_in(request)),
        errors=_told(refusal),
        done=_(DONE.get(request.query_params.get("done", ""), "")),
    )


def _link_page(request: Request, login: str, link: str) -> Response[str]:
    return page(request, "operations/agent_link.html", active_tab="agents", login=login, link=link, days=ENROLMENT.days)


def _roles() -> list[tuple[str, str, str]]:
    return [(name, _(words), _(may)) for name, (words, may) in ROLES.items()]


def _told(refusal: Refused | None) -> list[tuple[str | None, str]]:
    return [(problem.field, sentence(problem)) for problem in refusal.problems] if refusal else []
