"""The wizard's first step: the two numbers, and the letter at once for who is signed in."""

from __future__ import annotations

from contextlib import suppress

import structlog

from lk import clock, db
from lk.identity import limits
from lk.identity.queries import email_of
from lk.identity.rules import REGISTRATION_PER_ACCOUNT, REGISTRATION_PER_ADDRESS, source_of
from lk.onboarding.actions import ON_THE_WAY, place_now, require, send_letter
from lk.onboarding.queries import NumberedAccount, account_by_numbers, place_of
from lk.onboarding.rules import Step, is_same_email
from lk.onboarding.tables import Registration
from lk.outcome import Refused, refuse
from lk.tokens import new_token, token_hash

log = structlog.get_logger()


async def begin(account_number: str, meter_key: str, *, browser: str | None, user_id: int | None, address: str) -> str:
    """The two numbers (folded) → the cookie of a registration; this browser's own, if it is on its way with them.

    Raises Refused: `numbers_wrong` whichever is wrong, `too_many_tries`, `too_many_everywhere`, `already_yours`.
    """
    await _count_try(account_number, address)
    found = await account_by_numbers(account_number, meter_key)
    if found is None:
        log.info("registration_refused", address=address)
        async with db.write():
            await limits.note("registration_wrong", subject=account_number, address=address)
        await limits.trip_if_spraying("registration_wrong")
        raise refuse("numbers_wrong", "account_number")
    if found.holder_id is not None and found.holder_id == user_id:
        raise refuse("already_yours", "account_number")
    place = await place_now(browser)
    own = place.registration
    if browser is not None and own is not None and place.step in ON_THE_WAY and own.account_id == found.account_id:
        return browser
    begun = await _begin_anew(found)
    if user_id is not None:
        await _write_to_known(begun, user_id)
    return begun


async def _count_try(account_number: str, address: str) -> None:
    if await limits.is_tripped("registration_wrong"):
        raise refuse("too_many_everywhere")
    async with db.write(f"tries {account_number}", f"tries {source_of(address)}"):
        is_spent = await limits.is_over(
            REGISTRATION_PER_ACCOUNT, "registration", subject=account_number
        ) or await limits.is_over(REGISTRATION_PER_ADDRESS, "registration", address=address)
        if not is_spent:
            await limits.note("registration", subject=account_number, address=address)
    if is_spent:
        log.warning("registration_limited", address=address)
        raise refuse("too_many_tries")


async def _begin_anew(found: NumberedAccount) -> str:
    browser = new_token()
    async with db.write():
        await Registration.insert(
            Registration(
                browser_hash=token_hash(browser),
                account_id=found.account_id,
                meter_key=found.serial_key,
                is_taken=found.holder_id is not None,
                started_at=clock.now(),
            )
        )
    return browser


async def _write_to_known(browser: str, user_id: int) -> None:
    """Who is signed in is asked for no address: the e-mail on record is written to, or else their own."""
    own = require(await place_of(browser), Step.EMAIL)
    own_email = await email_of(user_id)
    to_address = own.account_email or own_email
    if to_address is None:
        return
    with suppress(Refused):
        is_to_record = own.account_email is not None and not is_same_email(own.account_email, own_email)
        await send_letter(browser, to_address, is_to_record=is_to_record)
