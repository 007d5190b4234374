"""What a login, a password and an e-mail may be; limits on guessing; TOTP codes once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address

from lk.outcome import Problem
from lk.text import fold_account_number, has_control_characters, is_account_number

RESIDENT_IDLE = timedelta(days=30)
AGENT_IDLE = timedelta(minutes=30)
AGENT_LONGEST = timedelta(hours=12)
CONFIRMED_FOR = timedelta(minutes=15)
SECOND_FACTOR_FRESH = timedelta(minutes=15)
RESET_FOR = timedelta(minutes=30)
EMAIL_CHANGE_FOR = timedelta(hours=24)
RESIDENT_COOKIE_SECONDS = 400 * 24 * 3600
"""As long as browsers keep one; when a session ends is decided by its row."""

PASSWORD_SHORTEST = 12
PASSWORD_LONGEST = 256
_KNOWN_DOMAINS = (
    "mail.ru",
    "bk.ru",
    "list.ru",
    "inbox.ru",
    "internet.ru",
    "yandex.ru",
    "yandex.com",
    "ya.ru",
    "rambler.ru",
    "gmail.com",
    "icloud.com",
    "outlook.com",
    "hotmail.com",
    "yahoo.com",
    "vk.com",
)
_EMAIL = re.compile(r"[^@\s<>(),;:\\\"\[\]]{1,64}@[^@\s<>(),;:\\\"\[\]_]{1,190}\.[^@\s<>(),;:\\\"\[\]_.\d]{2,63}")


_NOT_LETTERS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `tries` in `within`."""

    tries: int
    within: timedelta


SIGN_IN_PER_LOGIN_AND_ADDRESS = Limit(10, timedelta(minutes=15))
SIGN_IN_PER_LOGIN = Limit(100, timedelta(hours=1))
"""From wherever: far above what one stranger's address may try, so that none locks a resident out alone."""
SIGN_IN_PER_ADDRESS = Limit(50, timedelta(minutes=15))
SIGN_IN_PER_KNOWN_DEVICE = Limit(10, timedelta(minutes=15))
"""On a device from which its user signed in before: strangers' failures are not counted against it."""
SPRAYING = Limit(80, timedelta(minutes=10))
"""So many failures from everywhere, far outnumbering successes, are one guess on each of many."""
BREAKER_LASTS = timedelta(minutes=10)
CODE_PER_USER = Limit(5, timedelta(minutes=15))
PASSKEY_PER_ADDRESS = Limit(60, timedelta(minutes=15))
CONFIRMATION_PER_USER = Limit(5, timedelta(minutes=15))
EMAIL_CHANGES_PER_USER = Limit(5, timedelta(days=1))
RESET_PER_ADDRESS = Limit(20, timedelta(minutes=15))
RESET_PER_LOGIN = Limit(3, timedelta(hours=1))
REGISTRATION_PER_ADDRESS = Limit(20, timedelta(minutes=15))
REGISTRATION_PER_ACCOUNT = Limit(10, timedelta(hours=1))
FIRST_SIGN_IN_PER_REGISTRATION = Limit(5, timedelta(hours=1))
LETTERS_PER_REGISTRATION = Limit(5, timedelta(days=1))
LETTERS_PER_EMAIL = Limit(10, timedelta(days=1))
RECOVERY_CODES = 10
RECOVERY_CODE_LENGTH = 16
LOGIN_SHORTEST = 3
LOGIN_LONGEST = 254


def is_factor_fresh(second_factor_at: datetime | None, now: datetime) -> bool:
    """What matters most wants an agent's second factor of the last quarter of an hour."""
    return second_factor_at is not None and now - second_factor_at <= SECOND_FACTOR_FRESH


def is_spraying(failures: int, successes: int) -> bool:
    """Of one kind within `SPRAYING.within`; `successes` of different people, so that none can be made up in numbers.

    A busy day has failures too, but about as many people get in as fail.
    """
    return failures >= SPRAYING.tries and failures > 3 * successes


