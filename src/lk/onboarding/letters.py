"""The wizard's letters: the link, the warning to who has the account already, the news that a cabinet was opened."""

from __future__ import annotations

from lk import clock, db, filters
from lk.history.actions import record
from lk.identity import limits
from lk.identity.rules import LETTERS_PER_EMAIL, LETTERS_PER_REGISTRATION
from lk.language import current
from lk.notifications.actions import Link, queue
from lk.onboarding.queries import RegistrationView, account_by_numbers
from lk.onboarding.rules import TIME_TO_FINISH
from lk.outcome import refuse
from lk.tokens import derived_token, token_hash


async def letters_are_spent(registration: RegistrationView) -> bool:
    """No further letter today."""
    return await limits.is_over(LETTERS_PER_REGISTRATION, "letter", subject=str(registration.id))


async def count_letter(own: RegistrationView, to_address: str) -> None:
    """Raises Refused `too_many_letters`."""
    email_key = to_address.casefold()
    if await letters_are_spent(own) or await limits.is_over(LETTERS_PER_EMAIL, "letter_to", subject=email_key):
        raise refuse("too_many_letters", "email")
    await limits.note("letter", subject=str(own.id))
    await limits.note("letter_to", subject=email_key)


async def write_letter(own: RegistrationView, to_address: str, *, is_to_record: bool) -> None:
    """A new link for 72 hours, which ends the one before; a taken account's owner is warned instead."""
    now, letters = clock.now(), own.letters + 1
    token_of = ("registration", own.id, letters)
    await db.execute(
        "UPDATE registrations SET email = {}, letters = {}, letter_sent_at = {}, link_hash = {}, link_ends_at = {},"
        " is_to_record = {} WHERE id = {}",
        to_address,
        letters,
        now,
        None if own.is_taken else token_hash(derived_token(*token_of)),
        now + TIME_TO_FINISH,
        is_to_record,
        own.id,
    )
    if own.is_taken:
        await warn_holder(own)
        return
    await queue(
        "first_sign_in",
        to_address,
        key=f"registration {own.id} letter {letters}",
        account_id=own.account_id,
        link=Link("/register/first-sign-in/{token}", token_of),
        number_end=filters.number_end(own.account_number),
        ends_at=(now + TIME_TO_FINISH).isoformat(),
        language=current(),
    )


async def warn_holder(own: RegistrationView) -> None:
    """By letter and in the history, once a day at most, however often strangers try."""
    found = await account_by_numbers(own.account_number, own.meter_key)
    to_address = (found.holder_email if found else None) or own.account_email
    if to_address:
        is_first = await queue(
            "registration_attempt",
            to_address,
            key=f"registration attempt {own.account_id} {clock.today()}",
            account_id=own.account_id,
            user_id=found.holder_id if found else None,
            number_end=filters.number_end(own.account_number),
        )
        if is_first:
            await record("registration_attempted", account_id=own.account_id)


async def tell_opened(own: RegistrationView, user_id: int, *, is_provisional: bool, is_added: bool) -> None:
    """Welcome to the newcomer, and a word to the e-mail on record where it is another."""
    await queue(
        "welcome",
        own.email or "",
        key=f"registration {own.id} welcome",
        account_id=own.account_id,
        user_id=user_id,
        link=Link(f"/accounts/{own.account_public_id}"),
        is_provisional=is_provisional,
        is_added=is_added,
    )
    if own.account_email and is_provisional:
        await queue(
            "cabinet_opened",
            own.account_email,
            key=f"registration {own.id} opened",
            account_id=own.account_id,
            number_end=filters.number_end(own.account_number),
        )
