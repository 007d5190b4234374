"""Users of the town: residents come in by the wizard, agents and the helper are made with real passwords."""

from __future__ import annotations

import pyotp

from lk import clock, db
from lk.accounts.tables import Access
from lk.actor import Actor
from lk.demo.deeds import account_of_town
from lk.demo.signs import ADMIN, HELPER, OPERATOR, SENIOR, SUPPORT, Sign
from lk.history.actions import record
from lk.identity.actions import choose_credentials, new_user, sign_out
from lk.identity.passwords import hash_password
from lk.identity.queries import user_by_login
from lk.identity.rules import login_key
from lk.identity.tables import Agent
from lk.onboarding.actions import open_cabinet, send_letter, use_link
from lk.onboarding.beginning import begin
from lk.text import fold_serial_number
from lk.tokens import derived_token

DEVICE = "демонстрация"


async def hire_agents() -> None:
    desk = (
        (SUPPORT, "support", "А-17"),
        (OPERATOR, "operator", "О-3"),
        (SENIOR, "operator", "О-1"),
        (ADMIN, "admin", "Р-2"),
    )
    for sign, role, code in desk:
        user_id = await _user(sign)
        await Agent.insert(Agent(user_id=user_id, code=code, role=role, totp_secret=pyotp.random_base32()))


async def agent_at_desk() -> Actor:
    """Who takes the calls."""
    rows = await db.read("SELECT id, user_id FROM agents WHERE role = 'support' ORDER BY id LIMIT 1")
    return Actor(rows[0]["user_id"], rows[0]["id"])


async def operators() -> tuple[Actor, ...]:
    """The younger one first."""
    rows = await db.read("SELECT id, user_id FROM agents WHERE role = 'operator' ORDER BY id")
    return tuple(Actor(row["user_id"], row["id"]) for row in rows)


async def open_by_wizard(number: str, serial_number: str, login: str, email: str, password: str, address: str) -> int:
    """From the two numbers to the own login; who has a cabinet already adds the account to it. The user's id."""
    known = await user_by_login(login_key(login))
    user_id = known.id if known else None
    key = fold_serial_number(serial_number)
    browser = await begin(number, key, browser=None, user_id=user_id, address=address)
    await send_letter(browser, email)
    link = await _link_of(number)
    used = await use_link(link, browser, numbers=None, user_id=user_id, address=address)
    if user_id is not None:
        return user_id
    opened = await open_cabinet(used.browser, login, password, address=address, device=DEVICE)
    await sign_out(opened.session)
    made = await user_by_login(login_key(login))
    assert made is not None
    return made.id


async def invite_helper(number: str) -> int:
    """A neighbour who sends readings and pays."""
    account, user_id = await account_of_town(number), await _user(HELPER)
    await Access.insert(Access(user_id=user_id, account_id=account.id, role="helper", created_at=clock.now()))
    await record("helper_invited", account_id=account.id, user_id=user_id)
    return user_id


async def _user(sign: Sign) -> int:
    user_id = await new_user(f"{sign.login}@pochta.example")
    await choose_credentials(user_id, sign.login, await hash_password(sign.password))
    return user_id


async def _link_of(number: str) -> str:
    """The link stands in the letter only; the secret makes it again."""
    rows = await db.read(
        "SELECT r.id, r.letters FROM registrations r JOIN accounts a ON a.id = r.account_id "
        "WHERE a.number = {} ORDER BY r.id DESC LIMIT 1",
        number,
    )
    return derived_token("registration", rows[0]["id"], rows[0]["letters"])
