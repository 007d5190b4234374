"""The month's paper bills in one ZIP for the printer."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from lk import clock, db
from lk.accounts.queries import confirmation_code
from lk.language import spoken
from lk.operations import print_run as printing
from lk.operations.imports import import_text
from lk.operations.print_run import paper_bills, print_run
from lk.period import Period
from tests.operations.cast import ACCOUNTS_HEADER, DIAL, NORM, SINGLE, T1, T2, bill_july, change, load, one, rows
from tests.papers import codes_of, pages_of, text_of

JULY = Period(2025, 7)
HEADER = f"{ACCOUNTS_HEADER},postcode,route"
STREET = "Москва, Лесная улица"
NEIGHBOURS = (
    # number, address, paper, postcode, route
    ("1000000101", f"{STREET}, 5, кв. 12", "yes", "125047", "7-12"),
    ("1000000102", f"{STREET}, 5, кв. 2", "yes", "125047", "7-12"),
    ("1000000103", f"{STREET}, 10, кв. 1", "yes", "125047", "7-12"),
    ("1000000105", f"{STREET}, 5, кв. 2", "yes", "125047", "7-12"),
    ("1000000104", f"{STREET}, 40", "yes", "101000", "7-12"),
    ("1000000106", f"{STREET}, 1", "yes", "125047", "7-2"),
    ("1000000107", f"{STREET}, 2", "no", "125047", "7-2"),
    ("1000000108", f"{STREET}, 3", "yes", "125047", ""),
    ("1000000109", f"{STREET}, 4", "yes", "125047", "../вверх"),
)
ORDER = ["1000000104", "1000000102", "1000000105", "1000000101", "1000000103"]
"""Of route 7-12, as a postman goes: by postcode, then flat 2 before flat 12 and house 5 before house 10."""


def move_in() -> None:
    load("tariffs", T1, T2, SINGLE)
    load("norms", NORM)
    accounts = [
        f'{number},Житель,"{address}",moscow,gas,3,15,{paper},2020-01-10,,{postcode},{route}'
        for number, address, paper, postcode, route in NEIGHBOURS
    ]
    db.run(import_text("accounts", "\n".join([HEADER, *accounts, ""])))
    load("meters", DIAL)
    bill_july()


def printed(path: Path) -> dict[str, bytes]:
    db.run(print_run(JULY, path))
    with ZipFile(path) as archive:
        return {each: archive.read(each) for each in archive.namelist()}


def control(files: dict[str, bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files["control.csv"].decode())))


@pytest.mark.usefixtures("each_engine")
def test_a_file_a_route_in_the_order_of_the_postman(tmp_path: Path) -> None:
    move_in()
    files = printed(tmp_path / "july.zip")
    assert list(files) == ["without-route.pdf", "7-2.pdf", "7-12.pdf", "вверх.pdf", "control.csv"]
    shown = [re.findall(r"10000-001-\d\d", text_of(files["7-12.pdf"], page))[0] for page in range(1, 6)]
    assert [each.replace("-", "") for each in shown] == ORDER
    assert all(number in text_of(files["7-2.pdf"]) for number in ("10000-001-06",))
    assert not any("10000-001-07" in text_of(content) for name, content in files.items() if name.endswith(".pdf"))


@pytest.mark.usefixtures("each_engine")
def test_the_control_table_counts_what_was_printed(tmp_path: Path) -> None:
    move_in()
    files = printed(tmp_path / "july.zip")
    table = control(files)
    route = [each for each in table if each["route"] == "7-12"]
    assert [each["account_number"] for each in route] == [*ORDER, ""]
    assert [each["position"] for each in route] == ["1", "2", "3", "4", "5", "total"]
    assert route[0] == {
        "route": "7-12",
        "file": "7-12.pdf",
        "position": "1",
        "bills": "1",
        "pages": "1",
        "postcode": "101000",
        "account_number": "1000000104",
        "to_pay": "1062.45",
    }
    assert (route[-1]["bills"], route[-1]["pages"], route[-1]["to_pay"]) == ("5", "5", to_pay(route[:-1]))
    for name, content in files.items():
        if name.endswith(".pdf"):
            counted = sum(int(each["pages"]) for each in table if each["file"] == name)
            assert counted == pages_of(content)
    assert [each["route"] for each in table if each["position"] == "total"] == ["", "7-2", "7-12", "../вверх"]


def to_pay(lines: list[dict[str, str]]) -> str:
    kopecks = sum(int(each["to_pay"].replace(".", "")) for each in lines)
    return f"{kopecks // 100}.{kopecks % 100:02}"


@pytest.mark.usefixtures("each_engine")
def test_what_is_posted_is_russian_whoever_began_the_run(tmp_path: Path) -> None:
    move_in()
    with spoken("en"):
        files = printed(tmp_path / "july.zip")
    text = text_of(files["7-2.pdf"])
    assert "Счёт за июль 2025" in text
    assert not re.search("Bill|reading|To pay", text)


@pytest.mark.usefixtures("each_engine")
def test_a_second_run_gives_the_same_bytes(tmp_path: Path) -> None:
    move_in()
    printed(tmp_path / "first.zip")
    with clock.fixed_at(clock.start_of_day(JULY.next.last_day)):
        printed(tmp_path / "second.zip")
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()
    assert sorted(each.name for each in tmp_path.glob("*.zip*")) == ["first.zip", "second.zip"]


@pytest.mark.usefixtures("sqlite")
def test_files_are_of_the_month_and_for_the_operator_alone(tmp_path: Path) -> None:
    move_in()
    printed(tmp_path / "july.zip")
    with ZipFile(tmp_path / "july.zip") as archive:
        assert {each.date_time for each in archive.infolist()} == {(2025, 7, 1, 0, 0, 0)}
        assert {each.external_attr >> 16 & 0o777 for each in archive.infolist()} == {0o600}


@pytest.mark.usefixtures("sqlite")
def test_what_is_owed_from_before_is_in_the_sum_and_pages_are_those_of_the_file(tmp_path: Path) -> None:
    move_in()
    change("UPDATE bills SET opening_kopecks = 100055 WHERE id = {}", bill_of("1000000104"))
    change(
        "UPDATE charges SET legal_act = {} WHERE bill_id = {}",
        "Приказ о ценах на электрическую энергию для населения. " * 120,
        bill_of("1000000102"),
    )
    files = printed(tmp_path / "july.zip")
    route = [each for each in control(files) if each["route"] == "7-12"]
    assert route[0]["to_pay"] == "2063.00"
    assert "2 063,00 ₽" in text_of(files["7-12.pdf"], page=1)
    assert int(route[1]["pages"]) > 1
    assert (route[-1]["pages"], route[-1]["to_pay"]) == (str(pages_of(files["7-12.pdf"])), to_pay(route[:-1]))


@pytest.mark.usefixtures("sqlite")
def test_routes_that_make_one_name_get_two_files_on_every_system(tmp_path: Path) -> None:
    move_in()
    for number, route in (("1000000106", "К/1"), ("1000000108", "к:1"), ("1000000109", "К_1")):
        change(
            "UPDATE premises SET route = {} WHERE id = (SELECT premises_id FROM accounts WHERE number = {})",
            route,
            number,
        )
    files = printed(tmp_path / "july.zip")
    assert sorted(files) == ["7-12.pdf", "control.csv", *sorted(["К_1.pdf", "К_1_3.pdf", "к_1_2.pdf"])]
    named = {each["route"]: (each["file"], each["account_number"]) for each in control(files) if each["file"]}
    for route, number in (("К/1", "1000000106"), ("к:1", "1000000108"), ("К_1", "1000000109")):
        file, account_number = named[route]
        assert account_number == number
        assert f"10000-001-{number[-2:]}" in text_of(files[file])


@pytest.mark.usefixtures("sqlite")
def test_no_cell_of_the_control_table_is_a_formula(tmp_path: Path) -> None:
    move_in()
    change("UPDATE premises SET route = '=1+1', postcode = '@SUM(A1)'")
    rows_found = control(printed(tmp_path / "july.zip"))
    assert {each["route"] for each in rows_found} == {"'=1+1"}
    assert {each["postcode"] for each in rows_found} == {"'@SUM(A1)", ""}


@pytest.mark.usefixtures("sqlite")
def test_a_long_route_is_cut_into_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "BATCH", 2)
    move_in()
    files = printed(tmp_path / "july.zip")
    assert [each for each in files if each.startswith("7-12")] == [f"7-12-part-0{at}.pdf" for at in (1, 2, 3)]
    route = [each for each in control(files) if each["route"] == "7-12" and each["file"]]
    assert [(each["file"][10:12], each["position"]) for each in route] == [
        ("01", "1"),
        ("01", "2"),
        ("02", "3"),
        ("02", "4"),
        ("03", "5"),
    ]


@pytest.mark.usefixtures("each_engine")
def test_held_and_reversed_bills_are_not_printed() -> None:
    move_in()
    change("UPDATE bills SET status = 'held' WHERE id = {}", bill_of("1000000101"))
    change("UPDATE bills SET status = 'reversed' WHERE id = {}", bill_of("1000000102"))
    numbers = [each.account_number for each in db.run(paper_bills(JULY))]
    assert len(numbers) == 6
    assert "1000000101" not in numbers
    assert "1000000102" not in numbers
    assert db.run(paper_bills(JULY.next)) == []


def bill_of(number: str) -> int:
    return int(one("SELECT b.id FROM bills b JOIN accounts a ON a.id = b.account_id WHERE a.number = {}", number))


def open_cabinet(number: str, *, is_provisional: bool) -> int:
    user = "INSERT INTO users (login, login_key, email, created_at) VALUES ({}, {}, {}, {})"
    change(user, number, number, f"{number}@example.org", clock.now())
    access = (
        "INSERT INTO accesses (user_id, account_id, role, is_provisional, created_at) "
        "SELECT u.id, a.id, 'holder', {}, {} FROM users u JOIN accounts a ON a.number = u.login WHERE u.login = {}"
    )
    change(access, is_provisional, clock.now(), number)
    found = "SELECT x.id FROM accesses x JOIN accounts a ON a.id = x.account_id WHERE a.number = {}"
    return int(one(found, number))


@pytest.mark.usefixtures("each_engine")
def test_a_provisional_cabinet_gets_its_code_by_paper_and_nobody_else_a_code(tmp_path: Path) -> None:
    move_in()
    provisional = open_cabinet("1000000106", is_provisional=True)
    own = open_cabinet("1000000104", is_provisional=False)
    change("UPDATE accesses SET created_at = {}", clock.start_of_day(JULY.day(20)))
    files = printed(tmp_path / "july.zip")
    code = "-".join(re.findall("....", confirmation_code(provisional)))
    assert code in text_of(files["7-2.pdf"])
    assert "почта 1•••@example.org" in text_of(files["7-2.pdf"])
    texts = [text_of(content) for name, content in files.items() if name.endswith(".pdf") and name != "7-2.pdf"]
    assert not any("Код для кабинета" in text for text in texts)
    assert "-".join(re.findall("....", confirmation_code(own))) not in text_of(files["7-12.pdf"])


@pytest.mark.usefixtures("each_engine")
def test_who_has_a_meter_can_send_the_next_reading_from_the_paper(tmp_path: Path) -> None:
    move_in()
    files = printed(tmp_path / "july.zip")
    codes = codes_of(files["7-12.pdf"], tmp_path, page=4)
    (public_id,) = [row["public_id"] for row in rows("SELECT public_id FROM accounts WHERE number = '1000000101'")]
    assert [each for each in codes if f"/reading/{public_id}-202508-" in each]
    assert "Показания за август" in text_of(files["7-12.pdf"], page=4)
    assert "Показания за август" not in text_of(files["7-12.pdf"], page=1)


@pytest.mark.usefixtures("sqlite")
def test_what_fails_on_the_way_leaves_the_file_of_before(tmp_path: Path) -> None:
    move_in()
    path = tmp_path / "july.zip"
    path.write_bytes(b"of before")

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        db.run(print_run(JULY, path, stop))
    assert path.read_bytes() == b"of before"
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith("july")] == ["july.zip"]
