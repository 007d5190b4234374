"""`lk simulate`: half a year of a small town, lived in real parts, and nothing that was planted afterwards escapes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lk.demo.commands import tell_simulated
from lk.demo.life import Life
from lk.demo.simulating import Outcome, live, reckon, simulate_in_empty
from lk.period import Period
from tests.database import Database

ACCOUNTS, MONTHS, SEED = 60, 6, 2
LIVE_BILLS = "SELECT period, count(*) AS bills FROM bills WHERE status <> 'reversed' GROUP BY period ORDER BY period"


@pytest.fixture(scope="module")
def lived(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Life, Path]:
    """The life of the town after its half year, and the file of its books: to be copied, not written to."""
    path = tmp_path_factory.mktemp("simulated") / "lk.sqlite3"
    shutil.copyfile(sqlite_template, path)
    with Database(f"sqlite:///{path}").in_use() as database:
        life = database.run(live(ACCOUNTS, MONTHS, SEED))
    return life, path


@pytest.fixture
def life(lived: tuple[Life, Path]) -> Life:
    return lived[0]


@pytest.fixture
def books(lived: tuple[Life, Path], tmp_path: Path) -> Iterator[Database]:
    """A copy of the town's own."""
    shutil.copyfile(lived[1], tmp_path / "lk.sqlite3")
    with Database(f"sqlite:///{tmp_path / 'lk.sqlite3'}").in_use() as database:
        yield database


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    with Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}").in_use() as database:
        yield database


def simulated(database: Database, seed: int, accounts: int = ACCOUNTS, months: int = MONTHS) -> Outcome:
    return database.run(simulate_in_empty(accounts, months, seed))


def test_who_got_another_meter_before_the_cabinet_opens_it_with_the_new_number(empty: Database) -> None:
    assert simulated(empty, seed=41, accounts=30, months=2).is_clean
    replaced = "SELECT account_id FROM meters WHERE removed_on IS NOT NULL AND removed_on < '2025-08-01'"
    assert empty.rows(f"SELECT id FROM accesses WHERE account_id IN ({replaced})")


def test_half_a_year_breaks_no_invariant_and_every_kilowatt_hour_of_the_dials_is_booked_once(
    life: Life, books: Database
) -> None:
    outcome = books.run(reckon(life))

    assert [each.breaches for each in outcome.findings if each.breaches] == []
    assert outcome.energy.known == outcome.energy.booked > 0
    assert outcome.payments.known == outcome.payments.booked > 0
    assert outcome.cards.known == outcome.cards.booked > 0
    assert outcome.autopay.known == outcome.autopay.booked > 0
    assert tell_simulated(outcome) == 0


def test_the_same_seed_tells_the_same_story_twice_and_another_one_another(tmp_path: Path) -> None:
    def told(name: str, seed: int) -> str:
        with Database(f"sqlite:///{tmp_path / name}").in_use() as database:
            return simulated(database, seed, 24, 2).in_words()

    assert told("here", SEED) == told("again", SEED) != told("other", SEED + 1)


def test_every_month_is_billed_and_what_is_told_of_happened(life: Life, books: Database) -> None:
    assert [row["period"] for row in books.rows(LIVE_BILLS)] == [202505, 202506, 202507, 202508, 202509, 202510]
    for what, sql in {
        "readings of every source": "SELECT 1 FROM readings GROUP BY 1 HAVING count(DISTINCT source) = 5",
        "a held reading decided": "SELECT 1 FROM readings WHERE decision <> ''",
        "an estimate by the average or the norm": "SELECT 1 FROM bills WHERE method IN ('average', 'norm')",
        "a bill nobody was there for": "SELECT 1 FROM bills WHERE method = 'away'",
        "a credit": "SELECT 1 FROM charges WHERE credits_id IS NOT NULL",
        "a penalty": "SELECT 1 FROM bills WHERE penalty_kopecks > 0",
        "a wrong tariff put right": "SELECT 1 FROM bills WHERE status = 'reversed' AND reversal_reason = 'tariff'",
        "a window made longer": "SELECT 1 FROM extensions WHERE period = 202510 AND kind = 'window' AND days = 2",
        "a registry of a bank": "SELECT 1 FROM bank_payments",
        "a payment by card": "SELECT 1 FROM payments WHERE status = 'succeeded' AND kind = 'one_off' AND way = 'card'",
        "a fast payment": "SELECT 1 FROM payments WHERE status = 'succeeded' AND way = 'sbp'",
        "autopay of both modes": "SELECT 1 FROM autopays GROUP BY 1 HAVING count(DISTINCT mode) = 2",
        "a charge that the bank declined": "SELECT 1 FROM payments WHERE kind = 'autopay' AND status = 'canceled'",
        "a bill above the limit": "SELECT 1 FROM autopay_months WHERE status = 'above'",
        "a card unlinked": "SELECT 1 FROM cards WHERE status = 'unlinked'",
        "a day compared with the acquirer": "SELECT 1 FROM reconciled_days WHERE payments > 0 AND differences = 0",
        "a letter": "SELECT 1 FROM messages WHERE kind = 'bill_ready'",
        "a replaced meter": "SELECT 1 FROM meters WHERE removed_on IS NOT NULL",
        "a closed account": "SELECT 1 FROM accounts WHERE closed_on IS NOT NULL",
        "an account opened later": "SELECT 1 FROM accounts WHERE opened_on > '2025-05-31'",
        "a home without a meter": "SELECT 1 FROM accounts a WHERE NOT EXISTS "
        "(SELECT 1 FROM meters m WHERE m.account_id = a.id)",
        "transformers": "SELECT 1 FROM meters WHERE ratio > 1",
    }.items():
        assert books.rows(sql), what


