"""Dated rows: the one with the latest `valid_from` not after a period's first day holds for it."""

from piccolo.columns import BigInt, BigSerial, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class Rate(Table, tablename="rates"):
    """Price of one kWh, in whole kopecks."""

    id = BigSerial(primary_key=True)
    region = Text()
    tariff_category = Text()
    band = Integer()
    zones = Integer()
    register = Text()
    price_kopecks = BigInt()
    valid_from = Date(default=None)
    legal_act = Text()


class BandLimit(Table, tablename="band_limits"):
    """Band `band` ends at `upto_kwh` a month."""

    id = BigSerial(primary_key=True)
    valid_from = Date(default=None)
    band = Integer()
    upto_kwh = BigInt()


class Norm(Table, tablename="norms"):
    """kWh a month for each of `residents` people where no reading is known."""

    id = BigSerial(primary_key=True)
    region = Text()
    tariff_category = Text()
    residents = Integer()
    kwh_per_person = BigInt()
    valid_from = Date(default=None)


class Calendar(Table, tablename="calendars"):
    """Days of the month of the company's timetable."""

    id = BigSerial(primary_key=True)
    valid_from = Date(default=None)
    readings_open = Integer()
    readings_close = Integer()
    bill_run = Integer()
    print_by = Integer()
    bill_by = Integer()
    pay_by = Integer()


class Vat(Table, tablename="vat_rates"):
    """Value added tax inside the price, percent."""

    id = BigSerial(primary_key=True)
    valid_from = Date(default=None)
    percent = Integer()


class PenaltyRate(Table, tablename="penalty_rates"):
    """The yearly rate of penalties for late payment, in hundredths of a percent."""

    id = BigSerial(primary_key=True)
    valid_from = Date(default=None)
    basis_points = Integer()


class Extension(Table, tablename="extensions"):
    """Days by which an outage of lk itself moved a period: `kind` window|due."""

    id = BigSerial(primary_key=True)
    period = Integer()
    kind = Text()
    days = Integer()
    decided_at = Timestamptz(default=None)
