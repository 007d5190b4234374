"""Every form of lk: who sends it, its fields with something usual in each, and which of them take any words.

A route of the access matrix that is not here fails the tests of odd input.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NONCE = "23456789abcd"
FORM = "23456789abcd23456789abcd"
DIALS = {"meter": "{meter_id}", "t1": "5100", "t2": "2250"}


@dataclass(frozen=True)
class Form:
    """`who`: a role of the matrix, or a browser that has come to this form. `free`: fields of words, not of figures."""

    who: str
    fields: Mapping[str, str] = field(default_factory=dict)
    free: frozenset[str] = frozenset()


def _form(who: str, *free: str, **fields: str) -> Form:
    return Form(who, fields, frozenset(free))


STREAMED = (
    "/operations/exports/files/{export_kind}",
    "/operations/exports/print-runs/{print_run_id}/file",
    "/operations/audit/file",
)
"""Answered by a file that is read as it goes out."""

_ASKED = {"text": "Почему счёт вырос?"}
_SAID = {"words": "Так договорились"}

FORMS: dict[str, Form] = {
    "/language": _form("anyone", "language", "back", language="en", back="/guide"),
    "/register": _form("anyone", account_number="10000-002-01", meter_number="40404001"),
    "/register/email": _form("with numbers", email="sosed@example.org"),
    "/register/letter": _form("with a letter"),
    "/register/first-sign-in/{token}": _form("anyone", login="10000-001-03", password="30303030"),
    "/register/credentials": _form(
        "signed in first", "new_login", "new_password", new_login="sosed", new_password="dlinnyy parol dlya doma"
    ),
    "/help": _form(
        "anyone", "title", "text", "form", subject="bill", title="", email="vera@example.org", form=FORM, **_ASKED
    ),
    "/help/questions/{question_id}": _form("holder", "text", "form", form=FORM, **_ASKED),
    "/help/questions/{question_id}/closing": _form("holder"),
    "/help/letters/{asked}": _form("anyone", "text", "form", form=FORM, **_ASKED),
    "/help/letters/{asked}/confirmation": _form("anyone"),
    "/help/letters/{asked}/closing": _form("anyone"),
    "/sign-in": _form("anyone", "next", login="ivanova", password="lampa v podezde pyatom", next="/profile"),
    "/sign-in/code": _form("with a password", code="123456", next="/support"),
    "/sign-in/passkey/options": _form("anyone"),
    "/sign-in/passkey": _form("anyone", credential="{{}}", next="/support"),
    "/sign-in/confirm/passkey/options": _form("holder"),
    "/sign-in/confirm/passkey": _form("holder", credential="{{}}", next="/profile"),
    "/sign-in/confirm": _form("holder", "next", password="lampa v podezde pyatom", next="/profile"),
    "/sign-out": _form("holder"),
    "/password-reset": _form("anyone", "login", login="ivanova"),
    "/password-reset/{reset}": _form("anyone", "new_password", new_password="dlinnyy parol dlya doma"),
    "/enrolment/{enrolment}": _form("anyone", new_password="dlinnyy parol dlya doma", code="123456"),
    "/email-change/{change}": _form("anyone"),
    "/email-change/{change}/cancellation": _form("anyone"),
    "/release/{release}": _form("anyone"),
    "/invitation/{invited}": _form(
        "anyone", "new_login", "new_password", new_login="pomogayu", new_password="dlinnyy parol dlya doma"
    ),
    "/reading/{linked}": _form("anyone", **DIALS, confirmed="5100-2250"),
    "/profile/password": _form("holder", "new_password", new_password="dlinnyy parol dlya doma"),
    "/profile/login": _form("holder", "new_login", new_login="ivanova-mp"),
    "/profile/sessions/{session_id}/end": _form("holder"),
    "/profile/sessions/end-others": _form("holder"),
    "/profile/email": _form("holder", email="novaya@example.org"),
    "/profile/email/cancellation": _form("holder"),
    "/profile/passkeys/options": _form("holder"),
    "/profile/passkeys": _form("holder", "name", credential="{{}}", name="Телефон"),
    "/profile/passkeys/{passkey_id}/removal": _form("holder"),
    "/profile/recovery-codes": _form("support"),
    "/profile/letters": _form("holder", "readings_wanted", language="ru", readings_wanted="yes"),
    "/letters-off/{letter}": _form("anyone"),
    "/profile/consents/{consent}": _form("holder", agree="yes", version="1"),
    "/profile/consents/{consent}/withdrawal": _form("holder"),
    "/profile/copy": _form("holder"),
    "/profile/closing": _form("holder"),
    "/accounts/{account_id}/readings": _form("holder", "confirmed", **DIALS, confirmed="5100-2250"),
    "/accounts/{account_id}/readings/preview": _form("holder", "confirmed", "t1", "t2", **DIALS, confirmed="5100-2250"),
    "/accounts/{account_id}/readings/carried": _form(
        "holder",
        "taken_at",
        "sent_at",
        "confirmed",
        **DIALS,
        owner="{owner}",
        key="5f0c7a1e-2b3d-4c4e-8f60-718293a4b5c6",
        taken_at="1753009500000",
        sent_at="1753009560000",
        confirmed="",
    ),
    "/accounts/{account_id}/readings/{reading_id}/photo": _form("holder", photo="not a file"),
    "/accounts/{account_id}/away": _form("holder", until="2025-09-01"),
    "/accounts/{account_id}/away/cancellation": _form("holder"),
    "/accounts/{account_id}/payments": _form(
        "holder",
        "save",
        "warned_of",
        "owed",
        amount="100",
        nonce=NONCE,
        means="card",
        save="yes",
        warned_of="",
        owed="0",
    ),
    "/accounts/{account_id}/cards": _form("holder", nonce=NONCE),
    "/accounts/{account_id}/cards/{card_id}/removal": _form("holder"),
    "/accounts/{account_id}/autopay": _form(
        "holder",
        "is_confirmed",
        "amount",
        mode="bill",
        limit="5000",
        amount="",
        day="5",
        card="{card_id}",
        is_confirmed="yes",
    ),
    "/accounts/{account_id}/autopay/cancellation": _form("holder"),
    "/accounts/{account_id}/autopay/months/{period}/skip": _form("holder"),
    "/accounts/{account_id}/name": _form("holder", "name", name="Дача"),
    "/accounts/{account_id}/confirmation": _form("holder", code="ABCD-EFGH"),
    "/accounts/{account_id}/paper-bill": _form("holder", paper_bill="no"),
    "/accounts/{account_id}/release/cancellation": _form("holder"),
    "/accounts/{account_id}/staff-code": _form("holder", look="1"),
    "/accounts/{account_id}/access": _form("holder", email="babushka@example.org"),
    "/accounts/{account_id}/access/{access_id}/removal": _form("holder"),
    "/accounts/{account_id}/access/invitations/{invitation_id}/withdrawal": _form("holder"),
    "/accounts/{account_id}/access/leaving": _form("helper"),
    "/payments": _form("holder", "card", total="100", nonce=NONCE, card="{card_id}"),
    "/acquirer/events": _form("anyone", event="payment.succeeded", object="1"),
    "/support": _form("support", "q", q="Лесная 5 12"),
    "/support/accounts/{account_id}/personal-data": _form("support", why="caller"),
    "/support/accounts/{account_id}/look": _form("support", reason="call", code="123456"),
    "/support/look/end": _form("support"),
    "/support/look/code": _form("looking", "next", code="123456", next="/support"),
    "/support/accounts/{account_id}/letters/{letter_id}/again": _form("support"),
    "/support/accounts/{account_id}/bills/{period}/what-if": _form(
        "support", "confirmed", **DIALS, taken_on="2025-07-25", confirmed=""
    ),
    "/support/accounts/{account_id}/bills/{period}/correction": _form(
        "operator", "confirmed", **DIALS, taken_on="2025-07-25", bill="1", cause="reading", confirmed=""
    ),
    "/support/accounts/{account_id}/password-reset": _form("support"),
    "/support/accounts/{account_id}/confirmation": _form("support"),
    "/support/accounts/{account_id}/release": _form("support", release_reason="sold"),
    "/support/accounts/{account_id}/release/cancellation": _form("support"),
    "/support/accounts/{account_id}/reading": _form(
        "support", "confirmed", **DIALS, taken_on="2025-07-29", confirmed=""
    ),
    "/support/held/{reading_id}/acceptance": _form("support"),
    "/support/held/{reading_id}/roll-over": _form("support"),
    "/support/held/{reading_id}/rejection": _form("support", "words", reason="not_readable", words="Цифр не видно"),
    "/support/held/{reading_id}/correction": _form("support", "confirmed", t1="5100", t2="2250", confirmed=""),
    "/support/held-bills/{bill_id}/release": _form("support"),
    "/support/held-bills/{bill_id}/recount": _form("support"),
    "/support/held-bills/{bill_id}/reading": _form("support", **DIALS, taken_on="2025-07-25", confirmed=""),
    "/support/accounts/{account_id}/meters/{meter_id}/replacement": _form(
        "operator",
        "meter_number",
        "confirmed",
        replaced_on="2025-07-29",
        final_t1="5100",
        final_t2="2250",
        meter_number="50505050",
        zones="2",
        digits="5",
        ratio="1",
        verified_until="2035-06-01",
        initial_t1="0",
        initial_t2="0",
        initial_t3="",
        confirmed="",
    ),
    "/support/questions/{question_id}/answer": _form(
        "support",
        "text",
        "form",
        "then",
        "canned",
        "do",
        seen="1000000",
        form=FORM,
        then="waiting",
        canned="1",
        do="",
        **_ASKED,
    ),
    "/support/questions/{question_id}/note": _form("support", "text", "form", form=FORM, **_ASKED),
    "/support/questions/{question_id}/taking": _form("support"),
    "/support/questions/{question_id}/handing-over": _form("support", agent=""),
    "/support/questions/{question_id}/closing": _form("support"),
    "/support/answers": _form("operator", "title", "text", title="О поверке", **_ASKED),
    "/support/answers/{answer_id}": _form("operator", "title", "text", title="О поверке", **_ASKED),
    "/support/answers/{answer_id}/removal": _form("operator"),
    "/operations/repeats": _form("operator", period="2025-07", step="bill"),
    "/operations/trial": _form("operator", period="2025-07"),
    "/operations/clock": _form("operator", doubt="1"),
    "/operations/payments/{payment_id}/refunds": _form("operator", "words", amount="10", nonce=NONCE, **_SAID),
    "/operations/refunds/{refund_id}/approval": _form("admin"),
    "/operations/refunds/{refund_id}/refusal": _form("admin", "words", **_SAID),
    "/operations/corrections/{correction_id}/approval": _form("admin"),
    "/operations/corrections/{correction_id}/refusal": _form("admin", "words", **_SAID),
    "/operations/accounts/{account_id}/corrections": _form(
        "operator",
        "words",
        "kind",
        kind="correction",
        part="principal",
        direction="less",
        amount="10",
        nonce=NONCE,
        **_SAID,
    ),
    "/operations/bank-payments/{bank_payment_id}/assignment": _form(
        "operator", account_number="10000-001-01", confirmed="1000000101"
    ),
    "/operations/bank-payments/{bank_payment_id}/return": _form("operator", "words", nonce=NONCE, **_SAID),
    "/operations/bank-returns/{bank_return_id}/approval": _form("admin"),
    "/operations/bank-returns/{bank_return_id}/refusal": _form("admin", "words", **_SAID),
    "/operations/reconciliation/{task_id}/closing": _form("operator", "words", **_SAID),
    "/operations/reconciliation/{task_id}/entry": _form("operator", "words", **_SAID),
    "/operations/reconciliation/{task_id}/booking": _form(
        "operator", "words", account_number="10000-001-01", confirmed="1000000101", nonce=NONCE, **_SAID
    ),
    "/operations/reconciliation/{task_id}/return": _form("operator", "words", nonce=NONCE, **_SAID),
    "/operations/strays/{stray_id}/approval": _form("admin"),
    "/operations/strays/{stray_id}/refusal": _form("admin", "words", **_SAID),
    "/operations/imports": _form("operator", kind="payments", file="not a file"),
    "/operations/imports/{import_id}/loading": _form("operator"),
    "/operations/imports/{import_id}/dropping": _form("operator"),
    "/operations/imports/{import_id}/undo": _form("operator", "words", nonce=NONCE, **_SAID),
    "/operations/import-undos/{undo_id}/approval": _form("admin"),
    "/operations/import-undos/{undo_id}/refusal": _form("admin", "words", **_SAID),
    "/operations/tariffs/{region}/{tariff_category}/prices": _form(
        "operator", "legal_act", "confirmed", since="2026-01", price_2_T1_1="9.90", legal_act="Приказ 1", confirmed=""
    ),
    "/operations/tariffs/{region}/{tariff_category}/prices/withdrawal": _form("operator", since="2026-01"),
    "/operations/tariffs/{region}/{tariff_category}/norms": _form(
        "operator", "confirmed", since="2026-01", norm_1="50", confirmed=""
    ),
    "/operations/tariffs/{region}/{tariff_category}/norms/withdrawal": _form("operator", since="2026-01"),
    "/operations/tariffs/bands": _form(
        "operator", "confirmed", since="2026-01", limit_1="3900", limit_2="6000", confirmed=""
    ),
    "/operations/tariffs/bands/withdrawal": _form("operator", since="2026-01"),
    "/operations/tariffs/penalty-rate": _form(
        "operator", "confirmed", valid_from="2026-01-01", rate="15", confirmed=""
    ),
    "/operations/tariffs/penalty-rate/withdrawal": _form("operator", since="2026-01-01"),
    "/operations/tariffs/calendar": _form(
        "operator",
        "confirmed",
        since="2026-01",
        readings_open="15",
        readings_close="25",
        bill_run="26",
        print_by="28",
        bill_by="1",
        pay_by="10",
        confirmed="",
    ),
    "/operations/tariffs/calendar/withdrawal": _form("operator", since="2026-01"),
    "/operations/exports/files/{export_kind}": _form("operator", period="2025-06"),
    "/operations/exports/print-runs": _form("operator", period="2025-06"),
    "/operations/exports/print-runs/{print_run_id}/file": _form("operator"),
    "/operations/settings/{setting_name}": _form("admin", value="150"),
    "/operations/agents": _form("admin", "login", login="novaya", role="support"),
    "/operations/agents/code": _form("admin", agent="1", code="123456"),
    "/operations/agents/{agent_id}/role": _form("admin", role="operator"),
    "/operations/agents/{agent_id}/renewal": _form("admin"),
    "/operations/agents/{agent_id}/exclusion": _form("admin"),
    "/operations/audit": _form(
        "admin", "agent", "subject", agent="", number="", subject="views", since="2025-07-01", until="2025-07-20"
    ),
    "/operations/audit/file": _form(
        "admin",
        "agent",
        "account",
        "subject",
        "since",
        "until",
        agent="",
        account="{account_id}",
        subject="views",
        since="2025-07-01",
        until="2025-07-20",
    ),
    "/operations/audit/checks": _form("admin"),
    "/dev/clock": _form("anyone", to="real"),
}
