"""A reading without signing in: what the link of a letter opens, for how long, and nothing besides."""

from __future__ import annotations

import re

import httpx
import pytest

from lk import db
from lk.notifications.letters import _url
from lk.period import Period
from lk.readings.links import read_token, reading_link, reading_url
from tests.metering.cabinet import words
from tests.readings.household import PUBLIC_ID, Household, moscow
from tests.readings.site import Site

MARCH = Period(2026, 3)


def path(period: Period = MARCH, account: str = PUBLIC_ID) -> str:
    url = reading_url(account, period)
    return url[url.index("/reading/") :]


def send(household: Household, t1: str, t2: str, *, to: str = "", **more: str) -> httpx.Response:
    return Site(household, None).post(to or path(), meter=str(household.meter_id), t1=t1, t2=t2, **more)


def test_the_letter_and_the_paper_carry_the_same_link() -> None:
    link = reading_link(PUBLIC_ID, MARCH)

    assert _url({"path": link.path, "token_of": list(link.token_of)}) == reading_url(PUBLIC_ID, MARCH)


def test_it_shows_the_meter_and_what_was_read_before_and_nothing_else(household: Household) -> None:
    answer = Site(household, None).get(path())

    text = words(answer.text)
    assert answer.status_code == 200
    assert "Показания за март ждём с 15 марта по 25 марта" in text
    assert "День, T1 было 4 820" in text
    assert "Ночь, T2 было 2 105" in text
    assert "…678-90" in text
    for secret in ("1234567890", "12345-678-90", "12345", "Лесная", "А. Б.", "₽", "обычно", "февраль"):
        assert secret not in text, secret
    assert answer.headers["cache-control"] == "no-store"
    assert "lk_session" not in answer.headers.get("set-cookie", "")
    assert f"/accounts/{PUBLIC_ID}" not in answer.text


def test_looking_at_it_changes_nothing(household: Household) -> None:
    before = household.everything()

    for _ in range(3):
        Site(household, None).get(path())

    assert household.everything() == before


def test_a_reading_comes_by_it_and_has_a_receipt(household: Household) -> None:
    answer = send(household, "5000", "02 200")

    assert (answer.status_code, answer.headers["location"]) == (303, f"{path()}#meter-{household.meter_id}")
    (stored,) = household.readings()
    assert (stored.values, stored.source, stored.status) == ((5000, 2200), "link", "accepted")
    text = words(Site(household, None).get(path()).text)
    assert f"Показание № {stored.id} · 20 марта, 14:05" in text
    assert "₽" not in text


def test_the_resident_sees_that_it_came_by_the_link(household: Household) -> None:
    send(household, "5000", "2200")

    assert "по ссылке из письма · принято" in words(Site(household).get(Site(household).readings).text)
    history = words(Site(household).get(f"/accounts/{PUBLIC_ID}/history").text)
    assert "Показания за март" in history
    assert "по ссылке из письма" in history


def test_a_doubt_is_asked_about_without_telling_what_is_usual(household: Household) -> None:
    asked = send(household, "5500", "2200")

    text = words(asked.text)
    assert asked.status_code == 422
    assert "Расход 680 кВт·ч — намного больше обычного." in text
    assert not re.search(r"около|\b180\b", text)
    assert household.readings() == []

    confirmed = re.search(r'name="confirmed" value="([^"]+)"', asked.text)
    assert confirmed
    assert send(household, "5500", "2200", confirmed=confirmed[1]).status_code == 303


def test_what_cannot_be_read_stays_typed_beside_its_error(household: Household) -> None:
    answer = send(household, "5000,7", "2200")

    assert answer.status_code == 422
    assert "Цифры после запятой не нужны. Оставьте 5 000" in words(answer.text)
    assert 'value="5000,7"' in answer.text


def test_a_lower_reading_waits_for_a_person_and_the_reason_is_told(household: Household) -> None:
    send(household, "4800", "2200")

    assert [each.status for each in household.readings()] == ["held"]
    assert "Показание сохранено и ждёт проверки" in words(Site(household, None).get(path()).text)


def test_what_was_sent_in_the_cabinet_is_not_told(household: Household) -> None:
    household.send(4999, 2199)

    text = words(Site(household, None).get(path()).text)

    assert "Показание за март уже есть" in text
    assert "4 999" not in text
    assert "2199" not in text


@pytest.mark.parametrize(
    ("at", "status"),
    [
        ("2026-02-25T23:59:59", 410),
        ("2026-02-26T00:00", 200),
        ("2026-03-25T23:59:59", 200),
        ("2026-03-26T00:00", 410),
        ("2026-06-20T12:00", 410),
    ],
)
def test_it_works_while_a_reading_of_now_counts_for_its_month(household: Household, at: str, status: int) -> None:
    household.now = moscow(at)

    assert Site(household, None).get(path()).status_code == status
    sent = send(household, "4900", "2150")
    assert sent.status_code == (303 if status == 200 else 410)
    assert len(household.readings()) == (1 if status == 200 else 0)
    assert household.readings("2026-04") == household.readings("2026-07") == []


def test_it_is_over_once_its_month_is_billed(household: Household) -> None:
    household.billed("2026-03")

    answer = Site(household, None).get(path())

    assert answer.status_code == 410
    assert "только для показаний за март 2026" in words(answer.text)
    assert 'href="/sign-in"' in answer.text
    assert send(household, "5000", "2200").status_code == 410
    assert household.readings("2026-04") == []


@pytest.mark.parametrize(
    "token",
    ["", "x", "quietlamp234-202603-", "quietlamp234-202613-abc", "quietlamp234-000000-abc", "я-202603-abc", "a" * 5000],
)
def test_what_lk_did_not_sign_opens_nothing(household: Household, token: str) -> None:
    assert read_token(token) is None
    if token:
        assert Site(household, None).get(f"/reading/{token}").status_code == 410
        assert send(household, "5000", "2200", to=f"/reading/{token}").status_code == 410
    assert household.readings() == []


def test_the_mark_holds_for_its_own_month_and_account_only(household: Household) -> None:
    march, april = path().rpartition("/")[2], path(MARCH.next).rpartition("/")[2]

    assert read_token(march.replace("202603", "202604")) is None
    assert read_token(april.replace("202604", "202603")) is None
    assert read_token(march.replace(PUBLIC_ID, "quietlamp235")) is None
    assert read_token(march[:-1] + ("a" if march[-1] != "a" else "b")) is None


def test_a_meter_of_another_account_is_not_found(household: Household) -> None:
    answer = Site(household, None).post(path(), meter=str(household.meter_id + 1), t1="5000", t2="2200")

    assert answer.status_code == 404


def test_thirty_readings_an_hour_are_enough_for_any_household(household: Household) -> None:
    for at in range(30):
        assert send(household, str(5000 + at), "2200").status_code == 303

    refused = send(household, "5100", "2200")

    assert refused.status_code == 422
    assert "Показаний подряд слишком много" in words(refused.text)
    household.now = moscow("2026-03-20T15:06")
    assert send(household, "5100", "2200").status_code == 303


def test_a_closed_account_takes_no_reading(household: Household) -> None:
    async def closed() -> None:
        async with db.write():
            await db.execute("UPDATE accounts SET closed_on = {}", moscow("2026-03-19T00:00").date())

    db.run(closed())

    assert Site(household, None).get(path()).status_code == 410
