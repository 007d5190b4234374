"""What is counted, in words."""

from __future__ import annotations

from dataclasses import replace

from lk.language import N_, _
from lk.statistics.charts import Series

CHANNELS = (
    Series("resident", N_("Житель"), 1),
    Series("helper", N_("Помощник"), 2),
    Series("link", N_("По ссылке"), 3),
    Series("agent", N_("По телефону"), 4),
    Series("import", N_("Из файла"), 5),
)
AGES = (
    Series("30", N_("До 30 дней"), 1),
    Series("90", N_("31–90 дней"), 2),
    Series("365", N_("91–365 дней"), 3),
    Series("older", N_("Больше года"), 6),
)
FATES = (
    Series("sent", N_("Ушло"), 1),
    Series("waiting", N_("Ждёт"), 2),
    Series("dead", N_("Не доставлено"), 6),
)
WAYS = (
    Series("autopay", N_("Автоплатёж"), 1),
    Series("hand", N_("Сам в кабинете"), 2),
    Series("bank", N_("Через банк"), 3),
)
METHODS = (
    Series("average", N_("По среднему"), 1),
    Series("norm", N_("По нормативу"), 2),
)
AUTOPAYS = (Series("autopays", N_("С автоплатежом"), 1),)
OPENED = (Series("opened", N_("Открыто"), 1),)
SPAN = (Series("span", N_("Четверть–три четверти"), 1), Series("half", N_("Половина"), 2))


def said(series: tuple[Series, ...]) -> tuple[Series, ...]:
    """In the language of who looks."""
    return tuple(replace(each, words=_(each.words)) for each in series)


FILES = {
    "readings": ("readings",),
    "bills": ("bills",),
    "autopay": ("autopay",),
    "money": ("money",),
    "debts": ("debts", "debtors"),
    "paying": ("paying",),
    "cabinets": ("cabinets",),
    "letters": ("letters",),
}
"""A chart's file holds these names."""
MONEY = ("money", "debts")
"""In kopecks."""
