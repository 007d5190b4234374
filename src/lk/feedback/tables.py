"""Questions, their messages and files, and answers that are ready to send."""

from piccolo.columns import BigInt, BigSerial, Bytea, ForeignKey, Text, Timestamptz
from piccolo.table import Table

from lk.accounts.tables import Account
from lk.identity.tables import Agent, User


class Question(Table, tablename="questions"):
    """A user's, or of whoever reads the letters to `email` (empty for a user's). `status` feedback.rules.Status.

    `opened_at`: from when staff sees it. `changed_at`: since when it stands as it does.
    """

    id = BigSerial(primary_key=True)
    public_id = Text()
    form_key = Text()
    user_id = ForeignKey(User, null=True, default=None)
    account_id = ForeignKey(Account, null=True, default=None)
    email = Text(default="")
    subject = Text()
    title = Text()
    search_key = Text()
    status = Text()
    agent_id = ForeignKey(Agent, null=True, default=None)
    created_at = Timestamptz(default=None)
    opened_at = Timestamptz(null=True, default=None)
    changed_at = Timestamptz(default=None)
    first_answered_at = Timestamptz(null=True, default=None)
    first_answer_seconds = BigInt(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)


class QuestionMessage(Table, tablename="question_messages"):
    """`author` resident|agent|note; a note is read by staff only."""

    id = BigSerial(primary_key=True)
    question_id = ForeignKey(Question)
    form_key = Text()
    author = Text()
    agent_id = ForeignKey(Agent, null=True, default=None)
    text = Text()
    sent_at = Timestamptz(default=None)


class QuestionFile(Table, tablename="question_files"):
    """`content` of `kind` jpeg (of our own making) or pdf (as it came, looked through); `size` in bytes."""

    id = BigSerial(primary_key=True)
    question_id = ForeignKey(Question)
    message_id = ForeignKey(QuestionMessage)
    kind = Text()
    size = BigInt()
    content = Bytea()
    added_at = Timestamptz(default=None)


class CannedAnswer(Table, tablename="canned_answers"):
    """Text to begin an answer with."""

    id = BigSerial(primary_key=True)
    title = Text()
    text = Text()
    changed_by = ForeignKey(Agent, null=True, default=None)
    changed_at = Timestamptz(default=None)
    removed_at = Timestamptz(null=True, default=None)
