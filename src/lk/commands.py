"""What each command of `lk` does: one call, and a sentence or two about it.

What a command needs is imported where it is needed: `lk --help` should not wait for the web framework.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import asdict
from typing import TYPE_CHECKING

from lk.config import settings

if TYPE_CHECKING:
    from lk.cycle.verify import Finding


def serve_site(words: argparse.Namespace) -> int:
    # Until all is there that stays for good: looking through it again and again is a fifth of the start.
    gc.disable()
    from lk.serving import serve
    from lk.starting import NotServable

    try:
        serve(words.host, words.port)
    except NotServable as problem:
        complain(str(problem))
        return 1
    return 0


def migrate_schema(_: argparse.Namespace) -> int:
    from lk import db
    from lk.migrating import migrate

    applied = db.run(migrate())
    say(f"применено миграций: {len(applied)}" if applied else "схема уже в порядке")
    return 0


def import_(words: argparse.Namespace) -> int:
    from lk import db
    from lk.operations.imports import FileRefused, import_file

    # What the modules made stays anyway: no collection has to look through it while a city's rows go by.
    gc.freeze()
    try:
        report = db.run(import_file(words.kind, words.file, is_dry_run=words.dry_run))
    except FileRefused as refusal:
        for line in refusal.lines():
            complain(line)
        return 1
    say(str(report))
    return 0


def export_kind(words: argparse.Namespace) -> int:
    from lk import db
    from lk.operations.exports import export

    if words.kind == "print-run":
        return print_month(words)
    if words.file is None:
        db.run(export(words.kind, sys.stdout, words.period))
        return 0
    try:
        with words.file.open("w", encoding="utf-8", newline="") as out:
            db.run(export(words.kind, out, words.period))
    except OSError as trouble:
        complain(f"{words.file}: не записать: {trouble.strerror}")
        return 1
    return 0


def print_month(words: argparse.Namespace) -> int:
    from lk import db
    from lk.operations.print_run import print_run

    if words.period is None or words.file is None:
        complain("print-run: нужны месяц и файл: --period 2026-11 -o FILE.zip")
        return 2
    try:
        bills = db.run(print_run(words.period, words.file, lambda done, of: complain(f"напечатано {done} из {of}")))
    except OSError as trouble:
        complain(f"{words.file}: не записать: {trouble.strerror}")
        return 1
    say(f"бумажных счетов: {bills}")
    return 0


def agent_add(words: argparse.Namespace) -> int:
    from lk import db
    from lk.identity.agents import add_agent
    from lk.outcome import Refused

    try:
        link = db.run(add_agent(words.login, words.role))
    except Refused:
        complain(f"логин {words.login} уже занят или не подходит")
        return 1
    say(link)
    return 0


def agent_renew(words: argparse.Namespace) -> int:
    from lk import db
    from lk.identity.agents import renew_agent

    link = db.run(renew_agent(words.login))
    if link is None:
        complain(f"сотрудника {words.login} нет или вход ему закрыт")
        return 1
    say(link)
    return 0


def agent_disable(words: argparse.Namespace) -> int:
    from lk import db
    from lk.identity.agents import disable_agent

    if not db.run(disable_agent(words.login)):
        complain(f"сотрудника {words.login} нет или вход ему уже закрыт")
        return 1
    say(f"сотруднику {words.login} вход закрыт")
    return 0


def cycle_run(words: argparse.Namespace) -> int:
    from lk import clock, db
    from lk.cycle.reporting import LastLine
    from lk.cycle.running import run_all
    from lk.period import Period
    from lk.tariffs.queries import first_period
    from lk.timekeeping.watching import ClockJumped

    last_line = LastLine(sys.stderr)

    def tell(sentence: str) -> None:
        last_line.erase()
        say(sentence)

    async def run() -> tuple[int, Period]:
        return await last_line.during(run_all(tell)), await first_period()

    try:
        at = clock.parse_instant(words.at) if words.at else None
    except ValueError:
        complain(f"--at {words.at}: это не момент времени, пример: 2026-11-26T00:00")
        return 2
    if at is not None and not settings().is_demo and at > clock.now():
        complain("--at: в production нельзя забежать вперёд")
        return 1
    with clock.fixed_at(at) if at else nullcontext():
        try:
            finished, first = db.run(run())
        except ClockJumped:
            complain("часы ушли вперёд, месяц ждёт: ответьте на странице /operations/clock или поправьте часы")
            return 1
        is_too_early = Period.of(clock.today()) < first
    if is_too_early:
        say(f"первый расчётный месяц — {first}: более ранние не считаются")
    elif not finished:
        say("всё уже сделано")
    return 0


def cycle_status(words: argparse.Namespace) -> int:
    from lk import db
    from lk.cycle.board import steps_of
    from lk.cycle.messages import status_rows, status_table

    lines = db.run(steps_of(words.period))
    if words.json:
        say(json.dumps(status_rows(lines), indent=2))
    else:
        say(status_table(lines, with_bars=sys.stdout.isatty()))
    return 0


def verify_data(words: argparse.Namespace) -> int:
    from lk import db
    from lk.cycle.verify import findings
    from lk.cycle.verifying.progress import Progress

    progress = Progress(sys.stderr)
    found: list[Finding] = []

    async def look() -> None:
        async for each in findings(full=words.full, tell=progress.tell):
            progress.clear()
            found.append(each)
            if not words.json:
                say_findings([each])

    db.run(look())
    if words.json:
        say(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=2))
    return 1 if any(each.breached for each in found) else 0


def say_findings(findings: Iterable[Finding]) -> None:
    for each in findings:
        say(f"{each.id:<4} {'нарушено' if each.breached else 'верно   '} {each.checked:>10}  {each.what}")
        for breach in each.breaches:
            say(f"       {breach}")
        if each.breached > len(each.breaches):
            say(f"       и ещё {each.breached - len(each.breaches)}")


def run_acquirer(words: argparse.Namespace) -> int:
    from lk.sandbox import run_sandbox

    run_sandbox("127.0.0.1", words.port)
    return 0


def say(text: str) -> None:
    print(text, flush=True)


def complain(sentence: str) -> None:
    print(f"lk: {sentence}", file=sys.stderr, flush=True)
