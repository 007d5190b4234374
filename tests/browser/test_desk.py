"""At the desk, on a phone and on a screen: a call about a bill, a held reading, one by phone, a look with a code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.phone import HEIGHT, WIDTH, Phone
from tests.household import ACCOUNT, hire, served_house
from tests.readings.photos import photo
from tests.served import Served

_TOO_WIDE = "() => document.documentElement.scrollWidth > innerWidth"


@dataclass
class Line:
    """One house for the whole file: the resident's phone, and two employees who came to work at noon of the 27th."""

    lk: Served
    home: str
    resident: Phone
    support: Phone
    operator: Phone

    @property
    def desk(self) -> str:
        return f"/support{self.home}"


@pytest.fixture(scope="module")
def line(house: Path, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with (
        served_house(house, tmp_path_factory.mktemp("desk")) as lk,
        Phone.in_hand(browser, lk, has_scripts=True) as resident,
        Phone.in_hand(browser, lk, has_scripts=False) as support,
        Phone.in_hand(browser, lk, has_scripts=True) as operator,
    ):
        home = resident.open_cabinet()
        _send(resident, home, "5000", "2200")
        employees = {role: hire(lk, role, role) for role in ("support", "operator")}
        lk.change("UPDATE accesses SET is_provisional = {}", False)
        lk.move_to("2025-07-27T12:00")
        lk.run_month()
        for phone, role in ((support, "support"), (operator, "operator")):
            phone.come_to_work(employees[role])
        yield Line(lk, home, resident, support, operator)


def _send(resident: Phone, home: str, t1: str, t2: str) -> None:
    resident.go(f"{home}/readings")
    resident.type("День, T1", t1)
    resident.type("Ночь, T2", t2)
    resident.tap("Передать показание")


def _fits(phone: Phone) -> None:
    """On the screen of a desk too."""
    phone.page.set_viewport_size({"width": 1280, "height": 800})
    assert phone.page.evaluate(_TOO_WIDE) is False, phone.path
    phone.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


def _refused(phone: Phone) -> None:
    """The console tells of an answer that is no success, and of nothing else."""
    assert len(phone.complaints) == 1
    assert "422" in phone.complaints.pop()


def _find(phone: Phone) -> None:
    phone.go("/support")
    phone.page.locator("input[name=q]").fill(ACCOUNT)
    phone.tap("Найти")
    phone.page.wait_for_url(re.compile(r"/support/accounts/"))
    phone.look()
    _fits(phone)


def test_a_call_about_a_high_bill_ends_with_the_right_one(line: Line) -> None:
    support, operator = line.support, line.operator
    _find(support)
    support.tap("Почему столько")
    support.comes_to("/bills/2025-07")
    _fits(support)
    support.sees("Начислено за месяц")
    support.field("День, T1").fill("4920")
    support.field("Ночь, T2").fill("2200")
    support.tap("Посчитать")
    support.look()
    _fits(support)
    support.sees("на 756,00")
    support.sees("Исправить выставленный счёт может оператор")

    operator.go(f"{line.desk}/bills/2025-07")
    operator.field("День, T1").fill("4920")
    operator.field("Ночь, T2").fill("2200")
    operator.tap("Посчитать")
    operator.sees("на 756,00")
    operator.look()
    operator.tap("Исправить показание и счёт")
    operator.sees("Счёт исправлен.")
    _fits(operator)

    line.resident.go(f"{line.home}/bills/2025-07")
    line.resident.sees("в показании была ошибка")
    line.resident.sees("1 332,60")


def test_a_held_reading_with_a_photo_is_looked_at_and_counts(line: Line) -> None:
    _send(line.resident, line.home, "4900", "2210")
    line.resident.sees("на проверке")
    (held,) = line.lk.rows("SELECT id FROM readings WHERE status = 'held'")
    line.resident.go(f"{line.home}/readings/{held['id']}")
    line.resident.page.locator("input[type=file]").set_input_files(
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photo(400, 300)}
    )
    line.resident.tap("Приложить")

    agent = line.support
    agent.go("/support/held")
    _fits(agent)
    picture = agent.page.locator("img[src*='/photo']").first
    expect(picture).to_be_visible()
    assert picture.evaluate("each => each.naturalWidth") > 0
    agent.tap("Учесть")
    agent.comes_to("/support/held?done=accepted")
    agent.sees("Показание учтено.")
    assert line.lk.rows("SELECT id FROM readings WHERE status = 'held'") == []


