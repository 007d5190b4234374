"""Pages of questions, without JavaScript: the resident's, the link's, the desk's; who may see what of them."""

from __future__ import annotations

import pytest

from lk.feedback import desk as queue_module
from tests.feedback.cast import ALLA, ANNA, ANTON, BORIS, OLGA, QUESTION, Stair
from tests.feedback.papers import PLAIN
from tests.payments_desk.cast import HOME, NEIGHBOUR

EMAIL = "vera@mail.example"
SECRET = "Счёт вырос вдвое"


def test_asked_answered_and_helped(stair: Stair) -> None:
    anna, alla = stair.sits(ANNA), stair.sits(ALLA)
    assert anna.ask(QUESTION, files=[PLAIN["a page"]]) == 303
    assert "Вопрос отправлен" in anna.text
    assert "Лесная, 5 — кв. 01" in anna.text
    own = f"/help/questions/{stair.question()}"
    alla.get("/support/questions")
    assert "Счёт и сумма Счёт вырос вдвое. Почему? Новый" in alla.text
    desk = f"/support/questions/{stair.question()}"
    alla.get(desk)
    assert SECRET in alla.text
    assert "anna@mail.example" not in alla.page
    assert "Иванова Анна" not in alla.text
    assert f'href="/support/accounts/{HOME}"' in alla.page
    sent = alla.follow(f"{desk}/answer", text="Вот почему", then="waiting", seen="1000000", form=alla._hidden("form"))
    assert sent.status_code == 200
    assert "Ответ отправлен" in alla.text
    anna.get(own)
    assert "Ждём вас" in anna.text
    assert f"Сотрудник {ALLA}" in anna.text
    assert anna.ask({"text": "Понятно"}, own) == 303
    assert anna.post(f"{own}/closing").status_code == 303
    anna.get("/help/questions")
    assert "Закрыт" in anna.text
    anna.get(f"/accounts/{HOME}/history")
    assert "Поддержка ответила на вопрос" in anna.text


def test_a_stranger_finds_nothing_of_it(stair: Stair) -> None:
    stair.sits(ANNA).ask(QUESTION)
    question = stair.question()
    boris, nobody = stair.sits(BORIS), stair.sits(None)
    boris.get("/help/questions")
    assert "Счёт и сумма" not in boris.text
    assert boris.get(f"/help/questions/{question}").status_code == 404
    assert boris.post(f"/help/questions/{question}", text="x").status_code == 404
    assert boris.post(f"/help/questions/{question}/closing").status_code == 404
    assert boris.get(f"/support/questions/{question}").status_code == 403
    assert nobody.get(f"/help/questions/{question}").status_code == 303
    assert stair.status() == "new"
    assert len(stair.rows("SELECT id FROM question_messages")) == 1


def test_an_agent_who_looks_reads_what_is_about_this_account_and_writes_nothing(stair: Stair) -> None:
    anna = stair.sits(ANNA)
    anna.ask(QUESTION)
    about = stair.question()
    anna.ask({**QUESTION, "account": "", "subject": "meter", "text": "О другом"})
    other = stair.question()
    looking, elsewhere = stair.sits(ALLA, looks_at=HOME), stair.sits(ANTON, looks_at=NEIGHBOUR)
    looking.get("/help/questions")
    assert "Счёт и сумма" in looking.text
    assert "Счётчик" not in looking.text
    assert "Задать вопрос" not in looking.text
    looking.get(f"/help/questions/{about}")
    assert SECRET in looking.text
    assert "Дополнить" not in looking.text
    assert looking.get(f"/help/questions/{other}").status_code == 404
    assert elsewhere.get(f"/help/questions/{about}").status_code == 404
    for path in (
        "/help",
        f"/help/questions/{about}",
        f"/help/questions/{about}/closing",
        f"/support/questions/{about}/answer",
        f"/support/questions/{about}/note",
        f"/support/questions/{about}/taking",
        f"/support/questions/{about}/handing-over",
        f"/support/questions/{about}/closing",
        "/support/answers",
    ):
        assert looking.post(path, text="x", title="x").status_code == 403, path
    looking.get(f"/support/questions/{about}")
    assert "Ответить" not in looking.text
    assert stair.status() == "new"
    assert len(stair.rows("SELECT id FROM question_messages")) == 2


