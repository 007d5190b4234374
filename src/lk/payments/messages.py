"""The words of payments: what happened, what is kept, what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lk.acquirer.answers import REQUEST_REFUSED
from lk.filters import money
from lk.outcome import Problem
from lk.payments.differences import NEVER_ARRIVED
from lk.payments.rules import CARD_UNLINKED

_SENTENCES: dict[str, Callable[[Mapping[str, object]], str]] = {
    "amount_missing": lambda _: "Напишите сумму, например 2088,60.",
    "amount_not_a_sum": lambda _: "Сумма не разобралась. Напишите её рублями, например 2088,60.",
    "amount_too_small": lambda params: f"Наименьшая сумма — {money(_kopecks(params, 'least'))}.",
    "amount_too_large": lambda params: f"За один раз — не больше {money(_kopecks(params, 'most'))}. Заплатите частями.",
    "form_stale": lambda _: "Страница устарела, деньги не списаны. Проверьте сумму и нажмите ещё раз.",
    "no_access": lambda _: "Этот счёт вам больше не открыт. Деньги не списаны.",
    "no_email": lambda _: "Некуда прислать чек: в профиле нет почты. Укажите её, и можно будет заплатить.",
    "too_many_tries": lambda _: "Слишком много попыток оплаты подряд. Подождите час или позвоните нам.",
    "card_gone": lambda _: "Эта карта больше не привязана. Деньги не списаны: выберите другую.",
    "may_not_save": lambda _: "Запомнить карту может только хозяин кабинета. Снимите отметку, и можно будет заплатить.",
    "password_wanted": lambda _: (
        "Чтобы запомнить карту, нужно ещё раз ввести пароль. Деньги не списаны. Можно заплатить и без этого."
    ),
    "owed_less": lambda _: (
        "Пока страница была открыта, на счёт пришли деньги. Ничего не списано: проверьте, сколько осталось."
    ),
    "nothing_chosen": lambda _: "Отметьте хотя бы один адрес.",
    "total_changed": lambda _: "Сумма изменилась. Ничего не списано: проверьте её и нажмите ещё раз.",
    "another_in_the_way": lambda _: (
        "Прошлый платёж ещё не завершён. Если заплатить снова, деньги могут списаться дважды."
    ),
}

_REASONS = {
    "insufficient_funds": "На карте не хватило денег. Пополните её или выберите другую.",
    "card_expired": "Срок карты истёк. Выберите другую.",
    "invalid_card_number": "Номер карты введён с опечаткой. Попробуйте ещё раз.",
    "invalid_csc": "Код с обратной стороны карты не подошёл. Попробуйте ещё раз.",
    "3d_secure_failed": "Банк не получил подтверждения. Попробуйте ещё раз или возьмите другую карту.",
    "call_issuer": "Банк отклонил платёж. Причину знает только он: позвоните в банк или возьмите другую карту.",
    "payment_method_limit_exceeded": "Превышен лимит по карте. Увеличьте его в банке или возьмите другую карту.",
    "payment_method_restricted": "Банк ограничил операции по карте. Возьмите другую или позвоните в банк.",
    "identification_required": "Банк просит подтвердить личность. Позвоните в банк или возьмите другую карту.",
    "issuer_unavailable": "Банк карты сейчас не отвечает. Попробуйте позже или возьмите другую карту.",
    "country_forbidden": "Картой этой страны заплатить нельзя. Возьмите другую.",
    "fraud_suspected": "Платёж остановила защита от мошенников. Возьмите другую карту.",
    "expired_on_confirmation": "Страница оплаты закрылась: за час платёж не подтвердили.",
    "internal_timeout": "На стороне банка случился сбой. Попробуйте ещё раз.",
    "rejected_by_timeout": "Банк не успел ответить. Попробуйте ещё раз.",
    CARD_UNLINKED: "Карту отвязали раньше, чем платёж начался. Выберите другую.",
    NEVER_ARRIVED: "Запрос не дошёл до банка. Попробуйте ещё раз.",
    REQUEST_REFUSED: "Платёжная система не приняла запрос. Мы уже разбираемся, попробуйте позже.",
}

_UNKNOWN_REASON = "Банк отклонил платёж и не назвал причину. Попробуйте ещё раз или возьмите другую карту."


def sentence(problem: Problem) -> str:
    """Raises KeyError for a code without words."""
    return _SENTENCES[problem.code](problem.params)


def reason_sentence(reason: str) -> str:
    """Why the money was not taken, and what to do. The acquirer may name reasons that nobody knows yet."""
    return _REASONS.get(reason, _UNKNOWN_REASON)


def _kopecks(params: Mapping[str, object], name: str) -> int:
    value = params[name]
    assert isinstance(value, int)
    return value
