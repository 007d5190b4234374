"""The payment QR of a bill (GOST R 56042-2014): what a bank's application reads, and the picture of it."""

from __future__ import annotations

from dataclasses import dataclass

from lk import filters
from lk.billing.qr_modules import rows_of, strokes
from lk.company import Company
from lk.period import Period

SEPARATORS = "|#;:^_~"
LONGEST = {"Name": 160, "BankName": 45, "Purpose": 160}
MANDATORY_BYTES = 300
QUIET_MODULES = 4
UTILITIES = "02"
_HEAD = "ST00012"
_STRAIGHT_QUOTES = str.maketrans("«»„“”", '"""""')


def payment_text(
    company: Company,
    *,
    kopecks: int,
    account_number: str,
    period: Period,
    purpose: str | None = None,
    is_penalty: bool = False,
) -> str:
    """Without a `purpose` the usual one, of energy or of penalty. Raises ValueError for a sum that nobody pays."""
    if kopecks <= 0:
        raise ValueError(f"nothing to pay: {kopecks}")
    rest = {
        "Sum": str(kopecks),
        "Purpose": _plain(purpose or purpose_of(account_number, period, is_penalty=is_penalty)),
        "PayeeINN": company.inn,
        "KPP": company.kpp,
        "PersAcc": account_number,
        "PaymPeriod": f"{period.month:02}{period.year}",
        "TechCode": UTILITIES,
    }
    fields = {name: value[: LONGEST.get(name)] for name, value in (_payee(company) | rest).items()}
    separator = next((sign for sign in SEPARATORS if not any(sign in value for value in fields.values())), None)
    if separator is None:
        separator = SEPARATORS[0]
        fields = {name: value.replace(separator, " ") for name, value in fields.items()}
    return separator.join([_HEAD, *(f"{name}={value}" for name, value in fields.items())])


def purpose_of(account_number: str, period: Period, *, is_penalty: bool = False) -> str:
    """What the payment is for, in the words of the bank's statement."""
    what = "Пени за электроэнергию" if is_penalty else "Оплата электроэнергии"
    return f"{what}, л/с {filters.account_number(account_number)}, {period.month:02}.{period.year}"


@dataclass(frozen=True, slots=True)
class QrPicture:
    """`side` modules with the quiet zone, and the dark ones as strokes one module wide: an SVG path."""

    side: int
    path: str

    @property
    def svg(self) -> str:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.side} {self.side}">'
            f'<path fill="none" stroke="#000" stroke-width="1.02" d="{self.path}"/></svg>'
        )


def qr_picture(text: str) -> QrPicture:
    """Error level M, quiet zone 4, sizeless."""
    rows = rows_of(text)
    return QrPicture(len(rows) + 2 * QUIET_MODULES, strokes(rows, QUIET_MODULES))


def _payee(company: Company) -> dict[str, str]:
    """The five that must be there, in their order; the name gives way where they are too long together."""
    name, bank = _plain(company.name)[: LONGEST["Name"]], _plain(company.bank_name)[: LONGEST["BankName"]]

    def mandatory(name: str) -> dict[str, str]:
        return {
            "Name": name,
            "PersonalAcc": company.account,
            "BankName": bank,
            "BIC": company.bic,
            "CorrespAcc": company.correspondent_account,
        }

    while _bytes_of(mandatory(name)) > MANDATORY_BYTES:
        name = name[:-1]
    return mandatory(name)


def _bytes_of(fields: dict[str, str]) -> int:
    return len("|".join([_HEAD, *(f"{name}={value}" for name, value in fields.items())]).encode()) + 1


def _plain(text: str) -> str:
    """One line, straight quotes."""
    return " ".join(text.translate(_STRAIGHT_QUOTES).split())
