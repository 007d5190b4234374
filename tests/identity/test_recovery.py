"""An agent whose phone is lost signs in by a recovery code, each once; on both engines."""

from __future__ import annotations

import asyncio
import json

import pyotp
import pytest

from lk import clock, db
from lk.identity.actions import sign_in
from lk.identity.agents import add_agent, disable_agent, enrol, enrolment_of, renew_agent
from lk.identity.queries import Viewer, viewer_of
from lk.identity.recovery import codes_left, enter_recovery_code, renew_codes
from lk.outcome import Refused
from lk.tokens import token_hash
from tests.onboarding.browser import TOKEN, Browser, open_cabinet
from tests.onboarding.newcomer import Newcomer

LOGIN, PASSWORD = "podderzhka", "stol u okna semnadcat"


async def _hired() -> tuple[str, list[str]]:
    token = (await add_agent(LOGIN, "support")).rpartition("/")[2]
    found = await enrolment_of(token)
    assert found is not None
    return found.secret, await enrol(token, PASSWORD, pyotp.TOTP(found.secret).at(clock.now()))


@pytest.fixture
def codes(newcomer: Newcomer) -> list[str]:
    return newcomer.at(_hired)[1]


def waiting(who: Newcomer) -> str:
    """The token of a session that waits for its second factor."""
    return who.at(sign_in, LOGIN, PASSWORD, address=who.address, device="desk").token


def enter(who: Newcomer, code: str) -> Viewer | None:
    return who.at(viewer_of, who.at(enter_recovery_code, waiting(who), code, address=who.address))


def refusal(who: Newcomer, code: str) -> str:
    with pytest.raises(Refused) as caught:
        enter(who, code)
    return caught.value.problems[0].code


def user_id(who: Newcomer) -> int:
    return int(who.rows("SELECT user_id FROM agents")[0]["user_id"])


def test_ten_are_made_and_each_opens_once(newcomer: Newcomer, codes: list[str]) -> None:
    assert len(set(codes)) == 10
    for left, code in zip(range(9, -1, -1), codes, strict=True):
        viewer = enter(newcomer, code)
        assert viewer is not None
        assert viewer.is_agent
        assert newcomer.at(codes_left, user_id(newcomer)) == left
    newcomer.later(minutes=16)
    assert refusal(newcomer, codes[0]) == "recovery_code_wrong"
    used = newcomer.rows("SELECT params FROM events WHERE kind = 'recovery_code_used' ORDER BY id")
    assert len(used) == 10
    assert json.loads(used[0]["params"]) == {"left": 9}


def test_only_hashes_of_them_are_stored(newcomer: Newcomer, codes: list[str]) -> None:
    stored = {row["code_hash"] for row in newcomer.rows("SELECT code_hash FROM recovery_codes")}

    assert stored == {token_hash(code) for code in codes}


def test_two_at_once_with_one_code_are_one(newcomer: Newcomer, codes: list[str]) -> None:
    tokens = [waiting(newcomer), waiting(newcomer)]

    async def both() -> list[object]:
        tries = [enter_recovery_code(token, codes[0], address=newcomer.address) for token in tokens]
        return list(await asyncio.gather(*tries, return_exceptions=True))

    outcomes = newcomer.at(both)

    assert sorted(isinstance(each, Refused) for each in outcomes) == [False, True]


def test_guesses_count_with_those_of_the_applications_code(newcomer: Newcomer, codes: list[str]) -> None:
    for _ in range(5):
        assert refusal(newcomer, "2" * 16) == "recovery_code_wrong"

    assert refusal(newcomer, codes[0]) == "too_many_tries"
    newcomer.later(minutes=16)
    assert enter(newcomer, codes[0]) is not None


def test_new_ones_end_the_old(newcomer: Newcomer, codes: list[str]) -> None:
    viewer = enter(newcomer, codes[0])
    assert viewer is not None
    fresh = newcomer.at(renew_codes, viewer, address=newcomer.address)

    assert refusal(newcomer, codes[1]) == "recovery_code_wrong"
    assert enter(newcomer, fresh[0]) is not None


def test_another_agents_code_opens_nothing(newcomer: Newcomer, codes: list[str]) -> None:
    newcomer.change("UPDATE recovery_codes SET user_id = {}", newcomer.at(_stranger))

    assert refusal(newcomer, codes[0]) == "recovery_code_wrong"


async def _stranger() -> int:
    await add_agent("drugoy", "support")
    return int((await db.read("SELECT max(user_id) AS id FROM agents"))[0]["id"])


@pytest.mark.parametrize("shut", [renew_agent, disable_agent])
def test_a_new_link_and_a_leaving_end_them(newcomer: Newcomer, codes: list[str], shut: object) -> None:
    assert newcomer.at(shut, LOGIN)  # type: ignore[arg-type]

    assert newcomer.rows("SELECT id FROM recovery_codes") == []


def _desk(browser: Browser) -> list[str]:
    """An agent at the code's page; the codes shown at enrolment, as they were written there."""
    who = browser.newcomer
    token = who.at(add_agent, LOGIN, "support").rpartition("/")[2]
    found = who.at(enrolment_of, token)
    assert found is not None
    browser.get(f"/enrolment/{token}")
    page = browser.post(f"/enrolment/{token}", new_password=PASSWORD, code=pyotp.TOTP(found.secret).at(who.now))
    shown = [line.strip()[4:-5] for line in page.splitlines() if line.strip().startswith("<li>")]
    assert len(shown) == 10
    browser.get(f"/enrolment/{token}")
    assert browser.status == 404
    browser.get("/sign-in")
    browser.post("/sign-in", login=LOGIN, password=PASSWORD)
    assert browser.to == "/sign-in/code"
    browser.get("/sign-in/code")
    return shown


@pytest.mark.parametrize("spoilt", [str, str.upper, lambda code: code.replace("-", " "), lambda code: f" {code}\t"])
def test_a_code_is_taken_as_it_was_copied_from_paper(browser: Browser, spoilt: object) -> None:
    code = _desk(browser)[0]

    browser.post("/sign-in/code", code=spoilt(code))  # type: ignore[operator]

    assert browser.to == "/profile/recovery-codes?used"
    page = browser.get(browser.to)
    assert "Вы вошли по запасному коду" in page
    assert "Осталось 9\u00a0кодов" in page


def test_new_ones_are_shown_once(browser: Browser) -> None:
    browser.post("/sign-in/code", code=_desk(browser)[0])
    assert TOKEN.search(browser.get("/profile/recovery-codes"))
    page = browser.post("/profile/recovery-codes")
    shown = [line.strip()[4:-5] for line in page.splitlines() if line.strip().startswith("<li>")]
    assert len(shown) == 10
    assert browser.headers["cache-control"] == "no-store"
    assert 'action="/language"' not in page

    page = browser.get("/profile/recovery-codes")
    assert not [code for code in shown if code in page]
    assert "Осталось 10" in page


def test_a_resident_has_none(browser: Browser) -> None:
    open_cabinet(browser)
    browser.get("/profile/recovery-codes")
    assert browser.status == 403
    assert "Запасные коды" not in browser.get("/profile")
