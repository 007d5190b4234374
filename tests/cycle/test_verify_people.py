"""`lk verify` on letters, readings, registrations and what staff did: every planted breach is found."""

from __future__ import annotations

import pytest

from lk.cycle.outages import beat
from tests.cycle.lived import NOW, live
from tests.cycle.planting import Breach, looked, missed
from tests.cycle.town import Town


@pytest.fixture
def lived(town: Town) -> Town:
    return live(town)


LETTER = "WHERE id = (SELECT min(id) FROM messages)"
LETTERS: dict[str, Breach] = {
    "a letter claimed by a sender that died": (
        "взято в отправку и брошено",
        f"UPDATE messages SET status = 'sending', sent_at = NULL, next_at = '2025-08-27 08:00:00+00:00' {LETTER}",
    ),
    "a letter that waits longer than its tries": (
        "не ушло и не признано",
        f"UPDATE messages SET status = 'queued', sent_at = NULL, created_at = '2025-08-24 08:00:00+00:00' {LETTER}",
    ),
    "a letter that went nobody knows when": ("неизвестно когда", f"UPDATE messages SET sent_at = NULL {LETTER}"),
    "a letter that is dead nobody knows why": (
        "неизвестно почему",
        f"UPDATE messages SET status = 'dead', sent_at = NULL, last_error = '' {LETTER}",
    ),
    "a letter that is nowhere": ("ни в очереди", f"UPDATE messages SET status = 'lost', sent_at = NULL {LETTER}"),
    "two letters with one id": (
        "под одним Message-ID два письма",
        "CREATE TABLE copied AS SELECT * FROM messages",
        "DROP TABLE messages",
        "ALTER TABLE copied RENAME TO messages",
        "INSERT INTO messages SELECT * FROM messages",
    ),
}


def test_every_planted_breach_of_letters_is_found(lived: Town) -> None:
    assert missed(lived.database, "I7", LETTERS, at=NOW) == []


def test_a_letter_is_not_late_while_lk_itself_is_down(lived: Town) -> None:
    lived.database.change(
        f"UPDATE messages SET status = 'queued', sent_at = NULL, created_at = '2025-08-28 08:00:00+00:00' {LETTER}"
    )

    assert lived.verified(at="2025-09-20T12:00") == {}
    lived.database.run(beat(), "2025-09-20T12:00")
    assert list(lived.verified(at="2025-09-20T12:00")) == ["I7"]


JULY, AUGUST = "period = 202507 AND kind = 'regular'", "period = 202508 AND kind = 'regular'"
READINGS: dict[str, Breach] = {
    "a reading of after the window counts for it": (
        "засчитано за 2025-08, а пришло за 2025-09",
        f"UPDATE readings SET received_at = '2025-08-25 21:00:00+00:00' WHERE {AUGUST} AND source = 'resident'",
    ),
    "a reading counts for a month too late": (
        "засчитано за 2025-10",
        f"UPDATE readings SET period = 202510 WHERE {AUGUST}",
    ),
    "an agent's reading counts by the day it came": (
        "засчитано за 2025-09, а пришло за 2025-08",
        "UPDATE readings SET taken_on = '2025-08-25', received_at = '2025-08-25 20:00:00+00:00' WHERE period = 202509",
    ),
    "a reading counts for a month that was billed": (
        "счёт за который уже был",
        f"UPDATE readings SET received_at = '2025-08-27 21:00:00+00:00' WHERE {AUGUST}",
    ),
}


def test_every_planted_breach_of_windows_is_found(lived: Town) -> None:
    assert missed(lived.database, "I10", READINGS, at=NOW) == []


CARRIED = (
    f"UPDATE readings SET received_at = '2025-08-25 21:00:00+00:00' WHERE {AUGUST} AND source = 'resident'",
    "INSERT INTO carried_readings (account_id, key, reading_id, taken_at) SELECT account_id, 'key', id, "
    f"'2025-08-25 20:59:00+00:00' FROM readings WHERE {AUGUST} AND source = 'resident'",
)


