"""A copy of own data, on both engines: what it holds, what it does not, and how long it is there."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import zipfile
from typing import Any

import pytest

from lk import clock, db
from lk.accounts.confirming import confirm
from lk.acquirer.answers import SavedCard
from lk.actor import PROGRAM, Actor
from lk.cards.settling import keep_card
from lk.cycle.retention import clean_up
from lk.outcome import Refused
from lk.period import Period
from lk.profile.consents import give_consent
from lk.profile.copies import ask_copy, copies_of, copy_file, make_waiting_copies
from lk.profile.rules import CONSENTS
from tests.onboarding.newcomer import EMAIL, METER, NUMBER, OTHER_METER, OTHER_NUMBER, PASSWORD, Newcomer
from tests.profile.lives import (
    HELPER,
    OTHER_FLAT,
    account,
    helper_comes_in,
    live_a_month,
    neighbour_moves_in,
    user_of,
)

OF_ACCOUNTS = ("accounts", "meters", "readings", "bills", "bill_lines", "payments", "refunds", "corrections")
OF_THE_PERSON = (
    "profile",
    "accesses",
    "sessions",
    "passkeys",
    "cards",
    "autopay",
    "consents",
    "letters",
    "letter_preferences",
    "questions",
    "question_messages",
    "history",
)


@pytest.fixture
def holder(newcomer: Newcomer) -> Newcomer:
    newcomer.put_on_record(EMAIL)
    newcomer.open_cabinet()
    return newcomer


def ask(who: Newcomer, user_id: int) -> None:
    who.at(ask_copy, user_id, Actor(user_id, address=who.address))


def copy_of(who: Newcomer, user_id: int) -> dict[str, bytes]:
    """File name → content, of a copy just asked for."""
    ask(who, user_id)
    assert who.at(make_waiting_copies) == 1
    return unpacked(who, user_id)


def unpacked(who: Newcomer, user_id: int) -> dict[str, bytes]:
    found = who.at(copy_file, user_id, who.at(copies_of, user_id)[0].public_id)
    assert found
    with zipfile.ZipFile(io.BytesIO(found[1])) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def data(files: dict[str, bytes]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files["data.json"])
    return found


def table(files: dict[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"{name}.csv"].decode("utf-8-sig"), newline="")))


def test_it_holds_everything_of_ones_own_as_json_and_as_tables(holder: Newcomer) -> None:
    live_a_month(holder)
    me = user_of(holder)
    holder.at(give_consent, me, "news", CONSENTS["news"].version, Actor(me, address=holder.address))
    files = copy_of(holder, me)
    own = data(files)

    assert set(own) == {"about", *OF_ACCOUNTS, *OF_THE_PERSON}
    assert set(files) == {"data.json", *(f"{name}.csv" for name in (*OF_ACCOUNTS, *OF_THE_PERSON))}
    assert own["about"]["left_out"] == []
    assert own["profile"][0]["email"] == EMAIL
    assert own["accounts"][0]["holder_name"] == "А. Б."
    assert own["meters"][0]["meter_number"] == METER
    assert (own["readings"][0]["period"], own["readings"][0]["t1"]) == ("2026-03", 4711)
    assert own["bills"][0]["total"] == own["bill_lines"][0]["amount"] == "471.10"
    assert {(each["paid_by"], each["amount"]) for each in own["payments"]} == {("card", "471.10"), ("bank", "471.11")}
    assert [(each["amount"], each["why"]) for each in own["refunds"]] == [("471.10", "Ошибка")]
    assert [(each["amount"], each["why"]) for each in own["corrections"]] == [("-471.10", "Света не было")]
    assert "Счёт за\u00a0март" in [each["title"] for each in own["history"]]
    assert own["consents"][0]["given_from"] == holder.address
    assert [each["kind"] for each in own["letters"]] == ["welcome"]
    assert own["sessions"][0]["device"] == "phone"
    for name in (*OF_ACCOUNTS, *OF_THE_PERSON):
        assert len(table(files, name)) == len(own[name]), name
    assert table(files, "bills")[0]["total"] == "471.10"


async def _cards(user_id: int, other_id: int, account_id: int) -> None:
    """One each, and a link of the first that came to nothing."""
    async with db.write():
        saved = SavedCard("method-of-mine", "4444", "Mir", Period(2034, 12))
        await keep_card(saved, user_id=user_id, account_id=account_id, key="payment:1")
        saved = SavedCard("method-of-another", "8812", "Mir", Period(2033, 1))
        await keep_card(saved, user_id=other_id, account_id=account_id, key="payment:2")
        await db.execute(
            "INSERT INTO cards (public_id, user_id, account_id, key, body, status, brand, last_four, created_at) "
            "VALUES ('refused23456', {}, {}, 'card:1', '', 'refused', '', '', {})",
            user_id,
            account_id,
            clock.now(),
        )


def test_a_linked_card_is_in_its_owners_copy_by_its_last_four_digits(holder: Newcomer) -> None:
    neighbour_moves_in(holder)
    holder.at(_cards, user_of(holder), user_of(holder, "sosed"), account(holder).id)
    files = copy_of(holder, user_of(holder))

    (card,) = data(files)["cards"]
    assert (card["brand"], card["last_four"], card["expires"]) == ("Mir", "4444", "2034-12")
    assert card["unlinked_at"] is None
    everything = b"".join(files.values()).decode()
    for mark in ("method-of", "8812"):
        assert mark not in everything, mark


async def _autopay(user_id: int, other_id: int, account_id: int) -> None:
    """One's own, and one of somebody else on the same account from before."""
    await _cards(user_id, other_id, account_id)
    async with db.write():
        for whose, kopecks in ((other_id, 777_00), (user_id, 5000_00)):
            await db.execute(
                "INSERT INTO autopays (account_id, user_id, access_id, card_id, mode, sum_kopecks, day, "
                "planned_period, begun_at, changed_at, reason, ended_at) "
                "SELECT {}, {}, (SELECT min(id) FROM accesses), c.id, 'bill', {}, 5, 202601, {}, {}, '', {} "
                "FROM cards c WHERE c.user_id = {} AND c.status = 'active'",
                account_id,
                whose,
                kopecks,
                clock.now(),
                clock.now(),
                clock.now() if whose == other_id else None,
                whose,
            )


