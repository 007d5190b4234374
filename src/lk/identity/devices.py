"""A browser in words, from what it says of itself: enough to recognise one's own, no more."""

from __future__ import annotations

from lk.language import N_, _

_PHONE, _TABLET = N_("Телефон Android"), N_("Планшет Android")
_UNKNOWN = N_("Неизвестное устройство")
_SYSTEMS = (
    ("iPad", N_("Планшет iPad")),
    ("iPhone", N_("Телефон iPhone")),
    ("Android", _PHONE),
    ("Windows", N_("Компьютер с Windows")),
    ("Macintosh", N_("Компьютер Mac")),
    ("CrOS", N_("Компьютер с ChromeOS")),
    ("Linux", N_("Компьютер с Linux")),
)
# In this order: each of them claims to be those below it.
_BROWSERS = (
    ("YaBrowser", N_("Яндекс Браузер")),
    ("OPR/", "Opera"),
    ("Edg", "Edge"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def device_name(user_agent: str) -> str:
    """«Телефон Android, Chrome»: as it is stored, whoever reads it."""
    system = next((words for mark, words in _SYSTEMS if mark in user_agent), None)
    if system == _PHONE and "Mobile" not in user_agent:
        system = _TABLET
    browser = next((words for mark, words in _BROWSERS if mark in user_agent), None)
    return ", ".join(each for each in (system, browser) if each) or _UNKNOWN


def name_words(name: str) -> str:
    """A stored name in the current language."""
    return ", ".join(_(each) if each else "" for each in name.split(", "))


def device_words(user_agent: str) -> str:
    return name_words(device_name(user_agent))
