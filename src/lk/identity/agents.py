"""Agents are made on the command line or by an admin, and enrol by a link that works once: own password, own second
factor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pyotp

from lk import clock, db
from lk.actor import PROGRAM, Actor
from lk.config import settings
from lk.history.actions import record
from lk.identity.actions import choose_credentials, end_sessions
from lk.identity.credentials import judge_new_password
from lk.identity.passwords import hash_password
from lk.identity.queries import user_by_login
from lk.identity.recovery import end_codes, make_codes
from lk.identity.rules import judge_login, login_key, totp_step
from lk.identity.tables import Agent, User
from lk.outcome import Refused, refuse
from lk.tokens import new_token, token_hash

ENROLMENT = timedelta(days=3)
LETTERS = {"support": "А", "operator": "О", "admin": "Р"}


@dataclass(frozen=True, slots=True)
class Enrolment:
    """An agent on the way in: the secret goes into their authenticator, as a code to scan or to type."""

    agent_id: int
    user_id: int
    login: str
    secret: str

    @property
    def uri(self) -> str:
        name = settings().company.short_name
        return pyotp.TOTP(self.secret).provisioning_uri(name=self.login, issuer_name=name)


async def add_agent(login: str, role: str, actor: Actor = PROGRAM) -> str:
    """A link that works once, for three days. Raises Refused where the login is taken or unfit."""
    problems = judge_login(login, own_email=None)
    if problems:
        raise Refused(problems)
    token = new_token()
    async with db.write("agents"):
        if await user_by_login(login_key(login)) is not None:
            raise refuse("login_taken", "new_login")
        users = await User.insert(
            User(login=login.strip(), login_key=login_key(login), created_at=clock.now())
        ).returning(User.id)
        agent = Agent(
            user_id=users[0]["id"],
            code=await _next_code(role),
            role=role,
            totp_secret=pyotp.random_base32(),
            enrolment_hash=token_hash(token),
            enrolment_ends_at=clock.now() + ENROLMENT,
        )
        await Agent.insert(agent)
        await record("agent_added", user_id=users[0]["id"], actor=actor, agent=agent.id, role=role)
    return _link(token)


async def renew_agent(login: str) -> str | None:
    """A new link in place of the password and of every second factor; None where there is no such agent."""
    async with db.write("agents"):
        agent = await _live_agent(login)
        return await renew(agent) if agent is not None else None


async def renew(agent: Agent, actor: Actor = PROGRAM) -> str:
    """Inside `write("agents")`."""
    token = new_token()
    await db.execute(
        "UPDATE agents SET totp_secret = {}, totp_last_step = 0, enrolment_hash = {}, enrolment_ends_at = {} "
        "WHERE id = {}",
        pyotp.random_base32(),
        token_hash(token),
        clock.now() + ENROLMENT,
        agent.id,
    )
    await _shut_out(agent.user_id)
    await record("agent_renewed", user_id=agent.user_id, actor=actor, agent=agent.id)
    return _link(token)


async def disable_agent(login: str) -> bool:
    """Out at once, whatever is open. False where there is no such agent."""
    async with db.write("agents"):
        agent = await _live_agent(login)
        if agent is None:
            return False
        await disable(agent)
    return True


async def disable(agent: Agent, actor: Actor = PROGRAM) -> None:
    """Inside `write("agents")`."""
    await db.execute("UPDATE agents SET is_disabled = {}, enrolment_hash = NULL WHERE id = {}", True, agent.id)
    await _shut_out(agent.user_id)
    await record("agent_disabled", user_id=agent.user_id, actor=actor, agent=agent.id)


def _link(token: str) -> str:
    return f"{settings().public_url}/enrolment/{token}"


async def _live_agent(login: str) -> Agent | None:
    user = await user_by_login(login_key(login))
    agent = await Agent.objects().where(Agent.user_id == user.id).first() if user is not None else None
    return agent if agent is not None and not agent.is_disabled else None


async def _shut_out(user_id: int) -> None:
    """Inside `write()`: no session, password, passkey or recovery code of this user opens anything."""
    await db.execute("UPDATE users SET password_hash = NULL WHERE id = {}", user_id)
    await db.execute("DELETE FROM passkeys WHERE user_id = {}", user_id)
    await end_codes(user_id)
    await end_sessions(user_id)


async def enrolment_of(token: str) -> Enrolment | None:
    """None for a link that is unknown, used or out of date."""
    agent = await Agent.objects().where(Agent.enrolment_hash == token_hash(token)).first()
    if agent is None or agent.is_disabled or agent.enrolment_ends_at <= clock.now():
        return None
    user = await User.objects().where(User.id == agent.user_id).first()
    return Enrolment(agent.id, agent.user_id, user.login, agent.totp_secret) if user else None


async def enrol(token: str, password: str, code: str) -> list[str]:
    """The recovery codes, to be shown now and never again.

    Raises Refused: `enrolment_gone`, a fault of the password, `code_wrong`.
    """
    found = await enrolment_of(token)
    if found is None:
        raise refuse("enrolment_gone")
    problems = judge_new_password(password, [found.login])
    if problems:
        raise Refused(problems)
    now = clock.now()
    if not pyotp.TOTP(found.secret).verify("".join(code.split()), for_time=now, valid_window=1):
        raise refuse("code_wrong", "code")
    password_hash = await hash_password(password)
    async with db.write(f"user {found.user_id}"):
        used = await db.execute(
            "UPDATE agents SET enrolment_hash = NULL, enrolment_ends_at = NULL, totp_last_step = {} "
            "WHERE id = {} AND enrolment_hash = {}",
            totp_step(now) + 1,
            found.agent_id,
            token_hash(token),
        )
        if used != 1:
            raise refuse("enrolment_gone")
        await choose_credentials(found.user_id, found.login, password_hash)
        await end_sessions(found.user_id)
        codes = await make_codes(found.user_id)
        await record("agent_enrolled", user_id=found.user_id, actor=Actor(found.user_id, found.agent_id))
    return codes


async def _next_code(role: str) -> str:
    """«А-17»: how residents see who looked."""
    rows = await db.read("SELECT code FROM agents")
    numbers = [int(row["code"].rpartition("-")[2]) for row in rows]
    return f"{LETTERS[role]}-{max(numbers, default=0) + 1}"
