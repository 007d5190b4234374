"""What is kept no longer than it serves: deleted a little at a time, so that nobody waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import structlog

from lk import clock, db

log = structlog.get_logger()

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Term:
    """Rows of `table` whose `since` lies longer ago than `kept`, and for which `condition` holds.

    `besides`: another instant that must lie as long ago. `chunk`: rows deleted at once.
    """

    table: str
    since: str
    kept: timedelta
    condition: str = "TRUE"
    besides: str = ""
    chunk: int = CHUNK


TERMS = (
    # The longest limit counts the tries of thirty days.
    Term("attempts", "at", timedelta(days=31)),
    Term("passkey_challenges", "ends_at", timedelta(0)),
    # As long as a resident may ask where somebody was signed in; a look keeps its session for good.
    Term(
        "sessions",
        "ends_at",
        timedelta(days=30),
        "NOT EXISTS (SELECT 1 FROM impersonations i WHERE i.session_id = sessions.id)",
    ),
    Term("password_resets", "ends_at", timedelta(days=30)),
    # They hold addresses of people who may never have become residents; the history keeps what happened.
    Term("registrations", "finished_at", timedelta(days=90)),
    Term("email_changes", "finished_at", timedelta(days=90)),
    Term("invitations", "finished_at", timedelta(days=90)),
    # Links of cards that came to nothing: refused, or given up by everybody. What was linked once stays, by four
    # digits, beside the payments that name it.
    Term("cards", "coalesce(asked_at, created_at)", timedelta(days=90), "status IN ('created', 'pending', 'refused')"),
    # A browser forgets its cookie after 400 days at the latest.
    Term("known_devices", "used_at", timedelta(days=400)),
    # Copies of own data.
    Term("data_exports", "ends_at", timedelta(0)),
    # Print runs, their files before them: each holds some megabytes.
    Term(
        "print_run_files",
        "(SELECT r.ends_at FROM print_runs r WHERE r.id = print_run_files.print_run_id)",
        timedelta(0),
        chunk=20,
    ),
    Term("print_runs", "ends_at", timedelta(0)),
    # A bill can be argued about for three years. A row is some hundred times as large as any other.
    Term(
        "reading_photos",
        "added_at",
        timedelta(days=3 * 365 + 1),
        besides="coalesce((SELECT max(b.issued_at) FROM readings r JOIN bills b ON b.account_id = r.account_id "
        "AND b.period = r.period WHERE r.id = reading_photos.reading_id), added_at)",
        chunk=20,
    ),
    # Files of questions are looked at while they are answered, the thread may be argued about for three years.
    Term(
        "question_files",
        "added_at",
        timedelta(days=365),
        besides="(SELECT q.closed_at FROM questions q WHERE q.id = question_files.question_id)",
        chunk=20,
    ),
    # Files that operators sent, and what was wrong with them; of what was loaded nothing is kept anyway.
    Term("import_pieces", "added_at", timedelta(days=7), chunk=20),
    Term("questions", "closed_at", timedelta(days=3 * 365 + 1), chunk=50),
)
LETTERS_KEPT = timedelta(days=400)
"""To whom a letter went and what it said; that it went is kept."""

CLOSED_LATELY = timedelta(days=30)
"""A closed cabinet's letters are kept no longer than their sending takes; by then the last one was given up."""


async def clean_up() -> int:
    """Rows deleted or emptied. Two processes at once do the same work twice, and harm nothing."""
    done = 0
    for term in TERMS:
        done += await _delete(term)
    done += await _empty_letters()
    if done:
        log.info("cleaned_up", rows=done)
    return done


async def _delete(term: Term) -> int:
    instants = [term.since, *([term.besides] if term.besides else [])]
    is_old = " AND ".join([*(f"{each} < {{}}" for each in instants), term.condition])
    old = f"SELECT id FROM {term.table} WHERE {is_old} LIMIT {term.chunk}"  # noqa: S608
    before = clock.now() - term.kept
    return await _by_chunks(
        f"DELETE FROM {term.table} WHERE id IN ({old})",  # noqa: S608
        *(before for _ in instants),
        chunk=term.chunk,
    )


async def _empty_letters() -> int:
    now = clock.now()
    of_closed = "user_id IN (SELECT id FROM users WHERE closed_at > {})"
    return await _empty("created_at < {}", now - LETTERS_KEPT) + await _empty(of_closed, now - CLOSED_LATELY)


async def _empty(which: str, *args: object) -> int:
    done = f"SELECT id FROM messages WHERE to_address <> '' AND status IN ('sent', 'dead') AND {which} LIMIT {CHUNK}"  # noqa: S608
    return await _by_chunks(f"UPDATE messages SET to_address = '', params = {{}} WHERE id IN ({done})", "{}", *args)  # noqa: S608


async def _by_chunks(statement: str, *args: object, chunk: int = CHUNK) -> int:
    done = 0
    while True:
        async with db.write():
            changed = await db.execute(statement, *args)
        done += changed
        if changed < chunk:
            return done
