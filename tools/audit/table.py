"""What the judges said, as tables in the terminal; True where nothing is below what is promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tools.audit.auditor import Auditor
from tools.audit.checker import WrongHtml
from tools.audit.lighthouse import Measured

PERFORMANCE_AT_LEAST = 95
FIRST_PAINT_MS = 1500
HOME_BYTES = 60 * 1024
HOME_REQUESTS = 6


def findings_table(auditor: Auditor, wrong_html: Sequence[WrongHtml]) -> bool:
    for (rule, where, words), pages in _grouped(auditor).items():
        print(f"axe   {rule}: {words}\n      {where}\n      {_named(pages)}")
    errors = [each for each in wrong_html if each.kind == "error"]
    for kind, found in (("error", errors), ("warning", [each for each in wrong_html if each.kind != "error"])):
        for (message, extract), count in Counter((each.message, each.extract) for each in found).most_common(40):
            pages = [each.page for each in found if (each.message, each.extract) == (message, extract)]
            print(f"html  {kind}: {message}\n      {extract!r}\n      {count} times: {_named(pages)}")
    print(f"axe: {auditor.looks} looks, {len(auditor.findings)} findings")
    print(
        f"html: {len(auditor.sent)} pages and parts, {len(errors)} errors, {len(wrong_html) - len(errors)} warnings; "
        f"{auditor.missed} answers not seen"
    )
    return not auditor.findings and not errors


def _grouped(auditor: Auditor) -> dict[tuple[str, str, str], list[str]]:
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for each in auditor.findings:
        grouped.setdefault((each.rule, each.where, each.help), []).append(f"{each.page} ({each.scheme})")
    return grouped


def _named(pages: Sequence[str]) -> str:
    return ", ".join(pages[:6]) + (f" and {len(pages) - 6} more" if len(pages) > 6 else "")


def speed_table(measured: Sequence[Measured]) -> bool:
    print(f"\n{'page':10} performance  accessibility  best practices  first paint  over the wire  requests")
    for each in measured:
        print(
            f"{each.page:10} {each.performance:11}  {each.accessibility:13}  {each.best_practices:14}  "
            f"{each.first_paint_ms:8} ms  {each.bytes / 1024:10.1f} KB  {each.requests:8}  {' '.join(each.failed)}"
        )
    return all(map(_is_as_promised, measured))


def _is_as_promised(each: Measured) -> bool:
    is_light = each.page != "home" or (each.bytes <= HOME_BYTES and each.requests <= HOME_REQUESTS)
    return (
        each.performance >= PERFORMANCE_AT_LEAST
        and each.accessibility == each.best_practices == 100
        and each.first_paint_ms <= FIRST_PAINT_MS
        and is_light
    )
