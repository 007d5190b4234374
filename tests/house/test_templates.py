"""The template check of `make check`: it finds what it promises, and finds nothing in ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.check_templates import breaches_in, main

FAULTS = {
    "does not compile": "<p>{{ sum | no_such_filter }}</p>",
    "refers to no/such.html": "{% extends 'no/such.html' %}",
    "|safe": "<p>{{ name|safe }}</p>",
    "a style attribute": '<p class="sum" style="color: red">1</p>',
    "a style element": "<style>p { color: red }</style>",
    "an event attribute": '<button type="button" onclick="pay()">1</button>',
    "a script in the page": "<script>pay()</script>",
    "a script in an address": '<a href="javascript:pay()">1</a>',
    "an evaluated hx value": "<p data-hx-vals='js:{a: 1}'>1</p>",
    "an attribute that HTML does not know": '<p hx-get="/payments">1</p>',
    "without the CSRF token": '<form method="post" action="/profile"><button>1</button></form>',
}


@pytest.mark.parametrize(("sentence", "source"), FAULTS.items(), ids=FAULTS)
def test_a_fault_in_a_template_is_found(tmp_path: Path, sentence: str, source: str) -> None:
    (tmp_path / "page.html").write_text(source, encoding="utf-8")

    assert any(sentence in breach for breach in breaches_in(tmp_path, has_token=True))


def test_a_plain_template_has_no_breach(tmp_path: Path) -> None:
    page = '{# style="" #}<form method="post" action="/profile">{{ csrf_input }}<script src="/lk.js"></script></form>'
    (tmp_path / "page.html").write_text(page, encoding="utf-8")

    assert list(breaches_in(tmp_path, has_token=True)) == []


def test_our_templates_keep_the_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0, capsys.readouterr().err