def test_a_note_and_its_author_never_reach_the_resident(stair: Stair) -> None:
    anna, alla = stair.sits(ANNA), stair.sits(ALLA)
    anna.ask(QUESTION)
    desk = f"/support/questions/{stair.question()}"
    alla.get(desk)
    alla.follow(f"{desk}/note", text="Жалуется часто", form=alla._hidden("form") + "n")
    assert "Заметка для своих" in alla.text
    assert "Жалуется часто" in alla.text
    anna.get(f"/help/questions/{stair.question()}")
    assert "Жалуется" not in anna.text
    assert ALLA not in anna.text
    assert "Жалуется" not in str(stair.rows("SELECT params FROM messages"))


def test_a_refused_answer_or_note_keeps_the_text(stair: Stair) -> None:
    anna, alla, anton = stair.sits(ANNA), stair.sits(ALLA), stair.sits(ANTON)
    anna.ask(QUESTION)
    desk = f"/support/questions/{stair.question()}"
    for person in (alla, anton):
        person.get(desk)
    assert anton.post(f"{desk}/taking").status_code == 303
    assert alla.post(f"{desk}/answer", text="Уже написано", seen="1000000").status_code == 422
    assert f"Вопрос ведёт сотрудник {ANTON}" in alla.text
    assert "Уже написано</textarea>" in alla.page
    anna.ask({"text": "И ещё"}, f"/help/questions/{stair.question()}")
    assert anton.post(f"{desk}/answer", text="Пишу", seen="1").status_code == 422
    assert "добавил сообщение" in anton.text
    assert "Пишу</textarea>" in anton.page
    assert alla.post(f"{desk}/note", text=" ").status_code == 422
    assert alla.post(f"{desk}/note", text="x" * 4001).status_code == 422
    assert "x" * 4001 in alla.page
    assert alla.post(f"{desk}/handing-over", agent="Б-9").status_code == 422
    assert stair.letters("question_answered") == []


def test_a_ready_answer_is_put_behind_what_is_typed_and_sends_nothing(stair: Stair) -> None:
    stair.sits(ANNA).ask(QUESTION)
    olga, alla = stair.sits(OLGA), stair.sits(ALLA)
    olga.get("/support/answers")
    olga.follow("/support/answers", title="О поверке", text="Поверку оплачивает <хозяин>.")
    answer_id = str(stair.one("SELECT id FROM canned_answers"))
    assert alla.get("/support/answers").status_code == 403
    desk = f"/support/questions/{stair.question()}"
    alla.get(desk)
    shown = alla.post(f"{desk}/answer", text="Здравствуйте.", canned=answer_id, do="insert", seen="1")
    assert shown.status_code == 200
    assert "Здравствуйте.\n\nПоверку оплачивает &lt;хозяин&gt;.</textarea>" in alla.page
    assert stair.status() == "new"


def test_operators_keep_the_ready_answers(stair: Stair) -> None:
    olga, alla = stair.sits(OLGA), stair.sits(ALLA)
    olga.get("/support/answers")
    for _ in range(2):
        olga.follow("/support/answers", title="О поверке", text="Раз")
    answer_id = stair.one("SELECT id FROM canned_answers")
    assert olga.post("/support/answers", title="", text="Останется").status_code == 422
    assert "Останется</textarea>" in olga.page
    olga.get(f"/support/answers/{answer_id}")
    olga.follow(f"/support/answers/{answer_id}", title="О поверке", text="Два")
    assert stair.one("SELECT text FROM canned_answers") == "Два"
    alla.get("/support")
    assert alla.post(f"/support/answers/{answer_id}/removal").status_code == 403
    for _ in range(2):
        olga.follow(f"/support/answers/{answer_id}/removal")
    assert olga.get(f"/support/answers/{answer_id}").status_code == 404
    assert stair.happened().count("canned_answer_changed") == 3
    assert "О поверке" not in olga.text


