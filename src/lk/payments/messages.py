"""The words of payments: what happened, what is kept, what to do."""

from __future__ import annotations

from lk.acquirer.answers import REQUEST_REFUSED
from lk.filters import money
from lk.language import N_, _
from lk.outcome import Problem
from lk.payments.differences import NEVER_ARRIVED
from lk.payments.rules import CARD_UNLINKED

_SENTENCES: dict[str, str] = {
    "amount_missing": N_("Напишите сумму, например 2088,60."),
    "amount_not_a_sum": N_("Сумма не разобралась. Напишите её рублями, например 2088,60."),
    "amount_too_small": N_("Наименьшая сумма — %(least)s."),
    "amount_too_large": N_("За один раз — не больше %(most)s. Заплатите частями."),
    "form_stale": N_("Страница устарела, деньги не списаны. Проверьте сумму и нажмите ещё раз."),
    "no_access": N_("Этот счёт вам больше не открыт. Деньги не списаны."),
    "no_email": N_("Некуда прислать чек: в профиле нет почты. Укажите её, и можно будет заплатить."),
    "too_many_tries": N_("Слишком много попыток оплаты подряд. Подождите час или позвоните нам."),
    "card_gone": N_("Эта карта больше не привязана. Деньги не списаны: выберите другую."),
    "may_not_save": N_("Запомнить карту может только хозяин кабинета. Снимите отметку, и можно будет заплатить."),
    "password_wanted": N_(
        "Чтобы запомнить карту, нужно ещё раз ввести пароль. Деньги не списаны. Можно заплатить и без этого."
    ),
    "owed_less": N_(
        "Пока страница была открыта, на счёт пришли деньги. Ничего не списано: проверьте, сколько осталось."
    ),
    "nothing_chosen": N_("Отметьте хотя бы один адрес."),
    "total_changed": N_("Сумма изменилась. Ничего не списано: проверьте её и нажмите ещё раз."),
    "another_in_the_way": N_("Прошлый платёж ещё не завершён. Если заплатить снова, деньги могут списаться дважды."),
}

_REASONS = {
    "insufficient_funds": N_("На карте не хватило денег. Пополните её или выберите другую."),
    "card_expired": N_("Срок карты истёк. Выберите другую."),
    "invalid_card_number": N_("Номер карты введён с опечаткой. Попробуйте ещё раз."),
    "invalid_csc": N_("Код с обратной стороны карты не подошёл. Попробуйте ещё раз."),
    "3d_secure_failed": N_("Банк не получил подтверждения. Попробуйте ещё раз или возьмите другую карту."),
    "call_issuer": N_("Банк отклонил платёж. Причину знает только он: позвоните в банк или возьмите другую карту."),
    "payment_method_limit_exceeded": N_("Превышен лимит по карте. Увеличьте его в банке или возьмите другую карту."),
    "payment_method_restricted": N_("Банк ограничил операции по карте. Возьмите другую или позвоните в банк."),
    "identification_required": N_("Банк просит подтвердить личность. Позвоните в банк или возьмите другую карту."),
    "issuer_unavailable": N_("Банк карты сейчас не отвечает. Попробуйте позже или возьмите другую карту."),
    "country_forbidden": N_("Картой этой страны заплатить нельзя. Возьмите другую."),
    "fraud_suspected": N_("Платёж остановила защита от мошенников. Возьмите другую карту."),
    "expired_on_confirmation": N_("Страница оплаты закрылась: за час платёж не подтвердили."),
    "internal_timeout": N_("На стороне банка случился сбой. Попробуйте ещё раз."),
    "rejected_by_timeout": N_("Банк не успел ответить. Попробуйте ещё раз."),
    CARD_UNLINKED: N_("Карту отвязали раньше, чем платёж начался. Выберите другую."),
    NEVER_ARRIVED: N_("Запрос не дошёл до банка. Попробуйте ещё раз."),
    REQUEST_REFUSED: N_("Платёжная система не приняла запрос. Мы уже разбираемся, попробуйте позже."),
}

_UNKNOWN_REASON = N_("Банк отклонил платёж и не назвал причину. Попробуйте ещё раз или возьмите другую карту.")


def sentence(problem: Problem) -> str:
    """Raises KeyError for a code without words."""
    sums = {name: money(kopecks) for name, kopecks in problem.params.items() if isinstance(kopecks, int)}
    return _(_SENTENCES[problem.code], **sums)


def reason_sentence(reason: str) -> str:
    """Why the money was not taken, and what to do. The acquirer may name reasons that nobody knows yet."""
    return _(_REASONS.get(reason, _UNKNOWN_REASON))
