"""Why a bill is as it is, what it would be with other digits, and an operator who puts it right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.access.test_forbidden import Stored
from tests.household import ACCOUNT, AGENT_PASSWORD, EMAIL, METER, OTHER_ACCOUNT, hire, register, served_house, sign_in
from tests.journeys.steps import send_reading
from tests.papers import spaced
from tests.served import Served, Visitor

PRESENT = 180 * 945 + 95 * 408
OTHER = 100 * 945 + 95 * 408


class Desk:
    """July of the household is billed by its own reading, 5000 and 2200; staff have signed in."""

    def __init__(self, lk: Served) -> None:
        self.lk = lk
        self.resident = lk.visitor()
        self.home = register(lk, self.resident)
        send_reading(self.resident, self.home, t1="5000", t2="2200")
        employees = {role: hire(lk, role, role) for role in ("support", "operator")}
        lk.move_to("2025-07-27T12:00")
        lk.run_month()
        self.staff: dict[str, Visitor] = {}
        for role, employee in employees.items():
            who = self.staff[role] = lk.visitor()
            sign_in(who, role, AGENT_PASSWORD)
            who.post("/sign-in/code", code=employee.code(lk))
        self.page = f"/support{self.home}/bills/2025-07"
        self.meter = str(lk.rows("SELECT id FROM meters WHERE serial_key = {}", METER)[0]["id"])

    def bills(self) -> list[tuple[str, int]]:
        rows = self.lk.rows(
            "SELECT b.status, b.total_kopecks FROM bills b JOIN accounts a ON a.id = b.account_id "
            "WHERE a.number = {} ORDER BY b.id",
            ACCOUNT,
        )
        return [(row["status"], row["total_kopecks"]) for row in rows]

    def readings(self) -> list[dict[str, Any]]:
        return self.lk.rows(
            "SELECT t1_kwh, status, source FROM readings WHERE meter_id = {} AND kind = 'regular' ORDER BY id",
            int(self.meter),
        )

    def what_if(self, role: str = "operator", t1: str = "4920", t2: str = "2200", day: str = "2025-07-20") -> str:
        self.staff[role].get(self.page)
        self.staff[role].post(f"{self.page}/what-if", meter=self.meter, taken_on=day, t1=t1, t2=t2)
        return self.staff[role].page

    def correct(self, cause: str = "reading", **fields: str) -> str:
        """By the form of the page that answered what it would be."""
        agent = self.staff["operator"]
        form = re.search(rf'action="{self.page}/correction".*?</form>', agent.page, re.DOTALL)
        assert form, agent.text
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
        hidden.pop("_csrf_token", None)
        agent.post(f"{self.page}/correction", **(hidden | {"cause": cause} | fields))
        return agent.page


@pytest.fixture(scope="module")
def shown(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """For what changes nothing."""
    with served_house(house, tmp_path_factory.mktemp("replay")) as lk:
        yield Desk(lk)


@pytest.fixture
def desk(house: Path, tmp_path: Path) -> Iterator[Desk]:
    with served_house(house, tmp_path) as lk:
        yield Desk(lk)


def _text(page: str) -> str:
    return spaced(re.sub(r"<[^>]+>", " ", page))


def test_the_page_tells_the_lines_the_prices_and_who_sent_the_readings_when(shown: Desk) -> None:
    agent = shown.staff["support"]
    agent.get(f"/support{shown.home}")
    assert f'href="{shown.page}"' in agent.page
    text = _text(agent.get(shown.page))

    assert "Начислено за месяц 2 088,60 ₽" in text
    assert "было 4 820 (1 июня), стало 5 000 (20 июля)" in text
    assert "180 × 9,45 ₽ = 1 701,00 ₽" in text
    assert "День, Т1 9,45 ₽ за кВт·ч с 1 июля 2025, Приказ ДЭПР Москвы" in text
    assert "Как посчитан по показаниям" in text
    assert "За июль, снято 20 июля 2025 учтено" in text
    assert "T1 5 000, T2 2 200 · № 14195368 · пришло 20 июля, 14:05 · житель в кабинете" in text
    assert "снято 1 июня 2025, при установке" in text
    for personal in (EMAIL, "Иванова", "Лесная"):
        assert personal not in text
    seen = shown.lk.rows("SELECT kind FROM events WHERE kind = 'customer_viewed'")
    assert len(seen) == 1


@pytest.mark.parametrize(("role", "day"), [("support", "2025-07-20"), ("operator", "2025-07-18")])
def test_other_digits_show_the_bill_that_they_would_make_and_nothing_is_stored(
    shown: Desk, role: str, day: str
) -> None:
    shown.staff[role].get(shown.page)
    with closing(Stored(shown.lk.env["LK_DATABASE_URL"])) as stored:
        before = stored.rows
        page = shown.what_if(role, day=day)
        after = stored.rows

    assert {name for name in after if after[name] != before[name]} == set()
    text = _text(page)
    assert "1 332,60 ₽ на 756,00 ₽ меньше, чем сейчас" in text
    assert "100 × 9,45 ₽ = 945,00 ₽" in text
    assert "Начислено за месяц 2 088,60 ₽" in text
    assert ("Исправить показание и счёт" in text) is (role == "operator")
    assert ("Исправить выставленный счёт может оператор" in text) is (role == "support")


def test_a_bill_without_a_reading_tells_by_what_it_was_estimated(shown: Desk) -> None:
    (account,) = shown.lk.rows("SELECT public_id FROM accounts WHERE number = {}", OTHER_ACCOUNT)
    text = _text(shown.staff["support"].get(f"/support/accounts/{account['public_id']}/bills/2025-07"))

    assert "Как посчитан по нормативу" in text
    assert "Без показаний подряд 1 месяц" in text
    assert "Норматив на человека 45 кВт·ч в месяц" in text
    assert "Жителей 3" in text
    assert "135 × 7,87 ₽ = 1 062,45 ₽" in text


def test_a_bill_that_would_wait_for_a_person_says_so(shown: Desk) -> None:
    text = _text(shown.what_if("support", t1="16000"))
    assert "Такой счёт ждал бы проверки" in text
    assert "Линия пропускает не больше" in text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"t1": ""}, "Впишите цифры со счётчика."),
        ({"t1": "пять"}, "Здесь нужны только цифры"),
        ({"day": "вчера"}, "Напишите день так"),
        ({"day": "2025-08-20"}, "Этот день ещё не наступил."),
    ],
)
def test_what_cannot_be_typed_is_told(shown: Desk, typed: dict[str, str], sentence: str) -> None:
    page = shown.what_if("support", **typed)
    assert shown.staff["support"].status == 422
    assert sentence in _text(page)
    assert "С этим показанием" not in _text(page)


def test_an_agent_of_support_corrects_no_bill_that_its_reader_has(shown: Desk) -> None:
    agent = shown.staff["support"]
    agent.get(shown.page)
    agent.post(f"{shown.page}/correction", bill="1", cause="reading", meter=shown.meter, t1="4920", t2="2200")
    assert agent.status == 403
    assert shown.bills() == [("issued", PRESENT)]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"cause": ""}, "Выберите причину: житель прочтёт её в счёте."),
        ({"cause": "because"}, "Выберите причину: житель прочтёт её в счёте."),
        ({"bill": "0"}, "Этот счёт уже исправили."),
        ({"taken_on": "2025-06-20"}, "Для счёта за июль нужен день не позже 25 июля."),
        ({"t1": "4700"}, "Меньше прошлого показания: было 4 820."),
        ({"t1": "16000"}, "больше, чем может пропустить"),
    ],
)
def test_what_stands_in_the_way_of_a_correction_changes_nothing(
    shown: Desk, fields: dict[str, str], sentence: str
) -> None:
    shown.what_if()
    page = shown.correct(**fields)
    assert shown.staff["operator"].status == 422
    assert sentence in _text(page)
    assert shown.bills() == [("issued", PRESENT)]
    assert [each["status"] for each in shown.readings()] == ["accepted"]


@pytest.mark.parametrize("page", ["2025-06", "july", "2025-13"])
def test_a_month_without_a_bill_has_no_page(shown: Desk, page: str) -> None:
    agent = shown.staff["support"]
    agent.get(f"/support{shown.home}/bills/{page}")
    assert agent.status == 404


def test_an_operator_puts_it_right_once_and_its_reader_learns_why(desk: Desk) -> None:
    desk.what_if()
    first = desk.staff["operator"].page
    page = desk.correct()

    assert "Счёт исправлен." in _text(page)
    assert desk.bills() == [("reversed", PRESENT), ("issued", OTHER)]
    assert [(each["t1_kwh"], each["status"], each["source"]) for each in desk.readings()] == [
        (5000, "superseded", "resident"),
        (4920, "accepted", "agent"),
    ]
    (owed,) = desk.lk.rows(
        "SELECT sum(CASE WHEN debit = 'receivable' THEN amount_kopecks ELSE -amount_kopecks END) AS n "
        "FROM ledger_entries e JOIN accounts a ON a.id = e.account_id WHERE a.number = {}",
        ACCOUNT,
    )
    assert owed["n"] == OTHER
    told = _text(desk.resident.get(f"{desk.home}/bills/2025-07"))
    assert "на 2 088,60 ₽: в показании была ошибка" in told
    assert "Показания за июль" in _text(desk.resident.get(f"{desk.home}/history"))
    letters = [row["kind"] for row in desk.lk.rows("SELECT kind FROM messages WHERE to_address = {}", EMAIL)]
    assert letters.count("reading_by_agent") == 1
    (letter,) = desk.lk.rows("SELECT id FROM messages WHERE kind = 'reading_by_agent'")
    assert "Показание исправлено" in desk.lk.visitor().get(f"/dev/mailbox/{letter['id']}")

    desk.staff["operator"].page = first
    desk.correct()
    assert desk.staff["operator"].status == 422
    assert "Этот счёт уже исправили." in _text(desk.staff["operator"].page)
    assert desk.bills() == [("reversed", PRESENT), ("issued", OTHER)]
    assert desk.lk.run("verify", "--full").returncode == 0


def test_later_bills_follow_and_a_reading_above_the_next_one_is_refused(desk: Desk) -> None:
    desk.lk.move_to("2025-08-20T12:00")
    sign_in(desk.resident)
    send_reading(desk.resident, desk.home, t1="5100", t2="2260")
    desk.lk.move_to("2025-08-27T12:00")
    desk.lk.run_month()
    employee = hire(desk.lk, "vtoroy", "operator")
    desk.lk.move_to("2025-08-27T12:05")
    operator = desk.staff["operator"] = desk.lk.visitor()
    sign_in(operator, employee.login, AGENT_PASSWORD)
    operator.post("/sign-in/code", code=employee.code(desk.lk))

    assert "Больше следующего показания: за август было 5 100." in _text(desk.what_if(t1="5200"))
    assert "Исправить показание и счёт" not in desk.staff["operator"].page
    desk.what_if()
    desk.correct()

    assert [each for each in desk.bills() if each[0] == "issued"] == [
        ("issued", OTHER),
        ("issued", 180 * 945 + 60 * 408),
    ]
    assert desk.lk.run("verify", "--full").returncode == 0
