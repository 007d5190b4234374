"""What the nightly look at the invariants found, and the seals over what staff did."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import ddl

ID = "2026-11-27T03:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Nightly verification and seals"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(change)
    return manager


async def change() -> None:
    await ddl.run(ddl.table(name, body) for name, body in TABLES.items())
    await ddl.run(ddl.append_only("staff_seals"))
    await ddl.run(INDEXES)


TABLES = {
    "verifications": """
        day DATE NOT NULL UNIQUE,
        begun_at TIMESTAMPTZ NOT NULL,
        finished_at TIMESTAMPTZ
    """,
    "verification_findings": """
        verification_id BIGINT NOT NULL REFERENCES verifications (id),
        invariant TEXT NOT NULL,
        what TEXT NOT NULL,
        checked BIGINT NOT NULL,
        breached BIGINT NOT NULL,
        breaches TEXT NOT NULL,
        milliseconds BIGINT NOT NULL,
        UNIQUE (verification_id, invariant)
    """,
    "staff_seals": """
        day DATE NOT NULL UNIQUE,
        last_event_id BIGINT NOT NULL,
        events BIGINT NOT NULL,
        events_hash TEXT NOT NULL,
        hash TEXT NOT NULL UNIQUE,
        sealed_at TIMESTAMPTZ NOT NULL
    """,
}

INDEXES = [
    # Word by word the condition of `lk.history.rules.STAFF`, but for the name of the table.
    "CREATE INDEX events_of_staff ON events (id) WHERE (actor_kind = 'agent' OR impersonation_id IS NOT NULL "
    "OR kind IN ('agent_added', 'agent_enrolled', 'agent_renewed', 'agent_disabled'))",
]
