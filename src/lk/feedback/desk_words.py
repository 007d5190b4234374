"""What the desk's pages of questions say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lk import clock
from lk.feedback.desk import AnswerTimes
from lk.feedback.views import how_long
from lk.language import N_

CHOICES = {
    "open": N_("Ждут ответа"),
    "waiting": N_("Ждём жителя"),
    "answered": N_("Отвечены"),
    "closed": N_("Закрыты"),
    "all": N_("Все"),
}

DONE = {
    "answered": N_("Ответ отправлен: житель получит письмо."),
    "noted": N_("Заметка записана. Житель её не видит."),
    "taken": N_("Вопрос ваш."),
    "handed": N_("Вопрос передан."),
    "closed": N_("Вопрос закрыт. Житель получит письмо и сможет написать снова."),
}


@dataclass(frozen=True, slots=True)
class WaitingWords:
    """`count` wait for an answer now, the longest for `longest`; of `answered` in thirty days half took `median`."""

    count: int
    longest: str
    longest_since: datetime | None
    answered: int
    median: str
    ninety: str


def waiting_words(times: AnswerTimes) -> WaitingWords:
    longest = clock.now() - times.waiting_since if times.waiting_since else None
    return WaitingWords(
        times.waiting,
        how_long(longest),
        times.waiting_since,
        times.count,
        how_long(times.median),
        how_long(times.ninety),
    )