def source_of(address: str) -> str:
    """Whom tries from `address` are counted against: whoever has one IPv6 address has its whole /64."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return address
    return str(found.ipv4_mapped or IPv6Network((int(found), 64), strict=False).network_address)


def login_key(login: str) -> str:
    """Logins are the same whatever their letter case; what can't be a login is nobody's: empty."""
    key = login.strip().casefold()
    return "" if has_control_characters(key) or len(key) > LOGIN_LONGEST else key


def judge_login(login: str, *, own_email: str | None) -> list[Problem]:
    """The resident's own login: 3–254 visible characters, not an account number; an e-mail only if it is their own.

    Somebody else's e-mail is refused unseen: whether it is taken already would tell who has a cabinet.
    """
    if has_control_characters(login):
        return [Problem("login_has_odd_characters", field="new_login")]
    if not LOGIN_SHORTEST <= len(login) <= LOGIN_LONGEST or any(character.isspace() for character in login):
        return [Problem("login_length", field="new_login", params={"shortest": LOGIN_SHORTEST})]
    if is_account_number(fold_account_number(login)):
        return [Problem("login_is_account_number", field="new_login")]
    if "@" in login and login_key(login) != login_key(own_email or ""):
        return [Problem("login_is_other_email", field="new_login")]
    return []


def judge_password(password: str, *, forbidden: tuple[str, ...], common: frozenset[str]) -> list[Problem]:
    """`forbidden`: what others know of the resident (numbers, e-mail, login, the company's name)."""
    if len(password) < PASSWORD_SHORTEST:
        return [Problem("password_short", field="new_password", params={"shortest": PASSWORD_SHORTEST})]
    if len(password) > PASSWORD_LONGEST:
        return [Problem("password_long", field="new_password", params={"longest": PASSWORD_LONGEST})]
    folded = password.casefold()
    if is_common(folded, common) or len(set(folded)) < 4:
        return [Problem("password_common", field="new_password")]
    if any(is_mostly(folded, word.casefold()) for word in forbidden):
        return [Problem("password_known", field="new_password")]
    return []


def is_common(folded: str, common: frozenset[str]) -> bool:
    """A common password, alone or twice, whatever digits and signs stand around it."""
    core = _NOT_LETTERS.sub("", folded)
    half = core[: len(core) // 2]
    return folded in common or core in common or (half + half == core and half in common)


def is_mostly(password: str, word: str) -> bool:
    """The password is this word with less than four characters around it."""
    return len(word) >= 4 and word in password and len(password) - len(word) < 4


def is_email(text: str) -> bool:
    """Looks like one address that a letter can be sent to; the letter itself is the proof."""
    if len(text) > 254 or has_control_characters(text) or "=?" in text:  # an encoded word would be decoded in a header
        return False
    return _EMAIL.fullmatch(text) is not None


def likely_email(email: str) -> str | None:
    """What was probably meant, where the domain is one slip of a finger away from a well-known one."""
    name, _, domain = email.rpartition("@")
    domain = domain.casefold()
    if domain in _KNOWN_DOMAINS:
        return None
    near = [known for known in _KNOWN_DOMAINS if len(known) > 5 and is_one_slip(domain, known)]
    return f"{name}@{near[0]}" if len(near) == 1 else None


def is_one_slip(typed: str, meant: str) -> bool:
    """One character wrong, missing, too many, or two neighbours swapped."""
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    start = next((at for at, (one, other) in enumerate(zip(typed, meant, strict=False)) if one != other), None)
    start = min(len(typed), len(meant)) if start is None else start
    rest, wanted = typed[start:], meant[start:]
    is_swapped = rest[:2] == wanted[:2][::-1] and rest[2:] == wanted[2:]
    return rest[1:] == wanted[1:] or rest[1:] == wanted or rest == wanted[1:] or is_swapped


def is_recovery_code(folded: str) -> bool:
    """By its length: what the application shows is shorter."""
    return len(folded) == RECOVERY_CODE_LENGTH and folded.isascii()


def session_ends_at(now: datetime, created_at: datetime, is_agent: bool) -> datetime:
    """When a session used at `now` ends if it is not used again."""
    if is_agent:
        return min(now + AGENT_IDLE, created_at + AGENT_LONGEST)
    return now + RESIDENT_IDLE


def is_confirmed(confirmed_at: datetime | None, now: datetime) -> bool:
    """The password, or a passkey, was shown in this browser within the last quarter of an hour."""
    return confirmed_at is not None and now - confirmed_at <= CONFIRMED_FOR


def totp_step(now: datetime) -> int:
    """The number of the 30-second step (RFC 6238)."""
    return int(now.timestamp()) // 30
