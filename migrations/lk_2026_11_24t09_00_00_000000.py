"""Getting in: passkeys, recovery codes, resets, change of e-mail, helpers, releases, preferences, consents, exports."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import ddl

ID = "2026-11-24T09:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Getting in and rights over data"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(change)
    return manager


async def change() -> None:
    await ddl.run(COLUMNS)
    await ddl.run(ddl.table(name, body) for name, body in TABLES.items())
    await ddl.run(INDEXES)


COLUMNS = [
    "ALTER TABLE users ADD COLUMN language TEXT",
    "ALTER TABLE users ADD COLUMN closed_at TIMESTAMPTZ",
    "ALTER TABLE sessions ADD COLUMN confirmed_at TIMESTAMPTZ",
    "ALTER TABLE sessions ADD COLUMN way TEXT NOT NULL DEFAULT 'password'",
    "ALTER TABLE accesses ADD COLUMN name TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE accesses ADD COLUMN confirmed_at TIMESTAMPTZ",
    "ALTER TABLE accounts ADD COLUMN seen_from TIMESTAMPTZ",
]

TABLES = {
    "passkeys": """
        user_id BIGINT NOT NULL REFERENCES users (id),
        credential_id TEXT NOT NULL UNIQUE,
        public_key TEXT NOT NULL,
        sign_count BIGINT NOT NULL,
        transports TEXT NOT NULL,
        name TEXT NOT NULL,
        created_at TIMESTAMPTZ NOT NULL,
        used_at TIMESTAMPTZ
    """,
    "passkey_challenges": """
        challenge_hash TEXT NOT NULL UNIQUE,
        purpose TEXT NOT NULL CHECK (purpose IN ('sign_in', 'add', 'confirm')),
        user_id BIGINT REFERENCES users (id),
        ends_at TIMESTAMPTZ NOT NULL
    """,
    "recovery_codes": """
        user_id BIGINT NOT NULL REFERENCES users (id),
        code_hash TEXT NOT NULL UNIQUE,
        used_at TIMESTAMPTZ
    """,
    "known_devices": """
        user_id BIGINT NOT NULL REFERENCES users (id),
        token_hash TEXT NOT NULL,
        created_at TIMESTAMPTZ NOT NULL,
        used_at TIMESTAMPTZ NOT NULL
    """,
    "breakers": """
        kind TEXT NOT NULL UNIQUE,
        tripped_at TIMESTAMPTZ NOT NULL,
        ends_at TIMESTAMPTZ NOT NULL
    """,
    "password_resets": """
        user_id BIGINT NOT NULL REFERENCES users (id),
        token_hash TEXT UNIQUE,
        created_at TIMESTAMPTZ NOT NULL,
        ends_at TIMESTAMPTZ NOT NULL,
        used_at TIMESTAMPTZ
    """,
    "email_changes": """
        user_id BIGINT NOT NULL REFERENCES users (id),
        old_email TEXT NOT NULL,
        new_email TEXT NOT NULL,
        old_token_hash TEXT UNIQUE,
        new_token_hash TEXT UNIQUE,
        created_at TIMESTAMPTZ NOT NULL,
        ends_at TIMESTAMPTZ NOT NULL,
        old_confirmed_at TIMESTAMPTZ,
        new_confirmed_at TIMESTAMPTZ,
        finished_at TIMESTAMPTZ,
        is_done BOOLEAN NOT NULL
    """,
    "invitations": """
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        invited_by BIGINT NOT NULL REFERENCES users (id),
        email TEXT NOT NULL,
        token_hash TEXT UNIQUE,
        created_at TIMESTAMPTZ NOT NULL,
        ends_at TIMESTAMPTZ NOT NULL,
        user_id BIGINT REFERENCES users (id),
        finished_at TIMESTAMPTZ
    """,
    "releases": """
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        agent_id BIGINT NOT NULL REFERENCES agents (id),
        reason TEXT NOT NULL,
        token_hash TEXT UNIQUE,
        asked_at TIMESTAMPTZ NOT NULL,
        due_at TIMESTAMPTZ NOT NULL,
        canceled_at TIMESTAMPTZ,
        done_at TIMESTAMPTZ
    """,
    "letter_preferences": """
        user_id BIGINT NOT NULL REFERENCES users (id),
        kind TEXT NOT NULL,
        is_wanted BOOLEAN NOT NULL
    """,
    "consents": """
        user_id BIGINT NOT NULL REFERENCES users (id),
        kind TEXT NOT NULL,
        text_version TEXT NOT NULL,
        given_at TIMESTAMPTZ NOT NULL,
        given_from TEXT NOT NULL,
        withdrawn_at TIMESTAMPTZ,
        withdrawn_from TEXT
    """,
    "data_exports": """
        public_id TEXT NOT NULL UNIQUE,
        user_id BIGINT NOT NULL REFERENCES users (id),
        asked_at TIMESTAMPTZ NOT NULL,
        ready_at TIMESTAMPTZ,
        ends_at TIMESTAMPTZ,
        content TEXT
    """,
}

INDEXES = [
    "CREATE INDEX users_email ON users (lower(email))",
    "CREATE INDEX sessions_ended ON sessions (ends_at)",
    "CREATE INDEX attempts_at ON attempts (at)",
    "CREATE INDEX registrations_finished ON registrations (finished_at)",
    "CREATE INDEX messages_addressed ON messages (created_at) WHERE to_address <> ''",
    "CREATE INDEX sessions_created ON sessions (created_at)",
    "CREATE INDEX registrations_started ON registrations (started_at)",
    "CREATE INDEX passkeys_user ON passkeys (user_id)",
    "CREATE INDEX recovery_codes_user ON recovery_codes (user_id)",
    "CREATE UNIQUE INDEX known_devices_once ON known_devices (user_id, token_hash)",
    "CREATE INDEX password_resets_user ON password_resets (user_id)",
    "CREATE UNIQUE INDEX email_changes_one_open ON email_changes (user_id) WHERE finished_at IS NULL",
    "CREATE INDEX invitations_account ON invitations (account_id)",
    "CREATE UNIQUE INDEX releases_one_open ON releases (account_id) WHERE canceled_at IS NULL AND done_at IS NULL",
    "CREATE UNIQUE INDEX letter_preferences_once ON letter_preferences (user_id, kind)",
    "CREATE UNIQUE INDEX consents_one_live ON consents (user_id, kind) WHERE withdrawn_at IS NULL",
    "CREATE INDEX data_exports_user ON data_exports (user_id)",
    "CREATE UNIQUE INDEX data_exports_one_waiting ON data_exports (user_id) WHERE ready_at IS NULL",
    "CREATE INDEX messages_user ON messages (user_id)",
    "CREATE INDEX messages_address ON messages (to_address)",
]
