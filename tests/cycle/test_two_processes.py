"""Several processes, deaths and wake-ups: still one bill each."""

from __future__ import annotations

import signal

import pytest

from lk import clock, db
from lk.claims import ClaimLost
from lk.cycle import actions, billing
from lk.cycle.claims import CLAIM, Claim, claim, finish, progress
from lk.cycle.queries import CHUNK
from lk.cycle.rules import Step
from lk.period import Period
from tests.cycle.town import IVANOVA, Town
from tests.database import moscow

AT = ("cycle", "run", "--at", "2025-07-26T00:00")
JULY = Period(2025, 7)


def _out_of_time(town: Town) -> None:
    """Every claim has run out."""
    town.database.change("UPDATE cycle_runs SET claim_ends_at = '2025-01-01 00:00:00+00:00' WHERE status = 'running'")


def _billed(town: Town) -> int:
    return int(town.database.rows("SELECT count(*) AS n FROM bills")[0]["n"])


def _accounts(town: Town) -> int:
    return int(town.database.rows("SELECT count(*) AS n FROM accounts")[0]["n"])


def _doubled(town: Town) -> int:
    rows = town.database.rows("SELECT account_id FROM bills GROUP BY account_id, period HAVING count(*) > 1")
    return len(rows)


def test_two_processes_at_once_make_one_bill_each(town: Town) -> None:
    town.neighbours(CHUNK)
    both = [town.database.start(*AT) for _ in range(2)]
    for process in both:
        _, complaints = process.communicate(timeout=120)
        assert process.returncode == 0, complaints

    assert _billed(town) == _accounts(town) > CHUNK
    assert _doubled(town) == 0
    assert town.verified() == {}


def test_a_run_killed_midway_is_finished_by_the_next_one(town: Town) -> None:
    town.neighbours(2 * CHUNK)
    process = town.frozen_midway(AT[-1])
    process.kill()
    process.communicate()
    _out_of_time(town)

    again = town.database.lk(*AT)

    assert again.returncode == 0, again.stderr
    assert _billed(town) == _accounts(town)
    assert _doubled(town) == 0
    run = town.database.rows("SELECT * FROM cycle_runs WHERE step = 'bill'")[0]
    assert (run["status"], run["fence"], run["done"]) == ("done", 2, _accounts(town))
    assert town.verified() == {}


def test_a_leader_that_is_frozen_midway_and_woken_after_another_took_over_writes_nothing_more(town: Town) -> None:
    town.neighbours(2 * CHUNK)
    frozen = town.frozen_midway(AT[-1])
    _out_of_time(town)

    again = town.database.lk(*AT)

    assert again.returncode == 0, again.stderr
    run = _run(town)
    assert (run["status"], run["fence"], run["done"]) == ("done", 2, _accounts(town))
    frozen.send_signal(signal.SIGCONT)
    _, complaints = frozen.communicate(timeout=120)
    assert frozen.returncode == 0, complaints
    assert _run(town) == run
    assert _billed(town) == _accounts(town)
    assert _doubled(town) == 0
    assert not {"I1", "I2", "I3"} & town.verified().keys()


def _run(town: Town) -> dict[str, object]:
    (run,) = town.database.rows("SELECT * FROM cycle_runs WHERE step = 'bill'")
    return run


def test_a_patient_run_waits_for_a_dead_one_and_takes_over(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lk.cycle.claims.CLAIM", CLAIM / 20)
    assert town.database.run(claim(JULY, Step.BILL), "2025-07-26T00:00")

    town.run_due("2025-07-26T00:00")

    assert len(town.bills(IVANOVA)) == 1


def test_an_impatient_run_leaves_a_step_to_its_owner_and_overtakes_nobody(town: Town) -> None:
    assert town.database.run(claim(JULY, Step.BILL), "2025-07-26T00:00")

    done = town.database.run(actions.run_due(is_patient=False), "2025-09-27T12:00")

    assert {each.step for each in done} & {Step.BILL, Step.DELIVER, Step.BILL_REST, Step.REMIND_DUE} == set()
    assert Step.CLOSE_WINDOW in {each.step for each in done}
    assert town.bills(IVANOVA) == []


def test_whoever_was_frozen_longer_than_the_claim_writes_nothing_more(town: Town) -> None:
    async def frozen_and_woken() -> tuple[Claim, Claim]:
        old = await claim(JULY, Step.BILL)
        assert old is not None
        assert await claim(JULY, Step.BILL) is None
        async with db.write():
            await db.execute("UPDATE cycle_runs SET claim_ends_at = {}", moscow("2025-01-01T00:00"))
        new = await claim(JULY, Step.BILL)
        assert new is not None
        with pytest.raises(ClaimLost):
            await billing.bill(old)
        assert await db.read("SELECT id FROM bills") == []
        with pytest.raises(ClaimLost):
            await finish(old)
        await billing.bill(new)
        await finish(new)
        return old, new

    old, new = town.database.run(frozen_and_woken(), "2025-07-26T00:00")

    assert new.fence == old.fence + 1
    assert len(town.bills(IVANOVA)) == 1


def test_a_claim_lives_by_the_databases_clock_even_where_ours_stands_still(town: Town) -> None:
    async def prolonged() -> bool:
        held = await claim(JULY, Step.BILL)
        assert held is not None
        async with db.write():
            await progress(held, 1)
        return clock.now() < moscow("2025-07-27T00:00")

    assert town.database.run(prolonged(), "2025-07-26T00:00")
    (run,) = town.database.rows("SELECT claim_ends_at FROM cycle_runs WHERE step = 'bill'")
    assert run["claim_ends_at"] > moscow("2026-01-01T00:00")


def test_a_step_that_fails_holds_up_what_builds_on_it_and_nothing_else(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: Claim) -> None:
        raise ArithmeticError("the rules of this town are broken")

    monkeypatch.setitem(actions.WORK, Step.BILL, broken)
    with pytest.raises(ArithmeticError):
        town.run_due("2025-08-16T12:00")

    done = {row["step"] for row in town.database.rows("SELECT step FROM cycle_runs WHERE status = 'done'")}
    assert {"open_window", "remind_first", "close_window", "due"} <= done
    assert not {"deliver", "bill_rest", "deliver_rest", "remind_due"} & done

    monkeypatch.undo()
    town.run_due("2025-08-16T12:00")
    assert len(town.bills(IVANOVA)) == 1
