"""An older copy of the database is put back after the charges: the acquirer is asked before anything is charged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lk import clock, db
from lk.autopay.charging import charge_due
from lk.backups.actions import back_up, restore
from lk.cycle.outages import beat, note_outage
from tests.faults.conftest import Place, counted
from tests.faults.town import MORNING, Town, check_books, live_on, paid
from tests.postgres import _on_server, drop_database


class Copy:
    """A backup from before the charges, and the way back from it."""

    def __init__(self, place: Place, server_url: str, folder: Path) -> None:
        self.place, self.server_url, self.file = place, server_url, folder / "copy.lk"
        back_up(self.file, lambda *_: None)

    def put_back(self, at: datetime) -> None:
        """Into an empty place, as `lk restore` does."""
        if self.place.is_sqlite:
            path = Path(self.place.url.removeprefix("sqlite:///"))
            for left in path.parent.glob(f"{path.name}*"):
                left.unlink()
            db.use(db.SqliteEngine(path))
        else:
            drop_database(self.place.url)
            _on_server(self.server_url, f'CREATE DATABASE "{self.place.url.rpartition("/")[2]}"')
            db.use(db.PostgresEngine(self.place.url))
        with clock.fixed_at(at):
            restore(self.file)


@pytest.fixture
def copy_of(place: Place, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Copy]:
    server = "" if place.is_sqlite else request.getfixturevalue("postgres_server")
    return lambda: Copy(place, server, tmp_path)


@pytest.mark.parametrize(("is_forgetful", "is_served"), [(False, True), (True, False)])
def test_a_copy_of_six_hours_ago_put_back_charges_nobody_again(
    town_of: Callable[[int], Town], copy_of: Callable[[], Copy], is_forgetful: bool, is_served: bool
) -> None:
    """Also where nothing is served afterwards, and the month goes on by a command alone."""
    town = town_of(counted(300, 25))
    with clock.fixed_at(MORNING - timedelta(minutes=5)):
        db.run(beat())
        copy = copy_of()
    with clock.fixed_at(MORNING):
        assert db.run(charge_due()) == len(town.owed)
    copy.put_back(MORNING + timedelta(hours=6))
    town.acquirer.faults(forget_keys=is_forgetful, not_idempotent=is_forgetful)
    if is_served:
        with clock.fixed_at(MORNING + timedelta(hours=6)):
            db.run(note_outage())
    db.run(live_on(MORNING + timedelta(hours=6)))
    db.run(check_books(town))
    assert db.run(paid(town)) == len(town.owed)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_copy_put_back_and_nobody_asked_charges_twice(
    town_of: Callable[[int], Town], copy_of: Callable[[], Copy]
) -> None:
    """The control: a forgetful acquirer, and a file copied back by hand, which marks nothing."""
    town = town_of(10)
    copy = copy_of()
    with clock.fixed_at(MORNING):
        db.run(charge_due())
    copy.put_back(MORNING + timedelta(hours=6))
    db.run(_forget_the_mark())
    town.acquirer.faults(not_idempotent=True)
    db.run(live_on(MORNING + timedelta(hours=6)))
    with pytest.raises(AssertionError, match="charged twice"):
        db.run(check_books(town))


async def _forget_the_mark() -> None:
    async with db.write():
        await db.execute("DELETE FROM settings WHERE name = 'compare_since'")
