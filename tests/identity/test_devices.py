"""Browsers in words."""

from __future__ import annotations

import pytest

from lk.identity.devices import device_words

ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)
YANDEX = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 YaBrowser/25.8.0 Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"
TABLET = (
    "Mozilla/5.0 (Linux; Android 13; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (ANDROID, "Телефон Android, Chrome"),
        (IPHONE, "Телефон iPhone, Safari"),
        (YANDEX, "Компьютер с Windows, Яндекс Браузер"),
        (FIREFOX, "Компьютер с Linux, Firefox"),
        (TABLET, "Планшет Android, Chrome"),
        ("", "Неизвестное устройство"),
        ("curl/8.5.0", "Неизвестное устройство"),
    ],
)
def test_a_resident_recognises_the_device(user_agent: str, words: str) -> None:
    assert device_words(user_agent) == words
