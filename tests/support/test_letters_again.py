"""A letter goes out once more from the desk: to whoever it belongs to now, never with a secret in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from lk import clock, db
from lk.notifications.actions import Link, queue
from tests.metering.cabinet import Cabinet, agent, look, words
from tests.readings.household import Household, sqlite_household

BILL = {"period": "2026-02", "account_number": "1234567890", "total_kopecks": 100}


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    yield sqlite_household(tmp_path)
    db.use(None)


@pytest.fixture
def desk(household: Household) -> Cabinet:
    return agent(household, "support")


def sent(
    household: Household,
    kind: str = "bill_ready",
    to: str = "holder@example.org",
    link: Link | None = None,
    who: str | None = "holder",
    of_account: bool = True,
    status: str = "sent",
) -> int:
    """A letter that went out an hour ago."""

    async def queued() -> int:
        account = await household.account()
        async with db.write():
            await queue(
                kind,
                to,
                key=f"{kind}:{to}",
                account_id=account.id if of_account else None,
                user_id=household.users[who] if who else None,
                link=link or Link(f"/accounts/{account.public_id}/bills/2026-02"),
                **BILL,
            )
            await db.execute(
                "UPDATE messages SET status = {}, sent_at = {}, created_at = {}",
                *(status, household.now - timedelta(hours=1), household.now - timedelta(hours=1)),
            )
            return int((await db.read("SELECT max(id) AS id FROM messages"))[0]["id"])

    with clock.fixed_at(household.now):
        return db.run(queued())


def again(desk: Cabinet, letter_id: int) -> httpx.Response:
    return desk.post(f"/support/accounts/{desk.household.public_id}/letters/{letter_id}/again")


def letters() -> list[dict[str, Any]]:
    return db.run(db.read("SELECT kind, to_address, params, status FROM messages ORDER BY id"))


def test_the_same_letter_goes_to_the_same_reader_and_the_resident_sees_it(household: Household, desk: Cabinet) -> None:
    letter = sent(household)
    assert f"/letters/{letter}/again" in desk.get(f"/support/accounts/{household.public_id}").text

    answer = again(desk, letter)

    assert answer.headers["location"].endswith("?done=letter")
    first, second = letters()
    assert (second["kind"], second["to_address"], second["status"]) == ("bill_ready", "holder@example.org", "queued")
    assert json.loads(second["params"]) == json.loads(first["params"])
    history = Cabinet(household).text(f"/accounts/{household.public_id}/history")
    assert "Письмо отправлено ещё раз" in history
    assert "сотрудник А-support" in history


def test_pressed_twice_it_goes_once(household: Household, desk: Cabinet) -> None:
    letter = sent(household)
    again(desk, letter)
    refused = again(desk, letter)
    assert refused.status_code == 422
    assert "Такое письмо только что отправлено." in words(refused.text)
    assert len(letters()) == 2


def test_after_a_change_of_address_it_goes_to_the_new_one(household: Household, desk: Cabinet) -> None:
    letter = sent(household, to="old@example.org")
    again(desk, letter)
    assert letters()[-1]["to_address"] == "holder@example.org"


@pytest.mark.parametrize(
    ("kind", "link"),
    [
        ("first_sign_in", Link("/register/first-sign-in/{token}", ("x", 1))),
        ("invitation", Link("/invitation/{token}", ("x", 1))),
        ("release_asked", Link("/release/{token}", ("x", 1))),
        ("email_change_new", Link("/email-change/{token}", ("x", 1))),
        ("readings_wanted", Link("/reading/a-1-{token}", ("x", 1))),
        ("payment_due", None),
        ("autopay_notice", None),
    ],
)
def test_one_with_a_secret_or_of_a_day_that_is_over_does_not(
    household: Household, desk: Cabinet, kind: str, link: Link | None
) -> None:
    letter = sent(household, kind, link=link)
    assert "again" not in desk.get(f"/support/accounts/{household.public_id}").text
    refused = again(desk, letter)
    assert refused.status_code == 422
    assert "Это письмо второй раз не отправить" in words(refused.text)
    assert len(letters()) == 1


def test_a_reset_goes_with_a_new_link(household: Household, desk: Cabinet) -> None:
    letter = sent(household, "password_reset", link=Link("/password-reset/{token}", ("old", 1)), of_account=False)
    assert again(desk, letter).status_code == 303
    old, new = (json.loads(each["params"])["link"]["token_of"] for each in letters())
    assert old != new


@pytest.mark.parametrize(
    "changed",
    [
        "UPDATE accesses SET ended_at = '2026-03-19 00:00:00+00:00' WHERE role = 'holder'",
        "UPDATE accounts SET seen_from = '2026-03-20 10:30:00+00:00'",
    ],
)
def test_what_went_to_whoever_was_there_before_goes_to_nobody(
    household: Household, desk: Cabinet, changed: str
) -> None:
    letter = sent(household)

    async def done() -> None:
        async with db.write():
            await db.execute(changed)

    db.run(done())
    refused = again(desk, letter)
    assert refused.status_code == 422
    assert "у кого больше нет доступа" in words(refused.text)
    assert len(letters()) == 1


def test_a_letter_of_nobodys_account_or_another_users_is_not_there(household: Household, desk: Cabinet) -> None:
    strangers = sent(household, to="stranger@example.org", who="stranger", of_account=False)
    assert "Такого письма нет." in words(again(desk, strangers).text)
    assert "Такого письма нет." in words(again(desk, 999).text)
    assert len(letters()) == 1


def test_ten_a_day_are_enough(household: Household, desk: Cabinet) -> None:
    letter = sent(household)
    for _ in range(10):
        assert again(desk, letter).status_code == 303
        household.now += timedelta(minutes=6)

        async def gone() -> None:
            async with db.write():
                await db.execute("UPDATE messages SET status = 'sent'")
                await db.execute("UPDATE sessions SET ends_at = {}", clock.parse_instant("2027-01-01T00:00"))

        db.run(gone())
    assert "уже десять раз" in words(again(desk, letter).text)


def test_neither_a_resident_nor_an_agent_who_looks_may(household: Household, desk: Cabinet) -> None:
    letter = sent(household)
    assert again(Cabinet(household), letter).status_code == 403
    look(desk)
    assert again(desk, letter).status_code == 403
    assert [each["kind"] for each in letters()] == ["bill_ready", "look_began"]
