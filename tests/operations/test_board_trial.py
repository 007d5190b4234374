"""A bill run on trial: what it would give, and that nothing comes of it."""

from __future__ import annotations

import asyncio

import pytest

from lk import db
from lk.claims import ClaimLost
from lk.cycle import trials
from lk.cycle.trial_computing import Tally
from lk.cycle.trial_views import Trial, trial_file, trial_of, trial_page
from lk.cycle.trials import ask_trial, make_waiting_trials
from lk.period import Period
from tests.database import Database, moscow
from tests.operations.month import AUGUST, IVANOVA, JULY, OPERATOR, PETROV, RUN, SUPPORT, Month, begin_month

BEFORE = "2025-07-25T12:00"


@pytest.fixture
def month(database: Database) -> Month:
    return begin_month(database)


@pytest.fixture
def sqlite_month(sqlite_database: Database) -> Month:
    return begin_month(sqlite_database)


def _tried(month: Month, at: str = BEFORE, period: Period = JULY) -> Trial:
    month.run(ask_trial(period, month.actors[OPERATOR]), at)
    assert month.run(make_waiting_trials(), at) == 1
    trial = month.run(trial_of(period), at)
    assert trial is not None
    assert (trial.finished_at is not None, trial.is_failed) == (True, False)
    return trial


def _lines(month: Month, trial: Trial) -> list[tuple[str, str, int | None, int | None, str]]:
    rows = month.run(trial_page(trial.id)).rows
    return [(row.account_number, row.kind, row.stored_kopecks, row.computed_kopecks, row.reason) for row in rows]


def _contents(month: Month) -> dict[str, list[dict[str, object]]]:
    """All that the month is made of."""
    names = (
        "bills charges ledger_entries penalty_lines put_asides messages readings cycle_runs accounts meters payments"
    )
    return {name: month.database.rows(f"SELECT * FROM {name} ORDER BY id") for name in names.split()}


def test_it_gives_what_the_run_gives_then_and_writes_nothing(month: Month) -> None:
    month.town.reads(IVANOVA, 5000, 2200, at="2025-07-20T14:05")
    assert month.town.reads(PETROV, 900, at="2025-07-20T14:06") == "held"
    before = _contents(month)
    trial = _tried(month)
    assert _contents(month) == before

    assert (trial.is_billed, trial.bills, trial.estimated, trial.waiting) == (False, 2, 1, 1)
    month.town.run_due(RUN)
    assert trial.total_kopecks == month.one("SELECT sum(total_kopecks) AS s FROM bills") == 208860 + 106245


def test_who_would_be_put_aside_or_held_is_named(month: Month) -> None:
    month.town.reads(IVANOVA, 30000, 2200, at="2025-07-20T14:05")
    month.change("UPDATE readings SET status = 'accepted' WHERE status = 'held'")
    month.leaves_without_norm(PETROV)
    trial = _tried(month)

    assert (trial.put_aside, trial.held) == (1, 1)
    lines = _lines(month, trial)
    assert [(line[0], line[1], line[4]) for line in lines] == [
        (IVANOVA, "held", "above_physical_cap"),
        (PETROV, "put_aside", "no_norm"),
    ]


def test_of_a_billed_month_it_tells_what_would_come_out_otherwise(month: Month) -> None:
    month.town.reads(IVANOVA, 5000, 2200, at="2025-07-20T14:05")
    month.town.run_due(RUN)
    at = "2025-07-27T12:00"
    same = _tried(month, at)
    assert (same.is_billed, same.compared, same.differing, same.stored_kopecks) == (True, 3, 0, same.total_kopecks)

    month.change("UPDATE rates SET price_kopecks = 1000 WHERE zones = 2 AND register = 'T1'")
    other = _tried(month, at)
    assert (other.compared, other.differing) == (3, 1)
    assert other.total_kopecks - other.stored_kopecks == 180 * (1000 - 945)
    assert _lines(month, other) == [(IVANOVA, "differs", 208860, 218760, "")]


def test_what_was_declared_after_the_bill_changes_nothing_in_it(sqlite_month: Month) -> None:
    sqlite_month.town.run_due(RUN)
    sqlite_month.town.goes_away(IVANOVA, "2025-10-01", "2025-07-27T11:00")
    assert _tried(sqlite_month, "2025-07-27T12:00").differing == 0


def test_accounts_without_a_bill_and_bills_without_a_reason_are_found(sqlite_month: Month) -> None:
    sqlite_month.town.run_due(RUN)
    sqlite_month.change("UPDATE bills SET status = 'reversed' WHERE account_id = 1")
    sqlite_month.change("UPDATE accounts SET closed_on = '2025-06-01' WHERE id = 2")
    trial = _tried(sqlite_month, "2025-07-27T12:00")
    assert [line[:2] for line in _lines(sqlite_month, trial)] == [(IVANOVA, "missing"), (PETROV, "extra")]
    assert trial.differing == 2


