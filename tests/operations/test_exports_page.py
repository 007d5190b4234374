"""Files leave lk in the browser as they do on the command line, and it is written down who took them."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import timedelta
from zipfile import ZipFile

import pytest

from lk import clock
from lk.claims import ClaimLost
from lk.cycle.retention import clean_up
from lk.operations import print_runs as making
from lk.operations.exports import KINDS, export
from lk.operations.print_run import print_run
from lk.operations.print_runs import KEPT, ask_print_run, make_waiting_print_runs, print_runs, take_print_run
from lk.operations.taking import take_export
from lk.period import Period
from tests.database import Database, moscow
from tests.operations.month import JULY, OPERATOR, SUPPORT, Month, begin_month
from tests.operations.test_new_prices import LATER, bill_july, events

EXPORTS = "/operations/exports"


@pytest.fixture
def month(sqlite_database: Database) -> Month:
    month = begin_month(sqlite_database)
    bill_july(month)
    return month


@pytest.fixture
def each_month(database: Database) -> Month:
    month = begin_month(database)
    bill_july(month)
    return month


def by_command(month: Month, kind: str, period: Period | None) -> str:
    out = io.StringIO(newline="")
    month.run(export(kind, out, period), LATER)
    return out.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_each_file_is_that_of_the_command(month: Month, kind: str) -> None:
    visit = month.sits(at=LATER)
    visit.get(EXPORTS)
    for chosen, period in (("2025-07", JULY), ("all", None)):
        answer = visit.post(f"{EXPORTS}/files/{kind}", period=chosen)
        assert answer.status_code == 200
        name = f"{kind}-2025-07.csv" if period else f"{kind}.csv"
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["cache-control"] == "no-store"
        assert answer.text == by_command(month, kind, period)
    assert [(each["what"], each["period"]) for each in events(month, "export_taken")] == [
        (kind, "2025-07"),
        (kind, None),
    ]
    assert events(month, "export_taken")[0]["by"] == month.actors[OPERATOR].agent_id


def test_a_file_without_a_month_is_refused_and_one_that_there_is_not_is_not_there(month: Month) -> None:
    visit = month.sits(at=LATER)
    visit.get(EXPORTS)
    assert visit.post(f"{EXPORTS}/files/bills", period="летом").status_code == 422
    assert "Выберите месяц." in visit.text
    assert visit.post(f"{EXPORTS}/files/passwords", period="all").status_code == 404
    assert events(month, "export_taken") == []


def test_only_an_operator_takes_files(month: Month) -> None:
    support = month.actors[SUPPORT]
    assert month.refused(take_export("accounts", None, support), LATER) == ["not_an_operator"]
    assert month.refused(ask_print_run(JULY, support), LATER) == ["not_an_operator"]
    assert month.refused(take_print_run("x", support), LATER) == ["not_an_operator"]
    assert month.database.rows("SELECT id FROM print_runs") == []


def test_all_files_of_a_city_want_the_password_of_the_last_quarter_of_an_hour(month: Month) -> None:
    visit = month.sits(at=LATER)
    visit.get(EXPORTS)
    visit.at = "2025-07-28T12:20"
    for answer in (visit.get(EXPORTS), visit.post(f"{EXPORTS}/files/accounts", period="all")):
        assert answer.headers["location"].startswith("/sign-in/confirm")


def test_a_print_run_is_asked_for_made_aside_and_taken(
    each_month: Month, tmp_path_factory: pytest.TempPathFactory
) -> None:
    month = each_month
    visit = month.sits(at=LATER)
    visit.get(EXPORTS)
    assert visit.post(f"{EXPORTS}/print-runs", period="2025-07").status_code == 303
    assert visit.post(f"{EXPORTS}/print-runs", period="2025-07").status_code == 303, "a second click changes nothing"
    assert len(month.database.rows("SELECT id FROM print_runs")) == 1
    assert 'hx-trigger="every 2s"' in visit.get(EXPORTS).text
    assert "скоро начнётся" in visit.get(f"{EXPORTS}/progress").text

    assert month.run(make_waiting_print_runs(), LATER) == 1
    assert visit.get(f"{EXPORTS}/progress").status_code == 303
    assert "Готово: 3 счёта, 1 МБ. Хранится до 4 августа 2025." in _plain(visit.get(EXPORTS).text)
    (run,) = month.run(print_runs(), LATER)
    answer = visit.post(f"{EXPORTS}/print-runs/{run.public_id}/file")
    assert answer.headers["content-disposition"] == 'attachment; filename="print-run-2025-07.zip"'

    path = tmp_path_factory.mktemp("printed") / "july.zip"
    month.run(print_run(JULY, path), LATER)
    with ZipFile(io.BytesIO(answer.content)) as taken, ZipFile(path) as printed:
        assert taken.testzip() is None
        assert taken.namelist() == printed.namelist()
        assert [taken.read(name) for name in taken.namelist()] == [printed.read(name) for name in printed.namelist()]
        control = list(csv.DictReader(io.StringIO(taken.read("control.csv").decode())))
    assert len([row for row in control if row["account_number"]]) == 3
    assert [each["period"] for each in events(month, "print_run_asked")] == ["2025-07"]
    assert [each["period"] for each in events(month, "print_run_taken")] == ["2025-07"]


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_a_month_without_paper_is_not_printed(month: Month) -> None:
    visit = month.sits(at=LATER)
    visit.get(EXPORTS)
    assert visit.post(f"{EXPORTS}/print-runs", period="2025-06").status_code == 422
    assert "печатать нечего" in visit.text
    assert visit.post(f"{EXPORTS}/print-runs/nothing/file").status_code == 404


def test_what_a_dead_process_began_is_made_from_the_beginning(
    each_month: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    month = each_month
    month.run(ask_print_run(JULY, month.actors[OPERATOR]), LATER)
    real, kept = making._keep, []

    async def dies(held: making._Held, place: int, *rest: object) -> None:
        await real(held, place, *rest)  # type: ignore[arg-type]
        kept.append(held)
        raise asyncio.CancelledError

    monkeypatch.setattr(making, "_keep", dies)
    with pytest.raises(asyncio.CancelledError):
        month.run(make_waiting_print_runs(), LATER)
    assert month.run(make_waiting_print_runs(), LATER) == 0, "its claim has not run out yet"
    monkeypatch.undo()

    month.change("UPDATE print_runs SET claim_ends_at = {}", moscow("2025-01-01T00:00"))
    second = month.run(making._claim(), LATER)
    assert second is not None
    with pytest.raises(ClaimLost):
        month.run(real(kept[0], 9, "late.pdf", b"late", 3), LATER)
    month.run(making._make(second), LATER)
    names = [row["name"] for row in month.database.rows("SELECT name FROM print_run_files ORDER BY place")]
    assert names == ["without-route.pdf", "control.csv"]


def test_one_that_fails_says_so_and_can_be_asked_for_again(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    month.run(ask_print_run(JULY, month.actors[OPERATOR]), LATER)

    async def breaks(*_: object) -> None:
        raise RuntimeError("out of paper")

    monkeypatch.setattr(making, "_make", breaks)
    month.run(make_waiting_print_runs(), LATER)
    visit = month.sits(at=LATER)
    assert "Не вышло, подробности в журнале." in visit.get(EXPORTS).text
    monkeypatch.undo()
    month.run(ask_print_run(JULY, month.actors[OPERATOR]), LATER)
    assert month.run(make_waiting_print_runs(), LATER) == 1


def test_a_print_run_is_kept_for_a_week(each_month: Month) -> None:
    month = each_month
    month.run(ask_print_run(JULY, month.actors[OPERATOR]), LATER)
    month.run(make_waiting_print_runs(), LATER)
    month.run(clean_up(), "2025-08-04T11:00")
    assert len(month.database.rows("SELECT id FROM print_run_files")) == 2
    with clock.fixed_at(moscow(LATER) + KEPT + timedelta(minutes=1)):
        month.database.run(clean_up())
    assert month.database.rows("SELECT id FROM print_run_files UNION ALL SELECT id FROM print_runs") == []
