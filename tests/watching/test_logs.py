"""What the log keeps of an error's words, and how it looks."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lk.logs import scrubbed, told


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("invalid literal for int() with base 10: 'anna@mail.example'", "invalid literal for int… with base 10: …"),
        ("Key (login)=(anna) already exists", "Key …=… already exists"),
        ("duplicate key\nDETAIL:  Key (email)=(anna@mail.example) already exists.", "duplicate key"),
        ("no account 10000-001-01 of Иванова Мария Петровна", "no account … of …"),
        ("cannot open postgresql://lk:secret@db/lk", "cannot open …"),
        ("token kq3v9Zx81mQwErTy0987654321abcdEF is used", "token … is used"),
        ("UNIQUE constraint failed: bills.account_id, bills.period", ""),
    ],
)
def test_an_errors_words_name_nobody(words: str, kept: str) -> None:
    assert scrubbed(words) == (kept or words)


@given(
    st.sampled_from(["{}", "Key (email)=({})", "bad value '{}'", "for {} it failed", "{} is unknown"]),
    st.one_of(
        st.from_regex(r"[a-z]{1,9}\.[a-z]{1,9}@[a-z]{2,9}\.(ru|example)", fullmatch=True),
        st.from_regex(r"[0-9]{10}", fullmatch=True),
        st.from_regex(r"[0-9]{5}-[0-9]{3}-[0-9]{2}", fullmatch=True),
        st.from_regex(r"[2-6][0-9]{15}", fullmatch=True),
    ),
)
def test_no_address_and_no_number_stays(sentence: str, value: str) -> None:
    assert value not in scrubbed(sentence.format(value))


def test_a_traceback_tells_places_and_kinds_of_the_whole_chain() -> None:
    try:
        try:
            int("Анна")
        except ValueError as cause:
            raise KeyError("anna@mail.example") from cause
    except KeyError as error:
        words = told(error)
    assert words.index("ValueError: invalid literal") < words.index("KeyError: …")
    assert "test_logs.py" in words
    assert "Анна" not in words.replace('int("Анна")', "")
    assert "anna@mail" not in words.replace('KeyError("anna@mail.example")', "")


SAYS = """
import logging, structlog, warnings
from lk.logs import log_to_stderr
log_to_stderr(logging.INFO)
structlog.get_logger().info("letters_sent", n=3)
structlog.get_logger().debug("not told")
logging.getLogger("uvicorn.error").warning("Invalid HTTP request of %s received.", "anna@mail.example")
logging.getLogger("httpx").info("not told")
warnings.warn("an old way")
try:
    [].pop()
except IndexError:
    logging.getLogger("asyncio").exception("Task exception was never retrieved")
"""


def test_every_line_is_one_json_whoever_says_it() -> None:
    said = subprocess.run([sys.executable, "-c", SAYS], capture_output=True, text=True, check=True, timeout=60).stderr
    lines = [json.loads(line) for line in said.splitlines()]
    assert [line["level"] for line in lines] == ["info", "warning", "warning", "error"]
    assert all(line["timestamp"].endswith("Z") for line in lines)
    assert lines[1]["event"] == "Invalid HTTP request of … received."
    assert lines[3]["exception"].endswith("IndexError: pop from empty list")
