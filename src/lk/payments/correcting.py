"""Operators correct an account by hand, or pay out a closed one's advance; above a limit another one has to agree.

Each is one transaction under the account's lock; nothing in the ledger is ever changed, a correction is an entry more.
"""

from __future__ import annotations

from lk import clock, db
from lk.accounts.tables import Account
from lk.actor import Actor
from lk.history.actions import record
from lk.ledger.actions import Transfer, post_many
from lk.ledger.queries import balance
from lk.ledger.rules import Part
from lk.notifications.actions import Link, queue
from lk.outcome import Problem, Refused, refuse
from lk.payments.correction_rules import (
    CorrectionKind,
    CorrectionStatus,
    Standing,
    WantedCorrection,
    book_of,
    judge_correction,
)
from lk.payments.desk_people import moved_alone, note_money, operator_behind, refuse_unless_second
from lk.payments.desk_rules import judge_words, needs_second_person, tidy
from lk.payments.tables import Correction


async def ask_for_correction(account_id: int, wanted: WantedCorrection, actor: Actor, *, nonce: str) -> Correction:
    """Posted at once, or waiting for a second person.

    `nonce` is the form's: the same form sent again is the same correction. Raises Refused: `not_an_operator`,
    `form_stale`, what is wrong with the words, `amount_zero`, `amount_too_large`, `above_the_penalty`,
    `account_open`, `above_the_advance`.
    """
    words = tidy(wanted.words)
    async with db.write(f"account {account_id}", "ledger"):
        agent_id = await operator_behind(actor)
        known = await Correction.objects().where(Correction.public_id == nonce).first()
        if known is not None:
            if (known.account_id, known.amount_kopecks) != (account_id, wanted.kopecks):
                raise refuse("form_stale")
            return known
        problems = await _judged(account_id, wanted.kind, wanted.part, wanted.kopecks)
        if problems := problems + judge_words(words):
            raise Refused(problems)
        is_waiting = needs_second_person(wanted.kopecks, await moved_alone(account_id))
        correction = Correction(
            public_id=nonce,
            account_id=account_id,
            kind=wanted.kind,
            part=wanted.part,
            amount_kopecks=wanted.kopecks,
            words=words,
            status=CorrectionStatus.WAITING if is_waiting else CorrectionStatus.POSTED,
            asked_by=agent_id,
            created_at=clock.now(),
        )
        await db.insert_once(correction, Correction.public_id)
        await note_money("money_asked", wanted.kind, wanted.kopecks, actor, account_id)
        if not is_waiting:
            await _post(correction)
        return correction


async def approve_correction(public_id: str, actor: Actor) -> None:
    """The second person agrees, and it is posted.

    Raises Refused: `not_an_operator`, `decided_already`, `same_person`, and what is wrong with it by now; LookupError.
    """
    account_id = (await correction_with(public_id)).account_id
    async with db.write(f"account {account_id}", "ledger"):
        agent_id = await operator_behind(actor)
        correction = await _waiting(public_id, agent_id)
        if problems := await _judged(
            account_id, CorrectionKind(correction.kind), Part(correction.part), correction.amount_kopecks
        ):
            raise Refused(problems)
        await _decide(correction, CorrectionStatus.POSTED, agent_id)
        await note_money("money_approved", correction.kind, correction.amount_kopecks, actor, account_id)
        await _post(correction)


async def refuse_correction(public_id: str, words: str, actor: Actor) -> None:
    """The second person does not agree: nothing is posted.

    Raises Refused: `not_an_operator`, `decided_already`, `same_person`, what is wrong with the words; LookupError.
    """
    words = tidy(words)
    if problems := judge_words(words):
        raise Refused(problems)
    account_id = (await correction_with(public_id)).account_id
    async with db.write(f"account {account_id}"):
        agent_id = await operator_behind(actor)
        correction = await _waiting(public_id, agent_id)
        await _decide(correction, CorrectionStatus.REFUSED, agent_id, words)
        await note_money("money_refused", correction.kind, correction.amount_kopecks, actor, account_id)


async def correction_with(public_id: str) -> Correction:
    """Raises LookupError."""
    correction = await Correction.objects().where(Correction.public_id == public_id).first()
    if correction is None:
        raise LookupError(f"no correction {public_id}")
    return correction


async def _judged(account_id: int, kind: CorrectionKind, part: Part, kopecks: int) -> list[Problem]:
    owed = await balance(account_id)
    account = await _account(account_id)
    is_closed = account.closed_on is not None and account.closed_on <= clock.today()
    return judge_correction(kind, part, kopecks, Standing(owed.principal, owed.penalty, is_closed))


async def _account(account_id: int) -> Account:
    """Raises LookupError."""
    account = await Account.objects().where(Account.id == account_id).first()
    if account is None:
        raise LookupError(f"no account {account_id}")
    return account


async def _waiting(public_id: str, agent_id: int) -> Correction:
    """Raises Refused: `decided_already`, `same_person`."""
    correction = await correction_with(public_id)
    refuse_unless_second(correction, agent_id)
    return correction


async def _decide(correction: Correction, status: CorrectionStatus, agent_id: int, reason: str = "") -> None:
    await db.execute(
        "UPDATE corrections SET status = {}, reason = {}, decided_by = {}, decided_at = {} WHERE id = {}",
        status,
        reason,
        agent_id,
        clock.now(),
        correction.id,
    )


async def _post(correction: Correction) -> None:
    """The ledger, the history and the letter."""
    part = Part(correction.part)
    kind, book = book_of(CorrectionKind(correction.kind), part)
    entry = Transfer(
        kind,
        correction.account_id,
        correction.amount_kopecks,
        part,
        clock.today(),
        key=f"correction:{correction.public_id}",
        source=f"correction:{correction.id}",
        book=book,
    )
    await post_many([entry])
    await record(
        "advance_paid_out" if correction.kind == CorrectionKind.PAYOUT else "balance_corrected",
        account_id=correction.account_id,
        actor=Actor(agent_id=correction.asked_by),
        correction=correction.public_id,
        amount=correction.amount_kopecks,
        part=part,
    )
    await _tell_holder(correction)


async def _tell_holder(correction: Correction) -> None:
    """A closed account has none."""
    rows = await db.read(
        "SELECT u.id, u.email, a.number, a.public_id FROM accounts a "
        "JOIN accesses x ON x.account_id = a.id AND x.role = 'holder' AND x.ended_at IS NULL "
        "JOIN users u ON u.id = x.user_id AND u.email IS NOT NULL WHERE a.id = {}",
        correction.account_id,
    )
    for holder in rows:
        await queue(
            "balance_corrected",
            holder["email"],
            key=f"balance_corrected:{correction.id}",
            account_id=correction.account_id,
            user_id=holder["id"],
            link=Link(f"/accounts/{holder['public_id']}/corrections/{correction.public_id}"),
            account_number=holder["number"],
            amount_kopecks=correction.amount_kopecks,
            part=correction.part,
            words=correction.words,
        )
