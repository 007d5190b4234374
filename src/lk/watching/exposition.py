"""Figures as Prometheus reads them. Names and labels are what alerts and pictures elsewhere rely on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from lk.cycle.rules import Step
from lk.watching.collecting import Found
from lk.watching.figures import REGISTRY

QUEUES = (
    ("letters", "queued"),
    ("letters", "sending"),
    ("letters", "dead"),
    ("payments", "created"),
    ("payments", "pending"),
    ("payments", "unknown"),
    ("refunds", "waiting"),
    ("refunds", "created"),
    ("refunds", "pending"),
    ("refunds", "unknown"),
    ("card_links", "created"),
    ("card_links", "pending"),
    ("tasks", ""),
    ("held_readings", ""),
    ("held_bills", ""),
    ("put_aside", ""),
    ("bank_payments", ""),
    ("copies", ""),
)
AUTOPAY = ("planned", "charging", "paid", "skipped", "nothing", "above", "refused", "missed", "off")


@dataclass(frozen=True, slots=True)
class Own:
    """What this process knows without the database; `beat_seconds` is None where it does not tick."""

    beat_seconds: float | None
    passwords_in_line: int


def text_of(own: Own, found: Found | None) -> bytes:
    return generate_latest(REGISTRY) + generate_latest(_Read([*_of_process(own), *_of_database(found)]))


@dataclass(frozen=True, slots=True)
class _Read:
    """Stands for a registry: what was read, and nothing else."""

    families: list[Metric]

    def collect(self) -> list[Metric]:
        return self.families


def _of_process(own: Own) -> Iterator[Metric]:
    if own.beat_seconds is not None:
        yield _gauge("lk_beat_age_seconds", "Since the ticks of this process last turned", own.beat_seconds)
    yield _gauge("lk_passwords_in_line", "Passwords being hashed or waiting for it", own.passwords_in_line)


def _of_database(found: Found | None) -> Iterator[Metric]:
    yield _gauge("lk_database_up", "1 while the database answers", found is not None)
    if found is None:
        return
    yield from _queues(found)
    yield _by("lk_autopay_accounts", "Autopay of the last billed month", "status", _autopay(found))
    yield from _steps(found)
    broken = {each.id: each.breached for each in found.verified.invariants} if found.verified else {}
    yield _by("lk_invariant_breaches", "Rows that break it, as the last night found", "invariant", broken)
    yield _gauge("lk_clocks_doubted", "Machines whose clock has jumped: money waits for a person", found.doubted_clocks)
    yield from _ages(found)
    yield _by("lk_bytes", "Of the database, and free on its disk", "of", found.sizes)


def _queues(found: Found) -> Iterator[Metric]:
    """Every queue is told also while nothing waits: an alert needs something to look at."""
    told = {(each.queue, each.state): each for each in found.queues}
    waiting = GaugeMetricFamily("lk_waiting", "So many wait", labels=["queue", "state"])
    oldest = GaugeMetricFamily("lk_waiting_oldest_seconds", "The oldest has waited so long", labels=["queue", "state"])
    for key in QUEUES:
        each = told.get(key)
        waiting.add_metric(key, each.waiting if each else 0)
        oldest.add_metric(key, _age(found.at, each.oldest_at if each else None) or 0)
    yield waiting
    yield oldest


def _autopay(found: Found) -> dict[str, float]:
    return dict.fromkeys(AUTOPAY, 0.0) | {each.status: each.accounts for each in found.autopay}


def _steps(found: Found) -> Iterator[Metric]:
    owed, runs = found.steps.owed, found.steps.runs
    late = {step.value: 0.0 for step in Step}
    for each in owed:
        late[each.step.value] = max(late[each.step.value], (found.at - each.since).total_seconds())
    running = [run for run in runs if run.status == "running"]
    yield _by("lk_step_late_seconds", "Since a step has been owed that is not done", "step", late)
    states = {"owed": len(owed), "running": len(running), "done": len(runs) - len(running)}
    yield _by("lk_steps", "Owed now; running and done of this month and the one before", "state", states)
    done, aside = Counter[str](), Counter[str]()
    for run in running:
        done[run.step.value] += run.done
        aside[run.step.value] += run.put_aside
    yield _by("lk_step_done", "Accounts or bills that running steps have done", "step", done)
    yield _by("lk_step_put_aside", "Accounts that running steps have put aside", "step", aside)


def _ages(found: Found) -> Iterator[Metric]:
    """Absent where it never happened."""
    verified_at = found.verified.finished_at if found.verified else None
    for name, words, since in (
        ("lk_any_beat_age_seconds", "Since a process that ticks was last alive, whichever", found.beat_at),
        ("lk_backup_age_seconds", "Since the newest backup was begun", found.backed_up_at),
        ("lk_verification_age_seconds", "Since the invariants were last looked through", verified_at),
    ):
        age = _age(found.at, since)
        if age is not None:
            yield _gauge(name, words, age)


def _age(now: datetime, since: datetime | None) -> float | None:
    return None if since is None else max(0.0, (now - since).total_seconds())


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def _by(name: str, words: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for each, value in values.items():
        family.add_metric([each], value)
    return family
