"""The commands of lk: each parses its words, calls one thing, and says what happened."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from logging import INFO, WARNING
from pathlib import Path
from typing import NoReturn

from lk import calendar_commands as calendars
from lk import commands
from lk.backups import commands as backups
from lk.commands import complain
from lk.config import SettingsError, settings
from lk.demo import commands as towns
from lk.logs import log_to_stderr

KINDS_IN = ("accounts", "meters", "tariffs", "norms", "balances", "readings", "payments")
KINDS_OUT = ("accounts", "readings", "bills", "ledger", "payments", "messages", "print-run")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Exit codes: 0 done, 1 refused or found something, 2 wrong usage."""
    words = _parser().parse_args(arguments)
    log_to_stderr(INFO if words.does is commands.serve_site else WARNING)
    try:
        settings()
    except SettingsError as problem:
        _leave(2, str(problem))
    _leave(_run(words))


def _run(words: argparse.Namespace) -> int:
    from lk.db import DatabaseError

    try:
        return int(words.does(words))
    except DatabaseError as trouble:
        complain(str(trouble))
    except KeyboardInterrupt:
        complain("остановлено")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lk", description="Личный кабинет потребителя электроэнергии.")
    subs = parser.add_subparsers(required=True, metavar="команда")
    serve = subs.add_parser("serve", help="сайт и месяц в одном процессе")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=_port, default=8000)
    serve.set_defaults(does=commands.serve_site)
    subs.add_parser("migrate", help="привести схему базы к этой версии").set_defaults(does=commands.migrate_schema)
    demo = subs.add_parser("demo", help="заполнить пустую базу показательным городком")
    demo.add_argument("--accounts", type=_positive, default=50)
    demo.add_argument("--seed", type=int, default=1)
    demo.add_argument("--if-empty", action="store_true", help="молча оставить базу, в которой уже есть счета")
    demo.set_defaults(does=towns.demo)
    simulate = subs.add_parser("simulate", help="прожить с городком месяцы в пустой базе и проверить всё, что вышло")
    simulate.add_argument("--accounts", type=_positive, required=True)
    simulate.add_argument("--months", type=_positive, required=True)
    simulate.add_argument("--seed", type=int, required=True)
    simulate.add_argument("--faults", action="store_true", help="со сбоями эквайера, обрывами и простоями lk")
    simulate.set_defaults(does=towns.simulate_town)
    _import_export(subs)
    _agents_and_month(subs)
    _backups(subs)
    sandbox = subs.add_parser("sandbox", help="учебный эквайер отдельным процессом")
    sandbox.add_argument("--port", type=_port, default=8100)
    sandbox.set_defaults(does=commands.run_acquirer)
    return parser


def _import_export(subs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    load = subs.add_parser("import", help="загрузить файл: целиком или никак")
    load.add_argument("kind", choices=KINDS_IN)
    load.add_argument("file", type=Path)
    load.add_argument("--dry-run", action="store_true", help="проверить, ничего не записывая")
    load.set_defaults(does=commands.import_)
    export = subs.add_parser("export", help="выгрузить в CSV; print-run — счета на печать, в ZIP")
    export.add_argument("kind", choices=KINDS_OUT)
    export.add_argument("--period", type=_period)
    export.add_argument("-o", dest="file", type=Path)
    export.set_defaults(does=commands.export_kind)


def _agents_and_month(subs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    agent = subs.add_parser("agent", help="сотрудники").add_subparsers(required=True, metavar="действие")
    add = agent.add_parser("add", help="завести сотрудника; печатает одноразовую ссылку")
    add.add_argument("login")
    add.add_argument("--role", choices=("support", "operator", "admin"), required=True)
    add.set_defaults(does=commands.agent_add)
    renew = agent.add_parser("renew", help="новая одноразовая ссылка: забыт пароль или потерян телефон")
    renew.add_argument("login")
    renew.set_defaults(does=commands.agent_renew)
    disable = agent.add_parser("disable", help="закрыть сотруднику вход; входы заканчиваются сразу")
    disable.add_argument("login")
    disable.set_defaults(does=commands.agent_disable)
    cycle = subs.add_parser("cycle", help="месяц").add_subparsers(required=True, metavar="действие")
    run = cycle.add_parser("run", help="сделать всё, что должно быть сделано и не сделано")
    run.add_argument("--at", help="как будто сейчас этот момент, ISO 8601")
    run.set_defaults(does=commands.cycle_run)
    status = cycle.add_parser("status", help="шаги месяца таблицей")
    status.add_argument("--period", type=_period)
    status.add_argument("--json", action="store_true")
    status.set_defaults(does=commands.cycle_status)
    _calendar(subs)
    verify = subs.add_parser("verify", help="проверить инварианты по данным")
    verify.add_argument("--full", action="store_true", help="пересчитать все периоды")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(does=commands.verify_data)


def _backups(subs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    copy = subs.add_parser("backup", help="копия всей базы в один файл, не прерывая работы")
    copy.add_argument("file", type=Path)
    copy.set_defaults(does=backups.back_up_database)
    back = subs.add_parser("restore", help="вернуть копию в пустую базу")
    back.add_argument("file", type=Path)
    back.set_defaults(does=backups.restore_database)


def _calendar(subs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    calendar = subs.add_parser("calendar", help="дни расчётного месяца").add_subparsers(
        required=True, metavar="действие"
    )
    calendar.add_parser("list", help="все календари таблицей").set_defaults(does=calendars.list_calendars)
    add = calendar.add_parser("add", help="другие дни с месяца, который ещё не начался")
    add.add_argument("--from", dest="period", type=_period, required=True, help="первый месяц, 2026-12")
    add.add_argument("--preset", choices=calendars.PRESETS, help="law-2026: счёт до 5-го, оплата до 15-го")
    for name, day in calendars.DAYS.items():
        add.add_argument(f"--{name.replace('_', '-')}", type=_positive, metavar="ЧИСЛО", help=day)
    add.set_defaults(does=calendars.add_calendar)


def _period(text: str) -> object:
    from lk.period import Period

    try:
        return Period.parse(text)
    except ValueError:
        raise argparse.ArgumentTypeError("период пишется так: 2026-11") from None


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("порт — число от 0 до 65535")
    return int(text)


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError("нужно целое число больше нуля")
    return int(text)


def _leave(code: int, sentence: str | None = None) -> NoReturn:
    if sentence:
        complain(sentence)
    raise SystemExit(code)
