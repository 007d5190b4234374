"""What is typed into a question, a reply, an answer."""

from __future__ import annotations

from collections.abc import Mapping

from lk.feedback.rules import (
    LONGEST_CANNED_TITLE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    SUBJECTS,
    TypedQuestion,
    cleaned,
    cleaned_line,
    has_card_number,
)
from lk.identity.rules import is_email
from lk.outcome import Problem, Refused
from lk.tokens import new_public_id

_SHORTEST_KEY, _LONGEST_KEY = 12, 40


def form_key_in(values: Mapping[str, str]) -> str:
    """Of the form that was sent: sent twice it counts once. An odd one is replaced."""
    key = values.get("form", "")
    is_key = _SHORTEST_KEY <= len(key) <= _LONGEST_KEY and key.isascii() and key.isalnum()
    return key if is_key else new_public_id(24)


def parse_question(values: Mapping[str, str], *, wants_email: bool) -> TypedQuestion:
    """Raises Refused: `subject_wanted`, `title_long`, `email_empty`, `email_shape`, and those of a text."""
    subject, own_words = values.get("subject", ""), cleaned_line(values.get("title", ""))
    email = values.get("email", "").strip() if wants_email else ""
    problems = []
    if subject not in SUBJECTS or (subject == "other" and not own_words):
        problems.append(Problem("subject_wanted", field="title" if subject == "other" else "subject"))
    if len(own_words) > LONGEST_TITLE:
        problems.append(Problem("title_long", field="title", params={"longest": LONGEST_TITLE}))
    elif has_card_number(own_words):
        problems.append(Problem("card_number", field="title"))
    text, wrong = _text_in(values)
    problems += wrong
    if wants_email and not is_email(email):
        problems.append(Problem("email_shape" if email else "email_empty", field="email"))
    if problems:
        raise Refused(problems)
    return TypedQuestion(
        subject, own_words or SUBJECTS[subject], text, values.get("account", ""), email, form_key_in(values)
    )


def parse_text(values: Mapping[str, str]) -> str:
    """Raises Refused: `text_empty`, `text_long`, `card_number`."""
    text, problems = _text_in(values)
    if problems:
        raise Refused(problems)
    return text


def parse_canned(values: Mapping[str, str]) -> tuple[str, str]:
    """Title and text. Raises Refused: `canned_title`, and those of a text."""
    title = cleaned_line(values.get("title", ""))
    text, problems = _text_in(values)
    if not title or len(title) > LONGEST_CANNED_TITLE:
        problems = [Problem("canned_title", field="title", params={"longest": LONGEST_CANNED_TITLE}), *problems]
    if problems:
        raise Refused(problems)
    return title, text


def _text_in(values: Mapping[str, str]) -> tuple[str, list[Problem]]:
    text = cleaned(values.get("text", ""))
    if not text:
        return text, [Problem("text_empty", field="text")]
    if len(text) > LONGEST_TEXT:
        return text, [Problem("text_long", field="text", params={"longest": LONGEST_TEXT, "has": len(text)})]
    return text, [Problem("card_number", field="text")] if has_card_number(text) else []
