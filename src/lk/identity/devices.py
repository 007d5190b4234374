"""A browser in words, from what it says of itself: enough to recognise one's own, no more."""

from __future__ import annotations

from lk.language import Language

_SYSTEMS = (
    ("iPad", "Планшет iPad"),
    ("iPhone", "Телефон iPhone"),
    ("Android", "Телефон Android"),
    ("Windows", "Компьютер с Windows"),
    ("Macintosh", "Компьютер Mac"),
    ("CrOS", "Компьютер с ChromeOS"),
    ("Linux", "Компьютер с Linux"),
)
# In this order: each of them claims to be those below it.
_BROWSERS = (
    ("YaBrowser", "Яндекс Браузер"),
    ("OPR/", "Opera"),
    ("Edg", "Edge"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_ENGLISH = {
    "Планшет iPad": "iPad",
    "Телефон iPhone": "iPhone",
    "Телефон Android": "Android phone",
    "Планшет Android": "Android tablet",
    "Компьютер с Windows": "Windows computer",
    "Компьютер Mac": "Mac",
    "Компьютер с ChromeOS": "ChromeOS computer",
    "Компьютер с Linux": "Linux computer",
    "Яндекс Браузер": "Yandex Browser",
    "Неизвестное устройство": "An unknown device",
}


def device_words(user_agent: str, language: Language = "ru") -> str:
    """«Телефон Android, Chrome»."""
    system = next((words for mark, words in _SYSTEMS if mark in user_agent), None)
    if system == "Телефон Android" and "Mobile" not in user_agent:
        system = "Планшет Android"
    browser = next((words for mark, words in _BROWSERS if mark in user_agent), None)
    words = [each for each in (system, browser) if each] or ["Неизвестное устройство"]
    return ", ".join(_ENGLISH.get(each, each) if language == "en" else each for each in words)
