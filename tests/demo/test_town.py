"""The demo town: every situation is in it, and all of it was computed by the program itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lk import clock, db
from lk.cycle.verify import verify
from lk.demo.signs import ADMIN, OPERATOR, RESIDENT, SENIOR, SUPPORT
from lk.demo.town import TownNotEmpty, found_town
from lk.identity.passwords import is_password
from lk.payments.reconciling import reconcile_due
from tests.demo.conftest import found, rows
from tests.postgres import create_database, drop_database

OCTOBER, NOVEMBER = 202610, 202611


@pytest.mark.usefixtures("town")
def test_no_invariant_is_broken_in_the_town() -> None:
    assert [each.breaches for each in db.run(verify(full=True)) if each.breaches] == []


@pytest.mark.usefixtures("town")
def test_the_days_of_its_story_are_compared_and_nobody_is_asked_about_them() -> None:
    (compared,) = rows("SELECT sum(taken_kopecks) AS kopecks, sum(differences) AS differences FROM reconciled_days")
    (paid,) = rows("SELECT sum(amount_kopecks) AS kopecks FROM payments WHERE status = 'succeeded'")

    assert (compared["kopecks"], compared["differences"]) == (paid["kopecks"], 0)
    assert db.run(reconcile_due()) == 0
    assert rows("SELECT id FROM money_tasks") == []


@pytest.mark.usefixtures("town")
def test_the_first_bill_is_two_years_old_and_none_is_missing_since() -> None:
    (first,) = rows("SELECT value FROM settings WHERE name = 'first_period'")
    periods = rows("SELECT DISTINCT period FROM bills ORDER BY period")

    assert first["value"] == "2024-11"
    assert [row["period"] for row in periods] == [
        *range(202411, 202413),
        *range(202501, 202513),
        *range(202601, 202611),
    ]


@pytest.mark.usefixtures("town")
def test_the_newcomer_has_two_zones_no_cabinet_and_the_readings_of_the_worked_example() -> None:
    (shown,) = rows(
        "SELECT r.t1_kwh, r.t2_kwh, r.period, m.serial_number FROM readings r JOIN meters m ON m.id = r.meter_id "
        "JOIN accounts a ON a.id = r.account_id WHERE a.number = '1000000101' ORDER BY r.period DESC LIMIT 1"
    )

    assert (shown["t1_kwh"], shown["t2_kwh"], shown["period"]) == (4820, 2105, OCTOBER)
    assert shown["serial_number"] == "14195368"
    assert (
        rows("SELECT x.id FROM accesses x JOIN accounts a ON a.id = x.account_id WHERE a.number = '1000000101'") == []
    )


@pytest.mark.usefixtures("town")
def test_the_resident_holds_two_flats_and_their_password_is_a_real_one() -> None:
    flats = rows(
        "SELECT p.address FROM accesses x JOIN users u ON u.id = x.user_id JOIN accounts a ON a.id = x.account_id "
        "JOIN premises p ON p.id = a.premises_id WHERE u.login = {} AND x.role = 'holder' ORDER BY a.number",
        RESIDENT.login,
    )
    (user,) = rows("SELECT password_hash FROM users WHERE login = {}", RESIDENT.login)

    assert [row["address"] for row in flats] == [
        "Москва, Лесная улица, 5, кв. 12",
        "Москва, Парковая улица, 18, кв. 40",
    ]
    assert db.run(is_password(RESIDENT.password, user["password_hash"]))


@pytest.mark.usefixtures("town")
def test_the_agents_have_their_roles_codes_and_a_second_factor() -> None:
    agents = rows("SELECT u.login, a.role, a.code, a.totp_secret FROM agents a JOIN users u ON u.id = a.user_id")

    assert {(row["login"], row["role"], row["code"]) for row in agents} == {
        (SUPPORT.login, "support", "А-17"),
        (OPERATOR.login, "operator", "О-3"),
        (SENIOR.login, "operator", "О-1"),
        (ADMIN.login, "admin", "Р-2"),
    }
    assert all(row["totp_secret"] for row in agents)


@pytest.mark.usefixtures("town")
def test_a_helper_sees_one_account_and_sends_its_readings() -> None:
    (helped,) = rows("SELECT account_id FROM accesses WHERE role = 'helper'")

    sent = rows("SELECT id FROM readings WHERE source = 'helper' AND account_id = {}", helped["account_id"])
    assert len(sent) > 3


@pytest.mark.usefixtures("town")
def test_there_are_meters_of_one_two_and_three_zones_and_every_tariff_category() -> None:
    combinations = rows(
        "SELECT DISTINCT p.region, a.tariff_category, m.zones FROM accounts a "
        "JOIN premises p ON p.id = a.premises_id JOIN meters m ON m.account_id = a.id"
    )

    assert {(row["region"], row["tariff_category"], row["zones"]) for row in combinations} == {
        ("moscow", "gas", 1),
        ("moscow", "gas", 2),
        ("moscow", "gas", 3),
        ("moscow", "electric", 1),
        ("moscow", "electric", 3),
        ("moscow_oblast", "gas", 1),
        ("moscow_oblast", "electric", 1),
        ("moscow_oblast", "electric", 2),
        ("moscow_oblast", "rural", 1),
    }


@pytest.mark.usefixtures("town")
def test_estimates_are_by_average_for_one_to_three_months_and_by_the_norm_after() -> None:
    missed = rows(
        "SELECT DISTINCT b.missed, c.method FROM bills b JOIN charges c ON c.bill_id = b.id "
        "WHERE b.period = {} AND b.missed > 0",
        OCTOBER,
    )

    assert {(row["missed"], row["method"]) for row in missed} == {
        (1, "average"),
        (2, "average"),
        (3, "average"),
        (5, "norm"),
    }


@pytest.mark.usefixtures("town")
def test_an_account_without_a_meter_is_billed_by_the_norm_every_month() -> None:
    methods = rows(
        "SELECT count(*) AS bills, min(c.method) AS method FROM accounts a JOIN charges c ON c.account_id = a.id "
        "WHERE NOT EXISTS (SELECT 1 FROM meters m WHERE m.account_id = a.id) GROUP BY a.id"
    )

    assert methods == [{"bills": 24, "method": "norm"}]


@pytest.mark.usefixtures("town")
def test_somebody_owes_two_bills_somebody_one_and_somebody_is_ahead() -> None:
    owed = rows(
        "SELECT sum(CASE WHEN e.debit = 'receivable' THEN e.amount_kopecks ELSE -e.amount_kopecks END) AS owed, "
        "(SELECT sum(b.total_kopecks) FROM bills b WHERE b.account_id = e.account_id AND b.period >= 202609 "
        "AND b.status = 'issued') AS two_bills, "
        "(SELECT sum(b.total_kopecks) FROM bills b WHERE b.account_id = e.account_id AND b.period = 202610 "
        "AND b.status = 'issued') AS one_bill FROM ledger_entries e GROUP BY e.account_id"
    )

    assert [row for row in owed if row["owed"] == row["two_bills"] > row["one_bill"]]
    assert [row for row in owed if 0 < row["owed"] == row["one_bill"]]
    assert [row for row in owed if row["owed"] < -1_000_00]


@pytest.mark.usefixtures("town")
def test_one_reading_and_one_bill_wait_for_a_person() -> None:
    held = rows("SELECT period, problems FROM readings WHERE status = 'held'")
    bills = rows("SELECT period, hold_reasons FROM bills WHERE status = 'held'")

    assert [row["period"] for row in held] == [NOVEMBER]
    assert "below_previous" in held[0]["problems"]
    assert [row["period"] for row in bills] == [OCTOBER]
    assert "far_above_usual" in bills[0]["hold_reasons"]


@pytest.mark.usefixtures("town")
def test_both_meters_of_a_replacement_are_on_the_last_bill_and_make_155_kwh() -> None:
    lines = rows(
        "SELECT c.meter_id, c.consumption_kwh FROM charges c JOIN bills b ON b.id = c.bill_id WHERE b.period = {} "
        "AND c.account_id IN (SELECT account_id FROM meters GROUP BY account_id HAVING count(*) = 2)",
        OCTOBER,
    )
    dials = rows(
        "SELECT r.kind, r.t1_kwh FROM readings r WHERE r.period = {} AND r.account_id IN "
        "(SELECT account_id FROM meters GROUP BY account_id HAVING count(*) = 2) ORDER BY r.t1_kwh",
        OCTOBER,
    )

    assert sum(row["consumption_kwh"] for row in lines) == 155
    assert [(row["kind"], row["t1_kwh"]) for row in dials] == [("initial", 2), ("regular", 47), ("final", 45_210)]


@pytest.mark.usefixtures("town")
def test_a_dial_went_over_its_end() -> None:
    rolled = rows(
        "SELECT c.previous_kwh, c.current_kwh, c.consumption_kwh FROM charges c JOIN bills b ON b.id = c.bill_id "
        "WHERE b.period = {} AND c.current_kwh < c.previous_kwh AND c.line = 'energy'",
        OCTOBER,
    )

    assert len(rolled) == 1
    assert rolled[0]["consumption_kwh"] == rolled[0]["current_kwh"] + 100_000 - rolled[0]["previous_kwh"]


@pytest.mark.usefixtures("town")
def test_a_real_reading_gave_back_what_was_estimated_too_much() -> None:
    given_back = rows(
        "SELECT b.period, c.amount_kopecks FROM charges c JOIN bills b ON b.id = c.bill_id "
        "WHERE c.line = 'adjustment' AND c.credits_id IS NOT NULL"
    )

    assert given_back
    assert all(row["period"] == OCTOBER and row["amount_kopecks"] < 0 for row in given_back)


@pytest.mark.usefixtures("town")
def test_one_account_is_closed_and_of_two_just_opened_one_waits_for_a_price() -> None:
    closed = rows(
        "SELECT a.closed_on, m.removed_on, (SELECT max(period) FROM bills b WHERE b.account_id = a.id) AS last_bill "
        "FROM accounts a JOIN meters m ON m.account_id = a.id WHERE a.closed_on IS NOT NULL"
    )
    opened = rows(
        "SELECT a.id, (SELECT count(*) FROM bills b WHERE b.account_id = a.id) AS bills FROM accounts a "
        "WHERE a.opened_on >= '2026-10-01' ORDER BY a.id"
    )
    waiting = rows("SELECT account_id, period, reason FROM put_asides WHERE resolved_at IS NULL")

    assert [(row["closed_on"] == row["removed_on"], row["last_bill"]) for row in closed] == [(True, 202607)]
    assert [row["bills"] for row in opened] == [1, 0]
    assert waiting == [{"account_id": opened[1]["id"], "period": OCTOBER, "reason": "no_rate"}]


@pytest.mark.usefixtures("town")
def test_somebody_is_away_and_the_last_two_bills_book_nothing() -> None:
    (away,) = rows("SELECT account_id, until_on, ended_at FROM away_declarations")
    booked = rows(
        "SELECT b.period, b.away_periods, sum(c.consumption_kwh) AS kwh FROM bills b "
        "JOIN charges c ON c.bill_id = b.id WHERE b.account_id = {} AND b.method = 'away' "
        "GROUP BY b.period, b.away_periods ORDER BY b.period",
        away["account_id"],
    )

    assert (str(away["until_on"]), away["ended_at"]) == ("2026-12-20", None)
    assert [(row["period"], row["away_periods"], int(row["kwh"])) for row in booked] == [
        (202609, 1, 0),
        (OCTOBER, 2, 0),
    ]


@pytest.mark.usefixtures("town")
def test_who_has_not_paid_for_five_months_has_penalty_on_the_last_bill() -> None:
    late = rows(
        "SELECT b.account_id, b.penalty_kopecks, b.opening_penalty_kopecks FROM bills b "
        "WHERE b.period = {} AND b.penalty_kopecks > 0",
        OCTOBER,
    )

    assert len(late) == 1
    assert late[0]["opening_penalty_kopecks"] > 0
    assert len(rows("SELECT id FROM penalty_lines WHERE account_id = {}", late[0]["account_id"])) > 2


@pytest.mark.usefixtures("town")
def test_a_large_house_reaches_into_the_third_band() -> None:
    bands = rows(
        "SELECT c.band, c.consumption_kwh FROM charges c JOIN bills b ON b.id = c.bill_id WHERE b.period = {} "
        "AND b.status = 'issued' AND c.account_id IN (SELECT account_id FROM charges WHERE band = 3) ORDER BY c.band",
        OCTOBER,
    )

    assert [(row["band"], row["consumption_kwh"]) for row in bands] == [(1, 3900), (2, 2100), (3, 695)]


@pytest.mark.usefixtures("town")
def test_a_debt_from_before_was_told_wrongly_put_right_and_paid() -> None:
    told = rows("SELECT kind, params FROM events WHERE kind LIKE 'opening%' ORDER BY id")
    entries = rows("SELECT kind, debit, amount_kopecks FROM ledger_entries WHERE key LIKE 'opening%' ORDER BY id")
    owed = rows(
        "SELECT sum(CASE WHEN debit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END) AS owed "
        "FROM ledger_entries WHERE account_id = (SELECT account_id FROM opening_balances)"
    )

    assert [row["kind"] for row in told] == ["opening_balance", "opening_balance_changed"]
    assert [(row["kind"], row["debit"], row["amount_kopecks"]) for row in entries] == [
        ("opening", "receivable", 18_400_00),
        ("reversal", "opening", 18_400_00),
        ("opening", "receivable", 1_840_00),
    ]
    assert int(owed[0]["owed"]) == 0


@pytest.mark.usefixtures("town")
def test_the_reading_that_waits_has_a_photo_that_shows_the_digit_that_is_missing() -> None:
    (photo,) = rows("SELECT p.content, r.status FROM reading_photos p JOIN readings r ON r.id = p.reading_id ")

    assert photo["status"] == "held"
    assert bytes(photo["content"]).startswith(b"\xff\xd8\xff")


@pytest.mark.usefixtures("town")
def test_who_has_no_cabinet_gets_paper_and_pays_at_the_bank() -> None:
    on_paper = rows(
        "SELECT a.has_paper_bill, "
        "(SELECT count(*) FROM ledger_entries e WHERE e.account_id = a.id AND e.source = 'bank') AS bank, "
        "(SELECT count(*) FROM payments p WHERE p.account_id = a.id) AS cards FROM accounts a "
        "WHERE NOT EXISTS (SELECT 1 FROM accesses x WHERE x.account_id = a.id)"
    )

    assert len(on_paper) >= 5
    assert all(row["has_paper_bill"] and row["bank"] > 20 and row["cards"] == 0 for row in on_paper)


@pytest.mark.usefixtures("town")
def test_every_succeeded_payment_is_in_the_ledger_and_one_did_not_go_through() -> None:
    unposted = rows(
        "SELECT p.id FROM payments p WHERE p.status = 'succeeded' AND NOT EXISTS (SELECT 1 FROM ledger_entries e "
        "WHERE e.key = 'payment:' || p.acquirer_id AND e.amount_kopecks = p.amount_kopecks)"
    )
    canceled = rows("SELECT reason FROM payments WHERE status <> 'succeeded'")

    assert unposted == []
    assert canceled == [{"reason": "insufficient_funds"}]


@pytest.mark.usefixtures("town")
def test_no_letter_of_the_past_is_left_to_send_and_nothing_happened_in_the_future() -> None:
    now = clock.now()

    assert rows("SELECT id FROM messages WHERE status <> 'sent'") == []
    for table, column in (("events", "at"), ("messages", "created_at"), ("ledger_entries", "posted_at")):
        assert max(row["at"] for row in rows(f"SELECT {column} AS at FROM {table}")) <= now


@pytest.mark.usefixtures("town")
def test_a_second_town_is_refused() -> None:
    with pytest.raises(TownNotEmpty):
        db.run(found_town(accounts=1))


@pytest.fixture
def on_postgres(postgres_server: str) -> Iterator[db.PostgresEngine]:
    url = create_database(postgres_server)
    yield db.PostgresEngine(url)
    drop_database(url)


def test_the_same_seed_makes_the_same_bills_on_both_engines(town: None, on_postgres: db.PostgresEngine) -> None:
    totals = (
        "SELECT a.number, b.period, b.total_kopecks, b.status FROM bills b JOIN accounts a ON a.id = b.account_id "
        "WHERE a.number <= '1000000401' ORDER BY a.number, b.period"
    )
    here = rows(totals)

    found(on_postgres, accounts=4)

    assert rows(totals) == here
    assert [each.breaches for each in db.run(verify(full=True)) if each.breaches] == []


def test_another_seed_makes_another_town(town: None, tmp_path: Path) -> None:
    total = "SELECT sum(total_kopecks) AS total FROM bills WHERE account_id = (SELECT min(id) FROM accounts)"
    here = rows(total)

    found(db.SqliteEngine(tmp_path / "lk.sqlite3"), accounts=1, seed=2)

    assert rows(total) != here


@pytest.mark.parametrize(
    ("now", "last"), [("2026-12-01T00:30", 202611), ("2026-11-26T00:30", 202611), ("2026-11-25T23:50", 202610)]
)
def test_the_present_may_be_any_moment_of_the_month(now: str, last: int, tmp_path: Path) -> None:
    found(db.SqliteEngine(tmp_path / "lk.sqlite3"), accounts=3, now=now)

    assert [each.breaches for each in db.run(verify(full=True)) if each.breaches] == []
    assert rows("SELECT max(period) AS last FROM bills") == [{"last": last}]


def test_a_founding_that_breaks_off_leaves_empty_land(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The price list of the demonstration is found missing half way."""
    db.use(db.SqliteEngine(tmp_path / "lk.sqlite3"))
    monkeypatch.setattr("lk.demo.papers.FILES", tmp_path)

    with pytest.raises(Exception, match="tariffs"):
        found(db.SqliteEngine(tmp_path / "lk.sqlite3"), accounts=1)

    assert rows("SELECT id FROM accounts") == rows("SELECT id FROM agents") == []


@pytest.mark.usefixtures("town")
def test_prices_of_the_year_to_come_are_planned_and_hold_nothing_yet() -> None:
    planned = rows(
        "SELECT valid_from, price_kopecks FROM rates WHERE valid_from > '2026-12-01' ORDER BY zones, register"
    )

    assert [str(row["valid_from"]) for row in planned] == ["2027-01-01"] * 6
    assert planned[0]["price_kopecks"] == 832
    assert len(rows("SELECT id FROM events WHERE kind = 'prices_set' AND actor_agent_id IS NOT NULL")) == 1
