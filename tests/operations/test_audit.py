"""What staff did, as an admin finds it: by agent, by customer, by subject, by day; and whether it is as it was."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from lk import clock, db
from lk.actor import Actor
from lk.audit import queries, rules
from lk.audit.checking import ask_check, make_waiting_checks
from lk.audit.queries import busy_days
from lk.history.actions import record
from lk.history.sealing import seal_due
from tests.database import Database, moscow
from tests.operations.month import IVANOVA, OPERATOR, PETROV, SUPPORT, Month
from tests.operations.staff import RITA, agent_id, begin_staff
from tests.pages import untranslated

NOW = "2025-07-26T12:00"


@pytest.fixture
def month(sqlite_database: Database) -> Month:
    return _lived(begin_staff(sqlite_database))


@pytest.fixture
def each_month(database: Database) -> Month:
    return _lived(begin_staff(database))


def _lived(month: Month) -> Month:
    """Three days of the desk."""
    home, other = _account(month, IVANOVA), _account(month, PETROV)
    alla, oleg = month.actors[SUPPORT], month.actors[OPERATOR]
    _did(month, "2025-07-20T09:30", "customer_viewed", alla, account_id=home)
    _did(month, "2025-07-20T09:31", "data_unmasked", alla, account_id=home, reason="caller")
    _did(month, "2025-07-21T10:00", "customers_listed", alla, accounts=[other, home])
    _did(month, "2025-07-21T10:05", "customers_listed", alla, accounts=[other])
    _did(month, "2025-07-22T23:59", "balance_corrected", oleg, account_id=home, correction="x", amount=-5000)
    _did(month, "2025-07-22T23:58", "money_asked", oleg, what="correction", amount=-5000, account=home)
    _did(month, "2025-07-23T00:00", "step_asked_again", oleg, period="2025-07", step="bill")
    _did(month, "2025-07-23T08:00", "payment_succeeded", Actor(1), account_id=home, amount=100)
    return month


def _account(month: Month, number: str) -> int:
    found = month.one("SELECT id FROM accounts WHERE number = {}", number)
    assert isinstance(found, int)
    return found


def _did(month: Month, at: str, kind: str, actor: Actor, account_id: int | None = None, **params: Any) -> None:
    async def done() -> None:
        async with db.write():
            await record(kind, account_id=account_id, actor=actor, **params)

    month.run(done(), at)


def test_every_act_is_a_sentence_with_who_when_and_whose(each_month: Month) -> None:
    visit = each_month.sits(RITA, NOW)
    visit.get("/operations/audit")
    for sentence in (
        "А-1 · Открыл карточку жителя 10000-001-01 20 июля, 09:30 · имя и почта скрыты",
        "А-1 · Смотрел имя и почту 10000-001-01 20 июля, 09:31 · «сверить, кто звонит»",
        "А-1 · Искал жителя, в списке 2 жителя 21 июля, 10:00 · 10000-001-02, 10000-001-01",
        "О-1 · Начал движение денег 22 июля, 23:58 · поправка · −50,00 ₽ · 10000-001-01",
        "О-1 · Внёс поправку 10000-001-01 22 июля, 23:59 · −50,00 ₽",
        "О-1 · Попросил сделать шаг месяца ещё раз 23 июля, 00:00 · за июль",
    ):
        assert sentence in visit.text
    assert "Оплата" not in visit.text


def test_one_customer_is_found_by_number_with_the_lists_that_named_them(each_month: Month) -> None:
    visit = each_month.sits(RITA, NOW)
    visit.get("/operations/audit")
    answer = visit.post("/operations/audit", number="10000-001-01")
    assert answer.status_code == 303
    assert IVANOVA not in answer.headers["location"]
    visit.get(answer.headers["location"])
    assert "в списке 2 жителя" in visit.text
    assert "в списке 1 житель" not in visit.text
    assert "Смотрел имя и почту" in visit.text
    assert "Внёс поправку" in visit.text
    assert "Начал движение денег" in visit.text
    assert "шаг месяца" not in visit.text
    visit.get(answer.headers["location"])
    assert "Р-3 · Искал в журнале действий 26 июля, 12:00 · 10000-001-01" in visit.text
    assert each_month.one("SELECT count(*) AS n FROM events WHERE kind = 'audit_searched'") == 1


def test_agent_subject_and_days_narrow_it(each_month: Month) -> None:
    visit = each_month.sits(RITA, NOW)

    def found(**query: object) -> list[str]:
        visit.get("/operations/audit?" + "&".join(f"{name}={value}" for name, value in query.items()))
        sentences = ("Открыл карточку", "Смотрел имя", "в списке 2", "поправку", "шаг месяца")
        return [each for each in sentences if each in visit.text]

    assert found(agent=agent_id(each_month, OPERATOR)) == ["поправку", "шаг месяца"]
    assert found(subject="views") == ["Открыл карточку", "Смотрел имя", "в списке 2"]
    assert found(subject="money") == ["поправку"]
    assert found(since="2025-07-22", until="2025-07-22") == ["поправку"]
    assert found(since="2025-07-22", until="2025-07-20", agent=agent_id(each_month, SUPPORT)) == [
        "Открыл карточку",
        "Смотрел имя",
        "в списке 2",
    ]
    assert found(until="2025-05-01") == []
    assert "ничего такого не делали" in visit.text


def test_what_has_no_subject_yet_is_something_else(month: Month) -> None:
    _did(month, "2025-07-24T10:00", "whatever_comes", month.actors[OPERATOR])
    visit = month.sits(RITA, NOW)
    visit.get("/operations/audit?subject=other")
    assert "О-1 · Действие «whatever_comes» 24 июля, 10:00" in visit.text
    assert "поправку" not in visit.text


def test_what_was_typed_wrong_is_told_beside_its_field(month: Month) -> None:
    visit = month.sits(RITA, NOW)
    visit.get("/operations/audit")
    assert visit.post("/operations/audit", number="12345").status_code == 422
    assert "десять цифр" in visit.text
    assert visit.post("/operations/audit", number="9999999999").status_code == 422
    assert "Такого лицевого счёта нет" in visit.text
    assert visit.post("/operations/audit", since="вчера").status_code == 422
    assert "День пишется так" in visit.text
    assert month.one("SELECT count(*) AS n FROM events WHERE kind = 'audit_searched'") == 0
    assert visit.get("/operations/audit?since=x&agent=y&subject=z&account=nobody&before=q").status_code == 200


def test_pages_go_back_through_all_of_it_and_show_each_once(each_month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    monkeypatch.setattr("lk.audit.views.PAGE", 2)
    visit = each_month.sits(RITA, NOW)
    seen: list[str] = []
    path: str | None = "/operations/audit"
    while path:
        visit.get(path)
        seen += re.findall(
            r"· (?:<a[^>]*>)?[^<]*</(?:a|p)>.*?<p class=\"note\">([^<·]*)", visit.browser.page, re.DOTALL
        )
        assert len(seen) < 20
        href = visit.browser.page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
        path = href if 'rel="next"' in visit.browser.page else None
    assert len(seen) == len(set(seen)) == 7


def test_the_file_holds_all_of_it_and_that_it_was_taken_is_noted(each_month: Month) -> None:
    visit = each_month.sits(RITA, NOW)
    visit.get("/operations/audit")
    answer = visit.post("/operations/audit/file", agent=str(agent_id(each_month, SUPPORT)))
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["kind"] for row in rows] == ["customers_listed", "customers_listed", "data_unmasked", "customer_viewed"]
    assert rows[-1]["at"] == "2025-07-20T09:30:00+03:00"
    assert rows[-1]["account_number"] == IVANOVA
    visit.get("/operations/audit")
    assert "Р-3 · Скачал журнал действий 26 июля, 12:00 · сотрудник А-1" in visit.text


def test_a_day_of_many_views_is_shown_and_one_of_as_many_as_usual_is_not(each_month: Month) -> None:
    each_month.change("INSERT INTO settings (name, value) VALUES ('views_a_day', '2')")
    home, alla = _account(each_month, IVANOVA), each_month.actors[SUPPORT]
    for at in ("2025-07-24T00:00", "2025-07-24T12:07", "2025-07-24T23:59", "2025-07-25T00:00", "2025-07-25T23:59"):
        _did(each_month, at, "customer_viewed", alla, account_id=home)
    with clock.fixed_at(moscow(NOW)):
        search = rules.days_in(None, None, clock.today())
    (busy,) = each_month.run(busy_days(*search), NOW)
    assert (busy.agent_code, busy.day.isoformat(), busy.views) == (SUPPORT, "2025-07-24", 3)
    visit = each_month.sits(RITA, NOW)
    visit.get("/operations/audit")
    assert "24 июля: 3 просмотра" in visit.text


def test_the_seals_are_looked_along_when_an_admin_asks(each_month: Month) -> None:
    each_month.run(seal_due(), NOW)
    visit = each_month.sits(RITA, NOW)
    visit.get("/operations/audit")
    assert "запечатаны по 25 июля 2025" in visit.text
    assert "Проверок ещё не было" in visit.text
    assert visit.post("/operations/audit/checks").status_code == 303
    visit.get("/operations/audit")
    assert "Проверяем все печати" in visit.text
    assert visit.get("/operations/audit/check").status_code == 200
    visit.get("/operations/audit")
    visit.post("/operations/audit/checks")
    assert each_month.one("SELECT count(*) AS n FROM audit_checks") == 1

    assert each_month.run(make_waiting_checks(), NOW)
    assert not each_month.run(make_waiting_checks(), NOW)
    assert visit.get("/operations/audit/check").headers["location"] == "/operations/audit#seals"
    visit.get("/operations/audit")
    assert "всё цело Проверено 26 июля, 12:00: 7 действий под печатями" in visit.text


def test_what_was_changed_behind_a_seal_is_told(month: Month) -> None:
    month.run(seal_due(), NOW)
    month.database.change(
        "DROP TRIGGER events_no_update", "UPDATE events SET actor_agent_id = 2 WHERE kind = 'balance_corrected'"
    )
    month.run(ask_check(month.actors[RITA]), NOW)
    assert month.run(make_waiting_checks(), NOW)
    visit = month.sits(RITA, NOW)
    visit.get("/operations/audit")
    assert "Журнал меняли" in visit.text
    assert "Под печатью 2025-07-25 не то, что было" in visit.text


def test_a_look_whose_process_died_is_made_by_the_next_one(month: Month) -> None:
    month.run(ask_check(month.actors[RITA]), NOW)
    month.change("UPDATE audit_checks SET fence = 1, claim_ends_at = {}", moscow("2099-01-01T00:00"))
    assert not month.run(make_waiting_checks(), NOW)
    month.change("UPDATE audit_checks SET claim_ends_at = {}", moscow("2001-01-01T00:00"))
    assert month.run(make_waiting_checks(), NOW)


def test_only_an_admin_sees_it_or_asks_for_a_look(month: Month) -> None:
    for code in (OPERATOR, SUPPORT):
        assert month.sits(code, NOW).get("/operations/audit").status_code == 403
        assert month.refused(ask_check(month.actors[code]), NOW) == ["not_an_admin"]
    looking = Actor(month.actors[RITA].user_id, month.actors[RITA].agent_id, 1)
    assert month.refused(ask_check(looking), NOW) == ["not_an_admin"]


def test_an_admin_reads_it_in_english_and_the_file_stays_russian(month: Month) -> None:
    month.change("INSERT INTO settings (name, value) VALUES ('views_a_day', '1')")
    month.run(seal_due(), NOW)
    visit = month.sits(RITA, NOW)
    visit.browser.cookies["lk_language"] = "en"
    visit.get("/operations/audit")
    assert untranslated(_main(visit.browser.page)) == []
    assert "А-1 · Looked for a resident, 2 residents in the list" in visit.text
    assert "20 July: 2 views of residents’ data in a day" in visit.text
    assert '<span lang="ru">А-1</span> · Opened' in visit.browser.page
    rows = csv.DictReader(io.StringIO(visit.post("/operations/audit/file").text))
    assert "Искал жителя, в списке 2\u00a0жителя" in [row["what"] for row in rows]
    assert visit.post("/operations/audit", number="12345").status_code == 422
    assert untranslated(_main(visit.browser.page)) == []


def test_a_broken_seal_is_told_in_english(month: Month) -> None:
    month.run(seal_due(), NOW)
    month.database.change("DROP TRIGGER events_no_update", "UPDATE events SET kind = 'x' WHERE kind = 'money_asked'")
    month.run(ask_check(month.actors[RITA]), NOW)
    visit = month.sits(RITA, NOW)
    visit.browser.cookies["lk_language"] = "en"
    visit.get("/operations/audit/check")
    assert "We are checking all seals" in visit.text
    assert month.run(make_waiting_checks(), NOW)
    visit.get("/operations/audit")
    assert untranslated(_main(visit.browser.page)) == []
    assert "The log was changed" in visit.text
    assert "breaches: 2" in visit.text


def _main(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]
