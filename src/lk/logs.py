"""The log: one line of JSON for each thing that happened, on stderr; what libraries say passes the same way.

A traceback keeps its places and the kind of its error; of the error's own words only what can name nobody.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from traceback import StackSummary, extract_tb, format_list
from typing import Any

import structlog
from structlog.typing import ExcInfo

LONGEST_WORDS = 300
_HIDDEN = "…"
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|«[^»]*»|\([^)]*\)")
_ADDRESS = re.compile(r"\S*@\S*")
_PERSONAL = re.compile(r"[А-ЯЁ][а-яё]+(?:[- ][А-ЯЁ][а-яё.]*)+|\d[\d \-]{3,}\d|[0-9A-Za-z_-]{24,}")
_LINK = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+")


def log_to_stderr(level: int) -> None:
    """For the whole process, libraries included: of those only warnings and worse."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_trouble,
    ]
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _scrubbed_event],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)


def scrubbed(words: str) -> str:
    """The first line of an error's words without values: quoted and bracketed text, addresses, names, numbers, keys."""
    first = words.strip().partition("\n")[0]
    for pattern in (_LINK, _QUOTED, _ADDRESS, _PERSONAL):
        first = pattern.sub(_HIDDEN, first)
    return first[:LONGEST_WORDS]


def _with_trouble(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """`exc_info` becomes the traceback's places and each error of the chain, the outermost last."""
    info = event.pop("exc_info", None)
    if info:
        error = _error_of(info)
        if error is not None:
            event["exception"] = told(error)
    return event


def told(error: BaseException) -> str:
    """Places and kinds, oldest cause first."""
    chain: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in chain:
        chain.append(each)
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return "\n".join(_one(each) for each in reversed(chain))


def _one(error: BaseException) -> str:
    places = "".join(format_list(StackSummary.from_list(extract_tb(error.__traceback__)))).rstrip()
    kind = type(error).__qualname__
    words = scrubbed(str(error))
    return "\n".join(filter(None, (places, f"{kind}: {words}" if words else kind)))


def _error_of(info: ExcInfo | BaseException | bool) -> BaseException | None:
    if isinstance(info, BaseException):
        return info
    return info[1] if isinstance(info, tuple) else sys.exc_info()[1]


def _scrubbed_event(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What a library says may hold anything."""
    event["event"] = scrubbed(str(event.get("event", "")))
    return event
