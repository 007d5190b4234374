"""Payments for the penalty: what each payment is for, and how much of a bank's paid the penalty."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import ddl

ID = "2026-11-28T08:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Payments for the penalty"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(change)
    return manager


async def change() -> None:
    await ddl.run(ddl.measure(table, "penalty_kopecks") for table in ("bank_payments", "undone_bank_payments"))
    await ddl.run(COLUMNS)


COLUMNS = [
    # Money that is meant for energy never pays the penalty.
    "ALTER TABLE bank_payments ADD COLUMN part TEXT NOT NULL DEFAULT 'principal' CHECK (part IN "
    "('principal', 'penalty') AND penalty_kopecks >= 0 AND penalty_kopecks <= amount_kopecks "
    "AND (part = 'penalty' OR penalty_kopecks = 0))",
    # Autopay is for the bill.
    "ALTER TABLE payments ADD COLUMN part TEXT NOT NULL DEFAULT 'principal' "
    "CHECK (part = 'principal' OR part = 'penalty' AND kind = 'one_off')",
]
