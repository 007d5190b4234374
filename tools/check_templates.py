"""What every template must keep to: it compiles, its parts exist, the strict CSP holds, POST forms carry the token.

`python tools/check_templates.py` prints one line per breach and exits 1 if there is any.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import UTC, date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, TemplateError, meta

from lk import filters, templating

SOURCES = Path(__file__).parents[1] / "src" / "lk"

_COMMENT = re.compile(r"{#.*?#}", re.DOTALL)
_POST_FORM = re.compile(r"<form\b(?P<attributes>[^>]*)>(?P<body>.*?)</form>", re.DOTALL | re.IGNORECASE)
_POST = re.compile(r"""\bmethod=["']?post""", re.IGNORECASE)
_CSP = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\s(?:on[a-z]+|(?:data-)?hx-on[\w:-]*)\s*=", re.IGNORECASE),
    "a script in the page": re.compile(r"<script\b(?![^>]*\ssrc=)", re.IGNORECASE),
    "a script in an address": re.compile(r"""=["']?\s*javascript:""", re.IGNORECASE),
    "an evaluated hx value": re.compile(r"""\bhx-(?:vals|headers|vars)=["']\s*(?:js|javascript):""", re.IGNORECASE),
}
_HTMX_ALONE = re.compile(r"""<[^>]*\shx-[a-z-]+\s*=|['"]hx-[a-z-]+['"]\s*:""")
_SAFE = re.compile(r"\|\s*safe\b")


def main() -> int:
    breaches = [
        breach
        for folder in sorted(SOURCES.rglob("templates"))
        for breach in breaches_in(folder, has_token=folder.parent == SOURCES)
    ]
    for breach in breaches:
        print(breach, file=sys.stderr)
    return 1 if breaches else 0


def breaches_in(folder: Path, *, has_token: bool) -> Iterator[str]:
    """`name: sentence` for every breach below `folder`; `has_token`: its POST forms carry the CSRF token."""
    environment = _environment(folder)
    for name in environment.list_templates(extensions=["html", "txt", "svg", "xml"]):
        source = _COMMENT.sub("", (folder / name).read_text(encoding="utf-8"))
        for sentence in [
            *_compile_breaches(environment, name),
            *_source_breaches(source, is_letter=name.startswith("emails/")),
            *(_token_breaches(source) if has_token else ()),
        ]:
            yield f"{name}: {sentence}"


def _environment(folder: Path) -> Environment:
    environment = Environment(loader=FileSystemLoader(folder), autoescape=True, extensions=["jinja2.ext.i18n"])
    templating.give_words(environment)
    filters.register(environment, UTC, lambda: date(2026, 1, 1))
    return environment


def _compile_breaches(environment: Environment, name: str) -> Iterator[str]:
    try:
        environment.get_template(name)
        tree = environment.parse((environment.loader.get_source(environment, name))[0])  # type: ignore[union-attr]
    except TemplateError as problem:
        yield f"does not compile: {problem}"
        return
    known = set(environment.list_templates())
    for part in meta.find_referenced_templates(tree):
        if part is not None and part not in known:
            yield f"refers to {part}, which is not there"


def _source_breaches(source: str, *, is_letter: bool) -> Iterator[str]:
    if _SAFE.search(source):
        yield "switches escaping off with |safe"
    if is_letter:
        return
    for what, pattern in _CSP.items():
        if pattern.search(source):
            yield f"has {what}, which the content security policy refuses"
    if _HTMX_ALONE.search(source):
        yield "has an attribute that HTML does not know: htmx reads data-hx-… as well"


def _token_breaches(source: str) -> Iterator[str]:
    for form in _POST_FORM.finditer(source):
        if _POST.search(form["attributes"]) and "csrf" not in form["body"]:
            yield f"has a POST form without the CSRF token: <form{form['attributes']}>"


if __name__ == "__main__":
    raise SystemExit(main())
