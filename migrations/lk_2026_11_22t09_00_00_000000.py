"""The first schema: people, accounts, meters, bills, money, letters, history, the month."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lk import clock, ddl
from lk.period import Period
from lk.setting import Setting

ID = "2026-11-22T09:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The first schema"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lk", description=DESCRIPTION)
    manager.add_raw(create)
    return manager


async def create() -> None:
    await ddl.run(ddl.table(name, body) for name, body in TABLES.items())
    await ddl.run(INDEXES)
    await ddl.run(ddl.append_only("ledger_entries"))
    await ddl.run(ddl.append_only("events"))
    await ddl.run(SEED)
    await Setting.insert(Setting(name="first_period", value=str(Period.of(clock.today()))))


TABLES = {
    "users": """
        login TEXT,
        login_key TEXT UNIQUE,
        email TEXT,
        password_hash TEXT,
        created_at TIMESTAMPTZ NOT NULL
    """,
    "agents": """
        user_id BIGINT NOT NULL UNIQUE REFERENCES users (id),
        code TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL CHECK (role IN ('support', 'operator', 'admin')),
        totp_secret TEXT,
        totp_last_step BIGINT NOT NULL,
        is_disabled BOOLEAN NOT NULL,
        enrolment_hash TEXT UNIQUE,
        enrolment_ends_at TIMESTAMPTZ
    """,
    "sessions": """
        token_hash TEXT NOT NULL UNIQUE,
        user_id BIGINT NOT NULL REFERENCES users (id),
        created_at TIMESTAMPTZ NOT NULL,
        used_at TIMESTAMPTZ NOT NULL,
        ends_at TIMESTAMPTZ NOT NULL,
        second_factor_at TIMESTAMPTZ,
        device TEXT NOT NULL,
        address TEXT NOT NULL
    """,
    "attempts": """
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        address TEXT NOT NULL,
        at TIMESTAMPTZ NOT NULL
    """,
    "premises": """
        address TEXT NOT NULL,
        address_key TEXT NOT NULL,
        postcode TEXT NOT NULL,
        region TEXT NOT NULL CHECK (region IN ('moscow', 'moscow_oblast')),
        route TEXT NOT NULL
    """,
    "accounts": """
        public_id TEXT NOT NULL UNIQUE,
        number TEXT NOT NULL UNIQUE CHECK (length(number) = 10),
        premises_id BIGINT NOT NULL REFERENCES premises (id),
        holder_name TEXT NOT NULL,
        tariff_category TEXT NOT NULL CHECK (tariff_category IN ('gas', 'electric', 'rural')),
        residents INTEGER NOT NULL CHECK (residents >= 0),
        power_kw INTEGER NOT NULL CHECK (power_kw > 0),
        has_paper_bill BOOLEAN NOT NULL,
        email TEXT,
        opened_on DATE NOT NULL,
        closed_on DATE,
        CHECK (closed_on IS NULL OR closed_on >= opened_on)
    """,
    "accesses": """
        user_id BIGINT NOT NULL REFERENCES users (id),
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        role TEXT NOT NULL CHECK (role IN ('holder', 'helper')),
        is_provisional BOOLEAN NOT NULL,
        created_at TIMESTAMPTZ NOT NULL,
        ended_at TIMESTAMPTZ
    """,
    "registrations": """
        browser_hash TEXT NOT NULL UNIQUE,
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        meter_key TEXT NOT NULL,
        is_taken BOOLEAN NOT NULL,
        email TEXT,
        letters INTEGER NOT NULL,
        letter_sent_at TIMESTAMPTZ,
        link_hash TEXT UNIQUE,
        link_ends_at TIMESTAMPTZ,
        link_used_at TIMESTAMPTZ,
        user_id BIGINT REFERENCES users (id),
        started_at TIMESTAMPTZ NOT NULL,
        finished_at TIMESTAMPTZ
    """,
    "rates": """
        region TEXT NOT NULL CHECK (region IN ('moscow', 'moscow_oblast')),
        tariff_category TEXT NOT NULL CHECK (tariff_category IN ('gas', 'electric', 'rural')),
        band INTEGER NOT NULL CHECK (band BETWEEN 1 AND 3),
        zones INTEGER NOT NULL CHECK (zones BETWEEN 1 AND 3),
        register TEXT NOT NULL CHECK (register IN ('T1', 'T2', 'T3')),
        price_kopecks BIGINT NOT NULL CHECK (price_kopecks > 0),
        valid_from DATE NOT NULL,
        legal_act TEXT NOT NULL
    """,
    "band_limits": """
        valid_from DATE NOT NULL,
        band INTEGER NOT NULL CHECK (band BETWEEN 1 AND 2),
        upto_kwh BIGINT NOT NULL CHECK (upto_kwh > 0)
    """,
    "norms": """
        region TEXT NOT NULL CHECK (region IN ('moscow', 'moscow_oblast')),
        tariff_category TEXT NOT NULL CHECK (tariff_category IN ('gas', 'electric', 'rural')),
        residents INTEGER NOT NULL CHECK (residents > 0),
        kwh_per_person BIGINT NOT NULL CHECK (kwh_per_person > 0),
        valid_from DATE NOT NULL
    """,
    "calendars": """
        valid_from DATE NOT NULL UNIQUE,
        readings_open INTEGER NOT NULL,
        readings_close INTEGER NOT NULL,
        bill_run INTEGER NOT NULL,
        print_by INTEGER NOT NULL,
        bill_by INTEGER NOT NULL,
        pay_by INTEGER NOT NULL,
        CHECK (1 <= readings_open AND readings_open < readings_close AND readings_close < bill_run
               AND bill_run <= print_by AND print_by <= 28 AND 1 <= bill_by AND bill_by < pay_by AND pay_by <= 28)
    """,
    "vat_rates": """
        valid_from DATE NOT NULL UNIQUE,
        percent INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 99)
    """,
    "meters": """
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        serial_number TEXT NOT NULL,
        serial_key TEXT NOT NULL,
        zones INTEGER NOT NULL CHECK (zones BETWEEN 1 AND 3),
        digits INTEGER NOT NULL CHECK (digits BETWEEN 4 AND 9),
        ratio INTEGER NOT NULL CHECK (ratio > 0),
        installed_on DATE NOT NULL,
        verified_until DATE,
        removed_on DATE,
        UNIQUE (account_id, serial_key)
    """,
    "readings": """
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        meter_id BIGINT NOT NULL REFERENCES meters (id),
        kind TEXT NOT NULL CHECK (kind IN ('initial', 'regular', 'final')),
        period INTEGER NOT NULL,
        taken_on DATE NOT NULL,
        received_at TIMESTAMPTZ NOT NULL,
        source TEXT NOT NULL CHECK (source IN ('resident', 'helper', 'agent', 'import', 'link')),
        status TEXT NOT NULL CHECK (status IN ('accepted', 'held', 'rejected', 'superseded')),
        t1_kwh BIGINT NOT NULL CHECK (t1_kwh >= 0),
        t2_kwh BIGINT CHECK (t2_kwh >= 0),
        t3_kwh BIGINT CHECK (t3_kwh >= 0),
        problems TEXT NOT NULL,
        user_id BIGINT REFERENCES users (id),
        agent_id BIGINT REFERENCES agents (id)
    """,
    "bills": """
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        period INTEGER NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('draft', 'held', 'issued', 'reversed')),
        opening_kopecks BIGINT NOT NULL,
        energy_kopecks BIGINT NOT NULL,
        adjustment_kopecks BIGINT NOT NULL,
        total_kopecks BIGINT NOT NULL CHECK (total_kopecks = energy_kopecks + adjustment_kopecks),
        vat_kopecks BIGINT NOT NULL,
        vat_percent INTEGER NOT NULL,
        missed INTEGER NOT NULL,
        hold_reasons TEXT NOT NULL,
        created_at TIMESTAMPTZ NOT NULL,
        issued_at TIMESTAMPTZ,
        delivered_on DATE,
        due_on DATE,
        reversed_at TIMESTAMPTZ
    """,
    "charges": """
        bill_id BIGINT NOT NULL REFERENCES bills (id),
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        line TEXT NOT NULL CHECK (line IN ('energy', 'adjustment', 'penalty')),
        register TEXT NOT NULL,
        zone TEXT NOT NULL,
        meter_id BIGINT REFERENCES meters (id),
        band INTEGER NOT NULL,
        previous_kwh BIGINT,
        current_kwh BIGINT,
        previous_on DATE,
        current_on DATE,
        source TEXT NOT NULL,
        consumption_kwh BIGINT NOT NULL,
        price_kopecks BIGINT NOT NULL,
        amount_kopecks BIGINT NOT NULL,
        method TEXT NOT NULL CHECK (method IN ('reading', 'average', 'norm', 'away')),
        legal_act TEXT NOT NULL,
        tariff_from DATE,
        credits_id BIGINT REFERENCES charges (id),
        why TEXT NOT NULL,
        CHECK (line = 'penalty' OR amount_kopecks = consumption_kwh * price_kopecks)
    """,
    "ledger_entries": """
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        debit TEXT NOT NULL,
        credit TEXT NOT NULL,
        amount_kopecks BIGINT NOT NULL CHECK (amount_kopecks > 0),
        part TEXT NOT NULL CHECK (part IN ('principal', 'penalty')),
        kind TEXT NOT NULL
            CHECK (kind IN ('charge', 'adjustment', 'penalty', 'payment', 'refund', 'reversal', 'opening')),
        effective_on DATE NOT NULL,
        posted_at TIMESTAMPTZ NOT NULL,
        key TEXT NOT NULL UNIQUE,
        source TEXT NOT NULL,
        CHECK ((debit = 'receivable') <> (credit = 'receivable')),
        CHECK (debit IN ('receivable', 'energy_sales', 'penalties', 'acquirer_clearing', 'bank_clearing', 'opening')),
        CHECK (credit IN ('receivable', 'energy_sales', 'penalties', 'acquirer_clearing', 'bank_clearing', 'opening'))
    """,
    "payments": """
        public_id TEXT NOT NULL UNIQUE,
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        user_id BIGINT REFERENCES users (id),
        key TEXT NOT NULL UNIQUE CHECK (length(key) <= 64),
        kind TEXT NOT NULL CHECK (kind IN ('one_off', 'autopay')),
        amount_kopecks BIGINT NOT NULL CHECK (amount_kopecks > 0),
        status TEXT NOT NULL CHECK (status IN ('created', 'pending', 'unknown', 'succeeded', 'canceled')),
        reason TEXT NOT NULL,
        acquirer_id TEXT UNIQUE,
        confirmation_url TEXT,
        card TEXT NOT NULL,
        body TEXT NOT NULL,
        created_at TIMESTAMPTZ NOT NULL,
        asked_at TIMESTAMPTZ,
        finished_at TIMESTAMPTZ
    """,
    "acquirer_events": """
        event TEXT NOT NULL,
        object_id TEXT NOT NULL,
        received_at TIMESTAMPTZ NOT NULL,
        UNIQUE (event, object_id)
    """,
    "messages": """
        key TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        account_id BIGINT REFERENCES accounts (id),
        user_id BIGINT REFERENCES users (id),
        to_address TEXT NOT NULL,
        params TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('queued', 'sending', 'sent', 'dead')),
        attempts INTEGER NOT NULL,
        created_at TIMESTAMPTZ NOT NULL,
        next_at TIMESTAMPTZ NOT NULL,
        sent_at TIMESTAMPTZ,
        last_error TEXT NOT NULL
    """,
    "events": """
        account_id BIGINT REFERENCES accounts (id),
        user_id BIGINT REFERENCES users (id),
        kind TEXT NOT NULL,
        at TIMESTAMPTZ NOT NULL,
        actor_kind TEXT NOT NULL CHECK (actor_kind IN ('resident', 'agent', 'program')),
        actor_user_id BIGINT,
        actor_agent_id BIGINT,
        impersonation_id BIGINT,
        params TEXT NOT NULL
    """,
    "impersonations": """
        agent_id BIGINT NOT NULL REFERENCES agents (id),
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        session_id BIGINT NOT NULL REFERENCES sessions (id),
        reason TEXT NOT NULL,
        started_at TIMESTAMPTZ NOT NULL,
        ends_at TIMESTAMPTZ NOT NULL,
        ended_at TIMESTAMPTZ
    """,
    "cycle_runs": """
        period INTEGER NOT NULL,
        step TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('running', 'done')),
        fence BIGINT NOT NULL,
        claimed_at TIMESTAMPTZ NOT NULL,
        claim_ends_at TIMESTAMPTZ NOT NULL,
        finished_at TIMESTAMPTZ,
        done BIGINT NOT NULL,
        put_aside BIGINT NOT NULL,
        UNIQUE (period, step)
    """,
    "put_asides": """
        period INTEGER NOT NULL,
        step TEXT NOT NULL,
        account_id BIGINT NOT NULL REFERENCES accounts (id),
        reason TEXT NOT NULL,
        since TIMESTAMPTZ NOT NULL,
        resolved_at TIMESTAMPTZ,
        UNIQUE (period, step, account_id)
    """,
    "settings": """
        name TEXT NOT NULL UNIQUE,
        value TEXT NOT NULL
    """,
}

INDEXES = [
    "CREATE INDEX sessions_user ON sessions (user_id)",
    "CREATE INDEX attempts_subject ON attempts (kind, subject, at)",
    "CREATE INDEX attempts_address ON attempts (kind, address, at)",
    "CREATE INDEX attempts_kind ON attempts (kind, at)",
    "CREATE INDEX premises_address ON premises (address_key)",
    "CREATE INDEX accounts_premises ON accounts (premises_id)",
    "CREATE UNIQUE INDEX accesses_once ON accesses (user_id, account_id) WHERE ended_at IS NULL",
    "CREATE UNIQUE INDEX accesses_one_holder ON accesses (account_id) WHERE role = 'holder' AND ended_at IS NULL",
    "CREATE INDEX accesses_account ON accesses (account_id)",
    "CREATE INDEX registrations_account ON registrations (account_id)",
    "CREATE INDEX registrations_user ON registrations (user_id)",
    "CREATE UNIQUE INDEX rates_once ON rates (region, tariff_category, band, zones, register, valid_from)",
    "CREATE UNIQUE INDEX band_limits_once ON band_limits (valid_from, band)",
    "CREATE UNIQUE INDEX norms_once ON norms (region, tariff_category, residents, valid_from)",
    "CREATE INDEX meters_serial ON meters (serial_key)",
    "CREATE INDEX readings_account ON readings (account_id, period)",
    "CREATE INDEX readings_held ON readings (received_at) WHERE status = 'held'",
    "CREATE UNIQUE INDEX readings_one_accepted ON readings (meter_id, period) "
    "WHERE status = 'accepted' AND kind = 'regular'",
    "CREATE UNIQUE INDEX readings_one_initial ON readings (meter_id) WHERE kind = 'initial'",
    "CREATE UNIQUE INDEX readings_one_final ON readings (meter_id) WHERE kind = 'final'",
    "CREATE UNIQUE INDEX bills_one_live ON bills (account_id, period) WHERE status <> 'reversed'",
    "CREATE INDEX bills_period ON bills (period, status)",
    "CREATE INDEX charges_bill ON charges (bill_id)",
    "CREATE INDEX charges_account ON charges (account_id)",
    "CREATE INDEX ledger_account ON ledger_entries (account_id, part)",
    "CREATE INDEX payments_account ON payments (account_id, created_at)",
    "CREATE INDEX payments_open ON payments (created_at) WHERE status IN ('created', 'pending', 'unknown')",
    "CREATE INDEX messages_due ON messages (next_at) WHERE status IN ('queued', 'sending')",
    "CREATE INDEX messages_account ON messages (account_id)",
    "CREATE INDEX events_account ON events (account_id, at)",
    "CREATE INDEX events_user ON events (user_id, at)",
    "CREATE INDEX impersonations_session ON impersonations (session_id)",
    "CREATE INDEX impersonations_account ON impersonations (account_id)",
    "CREATE INDEX put_asides_open ON put_asides (period, step) WHERE resolved_at IS NULL",
]

SEED = [
    "INSERT INTO calendars (valid_from, readings_open, readings_close, bill_run, print_by, bill_by, pay_by) "
    "VALUES ('1970-01-01', 15, 25, 26, 27, 1, 10)",
    "INSERT INTO band_limits (valid_from, band, upto_kwh) VALUES ('2025-01-01', 1, 3900), ('2025-01-01', 2, 6000)",
    "INSERT INTO vat_rates (valid_from, percent) VALUES ('2019-01-01', 20), ('2026-01-01', 22)",
]
