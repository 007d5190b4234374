"""Questions to support: what was asked, the thread, its files, and answers that are ready to send."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import ddl

ID = "2026-11-28T01:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Questions to support, their threads and files"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(change)
    return manager


async def change() -> None:
    content = "BLOB" if ddl.is_sqlite() else "BYTEA"
    await ddl.run(ddl.table(name, body.replace("{content}", content)) for name, body in TABLES.items())
    await ddl.run(INDEXES)


TABLES = {
    # Whose it is: a user's, or of whoever reads the letters to `email`.
    "questions": """
        public_id TEXT NOT NULL UNIQUE,
        form_key TEXT NOT NULL UNIQUE,
        user_id BIGINT REFERENCES users (id),
        account_id BIGINT REFERENCES accounts (id),
        email TEXT NOT NULL,
        subject TEXT NOT NULL,
        title TEXT NOT NULL,
        search_key TEXT NOT NULL,
        status TEXT NOT NULL
            CHECK (status IN ('unconfirmed', 'new', 'answered', 'waiting', 'reopened', 'closed')),
        agent_id BIGINT REFERENCES agents (id),
        created_at TIMESTAMPTZ NOT NULL,
        opened_at TIMESTAMPTZ,
        changed_at TIMESTAMPTZ NOT NULL,
        first_answered_at TIMESTAMPTZ,
        first_answer_seconds BIGINT CHECK (first_answer_seconds >= 0),
        closed_at TIMESTAMPTZ,
        CHECK ((user_id IS NULL) = (email <> '')),
        CHECK (user_id IS NOT NULL OR account_id IS NULL),
        CHECK ((status = 'unconfirmed') = (opened_at IS NULL)),
        CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
        CHECK ((first_answered_at IS NULL) = (first_answer_seconds IS NULL))
    """,
    "question_messages": """
        question_id BIGINT NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
        form_key TEXT NOT NULL UNIQUE,
        author TEXT NOT NULL CHECK (author IN ('resident', 'agent', 'note')),
        agent_id BIGINT REFERENCES agents (id),
        text TEXT NOT NULL,
        sent_at TIMESTAMPTZ NOT NULL,
        CHECK ((author = 'resident') = (agent_id IS NULL))
    """,
    "question_files": """
        question_id BIGINT NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
        message_id BIGINT NOT NULL REFERENCES question_messages (id) ON DELETE CASCADE,
        kind TEXT NOT NULL CHECK (kind IN ('jpeg', 'pdf')),
        size BIGINT NOT NULL,
        content {content} NOT NULL,
        added_at TIMESTAMPTZ NOT NULL
    """,
    "canned_answers": """
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        changed_by BIGINT REFERENCES agents (id),
        changed_at TIMESTAMPTZ NOT NULL,
        removed_at TIMESTAMPTZ
    """,
}

INDEXES = [
    "CREATE INDEX questions_wait ON questions (id) WHERE status IN ('new', 'reopened')",
    "CREATE INDEX questions_quiet ON questions (changed_at) WHERE status IN ('answered', 'waiting')",
    "CREATE INDEX questions_unconfirmed ON questions (created_at) WHERE status = 'unconfirmed'",
    "CREATE INDEX questions_closed ON questions (closed_at) WHERE closed_at IS NOT NULL",
    "CREATE INDEX questions_of_user ON questions (user_id) WHERE user_id IS NOT NULL",
    "CREATE INDEX questions_of_account ON questions (account_id) WHERE account_id IS NOT NULL",
    "CREATE INDEX questions_of_agent ON questions (agent_id) WHERE agent_id IS NOT NULL",
    "CREATE INDEX questions_answered_first ON questions (first_answered_at, first_answer_seconds) "
    "WHERE first_answered_at IS NOT NULL",
    "CREATE INDEX question_messages_of_question ON question_messages (question_id, id)",
    "CREATE INDEX question_files_of_message ON question_files (message_id)",
    "CREATE INDEX question_files_of_question ON question_files (question_id)",
    "CREATE INDEX question_files_added ON question_files (added_at)",
]
