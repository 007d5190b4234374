"""The board as an operator sees it: its lists, its files, its buttons, what goes on under their eyes."""

from __future__ import annotations

import pytest

from lk import clock, counting, db
from lk.cycle import month_counts
from lk.cycle.board import board
from lk.cycle.lists import listed
from lk.cycle.trials import make_waiting_trials
from lk.payments.tables import Payment
from tests.database import Database, moscow
from tests.operations.month import IVANOVA, JULY, PETROV, RUN, SUPPORT, Month, begin_month

LATER = "2025-07-28T12:00"


@pytest.fixture
def month(sqlite_database: Database) -> Month:
    return begin_month(sqlite_database)


@pytest.fixture
def each_month(database: Database) -> Month:
    return begin_month(database)


def test_the_page_answers_whether_the_month_is_all_right(month: Month) -> None:
    month.town.run_due(RUN)
    visit = month.sits()
    page = visit.get("/operations")
    assert page.status_code == 200
    assert "<h1>Июль\u00a02025</h1>" in page.text
    assert "Всё в порядке Дальше — доставка счетов, 28 июля." in visit.text
    assert "Расчёт счетов 26 июля сделано" in visit.text
    assert "hx-trigger" not in page.text

    month.leaves_without_norm(IVANOVA)
    month.change("UPDATE bills SET status = 'reversed' WHERE account_id = 1")
    visit.post("/operations/repeats", period="2025-07", step="bill")
    month.town.run_due(RUN)
    visit.get("/operations")
    assert "Нужен человек" in visit.text
    assert "Отложенные счета: 1" in visit.text
    assert "например, 10000-001-01" in visit.text


def test_it_asks_every_two_seconds_only_while_something_goes_on(month: Month) -> None:
    month.town.run_due(RUN)
    month.change(
        "UPDATE cycle_runs SET status = 'running', through_id = 1, last_id = 2, claim_ends_at = {} WHERE step = 'bill'",
        moscow("2099-01-01T00:00"),
    )
    visit = month.sits()
    assert 'hx-trigger="every 2s"' in visit.get("/operations").text
    with db.counted() as counter:
        part = visit.get("/operations/progress?period=2025-07")
    assert "50\u00a0%" in part.text
    assert 'hx-trigger="every 2s"' in part.text
    of_the_board = [sql for sql in counter.statements if "sessions" not in sql]
    assert [sql.partition("FROM ")[2].split()[0] for sql in of_the_board] == ["cycle_runs"]

    month.change("UPDATE cycle_runs SET status = 'done' WHERE step = 'bill'")
    over = visit.get("/operations/progress?period=2025-07")
    assert (over.status_code, over.headers["location"]) == (303, "/operations?period=2025-07")


def test_a_list_names_the_accounts_and_leads_to_the_desk(each_month: Month) -> None:
    each_month.leaves_without_norm(IVANOVA)
    assert each_month.town.reads(PETROV, 900, at="2025-07-20T14:05") == "held"
    each_month.town.run_due(RUN)
    visit = each_month.sits()

    page = visit.get("/operations/waiting/put-aside?period=2025-07")
    public_id = each_month.one("SELECT public_id FROM accounts WHERE number = {}", IVANOVA)
    assert f"/support/accounts/{public_id}" in page.text
    assert "10000-001-01 Нет норматива для региона" in visit.text
    visit.get("/operations/waiting/held-readings?period=2025-07")
    assert "10000-001-02 Меньше прошлого" in visit.text
    assert visit.get("/operations/waiting/no-such-list").status_code == 404

    file = visit.get("/operations/waiting/put-aside/file?period=2025-07")
    assert file.headers["content-type"].startswith("text/csv")
    assert file.text.splitlines() == [
        "account_number,reason,since",
        '1000000101,"Нет норматива для региона, категории или числа жителей: загрузите тарифы",'.replace(
            "загрузите тарифы", "загрузите нормативы"
        )
        + "2025-07-26T00:05:00+03:00",
    ]


def test_no_cell_of_a_list_is_a_formula(month: Month) -> None:
    month.town.run_due(RUN)
    month.change("UPDATE accounts SET number = '=1+1234567' WHERE id = 1")
    month.change("UPDATE bills SET status = 'held' WHERE account_id = 1")
    file = month.sits().get("/operations/waiting/held-bills/file?period=2025-07")
    assert file.text.splitlines()[1].startswith("'=1+1234567,")