def test_the_queue_by_state_by_agent_and_by_words(stair: Stair, monkeypatch: pytest.MonkeyPatch) -> None:
    anna, boris, alla = stair.sits(ANNA), stair.sits(BORIS), stair.sits(ALLA)
    for number in range(3):
        anna.ask({**QUESTION, "subject": "other", "title": f"Ёлка {number}", "text": "100% темно"})
    boris.ask({"subject": "payment", "account": NEIGHBOUR, "text": "Где чек"})
    payment = stair.question()

    def found(**asked: str) -> list[str]:
        alla.get("/support/questions?" + "&".join(f"{name}={value}" for name, value in asked.items()))
        return [title for title in ("Ёлка 0", "Ёлка 1", "Ёлка 2", "Оплата") if title in alla.text]

    assert found() == ["Ёлка 0", "Ёлка 1", "Ёлка 2", "Оплата"]
    assert found(q="ЕЛКА 1") == ["Ёлка 1"]
    assert found(q="%25 темно") == ["Ёлка 0", "Ёлка 1", "Ёлка 2"]
    assert found(q="10000-001-02") == ["Оплата"]
    assert found(q="'; DROP TABLE questions") == []
    assert found(whose="mine") == []
    alla.get(f"/support/questions/{payment}")
    alla.follow(f"/support/questions/{payment}/taking")
    assert found(whose="mine") == ["Оплата"]
    alla.get(f"/support/questions/{payment}")
    alla.follow(f"/support/questions/{payment}/answer", text="Вот", then="closed", seen="1000000")
    assert found(state="closed") == ["Оплата"]
    assert found(state="nonsense") == ["Ёлка 0", "Ёлка 1", "Ёлка 2"]
    assert found(state="all") == ["Ёлка 0", "Ёлка 1", "Ёлка 2", "Оплата"]
    monkeypatch.setattr("lk.feedback.controllers.desk.PAGE", 2)
    monkeypatch.setattr(queue_module, "PAGE", 2)
    assert found() == ["Ёлка 0", "Ёлка 1"]
    assert "Дальше" in alla.text
    after = stair.rows("SELECT id FROM questions ORDER BY id")[1]["id"]
    assert found(after=str(after)) == ["Ёлка 2"]
    assert "Дальше" not in alla.text


def test_the_queue_says_how_soon_people_are_answered(stair: Stair) -> None:
    stair.sits(ANNA).ask(QUESTION)
    first = stair.question()
    stair.sits(BORIS).ask({"subject": "payment", "account": NEIGHBOUR, "text": "Где чек"})
    stair.later(hours=3)
    alla = stair.sits(ALLA)
    alla.get(f"/support/questions/{first}")
    alla.follow(f"/support/questions/{first}/answer", text="Вот", then="answered", seen="1000000")
    alla.get("/support/questions")
    assert "Ждут сейчас 1, дольше всех — 3 часа" in alla.text
    assert "Обычное ожидание, медиана 3 часа" in alla.text
    assert "Долгое ожидание, 90 % 3 часа" in alla.text


def test_by_the_letters_link_it_goes_on_and_ends(stair: Stair) -> None:
    vera, alla = stair.sits(None), stair.sits(ALLA)
    vera.ask({"subject": "meter", "text": "Кто поверит счётчик?", "email": EMAIL}, files=[PLAIN["a page"]])
    link = stair.link()
    vera.get(link)
    (file,) = vera.files()
    assert vera.get(file).content == PLAIN["a page"]
    vera.post(f"{link}/confirmation")
    desk = f"/support/questions/{stair.question()}"
    alla.get(desk)
    assert "кто угодно с этой почтой" in alla.text
    alla.follow(f"{desk}/answer", text="Мы", then="answered", seen="1000000")
    ((to_address, letter),) = stair.letters("question_answered")
    assert to_address == EMAIL
    assert stair.link() == link
    assert link in letter.text
    assert vera.ask({"text": "Спасибо <3"}, link) == 303
    assert stair.status() == "reopened"
    assert vera.ask({"text": ""}, link) == 422
    assert vera.post(f"{link}/closing").status_code == 303
    assert stair.status() == "closed"
    assert vera.get(f"{link}/files/999").status_code == 404


def test_what_is_written_is_text_on_every_page(stair: Stair) -> None:
    nasty = "<script>alert(1)</script>"
    stair.sits(ANNA).ask({"subject": "other", "title": nasty, "text": nasty, "account": HOME})
    alla, question = stair.sits(ALLA), stair.question()
    for path in ("/support/questions", f"/support/questions/{question}"):
        alla.get(path)
        assert "<script>alert" not in alla.page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in alla.page
