"""Helpers: asked in by letter, each with a way in of their own, out again at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lk import clock, db
from lk.accounts.queries import AccountView, title_of
from lk.accounts.rules import HELPERS_MOST, INVITATION_FOR, INVITATIONS_PER_ACCOUNT
from lk.accounts.tables import Access, Invitation
from lk.actor import Actor
from lk.history.actions import record
from lk.identity import limits
from lk.identity.actions import begin_session, choose_credentials, new_user
from lk.identity.credentials import judge_new_password
from lk.identity.passwords import hash_password
from lk.identity.queries import is_open
from lk.identity.rules import judge_login, login_key
from lk.language import current
from lk.notifications.actions import Link, queue
from lk.notifications.queries import language_of
from lk.outcome import Refused, refuse
from lk.tokens import derived_token, token_hash


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """Not accepted, not taken back, not too old."""

    id: int
    account_id: int
    public_id: str
    account_number: str
    address: str
    email: str
    ends_at: datetime
    inviter_email: str | None

    @property
    def title(self) -> str:
        return title_of(self.address)


@dataclass(frozen=True, slots=True)
class AccessRow:
    """Somebody who reaches the account."""

    id: int
    user_id: int
    role: str
    email: str | None
    created_at: datetime


_OPEN = (
    "SELECT i.id, i.account_id, a.public_id, a.number AS account_number, p.address, i.email, i.ends_at, "
    "u.email AS inviter_email FROM invitations i JOIN accounts a ON a.id = i.account_id "
    "JOIN premises p ON p.id = a.premises_id JOIN users u ON u.id = i.invited_by WHERE i.finished_at IS NULL AND "
)


async def accesses_of(account_id: int) -> list[AccessRow]:
    """The holder first."""
    return await db.read_as(
        AccessRow,
        "SELECT x.id, x.user_id, x.role, u.email, x.created_at FROM accesses x JOIN users u ON u.id = x.user_id "
        "WHERE x.account_id = {} AND x.ended_at IS NULL ORDER BY CASE x.role WHEN 'holder' THEN 0 ELSE 1 END, x.id",
        account_id,
    )


async def invitations_of(account_id: int) -> list[OpenInvitation]:
    return await db.read_as(
        OpenInvitation, _OPEN + "i.account_id = {} AND i.ends_at > {} ORDER BY i.id", account_id, clock.now()
    )


async def invitation_by(token: str) -> OpenInvitation | None:
    """None for a link that is unknown, used, taken back or too old, for good."""
    await end_expired_invitations()
    return await db.read_one_as(OpenInvitation, _OPEN + "i.token_hash = {}", token_hash(token))


async def end_expired_invitations() -> None:
    """A clock set back later revives none."""
    now = clock.now()
    async with db.write():
        await db.execute(
            "UPDATE invitations SET finished_at = {}, token_hash = NULL WHERE finished_at IS NULL AND ends_at <= {}",
            now,
            now,
        )


async def invite(account: AccountView, email: str, actor: Actor) -> None:
    """A letter with a link for a week. Raises Refused: `not_yet`, `too_many_helpers`, `too_many_invitations`."""
    async with db.write(f"account {account.id}"):
        accesses = await accesses_of(account.id)
        _check_holder(accesses, actor)
        if account.is_provisional:
            raise refuse("not_yet")
        helpers = [each for each in accesses if each.role == "helper"]
        if len(helpers) + len(await invitations_of(account.id)) >= HELPERS_MOST:
            raise refuse("too_many_helpers", "email")
        if await limits.is_over(INVITATIONS_PER_ACCOUNT, "invitation", subject=str(account.id)):
            raise refuse("too_many_invitations", "email")
        await limits.note("invitation", subject=str(account.id), address=actor.address)
        now = clock.now()
        invitation = Invitation(
            account_id=account.id, invited_by=actor.user_id, email=email, created_at=now, ends_at=now + INVITATION_FOR
        )
        await Invitation.insert(invitation)
        token_of = ("invitation", invitation.id)
        await db.execute(
            "UPDATE invitations SET token_hash = {} WHERE id = {}",
            token_hash(derived_token(*token_of)),
            invitation.id,
        )
        await record("helper_invited", account_id=account.id, actor=actor, invitation=invitation.id)
        await queue(
            "invitation",
            email,
            key=f"invitation {invitation.id}",
            account_id=account.id,
            link=Link("/invitation/{token}", token_of),
            place=title_of(account.address),
            language=await language_of(actor.user_id),
            until=clock.local_date(now + INVITATION_FOR).isoformat(),
        )


async def withdraw(account_id: int, invitation_id: int, actor: Actor) -> None:
    """Nobody can accept it any more."""
    async with db.write(f"account {account_id}"):
        _check_holder(await accesses_of(account_id), actor)
        changed = await db.execute(
            "UPDATE invitations SET finished_at = {}, token_hash = NULL "
            "WHERE id = {} AND account_id = {} AND finished_at IS NULL",
            clock.now(),
            invitation_id,
            account_id,
        )
        if changed:
            await record("invitation_withdrawn", account_id=account_id, actor=actor, invitation=invitation_id)


async def accept(token: str, user_id: int, actor: Actor) -> str:
    """Into the cabinet of who is signed in: the account's public id.

    Raises Refused: `invitation_gone`, `yours_already`.
    """
    seen = await _seen(token)
    async with db.write(f"account {seen.account_id}", f"user {user_id}"):
        await _let_in(token, user_id, actor)
    return seen.public_id


async def accept_anew(token: str, login: str, password: str, *, address: str, device: str) -> tuple[str, int, str]:
    """With a login and a password of the helper's own, and letters in the language of the page.

    Session token, user id, the account's public id.
    Raises Refused: `invitation_gone`, what the login or the password lacks, `login_taken`.
    """
    seen = await _seen(token)
    known = (seen.email, login, seen.account_number)
    problems = judge_login(login, own_email=seen.email) + judge_new_password(password, known)
    if problems:
        raise Refused(problems)
    password_hash = await hash_password(password)
    async with db.write(f"account {seen.account_id}", f"login {login_key(login)}"):
        user_id = await new_user(seen.email, current())
        await choose_credentials(user_id, login, password_hash)
        await _let_in(token, user_id, Actor(user_id, address=address))
        session = await begin_session(user_id, address=address, device=device)
    return session, user_id, seen.public_id


async def remove_helper(account_id: int, access_id: int, actor: Actor) -> None:
    """Out at once: access is asked at every request."""
    async with db.write(f"account {account_id}"):
        accesses = await accesses_of(account_id)
        _check_holder(accesses, actor)
        await _end(account_id, [each for each in accesses if each.id == access_id and each.role == "helper"], actor)


async def leave(account_id: int, user_id: int, actor: Actor) -> None:
    """A helper's own going."""
    async with db.write(f"account {account_id}"):
        accesses = await accesses_of(account_id)
        await _end(account_id, [each for each in accesses if each.user_id == user_id and each.role == "helper"], actor)


