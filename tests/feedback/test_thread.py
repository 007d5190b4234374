"""The thread: staff answers, the asker goes on, letters go to the right address."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from lk import db
from lk.accounts.leaving import leave_all
from lk.actor import PROGRAM, Actor
from lk.feedback import replying
from lk.feedback.answering import answer, close, hand_over, note, take
from lk.feedback.asking import ask_as_user
from lk.feedback.desk import first_answer_times
from lk.feedback.queries import Question, question_with
from lk.feedback.replying import close_as_helped, reply
from lk.feedback.rules import REPLIES_PER_QUESTION, Status, TypedQuestion
from lk.feedback.tidying import tidy
from lk.identity.rules import Limit
from lk.profile.closing import close_cabinet
from tests.feedback.cast import ALLA, ANNA, ANTON, Stair
from tests.payments_desk.cast import HOME, HOME_NUMBER

MANY = 10**9


def ask(stair: Stair, key: str = "k") -> Question:
    typed = TypedQuestion("bill", "Счёт и сумма", "Почему столько?", HOME, "", key * 20)
    return stair.at(ask_as_user(stair.users[ANNA], typed, [], stair.actor(ANNA)))


def answers(
    stair: Stair, question: Question, text: str = "Так вышло", who: str = ALLA, *, key: str = "a", seen: int = MANY,
    to: Status = Status.ANSWERED,
) -> list[str]:  # fmt: skip
    return stair.refused(answer(question.public_id, text, to, stair.actor(who), seen_id=seen, form_key=key * 20))


def replies(stair: Stair, question: Question, text: str = "Не понимаю", key: str = "r") -> list[str]:
    return stair.refused(reply(question, text, [], stair.actor(ANNA), form_key=key * 20))


def test_an_answer_reaches_the_cabinets_address_of_now_and_is_taken_by_who_gave_it(both: Stair) -> None:
    question = ask(both)
    both.change("UPDATE users SET email = 'novaya@mail.example' WHERE id = {}", both.users[ANNA])
    both.later(hours=2)
    assert answers(both, question) == []

    current = both.at(question_with(question.public_id))
    assert current is not None
    assert (current.status, current.agent_code) == ("answered", ALLA)
    ((to_address, letter),) = both.letters("question_answered")
    assert to_address == "novaya@mail.example"
    assert "Так вышло" in letter.text
    assert f"/help/questions/{question.public_id}" in letter.text
    assert both.one("SELECT first_answer_seconds FROM questions") == 7200
    assert both.happened() == ["question_asked", "question_answered"]


def test_an_answer_sent_twice_is_one_letter(both: Stair) -> None:
    question = ask(both)
    for _ in range(2):
        assert answers(both, question) == []
    assert len(both.letters("question_answered")) == 1
    assert len(both.rows("SELECT id FROM question_messages")) == 2


def test_two_clicks_at_once_are_one_question_one_answer_and_one_message(both: Stair) -> None:
    typed = TypedQuestion("bill", "Счёт и сумма", "Почему столько?", HOME, "", "k" * 20)

    async def asked() -> list[Question]:
        ask_once = (ask_as_user(both.users[ANNA], typed, [], both.actor(ANNA)) for _ in range(2))
        return list(await asyncio.gather(*ask_once))

    async def answered(question: Question) -> None:
        say = (
            answer(question.public_id, "Да", Status.ANSWERED, both.actor(ALLA), seen_id=MANY, form_key="a" * 20)
            for _ in range(2)
        )
        await asyncio.gather(*say)

    async def replied(question: Question) -> None:
        await asyncio.gather(*(reply(question, "Нет", [], both.actor(ANNA), form_key="r" * 20) for _ in range(2)))

    first, second = both.at(asked())
    assert first == second
    both.at(answered(first))
    both.at(replied(first))
    assert [row["author"] for row in both.rows("SELECT author FROM question_messages ORDER BY id")] == [
        "resident",
        "agent",
        "resident",
    ]
    assert len(both.letters("question_answered")) == 1


def test_two_agents_who_answer_at_once_answer_once(both: Stair) -> None:
    question = ask(both)

    async def both_answer() -> list[object]:
        say = (
            answer(question.public_id, who, Status.ANSWERED, both.actor(who), seen_id=MANY, form_key=key * 20)
            for who, key in ((ALLA, "a"), (ANTON, "b"))
        )
        return list(await asyncio.gather(*say, return_exceptions=True))

    told = both.at(both_answer())
    assert sorted(map(str, told)) == ["None", "taken_by_other"]
    assert len(both.letters("question_answered")) == 1


def test_it_goes_on_until_it_is_closed_and_opens_again_by_a_word(both: Stair) -> None:
    question = ask(both)
    steps: list[Callable[[], list[str]]] = [
        lambda: answers(both, question, key="b", to=Status.WAITING),
        lambda: replies(both, question, key="s"),
        lambda: answers(both, question, key="c", to=Status.CLOSED),
        lambda: replies(both, question, key="t"),
        lambda: answers(both, question, key="d"),
        lambda: both.refused(close_as_helped(question, both.actor(ANNA))),
        lambda: both.refused(close_as_helped(question, both.actor(ANNA))),
    ]
    states = []
    for step in steps:
        both.later(minutes=5)
        assert step() == []
        states.append(both.status())
    assert states == ["waiting", "reopened", "closed", "reopened", "answered", "closed", "closed"]
    assert both.happened().count("question_closed") == 1
    assert both.one("SELECT first_answer_seconds FROM questions") == 300


def test_another_agents_question_has_to_be_taken_first(both: Stair) -> None:
    question = ask(both)
    both.at(take(question.public_id, both.actor(ANTON)))
    assert answers(both, question) == ["taken_by_other"]
    both.at(take(question.public_id, both.actor(ALLA)))
    assert answers(both, question) == []
    both.at(hand_over(question.public_id, ANTON, both.actor(ALLA)))
    assert answers(both, question, key="b") == ["taken_by_other"]
    both.at(hand_over(question.public_id, "", both.actor(ANTON)))
    assert answers(both, question, key="b") == []
    assert both.refused(hand_over(question.public_id, "Б-99", both.actor(ALLA))) == ["no_agent"]
    assert both.happened()[1:] == [
        "question_taken",
        "question_taken",
        "question_answered",
        "question_handed_over",
        "question_handed_over",
        "question_answered",
    ]


def test_what_the_resident_added_meanwhile_is_read_first(both: Stair) -> None:
    question = ask(both)
    seen = int(both.one("SELECT max(id) FROM question_messages"))
    assert replies(both, question) == []
    assert answers(both, question, seen=seen) == ["newer_message"]
    assert answers(both, question, seen=int(both.one("SELECT max(id) FROM question_messages"))) == []


def test_a_note_is_for_colleagues_and_changes_nothing(both: Stair) -> None:
    question = ask(both)
    both.at(note(question.public_id, "Проверить счётчик", both.actor(ALLA), form_key="n" * 20))
    assert both.status() == "new"
    assert both.letters("question_answered") == []
    (event,) = both.rows("SELECT user_id, account_id FROM events WHERE kind = 'question_noted'")
    assert (event["user_id"], event["account_id"]) == (None, None)


def test_whoever_is_no_agent_any_more_or_looks_at_a_cabinet_writes_nothing(both: Stair) -> None:
    question = ask(both)
    looking = Actor(both.users[ALLA], both.agents[ALLA], 1)
    both.change("UPDATE agents SET is_disabled = {} WHERE code = {}", True, ANTON)
    for actor in (looking, both.actor(ANTON), both.actor(ANNA)):
        for work in (
            answer(question.public_id, "x", Status.ANSWERED, actor, seen_id=MANY, form_key="x" * 20),
            note(question.public_id, "x", actor, form_key="x" * 20),
            take(question.public_id, actor),
            hand_over(question.public_id, "", actor),
            close(question.public_id, actor),
        ):
            assert both.refused(work) == ["not_an_agent"]
    assert both.status() == "new"
    assert len(both.rows("SELECT id FROM question_messages")) == 1


def test_closed_without_an_answer_the_asker_is_told_and_may_write_again(both: Stair) -> None:
    question = ask(both)
    for _ in range(2):
        both.at(close(question.public_id, both.actor(ALLA)))
    ((to_address, _),) = both.letters("question_closed")
    assert to_address == "anna@mail.example"
    assert replies(both, question) == []
    both.later(minutes=1)
    both.at(close(question.public_id, both.actor(ALLA)))
    assert len(both.letters("question_closed")) == 2
    assert both.at(first_answer_times()).count == 0


def test_an_answered_question_is_closed_after_two_quiet_weeks(both: Stair) -> None:
    answered, waiting = ask(both), ask(both, "w")
    assert answers(both, answered) == []
    both.later(days=13, hours=23)
    assert replies(both, answered) == []
    assert answers(both, answered, key="b") == []
    both.later(minutes=61)
    assert both.at(tidy()) == 0
    both.later(days=14)
    assert both.at(tidy()) == 1
    assert both.at(tidy()) == 0
    rows = both.rows("SELECT status, closed_at FROM questions ORDER BY id")
    assert [row["status"] for row in rows] == ["closed", "new"]
    assert rows[0]["closed_at"] == both.now
    assert waiting.public_id


def test_twenty_messages_a_day_are_enough(both: Stair, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Limit(20, timedelta(days=1)) == REPLIES_PER_QUESTION
    monkeypatch.setattr(replying, "REPLIES_PER_QUESTION", Limit(1, timedelta(days=1)))
    question = ask(both)
    assert replies(both, question) == []
    assert replies(both, question) == [], "sent twice it is one"
    assert replies(both, question, key="s") == ["too_many_replies"]


def test_a_closed_cabinet_closes_its_questions_and_gets_no_letter(both: Stair) -> None:
    question = ask(both)
    both.at(close_cabinet(both.users[ANNA], both.actor(ANNA)))
    assert both.status() == "closed"
    assert answers(both, question) == ["cabinet_closed"]
    assert replies(both, question) == ["cabinet_closed"]
    assert both.refused(close(question.public_id, both.actor(ALLA))) == []
    assert both.letters("question_answered") == both.letters("question_closed") == []


def test_the_question_stays_its_users_when_the_account_is_no_more(stair: Stair) -> None:
    ask(stair)

    async def left() -> None:
        async with db.write():
            await leave_all(stair.users[ANNA], PROGRAM)

    stair.at(left())
    anna = stair.sits(ANNA)
    assert anna.get(f"/help/questions/{stair.question()}").status_code == 200
    assert HOME_NUMBER not in anna.page
    assert "Лесная" not in anna.page


def test_first_answers_of_thirty_days_by_their_half_and_nine_tenths(both: Stair) -> None:
    assert both.at(first_answer_times()).median is None
    start = both.now
    questions = [ask(both, key) for key in "abcde"]
    for minutes, question in zip((10, 20, 30, 40), questions, strict=False):
        both.now = start + timedelta(minutes=minutes)
        assert answers(both, question, key=str(minutes)[0]) == []
    both.now = start + timedelta(days=29)
    times = both.at(first_answer_times())
    assert (times.count, times.median, times.ninety) == (4, timedelta(minutes=20), timedelta(minutes=40))
    assert (times.waiting, times.waiting_since) == (1, start)
    both.now = start + timedelta(days=30, minutes=25)
    assert both.at(first_answer_times()).count == 2
