"""Every event is told in both languages, whoever read it first."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from lk.audit.queries import Act
from lk.audit.words import OWN, RETOLD, Names
from lk.audit.words import words as act_words
from lk.history.messages import SENTENCES, words
from lk.history.queries import EventRow
from lk.language import spoken

AT = datetime(2026, 3, 5, tzinfo=UTC)
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
PARAMS: Mapping[str, Any] = {
    "account": 1, "accounts": [1, 2, 3, 4, 5, 6, 7], "after": "x", "agent": 3, "amount": -5000, "basis_points": 950,
    "before": 100, "bill_by": 5, "bill_run": 1, "category": "gas", "correction": "c1", "day": 5, "final": [1200, 5],
    "initial": [0, 0], "is_wanted": True, "last_four": "1234", "limits": [150, 3900], "mode": "bill", "name": "smtp",
    "norms": [[1, 50]], "paid_on": "2026-03-05", "part": "penalty", "pay_by": 10, "period": "2026-03",
    "prices": [[2, "T1", 2, 945]], "print_by": 3, "reason": "other", "readings_close": 25, "readings_open": 15,
    "refund": "r1", "region": "moscow", "role": "admin", "since": "2026-04", "source": "link", "sum": 50000, "t1": 1200,
    "total": 208860, "until": "2026-05-01", "via": "bank", "what": "bills",
}  # fmt: skip


def _params(kind: str, **other: object) -> str:
    since = {"since": "2026-04-07"} if kind.startswith("penalty_rate") else {}
    return json.dumps({**PARAMS, **since, **other})


@pytest.mark.parametrize("kind", sorted({*SENTENCES, "whatever_comes"}))
def test_a_resident_reads_of_it_in_english(kind: str) -> None:
    event = EventRow(1, kind, AT, "agent", "S-1", _params(kind))
    russian = words(event)
    with spoken("en"):
        english = words(event)
    assert CYRILLIC.search(russian.title)
    for said in (english.title, english.note, english.value or ""):
        assert not CYRILLIC.search(said)
    assert words(event) == russian


@pytest.mark.parametrize("kind", sorted({*OWN, *RETOLD, "whatever_comes"}))
def test_an_admin_reads_of_it_in_english(kind: str) -> None:
    act = Act(1, kind, AT, None, None, None, _params(kind, what="payout"))
    with spoken("en"):
        told = act_words(act, Names({3: "S-3"}, dict.fromkeys(range(1, 8), "1000000001")))
    for said in (told.who, told.what, told.note):
        assert not CYRILLIC.search(said)
