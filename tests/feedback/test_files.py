"""Files beside a question: what is taken, what is not, and how it is given out."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from datetime import timedelta

import pytest
from PIL import Image

from lk.feedback import files as module
from lk.feedback import pdf_check
from lk.feedback.pdf_check import pdf_trouble
from lk.feedback.rules import FILES_PER_ASKER, UPLOADS_PER_ADDRESS
from lk.identity.rules import Limit
from tests.feedback.cast import ALLA, ANNA, BORIS, QUESTION, Stair
from tests.feedback.papers import HARMFUL, LOCKED, PLAIN, UNREADABLE, pdf
from tests.readings.photos import SVG, photo, photo_from_phone, pixel_bomb


@pytest.mark.parametrize("paper", PLAIN.values(), ids=PLAIN)
def test_a_pdf_that_merely_shows_is_taken(paper: bytes) -> None:
    assert pdf_trouble(paper) is None


@pytest.mark.parametrize("paper", HARMFUL.values(), ids=HARMFUL)
def test_a_pdf_that_does_more_is_not(paper: bytes) -> None:
    assert pdf_trouble(paper) == "pdf_active"


@pytest.mark.parametrize("paper", UNREADABLE.values(), ids=UNREADABLE)
def test_a_pdf_that_cannot_be_looked_through_is_not(paper: bytes) -> None:
    assert len(paper) < 100_000
    assert pdf_trouble(paper) == "pdf_unreadable"


def test_a_bomb_is_never_unpacked_further_than_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_check, "LARGEST_UNPACKED", 2**20)
    bomb = UNREADABLE["a bomb in an object stream"]
    tracemalloc.start()
    try:
        assert pdf_trouble(bomb) == "pdf_unreadable"
        assert tracemalloc.get_traced_memory()[1] < 4 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("before", [0, 1, 5, 12, 16, 17])
def test_a_script_is_found_wherever_it_stands(before: int) -> None:
    """So many of its letters stand in one piece that is looked through, the others in the next."""
    script = HARMFUL["a script by another spelling"]
    padding = b"x" * (2**16 - before - script.index(b"/J#61"))
    assert pdf_trouble(script[:9] + padding + script[9:]) == "pdf_active"


def test_a_locked_or_a_broken_pdf_is_not() -> None:
    assert pdf_trouble(LOCKED) == "pdf_locked"
    assert pdf_trouble(b"%PDF-1.7\n") == "pdf_broken"
    assert pdf_trouble(b"<script>" + pdf()) == "pdf_broken"


def zip_bomb() -> bytes:
    packet = io.BytesIO()
    with zipfile.ZipFile(packet, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../etc/passwd", b"\0" * 10_000_000)
    return packet.getvalue()


REFUSED = {
    "a page with a script": (b"<html><script>alert(1)</script></html>", "не фото и не PDF"),
    "a drawing with a script": (SVG, "не фото и не PDF"),
    "a zip bomb": (zip_bomb(), "не фото и не PDF"),
    "a pixel bomb": (pixel_bomb(), "больше 40 мегапикселей"),
    "an animation": (photo(20, 20, "GIF"), "не фото и не PDF"),
    "half a photo": (photo(800, 600)[:3000], "повреждён"),
    "a script in a PDF": (HARMFUL["a script"], "программа, форма или вложение"),
    "a photo of an iPhone": (b"\0\0\0\x18ftypheic" + b"\0" * 20, "в формате HEIC"),
    "too much": (b"\xff\xd8\xff" + b"\0" * module.LARGEST_FILE, "больше 10 МБ"),
}


def test_what_is_no_photo_and_no_page_is_refused_kindly_and_the_text_stays(stair: Stair) -> None:
    anna = stair.sits(ANNA)
    for name, (content, why) in REFUSED.items():
        for called in ("../../etc/passwd", "schet.pdf"):
            assert anna.ask(QUESTION, files=[content], name=called) == 422, name
            assert why in anna.text, name
            assert "Счёт вырос вдвое.\nПочему?" in anna.page.replace("&#13;", ""), name
            assert "выберите их ещё раз" in anna.text
            assert "passwd" not in anna.page
    assert stair.rows("SELECT id FROM questions") == []
    assert stair.rows("SELECT id FROM question_files") == []


def test_a_photo_is_kept_without_its_secrets_and_a_paper_as_it_came(stair: Stair) -> None:
    anna = stair.sits(ANNA)
    assert anna.ask(QUESTION, files=[photo_from_phone(), PLAIN["a page"]], name="../../svet.php") == 303
    rows = stair.rows("SELECT kind, size, content FROM question_files ORDER BY id")

    assert [row["kind"] for row in rows] == ["jpeg", "pdf"]
    assert bytes(rows[1]["content"]) == PLAIN["a page"]
    picture = bytes(rows[0]["content"])
    assert rows[0]["size"] == len(picture)
    assert b"Telefon Mashi" not in picture
    assert b"u nas doma" not in picture
    image = Image.open(io.BytesIO(picture))
    assert max(image.size) == 1600
    assert not image.getexif()
    assert "svet" not in anna.page
    assert "PDF, 1 КБ" in anna.text


@pytest.mark.parametrize("who", [ANNA, ALLA])
def test_a_file_is_saved_and_never_shown_as_a_page(stair: Stair, who: str) -> None:
    stair.sits(ANNA).ask(QUESTION, files=[photo(60, 40), PLAIN["a page"]])
    reader = stair.sits(who)
    reader.get(f"/{'help' if who == ANNA else 'support'}/questions/{stair.question()}")
    paths = reader.files()
    assert len(paths) == 2
    for path, kind, ending in zip(paths, ("image/jpeg", "application/pdf"), ("jpg", "pdf"), strict=True):
        answer = reader.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == kind
        assert answer.headers["content-disposition"].startswith('attachment; filename="vopros-')
        assert answer.headers["content-disposition"].endswith(f'.{ending}"')
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
        assert answer.headers["cache-control"] == "no-store"


def test_nobody_else_finds_the_file_not_even_under_a_question_of_their_own(stair: Stair) -> None:
    stair.sits(ANNA).ask(QUESTION, files=[photo(60, 40)])
    file_id, hers = stair.one("SELECT id FROM question_files"), stair.question()
    boris = stair.sits(BORIS)
    boris.ask({**QUESTION, "account": ""})
    for question in (hers, stair.question()):
        assert boris.get(f"/help/questions/{question}/files/{file_id}").status_code == 404
    for odd in ("0", "x", "-1", "9" * 40, "1%00"):
        assert boris.get(f"/help/questions/{stair.question()}/files/{odd}").status_code == 404


def test_a_file_beside_a_note_is_for_staff(stair: Stair) -> None:
    anna, alla = stair.sits(ANNA), stair.sits(ALLA)
    anna.ask(QUESTION, files=[photo(60, 40)])
    stair.change("UPDATE question_messages SET author = 'note', agent_id = {}", stair.agents[ALLA])
    anna.get(f"/help/questions/{stair.question()}")
    assert anna.files() == []
    path = f"questions/{stair.question()}/files/{stair.one('SELECT id FROM question_files')}"
    assert anna.get(f"/help/{path}").status_code == 404
    assert alla.get(f"/support/{path}").status_code == 200


def test_five_files_of_twenty_megabytes_together(stair: Stair, monkeypatch: pytest.MonkeyPatch) -> None:
    anna, small = stair.sits(ANNA), photo(20, 20)
    assert anna.ask(QUESTION, files=[small] * 6) == 422
    assert "Файлов больше 5" in anna.text
    monkeypatch.setattr(module, "LARGEST_TOGETHER", 2 * len(small))
    assert anna.ask(QUESTION, files=[small] * 3) == 422
    assert "Вместе файлы больше" in anna.text
    assert anna.ask(QUESTION, files=[small] * 2) == 303


def test_what_is_far_too_large_is_cut_off_with_a_sentence(stair: Stair) -> None:
    anna = stair.sits(ANNA)
    assert anna.ask(QUESTION, files=[b"\xff\xd8\xff" + b"\0" * (31 * 2**20)]) == 413
    assert "Файлы слишком большие" in anna.text


def test_files_are_counted_a_day_and_looked_through_so_often_an_hour(
    stair: Stair, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Limit(20, timedelta(days=1)) == FILES_PER_ASKER
    assert Limit(60, timedelta(hours=1)) == UPLOADS_PER_ADDRESS
    monkeypatch.setattr(module, "FILES_PER_ASKER", Limit(2, timedelta(days=1)))
    anna, small = stair.sits(ANNA), photo(20, 20)
    assert anna.ask(QUESTION, files=[small] * 2) == 303
    assert anna.ask(QUESTION, files=[small]) == 422
    assert "Сегодня файлов уже много" in anna.text
    assert len(stair.rows("SELECT id FROM questions")) == 1
    stair.later(days=1, minutes=1)
    monkeypatch.setattr(module, "UPLOADS_PER_ADDRESS", Limit(1, timedelta(hours=1)))
    assert anna.ask(QUESTION, files=[b"x"]) == 422
    assert anna.ask(QUESTION, files=[small]) == 422
    assert anna.ask(QUESTION) == 303
