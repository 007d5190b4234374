"""`/metrics`: who may read it, and that it says what the database holds without reading it whole."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from litestar import Litestar, get
from litestar.params import FromPath
from prometheus_client.parser import text_string_to_metric_families

from lk import clock, db
from lk.watching import collecting, counts
from lk.watching.collecting import forget
from lk.watching.controller import metrics
from lk.watching.requests import Watched
from tests.cycle.conftest import town
from tests.cycle.town import IVANOVA, PETROV, Town
from tests.database import Database, moscow

__all__ = ["town"]

Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    forget()


@get("/accounts/{account:str}")
async def page(account: FromPath[str]) -> str:
    return account


def _app() -> Litestar:
    app = Litestar([metrics, page], openapi_config=None)
    app.asgi_handler = Watched(app.asgi_handler)
    return app


async def _get(
    path: str = "/metrics", peer: str = "127.0.0.1", headers: Mapping[str, str] | None = None
) -> httpx.Response:
    transport = httpx.ASGITransport(app=_app(), client=(peer, 4321))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as http:
        return await http.get(path, headers=headers or {})


async def _figures() -> Figures:
    text = (await _get()).text
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _of(found: Figures, name: str, **labels: str) -> float:
    return found[name, tuple(sorted(labels.items()))]


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "127.8.0.1"])
def test_a_prometheus_on_this_machine_reads_it(sqlite_database: Database, peer: str) -> None:
    answer = sqlite_database.run(_get(peer=peer))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert "lk_database_up 1.0" in answer.text
    assert "process_resident_memory_bytes" in answer.text


@pytest.mark.parametrize("peer", ["203.0.113.5", "10.0.0.4", "fe80::1", "nobody"])
def test_for_everybody_else_there_is_no_such_page(sqlite_database: Database, peer: str) -> None:
    assert sqlite_database.run(_get(peer=peer)).status_code == 404
    assert sqlite_database.run(_get(peer=peer, headers={"x-forwarded-for": "127.0.0.1"})).status_code == 404


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via"])
def test_what_came_by_a_proxy_on_this_machine_is_not_from_this_machine(sqlite_database: Database, header: str) -> None:
    assert sqlite_database.run(_get(headers={header: "127.0.0.1"})).status_code == 404


def test_requests_are_counted_by_the_template_of_their_route(sqlite_database: Database) -> None:
    async def asked() -> Figures:
        await _get("/accounts/kq3v9")
        await _get("/accounts/kq3v9/nowhere")
        return await _figures()

    found = sqlite_database.run(asked())
    assert _of(found, "lk_request_seconds_count", method="GET", route="/accounts/{account}", status="2xx") >= 1
    assert _of(found, "lk_request_seconds_count", method="GET", route="-", status="4xx") >= 1
    assert "kq3v9" not in str(found)


def test_what_waits_is_told_with_its_age(town: Town) -> None:
    town.opens_cabinet(PETROV, "petrov@example.org")
    assert town.reads(IVANOVA, 4000, 2000, at="2025-07-16T10:00") == "held"
    town.run_due("2025-07-22T09:00")
    town.database.change(
        "INSERT INTO money_tasks (kind, subject, params, opened_at, words) "
        "VALUES ('unknown_payment', 'x', '{}', '2025-07-21 21:00:00+00:00', '')",
        "UPDATE messages SET status = 'dead' WHERE id = (SELECT min(id) FROM messages)",
    )
    found = town.database.run(_figures(), "2025-07-22T10:00")
    assert _of(found, "lk_waiting", queue="held_readings", state="") == 1
    assert _of(found, "lk_waiting_oldest_seconds", queue="held_readings", state="") == 6 * 86400
    assert _of(found, "lk_waiting", queue="tasks", state="") == 1
    assert _of(found, "lk_waiting_oldest_seconds", queue="tasks", state="") == 10 * 3600
    letters = {row["status"]: row["n"] for row in _letters(town)}
    for state in ("queued", "dead"):
        assert _of(found, "lk_waiting", queue="letters", state=state) == letters.get(state, 0)
    assert letters["dead"] == 1
    assert _of(found, "lk_waiting", queue="payments", state="unknown") == 0
    assert _of(found, "lk_bytes", of="database") > 100_000
    assert _of(found, "lk_clocks_doubted") == 0


def test_what_the_last_night_found_broken_is_told(database: Database) -> None:
    assert ("lk_invariant_breaches", (("invariant", "I1"),)) not in database.run(_figures(), "2025-07-22T10:00")
    forget()
    database.change(
        "INSERT INTO verifications (day, begun_at, finished_at) VALUES "
        "('2025-07-21', '2025-07-21 00:00:00+00:00', '2025-07-21 00:30:00+00:00'), "
        "('2025-07-22', '2025-07-22 00:00:00+00:00', '2025-07-22 01:00:00+00:00'), "
        "('2025-07-23', '2025-07-23 00:00:00+00:00', NULL)",
        "INSERT INTO verification_findings (verification_id, invariant, what, checked, breached, breaches, "
        "milliseconds) SELECT id, 'I1', '', 10, 4 - id, '[]', 5 FROM verifications",
    )
    found = database.run(_figures(), "2025-07-22T10:00")
    assert _of(found, "lk_invariant_breaches", invariant="I1") == 2
    assert _of(found, "lk_verification_age_seconds") == 6 * 3600


def _letters(town: Town) -> list[dict[str, Any]]:
    return town.database.rows("SELECT status, count(*) AS n FROM messages GROUP BY status")


def test_a_step_that_is_not_done_is_late_until_it_is(town: Town) -> None:
    found = town.database.run(_figures(), "2025-07-26T02:00")
    assert _of(found, "lk_step_late_seconds", step="bill") == 2 * 3600
    assert _of(found, "lk_step_late_seconds", step="deliver") == 0
    assert _of(found, "lk_steps", state="owed") > 1
    town.run_due("2025-07-26T02:00")
    forget()
    found = town.database.run(_figures(), "2025-07-26T03:00")
    assert _of(found, "lk_step_late_seconds", step="bill") == 0
    assert _of(found, "lk_steps", state="owed") == 0
    assert _of(found, "lk_steps", state="done") > 1


def test_the_database_is_asked_every_fifteen_seconds_however_often_it_is_read(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def statements() -> list[int]:
        asked = []
        for late in (0.0, 0.0, 15.1):
            monkeypatch.setattr(collecting, "FRESH_SECONDS", collecting.FRESH_SECONDS - late)
            with db.counted() as counter:
                await _get()
            asked.append(len(counter.statements))
        return asked

    first, second, later = sqlite_database.run(statements())
    assert (first > 0, second, later) == (True, 0, first)


def test_no_figure_reads_a_table_of_a_million_rows(sqlite_database: Database) -> None:
    for sql in (counts.QUEUES, counts.AUTOPAY.replace("{}", "202507")):
        reads = [line for line in _plan(sqlite_database, sql) if re.match(r"(SCAN|SEARCH) ", line)]
        assert len(reads) >= sql.count(" FROM ")
        assert [line for line in reads if " INDEX " not in line] == []
    assert "USING COVERING INDEX messages_waiting" in "".join(_plan(sqlite_database, counts.QUEUES))


def _plan(database: Database, sql: str) -> list[str]:
    return [row["detail"] for row in database.rows(f"EXPLAIN QUERY PLAN {sql}")]


def test_while_the_database_is_away_the_process_still_tells_of_itself(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    db.use(db.SqliteEngine(tmp_path_factory.mktemp("none") / "lk.sqlite3"))
    try:
        answer = db.run(_get())
    finally:
        db.use(None)
    assert answer.status_code == 200
    assert "lk_database_up 0.0" in answer.text
    assert "lk_waiting" not in answer.text
    assert "process_cpu_seconds_total" in answer.text


def test_counting_holds_up_no_page(sqlite_database: Database) -> None:
    """The counts are read in a thread: the loop turns meanwhile."""

    async def turned() -> int:
        turns = 0

        async def turning() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        task = asyncio.create_task(turning())
        with clock.fixed_at(moscow("2025-07-26T02:00")):
            await counts.queues()
        task.cancel()
        return turns

    assert sqlite_database.run(turned()) > 3
