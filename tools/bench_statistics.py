"""A city's numbers counted at night, and the pages that show them and what staff did.

`bench_statistics.py [ACCOUNTS]`: a town of three billed months, a letter to each account each month, half a year of
staff's acts, one for each account. Prints, each on a line of its own, seconds of a bare read of the same tables, of the
first night and of a later one, and its peak memory in MB; milliseconds of the page of statistics and of the audit's:
newest, of one account, of one agent's views, far back.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from time import monotonic, perf_counter

from lk import clock, db
from lk.audit.queries import acts, busy_days
from lk.audit.rules import Search
from lk.migrating import migrate
from lk.period import Period
from lk.statistics.gathering import gather_nightly
from lk.statistics.queries import readings_today
from lk.statistics.views import letters_chart, month_charts, readings_chart
from tools.bench_town import BILLED, OPEN, make_town

TABLES = ("readings", "bills", "ledger_entries", "messages", "accesses")
FIRST, LATER = "2026-03-26T02:10", "2026-03-27T02:10"
AGENTS = 50
ASKED = 20


def main() -> None:
    accounts = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder:
        town = Path(folder) / "town.sqlite3"
        os.environ["LK_DATABASE_URL"] = f"sqlite:///{town}"
        db.use(db.SqliteEngine(town))
        with clock.fixed_at(clock.parse_instant("2026-03-25T12:00")):
            db.run(migrate())
        make_town(town, accounts)
        _live(town, accounts)
        print(f"bare {_bare_read(town):.2f}", flush=True)
        for name, at in (("first_night", FIRST), ("later_night", LATER)):
            with clock.fixed_at(clock.parse_instant(at)):
                begun = monotonic()
                if not db.run(gather_nightly()):
                    raise SystemExit("bench: nothing was counted")
                print(f"{name} {monotonic() - begun:.2f}", flush=True)
        print(f"memory {getrusage(RUSAGE_SELF).ru_maxrss / 1024:.0f}", flush=True)
        with clock.fixed_at(clock.parse_instant("2026-03-27T12:00")):
            db.run(_pages(accounts))


def _live(path: Path, accounts: int) -> None:
    """Letters and acts of staff, without the triggers of a life."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) "
    users = accounts + 1
    connection.execute(
        "INSERT INTO users (id, login, login_key, created_at) "
        + numbers.format(AGENTS)
        + f"SELECT {users} + i, 'a' || i, 'a' || i, '2025-01-01 00:00:00+00:00' FROM n"
    )
    connection.execute(
        "INSERT INTO agents (id, user_id, code, role, totp_last_step, is_disabled) "
        + numbers.format(AGENTS)
        + f"SELECT i, {users} + i, 'А-' || i, 'support', 0, 0 FROM n"
    )
    for period in BILLED:
        day = f"{period // 100}-{period % 100:02}-28"
        connection.execute(
            "INSERT INTO messages (key, kind, account_id, to_address, params, status, attempts, created_at, next_at, "
            "last_error) "
            + numbers.format(accounts)
            + f"SELECT 'm{period}:' || i, 'bill_ready', i, 'a@b.example', '{{}}', "
            f"CASE WHEN i % 1000 = 0 THEN 'dead' ELSE 'sent' END, 1, '{day} 09:00:00+00:00', "
            f"'{day} 09:00:00+00:00', '' FROM n"
        )
    connection.execute(
        "INSERT INTO events (kind, account_id, at, actor_kind, actor_user_id, actor_agent_id, params) "
        + numbers.format(accounts)
        + "SELECT CASE WHEN i % 4 = 0 THEN 'customers_listed' WHEN i % 4 = 1 THEN 'reading_accepted' "
        "ELSE 'customer_viewed' END, CASE WHEN i % 4 = 0 THEN NULL ELSE i * 7919 % "
        f"{accounts} + 1 END, datetime('2025-09-27', '+' || (i * 15638400 / {accounts}) || ' seconds') || '+00:00', "
        f"'agent', {users} + 1 + i % {AGENTS}, 1 + i % {AGENTS}, "
        f"CASE WHEN i % 4 = 0 THEN '{{\"accounts\":[' || i || ',' || (i * 7919 % {accounts} + 1) || ']}}' ELSE '{{}}' "
        "END FROM n"
    )
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.close()


def _bare_read(path: Path) -> float:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    begun = monotonic()
    for table in TABLES:
        for _ in connection.execute(f"SELECT * FROM {table}"):
            pass
    connection.close()
    return monotonic() - begun


async def _pages(accounts: int) -> None:
    async def statistics() -> None:
        await readings_chart(Period.from_number(OPEN), await readings_today())
        await month_charts()
        await letters_chart()

    since, until = date(2026, 2, 25), date(2026, 3, 27)
    all_of_it = date(2025, 9, 1)
    asked: dict[str, Callable[[], Awaitable[object]]] = {
        "statistics": statistics,
        "audit": lambda: acts(Search(since, until)),
        "audit_account": lambda: acts(Search(all_of_it, until, account_id=accounts // 2)),
        "audit_agent": lambda: acts(Search(since, until, agent_id=7, subject="views")),
        "audit_rare": lambda: acts(Search(all_of_it, until, subject="money")),
        "busy_days": lambda: busy_days(since, until),
    }
    for name, ask in asked.items():
        times = []
        for _ in range(ASKED):
            begun = perf_counter()
            await ask()
            times.append(1000 * (perf_counter() - begun))
        print(f"{name} {median(times):.1f}", flush=True)


if __name__ == "__main__":
    main()
