"""Bills' sheets as the rules' examples give them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from lk.billing.moves import Move, MoveKind
from lk.billing.sheet import BillSheet, DialRow, Month, SheetLine
from lk.filters import kwh, money
from lk.period import Period

JULY = Period(2025, 7)
READ = "передано из кабинета"
TARIFF = "Тариф {} за кВт·ч с 1 июля 2025: Приказ ДЭПР Москвы."
ESTIMATED = (
    "Показаний за этот месяц не было, поэтому взято ваше среднее за последние месяцы.",
    "Если показаний не будет и дальше, по среднему посчитаем ещё 2 месяца, потом — по нормативу.",
    "Когда придёт настоящее показание, разница вернётся или добавится сама.",
)


def line(title: str, used: int, price: int, *why: str) -> SheetLine:
    """`price` in kopecks; the sum is theirs."""
    told = (*why, TARIFF.format(money(price)), f"{kwh(used)} × {money(price)} = {money(used * price)}.")
    return SheetLine(title, f"{kwh(used)} × {money(price)}", used * price, told)


def dial(label: str, before: int, now: int | None, serial: str = "14195368", source: str = READ) -> DialRow:
    day = date(2025, 7, 20) if now is not None else None
    return DialRow(serial, label, before, date(2025, 6, 20), now, day, source, date(2035, 6, 1))


def months(count: int, *last: int) -> tuple[Month, ...]:
    """Ending with July; the earlier ones rise and fall."""
    earlier = [
        Month(JULY + -ago, tuple(part * (80 + ago * 37 % 50) // 100 for part in last), 150000 + ago * 1000)
        for ago in range(count - 1, 0, -1)
    ]
    return (*earlier, Month(JULY, last, None))


DAY = line("День, Т1", 180, 945, "Счётчик № 14195368: было 4 820 (20 июня), стало 5 000 (20 июля), " + READ + ".")
NIGHT = line("Ночь, Т2", 95, 408, "Счётчик № 14195368: было 2 105 (20 июня), стало 2 200 (20 июля), " + READ + ".")

TWO_ZONES = BillSheet(
    bill_id=1,
    account_id=1,
    account_number="1000000101",
    period=JULY,
    holder_name="Иванова Мария Петровна",
    address="Москва, Лесная улица, 5, кв. 12",
    postcode="125047",
    dials=(dial("День, Т1", 4820, 5000), dial("Ночь, Т2", 2105, 2200)),
    lines=(DAY, NIGHT),
    total_kopecks=208860,
    vat_percent=20,
    vat_kopecks=34810,
    opening_kopecks=0,
    moves=(Move(MoveKind.PAYMENT, -195420),),
    penalty_lines=(),
    penalty_kopecks=0,
    opening_penalty_kopecks=0,
    penalty_moves=(),
    due_on=date(2025, 8, 10),
    issued_on=date(2025, 7, 26),
    zones=("День", "Ночь"),
    months=months(24, 180, 95),
    notes=(),
)
ESTIMATE = replace(
    TWO_ZONES,
    dials=(dial("День, Т1", 4820, None, source="показания не было"), dial("Ночь, Т2", 2105, None, source="")),
    lines=(
        line("День, Т1, по среднему", 180, 945, *ESTIMATED),
        line("Ночь, Т2, по среднему", 93, 408, *ESTIMATED),
    ),
    total_kopecks=208044,
    vat_kopecks=34674,
    months=months(24, 180, 93),
)
SETTLEMENT = replace(
    TWO_ZONES,
    lines=(
        SheetLine(
            "Возврат за июнь: день, Т1",
            f"{kwh(-60)} × {money(945)}",
            -56700,
            (
                "В счёте за июнь показаний не было, и в него попало больше, чем потом прошло по счётчику.",
                "По показаниям прошло 300 кВт·ч, из них 360 кВт·ч уже были в счетах без показаний.",
                f"{kwh(-60)} × {money(945)} = {money(-56700)}.",
            ),
        ),
        NIGHT,
    ),
    total_kopecks=-17940,
    vat_kopecks=-2990,
    opening_kopecks=-20000,
    due_on=None,
    notes=("Сайт не работал в последний день приёма показаний, поэтому показания принимали на 2 дня дольше.",),
)
PENALTY = replace(
    TWO_ZONES,
    opening_kopecks=200000,
    moves=(Move(MoveKind.PAYMENT, -200000),),
    penalty_lines=(
        SheetLine(
            "Пени за март 2025",
            "срок оплаты — 10 апреля 2025",
            1647,
            ("Оплатить нужно было до 10 апреля 2025. Первые 30 дней после срока пеней нет.", "Всего 16,47 ₽."),
        ),
    ),
    penalty_kopecks=1647,
    opening_penalty_kopecks=158,
)
REPLACED = replace(
    TWO_ZONES,
    dials=(
        dial("Все сутки, Т1", 45100, 45210, source="записал сотрудник"),
        dial("Все сутки, Т1", 2, 47, serial="77700123"),
    ),
    lines=(line("Электроэнергия", 155, 787, "Счётчик заменили 10 июля: 110 кВт·ч на старом и 45 кВт·ч на новом."),),
    total_kopecks=121985,
    vat_kopecks=20331,
    zones=("Всего",),
    months=months(7, 155),
)
BANDS = replace(
    TWO_ZONES,
    dials=(dial("Все сутки, Т1", 20000, 26500),),
    lines=(
        line("Электроэнергия", 3900, 787, "До 3 900 кВт·ч в месяц — первая цена."),
        line("Электроэнергия, сверх 3 900 кВт·ч", 2100, 920),
        line("Электроэнергия, сверх 6 000 кВт·ч", 500, 1240),
    ),
    total_kopecks=5621300,
    vat_kopecks=936883,
    opening_kopecks=312055,
    moves=(),
    zones=("Всего",),
    months=months(24, 6500),
)
UNKNOWN_READER = replace(TWO_ZONES, holder_name=None, address=None, postcode="")
CORRECTED = replace(
    TWO_ZONES,
    opening_kopecks=0,
    moves=(
        Move(MoveKind.PAYMENT, -195420),
        Move(MoveKind.REFUND, 50000),
        Move(MoveKind.CORRECTION, -30000, date(2025, 7, 3), "Перерасчёт за отсутствие света"),
        Move(MoveKind.PAYOUT, 12000, date(2025, 7, 5), "Заявление и поручение 14"),
        Move(MoveKind.LATE, 8420),
    ),
    penalty_moves=(Move(MoveKind.CORRECTION, -1647, date(2025, 7, 4), "Пени сняты: сайт не работал"),),
)
COMMON = {
    "two zones": TWO_ZONES,
    "estimate": ESTIMATE,
    "settlement": SETTLEMENT,
    "penalty": PENALTY,
    "replaced meter": REPLACED,
    "bands": BANDS,
    "provisional": UNKNOWN_READER,
    "corrected": replace(CORRECTED, moves=CORRECTED.moves[:3], penalty_moves=()),
}
