"""What pages of questions say."""

from __future__ import annotations

from collections.abc import Mapping

from lk.feedback.rules import SUBJECTS, Status
from lk.language import N_, _
from lk.outcome import Problem

SENTENCES: dict[str, str] = {
    "subject_wanted": N_("Выберите тему из списка или напишите её своими словами."),
    "title_long": N_("Тема длиннее %(longest)s знаков. Сократите её, а подробности оставьте в тексте."),
    "text_empty": N_("Напишите, что случилось или что хотите узнать."),
    "text_long": N_("В тексте %(has)s знаков, а помещается %(longest)s. Сократите его или пришлите остаток отдельно."),
    "card_number": N_("Похоже, здесь номер банковской карты. Уберите его: для ответа он не нужен."),
    "email_empty": N_("Напишите почту: на неё придёт ответ."),
    "email_shape": N_("Проверьте почту: она выглядит как imya@pochta.ru."),
    "account_wanted": N_("Выберите квартиру из списка или «Вопрос не о квартире»."),
    "too_many_questions": N_("Сегодня вопросов уже много, этот не отправлен. Если дело срочное, позвоните нам."),
    "too_many_replies": N_("Сегодня сообщений уже много, это не отправлено. Если дело срочное, позвоните нам."),
    "too_many_files_a_day": N_("Сегодня файлов уже много. Отправьте сообщение без файлов, а их — завтра."),
    "too_many_files": N_("Файлов больше %(most)s. Оставьте главные, остальные пришлите следующим сообщением."),
    "files_too_big": N_("Вместе файлы больше %(megabytes)s МБ. Пришлите часть следующим сообщением."),
    "file_too_big": N_("Файл %(file)s больше %(megabytes)s МБ. Снимите его в меньшем размере."),
    "file_empty": N_("Файл %(file)s пустой. Выберите его ещё раз."),
    "file_kind": N_("Файл %(file)s — не фото и не PDF. Подойдут JPEG, PNG, WebP и PDF."),
    "photo_heic": N_("Файл %(file)s — фото в формате HEIC. Сохраните его как JPEG или пришлите снимок экрана."),
    "photo_too_many_pixels": N_("В файле %(file)s больше %(megapixels)s мегапикселей. Снимите в меньшем размере."),
    "photo_broken": N_("Файл %(file)s не открывается: похоже, он повреждён. Выберите его ещё раз."),
    "pdf_broken": N_("Файл %(file)s назван PDF, но не открывается. Сохраните его заново или пришлите фото."),
    "pdf_locked": N_("Файл %(file)s закрыт паролем. Сохраните его без пароля или пришлите фото страницы."),
    "pdf_active": N_(
        "В файле %(file)s есть программа, форма или вложение. Напечатайте его в новый PDF или пришлите фото."
    ),
    "pdf_unreadable": N_("Файл %(file)s не получилось проверить. Напечатайте его в новый PDF или пришлите фото."),
    "cabinet_closed": N_("Кабинет закрыт: ответ никто не прочтёт."),
    "taken_by_other": N_("Вопрос ведёт сотрудник %(agent)s. Чтобы ответить, возьмите его себе: текст остался ниже."),
    "newer_message": N_("Пока вы писали, житель добавил сообщение. Прочтите его выше: ваш текст остался ниже."),
    "not_confirmed": N_("Почту по этому вопросу ещё не подтвердили."),
    "no_agent": N_("Этого сотрудника больше нет. Выберите другого."),
    "not_an_agent": N_("Ваше право отвечать закончилось. Войдите снова."),
    "canned_title": N_("Назовите ответ: от 1 до %(longest)s знаков."),
}

STATUSES: dict[Status, tuple[str, str]] = {
    Status.UNCONFIRMED: (N_("Почта не подтверждена"), "wait"),
    Status.NEW: (N_("Ждёт ответа"), "note"),
    Status.REOPENED: (N_("Ждёт ответа"), "note"),
    Status.ANSWERED: (N_("Мы ответили"), "good"),
    Status.WAITING: (N_("Ждём вас"), "wait"),
    Status.CLOSED: (N_("Закрыт"), "note"),
}
"""For the asker: words and tone."""

DESK_STATUSES: dict[Status, tuple[str, str]] = {
    Status.UNCONFIRMED: (N_("Не подтверждён"), "wait"),
    Status.NEW: (N_("Новый"), "bad"),
    Status.REOPENED: (N_("Написали снова"), "bad"),
    Status.ANSWERED: (N_("Отвечен"), "good"),
    Status.WAITING: (N_("Ждём жителя"), "wait"),
    Status.CLOSED: (N_("Закрыт"), "note"),
}

KINDS = {"jpeg": N_("Фото"), "pdf": "PDF"}


def sentence(problem: Problem) -> str:
    return _(SENTENCES.get(problem.code, N_("Не получилось. Попробуйте ещё раз.")), **problem.params)


def state_of(status: Status, table: Mapping[Status, tuple[str, str]]) -> tuple[str, str]:
    """Words and tone of its badge."""
    words, tone = table[status]
    return _(words), tone


def title_words(title: str) -> str:
    """A subject of the list, or as it was typed."""
    return _(title) if title in SUBJECTS.values() else title


def choices_of_subjects() -> list[tuple[str, str]]:
    return [(name, _(words)) for name, words in SUBJECTS.items()]


def done_words(table: Mapping[str, str], done: str) -> str | None:
    """What a page says after a form; nothing after none."""
    return _(table[done]) if done in table else None