async def _seen(token: str) -> OpenInvitation:
    seen = await invitation_by(token)
    if seen is None:
        raise refuse("invitation_gone")
    return seen


async def _let_in(token: str, user_id: int, actor: Actor) -> None:
    """Inside `write()`, where the invitation is looked at once more."""
    now = clock.now()
    invitation = await db.read_one_as(
        OpenInvitation, _OPEN + "i.token_hash = {} AND i.ends_at > {}", token_hash(token), now
    )
    if invitation is None or not await is_open(user_id):
        raise refuse("invitation_gone")
    accesses = await accesses_of(invitation.account_id)
    if any(each.user_id == user_id for each in accesses):
        raise refuse("yours_already")
    await db.execute(
        "UPDATE invitations SET finished_at = {}, user_id = {}, token_hash = NULL WHERE id = {}",
        now,
        user_id,
        invitation.id,
    )
    await Access.insert(Access(user_id=user_id, account_id=invitation.account_id, role="helper", created_at=now))
    await record("helper_joined", account_id=invitation.account_id, user_id=user_id, actor=actor)
    await _tell_holder("helper_joined", accesses, invitation.account_id, f"invitation {invitation.id}")


async def _end(account_id: int, leaving: list[AccessRow], actor: Actor) -> None:
    for each in leaving:
        await db.execute("UPDATE accesses SET ended_at = {} WHERE id = {}", clock.now(), each.id)
        await tell_left(account_id, each, actor)
        await _tell_holder(
            "helper_left", await accesses_of(account_id), account_id, f"access {each.id} of the holder's"
        )


async def tell_left(account_id: int, helper: AccessRow, actor: Actor) -> None:
    """Inside `write()`: that the helper's access has ended, in the history and to the helper."""
    await record("helper_left", account_id=account_id, user_id=helper.user_id, actor=actor)
    if helper.email:
        key = f"access {helper.id} ended"
        await queue("helper_left", helper.email, key=key, account_id=account_id, user_id=helper.user_id)


async def _tell_holder(kind: str, accesses: list[AccessRow], account_id: int, what: str) -> None:
    holder = next((each for each in accesses if each.role == "holder"), None)
    if holder is not None and holder.email:
        await queue(kind, holder.email, key=f"{kind} {what}", account_id=account_id, user_id=holder.user_id)


def _check_holder(accesses: list[AccessRow], actor: Actor) -> None:
    """Asked again where it is written: the guard may have let a holder in who is none any more."""
    if not any(each.user_id == actor.user_id and each.role == "holder" for each in accesses):
        raise refuse("not_holder")
