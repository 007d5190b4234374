"""Cards, autopay, refunds, corrections, reconciliation."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import ddl

ID = "2026-11-26T03:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Cards, autopay, refunds, corrections, reconciliation"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(change)
    return manager


async def change() -> None:
    await ddl.run(ddl.table(name, body) for name, body in TABLES.items())
    await ddl.run(COLUMNS)
    await ddl.run(INDEXES)


TABLES = {
    "cards": """
        public_id TEXT NOT NULL UNIQUE,
        user_id BIGINT NOT NULL REFERENCES users (id),
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        key TEXT NOT NULL UNIQUE CHECK (length(key) <= 64),
        body TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('created', 'pending', 'active', 'refused', 'unlinked')),
        acquirer_id TEXT UNIQUE,
        confirmation_url TEXT,
        brand TEXT NOT NULL,
        last_four TEXT NOT NULL CHECK (length(last_four) IN (0, 4)),
        expires INTEGER,
        created_at TIMESTAMPTZ NOT NULL,
        asked_at TIMESTAMPTZ,
        linked_at TIMESTAMPTZ,
        unlinked_at TIMESTAMPTZ,
        CHECK (status <> 'active' OR acquirer_id IS NOT NULL AND unlinked_at IS NULL)
    """,
    "autopays": """
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        user_id BIGINT NOT NULL REFERENCES users (id),
        access_id BIGINT NOT NULL REFERENCES accesses (id),
        card_id BIGINT NOT NULL REFERENCES cards (id),
        mode TEXT NOT NULL CHECK (mode IN ('bill', 'fixed')),
        sum_kopecks BIGINT NOT NULL CHECK (sum_kopecks > 0),
        day INTEGER NOT NULL CHECK (day BETWEEN 1 AND 10),
        planned_period INTEGER NOT NULL,
        begun_at TIMESTAMPTZ NOT NULL,
        changed_at TIMESTAMPTZ NOT NULL,
        suspended_at TIMESTAMPTZ,
        reason TEXT NOT NULL,
        ended_at TIMESTAMPTZ
    """,
    "autopay_months": """
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        period INTEGER NOT NULL,
        autopay_id BIGINT NOT NULL REFERENCES autopays (id),
        charge_on DATE NOT NULL,
        due_on DATE NOT NULL,
        status TEXT NOT NULL CHECK (status IN
            ('planned', 'charging', 'paid', 'skipped', 'nothing', 'above', 'refused', 'missed', 'off')),
        planned_kopecks BIGINT NOT NULL,
        attempts INTEGER NOT NULL,
        next_at TIMESTAMPTZ NOT NULL,
        noticed_at TIMESTAMPTZ NOT NULL,
        reason TEXT NOT NULL,
        finished_at TIMESTAMPTZ,
        UNIQUE (account_id, period)
    """,
    "refunds": """
        public_id TEXT NOT NULL UNIQUE,
        payment_id BIGINT NOT NULL REFERENCES payments (id),
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        key TEXT NOT NULL UNIQUE CHECK (length(key) <= 64),
        amount_kopecks BIGINT NOT NULL CHECK (amount_kopecks > 0),
        words TEXT NOT NULL,
        status TEXT NOT NULL
            CHECK (status IN ('waiting', 'created', 'pending', 'unknown', 'succeeded', 'canceled', 'refused')),
        reason TEXT NOT NULL,
        body TEXT NOT NULL,
        acquirer_id TEXT UNIQUE,
        asked_by BIGINT NOT NULL REFERENCES agents (id),
        created_at TIMESTAMPTZ NOT NULL,
        decided_by BIGINT REFERENCES agents (id),
        decided_at TIMESTAMPTZ,
        asked_at TIMESTAMPTZ,
        finished_at TIMESTAMPTZ,
        CHECK (decided_by IS NULL OR decided_by <> asked_by)
    """,
    "corrections": """
        public_id TEXT NOT NULL UNIQUE,
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        kind TEXT NOT NULL CHECK (kind IN ('correction', 'payout')),
        part TEXT NOT NULL CHECK (part IN ('principal', 'penalty')),
        amount_kopecks BIGINT NOT NULL CHECK (amount_kopecks <> 0),
        words TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('waiting', 'posted', 'refused')),
        reason TEXT NOT NULL,
        asked_by BIGINT NOT NULL REFERENCES agents (id),
        created_at TIMESTAMPTZ NOT NULL,
        decided_by BIGINT REFERENCES agents (id),
        decided_at TIMESTAMPTZ,
        CHECK (decided_by IS NULL OR decided_by <> asked_by)
    """,
    "money_tasks": """
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        account_id BIGINT REFERENCES accounts (id),
        payment_id BIGINT REFERENCES payments (id),
        params TEXT NOT NULL,
        opened_at TIMESTAMPTZ NOT NULL,
        closed_at TIMESTAMPTZ,
        closed_by BIGINT REFERENCES agents (id),
        words TEXT NOT NULL,
        UNIQUE (kind, subject)
    """,
    "reconciled_days": """
        day DATE NOT NULL UNIQUE,
        payments INTEGER NOT NULL,
        taken_kopecks BIGINT NOT NULL,
        refunded_kopecks BIGINT NOT NULL,
        differences INTEGER NOT NULL,
        done_at TIMESTAMPTZ NOT NULL
    """,
}

COLUMNS = [
    "ALTER TABLE payments ADD COLUMN card_id BIGINT REFERENCES cards (id)",
    "ALTER TABLE payments ADD COLUMN saves_card BOOLEAN NOT NULL DEFAULT FALSE",
    "ALTER TABLE payments ADD COLUMN way TEXT NOT NULL DEFAULT 'card' CHECK (way IN ('card', 'sbp'))",
    "ALTER TABLE payments ADD COLUMN period INTEGER",
    "ALTER TABLE payments ADD COLUMN attempt INTEGER",
    "ALTER TABLE bank_payments ADD COLUMN assigned_at TIMESTAMPTZ",
]

INDEXES = [
    "CREATE INDEX cards_of_user ON cards (user_id)",
    "CREATE INDEX cards_open ON cards (created_at) WHERE status IN ('created', 'pending')",
    "CREATE UNIQUE INDEX autopays_one_live ON autopays (account_id) WHERE ended_at IS NULL",
    "CREATE INDEX autopays_unplanned ON autopays (planned_period, day) WHERE ended_at IS NULL AND suspended_at IS NULL",
    "CREATE INDEX autopays_of_card ON autopays (card_id) WHERE ended_at IS NULL",
    "CREATE INDEX autopay_months_open ON autopay_months (next_at) WHERE status IN ('planned', 'charging')",
    "CREATE INDEX payments_of_card ON payments (card_id) WHERE status IN ('created', 'pending', 'unknown')",
    "CREATE UNIQUE INDEX payments_one_attempt ON payments (account_id, period, attempt) WHERE kind = 'autopay'",
    "CREATE INDEX payments_created ON payments (created_at)",
    "CREATE INDEX reading_photos_added ON reading_photos (added_at)",
    "CREATE INDEX refunds_of_payment ON refunds (payment_id)",
    "CREATE INDEX refunds_open ON refunds (created_at) WHERE status IN ('waiting', 'created', 'pending', 'unknown')",
    "CREATE INDEX corrections_of_account ON corrections (account_id)",
    "CREATE INDEX money_tasks_open ON money_tasks (opened_at) WHERE closed_at IS NULL",
]
