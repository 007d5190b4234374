"""deploy/ and the runbook: what they name exists, and what may not come through the proxy does not."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from lk.cli import _parser
from lk.config import NAMES
from lk.cycle.rules import Step
from lk.feedback.controllers.uploads import MOST_BODY
from lk.operations.controllers.imports import MOST_BODY as MOST_IMPORT
from lk.operations.verifications import Invariant, LastVerification
from lk.readings.pictures import LARGEST_FILE
from lk.watching.collecting import Found
from lk.watching.counts import Run, Steps
from lk.watching.exposition import Own, text_of
from lk.watching.figures import note_request, note_tick

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
RUNBOOK = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
NOW = datetime(2025, 7, 22, tzinfo=UTC)


def _text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def _section(title: str) -> str:
    return RUNBOOK.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def _first_cells(title: str) -> str:
    return "\n".join(line.split("|")[1] for line in _section(title).splitlines() if line.startswith("| "))


def _alerts() -> dict[str, str]:
    """Its rule, by the name of each alarm."""
    blocks = _text("alerts.yml").split("      - alert: ")[1:]
    return {name: rule for name, _, rule in (block.partition("\n") for block in blocks)}


def _verified() -> LastVerification:
    return LastVerification(NOW.date(), NOW, (Invariant("I1", "", 1, 0, (), 0.1),))


def _figures() -> set[str]:
    note_request("GET", "/", 200, 0.1)
    note_tick("beat", 0.1, is_failed=True)
    found = Found(
        NOW,
        [],
        [],
        Steps([], [Run(Step.BILL, "running", 1, 1)]),
        _verified(),
        0,
        NOW,
        NOW,
        {"database": 1},
    )
    families = text_string_to_metric_families(text_of(Own(1.0, 0), found).decode())
    return {sample.name for family in families for sample in family.samples}


def test_every_file_stands_in_the_runbook_and_every_one_that_stands_there_is_one() -> None:
    told = {path.removeprefix("deploy/") for path in re.findall(r"`(deploy/[\w.-]+)`", RUNBOOK)}
    assert told == {path.name for path in DEPLOY.iterdir()}


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: str(path.name))
def test_every_setting_is_one(path: Path) -> None:
    assert set(re.findall(r"\bLK_[A-Z_]+", path.read_text(encoding="utf-8"))) <= NAMES


def test_the_example_names_all_that_production_wants() -> None:
    named = set(re.findall(r"^(LK_[A-Z_]+)=", _text("lk.env.example"), re.MULTILINE))
    assert named >= {"LK_ENV", "LK_SECRET", "LK_PUBLIC_URL", "LK_SMTP_URL", "LK_ACQUIRER_URL", "LK_ACQUIRER_SECRET"}
    secrets = re.findall(r"^LK_(?:ACQUIRER_)?SECRET=(.*)$", _text("lk.env.example"), re.MULTILINE)
    assert secrets == ["", ""]


@pytest.mark.parametrize("unit", ["lk.service", "lk-backup.service"])
def test_a_unit_runs_a_command_that_there_is(unit: str) -> None:
    (line,) = re.findall(r"^ExecStart=(.*)$", _text(unit), re.MULTILINE)
    words = shlex.split(shlex.split(line)[-1] if "/bin/sh -c" in line else line)
    at = next(number for number, word in enumerate(words) if word.endswith("/lk"))
    assert _parser().parse_args(words[at + 1 :])


def test_every_alarm_looks_at_figures_that_there_are() -> None:
    figures = _figures()
    for name, rule in _alerts().items():
        assert "expr: " in rule, name
        assert set(re.findall(r"\blk_\w+", rule)) <= figures, name
        assert re.search(r"labels: \{severity: (page|morning)\}\n", rule), name


def test_every_alarm_stands_in_the_runbook_and_no_other() -> None:
    assert sorted(re.findall(r"`(Lk\w+)`", _first_cells("Alarms"))) == sorted(_alerts())


def test_every_figure_stands_in_the_runbook_and_no_other() -> None:
    bare = {re.sub(r"_(count|sum|bucket)$", "", name) for name in _figures() if name.startswith("lk_")}
    assert set(re.findall(r"`(lk_\w+)`", _first_cells("Figures"))) == bare


def test_every_event_of_the_runbook_is_logged_by_somebody() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "lk").rglob("*.py"))
    events = re.findall(r"`(\w+)`", _first_cells("Log"))
    assert len(events) > 15
    assert [event for event in events if f'"{event}"' not in source] == []


def test_nginx_keeps_the_figures_and_replaces_what_strangers_say_of_their_address() -> None:
    said = re.sub(r"#.*", "", _text("nginx.conf"))
    assert "location = /metrics { return 404; }" in said
    assert re.search(r"proxy_set_header X-Forwarded-For \$remote_addr;", said)
    assert re.search(r"proxy_set_header X-Forwarded-Proto \$scheme;", said)
    assert "$proxy_add_x_forwarded_for" not in said
    assert 'proxy_set_header Forwarded "";' in said
    # A header of a location's own would take all those of the server away.
    assert "proxy_set_header" not in "".join(re.findall(r"location [^{]*\{[^}]*\}", said))
    sizes = re.findall(r"client_max_body_size (\d+)m;", said)
    largest, of_questions, of_imports = (int(each) * 2**20 for each in sizes)
    assert LARGEST_FILE < largest < 2 * LARGEST_FILE
    assert MOST_BODY < of_questions < MOST_BODY + 2**20
    assert MOST_IMPORT < of_imports < MOST_IMPORT + 2**20


def test_the_proxys_log_holds_no_path_and_no_query() -> None:
    (log,) = re.findall(r"log_format lk (.*?);", _text("nginx.conf"), re.DOTALL)
    assert set(re.findall(r"\$\w+", log)).isdisjoint(
        {"$request", "$request_uri", "$uri", "$args", "$query_string", "$http_referer", "$http_cookie"}
    )
    caddy = _text("Caddyfile")
    for field in ("request>uri", "request>headers", "resp_headers>Set-Cookie", "resp_headers>Location"):
        assert f"{field} delete" in caddy


def test_caddy_keeps_the_figures() -> None:
    assert "@metrics path /metrics" in _text("Caddyfile")
    assert "respond @metrics 404" in _text("Caddyfile")
