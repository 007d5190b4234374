"""The one Jinja environment: pages, partials and letters."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_eval_context, select_autoescape
from jinja2.nodes import EvalContext
from markupsafe import Markup

from lk import clock, filters, language
from lk.config import settings
from lk.page_codes import page_code
from lk.staff_tabs import ON_A_DESK, ON_A_PHONE, tabs_of

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """Autoescaped but for plain-text letters; an unknown name is an error, never an empty place."""
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("html",), default_for_string=True),
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    give_words(jinja)
    filters.register(jinja, settings().time_zone, today=clock.today)
    jinja.globals["company"] = settings().company
    jinja.globals["is_demo"] = settings().is_demo
    jinja.globals["page_code"] = page_code
    jinja.globals["staff_tabs"] = tabs_of
    jinja.globals["staff_places"] = (ON_A_PHONE, ON_A_DESK)
    return jinja


def give_words(jinja: Environment) -> None:
    """`{% trans %}`, `_()`, `ngettext()`, `plural()`: a text is said in the language of whoever is answered.

    What fills the places of a text is escaped, the text itself is markup; inside it a `%` is written `%%`.
    """
    jinja.policies["ext.i18n.trimmed"] = True
    jinja.newstyle_gettext = True  # type: ignore[attr-defined]
    jinja.globals |= {
        "_": _gettext,
        "gettext": _gettext,
        "language": language.current,
        "languages": language.OWN_NAMES,
        "ngettext": _ngettext,
        "pgettext": _pgettext,
        "plural": language.plural,
    }


@pass_eval_context
def _gettext(context: EvalContext, message: str, /, **values: object) -> str:
    return _filled(context, language.translated(message), values)


@pass_eval_context
def _pgettext(context: EvalContext, meant: str, message: str, /, **values: object) -> str:
    return _filled(context, language.translated(message, meant), values)


@pass_eval_context
def _ngettext(context: EvalContext, one: str, many: str, count: int, /, **values: object) -> str:
    # Jinja gives the bare count too.
    return _filled(context, language.counted(one, many, count), {**values, "num": language.number(count)})


def _filled(context: EvalContext, said: str, values: Mapping[str, object]) -> str:
    return (Markup(said) if context.autoescape else said) % values  # noqa: S704
