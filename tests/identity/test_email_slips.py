"""A slip of the finger in an address is asked about; an address that is merely rare is not."""

from __future__ import annotations

import pytest

from lk.identity.rules import is_one_slip, likely_email


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ivan@gmial.com", "ivan@gmail.com"),
        ("ivan@gmail.con", "ivan@gmail.com"),
        ("ivan@gmal.com", "ivan@gmail.com"),
        ("ivan@yandexx.ru", "ivan@yandex.ru"),
        ("ivan@mail.ry", "ivan@mail.ru"),
        ("Ivan@YNADEX.RU", "Ivan@yandex.ru"),
        ("ivan@ramblerr.ru", "ivan@rambler.ru"),
    ],
)
def test_a_slip_is_asked_about(typed: str, meant: str) -> None:
    assert likely_email(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["ivan@mail.ru", "ivan@bk.ru", "ivan@ya.ru", "ivan@vk.ru", "ivan@energo.ru", "ivan@почта.рф", "i@nail.example"],
)
def test_other_addresses_are_taken_as_they_are(typed: str) -> None:
    assert likely_email(typed) is None


@pytest.mark.parametrize(
    ("typed", "is_slip"),
    [("abcd", False), ("abdc", True), ("abc", True), ("abcde", True), ("axcd", True), ("ab", False), ("axyd", False)],
)
def test_one_slip_is_one_character_or_one_swap(typed: str, is_slip: bool) -> None:
    assert is_one_slip(typed, "abcd") is is_slip