def test_every_list_asks_what_both_engines_know(each_month: Month) -> None:
    each_month.town.opens_cabinet(IVANOVA, "anna@mail.example")
    each_month.town.run_due(LATER)
    each_month.change("UPDATE messages SET status = 'dead'")
    each_month.run(_lost_payment(), "2025-07-28T10:00")
    each_month.change(
        "UPDATE bills SET delivered_on = NULL, status = CASE account_id WHEN 2 THEN 'held' ELSE status END"
    )
    found = {
        name: len(each_month.run(listed(name, JULY), LATER).rows)
        for name in ("held-bills", "undelivered", "dead-letters", "unknown-payments", "autopay-failed")
    }
    assert found == {
        "held-bills": 1,
        "undelivered": 2,
        "dead-letters": each_month.one("SELECT count(*) AS n FROM messages"),
        "unknown-payments": 1,
        "autopay-failed": 0,
    }


async def _lost_payment() -> None:
    async with db.write():
        await Payment.insert(
            Payment(
                public_id="lostlostlost",
                account_id=1,
                key="hand:1",
                kind="one_off",
                amount_kopecks=100,
                status="unknown",
                body="{}",
                created_at=clock.now(),
            )
        )


def test_a_long_list_is_read_page_by_page(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lk.cycle.lists.PAGE", 2)
    month.town.run_due(RUN)
    visit = month.sits()
    first = visit.get("/operations/waiting/undelivered?period=2025-07")
    assert first.text.count('scope="row"') == 2
    assert "К началу" not in visit.text
    after = first.text.partition("after=")[2].partition('"')[0]
    second = visit.get(f"/operations/waiting/undelivered?period=2025-07&after={after}")
    assert second.text.count('scope="row"') == 1
    assert "К началу" in visit.text
    assert "Дальше ›" not in visit.text


def test_the_button_answers_at_once_and_a_refusal_says_what_is_kept(month: Month) -> None:
    month.town.run_due(RUN)
    visit = month.sits()
    visit.get("/operations")
    asked = visit.post("/operations/repeats", period="2025-07")
    assert (asked.status_code, asked.headers["location"]) == (303, "/operations?period=2025-07&done=again")
    assert "Пробуем ещё раз" in visit.get(asked.headers["location"]).text
    refused = visit.post("/operations/repeats", period="2025-07")
    assert refused.status_code == 422
    assert "Этот шаг уже идёт" in visit.text
    assert visit.post("/operations/repeats", period="", step="").status_code == 422
    assert visit.post("/operations/repeats", period="2025-07", step="pay").status_code == 422


def test_a_trial_is_asked_for_watched_and_read(month: Month) -> None:
    month.town.run_due(RUN)
    visit = month.sits(at=LATER)
    visit.get("/operations/trial?period=2025-07")
    asked = visit.post("/operations/trial", period="2025-07")
    assert asked.status_code == 303
    assert 'hx-trigger="every 2s"' in visit.get(asked.headers["location"]).text
    assert "Считаем" in visit.get("/operations/trial/progress?period=2025-07").text
    month.change("UPDATE rates SET price_kopecks = 1000 WHERE zones = 1")
    month.run(make_waiting_trials(), LATER)
    assert visit.get("/operations/trial/progress?period=2025-07").status_code == 303

    visit.get("/operations/trial?period=2025-07")
    assert "Вышло бы 3 975,75 ₽ 3 счёта" in visit.text
    assert "10000-001-02 Вышло бы иначе 1 062,45 ₽ 1 350,00 ₽ +287,55 ₽" in visit.text
    assert "1000000102,Вышло бы иначе,1062.45,1350.00,287.55" in visit.get("/operations/trial/file?period=2025-07").text


def test_support_sees_none_of_it(month: Month) -> None:
    visit = month.sits(SUPPORT)
    for path in ("/operations", "/operations/progress", "/operations/trial", "/operations/waiting/put-aside"):
        assert visit.get(path).status_code == 403


def test_a_city_is_counted_beside_the_page_and_older_counts_are_shown_meanwhile(
    month: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "LARGE", 1)
    monkeypatch.setattr(month_counts._counting, "patience", 0.0)
    month.town.run_due(RUN)

    async def issued() -> int | None:
        counts = (await board(JULY)).counts
        return counts.issued if counts else None

    async def looked() -> list[int | None]:
        seen = [await issued()]
        assert month_counts.is_counting(JULY)
        await month_counts._counting._by_key[JULY].task
        seen.append(await issued())
        async with db.write():
            await db.execute("UPDATE bills SET status = 'held' WHERE account_id = 1")
        month_counts._counting._by_key[JULY].until = 0.0
        seen.append(await issued())
        await month_counts._counting._by_key[JULY].task
        return [*seen, await issued()]

    assert month.run(looked()) == [None, 3, 3, 2]


def test_while_a_city_is_counted_the_page_says_so_and_asks_again(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    async def uncounted(*_: object) -> None:
        return None

    monkeypatch.setattr("lk.cycle.board.month_counts", uncounted)
    page = month.sits().get("/operations")
    assert "Считаем показания, счета и платежи всего города" in page.text
    assert 'hx-trigger="every 2s"' in page.text