def test_it_goes_on_where_the_one_before_it_died_and_counts_nobody_twice(
    month: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lk.cycle.trials.CHUNK", 2)
    monkeypatch.setattr("lk.cycle.trials.SLICE", 1)
    whole = _tried(month)
    month.run(ask_trial(JULY, month.actors[OPERATOR]), BEFORE)
    died = Died(after=1)
    monkeypatch.setattr("lk.cycle.trials._keep", died.instead_of_keeping())
    with pytest.raises(asyncio.CancelledError):
        month.run(make_waiting_trials(), BEFORE)
    half = month.run(trial_of(JULY), BEFORE)
    assert half is not None
    assert (half.bills, half.finished_at) == (2, None)
    assert month.run(make_waiting_trials(), BEFORE) == 0, "its claim has not run out yet"

    monkeypatch.undo()
    month.change("UPDATE trial_runs SET claim_ends_at = {}", moscow("2025-01-01T00:00"))
    assert month.run(make_waiting_trials(), BEFORE) == 1
    again = month.run(trial_of(JULY), BEFORE)
    assert again is not None
    assert (again.bills, again.total_kopecks) == (whole.bills, whole.total_kopecks)


def test_who_wakes_after_another_took_it_over_counts_nothing_more(month: Month) -> None:
    month.run(ask_trial(JULY, month.actors[OPERATOR]), BEFORE)
    frozen = month.run(trials._claim(), BEFORE)
    assert frozen is not None
    month.change("UPDATE trial_runs SET claim_ends_at = {}", moscow("2025-01-01T00:00"))
    taken_over = month.run(trials._claim(), BEFORE)
    assert taken_over is not None

    with pytest.raises(ClaimLost):
        month.run(trials._keep(frozen, Tally(bills=3), 3, 0), BEFORE)
    month.run(trials._keep(taken_over, Tally(bills=1), 1, 0), BEFORE)
    assert month.one("SELECT bills FROM trial_runs") == 1


class Died:
    """A process that is killed once it has kept so many chunks."""

    def __init__(self, after: int) -> None:
        self.left = after

    def instead_of_keeping(self) -> object:
        keep = trials._keep

        async def kept(*args: object) -> int:
            if not self.left:
                raise asyncio.CancelledError
            self.left -= 1
            return await keep(*args)  # type: ignore[arg-type]

        return kept


def test_it_holds_up_no_writer_while_it_computes(sqlite_month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else writes between any two slices."""
    monkeypatch.setattr("lk.cycle.trials.SLICE", 1)
    sqlite_month.run(ask_trial(JULY, sqlite_month.actors[OPERATOR]), BEFORE)

    async def computed_beside_a_writer() -> int:
        written = 0
        trial = asyncio.create_task(make_waiting_trials())
        while not trial.done():
            async with asyncio.timeout(1), db.write("account 1"):
                await db.execute("UPDATE accounts SET residents = 3 WHERE id = 1")
            written += 1
            await asyncio.sleep(0)
        assert await trial == 1
        return written

    assert sqlite_month.run(computed_beside_a_writer(), BEFORE) > 3


def test_asked_twice_it_is_computed_once_and_a_new_one_takes_the_old_ones_place(sqlite_month: Month) -> None:
    for _ in range(2):
        sqlite_month.run(ask_trial(JULY, sqlite_month.actors[OPERATOR]), BEFORE)
    assert sqlite_month.run(make_waiting_trials(), BEFORE) == 1
    _tried(sqlite_month)
    assert sqlite_month.one("SELECT count(*) AS n FROM trial_runs") == 1


def test_a_crash_of_its_own_ends_it_and_says_so(sqlite_month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    async def crash(*args: object, **also: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("lk.cycle.trials.computed_between", crash)
    sqlite_month.run(ask_trial(JULY, sqlite_month.actors[OPERATOR]), BEFORE)
    sqlite_month.run(make_waiting_trials(), BEFORE)
    trial = sqlite_month.run(trial_of(JULY), BEFORE)
    assert trial is not None
    assert (trial.is_failed, trial.finished_at is not None) == (True, True)


def test_it_is_an_operators_and_of_the_companys_months(sqlite_month: Month) -> None:
    assert sqlite_month.refused(ask_trial(JULY, sqlite_month.actors[SUPPORT]), BEFORE) == ["not_an_operator"]
    for period in (Period(2025, 6), AUGUST):
        assert sqlite_month.refused(ask_trial(period, sqlite_month.actors[OPERATOR]), BEFORE) == ["no_such_month"]


def test_its_file_has_a_line_for_each(sqlite_month: Month) -> None:
    sqlite_month.leaves_without_norm(PETROV)
    trial = _tried(sqlite_month)

    async def read() -> str:
        return "".join([piece async for piece in trial_file(trial.id)])

    assert sqlite_month.run(read()).splitlines() == [
        "account_number,why,stored,computed,difference",
        f'{PETROV},"Нет норматива для региона, категории или числа жителей: загрузите нормативы",,,',
    ]
