"""How often each fault happened in the simulated town, and how it ended."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lk import clock, db
from lk.cycle.queries import done_steps
from lk.cycle.rules import steps_due
from lk.demo.life import Life
from lk.demo.mishaps import Absence, Work
from lk.demo.post import Odd
from lk.demo.wire import Fate, Spoilt
from lk.tariffs.queries import calendars, first_period

_FATES = {
    Fate.LOST: "ответ эквайера потерян",
    Fate.CUT: "связь с эквайером оборвана",
    Fate.ERROR: "эквайер ответил ошибкой",
    Fate.DOWN: "эквайер не отвечал",
    Fate.LATE: "деньги списаны позже",
    Fate.HELD: "возврат задержан",
}
_ODD = {Odd.REPEATED: "уведомление пришло пять раз", Odd.LATE: "уведомление опоздало на три дня"}
_WORKS = {
    Work.BILL: "lk оборван посреди расчёта",
    Work.DELIVER: "lk оборван посреди доставки",
    Work.CHARGE: "lk оборван посреди автоплатежа",
}
_ABSENCES = {
    Absence.FIRST: "lk не работал 1-го числа",
    Absence.WINDOW: "lk не работал в конце приёма",
    Absence.DUE: "lk не работал в день оплаты",
    Absence.DAYS: "lk не работал несколько дней",
}
_ENDS = ("прошло", "отказ", "открыто", "нет в базе")
_WIDTHS = (34, 8, 4)


@dataclass(frozen=True, slots=True)
class Fault:
    name: str
    times: int
    ended: str


@dataclass(frozen=True, slots=True)
class FaultBook:
    """What is left over at the end: steps owed, payments and refunds without an end, tasks that nobody could settle."""

    faults: tuple[Fault, ...]
    steps: int
    open: int
    tasks: int

    @property
    def is_breach(self) -> bool:
        return bool(self.steps or self.open or self.tasks)

    def in_words(self) -> Iterator[str]:
        if self.faults:
            yield _line("сбой", "раз", "чем кончилось")
            yield from (_line(each.name, str(each.times), each.ended) for each in self.faults)
        verdict = "нарушено" if self.is_breach else "верно"
        yield f"не сделано шагов {self.steps}, без конца платежей {self.open}, задач о деньгах {self.tasks}: {verdict}"


async def faults_of(life: Life) -> FaultBook:
    ends, owed = await _ends(), await _owed_steps()
    done, taken = "доделано" if not owed else "не доделано", "приняты" if life.post.is_empty else "не приняты"
    absences = Counter(each.kind for each in life.downtimes)
    faults = [
        *_spoilt(life.town.acquirer.wire.spoilt, ends),
        *(Fault(name, life.post.counts[odd], taken) for odd, name in _ODD.items() if life.post.counts[odd]),
        *(Fault(name, life.crashes.counts[work], done) for work, name in _WORKS.items() if life.crashes.counts[work]),
        *(Fault(name, absences[kind], done) for kind, name in _ABSENCES.items() if absences[kind]),
    ]
    return FaultBook(tuple(faults), owed, await _count(_OPEN), await _count(_TASKS))


def _spoilt(spoilt: list[Spoilt], ends: Mapping[str, str]) -> Iterator[Fault]:
    """Of each fate: requests that met it, and how their intents ended."""
    keys: dict[Fate, Counter[str]] = defaultdict(Counter)
    for each in spoilt:
        keys[each.fate][each.key] += 1
    for fate in (each for each in _FATES if each in keys):
        ended = Counter(ends.get(key, "нет в базе") for key in keys[fate])
        words = ", ".join(f"{word} {ended[word]}" for word in _ENDS if ended[word])
        yield Fault(_FATES[fate], keys[fate].total(), words)


async def _ends() -> dict[str, str]:
    """By intent: whether money moved, or a card was linked."""
    rows = await db.read_rows(
        "SELECT key, status FROM payments UNION ALL SELECT key, status FROM refunds UNION ALL "
        "SELECT key, status FROM cards"
    )
    words = {"succeeded": "прошло", "active": "прошло", "unlinked": "прошло", "canceled": "отказ", "refused": "отказ"}
    return {key: words.get(status, "открыто") for key, status in rows}


async def _owed_steps() -> int:
    now, done = clock.now(), await done_steps()
    return len(steps_due(await calendars(), await first_period(), now, done, clock.start_of_day))


_OPEN = (
    "SELECT (SELECT count(*) FROM payments WHERE status IN ('created', 'pending', 'unknown')) "
    "+ (SELECT count(*) FROM refunds WHERE status IN ('created', 'pending', 'unknown')) "
    "+ (SELECT count(*) FROM autopay_months WHERE status = 'charging')"
)
_TASKS = "SELECT count(*) FROM money_tasks WHERE closed_at IS NULL"


async def _count(sql: str) -> int:
    return int((await db.read_rows(sql))[0][0])


def _line(name: str, times: str, ended: str) -> str:
    return f"{name.ljust(_WIDTHS[0])}{times.rjust(_WIDTHS[1])}{' ' * _WIDTHS[2]}{ended}"
