"""A cabinet opens: whether the chosen login and password may be, and the access that comes with them."""

from __future__ import annotations

from datetime import datetime

from lk import clock, db, filters
from lk.accounts.tables import Access
from lk.actor import Actor
from lk.history.actions import record
from lk.identity.credentials import judge_new_password
from lk.identity.queries import is_open
from lk.identity.rules import judge_login
from lk.onboarding.letters import tell_opened
from lk.onboarding.queries import RegistrationView, has_holder
from lk.onboarding.rules import is_same_email
from lk.outcome import Problem, refuse


def judge_credentials(own: RegistrationView, login: str, password: str) -> list[Problem]:
    known = (
        own.account_number,
        filters.account_number(own.account_number),
        own.meter_key,
        own.email or "",
        login,
    )
    return judge_login(login, own_email=own.email) + judge_new_password(password, known)


async def give_access(own: RegistrationView, user_id: int, *, is_added: bool, address: str) -> None:
    """Inside `write()`: the holder's access, the end of this registration and of every other one, words to all."""
    if await has_holder(own.account_id) or not await is_open(user_id):
        raise refuse("registration_ended")
    now = clock.now()
    is_provisional = not is_same_email(own.email, own.account_email)
    await _end_helper_access(own.account_id, user_id, now)
    await Access.insert(
        Access(user_id=user_id, account_id=own.account_id, role="holder", is_provisional=is_provisional, created_at=now)
    )
    await db.execute(
        "UPDATE registrations SET finished_at = {}, user_id = {}, link_hash = NULL WHERE id = {}", now, user_id, own.id
    )
    await db.execute(
        "UPDATE registrations SET finished_at = {} WHERE account_id = {} AND finished_at IS NULL", now, own.account_id
    )
    await record(
        "cabinet_opened",
        account_id=own.account_id,
        user_id=user_id,
        actor=Actor(user_id, address=address),
        is_provisional=is_provisional,
    )
    await tell_opened(own, user_id, is_provisional=is_provisional, is_added=is_added)


async def _end_helper_access(account_id: int, user_id: int, now: datetime) -> None:
    await db.execute(
        "UPDATE accesses SET ended_at = {} WHERE account_id = {} AND user_id = {} AND ended_at IS NULL",
        now,
        account_id,
        user_id,
    )
