"""What the desk says."""

from __future__ import annotations

from lk.outcome import Problem

SENTENCES: dict[str, str] = {
    "reason_wanted": "Выберите, с чем обратился житель: он увидит это в своей истории.",
    "code_wanted": "Со второго шага прошло больше 15 минут. Введите код из приложения ещё раз.",
    "code_wrong": "Код не подошёл. Дождитесь следующего и введите его.",
    "too_many_tries": "Слишком много попыток. Подождите 15 минут.",
    "already_looking": "Вы уже смотрите чужой кабинет. Сначала закончите.",
    "no_account": "Такого счёта нет.",
    "no_cabinet": "Кабинета по этому счёту нет.",
    "release_asked": "Отвязка уже начата.",
    "no_reset": "Письмо отправить некуда: у кабинета нет своей почты.",
    "session_ended": "Вход закончился. Войдите снова.",
}


def sentence(problem: Problem) -> str:
    return SENTENCES.get(problem.code, "Не получилось. Попробуйте ещё раз.")
