"""An older copy of the database is put back after the charges: the acquirer is asked before anything is charged."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from lk import clock, db
from lk.autopay.charging import charge_due
from lk.cycle.outages import beat, note_outage
from tests.faults.conftest import Place, counted
from tests.faults.town import MORNING, Town, check_books, live_on, paid
from tests.postgres import _on_server, create_database, drop_database


class Copy:
    """A copy of the database from before the charges, and the way back to it."""

    def __init__(self, place: Place, server_url: str, folder: Path) -> None:
        self.place, self.server_url, self.folder = place, server_url, folder
        db.run(_nothing())
        if place.is_sqlite:
            shutil.copy(place.url.removeprefix("sqlite:///"), folder / "copy.sqlite3")
        else:
            self.url = create_database(server_url, place.url)

    def put_back(self) -> None:
        if self.place.is_sqlite:
            path = self.place.url.removeprefix("sqlite:///")
            for ending in ("-wal", "-shm"):
                Path(path + ending).unlink(missing_ok=True)
            shutil.copy(self.folder / "copy.sqlite3", path)
            db.use(db.SqliteEngine(Path(path)))
        else:
            drop_database(self.place.url)
            _rename(self.server_url, self.url, self.place.url)
            db.use(db.PostgresEngine(self.place.url))


async def _nothing() -> None:
    """Whatever was open is closed at the end."""


def _rename(server_url: str, source: str, target: str) -> None:
    names = [url.rpartition("/")[2] for url in (source, target)]
    _on_server(server_url, f'ALTER DATABASE "{names[0]}" RENAME TO "{names[1]}"')


@pytest.mark.parametrize("is_forgetful", [False, True])
def test_a_copy_of_six_hours_ago_put_back_charges_nobody_again(
    place: Place, town_of: Callable[[int], Town], request: pytest.FixtureRequest, tmp_path: Path, is_forgetful: bool
) -> None:
    town = town_of(counted(300, 25))
    with clock.fixed_at(MORNING - timedelta(minutes=5)):
        db.run(beat())
    server = "" if place.is_sqlite else request.getfixturevalue("postgres_server")
    copy = Copy(place, server, tmp_path)
    with clock.fixed_at(MORNING):
        assert db.run(charge_due()) == len(town.owed)
    copy.put_back()
    town.acquirer.faults(forget_keys=is_forgetful, not_idempotent=is_forgetful)
    with clock.fixed_at(MORNING + timedelta(hours=6)):
        db.run(note_outage())
    db.run(live_on(MORNING + timedelta(hours=6)))
    db.run(check_books(town))
    assert db.run(paid(town)) == len(town.owed)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_copy_put_back_and_nobody_asked_charges_twice(
    place: Place, town_of: Callable[[int], Town], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """The control: a forgetful acquirer, and the silence is not noted."""
    town = town_of(10)
    server = "" if place.is_sqlite else request.getfixturevalue("postgres_server")
    copy = Copy(place, server, tmp_path)
    with clock.fixed_at(MORNING):
        db.run(charge_due())
    copy.put_back()
    town.acquirer.faults(not_idempotent=True)
    db.run(live_on(MORNING + timedelta(hours=6)))
    with pytest.raises(AssertionError, match="charged twice"):
        db.run(check_books(town))
