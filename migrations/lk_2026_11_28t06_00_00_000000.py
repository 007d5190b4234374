"""Staff's acts by day and by agent, looks along their seals, and the company's numbers by day and month."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import ddl

ID = "2026-11-28T06:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Audit checks, statistics, indexes of what staff did"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(change)
    return manager


async def change() -> None:
    await ddl.run(ddl.table(name, body) for name, body in TABLES.items())
    await ddl.run(INDEXES)


TABLES = {
    "audit_checks": """
        asked_by BIGINT NOT NULL REFERENCES agents (id),
        asked_at TIMESTAMPTZ NOT NULL,
        fence BIGINT NOT NULL,
        claim_ends_at TIMESTAMPTZ NOT NULL,
        finished_at TIMESTAMPTZ,
        checked BIGINT NOT NULL,
        breached BIGINT NOT NULL,
        breaches TEXT NOT NULL
    """,
    "statistics": """
        name TEXT NOT NULL,
        day DATE NOT NULL,
        series TEXT NOT NULL,
        value BIGINT NOT NULL,
        UNIQUE (name, day, series)
    """,
    "statistic_marks": """
        name TEXT NOT NULL UNIQUE,
        through_id BIGINT NOT NULL
    """,
    "statistic_runs": """
        day DATE NOT NULL UNIQUE,
        fence BIGINT NOT NULL,
        claim_ends_at TIMESTAMPTZ NOT NULL,
        parts_done INTEGER NOT NULL,
        through_id BIGINT NOT NULL,
        so_far TEXT NOT NULL,
        finished_at TIMESTAMPTZ
    """,
}

# Word by word the condition of `lk.history.rules.STAFF`, but for the name of the table.
STAFF = (
    "(actor_kind = 'agent' OR impersonation_id IS NOT NULL "
    "OR kind IN ('agent_added', 'agent_enrolled', 'agent_renewed', 'agent_disabled'))"
)
INDEXES = [
    f"CREATE INDEX events_of_staff_at ON events (at, id) WHERE {STAFF}",
    f"CREATE INDEX events_of_agent ON events (actor_agent_id, at, id) WHERE {STAFF}",
    # Of `lk.audit.rules.LISTING`, in its order.
    "CREATE INDEX events_of_lists ON events (at, id) "
    "WHERE kind IN ('customers_listed', 'audit_searched', 'audit_taken', 'money_asked', 'money_approved', "
    "'money_refused', 'money_task_closed')",
]
