"""A question with a photo, asked on one phone and answered on another; with scripts and without."""

from __future__ import annotations

import re

from playwright.sync_api import Browser

from tests.browser.phone import Phone
from tests.household import EMAIL, hire
from tests.readings.photos import photo

ASKED = "За июль больше обычного. На фото то, что показывает счётчик."
ANSWERED = "На фото день и ночь переставлены местами. Исправили, разница будет в следующем счёте."


def test_a_question_with_a_photo_is_answered_and_closed(either_phone: Phone, browser: Browser) -> None:
    phone = either_phone
    agent = hire(phone.lk)
    phone.open_cabinet()
    phone.go("/help")
    phone.field("О чём вопрос").select_option(label="Счёт и сумма")
    phone.tap("Отправить вопрос")
    phone.sees("Вопрос пока не отправлен, текст на месте")
    assert "422" in phone.complaints.pop()
    phone.field("Что случилось").fill(ASKED)
    phone.page.locator("input[type=file]").set_input_files(
        {"name": "schetchik.jpg", "mimeType": "image/jpeg", "buffer": photo(400, 300)}
    )
    phone.tap("Отправить вопрос")
    phone.sees("Вопрос отправлен")
    phone.look()
    thread = phone.path.partition("?")[0]

    with Phone.in_hand(browser, phone.lk, has_scripts=phone.has_scripts) as other:
        phone.lk.move_to("2025-07-20T14:30")
        other.come_to_work(agent)
        other.go("/support/questions")
        other.page.locator("main a[href^='/support/questions/']").first.click()
        other.page.wait_for_url(re.compile(r"/support/questions/\w+$"))
        other.look()
        other.sees("На фото то, что показывает счётчик")
        with other.page.expect_download() as taken:
            other.page.get_by_role("link", name=re.compile("^Фото")).click()
        assert taken.value.suggested_filename.endswith(".jpg")
        other.field("Ответ жителю").fill(ANSWERED)
        other.page.get_by_role("button", name="Ответить", exact=True).click()
        other.sees(ANSWERED)
        other.look()

    assert phone.lk.rows("SELECT id FROM messages WHERE kind = 'question_answered' AND to_address = {}", EMAIL)
    phone.go(thread)
    phone.sees(ANSWERED)
    phone.tap("Помогло, закрыть вопрос")
    phone.sees("Вопрос закрыт")
    phone.look()
