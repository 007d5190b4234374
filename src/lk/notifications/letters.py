"""Letters are written from one text: its paragraphs are the plain letter and the HTML one, word for word."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from lk import filters
from lk.config import settings
from lk.period import Period
from lk.templating import environment
from lk.tokens import derived_token

if TYPE_CHECKING:
    from lk.notifications.tables import Message

_BUTTON = re.compile(r"\[(?P<label>[^\]]+)\]\((?P<url>https?://[^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str


def render(message: Message) -> Letter:
    """`templates/emails/<kind>.txt`: the first line is the subject, `[words](url)` alone on a line a button."""
    params: dict[str, Any] = json.loads(message.params)
    link = params.pop("link", None)
    params.update(_shown(params))
    company = settings().company
    written = (
        environment()
        .get_template(f"emails/{message.kind}.txt")
        .render(
            **params,
            account_id=message.account_id,
            url=_url(link) if link else None,
            public_url=settings().public_url,
            company=company,
        )
    )
    subject, _, body = written.strip().partition("\n")
    paragraphs = [paragraph.strip() for paragraph in body.split("\n\n") if paragraph.strip()]
    foot = " · ".join((company.name, *company.phones))
    text = "\n\n".join([*(_plain(paragraph) for paragraph in paragraphs), foot])
    subject = " ".join(subject.split())
    layout = environment().get_template("emails/layout.html")
    html = layout.render(subject=subject, paragraphs=[_paragraph(each) for each in paragraphs], foot=foot)
    return Letter(subject, text + "\n", html)


def _shown(params: dict[str, Any]) -> dict[str, str]:
    """Days and months in words: `due_on` → `due_shown`, `until` → `until_shown`, `at`, `period` likewise."""
    shown = {}
    if "period" in params:
        shown["period_shown"] = filters.month_for(Period.parse(params["period"]))
    for name in ("due_on", "until"):
        if name in params:
            shown[f"{name.removesuffix('_on')}_shown"] = filters.day(date.fromisoformat(params[name]))
    if "at" in params:
        local = datetime.fromisoformat(params["at"]).astimezone(settings().time_zone)
        shown["at_shown"] = f"{filters.day(local.date())}, {local:%H:%M}"
    return shown


def _url(link: dict[str, Any]) -> str:
    token = derived_token(*link["token_of"]) if link["token_of"] else ""
    return settings().public_url + str(link["path"]).replace("{token}", token)


def _plain(text: str) -> str:
    button = _BUTTON.fullmatch(text)
    return f"{button['label']}:\n{button['url']}" if button else text


def _paragraph(text: str) -> Markup:
    button = _BUTTON.fullmatch(text)
    if button:
        return Markup('<p><a class="button" href="{}">{}</a></p>').format(button["url"], button["label"])
    lines = Markup("<br>").join(escape(line) for line in text.splitlines())
    return Markup("<p>{}</p>").format(lines)
