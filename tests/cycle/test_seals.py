"""What staff did is sealed every night: whoever changes it afterwards is found out."""

from __future__ import annotations

from datetime import UTC, date

import pytest

from lk.history.rules import FIRST, SealedEvent, chained
from lk.history.sealing import seal_due
from tests.cycle.lived import NOW, live
from tests.cycle.planting import Breach, missed
from tests.cycle.town import Town
from tests.database import moscow


@pytest.fixture
def lived(town: Town) -> Town:
    return live(town)


ACT = "WHERE kind = 'meter_replaced' AND at < '2025-08-12 00:00:00+00:00'"
_FORGED = (
    "INSERT INTO events ({id}account_id, kind, at, actor_kind, actor_user_id, actor_agent_id, params) SELECT {value}"
    "account_id, kind, '2025-08-12 06:00:00+00:00', actor_kind, actor_user_id, actor_agent_id, params FROM events "
    + ACT
)
SEALED: dict[str, Breach] = {
    "an act that is told otherwise": ("под печатью 2025-08-11", f"UPDATE events SET params = '1' {ACT}"),
    "an act that is gone": ("действий 2, на месте 1", f"DELETE FROM events {ACT}"),
    "an act of another agent": ("под печатью 2025-08-11", f"UPDATE events SET actor_agent_id = 99 {ACT}"),
    "an act that is put in": (
        "действий 2, на месте 3",
        "UPDATE events SET id = 100000 WHERE id = 1",
        _FORGED.format(id="id, ", value="1, "),
    ),
    "an act that is put in before all": ("действий 2, на месте 3", _FORGED.format(id="id, ", value="-1, ")),
    "an act that is dated back": ("задним числом", _FORGED.format(id="", value="")),
    "a seal of other events": ("не продолжает прежнюю", "UPDATE staff_seals SET events_hash = 'x' WHERE id = 1"),
    "a seal of another chain": ("не продолжает прежнюю", "UPDATE staff_seals SET hash = 'x' WHERE id = 1"),
    "a seal that is gone": ("не продолжает прежнюю", "DELETE FROM staff_seals WHERE id = 1"),
    "the last seals that are gone": ("не запечатано", "DELETE FROM staff_seals WHERE id = 2"),
}


def test_every_planted_breach_of_what_was_sealed_is_found(lived: Town) -> None:
    assert missed(lived.database, "I14", SEALED, at=NOW) == []


def test_a_night_is_sealed_once_after_five_and_the_next_stands_on_it(lived: Town) -> None:
    assert lived.database.run(seal_due(), "2025-08-14T04:59") is None
    first = lived.database.run(seal_due(), "2025-08-14T05:00")
    assert first is not None
    assert (first.day.isoformat(), first.events) == ("2025-08-13", 0)
    assert lived.database.run(seal_due(), "2025-08-14T06:00") is None

    later = lived.database.run(seal_due(), "2025-08-20T05:00")

    assert later is not None
    assert (later.last_event_id, later.events_hash) == (first.last_event_id, first.events_hash)
    assert later.hash != first.hash
    assert lived.verified(at="2025-08-20T12:00") == {}


def test_a_day_of_staff_is_sealed_and_nothing_of_anybody_else(lived: Town) -> None:
    rows = lived.database.rows("SELECT day, events FROM staff_seals ORDER BY id")

    assert [(str(row["day"]), row["events"]) for row in rows] == [("2025-08-11", 2), ("2025-08-12", 2)]


def test_an_event_is_sealed_alike_whatever_the_zone_it_is_read_in() -> None:
    at = moscow("2025-08-12T12:00")
    event = SealedEvent(7, 1, None, "look_began", at, "agent", 2, 3, 4, '{"reason":"bill"}')

    assert event.canonical() == event._replace(at=at.astimezone(UTC)).canonical()
    assert event.canonical() == (
        b'[7,1,null,"look_began","2025-08-12T09:00:00.000000+00:00","agent",2,3,4,"{\\"reason\\":\\"bill\\"}"]\n'
    )


def test_each_word_of_a_seal_changes_its_hash() -> None:
    day = date(2025, 8, 12)
    said = (FIRST, day, 7, 2, "a")
    others = [("1" * 64, day, 7, 2, "a"), (FIRST, date(2025, 8, 13), 7, 2, "a"), (FIRST, day, 8, 2, "a")]
    others += [(FIRST, day, 7, 3, "a"), (FIRST, day, 7, 2, "b")]

    assert len({chained(*each) for each in [said, *others]}) == 6
