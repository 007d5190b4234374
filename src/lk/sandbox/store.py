"""What the sandbox remembers: objects of the API, hosted pages, idempotence keys, and the log of money moves."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).parent / "schema.sql"


@dataclass(frozen=True, slots=True)
class Record:
    """One object of the API; `body` is what the API answers. At `due_us` it becomes what `due_as` says by itself."""

    kind: str
    id: str
    created_us: int
    status: str
    body: dict[str, Any]
    due_us: int | None = None
    due_as: str | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Checkout:
    """One hosted page; whoever knows `token` may choose a card there."""

    token: str
    kind: str
    object_id: str
    return_url: str
    payee: str
    saves_card: bool
    card_key: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One movement of money; `amount_kopecks` is always positive, `kind` is capture or refund."""

    kind: str
    payment_id: str
    object_id: str
    amount_kopecks: int
    metadata: dict[str, str]
    moved_at: str
    number: int = 0


class Store:
    """SQLite in memory or in a file. Instants are microseconds since 1970, UTC."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self.is_closed = False
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(SCHEMA.read_text(encoding="utf-8"))

    def close(self) -> None:
        self.is_closed = True
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def add(self, record: Record) -> None:
        self._db.execute(
            "INSERT INTO objects (kind, id, created_us, status, body, due_us, due_as) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                record.kind,
                record.id,
                record.created_us,
                record.status,
                _text(record.body),
                record.due_us,
                record.due_as,
            ),
        )

    def save(self, record: Record) -> None:
        self._db.execute(
            "UPDATE objects SET status = ?, body = ?, due_us = ?, due_as = ? WHERE kind = ? AND id = ?",
            (record.status, _text(record.body), record.due_us, record.due_as, record.kind, record.id),
        )

    def find(self, kind: str, object_id: str) -> Record | None:
        row = self._db.execute("SELECT * FROM objects WHERE kind = ? AND id = ?", (kind, object_id)).fetchone()
        return None if row is None else _record(row)

    def due(self, at_us: int) -> list[Record]:
        rows = self._db.execute("SELECT * FROM objects WHERE due_us <= ? ORDER BY due_us, number", (at_us,))
        return [_record(row) for row in rows]

    def refunds_of(self, payment_id: str) -> list[Record]:
        query = "SELECT * FROM objects WHERE kind = 'refund' AND json_extract(body, '$.payment_id') = ? ORDER BY number"
        return [_record(row) for row in self._db.execute(query, (payment_id,))]

    def newest(self, kind: str, conditions: list[tuple[str, object]], limit: int) -> list[Record]:
        """Newest first. Each condition is a fixed piece of SQL with one placeholder, and its value."""
        where = " AND ".join(["kind = ?", *(sql for sql, _ in conditions)])
        values = [kind, *(value for _, value in conditions), limit]
        query = f"SELECT * FROM objects WHERE {where} ORDER BY number DESC LIMIT ?"  # noqa: S608 - pieces are ours
        return [_record(row) for row in self._db.execute(query, values)]

    def add_checkout(self, checkout: Checkout) -> None:
        self._db.execute(
            "INSERT INTO checkouts (token, kind, object_id, return_url, payee, saves_card) VALUES (?, ?, ?, ?, ?, ?)",
            (
                checkout.token,
                checkout.kind,
                checkout.object_id,
                checkout.return_url,
                checkout.payee,
                checkout.saves_card,
            ),
        )

    def choose_card(self, token: str, card_key: str) -> None:
        self._db.execute("UPDATE checkouts SET card_key = ? WHERE token = ?", (card_key, token))

    def checkout(self, token: str) -> Checkout | None:
        row = self._db.execute("SELECT * FROM checkouts WHERE token = ?", (token,)).fetchone()
        return None if row is None else Checkout(**{**dict(row), "saves_card": bool(row["saves_card"])})

    def set_outcome(self, method_id: str, outcome: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO outcomes (method_id, outcome) VALUES (?, ?)", (method_id, outcome))

    def outcome(self, method_id: str) -> str:
        row = self._db.execute("SELECT outcome FROM outcomes WHERE method_id = ?", (method_id,)).fetchone()
        return str(row["outcome"])

    def keep_answer(self, key: str, fingerprint: str, answer: str, at_us: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?)", (key, fingerprint, answer, at_us))

    def kept_answer(self, key: str, after_us: int) -> tuple[str, str] | None:
        """Fingerprint of the request and the answer it got, if that was later than `after_us`."""
        query = "SELECT fingerprint, answer FROM keys WHERE key = ? AND kept_us > ?"
        row = self._db.execute(query, (key, after_us)).fetchone()
        return None if row is None else (row["fingerprint"], row["answer"])

    def forget_keys(self, until_us: int) -> None:
        self._db.execute("DELETE FROM keys WHERE kept_us <= ?", (until_us,))

    def append_move(self, move: Move) -> None:
        self._db.execute(
            "INSERT INTO moves (kind, payment_id, object_id, amount_kopecks, metadata, moved_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (move.kind, move.payment_id, move.object_id, move.amount_kopecks, _text(move.metadata), move.moved_at),
        )

    def moves(self, payment_id: str | None = None) -> list[Move]:
        where, values = ("", ()) if payment_id is None else ("WHERE payment_id = ?", (payment_id,))
        rows = self._db.execute(f"SELECT * FROM moves {where} ORDER BY number", values)  # noqa: S608 - a fixed piece
        return [Move(**{**dict(row), "metadata": json.loads(row["metadata"])}) for row in rows]


def _record(row: sqlite3.Row) -> Record:
    return Record(**{**dict(row), "body": json.loads(row["body"])})


def _text(body: object) -> str:
    return json.dumps(body, ensure_ascii=False)
