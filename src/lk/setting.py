"""Settings kept in the database: one name, one value."""

from piccolo.columns import BigSerial, Text
from piccolo.table import Table


class Setting(Table, tablename="settings"):
    """`first_period` (yyyy-mm): nothing earlier is billed. `heartbeat`: the scheduler's last tick.

    `started_at`: a process was last made ready to serve. `backed_up_at`: the newest backup was begun.

    `views_a_day`: so many customers an agent looks at before it is an alarm.

    `max_estimated_periods` (a number|none): so many periods in a row without a reading go by the average.

    `is_used_after_verification` (yes|no): whether readings of a meter past its verification count unseen.
    """

    id = BigSerial(primary_key=True)
    name = Text()
    value = Text()
