"""A thread as pages show it: finished words, no rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lk import filters, language
from lk.accounts.queries import AccountView
from lk.feedback.messages import DESK_STATUSES, KINDS, STATUSES, state_of, title_words
from lk.feedback.queries import FileRow, Question, Said, files_of, thread_of
from lk.feedback.rules import Status
from lk.language import _


@dataclass(frozen=True, slots=True)
class FileView:
    """«PDF, 120 КБ»."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class MessageView:
    """`side` own|other|note: of whoever reads the page."""

    id: int
    who: str
    at: datetime
    side: str
    paragraphs: tuple[str, ...]
    files: tuple[FileView, ...]


@dataclass(frozen=True, slots=True)
class ThreadView:
    """`path` is where its forms and files are. `state` and `tone`: its badge."""

    path: str
    title: str
    about: str | None
    status: Status
    state: str
    tone: str
    messages: tuple[MessageView, ...]

    @property
    def last_id(self) -> int:
        return self.messages[-1].id if self.messages else 0


@dataclass(frozen=True, slots=True)
class ListRow:
    title: str
    href: str
    state: str
    tone: str
    at: datetime


async def own_thread(question: Question, path: str, accounts: Iterable[AccountView] = ()) -> ThreadView:
    """As the asker sees it; `accounts` are those that they may reach now."""
    said = await thread_of(question.id)
    about = next((each.title for each in accounts if each.id == question.account_id), None)
    return _thread(
        question, path, about, state_of(question.status, STATUSES), said, await files_of(question.id), "resident"
    )


async def desk_thread(question: Question, path: str) -> ThreadView:
    """As staff sees it, notes among the messages."""
    said = await thread_of(question.id, with_notes=True)
    return _thread(
        question, path, None, state_of(question.status, DESK_STATUSES), said, await files_of(question.id), "agent"
    )


def list_row(question: Question) -> ListRow:
    state, tone = state_of(question.status, STATUSES)
    return ListRow(
        title_words(question.title), f"/help/questions/{question.public_id}", state, tone, question.changed_at
    )


def how_long(span: timedelta | None) -> str:
    """«25 минут», «3 часа», «2 дня»; «—» where there is nothing to count."""
    if span is None:
        return "—"
    minutes = max(1, round(span.total_seconds() / 60))
    if minutes < 90:
        return filters.plural(minutes, "минута", "минут")
    if minutes < 48 * 60:
        return filters.plural(round(minutes / 60), "час", "часов")
    return filters.plural(round(minutes / 1440), "день", "дней")


def _thread(
    question: Question,
    path: str,
    about: str | None,
    state: tuple[str, str],
    said: Sequence[Said],
    files: Sequence[FileRow],
    reader: str,
) -> ThreadView:
    return ThreadView(
        path=path,
        title=title_words(question.title),
        about=about,
        status=question.status,
        state=state[0],
        tone=state[1],
        messages=tuple(_message(each, files, path, reader) for each in said),
    )


def _message(said: Said, files: Sequence[FileRow], path: str, reader: str) -> MessageView:
    return MessageView(
        id=said.id,
        who=_who(said, reader),
        at=said.sent_at,
        side="note" if said.author == "note" else "own" if said.author == reader else "other",
        paragraphs=tuple(line for line in said.text.split("\n") if line),
        files=tuple(_file(each, path) for each in files if each.message_id == said.id),
    )


def _who(said: Said, reader: str) -> str:
    if said.author == "resident":
        return _("Вы") if reader == "resident" else _("Житель")
    name = _("Сотрудник %(code)s", code=said.agent_code)
    return f"{_('Заметка для своих')} · {name}" if said.author == "note" else name


def _file(each: FileRow, path: str) -> FileView:
    kilobytes = max(1, round(each.size / 1024))
    size = f"{kilobytes}\u00a0{_('КБ')}" if kilobytes < 1024 else f"{_megabytes(kilobytes)}\u00a0{_('МБ')}"
    return FileView(f"{_(KINDS[each.kind])}, {size}", f"{path}/files/{each.id}")


def _megabytes(kilobytes: int) -> str:
    written = f"{kilobytes / 1024:.1f}"
    return written.replace(".", ",") if language.current() == "ru" else written