def test_what_was_agreed_about_autopay_is_in_its_makers_copy(holder: Newcomer) -> None:
    neighbour_moves_in(holder)
    holder.at(_autopay, user_of(holder), user_of(holder, "sosed"), account(holder).id)
    (agreed,) = data(copy_of(holder, user_of(holder)))["autopay"]
    assert (agreed["mode"], agreed["limit_or_sum"], agreed["day"], agreed["card"]) == ("bill", "5000.00", 5, "4444")


def test_it_holds_no_secret(holder: Newcomer) -> None:
    me = user_of(holder)
    (user,) = holder.rows("SELECT password_hash FROM users WHERE id = {}", me)
    (session,) = holder.rows("SELECT token_hash FROM sessions WHERE user_id = {}", me)
    live_a_month(holder)
    everything = b"".join(copy_of(holder, me).values()).decode()

    for secret in (user["password_hash"], session["token_hash"], PASSWORD, "hidden", "token_of"):
        assert secret not in everything


def test_it_holds_nothing_of_anybody_else(holder: Newcomer) -> None:
    neighbour_moves_in(holder)
    holder.at(confirm, account(holder, "sosed", OTHER_FLAT).id, PROGRAM)
    live_a_month(holder)
    live_a_month(holder, OTHER_FLAT, kwh=8812, kopecks=88_120)
    everything = b"".join(copy_of(holder, user_of(holder)).values()).decode()

    for mark in (OTHER_NUMBER, OTHER_METER, "8812", "881.20", "881.21", "881,20", "sosed"):
        assert mark not in everything, mark


def test_it_holds_nothing_from_before_the_holders_own_time(holder: Newcomer) -> None:
    live_a_month(holder, period=202602, kwh=8812, kopecks=88_120)
    holder.later(days=1)
    holder.change("UPDATE accounts SET seen_from = {} WHERE number = {}", holder.now, NUMBER)
    removed_on = holder.now.date()
    holder.later(days=1)
    live_a_month(holder)
    holder.change(
        "INSERT INTO meters (account_id, serial_number, serial_key, zones, digits, ratio, installed_on, removed_on) "
        "SELECT id, 'R77', 'R77', 1, 5, 1, opened_on, {} FROM accounts WHERE number = {}",
        removed_on,
        NUMBER,
    )
    files = copy_of(holder, user_of(holder))
    everything = b"".join(files.values()).decode()

    assert [len(data(files)[name]) for name in ("readings", "bills", "bill_lines", "payments")] == [1, 1, 1, 2]
    for mark in ("8812", "881.20", "881.21", "881,20", "R77"):
        assert mark not in everything, mark


def test_a_provisional_cabinet_is_left_out_and_the_copy_says_so(newcomer: Newcomer) -> None:
    newcomer.open_cabinet()
    live_a_month(newcomer)
    me = user_of(newcomer)
    own = data(copy_of(newcomer, me))

    assert [own[name] for name in OF_ACCOUNTS] == [[]] * len(OF_ACCOUNTS)
    (left_out,) = own["about"]["left_out"]
    assert left_out["account_number"] == NUMBER
    assert "Введите код" in left_out["why"]
    assert own["profile"][0]["email"] == EMAIL
    assert {each["account_number"] for each in own["history"]} == {None}

    newcomer.at(confirm, account(newcomer).id, PROGRAM)
    newcomer.later(minutes=1)
    assert len(data(copy_of(newcomer, me))["bills"]) == 1


def test_a_helper_gets_their_own_part_and_nothing_of_the_holders(holder: Newcomer) -> None:
    helper_comes_in(holder)
    live_a_month(holder)
    files = copy_of(holder, user_of(holder, HELPER))
    own, everything = data(files), b"".join(files.values()).decode()

    assert own["profile"][0]["login"] == HELPER
    assert [own[name] for name in OF_ACCOUNTS] == [[]] * len(OF_ACCOUNTS)
    assert own["accesses"][0]["role"] == "helper"
    assert "вы помогаете" in own["about"]["left_out"][0]["why"]
    for mark in (NUMBER, METER, "4711", "471.10", "Лесная", EMAIL, "А. Б."):
        assert mark not in everything, mark