def test_a_reading_that_a_phone_carried_counts_by_the_day_it_was_taken(lived: Town) -> None:
    by_arrival = "UPDATE carried_readings SET taken_at = NULL"
    too_late = f"UPDATE readings SET taken_on = '2025-08-26' WHERE {AUGUST} AND source = 'resident'"
    found = [lived.database.run(looked("I10", each), NOW).breaches for each in (CARRIED, (*CARRIED, by_arrival))]
    found.append(lived.database.run(looked("I10", (*CARRIED, too_late)), NOW).breaches)
    assert [len(each) for each in found] == [0, 1, 1]


OPENED, ENDED = "WHERE browser_hash = 'opened'", "WHERE browser_hash = 'ended'"
REGISTRATIONS: dict[str, Breach] = {
    "one that lives after its time": ("время вышло", f"UPDATE registrations SET finished_at = NULL {ENDED}"),
    "a link that lives for a week": (
        "дольше 72 часов",
        f"UPDATE registrations SET link_ends_at = '2025-08-16 09:00:00+00:00' {OPENED}",
    ),
    "a link without an end": ("у ссылки нет конца", f"UPDATE registrations SET link_hash = 'x' {ENDED}"),
    "a cabinet without a letter": ("без ссылки из письма", f"UPDATE registrations SET link_used_at = NULL {OPENED}"),
    "a link used after its end": (
        "после её конца",
        f"UPDATE registrations SET link_used_at = '2025-08-12 09:00:01+00:00' {OPENED}",
    ),
    "a cabinet opened after its end": (
        "после её конца",
        f"UPDATE registrations SET finished_at = '2025-08-12 09:00:01+00:00' {OPENED}",
    ),
    "an ended one goes on": (
        "законченное продолжено",
        f"UPDATE registrations SET letter_sent_at = '2025-08-05 09:00:00+00:00' {ENDED}",
    ),
    "an opened one is alive": ("законченное продолжено", f"UPDATE registrations SET finished_at = NULL {OPENED}"),
    "a taken account is opened": ("занятый счёт открыт", f"UPDATE registrations SET is_taken = TRUE {OPENED}"),
    "another is alive beside the opened one": (
        "регистрация жива",
        f"UPDATE registrations SET finished_at = NULL {ENDED}",
    ),
    "one link opened two cabinets": (
        "не столько кабинетов",
        "INSERT INTO events (account_id, user_id, kind, at, actor_kind, params) SELECT account_id, user_id + 1, kind, "
        "'2025-08-10 10:00:00+00:00', actor_kind, params FROM events WHERE kind = 'cabinet_opened'",
    ),
}


def test_every_planted_breach_of_registrations_is_found(lived: Town) -> None:
    assert missed(lived.database, "I11", REGISTRATIONS, at=NOW) == []


LOOK = "WHERE kind = 'look_began'"
LOOKS: dict[str, Breach] = {
    "nobody did it": ("кто из сотрудников", "UPDATE events SET actor_agent_id = NULL WHERE kind = 'meter_replaced'"),
    "a look that names no account": ("кто и чей счёт", f"UPDATE events SET account_id = NULL {LOOK}"),
    "a look that names no agent": ("кто и чей счёт", f"UPDATE events SET actor_kind = 'resident' {LOOK}"),
    "a look at another account": ("другого сотрудника", f"UPDATE events SET account_id = account_id + 1 {LOOK}"),
    "a look of nobody": ("другого сотрудника", "DELETE FROM impersonations"),
    "a password changed in a look": ("недозволенное", f"UPDATE events SET kind = 'password_changed' {LOOK}"),
    "autopay switched off without a code": ("без кода жителя", f"UPDATE events SET kind = 'autopay_ended' {LOOK}"),
    "something done after the look": (
        "не во время взгляда",
        f"UPDATE events SET at = '2025-08-12 09:32:00+00:00' {LOOK}",
    ),
    "a look of an hour": (
        "дольше получаса",
        "UPDATE impersonations SET ends_at = '2025-08-12 10:00:00+00:00'",
    ),
    "a look without a reason": ("без причины", "UPDATE impersonations SET reason = ''"),
    "a look that nobody was told of": ("без следа в истории", f"DELETE FROM events {LOOK}"),
    "two looks at once": (
        "два взгляда сразу",
        "UPDATE impersonations SET session_id = 1, ends_at = '2025-08-12 10:00:00+00:00'",
    ),
}


def test_every_planted_breach_of_looks_is_found(lived: Town) -> None:
    assert missed(lived.database, "I13", LOOKS, at=NOW) == []
