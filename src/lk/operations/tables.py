"""Files that come and go by the browser: imports, what was taken back of them, print runs."""

from piccolo.columns import BigInt, BigSerial, Boolean, Bytea, ForeignKey, Integer, Text, Timestamptz
from piccolo.table import Table

from lk.identity.tables import Agent


class Import(Table, tablename="imports"):
    """A file an operator sent. `status` checking → checked → loading → loaded; dropped by a person, failed by a fault.

    `rows` of the file; `added`, `updated`, `unchanged`: what comes of them, or came. `problems`: why it is not loaded.
    `notes` (JSON): sentences, each by language. `hash`: SHA-256 of the file.
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


class PrintRun(Table, tablename="print_runs"):
    """A month's paper bills for the printer, asked for by an agent; claimed by one process, with a fence.

    `done` of `expected` bills are printed, `bytes` in all. Kept until `ends_at` once it is finished.
    """

    id = BigSerial(primary_key=True)
    public_id = Text()
    period = Integer()
    asked_by = ForeignKey(Agent)
    asked_at = Timestamptz(default=None)
    fence = BigInt(default=0)
    claim_ends_at = Timestamptz(default=None)
    done = BigInt(default=0)
    expected = BigInt(null=True, default=None)
    bytes = BigInt(default=0)
    finished_at = Timestamptz(null=True, default=None)
    ends_at = Timestamptz(null=True, default=None)
    is_failed = Boolean(default=False)


class PrintRunFile(Table, tablename="print_run_files"):
    """A file of the ZIP, at its place in it."""

    id = BigSerial(primary_key=True)
    print_run_id = ForeignKey(PrintRun)
    place = Integer()
    name = Text()
    content = Bytea()
