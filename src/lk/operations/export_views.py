"""What the page of exports shows. Finished values."""

from __future__ import annotations

from dataclasses import dataclass

from lk import clock
from lk.filters import day_year, month, number, plural, share
from lk.language import N_, _
from lk.operations.exports import KINDS
from lk.operations.print_runs import PrintRunView, print_runs
from lk.period import Period
from lk.tariffs.queries import first_period

MONTHS = 36
ALWAYS = "all"
WORDS = {
    "accounts": (N_("Лицевые счета"), N_("Имена, адреса, категории: открытые в этом месяце.")),
    "readings": (N_("Показания"), N_("Те, что сочтены, с датой и тем, кто передал.")),
    "bills": (N_("Счета"), N_("Каждая строка счёта: показания, кВт·ч, цена, сумма.")),
    "ledger": (N_("Движение денег"), N_("Все записи по счетам и остаток после каждой.")),
    "payments": (N_("Платежи"), N_("Картой, автоплатежом, через банк, и всё, что вернулось.")),
    "messages": (N_("Письма"), N_("Кому и когда ушли и дошли ли; без содержания.")),
}


@dataclass(frozen=True, slots=True)
class ExportKind:
    kind: str
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class PrintRunShown:
    """`bar` while it is made; `public_id` is empty until it can be taken."""

    title: str
    note: str
    tone: str
    bar: tuple[int, int] | None
    share: str
    public_id: str


@dataclass(frozen=True, slots=True)
class ExportsPage:
    kinds: tuple[ExportKind, ...]
    months: list[tuple[str, str]]
    chosen: str
    always: tuple[str, str]
    runs: list[PrintRunShown]

    @property
    def is_printing(self) -> bool:
        return any(each.bar for each in self.runs)


async def exports_page() -> ExportsPage:
    this = Period.of(clock.today())
    first = max(await first_period(), this + -MONTHS)
    count = max(0, this - first) + 1
    return ExportsPage(
        kinds=tuple(ExportKind(kind, *map(_, WORDS[kind])) for kind in KINDS),
        months=[(str(this + -at), month(this + -at)) for at in range(count)],
        chosen=str(max(first, this.previous)),
        always=(ALWAYS, _("За всё время")),
        runs=await print_runs_shown(),
    )


async def print_runs_shown() -> list[PrintRunShown]:
    return [_shown(each) for each in await print_runs()]


def _shown(run: PrintRunView) -> PrintRunShown:
    title = month(run.period).capitalize()
    if run.finished_at is None or run.ends_at is None:
        bar = run.done, max(run.expected or 0, 1)
        return PrintRunShown(title, _progress(run), "note", bar, share(*bar), "")
    if run.is_failed:
        return PrintRunShown(title, _("Не вышло, подробности в журнале. Попробуйте ещё раз."), "bad", None, "", "")
    done = _(
        "Готово: %(bills)s, %(megabytes)s МБ. Хранится до %(kept)s.",
        bills=plural(run.done, "счёт", "счетов"),
        megabytes=max(1, round(run.bytes / 2**20)),
        kept=day_year(clock.local_date(run.ends_at)),
    )
    return PrintRunShown(title, done, "good", None, "", run.public_id)


def _progress(run: PrintRunView) -> str:
    if not run.expected:
        return _("скоро начнётся")
    return _("%(done)s из %(bills)s", done=number(run.done), bills=plural(run.expected, "счёта", "счетов"))
