"""The wizard's steps after the two numbers: send the letter, use its link, open the cabinet."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from lk import clock, db
from lk.identity import known_devices, limits, passwords
from lk.identity.actions import begin_session, choose_credentials, new_user
from lk.identity.rules import (
    FIRST_SIGN_IN_PER_REGISTRATION,
    login_key,
)
from lk.language import Language
from lk.onboarding.letters import count_letter, write_letter
from lk.onboarding.opening import give_access, judge_credentials
from lk.onboarding.queries import (
    Place,
    RegistrationView,
    is_same_secret,
    place_of,
)
from lk.onboarding.rules import TIME_TO_FINISH, Step, is_over, is_same_email, may_send_again_at
from lk.outcome import Problem, Refused, refuse
from lk.tokens import new_token, token_hash

log = structlog.get_logger()

ON_THE_WAY = (Step.EMAIL, Step.LETTER, Step.CREDENTIALS)


@dataclass(frozen=True, slots=True)
class LinkUsed:
    """`browser` is the cookie from now on; `is_opened`: the account was added to the cabinet of who is signed in."""

    browser: str
    public_id: str
    is_opened: bool


@dataclass(frozen=True, slots=True)
class Opened:
    session: str
    public_id: str
    device_token: str


async def place_now(browser: str | None, link: str | None = None) -> Place:
    """Like `place_of`, and an end that was seen is written down: a clock set back later revives nothing."""
    place = await place_of(browser, link)
    seen = place.registration
    if seen is not None and seen.finished_at is None and is_over(seen.progress, clock.now()):
        await end_expired()
    return place


async def end_expired() -> int:
    """Ends every registration whose time is up; how many. Called by whoever sees one, and by the schedule."""
    now = clock.now()
    async with db.write():
        return await db.execute(
            "UPDATE registrations SET finished_at = {} WHERE finished_at IS NULL"
            " AND (link_ends_at <= {} OR (link_ends_at IS NULL AND started_at <= {}))",
            now,
            now,
            now - TIME_TO_FINISH,
        )


async def send_letter(browser: str | None, email: str | None = None, *, is_to_record: bool = False) -> None:
    """The letter, to `email` or once more to the address given before; the link of an older one dies.

    The same address again within a minute changes nothing. Raises Refused: `registration_ended`, `letter_too_soon`,
    `too_many_letters`.
    """
    own = require(await place_now(browser), Step.EMAIL, Step.LETTER)
    async with db.write(f"registration {own.id}"):
        own = require(await place_of(browser), Step.EMAIL, Step.LETTER)
        to_address = email or own.email
        if to_address is None:
            raise refuse("email_empty", "email")
        if email is None:
            is_to_record = own.is_to_record
        # One typed that happens to be the address on record is taken as any other: the answer must not name it.
        is_guessed = own.is_to_record and email is not None
        is_soon = own.letter_sent_at is not None and clock.now() < may_send_again_at(own.letter_sent_at)
        if is_soon and not is_guessed and is_same_email(own.email, to_address):
            if email is not None:
                return
            raise refuse("letter_too_soon")
        await count_letter(own, to_address)
        await write_letter(own, to_address, is_to_record=is_to_record)


async def use_link(
    link: str, browser: str | None, *, numbers: tuple[str, str] | None, user_id: int | None, address: str
) -> LinkUsed:
    """The button under the letter's link; `numbers` (account number, meter key) where another browser began.

    From here on only this browser goes on. Who is signed in gets the account into their cabinet at once. Raises
    Refused: `link_ended`, `first_sign_in_wrong`, `too_many_tries`.
    """
    seen = _by_link(await place_now(browser, link))
    of_user = [f"user {user_id}"] if user_id is not None else []
    async with db.write(f"registration {seen.id}", f"account {seen.account_id}", *of_user):
        place = await place_of(browser, link)
        own = _by_link(place)
        problem = await _judge_numbers(own, numbers, address) if place.step is Step.NUMBERS_AGAIN else None
        if problem is None:
            # The browser that began keeps its cookie, so that a second click of the same button goes on as well.
            kept = browser if browser is not None and place.step is Step.BUTTON else new_token()
            await _bind(own, kept)
            if user_id is not None:
                await give_access(own, user_id, is_added=True, address=address)
    if problem is not None:
        raise Refused([problem])
    return LinkUsed(kept, own.account_public_id, is_opened=user_id is not None)


async def open_cabinet(
    browser: str | None,
    login: str,
    password: str,
    *,
    address: str,
    device: str,
    device_token: str | None = None,
    language: Language | None = None,
) -> Opened:
    """The resident's own login and password end the initial ones and open the cabinet, in the language of its pages.

    Raises Refused: what the login or the password lacks, `login_taken`, `registration_ended`.
    """
    seen = require(await place_now(browser), Step.CREDENTIALS)
    problems = judge_credentials(seen, login, password)
    if problems:
        raise Refused(problems)
    password_hash = await passwords.hash_password(password)
    locks = (f"registration {seen.id}", f"account {seen.account_id}", f"login {login_key(login)}")
    async with db.write(*locks):
        own = require(await place_of(browser), Step.CREDENTIALS)
        user_id = await new_user(own.email or "", language)
        await choose_credentials(user_id, login, password_hash)
        await give_access(own, user_id, is_added=False, address=address)
        session = await begin_session(user_id, address=address, device=device)
        remembered = await known_devices.remember(user_id, device_token, device=device, address=address)
    return Opened(session, own.account_public_id, remembered)


async def add_account(browser: str | None, user_id: int, *, address: str) -> str:
    """Instead of new credentials: the account goes into the cabinet of who is signed in. Its public id.

    Raises Refused `registration_ended`.
    """
    seen = require(await place_now(browser), Step.CREDENTIALS)
    async with db.write(f"registration {seen.id}", f"account {seen.account_id}", f"user {user_id}"):
        own = require(await place_of(browser), Step.CREDENTIALS)
        await give_access(own, user_id, is_added=True, address=address)
    return own.account_public_id


def require(place: Place, *steps: Step) -> RegistrationView:
    if place.registration is None or place.step not in steps:
        raise refuse("registration_ended")
    return place.registration


def _by_link(place: Place) -> RegistrationView:
    if place.registration is None or place.step not in (Step.BUTTON, Step.NUMBERS_AGAIN):
        raise refuse("link_ended")
    return place.registration


async def _bind(own: RegistrationView, browser: str) -> None:
    await db.execute(
        "UPDATE registrations SET link_used_at = {}, browser_hash = {} WHERE id = {}",
        clock.now(),
        token_hash(browser),
        own.id,
    )


async def _judge_numbers(own: RegistrationView, numbers: tuple[str, str] | None, address: str) -> Problem | None:
    if await limits.is_over(FIRST_SIGN_IN_PER_REGISTRATION, "first_sign_in", subject=str(own.id)):
        return Problem("first_sign_in_limit")
    account_number, meter_key = numbers or ("", "")
    is_same = is_same_secret(own.account_number, account_number) & is_same_secret(own.meter_key, meter_key)
    if is_same:
        return None
    await limits.note("first_sign_in", subject=str(own.id), address=address)
    return Problem("first_sign_in_wrong", field="login")
