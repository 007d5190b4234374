"""Questions read by whoever reads English: only what people wrote is Russian, and it is marked so."""

from __future__ import annotations

import pytest

from lk.feedback.answering import answer, close, note
from lk.feedback.asking import ask_by_email
from lk.feedback.canned import add_canned
from lk.feedback.rules import Status, TypedQuestion
from lk.notifications.letters import render
from lk.notifications.queries import language_of
from lk.notifications.tables import Message
from tests.feedback.cast import ALLA, ANNA, OLGA, QUESTION, Person, Stair
from tests.feedback.papers import PLAIN
from tests.pages import untranslated
from tests.payments_desk.cast import HOME

MANY = 10**9


@pytest.fixture
def asked(stair: Stair) -> Stair:
    """Anna asked, Alla wrote a note and answered; an answer is ready."""
    assert stair.sits(ANNA).ask(QUESTION, files=[PLAIN["a page"]]) == 303
    stair.at(note(stair.question(), "Похоже на ошибку", stair.actor(ALLA), form_key="n" * 20))
    text = "Пришлите фото"
    stair.at(answer(stair.question(), text, Status.WAITING, stair.actor(ALLA), seen_id=MANY, form_key="a" * 20))
    stair.at(add_canned("Где чек", "Он на почте", stair.actor(OLGA)))
    return stair


def _english(stair: Stair, who: str | None) -> Person:
    person = stair.sits(who)
    person.cookies["lk_language"] = "en"
    return person


def _main(person: Person) -> str:
    return person.page[person.page.index("<main") : person.page.index("</main>")]


@pytest.mark.parametrize(
    ("who", "paths"),
    [
        (ANNA, ("/help", "/help/questions", "/help/questions/{}", f"/accounts/{HOME}/history")),
        (ALLA, ("/support/questions", "/support/questions?state=all", "/support/questions/{}?done=taken")),
        (OLGA, ("/support/answers", "/support/answers/1", "/support/questions?q=x")),
        (None, ("/help", "/help/sent", "/help/letters/nothing")),
    ],
)
def test_every_page_is_english_but_for_what_people_wrote(asked: Stair, who: str | None, paths: tuple[str, ...]) -> None:
    person = _english(asked, who)
    for path in paths:
        person.get(path.format(asked.question()))
        assert untranslated(_main(person)) == [], path


def test_a_subject_of_the_list_is_english_and_what_was_typed_stays(asked: Stair) -> None:
    anna = _english(asked, ANNA)
    anna.get(f"/help/questions/{asked.question()}")
    assert "Bill and sum" in anna.text
    assert '<p lang="ru"' not in anna.page
    assert '<span lang="ru">Почему?</span>' in anna.page
    assert asked.one("SELECT title FROM questions") == "Счёт и сумма"


def test_what_is_refused_is_told_in_english(asked: Stair) -> None:
    anna = _english(asked, ANNA)
    assert anna.ask({"subject": "", "text": "2202 2002 2222 2222"}) == 422
    assert untranslated(_main(anna)) == []
    assert anna.ask({**QUESTION, "text": "x" * 4001}) == 422
    assert "only 4000 fit" in anna.text


def _subject(stair: Stair, kind: str) -> str:
    """Of the only letter of a kind, in the language in which it goes out."""
    (row,) = stair.rows("SELECT * FROM messages WHERE kind = {}", kind)
    return render(Message(**row), stair.at(language_of(row["user_id"]))).subject


@pytest.mark.parametrize(
    ("subject", "own", "title"), [("bill", "", "Bill and sum"), ("other", "Скидка 100 %d", "Скидка 100 %d")]
)
def test_letters_name_the_subject_as_the_page_does(stair: Stair, subject: str, own: str, title: str) -> None:
    stair.change("UPDATE users SET language = 'en' WHERE id = {}", stair.users[ANNA])
    assert stair.sits(ANNA).ask({**QUESTION, "subject": subject, "title": own}) == 303
    stair.at(answer(stair.question(), "Ok", Status.ANSWERED, stair.actor(ALLA), seen_id=MANY, form_key="a" * 20))
    stair.at(close(stair.question(), stair.actor(ALLA)))

    assert _subject(stair, "question_answered") == f"We have answered: {title}"
    assert _subject(stair, "question_closed") == f"Your question is closed: {title}"


def test_whoever_asks_by_email_is_answered_in_the_language_of_the_page(stair: Stair) -> None:
    vera = _english(stair, None)
    assert vera.ask({**QUESTION, "account": "", "email": "vera@mail.example"}) == 303
    assert vera.post(f"{stair.link()}/confirmation").status_code == 303
    stair.at(answer(stair.question(), "Ok", Status.ANSWERED, stair.actor(ALLA), seen_id=MANY, form_key="a" * 20))
    stair.at(close(stair.question(), stair.actor(ALLA)))

    assert _subject(stair, "question_confirm") == "Send your question?"
    assert _subject(stair, "question_answered") == "We have answered: Bill and sum"
    assert _subject(stair, "question_closed") == "Your question is closed: Bill and sum"


def test_a_question_whose_first_letter_is_gone_is_answered_as_the_company_writes(stair: Stair) -> None:
    vera = _english(stair, None)
    vera.ask({**QUESTION, "account": "", "email": "vera@mail.example"})
    vera.post(f"{stair.link()}/confirmation")
    stair.change("DELETE FROM messages")
    stair.at(answer(stair.question(), "Ok", Status.ANSWERED, stair.actor(ALLA), seen_id=MANY, form_key="a" * 20))

    assert _subject(stair, "question_answered") == "Мы ответили: Счёт и сумма"


def test_whoever_has_not_signed_in_reads_their_question(stair: Stair) -> None:
    typed = TypedQuestion("other", "Где чек", "Оплатила", "", "vera@mail.example", "k" * 20)
    stair.at(ask_by_email(typed, [], address="127.0.0.1"))
    vera = _english(stair, None)
    vera.get(stair.link())
    assert untranslated(_main(vera)) == []
    assert vera.post(f"{stair.link()}/confirmation").status_code == 303
    vera.get(f"{stair.link()}?done=confirmed")
    assert untranslated(_main(vera)) == []
    assert stair.happened() == ["question_asked"]
