"""Bills as PDF: one by one beside a bare page of typst's, and the print run in batches. Seconds are a core's own.

Alone: `taskset -c 0 .venv/bin/python tools/bench_documents.py`.
"""

from __future__ import annotations

import resource
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median
from time import process_time

import typst

from lk.billing.moves import Move, MoveKind
from lk.billing.paper import NOTHING_ENCLOSED, Enclosure
from lk.billing.pdf import print_batch, print_bills
from lk.billing.sheet import BillSheet, DialRow, Month, SheetLine
from lk.filters import kwh, money
from lk.period import Period

ONE_BY_ONE = 60
BATCH, BATCHES = 150, 6
ROUNDS = 3
PERIOD = Period(2026, 3)

BARE = """#set page(paper: "a4")
#set text(font: "Libertinus Serif", lang: "ru", size: 10pt)
= Счёт за март 2026
#sys.inputs.number
#table(columns: 3, ..range(24).map(at => [Строка #at, 180 кВт·ч × 9,45 ₽]))
#lorem(180)
"""


def main() -> None:
    """Prints a figure, its peer or goal, and the ratio, a line each."""
    for figures in (one_by_one(), print_run_pages()):
        for line in figures:
            print("  ".join(line))


def one_by_one() -> list[tuple[str, ...]]:
    """Bills a second, each with its codes and chart, and a bare page of about as many words in turn with them."""
    sheets = list(_sheets(ONE_BY_ONE * ROUNDS))
    print_bills(sheets[:1], [NOTHING_ENCLOSED], is_tagged=True)
    pairs = []
    with tempfile.TemporaryDirectory() as folder:
        bare = _bare(Path(folder))
        for at in range(0, len(sheets), ONE_BY_ONE):
            own = sheets[at : at + ONE_BY_ONE]
            ours = _rate(own, lambda sheet: print_bills([sheet], [NOTHING_ENCLOSED], is_tagged=True))
            pairs.append((ours, _rate(own, bare)))
    ours, peer = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    return [
        ("bills as PDF, one by one, bills/s", f"{ours:.0f}", f"{peer:.0f}: a bare page", f"{ours / peer:.2f}", "≥ 50")
    ]


def print_run_pages() -> list[tuple[str, ...]]:
    """Pages a second of batches with a code to send a reading by, and how much memory more batches take."""
    rates, pages, peaks = [], 0, []
    sheets = _sheets(BATCH * BATCHES)
    enclosed = [Enclosure("", f"https://lk.example/reading/{'a' * 24}-202604-{'b' * 43}", PERIOD.next)] * BATCH
    for _ in range(BATCHES):
        batch = [next(sheets) for _ in range(BATCH)]
        begun = process_time()
        printed = print_batch(batch, enclosed)
        rates.append(sum(printed.pages) / (process_time() - begun))
        pages += sum(printed.pages)
        peaks.append(_peak_megabytes())
    rate = median(rates)
    return [
        ("print run, pages/s", f"{rate:.0f} ({pages} pages)", "150", f"{rate / 150:.2f}", "≥ 1.00"),
        (
            "print run, peak memory, MB",
            f"{peaks[-1]:.0f}",
            f"{peaks[1]:.0f}: after 2 batches",
            f"{peaks[-1] / peaks[1]:.2f}",
            "",
        ),
    ]


def _rate(sheets: Sequence[BillSheet], make: Callable[[BillSheet], object]) -> float:
    begun = process_time()
    for sheet in sheets:
        make(sheet)
    return len(sheets) / (process_time() - begun)


def _bare(folder: Path) -> Callable[[BillSheet], object]:
    path = folder / "bare.typ"
    path.write_text(BARE, encoding="utf-8")
    compiler = typst.Compiler(path, root=folder, ignore_system_fonts=True)
    return lambda sheet: compiler.compile(format="pdf", sys_inputs={"number": sheet.account_number})


def _peak_megabytes() -> float:
    """Of this process alone."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _sheets(count: int) -> Iterator[BillSheet]:
    """Three of five with one zone, two with two; one in ten with a penalty; each with two years behind it."""
    for at in range(count):
        zones = 1 if at % 5 < 3 else 2
        used = [90 + at % 150, 40 + at % 60][:zones]
        lines = tuple(_line(name, amount) for name, amount in zip(("День, Т1", "Ночь, Т2"), used, strict=False))
        total = sum(line.amount_kopecks for line in lines)
        sheet = BillSheet(
            bill_id=at,
            account_id=at,
            account_number=str(1000000000 + at * 7919),
            period=PERIOD,
            holder_name=f"Житель {at}",
            address=f"Москва, улица {at // 200}, дом {at // 20}, кв. {at % 20}",
            postcode="109000",
            dials=tuple(
                DialRow(f"N{at}", line.title, 1000 + at, date(2026, 2, 20), 1000 + at + amount, date(2026, 3, 20),
                        "передано из кабинета", date(2033, 2, 1))
                for line, amount in zip(lines, used, strict=True)
            ),
            lines=lines,
            total_kopecks=total,
            vat_percent=22,
            vat_kopecks=total * 22 // 122,
            opening_kopecks=0,
            moves=(Move(MoveKind.PAYMENT, 100 - total),),
            penalty_lines=(),
            penalty_kopecks=0,
            opening_penalty_kopecks=0,
            penalty_moves=(),
            due_on=date(2026, 4, 10),
            issued_on=date(2026, 3, 26),
            zones=("День", "Ночь")[:zones],
            months=tuple(
                Month(PERIOD + -ago, tuple(each + ago * at % 30 for each in used), total) for ago in range(23, -1, -1)
            ),
            notes=(),
        )  # fmt: skip
        yield replace(sheet, penalty_kopecks=1647 + at) if at % 10 == 0 else sheet


def _line(name: str, used: int) -> SheetLine:
    why = (
        f"Счётчик № 14195368: было 4 820 (20 февраля), стало {4820 + used} (20 марта), передано из кабинета.",
        f"Тариф {money(945)} за кВт·ч с 1 января 2026: Приказ ДЭПР Москвы.",
        f"{kwh(used)} × {money(945)} = {money(used * 945)}.",
    )
    return SheetLine(name, f"{kwh(used)} × {money(945)}", used * 945, why)


if __name__ == "__main__":
    main()
