"""Files that came by the browser, and what was taken back of them."""

from piccolo.columns import BigInt, BigSerial, Bytea, ForeignKey, Integer, Text, Timestamptz
from piccolo.table import Table

from lk.identity.tables import Agent


class Import(Table, tablename="imports"):
    """A file an operator sent. `status` checking → checked → loading → loaded; dropped by a person, failed by a fault.

    `rows` of the file; `added`, `updated`, `unchanged`: what comes of them, or came. `problems`: why it is not loaded.
    `notes` (JSON): sentences. `hash`: SHA-256 of the file.
    """

    id = BigSerial(primary_key=True)
    public_id = Text()
    kind = Text()
    name = Text()
    bytes = BigInt()
    hash = Text()
    status = Text()
    rows = BigInt(default=0)
    added = BigInt(default=0)
    updated = BigInt(default=0)
    unchanged = BigInt(default=0)
    problems = BigInt(default=0)
    notes = Text(default="[]")
    asked_by = ForeignKey(Agent)
    asked_at = Timestamptz(default=None)
    checked_at = Timestamptz(null=True, default=None)
    load_asked_by = ForeignKey(Agent, null=True)
    finished_at = Timestamptz(null=True, default=None)


class ImportPiece(Table, tablename="import_pieces"):
    """A part of something long: the `file`, the CSV of its `problems`; and JSON: its first rows, the problems `shown`.

    Gone with the load, or after some days.
    """

    id = BigSerial(primary_key=True)
    import_id = ForeignKey(Import)
    what = Text()
    place = Integer()
    content = Bytea()
    added_at = Timestamptz(default=None)


class ImportUndo(Table, tablename="import_undos"):
    """A loaded file taken back. `status` waiting (for a second person)|done|refused.

    `rows` are taken back, `kept` stay; `amount_kopecks` go off accounts. `words`: why, `reason`: why the second one
    refused.
    """

    id = BigSerial(primary_key=True)
    public_id = Text()
    import_id = ForeignKey(Import)
    rows = BigInt()
    kept = BigInt()
    amount_kopecks = BigInt()
    words = Text()
    status = Text()
    reason = Text(default="")
    asked_by = ForeignKey(Agent)
    created_at = Timestamptz(default=None)
    decided_by = ForeignKey(Agent, null=True)
    decided_at = Timestamptz(null=True, default=None)
