"""Numbers by day, how far each was counted, and the nights on which they were."""

from piccolo.columns import BigInt, BigSerial, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class Statistic(Table, tablename="statistics"):
    """`name` of what is counted, on a `day` or in the month that begins with it, by `series`.

    `lk.statistics.counting` and `owing` say what there is. Kopecks where it is money.
    """

    id = BigSerial(primary_key=True)
    name = Text()
    day = Date(default=None)
    series = Text()
    value = BigInt()


class StatisticMark(Table, tablename="statistic_marks"):
    """What was counted last, the next night goes on behind: a row's id, a month's number or a day's."""

    id = BigSerial(primary_key=True)
    name = Text()
    through_id = BigInt()


class StatisticRun(Table, tablename="statistic_runs"):
    """One night. `parts_done` are whole.

    Of the part that goes through all accounts `so_far` (JSON) was found up to `through_id`.
    """

    id = BigSerial(primary_key=True)
    day = Date(default=None)
    fence = BigInt(default=1)
    claim_ends_at = Timestamptz(default=None)
    parts_done = Integer(default=0)
    through_id = BigInt(default=0)
    so_far = Text(default="{}")
    finished_at = Timestamptz(null=True, default=None)
