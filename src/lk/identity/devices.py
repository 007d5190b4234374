"""A browser in words, from what it says of itself: enough to recognise one's own, no more."""

from __future__ import annotations

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


def device_words(user_agent: str) -> str:
    """«Телефон Android, Chrome»."""
    system = next((words for mark, words in _SYSTEMS if mark in user_agent), None)
    if system == "Телефон Android" and "Mobile" not in user_agent:
        system = "Планшет Android"
    browser = next((words for mark, words in _BROWSERS if mark in user_agent), None)
    return ", ".join(filter(None, (system, browser))) or "Неизвестное устройство"
