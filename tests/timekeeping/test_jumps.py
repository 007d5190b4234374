"""A clock that jumps while lk runs: nothing early, nothing revived, nothing twice; a person is asked."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lk import clock, db
from lk.actor import Actor
from lk.config import settings
from lk.cycle import billing
from lk.cycle.actions import run_due
from lk.cycle.claims import claim
from lk.cycle.outages import beat, keep_beating, last_beat, note_outage
from lk.cycle.rules import Owed, Step
from lk.identity.agents import add_agent, disable_agent
from lk.outcome import Refused
from lk.period import Period
from lk.timekeeping import watching
from lk.timekeeping.actions import trust_clock
from lk.timekeeping.queries import Doubt, clock_doubt
from lk.timekeeping.watching import ClockJumped, by_clock, is_clock_right
from tests.cycle.town import IVANOVA, PETROV, Town
from tests.database import Database, moscow
from tests.timekeeping.conftest import Machine

JULY = Period(2025, 7)


def month(town: Town) -> list[Owed]:
    """A tick of the month, by the machine's own clock."""
    return town.database.run(run_due())


def doubt(town: Town) -> Doubt | None:
    return town.database.run(clock_doubt())


def operator(town: Town, role: str = "operator") -> Actor:
    async def hired() -> Actor:
        await add_agent(f"{role}-one", role)
        (row,) = await db.read("SELECT id, user_id FROM agents ORDER BY id DESC LIMIT 1")
        return Actor(row["user_id"], agent_id=row["id"])

    return town.database.run(hired(), "2025-07-01T12:00")


def trusts(town: Town, actor: Actor) -> None:
    found = doubt(town)
    assert found is not None
    town.database.run(trust_clock(found.id, actor))


def told(town: Town, kind: str) -> list[dict[str, Any]]:
    return town.database.rows("SELECT * FROM events WHERE kind = {} ORDER BY id", kind)


def counts(town: Town) -> tuple[int, int, int]:
    """Bills, letters, steps done."""
    (row,) = town.database.rows(
        "SELECT (SELECT count(*) FROM bills) AS bills, (SELECT count(*) FROM messages) AS letters, "
        "(SELECT count(*) FROM cycle_runs) AS steps"
    )
    return row["bills"], row["letters"], row["steps"]


def test_forty_days_ahead_nothing_is_done_until_a_person_says_that_the_clock_is_right(
    town: Town, machine: Machine
) -> None:
    olga = operator(town)
    month(town)
    before = counts(town)
    machine.is_set(days=40)

    assert month(town) == month(town) == []

    found = doubt(town)
    assert found is not None
    assert (found.gain, counts(town)) == (timedelta(days=40), before)
    assert [json.loads(each["params"])["gained_minutes"] for each in told(town, "clock_doubted")] == [40 * 24 * 60]

    machine.lives(minutes=5)
    trusts(town, olga)

    assert {each.step for each in month(town)} >= {Step.BILL, Step.DELIVER, Step.REMIND_DUE}
    assert [each["period"] for each in town.bills(PETROV)] == [202507, 202508]
    assert [each["actor_agent_id"] for each in told(town, "clock_trusted")] == [olga.agent_id]
    machine.lives(days=1)
    month(town)
    assert doubt(town) is None


def test_a_clock_that_comes_back_within_an_hour_of_the_right_time_is_believed_again(
    small_town: Town, machine: Machine
) -> None:
    machine.is_set(days=40)
    month(small_town)
    machine.lives(hours=3)
    machine.is_set(days=-20)
    assert month(small_town) == []
    machine.is_set(days=-20, minutes=50)

    assert month(small_town) != []

    assert doubt(small_town) is None
    assert len(told(small_town, "clock_came_back")) == 1
    assert small_town.bills(PETROV) == []


