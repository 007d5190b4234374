"""What nobody goes on with: an answered question is closed after a while, an unconfirmed one is forgotten."""

from __future__ import annotations

from lk import clock, db
from lk.apart import apart
from lk.feedback.answering import end
from lk.feedback.queries import COLUMNS, Question, question_with
from lk.feedback.rules import QUIET_FOR, UNCONFIRMED_FOR, Status
from lk.history.actions import record

CHUNK = 200
_FEW = 20


async def tidy() -> int:
    """How many questions; what is left over comes with the next tick."""
    return await _forget_unconfirmed() + await _close_quiet()


async def _forget_unconfirmed() -> int:
    """With their messages and files: an address that never agreed to anything."""
    done = 0
    while True:
        async with db.write():
            gone = await db.execute(
                "DELETE FROM questions WHERE id IN (SELECT id FROM questions "  # noqa: S608
                f"WHERE status = 'unconfirmed' AND created_at < {{}} LIMIT {_FEW})",
                clock.now() - UNCONFIRMED_FOR,
            )
        done += gone
        if gone < _FEW:
            return done


async def _close_quiet() -> int:
    """The answer's letter said so."""
    quiet = await db.read_as(
        Question,
        f"SELECT {COLUMNS} WHERE q.status IN ('answered', 'waiting') AND q.changed_at < {{}} "
        f"ORDER BY q.changed_at LIMIT {CHUNK}",
        clock.now() - QUIET_FOR,
    )
    return await apart(quiet, _close, "quiet_question_failed")


async def _close(seen: Question) -> bool:
    async with db.write(f"question {seen.id}"):
        question = await question_with(seen.public_id)
        is_quiet = question is not None and question.changed_at == seen.changed_at
        if question is None or not is_quiet or question.status not in (Status.ANSWERED, Status.WAITING):
            return False
        await end(question, clock.now())
        await record("question_closed", user_id=question.user_id, question=question.public_id)
        return True
