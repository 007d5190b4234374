"""The catalogs of what people read: `python -m tools.messages` brings them up to date, `--check` only judges.

A message is Russian text in the source, inside `_()`, `N_()`, `pgettext()`, `ngettext()`, `plural()` or `{% trans %}`.
`en` has all of them, `ru` those with a number: the source holds two of the three Russian forms.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src" / "lk"
TEMPLATES = SOURCES / "templates"
LOCALE = SOURCES / "locale"
LANGUAGES = ("ru", "en")
TAKES = {"_": 1, "gettext": 1, "N_": 1, "pgettext": 2, "ngettext": 2, "plural": 3}
"""So many first arguments make the message; `plural` begins with the count."""
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "N_")),
    "pgettext": ((1, "c"), 2),
    "ngettext": (1, 2),
    "plural": (2, 3),
}

NOT_SHOWN = (
    "__main__",
    "cli",
    "commands",
    "calendar_commands",
    "config",
    "logs",
    "migrating",
    "serving",
    "starting",
    "company",
    "static_files",
    "backups",
    "db",
    "demo",
    "sandbox",
)
"""Words of the console, of the demonstration's town and of the sandbox bank."""
SHOWN = ("demo/moments", "demo/signs")
"""But for what the demonstration has on its pages."""
SPELLING = (
    "language",
    "day_words",
    "filters",
    "text",
    "identity/agents",
    "identity/phrases",
    "accounts/words",
    "accounts/addresses",
    "guide/rules",
    "page_codes",
    "billing/payment_qr",
    "payments/bodies",
    "payments/purpose_rules",
)
"""Letters of the alphabet, names of streets, and what banks and receipts are told: Russian for every reader."""

