"""What is counted, in words."""

from __future__ import annotations

from lk.statistics.charts import Series

CHANNELS = (
    Series("resident", "Житель", 1),
    Series("helper", "Помощник", 2),
    Series("link", "По ссылке", 3),
    Series("agent", "По телефону", 4),
    Series("import", "Из файла", 5),
)
AGES = (
    Series("30", "До 30 дней", 1),
    Series("90", "31–90 дней", 2),
    Series("365", "91–365 дней", 3),
    Series("older", "Больше года", 6),
)
FATES = (
    Series("sent", "Ушло", 1),
    Series("waiting", "Ждёт", 2),
    Series("dead", "Не доставлено", 6),
)
WAYS = (
    Series("autopay", "Автоплатёж", 1),
    Series("hand", "Сам в кабинете", 2),
    Series("bank", "Через банк", 3),
)
METHODS = (
    Series("average", "По среднему", 1),
    Series("norm", "По нормативу", 2),
)
AUTOPAYS = (Series("autopays", "С автоплатежом", 1),)
OPENED = (Series("opened", "Открыто", 1),)
SPAN = (Series("span", "Четверть–три четверти", 1), Series("half", "Половина", 2))

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
