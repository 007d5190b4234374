"""Who guesses is stopped; who is guessed at is not, and learns as little as anybody."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest

from lk import clock, db
from lk.identity import limits
from lk.identity.actions import begin_session, choose_credentials, end_sessions, new_user, sign_in, sign_out
from lk.identity.passwords import hash_password
from lk.identity.queries import viewer_of
from lk.identity.rules import SIGN_IN_PER_ADDRESS, is_email, source_of
from lk.outcome import Refused
from tests.database import Database
from tests.household import LOGIN, PASSWORD, register
from tests.served import Served


def test_whoever_has_one_address_of_a_subnet_has_all_of_them() -> None:
    assert source_of("2001:db8:1:2::7") == source_of("2001:db8:1:2:ffff:ffff:ffff:ffff") == "2001:db8:1:2::"
    assert source_of("2001:db8:1:3::7") != source_of("2001:db8:1:2::7")
    assert source_of("::ffff:203.0.113.5") == source_of("203.0.113.5") == "203.0.113.5"
    assert source_of("203.0.113.6") != source_of("203.0.113.5")
    assert source_of("testclient") == "testclient"


async def _tries_from_a_subnet() -> str:
    tries = SIGN_IN_PER_ADDRESS.tries
    async with db.write():
        for number in range(tries):
            await limits.note("sign_in", subject=f"login{number}", address=f"2001:db8::{number + 1:x}")
    with pytest.raises(Refused) as refusal:
        await sign_in("another", "wrong wrong wrong", address="2001:db8::ffff:1", device="")
    return refusal.value.problems[0].code


def test_fifty_tries_from_a_subnet_stop_its_next_address(database: Database) -> None:
    assert database.run(_tries_from_a_subnet()) == "too_many_tries"


async def _seen_after_the_end(all_at_once: bool) -> object:
    async with db.write():
        user_id = await new_user("a@example.org")
        await choose_credentials(user_id, "a", await hash_password(PASSWORD))
        tokens = [await begin_session(user_id, address="", device="") for _ in range(2)]
    assert await viewer_of(tokens[0])
    if all_at_once:
        async with db.write():
            await end_sessions(user_id)
    else:
        for token in tokens:
            await sign_out(token)
    with clock.fixed_at(clock.now() - timedelta(hours=1)):
        return [await viewer_of(token) for token in tokens]


@pytest.mark.parametrize("all_at_once", [True, False])
def test_a_clock_set_back_revives_no_session_that_was_ended(database: Database, all_at_once: bool) -> None:
    assert database.run(_seen_after_the_end(all_at_once)) == [None, None]


def test_an_address_is_no_header(lk: Served) -> None:
    assert not is_email("=?utf-8?q?a=40evil.example?=@example.org")
    assert is_email("a=b?c@example.org")


def test_a_forwarded_address_from_anywhere_but_the_proxy_is_not_believed(lk: Served) -> None:
    who = lk.visitor()
    for number in range(3):
        who.http.headers["x-forwarded-for"] = f"203.0.113.{number}"
        who.get("/sign-in")
        who.post("/sign-in", login="forged", password="wrong wrong wrong")
    assert {row["address"] for row in lk.rows("SELECT address FROM attempts")} == {"127.0.0.1"}


def test_a_known_and_an_unknown_login_take_the_same_time(lk: Served) -> None:
    register(lk, lk.visitor())
    times = lk.ask(_times())
    assert 0.5 < times[LOGIN] / times["nobody"] < 2


async def _times() -> dict[str, float]:
    """The quickest of five each: noise only ever adds."""
    loop = asyncio.get_running_loop()
    quickest = {LOGIN: 9.0, "nobody": 9.0}
    for _ in range(5):
        for login in quickest:
            begun = loop.time()
            with pytest.raises(Refused):
                await sign_in(login, "wrong wrong wrong", address="198.51.100.7", device="")
            quickest[login] = min(quickest[login], loop.time() - begun)
    return quickest


def test_a_password_does_not_come_back_in_any_page(lk: Served) -> None:
    who = lk.visitor()
    who.get("/sign-in")
    page = who.post("/sign-in", login="nobody else", password="a very secret phrase")
    assert who.status == 422
    assert "a very secret phrase" not in page
    assert re.search(r'value="nobody else"', page)
