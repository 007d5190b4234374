"""Questions to support in a copy of own data, on both engines."""

from __future__ import annotations

import pytest

from lk.actor import Actor
from lk.feedback.answering import answer, note
from lk.feedback.asking import ask_as_user, ask_by_email
from lk.feedback.files import Attachment
from lk.feedback.rules import Status, TypedQuestion
from lk.identity.agents import add_agent
from lk.profile import own_questions
from tests.onboarding.newcomer import EMAIL, Newcomer
from tests.profile.lives import neighbour_moves_in, user_of
from tests.profile.test_copy import copy_of, data

PAPER = b"%PDF-1.7 mine"


@pytest.fixture
def holder(newcomer: Newcomer) -> Newcomer:
    newcomer.put_on_record(EMAIL)
    newcomer.open_cabinet()
    return newcomer


def ask(who: Newcomer, user: int, text: str, *contents: bytes) -> str:
    typed = TypedQuestion("bill", "Счёт и сумма", text, "", "", text * 20)
    files = [Attachment("pdf", each) for each in contents]
    return who.at(ask_as_user, user, typed, files, Actor(user)).public_id


def test_all_of_ones_own_is_in_it_but_staffs_notes(holder: Newcomer) -> None:
    me = user_of(holder)
    holder.at(add_agent, "alla", "support")
    (agent,) = holder.rows("SELECT id, user_id, code FROM agents")
    question = ask(holder, me, "a", PAPER)
    alla = Actor(agent["user_id"], agent["id"])
    holder.at(note, question, "ZAMETKA", alla, form_key="n" * 20)
    holder.at(answer, question, "Вот почему", Status.CLOSED, alla, seen_id=10**9, form_key="a" * 19)
    neighbour_moves_in(holder)
    ask(holder, user_of(holder, "sosed"), "CHUZHOE", b"%PDF-1.7 CHUZHOE")
    holder.at(ask_by_email, TypedQuestion("bill", "x", "CHUZHOE", "", EMAIL, "e" * 20), [], address="192.0.2.1")
    holder.change(
        "INSERT INTO question_files (question_id, message_id, kind, size, content, added_at) "
        "SELECT question_id, id, 'pdf', 7, {}, {} FROM question_messages WHERE author = 'note'",
        *(b"ZAMETKA", holder.now),
    )
    files = copy_of(holder, me)
    own = data(files)

    assert {each["title"] for each in own["questions"]} == {"Счёт и сумма"}
    assert [(each["question"], each["status"]) for each in own["questions"]] == [(question, "closed")]
    assert own["questions"][0]["closed_at"] is not None
    assert [(each["said_by"], each["text"]) for each in own["question_messages"]] == [
        ("me", "a"),
        (agent["code"], "Вот почему"),
    ]
    assert [content for name, content in files.items() if name.startswith(f"questions/{question}-")] == [PAPER]
    assert own["about"]["question_files_left_out"] is None
    everything = b"".join(files.values()).decode()
    assert "ZAMETKA" not in everything
    assert "CHUZHOE" not in everything


def test_a_subject_of_the_list_is_in_the_language_of_letters(holder: Newcomer) -> None:
    ask(holder, user_of(holder), "a")
    holder.change("UPDATE users SET language = 'en'")
    assert [each["title"] for each in data(copy_of(holder, user_of(holder)))["questions"]] == ["Bill and sum"]


def test_of_files_the_newest_ones_come_along_as_far_as_there_is_room(
    holder: Newcomer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_questions, "QUESTION_FILE_BYTES", 2 * len(PAPER))
    ask(holder, user_of(holder), "a", PAPER + b" 1", PAPER, PAPER)
    files = copy_of(holder, user_of(holder))

    assert [content for name, content in files.items() if name.startswith("questions/")] == [PAPER, PAPER]
    assert data(files)["about"]["question_files_left_out"]["count"] == 1
