"""The receipt of a reading and the photo beside it: who sees them, and what becomes of a file."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image

from lk import db
from tests.metering.cabinet import agent, words
from tests.readings.household import Household, moscow
from tests.readings.photos import SVG, photo, photo_from_phone, pixel_bomb
from tests.readings.site import Site

HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 500


@pytest.fixture
def household(sqlite: Household) -> Household:
    return sqlite


def receipt_of(household: Household, *values: int) -> str:
    return f"{Site(household).readings}/{household.send(*values).id}"


def photos(household: Household) -> int:
    return len(db.run(db.read("SELECT id FROM reading_photos")))


def test_it_proves_the_reading_to_the_second(household: Household) -> None:
    household.now = moscow("2026-03-20T14:05:07")
    path = receipt_of(household, 5000, 2200)
    number = path.rpartition("/")[2]

    text = words(Site(household).get(path).text)

    for proof in (
        f"Номер показания {number}",
        "Получено 20 марта 2026, 14:05:07",
        "Счётчик № 14195368",
        "День, T1 5 000",
        "Ночь, T2 2 200",
        "Для счёта за март 2026",
        "Кто передал вы",
        "принято",
    ):
        assert proof in text
    assert f'href="{path}"' in Site(household).get(Site(household).readings).text


def test_a_held_one_says_why_and_asks_for_a_photo(household: Household) -> None:
    path = receipt_of(household, 4800, 2200)

    for page in (path, Site(household).readings):
        answer = Site(household).get(page).text
        assert "День, T1: меньше прошлого показания: было 4 820." in words(answer)
        assert f'action="{path}/photo"' in answer
        assert 'enctype="multipart/form-data"' in answer


def test_nobody_else_sees_it_and_an_agent_who_looks_adds_nothing(household: Household) -> None:
    path = receipt_of(household, 4800, 2200)
    Site(household).upload(f"{path}/photo", photo())

    assert Site(household, "helper").get(path).status_code == 200
    assert Site(household, "helper").get(f"{path}/photo").status_code == 200
    for page in (path, f"{path}/photo"):
        assert Site(household, "stranger").get(page).status_code == 404
    assert Site(household, "stranger").upload(f"{path}/photo", photo()).status_code == 404
    looking = Site(household, household.look_by_agent())
    assert looking.get(f"{path}/photo").status_code == 200
    assert "action=" + f'"{path}/photo"' not in looking.get(path).text
    assert looking.upload(f"{path}/photo", photo()).status_code == 403


@pytest.mark.parametrize("number", ["0", "999999", "-1", "1'--", "9" * 40, "%00"])
def test_a_reading_that_is_not_ones_own_is_not_there(household: Household, number: str) -> None:
    site = Site(household)

    assert site.get(f"{site.readings}/{number}").status_code == 404
    assert site.get(f"{site.readings}/{number}/photo").status_code == 404
    assert site.upload(f"{site.readings}/{number}/photo", photo()).status_code == 404


def test_another_accounts_reading_is_not_there_under_ones_own(household: Household) -> None:
    path = receipt_of(household, 4800, 2200)
    Site(household).upload(f"{path}/photo", photo())

    async def moved_to_a_neighbour() -> None:
        async with db.write():
            await db.execute(
                "INSERT INTO accounts (public_id, number, premises_id, holder_name, tariff_category, residents, "
                "power_kw, has_paper_bill, opened_on) SELECT 'otherlamp234', '1234567891', premises_id, holder_name, "
                "tariff_category, residents, power_kw, has_paper_bill, opened_on FROM accounts"
            )
            for table in ("readings", "reading_photos"):
                await db.execute(f"UPDATE {table} SET account_id = (SELECT max(id) FROM accounts)")

    db.run(moved_to_a_neighbour())

    assert Site(household).get(path).status_code == 404
    assert Site(household).get(f"{path}/photo").status_code == 404
    assert Site(household).upload(f"{path}/photo", photo()).status_code == 404


def test_nothing_from_before_the_holders_own_time_is_there(household: Household) -> None:
    path = receipt_of(household, 4800, 2200)
    Site(household).upload(f"{path}/photo", photo())

    async def released() -> None:
        async with db.write():
            await db.execute("UPDATE accounts SET seen_from = {}", household.now + timedelta(hours=1))

    db.run(released())

    assert Site(household).get(path).status_code == 404
    assert Site(household).get(f"{path}/photo").status_code == 404
    assert "ждёт проверки" not in words(Site(household).get(Site(household).readings).text)


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_a_photo_is_kept_upright_small_and_without_its_secrets(request: pytest.FixtureRequest, engine: str) -> None:
    household: Household = request.getfixturevalue(engine)
    path = receipt_of(household, 4800, 2200)
    sent = photo_from_phone()
    assert b"Telefon Mashi" in sent
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)

    answer = Site(household).upload(f"{path}/photo", sent)
    assert (answer.status_code, answer.headers["location"]) == (303, path)

    kept = Site(household).get(f"{path}/photo")
    picture = Image.open(io.BytesIO(kept.content))
    assert (picture.format, picture.size) == ("JPEG", (1200, 1600))
    assert not picture.getexif()
    for secret in (b"Exif", b"Telefon", b"u nas doma"):
        assert secret not in kept.content
    assert kept.headers["content-type"] == "image/jpeg"
    assert kept.headers["x-content-type-options"] == "nosniff"
    assert kept.headers["cache-control"] == "no-store"
    assert kept.headers["content-disposition"] == f'inline; filename="pokazanie-{path.rpartition("/")[2]}.jpg"'
    assert f'src="{path}/photo"' in Site(household).get(path).text


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_pictures_become_a_jpeg_too(household: Household, form: str) -> None:
    path = receipt_of(household, 4800, 2200)

    assert Site(household).upload(f"{path}/photo", photo(form=form), "meter.gif").status_code == 303
    assert Site(household).get(f"{path}/photo").content.startswith(b"\xff\xd8\xff")


BAD = {
    "nothing": (b"", "Выберите фото счётчика."),
    "text": (b"hello, I am a picture", "Это не фотография."),
    "a picture that is a program": (SVG, "Это не фотография."),
    "a picture that moves": (photo(form="GIF"), "Это не фотография."),
    "a page": (b"<!doctype html><script>alert(1)</script>", "Это не фотография."),
    "a head without a body": (photo()[:300], "Файл повреждён"),
    "half of one": (photo()[: len(photo()) // 2], "Файл повреждён"),
    "a bomb": (pixel_bomb(), "больше 40 мегапикселей"),
    "of a newer phone": (HEIC, "формате HEIC"),
    "more than ten megabytes": (photo() + b"\0" * 10 * 2**20, "Фото больше 10 МБ."),
}


@pytest.mark.parametrize(("content", "told"), BAD.values(), ids=BAD)
def test_what_is_no_photo_is_refused_kindly_and_nothing_is_kept(
    household: Household, content: bytes, told: str
) -> None:
    path = receipt_of(household, 4800, 2200)

    answer = Site(household).upload(f"{path}/photo", content)

    assert answer.status_code == 422
    assert told in words(answer.text)
    assert photos(household) == 0
    assert [each.status for each in household.readings()] == ["held"]


def test_what_a_file_is_called_matters_to_nobody(household: Household) -> None:
    path = receipt_of(household, 4800, 2200)

    for name in ("../../../etc/passwd", '"><script>.jpg', "фото с телефона.jpg", "a" * 3000):
        assert Site(household).upload(f"{path}/photo", photo(), name).status_code == 303
    assert photos(household) == 1
    assert "script" not in Site(household).get(f"{path}/photo").headers["content-disposition"]


def test_a_file_of_fifty_megabytes_is_cut_off_while_it_is_read(household: Household) -> None:
    path = receipt_of(household, 4800, 2200)

    answer = Site(household).upload(f"{path}/photo", b"\xff\xd8\xff" + b"\0" * 50 * 2**20)

    assert answer.status_code == 413
    assert "Фото больше 10 МБ." in words(answer.text)
    assert f'href="{path}"' in answer.text
    assert photos(household) == 0


def test_a_field_that_is_no_file_is_no_photo(household: Household) -> None:
    path = receipt_of(household, 4800, 2200)

    assert Site(household).post(f"{path}/photo", photo="meter.jpg").status_code == 422


def test_a_reading_that_was_corrected_takes_no_photo(household: Household) -> None:
    path = receipt_of(household, 5000, 2200)
    household.send(5010, 2200)

    answer = Site(household).upload(f"{path}/photo", photo())

    assert answer.status_code == 422
    assert "фото к нему больше не нужно" in words(answer.text)
    assert photos(household) == 0


def test_twenty_photos_an_hour_are_enough(household: Household) -> None:
    path = receipt_of(household, 4800, 2200)
    picture = photo(60, 40)
    for _ in range(20):
        assert Site(household).upload(f"{path}/photo", picture).status_code == 303

    assert "Снимков подряд слишком много" in words(Site(household).upload(f"{path}/photo", picture).text)


def test_the_desk_sees_the_photo_while_the_reading_waits(household: Household) -> None:
    path = receipt_of(household, 4800, 2200)
    number = path.rpartition("/")[2]
    Site(household).upload(f"{path}/photo", photo())
    desk = Site(household, agent(household, "support").who)

    assert f'src="/support/held/{number}/photo"' in desk.get("/support/held").text
    assert desk.get(f"/support/held/{number}/photo").headers["content-type"] == "image/jpeg"
    assert Site(household).get(f"/support/held/{number}/photo").status_code == 403

    desk.post(f"/support/held/{number}/acceptance")
    assert desk.get(f"/support/held/{number}/photo").status_code == 404
    assert Site(household).get(f"{path}/photo").status_code == 200
