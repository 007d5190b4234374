"""The one Jinja environment: pages, partials and letters."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from lk import clock, filters
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
    )
    filters.register(jinja, settings().time_zone, today=clock.today)
    jinja.globals["company"] = settings().company
    jinja.globals["is_demo"] = settings().is_demo
    jinja.globals["page_code"] = page_code
    jinja.globals["staff_tabs"] = tabs_of
    jinja.globals["staff_places"] = (ON_A_PHONE, ON_A_DESK)
    return jinja
