"""Whether the schema still keeps what it is to keep: after a careless restore it may not."""

from __future__ import annotations

from lk import db
from lk.breaches import breach
from lk.cycle.verifying.looking import Look
from lk.language import N_

NOT_APPEND_ONLY = breach(N_("%(table)s: записи можно менять, триггеров нет"))


async def is_append_only(look: Look, table: str) -> bool:
    """Whether triggers refuse UPDATE, DELETE and, where there is one, TRUNCATE."""
    if db.engine().engine_type == "sqlite":
        return await look.aside.number(_ON_SQLITE, table) >= 2
    return await look.aside.number(_ON_POSTGRES, table) >= 3


_ON_SQLITE = (
    "SELECT count(*) FROM (SELECT DISTINCT CASE WHEN upper(sql) LIKE '%BEFORE UPDATE ON%' THEN 'update' "
    "WHEN upper(sql) LIKE '%BEFORE DELETE ON%' THEN 'delete' END AS verb FROM sqlite_master "
    "WHERE type = 'trigger' AND tbl_name = {} AND upper(sql) LIKE '%BEGIN SELECT RAISE(ABORT,%' "
    "AND upper(sql) NOT LIKE '% WHEN %') AS own WHERE verb IS NOT NULL"
)
# Bits of pg_trigger.tgtype: 2 before, 8 delete, 16 update, 32 truncate.
_ON_POSTGRES = (
    "SELECT count(*) FROM (VALUES (8), (16), (32)) AS verb (bit) WHERE EXISTS (SELECT 1 FROM pg_trigger t "
    "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid WHERE c.relname = {} "
    "AND c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') "
    "AND t.tgqual IS NULL AND t.tgtype & 2 = 2 AND t.tgtype & verb.bit = verb.bit "
    "AND p.prosrc ~ '^\\s*BEGIN RAISE EXCEPTION ')"
)


async def is_unique(look: Look, table: str, column: str) -> bool:
    """Whether an index of its own keeps the column's values apart."""
    if db.engine().engine_type == "sqlite":
        return await look.aside.number(_UNIQUE_ON_SQLITE, table, column) > 0
    return await look.aside.number(_UNIQUE_ON_POSTGRES, table, column) > 0


_UNIQUE_ON_SQLITE = (
    'SELECT count(*) FROM pragma_index_list({}) AS i WHERE i."unique" = 1 AND i.partial = 0 '
    "AND (SELECT group_concat(c.name) FROM pragma_index_info(i.name) AS c) = {}"
)
_UNIQUE_ON_POSTGRES = (
    "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] WHERE c.relname = {} "
    "AND c.relnamespace = current_schema()::regnamespace AND a.attname = {} AND i.indisunique AND i.indisvalid "
    "AND i.indnkeyatts = 1 AND i.indpred IS NULL"
)
