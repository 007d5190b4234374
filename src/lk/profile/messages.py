"""What the profile says."""

from __future__ import annotations

from lk.language import N_, _
from lk.outcome import Problem

SENTENCES: dict[str, str] = {
    "language_wanted": N_("Выберите язык."),
    "not_ticked": N_("Чтобы дать согласие, поставьте отметку под его текстом."),
    "text_changed": N_("Пока вы читали, текст изменился. Прочитайте новый и решите ещё раз."),
    "too_many_copies": N_("Сегодня копию готовили уже три раза. Попробуйте завтра."),
    "cabinet_closed": N_("Этот кабинет закрыт."),
}

LEFT_OUT: dict[str, str] = {
    "provisional": N_(
        "Этого счёта в копии нет, пока кабинет не подтверждён. Введите код из бумажного счёта и попросите "
        "копию ещё раз."
    ),
    "helper": N_("Этому адресу вы помогаете. Его данные получает тот, на кого открыт кабинет."),
}

NO_FILE_ROOM = N_("Для более старых файлов в архиве нет места. Каждый открывается в кабинете, в своём вопросе.")
NO_ROOM = N_(
    "Для более старых снимков в архиве нет места. Каждый открывается в кабинете, на квитанции своего показания."
)


def by_field(problems: tuple[Problem, ...]) -> list[tuple[str | None, str]]:
    """For `error_summary`, and as a mapping for the fields."""
    return [(problem.field, _(SENTENCES[problem.code], **problem.params)) for problem in problems]