@pytest.mark.parametrize(
    "breach",
    [
        "UPDATE readings SET t1_kwh = t1_kwh + 1 WHERE id = (SELECT max(r.id) FROM readings r JOIN bills b "
        "ON b.account_id = r.account_id AND b.period = r.period AND b.method = 'reading' AND b.status = 'issued' "
        "WHERE r.status = 'accepted' AND r.kind = 'regular')",
        "UPDATE bills SET status = 'reversed' WHERE id = (SELECT max(id) FROM bills)",
        "UPDATE bills SET energy_kopecks = energy_kopecks + 1, total_kopecks = total_kopecks + 1 "
        "WHERE id = (SELECT max(id) FROM bills)",
    ],
    ids=["reading", "bill lost", "bill changed"],
)
def test_what_is_changed_in_the_books_afterwards_is_found(life: Life, books: Database, breach: str) -> None:
    books.change(breach)

    assert tell_simulated(books.run(reckon(life))) == 1


def test_a_payment_that_nobody_made_is_found_though_every_invariant_holds(life: Life, books: Database) -> None:
    books.change(
        "INSERT INTO ledger_entries (account_id, debit, credit, amount_kopecks, part, kind, effective_on, posted_at, "
        "key, source) SELECT account_id, debit, credit, 1, part, kind, effective_on, posted_at, 'nobody', source "
        "FROM ledger_entries WHERE kind = 'payment' AND source = 'bank' LIMIT 1"
    )
    outcome = books.run(reckon(life))

    assert all(not each.breaches for each in outcome.findings)
    assert outcome.payments.is_breach
    assert tell_simulated(outcome) == 1


def test_energy_left_unbooked_is_found_though_readings_and_bills_agree(life: Life, books: Database) -> None:
    """The last reading of a right dial came in with a kilowatt-hour less, and so did its bill."""
    at = next(
        home for home in life.town.homes.values() if (truth := home.last_right(life.town.span.last)) and truth.kwh
    )
    truth = at.truths[-1]
    at.truths[-1] = type(truth)(truth.period, truth.kwh + 1, truth.is_right)
    try:
        outcome = books.run(reckon(life))
    finally:
        at.truths[-1] = truth

    assert [each.split(",")[0] for each in outcome.energy.differing] == [f"лицевой счёт {at.number}"]
    assert tell_simulated(outcome) == 1


def test_the_command_prints_the_tables_and_the_invariants_and_the_log_keeps_quiet_about_faults_on_purpose(
    empty: Database,
) -> None:
    done = empty.lk("simulate", "--accounts", "3", "--months", "1", "--seed", "5", "--faults")

    begins = [line.split()[0] for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert begins[:4] == ["месяц", "2025-05", "всего", "сбой"]
    told = begins.index("не")
    assert begins[told : told + 5] == ["не", "по", "оплачено", "с", "автоплатежом"]
    assert {"I1", "I3", "I4", "I5"} <= set(begins[told + 5 :])


def test_it_lives_in_an_empty_database_only(books: Database) -> None:
    refused = books.lk("simulate", "--accounts", "3", "--months", "1", "--seed", "5")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "пустой базе" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_production_has_no_simulated_town(empty: Database) -> None:
    refused = empty.lk(
        "simulate", "--accounts", "3", "--months", "1", "--seed", "5",
        env={
            "LK_ENV": "production",
            "LK_SECRET": "s" * 64,
            "LK_PUBLIC_URL": "https://lk.example",
            "LK_SMTP_URL": "smtp://u:p@mail.example:587",
            "LK_ACQUIRER_URL": "https://acquirer.example/v3",
            "LK_ACQUIRER_SHOP_ID": "shop",
            "LK_ACQUIRER_SECRET": "a-real-secret-of-the-acquirer",
        },
    )  # fmt: skip

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "LK_ENV=demo" in refused.stderr


def test_a_month_is_told_as_soon_as_it_is_over(empty: Database) -> None:
    told = []
    empty.run(simulate_in_empty(5, 2, 3, lambda month, _: told.append(month.period)))

    assert told == [Period(2025, 5), Period(2025, 6)]
