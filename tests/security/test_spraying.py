"""One guess on each of many: the breaker closes the door to strangers, and to nobody who is in."""

from __future__ import annotations

import pytest

from lk import db
from lk.identity import limits
from lk.identity.actions import sign_in
from lk.identity.queries import viewer_of
from lk.identity.rules import is_spraying
from lk.onboarding import beginning
from lk.outcome import Refused
from tests.onboarding.newcomer import LOGIN, METER, NUMBER, PASSWORD, Newcomer

PENDING = 10_000


def address(number: int) -> str:
    """Another one for every guess."""
    return f"198.{18 + number // 65536}.{number // 256 % 256}.{number % 256}"


async def _many_accounts() -> None:
    accounts = [
        (number, f"pending{number}", f"{3_000_000_000 + number}", 1, "Житель", "gas", 2, 7, False, "2020-01-01")
        for number in range(100, 100 + PENDING)
    ]
    async with db.write():
        await db.write_many(
            "INSERT INTO accounts (id, public_id, number, premises_id, holder_name, tariff_category, residents, "
            "power_kw, has_paper_bill, opened_on) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
            accounts,
        )
        await db.write_many(
            "INSERT INTO meters (account_id, serial_number, serial_key, zones, digits, ratio, installed_on) "
            "VALUES ({}, {}, {}, 1, 5, 1, '2020-01-01')",
            [(account[0], f"M{account[0]}", f"M{account[0]}") for account in accounts],
        )


async def _guess_numbers(count: int) -> list[str]:
    codes = []
    for number in range(count):
        with pytest.raises(Refused) as refusal:
            await beginning.begin(
                f"{3_000_000_100 + number}", "12345678", browser=None, user_id=None, address=address(number)
            )
        codes.append(refusal.value.problems[0].code)
    return codes


async def _begin(number: str = NUMBER, meter: str = METER, *, whence: str = "203.0.113.200") -> str:
    try:
        return await beginning.begin(number, meter, browser=None, user_id=None, address=whence)
    except Refused as refusal:
        return refusal.problems[0].code


def test_one_guess_on_each_of_ten_thousand_accounts_is_stopped_before_a_hundred(on_sqlite: Newcomer) -> None:
    resident = on_sqlite
    resident.open_cabinet()
    session = resident.sign_in().token
    resident.at(_many_accounts)

    codes = resident.at(_guess_numbers, PENDING)

    assert codes.count("numbers_wrong") < 100
    assert set(codes[100:]) == {"too_many_everywhere"}
    right = resident.at(_begin, "3000000150", "M150")
    assert right == "too_many_everywhere"
    assert resident.at(viewer_of, session) is not None
    resident.later(minutes=10, seconds=1)
    assert resident.at(_begin, "3000000150", "M150") != "too_many_everywhere"


async def _guess_passwords(count: int) -> list[str]:
    """Failures as many guesses leave them, and then one more guess."""
    async with db.write():
        for number in range(count - 1):
            await limits.note("sign_in", subject=f"nobody{number}", address=address(number))
    codes = []
    for number in (count, count + 1):
        with pytest.raises(Refused) as refusal:
            await sign_in(f"nobody{number}", "not the password", address=address(number), device="")
        codes.append(refusal.value.problems[0].code)
    return codes


def test_one_password_tried_on_every_login_is_stopped_and_a_known_device_is_not(newcomer: Newcomer) -> None:
    opened = newcomer.open_cabinet()

    assert newcomer.at(_guess_passwords, 80) == ["sign_in_wrong", "too_many_everywhere"]

    with pytest.raises(Refused, match="too_many_everywhere"):
        newcomer.sign_in(LOGIN, PASSWORD)
    from_home = newcomer.at(
        sign_in, LOGIN, PASSWORD, address=newcomer.address, device="phone", device_token=opened.device_token
    )
    assert from_home.token


def test_somebody_elses_known_device_is_not_known(newcomer: Newcomer) -> None:
    newcomer.open_cabinet()
    newcomer.browser = None
    other = newcomer.open_cabinet("petrov", "2345678901", "20304050")
    newcomer.at(_guess_passwords, 80)

    with pytest.raises(Refused, match="too_many_everywhere"):
        newcomer.at(sign_in, LOGIN, PASSWORD, address=newcomer.address, device="phone", device_token=other.device_token)


def test_ten_guesses_on_a_known_device_are_the_last(newcomer: Newcomer) -> None:
    opened = newcomer.open_cabinet()
    codes = []
    for _ in range(11):
        with pytest.raises(Refused) as refusal:
            newcomer.at(sign_in, LOGIN, "not the password", address="", device="", device_token=opened.device_token)
        codes.append(refusal.value.problems[0].code)

    assert codes == ["sign_in_wrong"] * 10 + ["too_many_tries"]


def test_a_stranger_from_a_hundred_addresses_does_not_lock_out_a_known_device(newcomer: Newcomer) -> None:
    opened = newcomer.open_cabinet()

    async def failures() -> None:
        async with db.write():
            for number in range(100):
                await limits.note("sign_in", subject=LOGIN, address=address(number))

    newcomer.at(failures)
    with pytest.raises(Refused, match="too_many_tries"):
        newcomer.sign_in()
    assert newcomer.at(
        sign_in, LOGIN, PASSWORD, address=newcomer.address, device="", device_token=opened.device_token
    ).token


def test_a_new_device_is_told_of_and_the_first_one_is_not(newcomer: Newcomer) -> None:
    opened = newcomer.open_cabinet()
    assert newcomer.letters("new_sign_in") == []
    newcomer.at(sign_in, LOGIN, PASSWORD, address="", device="", device_token=opened.device_token)
    assert newcomer.letters("new_sign_in") == []
    newcomer.sign_in()
    assert len(newcomer.letters("new_sign_in")) == 1


@pytest.mark.parametrize(
    ("failures", "successes", "is_attack"),
    [(79, 0, False), (80, 0, True), (80, 26, True), (80, 27, False), (4000, 2000, False), (4000, 1000, True)],
)
def test_failures_that_far_outnumber_those_who_get_in_are_spraying(
    failures: int, successes: int, is_attack: bool
) -> None:
    assert is_spraying(failures, successes) is is_attack
