"""The text that banks' applications read (GOST R 56042-2014), by the example of the rules."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lk.billing.payment_qr import SEPARATORS, payment_text
from lk.company import DEMO_COMPANY, Company
from lk.period import Period

EXAMPLE = (
    'ST00012|Name=АО "Энергосбыт-Демо"|PersonalAcc=40702810138250123017|BankName=ПАО Сбербанк|BIC=044525225'
    "|CorrespAcc=30101810400000000225|Sum=208860|Purpose=Оплата электроэнергии, л/с 10000-001-01, 09.2026"
    "|PayeeINN=9900000000|KPP=990001001|PersAcc=1000000101|PaymPeriod=092026|TechCode=02"
)
MANDATORY = ["Name", "PersonalAcc", "BankName", "BIC", "CorrespAcc"]
OTHERS = ["Sum", "Purpose", "PayeeINN", "KPP", "PersAcc", "PaymPeriod", "TechCode"]
SEPTEMBER = Period(2026, 9)


def text(company: Company = DEMO_COMPANY, kopecks: int = 208860, purpose: str | None = None, **more: bool) -> str:
    return payment_text(
        company, kopecks=kopecks, purpose=purpose, account_number="1000000101", period=SEPTEMBER, **more
    )


def parsed(code: str) -> dict[str, str]:
    """As a bank reads it: the separator is the ninth sign from the beginning."""
    assert code.startswith("ST00012")
    separator = code[7]
    pairs = [field.partition("=") for field in code[8:].split(separator)]
    assert all(equals for _, equals, _ in pairs), code
    assert len({name for name, _, _ in pairs}) == len(pairs), code
    return {name: value for name, _, value in pairs}


def test_the_example_of_the_rules_byte_for_byte() -> None:
    assert text() == EXAMPLE
    assert (len(text()), len(text().encode())) == (285, 334)


def test_a_penalty_has_a_purpose_of_its_own_and_nothing_else() -> None:
    assert text(is_penalty=True) == EXAMPLE.replace("Оплата электроэнергии", "Пени за электроэнергию")


@pytest.mark.parametrize("kopecks", [0, -1])
def test_where_nothing_is_to_pay_there_is_no_code(kopecks: int) -> None:
    with pytest.raises(ValueError, match="nothing to pay"):
        text(kopecks=kopecks)


def test_a_separator_that_stands_in_a_value_gives_way_to_the_next() -> None:
    code = text(replace(DEMO_COMPANY, name="Свет|Дом"))
    assert code.startswith("ST00012#Name=Свет|Дом#PersonalAcc=")
    code = text(replace(DEMO_COMPANY, name="Свет|Дом#1;2:3^4"))
    assert code.startswith("ST00012_Name=Свет|Дом#1;2:3^4_PersonalAcc=")


def test_where_every_separator_is_taken_the_bar_leaves_the_values() -> None:
    assert parsed(text(replace(DEMO_COMPANY, name=f"Свет{SEPARATORS}")))["Name"] == "Свет #;:^_~"


def test_a_long_name_gives_way_so_that_the_mandatory_part_holds_three_hundred_bytes() -> None:
    company = replace(DEMO_COMPANY, name="Я" * 300, bank_name="Б" * 90)
    fields = parsed(text(company))
    assert fields["BankName"] == "Б" * 45
    mandatory = text(company).partition("Sum=")[0]
    assert 298 < len(mandatory.encode()) <= 300
    assert len(parsed(text(replace(DEMO_COMPANY, name="N" * 300)))["Name"]) == 160


def test_a_long_purpose_is_cut_off_at_a_hundred_and_sixty_signs() -> None:
    purpose = parsed(text(purpose="Оплата по договору " * 20))["Purpose"]
    assert len(purpose) == 160
    assert purpose.startswith("Оплата по договору Оплата")


anything = st.text(min_size=1, max_size=400).filter(lambda value: value.strip())


@given(name=anything, bank=anything, purpose=anything, kopecks=st.integers(1, 10**12))
def test_whatever_the_words_a_bank_reads_all_fields_back(name: str, bank: str, purpose: str, kopecks: int) -> None:
    code = text(replace(DEMO_COMPANY, name=name, bank_name=bank), kopecks, purpose)
    fields = parsed(code)
    assert list(fields) == MANDATORY + OTHERS
    assert fields["Sum"] == str(kopecks)
    assert (fields["PersonalAcc"], fields["BIC"]) == (DEMO_COMPANY.account, DEMO_COMPANY.bic)
    assert len(fields["Name"]) <= 160
    assert len(fields["BankName"]) <= 45
    assert len(fields["Purpose"]) <= 160
    assert len(code.partition("Sum=")[0].encode()) <= 300 or "Sum=" in name + bank
    assert not set("\r\n\t") & set(code)
