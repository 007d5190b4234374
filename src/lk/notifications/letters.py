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
from lk.language import Language, _, folded_language, spoken
from lk.notifications.rules import is_optional
from lk.period import Period
from lk.templating import environment
from lk.tokens import derived_token

if TYPE_CHECKING:
    from lk.notifications.tables import Message

_BUTTON = re.compile(r"\[(?P<label>[^\]]+)\]\((?P<url>https?://[^)\s]+)\)")
_ENDINGS: dict[Language, str] = {"ru": ".txt", "en": ".en.txt"}


@dataclass(frozen=True, slots=True)
class Letter:
    """`off_url`: where letters of this kind are called off; None for those that always come."""

    subject: str
    text: str
    html: str
    off_url: str | None = None


def render(message: Message, language: Language) -> Letter:
    """`templates/emails/<kind>.txt`, in English `<kind>.en.txt`; a `language` of the letter's own goes first.

    Its first line is the subject, `[words](url)` alone on a line a button.
    """
    params: dict[str, Any] = json.loads(message.params)
    language = folded_language(params.pop("language", None)) or language
    with spoken(language):
        return _written(message, params, language)


def _written(message: Message, params: dict[str, Any], language: Language) -> Letter:
    link = params.pop("link", None)
    params.update(_shown(params))
    company = settings().company
    jinja = environment()
    written = jinja.get_template(f"emails/{message.kind}{_ENDINGS[language]}").render(
        **params,
        account_id=message.account_id,
        url=_url(link) if link else None,
        public_url=settings().public_url,
        company=company,
    )
    subject, _line_end, body = written.strip().partition("\n")
    paragraphs = [paragraph.strip() for paragraph in body.split("\n\n") if paragraph.strip()]
    foot = " · ".join((company.name, *(phone.replace(" ", filters.NO_BREAK_SPACE) for phone in company.phones)))
    off_url = _off_url(message) if is_optional(message.kind) else None
    words = _("Не присылать такие письма")
    off = [f"{words}:\n{off_url}"] if off_url else []
    text = "\n\n".join([*(_plain(paragraph) for paragraph in paragraphs), foot, *off])
    subject = " ".join(subject.split())
    html = jinja.get_template("emails/layout.html").render(
        language=language,
        subject=subject,
        paragraphs=[_paragraph(each) for each in paragraphs],
        foot=foot,
        off=words,
        off_url=off_url,
    )
    return Letter(subject, text + "\n", html, off_url)


def off_token(message_id: int) -> str:
    """In the link that calls letters of this one's kind off."""
    return derived_token("letters off", message_id)


def _shown(params: dict[str, Any]) -> dict[str, str]:
    """Days and months in words: `due_on` → `due_shown`, `until` → `until_shown`, `at`, `ends_at`, `period` likewise.

    In their own place: the `title` of a question where it is a subject of the list, `final` and `initial` of a meter.
    """
    shown = {}
    if "title" in params:
        shown["title"] = _(params["title"])
    if "period" in params:
        shown["period_shown"] = filters.month_for(Period.parse(params["period"]))
    for name in ("charge_on", "due_on", "replaced_on", "until"):
        if name in params:
            shown[f"{name.removesuffix('_on')}_shown"] = filters.day(date.fromisoformat(params[name]))
    for name in ("final", "initial"):
        # An earlier version queued the words themselves.
        if isinstance(params.get(name), list):
            shown[name] = filters.dials_words(params[name])
    for name in ("at", "ends_at"):
        if name in params:
            local = datetime.fromisoformat(params[name]).astimezone(settings().time_zone)
            shown[f"{name.removesuffix('_at')}_shown"] = f"{filters.day(local.date())}, {local:%H:%M}"
    return shown


def _url(link: dict[str, Any]) -> str:
    token = derived_token(*link["token_of"]) if link["token_of"] else ""
    return settings().public_url + str(link["path"]).replace("{token}", token)


def _off_url(message: Message) -> str:
    return f"{settings().public_url}/letters-off/{message.id}-{off_token(message.id)}"


def _plain(text: str) -> str:
    button = _BUTTON.fullmatch(text)
    return f"{button['label']}:\n{button['url']}" if button else text


def _paragraph(text: str) -> Markup:
    button = _BUTTON.fullmatch(text)
    if button:
        return Markup('<p><a class="button" href="{}">{}</a></p>').format(button["url"], button["label"])
    lines = Markup("<br>").join(escape(line) for line in text.splitlines())
    return Markup("<p>{}</p>").format(lines)
