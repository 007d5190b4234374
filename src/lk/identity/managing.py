"""What an admin does about the agents at the desk: who they are, what they may, and that they are out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lk import clock, db
from lk.actor import Role
from lk.history.actions import record
from lk.identity.actions import end_sessions
from lk.identity.agents import LETTERS, add_agent, disable, renew
from lk.identity.queries import Viewer
from lk.identity.rules import is_factor_fresh
from lk.identity.tables import Agent
from lk.outcome import refuse


@dataclass(frozen=True, slots=True)
class AgentRow:
    """`is_enrolled`: has a password of their own. `seen_at`: last at work, as far as sessions are kept."""

    id: int
    code: str
    login: str
    role: Role
    is_disabled: bool
    is_enrolled: bool
    enrolment_ends_at: datetime | None
    seen_at: datetime | None


_AGENTS = (
    "SELECT g.id, g.code, coalesce(u.login, '') AS login, g.role, g.is_disabled, g.enrolment_ends_at, "
    "CASE WHEN u.password_hash IS NULL THEN 0 ELSE 1 END AS is_enrolled, "
    "(SELECT max(s.used_at) FROM sessions s WHERE s.user_id = g.user_id AND s.second_factor_at IS NOT NULL) AS seen_at "
    "FROM agents g JOIN users u ON u.id = g.user_id "
)


async def agents() -> list[AgentRow]:
    """Those who are out come last."""
    return await db.read_as(AgentRow, _AGENTS + "ORDER BY g.is_disabled, g.id")


async def agent_with(agent_id: int) -> AgentRow | None:
    """None also for a number that no id ever has."""
    return await db.read_one_as(AgentRow, _AGENTS + "WHERE g.id = {}", agent_id) if agent_id < 2**63 else None


def wants_code(viewer: Viewer) -> bool:
    """Their own second factor was shown too long ago to change anything of this."""
    return not is_factor_fresh(viewer.second_factor_at, clock.now())


async def hire(viewer: Viewer, login: str, role: str, address: str) -> str:
    """The link of a new agent, to be shown now and never again.

    Raises Refused: `code_wanted`, `not_an_admin`, `role_wanted`, `login_taken`, what the login lacks.
    """
    if role not in LETTERS:
        raise refuse("role_wanted", "role")
    async with db.write("agents"):
        await _check(viewer)
        return await add_agent(login, role, viewer.actor(address))


async def renew_link(viewer: Viewer, agent_id: int, address: str) -> str:
    """A new link in place of the agent's password and second factors.

    Raises Refused: `code_wanted`, `not_an_admin`, `yourself`, `is_out`; LookupError.
    """
    async with db.write("agents"):
        agent = await _other(viewer, agent_id)
        return await renew(agent, viewer.actor(address))


async def change_role(viewer: Viewer, agent_id: int, role: str, address: str) -> None:
    """Whoever is at work has to sign in again.

    Raises Refused: `code_wanted`, `not_an_admin`, `role_wanted`, `last_admin`, `yourself`, `is_out`, `same_role`;
    LookupError.
    """
    if role not in LETTERS:
        raise refuse("role_wanted", "role")
    async with db.write("agents"):
        agent = await _other(viewer, agent_id)
        if agent.role == role:
            raise refuse("same_role", "role")
        await db.execute("UPDATE agents SET role = {} WHERE id = {}", role, agent.id)
        await end_sessions(agent.user_id)
        await record(
            "agent_role_changed",
            user_id=agent.user_id,
            actor=viewer.actor(address),
            agent=agent.id,
            role=role,
            before=agent.role,
        )


async def shut_out(viewer: Viewer, agent_id: int, address: str) -> None:
    """For good.

    Raises Refused: `code_wanted`, `not_an_admin`, `last_admin`, `yourself`, `is_out`; LookupError.
    """
    async with db.write("agents"):
        agent = await _other(viewer, agent_id)
        await disable(agent, viewer.actor(address))


async def _check(viewer: Viewer) -> None:
    """Asked inside the transaction: an admin who was degraded a moment ago changes nothing more."""
    if wants_code(viewer):
        raise refuse("code_wanted", "code")
    rows = await db.read(
        "SELECT id FROM agents WHERE id = {} AND NOT is_disabled AND role = {}", viewer.agent_id, Role.ADMIN.value
    )
    if not rows or viewer.look_id is not None:
        raise refuse("not_an_admin")


async def _other(viewer: Viewer, agent_id: int) -> Agent:
    """The agent that an admin may change: nobody changes themselves, and somebody always stays to change others."""
    await _check(viewer)
    agent = await Agent.objects().where(Agent.id == agent_id).first()
    if agent is None:
        raise LookupError(agent_id)
    if agent.is_disabled:
        raise refuse("is_out")
    if agent.role == Role.ADMIN and not await _other_admins(agent_id):
        raise refuse("last_admin")
    if agent.id == viewer.agent_id:
        raise refuse("yourself")
    return agent


async def _other_admins(agent_id: int) -> int:
    """Those who can sign in."""
    (row,) = await db.read(
        "SELECT count(*) AS n FROM agents g JOIN users u ON u.id = g.user_id "
        "WHERE g.role = {} AND NOT g.is_disabled AND u.password_hash IS NOT NULL AND g.id <> {}",
        Role.ADMIN.value,
        agent_id,
    )
    return int(row["n"])
