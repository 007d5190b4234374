"""What the operator sees of a meter about to be replaced. Finished values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lk.accounts.queries import AccountView, title_of
from lk.filters import NO_BREAK_SPACE, day_year, dials_words, kwh, month_for, number, plural
from lk.language import N_, _, pgettext
from lk.metering.messages import sentence
from lk.metering.replacements import ReplacementFacts, counted_by_old
from lk.metering.replacing import replacement_facts
from lk.metering.rules import MeterFacts
from lk.outcome import Problem, Severity
from lk.readings.messages import register_labels
from lk.support.replacement_form import REGISTERS, TypedReplacement, confirmation_of

_METERS = {"final": N_("Старый счётчик"), "initial": N_("Новый счётчик")}


@dataclass(frozen=True, slots=True)
class ReplacementPage:
    """`registers` are (name, label) of the old meter; `counted` (label, kWh, from and to) of its last days.

    `remarks` is what is odd without being wrong; `confirmed` is set once nothing is wrong.
    """

    title: str
    old_number: str
    facts: tuple[tuple[str, str], ...]
    registers: tuple[tuple[str, str], ...]
    typed: dict[str, str]
    errors: tuple[tuple[str | None, str], ...]
    remarks: tuple[str, ...]
    counted: tuple[tuple[str, str, str], ...]
    outcome: str
    confirmed: str
    latest: str
    zone_choices: Sequence[tuple[str, str]]

    @property
    def by_field(self) -> dict[str | None, str]:
        """The first error of each field."""
        return dict(reversed(self.errors))

    @property
    def summary(self) -> list[tuple[str | None, str]]:
        """The same sentence may be of several fields: here it says of which."""
        return [(field, _of_field(field, text)) for field, text in self.errors]


async def replacement_page(
    account: AccountView, meter: MeterFacts, form: TypedReplacement | None, refused: Sequence[Problem] = ()
) -> ReplacementPage:
    facts = await replacement_facts(account, meter, form.wanted.replaced_on if form else None)
    problems = _once_a_field(form, refused)
    wrong = [problem for problem in problems if problem.severity is Severity.REFUSE]
    final = _final(form, wrong)
    return ReplacementPage(
        title=title_of(account.address),
        old_number=meter.serial_number,
        facts=_facts(facts),
        registers=tuple(zip(REGISTERS, register_labels(meter.zones), strict=False)),
        typed=dict(form.typed) if form else _offered(meter, facts.today),
        errors=tuple((problem.field, sentence(problem)) for problem in wrong),
        remarks=tuple(sentence(each) for each in problems if each not in wrong and each.field),
        counted=_counted(facts, final) if final else (),
        outcome=_outcome(facts, form, final) if form and final and not wrong else "",
        confirmed=confirmation_of(form.wanted) if form and not wrong else "",
        latest=facts.today.isoformat(),
        zone_choices=[(str(zones), plural(zones, "зона", "зон")) for zones in (1, 2, 3)],
    )


def _of_field(field: str | None, text: str) -> str:
    """`Старый счётчик, T1: впишите цифры со счётчика.`"""
    meter, _line, register = (field or "").partition("_")
    if register not in REGISTERS:
        return text
    return f"{_(_METERS[meter])}, {register.upper()}: {text[0].lower()}{text[1:]}"


def _once_a_field(form: TypedReplacement | None, refused: Sequence[Problem]) -> list[Problem]:
    """What is wrong with the typing says more than that there is no value."""
    typing = form.problems if form else ()
    told = {problem.field for problem in typing}
    return [*typing, *(problem for problem in refused if problem.field not in told)]


def _offered(meter: MeterFacts, today: date) -> dict[str, str]:
    """Most meters give way to their like."""
    return {
        "replaced_on": today.isoformat(),
        "zones": str(meter.zones),
        "digits": str(meter.digits),
        "ratio": str(meter.ratio),
    }


def _final(form: TypedReplacement | None, wrong: Sequence[Problem]) -> tuple[int, ...]:
    """The old meter's figures, where all of them can be believed."""
    if form is None or any((problem.field or "").startswith("final_") for problem in wrong):
        return ()
    return tuple(value for value in form.wanted.final if value is not None)


def _facts(facts: ReplacementFacts) -> tuple[tuple[str, str], ...]:
    meter, last = facts.meter, facts.last
    rows = [(_("Стоит"), pgettext("since", "с %(day)s", day=day_year(meter.installed_on)))]
    if last:
        rows.append((_("Последнее показание"), f"{dials_words(last.values)}, {day_year(last.taken_on)}"))
    if meter.ratio > 1:
        rows.append((_("Коэффициент"), f"×{NO_BREAK_SPACE}{number(meter.ratio)}"))
    return tuple(rows)


def _counted(facts: ReplacementFacts, final: Sequence[int]) -> tuple[tuple[str, str, str], ...]:
    last = facts.last.values if facts.last else final
    used = counted_by_old(facts, final)
    times = f" × {number(facts.meter.ratio)}" if facts.meter.ratio > 1 else ""
    through_zero = f", {_('через ноль')}"
    return tuple(
        (label, kwh(each.kwh), f"{number(was)} → {number(now)}{times}{through_zero if each.rolled_over else ''}")
        for label, each, was, now in zip(register_labels(facts.meter.zones), used, last, final, strict=True)
    )


def _outcome(facts: ReplacementFacts, form: TypedReplacement, final: Sequence[int]) -> str:
    total = sum(each.kwh for each in counted_by_old(facts, final))
    initial = dials_words([value for value in form.wanted.new.initial if value is not None])
    return _(
        "Старый счётчик досчитал %(kwh)s, они войдут в счёт %(for_month)s. Новый начинает с %(initial)s: всё, что он "
        "насчитает сверх этого, прибавится.",
        kwh=kwh(total),
        for_month=month_for(facts.period),
        initial=initial,
    )
