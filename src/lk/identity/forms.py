"""What is typed at the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from lk.identity.rules import is_email, is_recovery_code
from lk.outcome import Problem, Refused
from lk.text import fold_code, has_control_characters

NEXT_LONGEST = 500


@dataclass(frozen=True, slots=True)
class SignIn:
    login: str
    password: str


def parse_sign_in(values: Mapping[str, str]) -> SignIn:
    """Raises Refused `login_empty`, `password_empty`."""
    typed = SignIn(values.get("login", "").strip(), values.get("password", ""))
    problems = []
    if not typed.login:
        problems.append(Problem("login_empty", field="login"))
    if not typed.password:
        problems.append(Problem("password_empty", field="password"))
    if problems:
        raise Refused(problems)
    return typed


def parse_login(values: Mapping[str, str]) -> str:
    """Raises Refused `login_empty`."""
    login = values.get("login", "").strip()
    if not login:
        raise Refused([Problem("login_empty", field="login")])
    return login


def parse_email(values: Mapping[str, str]) -> str:
    """Raises Refused `email_empty`, `email_shape`."""
    email = values.get("email", "").strip()
    if not is_email(email):
        raise Refused([Problem("email_shape" if email else "email_empty", field="email")])
    return email


def parse_code(values: Mapping[str, str]) -> str:
    """Six digits of the application's, or a recovery code. Raises Refused `code_shape`."""
    code = fold_code(values.get("code", ""))
    if not (is_recovery_code(code) or (len(code) == 6 and code.isascii() and code.isdigit())):
        raise Refused([Problem("code_shape", field="code")])
    return code


def parse_next(path: str) -> str:
    """A path of this site, or nothing: a link must not lead from the sign-in page to somewhere else."""
    if not path.startswith("/") or path.startswith("//") or "\\" in path or has_control_characters(path):
        return ""
    if not path.isascii() or len(path) > NEXT_LONGEST:
        return ""
    parts = urlsplit(path)
    return "" if parts.scheme or parts.netloc else path


def shown_again(typed: str) -> str:
    """What was typed, for the form that is shown again: without what a page can't hold."""
    return "".join(character for character in typed if character.isprintable())
