"""Who may sign in to the demonstration, and with what: printed at start and shown on its pages."""

from __future__ import annotations

from dataclasses import dataclass

from lk.language import N_


@dataclass(frozen=True, slots=True)
class Sign:
    """One way in. Demo mode only: production has no user that it did not make itself. `who` and `note` are messages."""

    who: str
    login: str
    password: str
    note: str = ""


_CODE = N_("код второго шага — на странице /dev/code")

RESIDENT = Sign(N_("Житель"), "ivanova", "lampa-v-podezde-5", N_("две квартиры под одним входом"))
HELPER = Sign(N_("Помощник"), "sosed", "klyuch-pod-kovrikom-8", N_("соседка: показания и оплата одной квартиры"))
SUPPORT = Sign(N_("Сотрудник поддержки"), "podderzhka", "stol-u-okna-17", _CODE)
OPERATOR = Sign(N_("Оператор"), "operator", "mesyac-pod-rukoy-3", _CODE)
SENIOR = Sign(N_("Старший оператор"), "starshiy", "vtoraya-podpis-9", N_("вторая подпись под крупными возвратами"))
ADMIN = Sign(N_("Администратор"), "administrator", "klyuchi-na-gvozde-6", N_("кто здесь работает и кто что делал"))
SIGNS = (RESIDENT, HELPER, SUPPORT, OPERATOR, SENIOR, ADMIN)

NEWCOMER_ACCOUNT = "1000000101"
NEWCOMER_METER = "14195368"