def test_a_former_holder_gets_nothing_of_the_account(holder: Newcomer) -> None:
    live_a_month(holder)
    holder.change("UPDATE accesses SET ended_at = {}", holder.now)

    own = data(copy_of(holder, user_of(holder)))
    assert [own[name] for name in OF_ACCOUNTS] == [[]] * len(OF_ACCOUNTS)
    assert {each["account_number"] for each in own["history"]} == {None}


def test_a_cell_that_a_spreadsheet_would_run_is_text_and_json_has_it_as_it_is(holder: Newcomer) -> None:
    holder.change("UPDATE accounts SET holder_name = '=1+1'")
    files = copy_of(holder, user_of(holder))

    assert table(files, "accounts")[0]["holder_name"] == "'=1+1"
    assert data(files)["accounts"][0]["holder_name"] == "=1+1"


def test_one_waits_at_a_time_and_three_are_made_a_day(holder: Newcomer) -> None:
    me = user_of(holder)
    ask(holder, me)
    ask(holder, me)
    assert len(holder.rows("SELECT id FROM data_exports")) == 1
    holder.at(make_waiting_copies)
    for _ in range(2):
        copy_of(holder, me)
    with pytest.raises(Refused, match="too_many_copies"):
        ask(holder, me)

    holder.later(days=1)
    assert copy_of(holder, me)
    assert len(holder.rows("SELECT id FROM events WHERE kind = 'export_asked'")) == 4


def test_two_clicks_at_once_ask_for_one(holder: Newcomer) -> None:
    me = user_of(holder)

    async def twice() -> None:
        await asyncio.gather(*(ask_copy(me, Actor(me)) for _ in range(2)))

    holder.at(twice)
    assert len(holder.rows("SELECT id FROM data_exports")) == 1


def test_made_by_two_at_once_it_is_stored_and_told_of_once(holder: Newcomer) -> None:
    me = user_of(holder)
    ask(holder, me)

    async def twice() -> list[int]:
        return list(await asyncio.gather(make_waiting_copies(), make_waiting_copies()))

    assert sorted(holder.at(twice)) == [0, 1]
    assert [letter["to_address"] for letter in holder.letters("export_ready")] == [EMAIL]
    assert unpacked(holder, me)
    assert holder.at(make_waiting_copies) == 0


def test_one_that_was_broken_off_is_made_by_the_next(holder: Newcomer) -> None:
    me = user_of(holder)
    ask(holder, me)

    async def killed() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(make_waiting_copies(), 0.001)

    holder.at(killed)
    assert holder.letters("export_ready") == []
    assert holder.at(make_waiting_copies) == 1
    assert unpacked(holder, me)


def test_one_that_cannot_be_made_holds_up_no_other(holder: Newcomer) -> None:
    neighbour_moves_in(holder)
    me, neighbour = user_of(holder), user_of(holder, "sosed")
    holder.change(
        "INSERT INTO events (user_id, kind, at, actor_kind, params) VALUES ({}, 'bill_issued', {}, 'program', 'odd')",
        me,
        holder.now,
    )
    ask(holder, me)
    ask(holder, neighbour)

    assert holder.at(make_waiting_copies) == 1
    assert unpacked(holder, neighbour)
    assert holder.at(copies_of, me)[0].ready_at is None


def test_it_can_be_downloaded_for_three_days(holder: Newcomer) -> None:
    me = user_of(holder)
    copy_of(holder, me)
    public_id = holder.at(copies_of, me)[0].public_id
    holder.later(days=2, hours=23)
    assert holder.at(copy_file, me, public_id)
    holder.later(hours=1)
    assert holder.at(copy_file, me, public_id) is None
    assert holder.at(copies_of, me) == []


def test_after_three_days_nothing_of_it_is_stored_and_one_that_waits_stays(holder: Newcomer) -> None:
    neighbour_moves_in(holder)
    copy_of(holder, user_of(holder))
    neighbour = user_of(holder, "sosed")
    ask(holder, neighbour)
    holder.later(days=3, minutes=1)
    holder.at(clean_up)

    assert [row["user_id"] for row in holder.rows("SELECT user_id FROM data_exports")] == [neighbour]


def test_another_users_copy_is_not_there(holder: Newcomer) -> None:
    neighbour_moves_in(holder)
    me = user_of(holder)
    copy_of(holder, me)

    assert holder.at(copy_file, user_of(holder, "sosed"), holder.at(copies_of, me)[0].public_id) is None


def test_the_letter_says_where_and_until_when_and_nothing_else(holder: Newcomer) -> None:
    copy_of(holder, user_of(holder))

    (letter,) = holder.letters("export_ready")
    assert json.loads(letter["params"]) == {
        "link": {"path": "/profile/copy", "token_of": []},
        "ends_at": "2026-03-19T11:05:00+00:00",
    }