def test_a_reading_by_phone_is_typed_at_the_desk(line: Line) -> None:
    agent = line.support
    agent.go(line.desk)
    agent.tap("Записать показание по телефону")
    agent.page.wait_for_url(re.compile(r"/reading$"))
    agent.look()
    _fits(agent)
    agent.field("Ночь, T2").fill("2300")
    agent.tap("Записать показание")
    agent.look()
    agent.sees("Впишите цифры со счётчика.")
    _refused(agent)
    agent.field("День, T1").fill("5060")
    agent.tap("Записать показание")
    agent.comes_to(line.desk + "?done=reading")
    agent.sees("Показание записано и учтено.")

    line.resident.go(f"{line.home}/history")
    line.resident.sees("5 060")
    line.resident.sees("сотрудник")


def test_the_other_tools_fit_and_refuse_kindly(line: Line) -> None:
    operator = line.operator
    operator.go(line.desk)
    operator.page.get_by_text("Отвязать счёт от кабинета").first.click()
    operator.page.locator("form[action$='/release'] button").click()
    operator.sees("Проверьте, пожалуйста")
    _refused(operator)
    operator.look()
    _fits(operator)
    operator.go(line.desk)
    operator.page.locator("form[action$='/again'] button").last.click()
    operator.comes_to(line.desk + "?done=letter")
    operator.sees("Письмо отправляется ещё раз.")
    operator.go(f"{line.desk}/meters/1/replacement")
    _fits(operator)
    operator.tap("Проверить")
    operator.sees("Проверьте, пожалуйста")
    _refused(operator)
    operator.look()
    _fits(operator)


def test_a_look_is_read_only_until_the_resident_reads_out_a_code(line: Line) -> None:
    resident, agent = line.resident, line.operator
    agent.go(line.desk)
    agent.page.get_by_text("Вопрос по показаниям").click()
    agent.tap("Посмотреть как житель")
    agent.comes_to(line.home)
    agent.sees("только просмотр")
    _fits(agent)
    agent.go(f"{line.home}/readings")
    expect(agent.page.get_by_role("button", name="Передать показание")).to_have_count(0)

    resident.go(f"{line.home}/history")
    resident.tap("Код для сотрудника")
    resident.comes_to(f"{line.home}/staff-code")
    resident.tap("Показать код")
    resident.sees("Прочитайте сотруднику")
    resident.look()
    _fits(resident)
    found = re.search(r"\b(\d{3})\s(\d{3})\b", resident.page.locator("main").inner_text())
    assert found

    agent.page.get_by_text("Ввести код жителя").click()
    agent.look()
    agent.field("Шесть цифр с экрана жителя").fill("12")
    agent.tap("Ввести")
    agent.sees("Код не подошёл")
    _refused(agent)
    agent.look()
    _fits(agent)
    agent.field("Шесть цифр").fill(found[1] + found[2])
    agent.tap("Ввести код")
    agent.comes_to(f"{line.home}/readings")
    agent.sees("можно передать показание и выключить автоплатёж")
    _fits(agent)
    agent.page.locator("main details > summary").first.click()
    agent.field("День, T1").fill("5070")
    agent.field("Ночь, T2").fill("2310")
    agent.page.get_by_role("button", name="Передать показание").first.click()
    agent.sees("5 070")
    expect(agent.page.locator("#look-words")).to_have_count(1)
    agent.sees("можно передать показание и выключить автоплатёж")
    agent.go(f"{line.home}/payments")
    expect(agent.page.locator(f"form[action^='{line.home}/payments']")).to_have_count(0)
    agent.tap("Закончить")
    agent.comes_to("/support")

    resident.go(f"{line.home}/staff-code")
    resident.sees("Сейчас ваш кабинет никто не смотрит")
    letters = [row["kind"] for row in line.lk.rows("SELECT kind FROM messages ORDER BY id DESC LIMIT 3")]
    assert letters == ["reading_by_agent", "look_allowed", "look_began"]
