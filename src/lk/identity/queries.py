"""Who is behind a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lk import clock, db
from lk.actor import Actor, Role
from lk.identity.tables import User
from lk.tokens import token_hash


@dataclass(frozen=True, slots=True)
class Look:
    """An agent's look at a cabinet, for its banner; `may_act` once the resident's code was entered."""

    agent_code: str
    minutes_left: int
    resident_masked: str
    may_act: bool
    end_url: str = "/support/look/end"
    code_url: str = "/support/look/code"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in browser. `look_*` are set while an agent looks at a resident's cabinet."""

    session_id: int
    user_id: int
    login: str
    language: str | None
    used_at: datetime
    created_at: datetime
    second_factor_at: datetime | None
    confirmed_at: datetime | None
    agent_id: int | None
    agent_code: str | None
    agent_role: str | None
    look_id: int | None
    look_account_id: int | None
    look_ends_at: datetime | None
    look_allowed_at: datetime | None
    look_resident: str | None

    @property
    def is_agent(self) -> bool:
        return self.agent_id is not None

    @property
    def role(self) -> Role:
        """Outside any account."""
        if self.look_id is not None:
            return Role.LOOKING
        return Role(self.agent_role) if self.agent_role is not None else Role.RESIDENT

    @property
    def display_name(self) -> str:
        return f"{self.login} · {self.agent_code}" if self.agent_code else self.login

    @property
    def impersonation(self) -> Look | None:
        """What the banner says while an agent looks."""
        if self.look_ends_at is None:
            return None
        seconds = (self.look_ends_at - clock.now()).total_seconds()
        masked = " ".join(word[:1] + "•••" for word in (self.look_resident or "").split())
        return Look(self.agent_code or "", max(1, round(seconds / 60)), masked, self.may_act)

    @property
    def may_act(self) -> bool:
        """Not in a look, or in one in which the resident's code was entered."""
        return self.look_id is None or self.look_allowed_at is not None

    def actor(self, address: str = "") -> Actor:
        return Actor(self.user_id, self.agent_id, self.look_id, address)


_VIEWER = """
    SELECT s.id AS session_id, s.user_id, u.login, u.language, s.used_at, s.created_at,
           s.second_factor_at, s.confirmed_at, a.id AS agent_id, a.code AS agent_code, a.role AS agent_role,
           i.id AS look_id, i.account_id AS look_account_id, i.ends_at AS look_ends_at, i.allowed_at AS look_allowed_at,
           la.holder_name AS look_resident
    FROM sessions s
    JOIN users u ON u.id = s.user_id
    LEFT JOIN agents a ON a.user_id = u.id
    LEFT JOIN impersonations i ON i.session_id = s.id AND i.ended_at IS NULL AND i.ends_at > {}
    LEFT JOIN accounts la ON la.id = i.account_id
    WHERE s.token_hash = {} AND s.ends_at > {} AND u.password_hash IS NOT NULL AND u.closed_at IS NULL
          AND (a.id IS NULL OR (NOT a.is_disabled AND s.second_factor_at IS NOT NULL))
"""


async def viewer_of(token: str) -> Viewer | None:
    """The live session with this token; an agent's only after the second factor and while not disabled."""
    now = clock.now()
    found = await db.read_as(Viewer, _VIEWER, now, token_hash(token), now)
    return found[0] if found else None


async def user_by_login(login_key: str) -> User | None:
    """By own login."""
    return await User.objects().where(User.login_key == login_key).first()


async def open_accounts_of(user_id: int) -> list[str]:
    """Public ids of the accounts a user may reach: where to go after sign-in."""
    rows = await db.read(
        "SELECT a.public_id FROM accesses x JOIN accounts a ON a.id = x.account_id"
        " WHERE x.user_id = {} AND x.ended_at IS NULL",
        user_id,
    )
    return [row["public_id"] for row in rows]


async def is_waiting_for_code(token: str) -> bool:
    """Signed in with the password, the second factor still to come."""
    rows = await db.read(
        "SELECT s.id FROM sessions s JOIN agents a ON a.user_id = s.user_id"
        " WHERE s.token_hash = {} AND s.ends_at > {} AND s.second_factor_at IS NULL AND NOT a.is_disabled",
        token_hash(token),
        clock.now(),
    )
    return bool(rows)


async def email_of(user_id: int) -> str | None:
    rows = await db.read("SELECT email FROM users WHERE id = {}", user_id)
    return rows[0]["email"] if rows else None


async def is_open(user_id: int) -> bool:
    """Whether the cabinet is not closed, a thing to ask once more inside `write()` under the user's lock."""
    return bool(await db.read("SELECT id FROM users WHERE id = {} AND closed_at IS NULL", user_id))


@dataclass(frozen=True, slots=True)
class Resettable:
    """A resident who has chosen a password and can be written to."""

    id: int
    login: str
    email: str


_RESETTABLE = (
    "SELECT u.id, u.login, u.email FROM users u WHERE {which} AND u.password_hash IS NOT NULL AND u.email IS NOT NULL "
    "AND NOT EXISTS (SELECT 1 FROM agents g WHERE g.user_id = u.id) ORDER BY u.id LIMIT 10"
)


async def resettable(login_key: str) -> list[Resettable]:
    """By login; by e-mail all who gave it."""
    if not login_key:
        return []
    sql = _RESETTABLE.replace("{which}", "(u.login_key = {} OR lower(u.email) = {})")
    return await db.read_as(Resettable, sql, login_key, login_key)


async def resettable_user(user_id: int) -> Resettable | None:
    return await db.read_one_as(Resettable, _RESETTABLE.replace("{which}", "u.id = {}"), user_id)


async def words_known_of(user_id: int) -> list[str]:
    """Login, e-mail, and the numbers of the user's accounts and meters: no password is made of them."""
    rows = await db.read(
        "SELECT login AS word FROM users WHERE id = {} UNION SELECT email FROM users WHERE id = {} "
        "UNION SELECT a.number FROM accesses x JOIN accounts a ON a.id = x.account_id WHERE x.user_id = {} "
        "UNION SELECT m.serial_key FROM accesses x JOIN meters m ON m.account_id = x.account_id WHERE x.user_id = {}",
        user_id,
        user_id,
        user_id,
        user_id,
    )
    return [row["word"] for row in rows if row["word"]]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A signed-in browser of the user's."""

    id: int
    created_at: datetime
    used_at: datetime
    device: str
    address: str
    way: str


async def sessions_of(user_id: int) -> list[SessionRow]:
    return await db.read_as(
        SessionRow,
        "SELECT id, created_at, used_at, device, address, way FROM sessions WHERE user_id = {} AND ends_at > {} "
        "ORDER BY used_at DESC, id DESC LIMIT 50",
        user_id,
        clock.now(),
    )