_ABOUT = {
    "ru": "What is counted, in its three forms; all else is Russian in the source.",
    "en": "Every word of every page.",
}
_NAMELESS = re.compile(
    rb'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Project-Id-Version|Report-Msgid-Bugs-To|Last-Translator'
    rb"|Language-Team): .*\n",
    re.MULTILINE,
)
_CYRILLIC = re.compile("[А-Яа-яЁё]")
_JINJA = Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)
_JINJA.policies["ext.i18n.trimmed"] = True
_JINJA_OPTIONS = {
    **dict.fromkeys(("trimmed", "trim_blocks", "lstrip_blocks", "newstyle_gettext"), "true"),
    "silent": "false",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if anything is amiss")
    parser.add_argument("--bare", nargs="*", type=Path, help="only list the Russian of these files that is no message")
    asked = parser.parse_args()
    if asked.bare is not None:
        breaches = list(bare(_files(asked.bare or [SOURCES])))
    else:
        found = messages()
        catalogs = {language: _updated(language, found) for language in LANGUAGES}
        breaches = [*bare(_files([SOURCES])), *(line for each in catalogs.values() for line in amiss(each))]
        for language, catalog in catalogs.items():
            if not asked.check:
                _path(language).write_bytes(_written(catalog))
            elif _path(language).read_bytes() != _written(catalog):
                breaches.append(f"{language}: the catalog is not what the source says; run make messages")
    for breach in breaches:
        print(breach, file=sys.stderr)
    return 1 if breaches else 0


def messages() -> Catalog:
    """Every message of the source, with the files that say it."""
    catalog = Catalog()
    for path in _files([SOURCES]):
        read = _in_template if path.suffix == ".html" else _in_python
        for message, context in read(path):
            catalog.add(message, locations=[(str(path.relative_to(ROOT)), 0)], context=context)
    return catalog


def amiss(catalog: Catalog) -> Iterator[str]:
    """What is untranslated, left from a former text, or holds other places for values than the source."""
    for message in catalog:
        if not message.id:
            continue
        name = f"{catalog.locale}: {_first(message.id)!r}"
        strings = _strings(message.string)
        if not all(strings):
            yield f"{name} is not translated"
        elif message.fuzzy:
            yield f"{name} is marked as unsure"
        elif str(catalog.locale) == "en" and _CYRILLIC.search(" ".join(strings)):
            yield f"{name} is translated by Russian words"
        else:
            yield from (f"{name}: {trouble}" for trouble in _checked(catalog, message))
    yield from (f"{catalog.locale}: {_first(old)!r} is said nowhere" for old in catalog.obsolete)


def bare(files: Iterable[Path]) -> Iterator[str]:
    """`file:line: words` for Russian that people are shown and that no catalog will ever know."""
    for path in files:
        if str(path.relative_to(SOURCES).with_suffix("")) in SPELLING:
            continue
        find = _bare_in_template if path.suffix == ".html" else _bare_in_python
        yield from (f"{path.relative_to(ROOT)}:{line}: {words.strip()!r} is no message" for line, words in find(path))


def _checked(catalog: Catalog, message: Message) -> Iterator[str]:
    places = re.compile(r"%\((\w+)\)s")
    strings = _strings(message.string)
    asked, may_omit = set(places.findall(" ".join(_strings(message.id)))), {"num"} if message.pluralizable else set()
    for string in strings:
        if not asked - may_omit <= set(places.findall(string)) <= asked:
            yield f"{string!r} has other places for values"
        if '"' in re.sub("<[^>]*>", "", string):
            yield f"{string!r}: quotes are “ ” here, a straight one would end an attribute"
    if len(strings) != (catalog.num_plurals if message.pluralizable else 1):
        yield "another number of forms"


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in map(Path.absolute, places):
        for path in [place] if place.is_file() else sorted([*place.rglob("*.py"), *place.rglob("*.html")]):
            shown = str(path.relative_to(SOURCES).with_suffix(""))
            is_letter = shown.startswith("templates/emails/")
            is_unseen = shown not in SHOWN and any(shown == each or shown.startswith(f"{each}/") for each in NOT_SHOWN)
            if not is_letter and not is_unseen:
                yield path


def _in_template(path: Path) -> Iterator[tuple[Any, str | None]]:
    read = extract("jinja2.ext:babel_extract", BytesIO(path.read_bytes()), KEYWORDS, options=_JINJA_OPTIONS)
    for _line, message, _comments, context in read:
        if _CYRILLIC.search(_first(message)):
            yield message, context


def _in_python(path: Path) -> Iterator[tuple[Any, str | None]]:
    """By the syntax tree: it sees the calls inside of f-strings too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and (name := _called(node.func)) in TAKES:
            said = [each.value for each in node.args[: TAKES[name]] if isinstance(each, ast.Constant)]
            strings = [each for each in said if isinstance(each, str)]
            if name in ("ngettext", "plural") and len(strings) == 2:
                yield tuple(strings), None
            elif name == "pgettext" and len(strings) == 2:
                yield strings[1], strings[0]
            elif name in ("_", "gettext", "N_") and strings and _CYRILLIC.search(strings[0]):
                yield strings[0], None


def _bare_in_template(path: Path) -> Iterator[tuple[int, str]]:
    tree = _JINJA.parse(path.read_text(encoding="utf-8"))
    said = {id(each) for call in tree.find_all(nodes.Call) if _name(call.node) in TAKES for each in call.args}
    for text in tree.find_all(nodes.TemplateData):
        for offset, line in enumerate(text.data.splitlines()):
            if _CYRILLIC.search(line):
                yield text.lineno + offset, line
    for constant in tree.find_all(nodes.Const):
        if isinstance(constant.value, str) and _CYRILLIC.search(constant.value) and id(constant) not in said:
            yield constant.lineno, constant.value


def _bare_in_python(path: Path) -> Iterator[tuple[int, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node.func) in TAKES:
            said |= {id(each) for each in node.args}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            said.add(id(node.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield from [(node.lineno, node.value)] if _CYRILLIC.search(node.value) else []


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _name(node: nodes.Node) -> str:
    return node.name if isinstance(node, nodes.Name) else ""


def _strings(told: Any) -> tuple[str, ...]:
    return told if isinstance(told, tuple) else (told,)


def _first(message: Any) -> str:
    return str(message[0] if isinstance(message, tuple) else message)


def _updated(language: str, found: Catalog) -> Catalog:
    """The stored translations of the messages of today, in the order of their words."""
    with _path(language).open("rb") as file:
        catalog = read_po(file, locale=language, domain="lk")
    catalog.fuzzy, catalog.header_comment = False, f"# {_ABOUT[language]}"
    wanted = Catalog()
    for message in found:
        if message.id and (language != "ru" or isinstance(message.id, tuple)):
            wanted.add(message.id, locations=message.locations, context=message.context)
    catalog.update(wanted, no_fuzzy_matching=True)
    return catalog


def _written(catalog: Catalog) -> bytes:
    """Without dates and line numbers, so that only words make a difference."""
    written = BytesIO()
    write_po(written, catalog, width=0, sort_output=True, omit_header=False, include_lineno=False, ignore_obsolete=True)
    return _NAMELESS.sub(b"", written.getvalue())


def _path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "lk.po"


if __name__ == "__main__":
    sys.exit(main())
