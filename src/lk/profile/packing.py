"""The zip file of a copy of own data: everything in one JSON, each sheet as CSV, and photos and files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from lk.config import settings
from lk.csv_cells import cells_writer, columns_of, moment, money_columns
from lk.money import to_rubles
from lk.profile.sheets import Sheet

_OWNER_ONLY = 0o600 << 16


def packed(
    about: Mapping[str, object], sheets: Iterable[Sheet[Any]], photos: Mapping[str, bytes], made_at: datetime
) -> bytes:
    """`photos`: content by name, with files of questions; they do not get smaller by packing."""
    sheets = list(sheets)
    texts = {"data.json": _json(about, sheets)} | {f"{each.name}.csv": _csv(each) for each in sheets}
    packet = io.BytesIO()
    with ZipFile(packet, "w") as archive:
        for files, compression in ((texts, ZIP_DEFLATED), (photos, ZIP_STORED)):
            for name, content in files.items():
                info = ZipInfo(name, made_at.astimezone(settings().time_zone).timetuple()[:6])
                info.compress_type, info.external_attr = compression, _OWNER_ONLY
                archive.writestr(info, content)
    return packet.getvalue()


def _json(about: Mapping[str, object], sheets: list[Sheet[Any]]) -> bytes:
    everything = {"about": about} | {each.name: _plain(each) for each in sheets}
    return json.dumps(everything, ensure_ascii=False, indent=1, default=_written).encode()


def _plain(own: Sheet[Any]) -> list[dict[str, object]]:
    columns, money = columns_of(own.row_type), money_columns(own.row_type)
    return [
        {name: to_rubles(getattr(row, name)) if name in money else getattr(row, name) for name in columns}
        for row in own.rows
    ]


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return moment(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _csv(own: Sheet[Any]) -> bytes:
    """With the mark by which spreadsheets know that it is UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns_of(own.row_type))
    writer.writerows(map(cells_writer(own.row_type, moment), own.rows))
    return text.getvalue().encode("utf-8-sig")
