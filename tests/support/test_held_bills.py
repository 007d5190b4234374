"""A bill that is far above the usual waits for a person at the desk, who issues it or has it counted anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.household import AGENT_PASSWORD, OTHER_ACCOUNT, hire, served_house, sign_in
from tests.served import Served, Visitor


@pytest.fixture
def desk(house: Path, tmp_path: Path) -> Iterator[tuple[Served, Visitor]]:
    """Petrov's reading of July comes to more than his line can carry in a month; an agent has signed in."""
    with served_house(house, tmp_path) as lk:
        agent = hire(lk, "podderzhka", "support")
        lk.change("UPDATE accounts SET power_kw = 1 WHERE number = {}", OTHER_ACCOUNT)
        path = lk.folder / "readings.csv"
        path.write_text(
            "account_number,meter_number,taken_on,t1,t2,t3,source\n1000000102,20202020,2025-07-20,2000,,,import\n",
            encoding="utf-8",
        )
        lk.move_to("2025-07-21T12:00")
        assert lk.run("import", "readings", str(path)).returncode == 0
        lk.change("UPDATE accounts SET power_kw = 1, opened_on = '2025-06-01' WHERE number = {}", OTHER_ACCOUNT)
        lk.change("UPDATE readings SET taken_on = '2025-06-20' WHERE kind = 'initial'")
        lk.move_to("2025-07-26T12:00")
        lk.run_month()
        who = lk.visitor()
        sign_in(who, agent.login, AGENT_PASSWORD)
        who.post("/sign-in/code", code=agent.code(lk))
        yield lk, who


def bills(lk: Served) -> list[tuple[str, int]]:
    rows = lk.rows(
        "SELECT b.status, b.total_kopecks FROM bills b JOIN accounts a ON a.id = b.account_id WHERE a.number = {} "
        "ORDER BY b.id",
        OTHER_ACCOUNT,
    )
    return [(row["status"], row["total_kopecks"]) for row in rows]


def owed(lk: Served) -> int:
    rows = lk.rows("SELECT sum(amount_kopecks) AS n FROM ledger_entries e JOIN accounts a ON a.id = e.account_id "
                   "WHERE a.number = {} AND debit = 'receivable'", OTHER_ACCOUNT)  # fmt: skip
    return int(rows[0]["n"] or 0)


def test_it_waits_with_its_reason_and_is_not_charged(desk: tuple[Served, Visitor]) -> None:
    lk, who = desk
    assert bills(lk) == [("held", 1000 * 787)]
    assert owed(lk) == 0
    page = who.get("/support/held-bills")
    assert "10000-001-02" in page
    assert "Линия пропускает не больше 720\u00a0кВт·ч" in page


def test_released_it_is_issued_and_charged_once(desk: tuple[Served, Visitor]) -> None:
    lk, who = desk
    bill_id = lk.rows("SELECT id FROM bills WHERE status = 'held'")[0]["id"]
    who.get("/support/held-bills")
    who.post(f"/support/held-bills/{bill_id}/release")
    assert "Счёт выставлен." in who.text
    assert (bills(lk), owed(lk)) == ([("issued", 1000 * 787)], 1000 * 787)

    who.post(f"/support/held-bills/{bill_id}/release")
    assert who.status == 422
    assert owed(lk) == 1000 * 787


def test_counted_anew_it_follows_what_was_corrected(desk: tuple[Served, Visitor]) -> None:
    lk, who = desk
    lk.change("UPDATE readings SET t1_kwh = 1200 WHERE t1_kwh = 2000")
    bill_id = lk.rows("SELECT id FROM bills WHERE status = 'held'")[0]["id"]
    who.get("/support/held-bills")
    who.post(f"/support/held-bills/{bill_id}/recount")
    assert bills(lk) == [("reversed", 1000 * 787), ("issued", 200 * 787)]
    assert owed(lk) == 200 * 787
    assert "Всё разобрано." in who.text