@pytest.mark.parametrize(("minutes", "is_doubted"), [(59, False), (60, False), (61, True)])
def test_an_hour_may_be_gained(small_town: Town, machine: Machine, minutes: int, is_doubted: bool) -> None:
    machine.lives(days=3)
    machine.is_set(minutes=minutes)
    month(small_town)
    assert (doubt(small_town) is not None) is is_doubted


def test_small_gains_add_up(small_town: Town, machine: Machine) -> None:
    for _ in range(3):
        machine.lives(days=1)
        machine.is_set(minutes=25)
        month(small_town)
    assert doubt(small_town) is not None


@pytest.mark.parametrize("back", [timedelta(days=3), timedelta(hours=1), timedelta(days=365 * 55)])
def test_a_clock_set_back_does_nothing_early_and_nothing_twice(
    small_town: Town, machine: Machine, back: timedelta
) -> None:
    small_town.opens_cabinet(IVANOVA, "ivanova@example.org")
    machine.lives(days=11)
    month(small_town)
    small_town.run_due("2025-08-07T09:00")
    before = counts(small_town)
    machine.is_set(seconds=-back.total_seconds())

    for _ in range(2):
        assert month(small_town) == []
        machine.lives(minutes=1)
    machine.is_set(seconds=back.total_seconds())

    assert month(small_town) == []
    assert counts(small_town) == before
    assert doubt(small_town) is None
    assert not {"I1", "I2", "I3"} & small_town.verified().keys()


def test_what_a_wrong_clock_stood_at_a_start_is_down_time(small_town: Town, machine: Machine) -> None:
    month(small_town)
    machine.lives(minutes=1)
    machine.is_set(days=40)
    machine.restarts_lk()

    assert Step.BILL in {each.step for each in month(small_town)}


def test_a_new_start_does_not_forget_what_was_asked_and_sees_the_clock_come_back(
    small_town: Town, machine: Machine
) -> None:
    machine.is_set(days=40)
    month(small_town)
    machine.lives(hours=1)
    machine.restarts_lk()
    assert month(small_town) == []

    machine.is_set(days=-40)

    month(small_town)
    assert doubt(small_town) is None


def test_the_doubt_of_one_machine_stops_the_money_of_all(small_town: Town, machine: Machine) -> None:
    """Though that one had run as long as this one, whose clock is right."""
    small_town.database.change(
        "INSERT INTO clock_doubts (machine, ran_ms, expected_at, said_at) "
        "VALUES ('another', 18000000, '2025-07-20 09:00:00+00:00', '2025-08-20 09:00:00+00:00')"
    )
    machine.lives(days=8)

    assert month(small_town) == []
    assert doubt(small_town) is not None
    refused = small_town.database.lk("cycle", "run")
    assert refused.returncode == 1
    assert "/operations/clock" in refused.stderr
    assert small_town.bills(PETROV) == []


def test_a_second_process_of_the_same_machine_takes_the_answer_too(small_town: Town, machine: Machine) -> None:
    olga, beginning = operator(small_town), watching.read_clocks()
    machine.is_set(days=40)
    month(small_town)
    trusts(small_town, olga)
    month(small_town)

    watching._since = beginning

    assert small_town.database.run(is_clock_right())
    machine.is_set(days=40)
    assert not small_town.database.run(is_clock_right())


def test_what_was_answered_before_a_process_began_answers_nothing_for_it(small_town: Town, machine: Machine) -> None:
    olga = operator(small_town)
    machine.is_set(days=40)
    month(small_town)
    trusts(small_town, olga)
    machine.lives(hours=1)
    machine.is_set(days=-40)
    machine.restarts_lk()
    machine.is_set(days=40)

    assert month(small_town) == []
    assert doubt(small_town) is not None


