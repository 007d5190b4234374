"""A question on its way in: from a cabinet, and from anybody with an e-mail."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from lk import db
from lk.feedback import asking, files
from lk.feedback.asking import ask_as_user, ask_by_email, confirm
from lk.feedback.files import Attachment
from lk.feedback.links import letter_link
from lk.feedback.queries import question_with
from lk.feedback.rules import QUESTIONS_PER_ADDRESS, QUESTIONS_PER_EMAIL, QUESTIONS_PER_USER, TypedQuestion
from lk.feedback.tidying import tidy
from lk.identity.rules import Limit
from lk.tokens import derived_token
from tests.feedback.cast import ALLA, ANNA, BORIS, HELPER, QUESTION, Stair
from tests.payments_desk.cast import HOME, NEIGHBOUR
from tests.readings.photos import photo

EMAIL = "vera@mail.example"
STRANGERS = {"subject": "meter", "text": "Кто поверит счётчик?", "email": EMAIL}


def typed(key: str = "k" * 20, account: str = HOME, email: str = "") -> TypedQuestion:
    return TypedQuestion("bill", "Счёт и сумма", "Почему?", account, email, key)


def test_signed_in_it_reaches_staff_at_once_with_its_account(both: Stair) -> None:
    asked = both.at(ask_as_user(both.users[ANNA], typed(), [Attachment("pdf", b"%PDF-")], both.actor(ANNA)))

    assert (asked.status, asked.account_id, asked.email) == ("new", both.accounts[HOME], "")
    assert both.rows("SELECT text, author, agent_id FROM question_messages") == [
        {"text": "Почему?", "author": "resident", "agent_id": None}
    ]
    assert both.one("SELECT content FROM question_files") == b"%PDF-"
    (event,) = both.rows("SELECT kind, user_id, account_id, params FROM events")
    assert (event["kind"], event["user_id"], event["account_id"]) == ("question_asked", both.users[ANNA], None)
    assert "Почему" not in event["params"]
    assert both.letters("question_confirm") == []


def test_sent_twice_it_is_one(both: Stair) -> None:
    first = both.at(ask_as_user(both.users[ANNA], typed(), [], both.actor(ANNA)))
    again = both.at(ask_as_user(both.users[ANNA], typed(), [], both.actor(ANNA)))
    assert again == first
    for _ in range(2):
        both.at(ask_by_email(typed("e" * 20, "", EMAIL), [], address="192.0.2.1"))
    assert len(both.rows("SELECT id FROM questions")) == 2
    assert len(both.letters("question_confirm")) == 1


@pytest.mark.parametrize(("who", "account"), [(ANNA, NEIGHBOUR), (BORIS, HOME), (ANNA, "nobodys"), (ANNA, "' OR 1")])
def test_about_an_account_of_ones_own_only(stair: Stair, who: str, account: str) -> None:
    asked = ask_as_user(stair.users[who], typed(account=account), [], stair.actor(who))
    assert stair.refused(asked) == ["account_wanted"]
    assert stair.rows("SELECT id FROM questions") == []


def test_a_helper_asks_about_the_flat_too_and_each_sees_their_own(stair: Stair) -> None:
    stair.sits(HELPER).ask(QUESTION)
    hers = stair.question()
    assert stair.one("SELECT user_id FROM questions") == stair.users[HELPER]
    holder = stair.sits(ANNA)
    holder.get("/help/questions")
    assert "Вопросов пока не было." in holder.text
    for path in ("", "/closing"):
        method = holder.post if path else holder.get
        assert method(f"/help/questions/{hers}{path}").status_code == 404
    assert holder.get(f"/accounts/{HOME}/history").status_code == 200
    assert "вопрос" not in holder.text


def test_without_signing_in_nobody_sees_it_until_the_letters_button(both: Stair) -> None:
    both.at(ask_by_email(typed("e" * 20, "", EMAIL), [], address="192.0.2.1"))
    question = both.at(question_with(both.question()))
    assert question is not None
    assert (question.status, question.opened_at) == ("unconfirmed", None)
    (to_address, letter), *_ = both.letters("question_confirm")
    assert to_address == EMAIL
    assert both.link() in letter.text
    assert "Почему" not in letter.text
    for _ in range(2):
        both.at(confirm(question, address="192.0.2.1"))
    assert both.status() == "new"
    assert both.happened() == ["question_asked"]


def test_the_whole_way_of_a_stranger(stair: Stair) -> None:
    vera, alla = stair.sits(None), stair.sits(ALLA)
    assert vera.ask(STRANGERS) == 303
    assert "Осталось открыть письмо" in vera.text
    alla.get("/support/questions?state=all")
    assert "Счётчик" not in alla.text
    assert alla.get(f"/support/questions/{stair.question()}").status_code == 404
    link = stair.link()
    before = stair.rows("SELECT status, changed_at FROM questions")
    vera.get(link)
    assert "Кто поверит счётчик?" in vera.text
    assert stair.rows("SELECT status, changed_at FROM questions") == before
    vera.get(vera.post(f"{link}/confirmation").headers["location"])
    assert "вопрос у нас" in vera.text
    alla.get("/support/questions")
    assert "Счётчик" in alla.text
    assert EMAIL not in alla.page
    assert "v•••@mail.example" in alla.text


def test_only_the_letters_own_link_opens_it(stair: Stair) -> None:
    vera = stair.sits(None)
    vera.ask(STRANGERS)
    link = stair.link()
    stair.sits(ANNA).ask(QUESTION)
    annas = f"/help/letters/{stair.question()}-{link.rpartition('-')[2]}"
    for odd in (link[:-1] + ("A" if link[-1] != "A" else "B"), annas, "/help/letters/x", "/help/letters/" + "a" * 500):
        assert vera.get(odd).status_code == 410
        for path in ("", "/confirmation", "/closing"):
            assert vera.post(f"{odd}{path}", text="x").status_code == 410
    assert stair.rows("SELECT status FROM questions ORDER BY id") == [{"status": "unconfirmed"}, {"status": "new"}]


def test_a_users_question_never_opens_by_a_link(stair: Stair) -> None:
    stair.sits(ANNA).ask(QUESTION)
    link = letter_link(stair.question())
    path = link.path.replace("{token}", derived_token(*map(str, link.token_of)))
    assert stair.sits(None).get(path).status_code == 410


def test_an_unconfirmed_one_is_forgotten_after_three_days(both: Stair) -> None:
    both.at(ask_by_email(typed("e" * 20, "", EMAIL), [Attachment("pdf", b"%PDF-")], address="192.0.2.1"))
    both.at(ask_as_user(both.users[ANNA], typed(), [], both.actor(ANNA)))
    both.later(days=3)
    assert both.at(tidy()) == 0
    both.later(minutes=1)
    assert both.at(tidy()) == 1
    assert both.one("SELECT user_id FROM questions") == both.users[ANNA]
    assert both.rows("SELECT id FROM question_files") == []
    assert len(both.rows("SELECT id FROM question_messages")) == 1


def test_so_many_a_day_from_a_cabinet_an_email_and_an_address(both: Stair, monkeypatch: pytest.MonkeyPatch) -> None:
    day, hour = timedelta(days=1), timedelta(hours=1)
    assert (
        Limit(10, day),
        Limit(3, day),
        Limit(10, hour),
    ) == (QUESTIONS_PER_USER, QUESTIONS_PER_EMAIL, QUESTIONS_PER_ADDRESS)
    for name, limit in (("USER", Limit(1, day)), ("EMAIL", Limit(1, day)), ("ADDRESS", Limit(2, hour))):
        monkeypatch.setattr(asking, f"QUESTIONS_PER_{name}", limit)

    def stranger(key: str, email: str, address: str) -> list[str]:
        return both.refused(ask_by_email(typed(key * 20, "", email), [], address=address))

    assert both.refused(ask_as_user(both.users[ANNA], typed("a" * 20), [], both.actor(ANNA))) == []
    assert both.refused(ask_as_user(both.users[ANNA], typed("b" * 20), [], both.actor(ANNA))) == ["too_many_questions"]
    assert stranger("c", "Vera@mail.example", "2001:db8::1") == []
    assert stranger("d", EMAIL, "192.0.2.9") == ["too_many_questions"]
    assert stranger("e", "x@mail.example", "2001:db8::2") == []
    assert stranger("f", "y@mail.example", "2001:db8::3") == ["too_many_questions"]
    both.later(days=1, minutes=1)
    assert stranger("g", EMAIL, "2001:db8::3") == []


def test_a_refused_question_loses_no_word(stair: Stair) -> None:
    vera = stair.sits(None)
    wrong = {"subject": "other", "title": "", "text": "Не горит <b>", "email": "vera"}
    assert vera.ask(wrong) == 422
    assert "Не горит &lt;b&gt;" in vera.page
    assert 'value="vera"' in vera.page
    assert "выглядит как imya@pochta.ru" in vera.text
    key = re.findall(r'name="form" value="(\w+)"', vera.page)
    assert len(key) == 1
    anna = stair.sits(ANNA)
    assert anna.ask({"subject": "bill", "text": "", "account": ""}) == 422
    assert '<option value="" selected>Вопрос не о квартире' in anna.page


def test_while_nothing_can_be_stored_the_text_is_kept_and_files_are_not_said_to_be(
    stair: Stair, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object) -> None:
        raise db.DatabaseBusy

    anna = stair.sits(ANNA)
    with monkeypatch.context() as broken:
        broken.setattr("lk.feedback.controllers.help.ask_as_user", busy)
        assert anna.ask(QUESTION, files=[photo(20, 20)]) == 503
        assert "Текст остался на этой странице, файлы — нет" in anna.text
        kept = {name: anna._hidden(name) for name in ("form", "subject", "account", "text")}
        assert anna.ask(QUESTION) == 503
        assert "Всё, что вы ввели, осталось" in anna.text
    assert kept["text"] == QUESTION["text"]
    assert anna.post("/help", **kept).status_code == 303
    assert stair.one("SELECT text FROM question_messages") == QUESTION["text"]


def test_the_same_words_whether_or_not_the_email_has_a_cabinet(stair: Stair) -> None:
    pages = []
    for email in ("anna@mail.example", "nobody@mail.example"):
        somebody = stair.sits(None)
        assert somebody.ask({**STRANGERS, "email": email}) == 303
        pages.append(somebody.text)
    assert pages[0] == pages[1]
    assert stair.rows("SELECT user_id FROM questions") == [{"user_id": None}] * 2


def test_staff_and_an_agent_who_looks_have_no_form(stair: Stair) -> None:
    for person in (stair.sits(ALLA), stair.sits(ALLA, looks_at=HOME)):
        person.get("/help")
        assert "Отправить вопрос" not in person.text
        assert person.post("/help", **QUESTION).status_code == 403
    assert stair.rows("SELECT id FROM questions") == []


def test_a_failing_file_leaves_nothing_behind(stair: Stair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "FILES_PER_ASKER", Limit(1, timedelta(days=1)))
    two = [Attachment("pdf", b"%PDF-")] * 2
    assert stair.refused(ask_as_user(stair.users[ANNA], typed(), two, stair.actor(ANNA))) == ["too_many_files_a_day"]
    assert stair.rows("SELECT id FROM questions") == stair.rows("SELECT id FROM question_files") == []
    assert stair.happened() == []
