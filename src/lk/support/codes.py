"""A resident lets an agent who looks act: six digits on the resident's own screen, read out, once."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime

import structlog

from lk import clock, db
from lk.accounts.queries import AccountView
from lk.history.actions import record
from lk.identity import limits
from lk.identity.actions import renew_session
from lk.identity.queries import Viewer
from lk.notifications.actions import Link, queue
from lk.outcome import Problem, Refused, refuse
from lk.support.rules import CODE_FOR, CODE_PER_AGENT, CODE_PER_LOOK, CODES_PER_LOOK
from lk.tokens import derived_digits

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class GoingLook:
    """A look that goes on at an account, and the code that is shown for it; `code_*` None: there is none alive."""

    id: int
    agent_code: str
    reason: str
    started_at: datetime
    ends_at: datetime
    allowed_at: datetime | None
    code_id: int | None
    code_shown_at: datetime | None
    code_ends_at: datetime | None

    @property
    def code(self) -> str | None:
        if self.code_id is None or self.code_shown_at is None:
            return None
        return derived_digits("look code", self.code_id, self.id, int(self.code_shown_at.timestamp()))


async def going_looks(account_id: int, user_id: int) -> list[GoingLook]:
    """As this user, who holds the account, sees them: codes shown to anybody else are not theirs."""
    now = clock.now()
    return await db.read_as(
        GoingLook,
        f"{_GOING} WHERE i.account_id = {{}} AND {_GOES_ON} ORDER BY i.id",
        *(user_id, now, account_id, now, now),
    )


_GOING = (
    "SELECT i.id, g.code AS agent_code, i.reason, i.started_at, i.ends_at, i.allowed_at, c.id AS code_id, "
    "c.shown_at AS code_shown_at, c.ends_at AS code_ends_at FROM impersonations i "
    "JOIN sessions s ON s.id = i.session_id JOIN agents g ON g.id = i.agent_id "
    "LEFT JOIN look_codes c ON c.look_id = i.id AND c.user_id = {} AND c.ended_at IS NULL AND c.ends_at > {}"
)
_GOES_ON = "i.ended_at IS NULL AND i.ends_at > {} AND s.ends_at > {} AND NOT g.is_disabled"


async def show_code(account: AccountView, look_id: int, viewer: Viewer, address: str) -> None:
    """One code at a time; the one that is alive stays. Raises Refused `no_look`, `too_many_codes`."""
    async with db.write(f"look {look_id}"):
        look = next((each for each in await going_looks(account.id, viewer.user_id) if each.id == look_id), None)
        if look is None or not await _is_holder(account.id, viewer.user_id):
            raise refuse("no_look")
        if look.code_id is not None or look.allowed_at is not None:
            return
        rows = await db.read("SELECT count(*) AS codes FROM look_codes WHERE look_id = {}", look_id)
        if rows[0]["codes"] >= CODES_PER_LOOK:
            raise refuse("too_many_codes")
        now = clock.now()
        await db.execute(_END_CODES, now, look_id)
        await db.execute(
            "INSERT INTO look_codes (look_id, user_id, shown_at, ends_at) VALUES ({}, {}, {}, {})",
            look_id,
            viewer.user_id,
            now,
            min(now + CODE_FOR, look.ends_at),
        )
        await record("look_code_shown", account_id=account.id, actor=viewer.actor(address), look=look_id)


_END_CODES = "UPDATE look_codes SET ended_at = {} WHERE look_id = {} AND ended_at IS NULL"


async def _is_holder(account_id: int, user_id: int) -> bool:
    return bool(
        await db.read(
            "SELECT id FROM accesses WHERE account_id = {} AND user_id = {} AND role = 'holder' AND ended_at IS NULL",
            account_id,
            user_id,
        )
    )


@dataclass(frozen=True, slots=True)
class _Account:
    """The account looked at and its holder, who alone gives codes."""

    id: int
    public_id: str
    user_id: int
    email: str | None


async def enter_code(viewer: Viewer, typed: str, address: str) -> str:
    """The agent may act until the look ends, under a new token.

    Raises Refused `code_empty`, `code_wrong`, `too_many_tries`, `session_ended`.
    """
    digits = "".join(typed.split())
    if not digits:
        raise refuse("code_empty", "code")
    refusal, fresh = None, ""
    async with db.write(f"session {viewer.session_id}", f"look {viewer.look_id}"):
        account, look = await _looked_at(viewer)
        subjects = {"look_code": str(look.id), "look_code_agent": str(viewer.agent_id)}
        if await _is_tried_out(subjects):
            refusal = "too_many_tries"
        elif look.code is None or not hmac.compare_digest(look.code.encode(), digits.encode()):
            refusal = "code_wrong"
            for kind, subject in subjects.items():
                await limits.note(kind, subject=subject, address=address)
        else:
            fresh = await _let(account, look, viewer, address)
    if refusal:
        # What was counted stays counted.
        log.warning("look_code_refused", agent=viewer.agent_code, look_id=viewer.look_id, reason=refusal)
        raise Refused([Problem(refusal, field="code")])
    return fresh


async def _is_tried_out(subjects: dict[str, str]) -> bool:
    return await limits.is_over(CODE_PER_LOOK, "look_code", subject=subjects["look_code"]) or await limits.is_over(
        CODE_PER_AGENT, "look_code_agent", subject=subjects["look_code_agent"]
    )


async def _looked_at(viewer: Viewer) -> tuple[_Account, GoingLook]:
    """Asked again inside the transaction. Raises Refused `session_ended`."""
    account = await db.read_one_as(
        _Account,
        "SELECT a.id, a.public_id, u.id AS user_id, u.email FROM accounts a "
        "JOIN accesses x ON x.account_id = a.id AND x.role = 'holder' AND x.ended_at IS NULL "
        "JOIN users u ON u.id = x.user_id WHERE a.id = {}",
        viewer.look_account_id,
    )
    looks = await going_looks(account.id, account.user_id) if account else []
    look = next((each for each in looks if each.id == viewer.look_id), None)
    if account is None or look is None:
        raise refuse("session_ended")
    return account, look


async def _let(account: _Account, look: GoingLook, viewer: Viewer, address: str) -> str:
    now = clock.now()
    await db.execute("UPDATE look_codes SET ended_at = {}, used_at = {} WHERE id = {}", now, now, look.code_id)
    await db.execute("UPDATE impersonations SET allowed_at = {} WHERE id = {}", now, look.id)
    await record(
        "look_allowed",
        account_id=account.id,
        user_id=account.user_id,
        actor=viewer.actor(address),
        reason=look.reason,
        until=look.ends_at.isoformat(),
    )
    if account.email:
        await queue(
            "look_allowed",
            account.email,
            key=f"look_allowed:{look.id}",
            account_id=account.id,
            user_id=account.user_id,
            link=Link(f"/accounts/{account.public_id}/history"),
            agent=viewer.agent_code,
            at=now.isoformat(),
            ends_at=look.ends_at.isoformat(),
        )
    return await renew_session(viewer.session_id)
