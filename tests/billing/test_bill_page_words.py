"""What a line of a bill answers to «Почему столько?»."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date

import pytest

from lk.billing.lines import ChargeLine
from lk.billing.messages import Around, sheet_line
from lk.billing.penalty_words import penalty_line
from lk.billing.queries import ChargeView
from lk.billing.rules import BillDraft, bill_for
from lk.billing.sheet import SheetLine
from lk.energy import Register
from lk.metering.rules import ReadingFacts
from lk.period import Period
from lk.tariffs.rules import PriceList, Rate
from tests.billing.cast import PRICES, SEPTEMBER, account, booked
from tests.metering.cast import meter, monthly, reading

JUNE, JULY, AUGUST = Period(2026, 6), Period(2026, 7), Period(2026, 8)
HALF_A_YEAR = monthly((4820 - 1080, 2105 - 560), [(180, 95)] * 4 + [(175, 92), (185, 88)], Period(2026, 2))
LIMITS = (3900, 6000)


def _stored(at: int, line: ChargeLine) -> ChargeView:
    """As it comes back from the database."""
    return ChargeView(
        id=at,
        bill_id=1,
        line=line.line,
        register=line.register,
        zone=line.zone.value,
        serial_number=line.serial_number or None,
        verified_until=None,
        band=line.band,
        previous_kwh=line.previous_kwh,
        current_kwh=line.current_kwh,
        previous_on=line.previous_on,
        current_on=line.current_on,
        source=line.source,
        consumption_kwh=line.consumption_kwh,
        price_kopecks=line.price_kopecks,
        amount_kopecks=line.amount_kopecks,
        method=line.method,
        legal_act=line.legal_act,
        tariff_from=line.tariff_from,
        why=json.dumps(dict(line.why)),
    )


def told(draft: BillDraft, hidden_before: date | None = None) -> list[SheetLine]:
    charges = [_stored(at, line) for at, line in enumerate(draft.lines)]
    around = Around(draft.period, charges, LIMITS, hidden_before)
    return [_plain(sheet_line(charge, around)) for charge in charges]


def _plain(line: SheetLine) -> SheetLine:
    """With every no-break space as a plain one."""
    plain = (text.replace("\u00a0", " ") for text in (line.title, line.note, *line.why))
    return SheetLine(next(plain), next(plain), line.amount_kopecks, tuple(plain))


def billed(readings: Sequence[ReadingFacts], **known: object) -> list[SheetLine]:
    facts = account(**{"meters": (meter(zones=len(readings[0].values)),), "readings": tuple(readings)} | known)
    return told(bill_for(facts, SEPTEMBER, PRICES))


def grown(before: int, now: int, **known: object) -> list[SheetLine]:
    return billed([reading([before], AUGUST), reading([now], SEPTEMBER)], **known)


class TestAReading:
    def test_it_is_told_from_the_dial_to_the_sum(self) -> None:
        day, night = billed([*HALF_A_YEAR, reading((5000, 2200), SEPTEMBER)])
        assert (day.title, day.note, day.amount_kopecks) == ("День, Т1", "180 кВт·ч × 9,45 ₽", 170100)
        assert day.why == (
            "Счётчик № 00710001: было 4 820 (20 августа), стало 5 000 (20 сентября), передано из кабинета.",
            "Тариф 9,45 ₽ за кВт·ч действует с 1 января 2024: Приказ 1.",
            "180 × 9,45 ₽ = 1 701,00 ₽.",
        )
        assert night.title == "Ночь, Т2"

    def test_a_dial_that_began_again_is_added_up(self) -> None:
        (line,) = grown(99980, 12)
        assert "Счётчик дошёл до последней цифры и пошёл с нуля: 20 до нуля и 12 после, вместе 32." in line.why

    def test_transformers_multiply_what_the_dial_shows(self) -> None:
        (line,) = grown(100, 115, meters=(meter(zones=1, ratio=20),))
        assert "Коэффициент трансформации 20: 15 × 20 = 300 кВт·ч." in line.why

    def test_two_meters_of_one_month_add_up_to_155(self) -> None:
        lines = billed(
            [
                reading([45100], AUGUST, 1),
                reading([45210], SEPTEMBER, 1, "final"),
                reading([2], SEPTEMBER, 2, "initial"),
                reading([47], SEPTEMBER, 2),
            ],
            meters=(meter(1, zones=1), meter(2, zones=1, installed_on=date(2026, 9, 10))),
        )
        assert [line.note[:3] for line in lines] == ["110", "45 "]
        for line in lines:
            assert "Счётчик заменили, расход складываем: 110 (№ 00710001) + 45 (№ 00710002) = 155 кВт·ч." in line.why

    def test_the_year_is_told_where_it_is_another_one(self) -> None:
        (line,) = billed([reading([100], Period(2025, 12)), reading([400], SEPTEMBER)])
        assert line.why[0].startswith("Счётчик № 00710001: было 100 (20 декабря 2025), стало 400 (20 сентября),")


class TestWhatEarlierBillsHold:
    estimates = tuple(
        booked(period, register, kwh)
        for period in (JULY, AUGUST)
        for register, kwh in ((Register.T1, 180), (Register.T2, 93))
    )

    def after_two_estimates(self, t1: int) -> list[SheetLine]:
        return billed([reading((4000, 2000), JUNE), reading((4000 + t1, 2290), SEPTEMBER)], booked=self.estimates)

    def test_two_estimates_of_180_leave_120_of_480(self) -> None:
        day = self.after_two_estimates(480)[0]
        assert (
            "Всего прошло 480 кВт·ч. Из них 360 кВт·ч уже были в счетах за июль и август 2026 без показаний, "
            "осталось 120 кВт·ч." in day.why
        )

    def test_of_growth_300_comes_back_60_at_the_price_of_its_own_month(self) -> None:
        credit = self.after_two_estimates(300)[-1]
        assert (credit.title, credit.note) == ("Возврат за август 2026: день, Т1", "−60 кВт·ч × 9,45 ₽")
        assert credit.amount_kopecks == -60 * 945
        assert credit.why[1:3] == (
            "По показаниям прошло 300 кВт·ч, а в счетах за июль и август 2026 без показаний уже 360 кВт·ч: "
            "лишних 60 кВт·ч.",
            "60 кВт·ч были начислены по среднему за август 2026: возвращаем их по той же цене, 9,45 ₽.",
        )
        assert credit.why[-1] == "−60 × 9,45 ₽ = −567,00 ₽."

    def test_months_for_which_nothing_was_charged_are_told(self) -> None:
        away = (booked(AUGUST, Register.T1, 0, method="away"),)
        (line,) = billed([reading([4000], JULY), reading([4300], SEPTEMBER)], booked=away)
        assert "Сюда вошёл и расход за август 2026: показаний тогда не было, и ничего не начислялось." in line.why


class TestAMonthWithoutAReading:
    def test_the_average_names_its_readings_months_and_result(self) -> None:
        day = billed(HALF_A_YEAR)[0]
        assert (day.title, day.note) == ("День, Т1, по среднему", "180 кВт·ч × 9,45 ₽")
        assert day.why[:5] == (
            "Показаний за этот месяц не было, поэтому взято среднее по прежним показаниям.",
            "Счётчик № 00710001: 3 740 (20 февраля 2026) → 4 820 (20 августа 2026).",
            "1 080 кВт·ч за 6 месяцев — это 180 кВт·ч в месяц.",
            "Без показаний посчитаем так ещё 2 месяца, потом — по нормативу.",
            "Когда придёт показание, разница вернётся или добавится сама.",
        )

    def test_the_third_one_says_that_the_norm_comes_next(self) -> None:
        assert "Следующий счёт без показаний будет уже по нормативу." in billed(HALF_A_YEAR, missed_before=2)[0].why

    def test_the_fourth_one_is_the_norm_times_people(self) -> None:
        day = billed(HALF_A_YEAR, missed_before=3)[0]
        assert day.title == "День, Т1, по нормативу"
        assert day.why[:2] == (
            "Показаний нет 4 месяца подряд, поэтому вместо среднего взят норматив на человека.",
            "Норматив на месяц: 45 кВт·ч × 3 человека = 135 кВт·ч.",
        )

    def test_too_short_a_history_is_said_to_be_short(self) -> None:
        line = billed([reading([100], AUGUST)])[0]
        assert "прежних мало для среднего: нужно хотя бы три месяца" in line.why[0]

    def test_a_part_of_a_month_is_135_times_11_of_30(self) -> None:
        new = meter(zones=1, installed_on=date(2026, 9, 20))
        (line,) = billed([reading([0], SEPTEMBER, 1, "initial")], meters=(new,), opened_on=date(2026, 9, 20))
        assert "Лицевой счёт был открыт 11 дней из 30: 135 × 11 ÷ 30 = 50 кВт·ч." in line.why

    def test_without_a_meter_no_reading_is_promised_to_settle_it(self) -> None:
        (line,) = told(bill_for(account(), SEPTEMBER, PRICES))
        assert line.why[0] == "Счётчика нет, поэтому взят норматив на человека."
        assert not any("Когда придёт показание" in sentence for sentence in line.why)

    def test_nobody_there_is_charged_nothing(self) -> None:
        day = billed(HALF_A_YEAR, away_until=date(2026, 10, 15))[0]
        assert (day.title, day.amount_kopecks) == ("День, Т1, никого нет", 0)
        assert day.why[0] == "Вы сообщили, что дома никого нет, поэтому за этот месяц ничего не начислено."

    def test_readings_of_a_former_holder_are_not_told(self) -> None:
        draft = bill_for(account(meters=(meter(),), readings=HALF_A_YEAR), SEPTEMBER, PRICES)
        seen, hidden = told(draft)[0].why, told(draft, hidden_before=date(2026, 7, 1))[0].why
        assert [sentence for sentence in seen if "→" in sentence] != []
        assert [sentence for sentence in hidden if "→" in sentence or "3 740" in sentence] == []


class TestBands:
    def test_6500_kwh_are_told_by_their_limits(self) -> None:
        lines = grown(1000, 7500, power_kw=None)
        assert [(line.title, line.note) for line in lines] == [
            ("Электроэнергия", "3 900 кВт·ч × 7,87 ₽"),
            ("Электроэнергия, сверх 3 900 кВт·ч", "2 100 кВт·ч × 10,87 ₽"),
            ("Электроэнергия, сверх 6 000 кВт·ч", "500 кВт·ч × 16,87 ₽"),
        ]
        assert "Это часть до 3 900 кВт·ч в месяц: она дешевле всего." in lines[0].why
        assert "Это часть сверх 3 900 кВт·ч и до 6 000 кВт·ч в месяц: у неё своя цена." in lines[1].why
        assert "Это часть сверх 6 000 кВт·ч в месяц: у неё своя цена." in lines[2].why

    def test_where_only_one_price_is_known_none_is_called_cheaper(self) -> None:
        one_price = PriceList([Rate("moscow", "gas", 1, 1, Register.T1, 787, date(2024, 1, 1), "Приказ 1")])
        readings = (reading([1000], AUGUST), reading([7500], SEPTEMBER))
        facts = account(meters=(meter(zones=1),), readings=readings, power_kw=None)
        lines = told(bill_for(facts, SEPTEMBER, one_price))
        assert [line.note for line in lines] == [f"{kwh} кВт·ч × 7,87 ₽" for kwh in ("3 900", "2 100", "500")]
        assert "Это часть до 3 900 кВт·ч в месяц." in lines[0].why
        assert "Это часть сверх 3 900 кВт·ч и до 6 000 кВт·ч в месяц: цена у неё та же." in lines[1].why
        assert "Это часть сверх 6 000 кВт·ч в месяц: цена у неё та же." in lines[2].why

    def test_a_usual_bill_does_not_speak_of_them(self) -> None:
        assert not any("Это часть" in sentence for sentence in grown(1000, 1200)[0].why)

    def test_a_bill_that_settles_a_month_has_the_limit_of_two(self) -> None:
        lines = billed(
            [reading([1000], JULY), reading([11000], SEPTEMBER)],
            booked=(booked(AUGUST, Register.T1, 180),),
            power_kw=None,
        )
        assert len(lines) > 1
        assert all(
            "Счёт закрывает 2 месяца, поэтому и предел взят за 2 месяца, кроме уже использованного." in line.why
            for line in lines
        )


def _segment(first: str, last: str, days: int, amount: str, divisor: int = 300) -> dict[str, object]:
    return {
        "from": first,
        "to": last,
        "days": days,
        "kopecks": 500000,
        "basis_points": 950,
        "divisor": divisor,
        "amount": amount,
    }


def _penalty(amount: int, segments: Iterable[dict[str, object]], accrued: int, posted: int = 0) -> str:
    return json.dumps(
        {
            "period": "2025-03",
            "due_on": "2025-04-10",
            "segments": list(segments),
            "accrued": accrued,
            "posted": posted,
        }
    )


class TestPenalty:
    to_day_90 = _segment("2025-05-11", "2025-07-09", 60, "9500")
    day_91 = _segment("2025-07-10", "2025-07-10", 1, "365.3846", divisor=130)

    def test_91_days_cost_98_65_day_by_day(self) -> None:
        line = _plain(penalty_line(9865, _penalty(9865, [self.to_day_90, self.day_91], 9865)))
        assert (line.title, line.note) == ("Пени за март 2025", "срок оплаты — 10 апреля 2025")
        assert line.why == (
            "Оплатить нужно было до 10 апреля 2025. Первые 30 дней после срока пеней нет.",
            "11 мая — 9 июля 2025, 60 дней: 5 000,00 ₽ × 9,5 % ÷ 300 × 60 = 95,00 ₽.",
            "10 июля 2025, 1 день: 5 000,00 ₽ × 9,5 % ÷ 130 × 1 = 3,65 ₽.",
            "Всего 98,65 ₽. На сами пени пени не начисляются.",
        )

    def test_what_was_posted_before_is_taken_off(self) -> None:
        line = _plain(penalty_line(365, _penalty(365, [self.to_day_90, self.day_91], 9865, posted=9500)))
        assert line.why[-1] == "Всего 98,65 ₽, в прежних счетах уже 95,00 ₽: в этом 3,65 ₽."

    def test_what_was_posted_too_much_comes_back(self) -> None:
        line = _plain(penalty_line(-9500, _penalty(-9500, [], 0, posted=9500)))
        assert line.title == "Возврат пеней за март 2025"
        assert line.why[-1] == "Всего 0,00 ₽, в прежних счетах уже 95,00 ₽: лишние 95,00 ₽ возвращаем."

    def test_the_debt_from_before_has_no_month(self) -> None:
        why = json.loads(_penalty(9500, [self.to_day_90], 9500)) | {"period": None}
        assert penalty_line(9500, json.dumps(why)).title == "Пени за прежний долг"

    def test_days_of_a_former_holders_debt_are_not_told(self) -> None:
        why = _penalty(9500, [self.to_day_90], 9500)
        assert not any("5 000" in each for each in _plain(penalty_line(9500, why, date(2025, 6, 1))).why)

    @pytest.mark.parametrize(("points", "shown"), [(950, "9,5 %"), (1000, "10 %"), (725, "7,25 %"), (905, "9,05 %")])
    def test_the_rate_is_written_as_people_write_it(self, points: int, shown: str) -> None:
        why = _penalty(9500, [self.to_day_90 | {"basis_points": points}], 9500)
        assert f"× {shown} ÷" in _plain(penalty_line(9500, why)).why[1]
