"""Passkeys with Chromium's own virtual authenticator: added, used to sign in and to confirm, refused when odd."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

from playwright.sync_api import CDPSession

from tests.browser.phone import Phone
from tests.household import EMAIL, PASSWORD

LOCK = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
BY_PASSKEY = "По отпечатку или лицу"


def with_lock(phone: Phone, **changes: object) -> tuple[CDPSession, str]:
    """The phone's own lock: its owner's finger is on it, unless said otherwise."""
    session = phone.context.new_cdp_session(phone.page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": {**LOCK, **changes}})
    return session, str(made["authenticatorId"])


def add_passkey(phone: Phone) -> str:
    home = phone.open_cabinet()
    phone.go("/profile")
    phone.tap("Ключи входа")
    phone.comes_to("/profile/passkeys")
    phone.tap("Добавить ключ на этом устройстве")
    phone.sees("Последний вход")
    return home


def sign_out(phone: Phone) -> None:
    phone.context.clear_cookies()
    phone.go("/sign-in")


def test_a_new_phone_signs_in_with_a_passkey_alone(phone: Phone) -> None:
    with_lock(phone)
    home = add_passkey(phone)
    sign_out(phone)
    phone.taps, phone.typed = 0, []
    phone.tap(BY_PASSKEY)
    phone.comes_to(home)

    assert (phone.taps, phone.typed) == (1, [])
    assert [row["way"] for row in phone.lk.rows("SELECT way FROM sessions ORDER BY id")] == ["password", "passkey"]
    kinds = {row["kind"] for row in phone.lk.rows("SELECT kind FROM messages")}
    assert "passkey_added" in kinds


def test_the_passkey_stands_in_for_the_password_asked_for_once_more(phone: Phone) -> None:
    with_lock(phone)
    add_passkey(phone)
    phone.lk.move_to("2025-07-20T14:30")
    phone.go("/profile/password")
    assert phone.path.startswith("/sign-in/confirm")
    phone.tap("По отпечатку или лицу")
    phone.comes_to("/profile/password")


def test_a_removed_passkey_opens_nothing(phone: Phone) -> None:
    with_lock(phone)
    add_passkey(phone)
    phone.tap("Удалить")
    phone.page.wait_for_load_state()
    sign_out(phone)
    phone.tap(BY_PASSKEY)

    phone.sees("Ключ не подошёл")
    assert phone.path == "/sign-in"
    phone.complaints.clear()


def test_a_phone_that_does_not_know_its_owner_is_refused_and_the_password_stays(phone: Phone) -> None:
    session, lock = with_lock(phone)
    home = add_passkey(phone)
    session.send("WebAuthn.setUserVerified", {"authenticatorId": lock, "isUserVerified": False})
    sign_out(phone)
    phone.tap(BY_PASSKEY)
    phone.sees("Не получилось")
    phone.type("Логин", EMAIL)
    phone.type("Пароль", PASSWORD)
    phone.page.get_by_role("button", name="Войти", exact=True).click()
    phone.comes_to(home)


def test_what_was_signed_once_signs_in_once(phone: Phone) -> None:
    """The very request that signed in is sent again, for a passkey that keeps no count of its uses."""
    with_lock(phone)
    home = add_passkey(phone)
    sign_out(phone)
    sent: list[str] = []
    phone.page.on("request", lambda request: sent.append(request.post_data or "") if _is_sign_in(request) else None)
    phone.tap(BY_PASSKEY)
    phone.comes_to(home)
    phone.lk.change("UPDATE passkeys SET sign_count = 0")
    phone.context.clear_cookies()
    phone.go("/sign-in")
    mark = phone.page.locator('input[name="_csrf_token"]').first.input_value()
    credential = _credential(sent[0])
    answer = phone.context.request.post(
        f"{phone.lk.url}/sign-in/passkey", form={"_csrf_token": mark, "credential": credential}
    )

    assert answer.status == 422
    assert "Ключ не подошёл" in answer.json()["error"]


def test_anybodys_text_is_no_passkey(phone: Phone) -> None:
    phone.go("/sign-in")
    mark = phone.page.locator('input[name="_csrf_token"]').first.input_value()
    for odd in ("", "[]", "{}", "null", '{"id": 1, "response": 2}', '{"response": {"clientDataJSON": "e30"}}', "\x00"):
        answer = phone.context.request.post(
            f"{phone.lk.url}/sign-in/passkey", form={"_csrf_token": mark, "credential": odd}
        )
        assert answer.status == 422, odd


def _is_sign_in(request: Any) -> bool:
    return bool(request.url.endswith("/sign-in/passkey"))


def _credential(body: str) -> str:
    credential = parse_qs(body)["credential"][0]
    assert json.loads(credential)["type"] == "public-key"
    return credential
