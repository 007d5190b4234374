"""What pages of questions say."""

from __future__ import annotations

from lk.feedback.rules import Status
from lk.outcome import Problem

SENTENCES: dict[str, str] = {
    "subject_wanted": "Выберите тему из списка или напишите её своими словами.",
    "title_long": "Тема длиннее {longest} знаков. Сократите её, а подробности оставьте в тексте.",
    "text_empty": "Напишите, что случилось или что хотите узнать.",
    "text_long": "В тексте {has} знаков, а помещается {longest}. Сократите его или пришлите остаток отдельно.",
    "card_number": "Похоже, здесь номер банковской карты. Уберите его: для ответа он не нужен.",
    "email_empty": "Напишите почту: на неё придёт ответ.",
    "email_shape": "Проверьте почту: она выглядит как imya@pochta.ru.",
    "account_wanted": "Выберите квартиру из списка или «Вопрос не о квартире».",
    "too_many_questions": "Сегодня вопросов уже много, этот не отправлен. Если дело срочное, позвоните нам.",
    "too_many_replies": "Сегодня сообщений уже много, это не отправлено. Если дело срочное, позвоните нам.",
    "too_many_files_a_day": "Сегодня файлов уже много. Отправьте сообщение без файлов, а их — завтра.",
    "too_many_files": "Файлов больше {most}. Оставьте главные, остальные пришлите следующим сообщением.",
    "files_too_big": "Вместе файлы больше {megabytes} МБ. Пришлите часть следующим сообщением.",
    "file_too_big": "Файл {file} больше {megabytes} МБ. Снимите его в меньшем размере.",
    "file_empty": "Файл {file} пустой. Выберите его ещё раз.",
    "file_kind": "Файл {file} — не фото и не PDF. Подойдут JPEG, PNG, WebP и PDF.",
    "photo_heic": "Файл {file} — фото в формате HEIC. Сохраните его как JPEG или пришлите снимок экрана.",
    "photo_too_many_pixels": "В файле {file} больше {megapixels} мегапикселей. Снимите в меньшем размере.",
    "photo_broken": "Файл {file} не открывается: похоже, он повреждён. Выберите его ещё раз.",
    "pdf_broken": "Файл {file} назван PDF, но не открывается. Сохраните его заново или пришлите фото.",
    "pdf_locked": "Файл {file} закрыт паролем. Сохраните его без пароля или пришлите фото страницы.",
    "pdf_active": "В файле {file} есть программа, форма или вложение. Напечатайте его в новый PDF или пришлите фото.",
    "pdf_unreadable": "Файл {file} не получилось проверить. Напечатайте его в новый PDF или пришлите фото.",
    "cabinet_closed": "Кабинет закрыт: ответ никто не прочтёт.",
    "taken_by_other": "Вопрос ведёт сотрудник {agent}. Чтобы ответить, возьмите его себе: текст остался ниже.",
    "newer_message": "Пока вы писали, житель добавил сообщение. Прочтите его выше: ваш текст остался ниже.",
    "not_confirmed": "Почту по этому вопросу ещё не подтвердили.",
    "no_agent": "Этого сотрудника больше нет. Выберите другого.",
    "not_an_agent": "Ваше право отвечать закончилось. Войдите снова.",
    "canned_title": "Назовите ответ: от 1 до {longest} знаков.",
}

STATUSES: dict[Status, tuple[str, str]] = {
    Status.UNCONFIRMED: ("Почта не подтверждена", "wait"),
    Status.NEW: ("Ждёт ответа", "note"),
    Status.REOPENED: ("Ждёт ответа", "note"),
    Status.ANSWERED: ("Мы ответили", "good"),
    Status.WAITING: ("Ждём вас", "wait"),
    Status.CLOSED: ("Закрыт", "note"),
}
"""For the asker: words and tone."""

DESK_STATUSES: dict[Status, tuple[str, str]] = {
    Status.UNCONFIRMED: ("Не подтверждён", "wait"),
    Status.NEW: ("Новый", "bad"),
    Status.REOPENED: ("Написали снова", "bad"),
    Status.ANSWERED: ("Отвечен", "good"),
    Status.WAITING: ("Ждём жителя", "wait"),
    Status.CLOSED: ("Закрыт", "note"),
}

KINDS = {"jpeg": "Фото", "pdf": "PDF"}


def sentence(problem: Problem) -> str:
    said = SENTENCES.get(problem.code, "Не получилось. Попробуйте ещё раз.")
    return said.format(**problem.params)