def test_time_told_by_hand_is_meant_so(
    small_town: Town, machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.is_set(days=400)
    assert Step.BILL in {each.step for each in small_town.run_due("2025-07-26T00:00")}

    now_file = tmp_path / "now"
    now_file.write_text("2025-07-28T12:00", encoding="ascii")
    monkeypatch.setenv("LK_NOW_FILE", str(now_file))
    settings.cache_clear()
    assert Step.DELIVER in {each.step for each in month(small_town)}
    assert doubt(small_town) is None

    now_file.unlink()
    assert month(small_town) == []
    assert doubt(small_town) is not None
    monkeypatch.undo()
    settings.cache_clear()


def test_a_jump_in_the_middle_of_a_step_undoes_the_chunk_under_way(town: Town, machine: Machine) -> None:
    async def jumps_midway() -> None:
        held = await claim(JULY, Step.BILL)
        assert held is not None
        machine.is_set(days=40)
        with pytest.raises(ClockJumped):
            await billing.bill(held)

    machine.lives(days=6)
    town.database.run(jumps_midway())

    assert town.bills(PETROV) == []


def test_only_an_operator_answers_and_only_once(small_town: Town, machine: Machine) -> None:
    olga, alla = operator(small_town), operator(small_town, "support")
    machine.is_set(days=2)
    month(small_town)
    found = doubt(small_town)
    assert found is not None
    looking = Actor(olga.user_id, agent_id=olga.agent_id, impersonation_id=1)
    for nobody in (Actor(olga.user_id), alla, looking):
        with pytest.raises(Refused, match="not_an_operator"):
            trusts(small_town, nobody)
    small_town.database.run(disable_agent("operator-one"))
    with pytest.raises(Refused, match="not_an_operator"):
        trusts(small_town, olga)
    assert month(small_town) == []

    oleg = operator(small_town, "admin")
    trusts(small_town, oleg)
    with pytest.raises(Refused, match="no_doubt"):
        small_town.database.run(trust_clock(found.id, oleg))


def test_the_heartbeat_goes_on_by_the_right_time_and_no_answer_makes_a_jump_an_outage(
    small_town: Town, machine: Machine
) -> None:
    """The window's last day lies within the jump; residents lost nothing of it."""
    olga, run = operator(small_town), small_town.database.run
    run(keep_beating())
    machine.is_set(days=40)
    month(small_town)
    machine.lives(minutes=1)
    run(keep_beating())
    assert run(last_beat()) == moscow("2025-07-20T12:01").astimezone(UTC)

    machine.lives(hours=2)
    run(beat())
    trusts(small_town, olga)
    month(small_town)
    machine.lives(minutes=1)
    run(keep_beating())

    assert run(last_beat()) == clock.now()
    assert small_town.database.rows("SELECT * FROM extensions") == []


def test_a_start_in_doubt_takes_no_jump_for_an_outage(small_town: Town, machine: Machine) -> None:
    small_town.database.run(beat())
    machine.is_set(days=5, hours=6)
    month(small_town)
    machine.restarts_lk()
    small_town.database.run(note_outage())
    assert small_town.database.rows("SELECT * FROM extensions") == []


def test_a_process_that_was_frozen_over_the_windows_end_gives_its_days_back(small_town: Town, machine: Machine) -> None:
    machine.lives(days=5, hours=2)
    small_town.database.run(keep_beating())
    machine.lives(hours=4)
    small_town.database.run(keep_beating())
    assert [each["days"] for each in small_town.database.rows("SELECT days FROM extensions")] == [1]
    assert doubt(small_town) is None


def test_work_by_the_clock_waits_and_is_undone_where_the_clock_jumps_under_it(
    sqlite_database: Database, machine: Machine
) -> None:
    done: list[datetime] = []

    async def work() -> int:
        done.append(clock.now())
        watching.refuse_if_jumped()
        return len(done)

    async def tick() -> int | None:
        return await by_clock(work)()

    assert sqlite_database.run(tick()) == 1
    machine.is_set(days=1)
    assert sqlite_database.run(tick()) is None
    assert len(done) == 1
    machine.is_set(days=-1)
    assert sqlite_database.run(tick()) == 2
