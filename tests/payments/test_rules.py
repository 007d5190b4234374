"""The request of a payment, its states by age, its limits, its senders."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lk.acquirer.answers import Canceled, Outcome, Pending, Succeeded, Told, Unknown
from lk.acquirer.gateway import Gateway
from lk.acquirer.networks import may_notify
from lk.company import DEMO_COMPANY
from lk.outcome import Refused
from lk.payments.bodies import Intent, payment_body
from lk.payments.forms import PaymentForm, TogetherForm, means_in
from lk.payments.means import Means, offered_card
from lk.payments.messages import reason_sentence
from lk.payments.rules import (
    ASKING,
    CARD_UNLINKED,
    PaymentStatus,
    Returned,
    Step,
    Way,
    intent_key,
    judge_amount,
    next_status,
    next_step,
    not_found,
    paid_on,
    returned_of,
    stands_in_the_way,
)
from lk.period import Period
from lk.sandbox.validation import payment_request

NONCE = "23456789abcd"
TOLD = Told("22d6", "hand:1:1:23456789abcd:208860", 208860)
OUTCOMES: list[Outcome] = [Succeeded(TOLD), Pending(TOLD), Canceled("general_decline", TOLD), Unknown("http_500")]


def intent(amount: int = 208860, owed: int = 208860, vat: int = 22) -> Intent:
    return Intent(
        key="hand:1:1:23456789abcd:208860",
        amount_kopecks=amount,
        owed_kopecks=owed,
        account_number="1000000101",
        period=Period(2026, 9),
        email="anna@mail.example",
        return_url="http://localhost:8000/accounts/lesnaya5kv12/payments/abc",
        vat_percent=vat,
    )


def test_the_request_names_the_account_the_month_and_the_companys_bank() -> None:
    body = payment_body(intent(), DEMO_COMPANY)
    order = body["payment_order"]
    assert body["amount"] == order["amount"] == {"value": "2088.60", "currency": "RUB"}
    assert body["metadata"] == {"intent_id": "hand:1:1:23456789abcd:208860"}
    assert order["payment_purpose"] == "Оплата электроэнергии, л/с 10000-001-01, 09.2026"
    assert (order["account_number"], order["payment_period"]) == ("1000000101", {"month": 9, "year": 2026})
    assert order["recipient"]["bank"]["correspondent_account"] == "30101810400000000225"
    assert payment_request(body).amount_kopecks == 208860


def test_the_description_holds_nothing_personal() -> None:
    description = payment_body(intent(), DEMO_COMPANY)["description"]
    assert description == "Электроэнергия, 09.2026"


@pytest.mark.parametrize(("percent", "code"), [(22, 11), (20, 4)])
def test_the_receipt_has_the_vat_code_of_the_year(percent: int, code: int) -> None:
    (item,) = payment_body(intent(vat=percent), DEMO_COMPANY)["receipt"]["items"]
    assert (item["vat_code"], item["payment_mode"], item["payment_subject"]) == (code, "full_payment", "service")


@pytest.mark.parametrize(
    ("amount", "owed", "parts"),
    [
        (208860, 208860, [("full_payment", "2088.60")]),
        (100000, 208860, [("full_payment", "1000.00")]),
        (300000, 208860, [("full_payment", "2088.60"), ("advance", "911.40")]),
        (100000, 0, [("advance", "1000.00")]),
        (100000, -5000, [("advance", "1000.00")]),
    ],
)
def test_what_is_above_the_debt_is_an_advance(amount: int, owed: int, parts: list[tuple[str, str]]) -> None:
    items = payment_body(intent(amount, owed), DEMO_COMPANY)["receipt"]["items"]
    assert [(item["payment_mode"], item["amount"]["value"]) for item in items] == parts


@given(amount=st.integers(100, 30_000_000), owed=st.integers(-(10**9), 10**9))
def test_the_acquirer_accepts_the_request_whatever_is_owed(amount: int, owed: int) -> None:
    assert payment_request(payment_body(intent(amount, owed), DEMO_COMPANY)).amount_kopecks == amount


def test_a_key_fits_the_acquirer_for_billions_of_accounts_and_users() -> None:
    assert len(intent_key(9_999_999_999, 9_999_999_999, NONCE, 30_000_000, "lesnaya5kv12")) <= 64


@pytest.mark.parametrize(
    ("kopecks", "codes"),
    [
        (99, ["amount_too_small"]),
        (-100, ["amount_too_small"]),
        (100, []),
        (300_000_00, []),
        (300_000_01, ["amount_too_large"]),
    ],
)
def test_a_sum_is_from_one_rouble_to_three_hundred_thousand(kopecks: int, codes: list[str]) -> None:
    assert [problem.code for problem in judge_amount(kopecks)] == codes


@pytest.mark.parametrize(
    ("typed", "kopecks"), [("2 088,60", 208860), ("2088.6", 208860), ("2\u00a0088,60\u00a0₽", 208860), ("500", 50000)]
)
def test_a_sum_may_be_typed_as_people_write_it(typed: str, kopecks: int) -> None:
    assert PaymentForm.parse({"amount": typed, "nonce": NONCE}).amount_kopecks == kopecks


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"nonce": NONCE}, "amount_missing"),
        ({"amount": "пятьсот", "nonce": NONCE}, "amount_not_a_sum"),
        ({"amount": "1e3", "nonce": NONCE}, "amount_not_a_sum"),
        ({"amount": "500"}, "form_stale"),
        ({"amount": "500", "nonce": "23456789ABCD"}, "form_stale"),
    ],
)
def test_a_form_that_makes_no_sense_is_refused(typed: dict[str, str], code: str) -> None:
    with pytest.raises(Refused, match=code):
        PaymentForm.parse(typed)


@pytest.mark.parametrize("final", [PaymentStatus.SUCCEEDED, PaymentStatus.CANCELED])
def test_an_end_is_an_end(final: PaymentStatus) -> None:
    assert [next_status(final, outcome) for outcome in OUTCOMES] == [None] * 4


def test_an_error_never_makes_a_pending_payment_unknown() -> None:
    assert next_status(PaymentStatus.PENDING, Unknown("http_500")) is None
    assert next_status(PaymentStatus.CREATED, Unknown("http_500")) is PaymentStatus.UNKNOWN
    assert next_status(PaymentStatus.UNKNOWN, Pending(TOLD)) is PaymentStatus.PENDING


@given(st.lists(st.sampled_from(OUTCOMES), max_size=12))
def test_no_error_ever_fails_a_payment_and_whatever_comes_it_only_goes_forward(outcomes: list[Outcome]) -> None:
    status, first_end = PaymentStatus.CREATED, None
    for outcome in outcomes:
        status = next_status(status, outcome) or status
        if first_end is None and isinstance(outcome, Succeeded | Canceled):
            first_end = PaymentStatus.SUCCEEDED if isinstance(outcome, Succeeded) else PaymentStatus.CANCELED
    assert status.is_final == (first_end is not None)
    assert first_end is None or status is first_end


@pytest.mark.parametrize(
    ("status", "is_known_there", "age", "step"),
    [
        (PaymentStatus.CREATED, False, timedelta(seconds=10), Step.SEND_AGAIN),
        (PaymentStatus.UNKNOWN, False, timedelta(hours=22, minutes=59), Step.SEND_AGAIN),
        (PaymentStatus.UNKNOWN, False, timedelta(hours=23), Step.FIND),
        (PaymentStatus.PENDING, True, timedelta(seconds=10), Step.ASK),
        (PaymentStatus.PENDING, True, timedelta(days=3), Step.ASK),
        (PaymentStatus.SUCCEEDED, True, timedelta(seconds=10), None),
        (PaymentStatus.CANCELED, False, timedelta(days=3), None),
    ],
)
def test_an_unknown_is_sent_again_for_23_hours_and_then_only_looked_for(
    status: PaymentStatus, is_known_there: bool, age: timedelta, step: Step | None
) -> None:
    assert next_step(status, is_known_there, age) is step


@pytest.mark.parametrize(
    ("is_known_there", "age", "step"),
    [
        (False, timedelta(0), Step.FIND),
        (False, timedelta(hours=22), Step.FIND),
        (True, timedelta(0), Step.ASK),
    ],
)
def test_a_charge_of_a_card_that_is_gone_is_never_sent_again(is_known_there: bool, age: timedelta, step: Step) -> None:
    assert next_step(PaymentStatus.UNKNOWN, is_known_there, age, is_card_gone=True) is step


def test_after_the_last_day_that_was_promised_it_is_only_looked_for() -> None:
    asked = next_step(PaymentStatus.UNKNOWN, False, timedelta(hours=1), is_too_late=True)
    assert asked is Step.FIND
    assert next_step(PaymentStatus.PENDING, True, timedelta(hours=1), is_too_late=True) is Step.ASK


@pytest.mark.parametrize(
    ("age", "is_card_gone", "outcome"),
    [
        (timedelta(minutes=9, seconds=59), True, Unknown("card_gone")),
        (timedelta(minutes=10), True, Canceled(CARD_UNLINKED)),
        (timedelta(days=3), False, Unknown("not_listed", is_alarm=True)),
    ],
)
def test_what_is_not_listed_has_failed_only_where_it_can_never_be_sent_again(
    age: timedelta, is_card_gone: bool, outcome: Outcome
) -> None:
    assert not_found(age, is_card_gone=is_card_gone) == outcome


def test_every_reason_of_ours_has_words() -> None:
    assert "Выберите другую" in reason_sentence(CARD_UNLINKED)


def test_a_linked_card_is_charged_without_a_page_and_kept_by_no_wish() -> None:
    body = payment_body(replace(intent(), card="22d6"), DEMO_COMPANY)
    assert body["payment_method_id"] == "22d6"
    assert not {"confirmation", "save_payment_method", "payment_method_data"} & set(body)
    assert payment_request(body).payment_method_id == "22d6"


def test_a_card_is_kept_only_by_a_wish() -> None:
    assert "save_payment_method" not in payment_body(intent(), DEMO_COMPANY)
    assert payment_body(replace(intent(), saves_card=True), DEMO_COMPANY)["save_payment_method"] is True


CHOSEN = [Means(), Means(saves_card=True), Means(way=Way.SBP), Means("lesnaya5kv12"), Means("dacha2345678")]


def test_whatever_is_chosen_in_a_form_is_a_payment_of_its_own() -> None:
    keys = {intent_key(1, 1, NONCE, 208860, means.mark) for means in CHOSEN}
    assert len(keys) == len(CHOSEN)


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ({}, Means()),
        ({"means": "card", "save": "yes"}, Means(saves_card=True)),
        ({"means": "sbp", "save": "yes"}, Means(way=Way.SBP)),
        ({"means": "lesnaya5kv12", "save": "yes"}, Means("lesnaya5kv12")),
        ({"means": "cash"}, None),
        ({"means": "lesnaya5kv12' --"}, None),
        ({"means": "keep"}, None),
    ],
)
def test_what_is_chosen_is_a_linked_card_or_a_way(typed: dict[str, str], means: Means | None) -> None:
    assert means_in(typed) == means


@pytest.mark.parametrize(
    ("linked", "used", "offered"),
    [
        ([], [], None),
        (["new", "old"], [], "new"),
        (["new", "old"], [("old", False)], "old"),
        (["new", "old"], [("gone", False), ("old", False)], "old"),
        (["new", "old"], [("old", True), ("old", False)], "new"),
        (["old"], [("old", True)], "old"),
        (["new", "old"], [("new", True), ("old", False)], "old"),
    ],
)
def test_the_button_names_the_card_used_last_and_one_declined_last_comes_last(
    linked: list[str], used: list[tuple[str, bool]], offered: str | None
) -> None:
    assert offered_card(linked, used) == offered


@pytest.mark.parametrize("total", ["", "-1", "1e3", "²", "9" * 16])
def test_a_sum_that_the_page_did_not_write_makes_the_form_stale(total: str) -> None:
    with pytest.raises(Refused, match="form_stale"):
        TogetherForm.parse({"nonce": NONCE, "total": total, "account-lesnaya5kv12": "yes"})


def test_the_ticked_accounts_are_read_from_the_names_of_their_boxes() -> None:
    typed = {"nonce": NONCE, "total": "1", "card": "a", "account-lesnaya5kv12": "yes", "account": "x", "form": "seen"}
    assert TogetherForm.parse(typed).account_ids == {"lesnaya5kv12"}


def test_every_age_has_its_pause_once() -> None:
    assert ASKING[0].from_age == timedelta(0)
    assert [each.until_age for each in ASKING[:-1]] == [each.from_age for each in ASKING[1:]]
    assert [each.pause for each in ASKING] == sorted(each.pause for each in ASKING)


@pytest.mark.parametrize(
    ("captured_on", "counts"),
    [
        (date(2026, 10, 10), date(2026, 10, 10)),
        (None, date(2026, 10, 11)),
        (date(2026, 10, 12), date(2026, 10, 11)),
        (date(2026, 10, 1), date(2026, 10, 9)),
    ],
)
def test_the_day_of_the_capture_counts_between_the_intent_and_today(captured_on: date | None, counts: date) -> None:
    assert paid_on(captured_on, created_on=date(2026, 10, 9), today=date(2026, 10, 11)) == counts


@pytest.mark.parametrize(
    ("status", "has_page", "is_in_the_way"),
    [
        (PaymentStatus.CREATED, False, True),
        (PaymentStatus.UNKNOWN, False, True),
        (PaymentStatus.PENDING, False, True),
        (PaymentStatus.PENDING, True, False),
        (PaymentStatus.SUCCEEDED, False, False),
        (PaymentStatus.CANCELED, False, False),
    ],
)
def test_only_money_that_may_be_gone_stands_in_the_way(
    status: PaymentStatus, has_page: bool, is_in_the_way: bool
) -> None:
    assert stands_in_the_way(status, has_page) is is_in_the_way


def test_a_key_of_no_or_too_many_characters_is_not_sent() -> None:
    gateway = Gateway("http://127.0.0.1:9/v3", "shop", "secret")
    for key in ("", "k" * 65):
        with pytest.raises(ValueError, match="1 to 64"):
            gateway.create(key, "{}").send(None)


def test_the_shops_secret_does_not_show_in_a_traceback() -> None:
    assert "demo-word" not in repr(Gateway("http://127.0.0.1:9/v3", "shop", "demo-word"))


def test_a_reason_that_nobody_knows_yet_has_words_too() -> None:
    assert "не назвал причину" in reason_sentence("a_reason_of_next_year")


@pytest.mark.parametrize(
    ("address", "in_demo", "in_production"),
    [
        ("127.0.0.1", True, False),
        ("::1", True, False),
        ("::ffff:127.0.0.1", True, False),
        ("185.71.76.5", False, True),
        ("::ffff:185.71.76.5", False, True),
        ("77.75.156.35", False, True),
        ("77.75.154.127", False, False),
        ("2a02:5180::1", False, True),
        ("8.8.8.8", False, False),
        ("", False, False),
        ("unix:", False, False),
    ],
)
def test_notices_come_from_the_acquirers_networks_or_in_demo_from_this_machine(
    address: str, in_demo: bool, in_production: bool
) -> None:
    assert may_notify(address, is_demo=True) is in_demo
    assert may_notify(address, is_demo=False) is in_production


def test_a_payment_went_back_whole_in_part_or_not_at_all() -> None:
    found = [returned_of(208860, kopecks) for kopecks in (0, 1, 208859, 208860)]
    assert found == [Returned.NOTHING, Returned.PART, Returned.PART, Returned.ALL]
