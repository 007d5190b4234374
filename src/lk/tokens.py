"""Random tokens, their hashes at rest, and links signed with the company's secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from lk.config import settings

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def new_token() -> str:
    """256 random bits for a cookie or a link."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_public_id(length: int = 12) -> str:
    """An opaque id for URLs: 12 characters are 59 random bits, without look-alikes."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def form_mark(browser: str) -> str:
    """For a form of this browser's; another one on every page, so that compressed pages tell nothing of it."""
    salt = new_public_id()
    return f"{salt}.{derived_token('form', browser, salt)}"


def is_form_mark(mark: str, browser: str) -> bool:
    salt, _, token = mark.partition(".")
    return hmac.compare_digest(token.encode(), derived_token("form", browser, salt).encode())


def owner_mark(user_id: int) -> str:
    """By what a browser tells one signed-in user from another: nothing can be learned or done by it."""
    return derived_token("owner", user_id)[:16]


def derived_token(purpose: str, *parts: object) -> str:
    """A 256-bit token that only the holder of `LK_SECRET` can make again: letters need not store their links."""
    text = "\0".join((purpose, *map(str, parts)))
    digest = hmac.new(settings().secret.encode(), text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def derived_digits(purpose: str, *parts: object) -> str:
    """Six digits to read out: for what lives minutes and may be tried a few times only."""
    number = int.from_bytes(hashlib.sha256(derived_token(purpose, *parts).encode()).digest())
    return f"{number % 1_000_000:06}"


def derived_code(purpose: str, *parts: object) -> str:
    """Eight characters to print and to type, 39 bits: for what may be tried a few times only."""
    number = int.from_bytes(hashlib.sha256(derived_token(purpose, *parts).encode()).digest())
    characters = []
    for _ in range(8):
        number, index = divmod(number, len(_ALPHABET))
        characters.append(_ALPHABET[index])
    return "".join(characters)
