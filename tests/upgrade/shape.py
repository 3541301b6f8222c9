"""The shape of a database: columns, keys, indexes, checks and triggers, with their names.

The order of columns does not count: nothing writes rows without naming them.
"""

import re
import sqlite3

import psycopg

# After a dump PostgreSQL writes the same condition with its casts elsewhere.
CASTS = re.compile(r"::(?:character varying|text)(?:\[\])?|[()]")
# SQLite keeps any whole number in a column whose type holds these letters.
WHOLE = re.compile(r"^(?:small|big)?int(?:eger)?(?: unsigned)?$")
OF_SQLITE = {
    "table_xinfo": "SELECT * FROM pragma_table_xinfo(?)",
    "foreign_key_list": "SELECT * FROM pragma_foreign_key_list(?)",
}
OF_POSTGRES = {
    "column": """
        SELECT table_name, column_name, data_type, character_maximum_length,
               is_nullable, column_default, is_identity, collation_name
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraint": """
        SELECT conrelid::regclass::text, contype, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'""",
    "index": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": """
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)
        FROM pg_trigger WHERE NOT tgisinternal""",
}


def apart(
    one: set[tuple[object, ...]], other: set[tuple[object, ...]]
) -> dict[str, list[tuple[object, ...]]]:
    """Return what only one of them has."""
    return {"only here": sorted(one - other, key=str), "only there": sorted(other - one, key=str)}


SAME: dict[str, list[tuple[object, ...]]] = {"only here": [], "only there": []}


def of_sqlite(held: sqlite3.Connection) -> set[tuple[object, ...]]:
    """Return what a SQLite database is made of; how its tables were written does not count."""
    found: set[tuple[object, ...]] = set()
    for kind, name, sql in held.execute("SELECT type, name, sql FROM sqlite_master").fetchall():
        if name.startswith("sqlite_"):
            continue
        if kind != "table":
            found.add((kind, name, " ".join(str(sql).split())))
            continue
        for look, asked in OF_SQLITE.items():  # without the number each row begins with
            rows = held.execute(asked, (name,)).fetchall()
            found |= {
                (look, name, *(WHOLE.sub("integer", str(part)) for part in row[1:])) for row in rows
            }
        found |= {("check", name, one) for one in _checks(str(sql))}
        for _, index, unique, origin, partial in held.execute(
            "SELECT * FROM pragma_index_list(?)", (name,)
        ).fetchall():
            columns = held.execute("SELECT name FROM pragma_index_info(?)", (index,)).fetchall()
            told = "" if index.startswith("sqlite_") else index
            found.add(("index", name, told, unique, origin, partial, tuple(columns)))
    return found


def _checks(sql: str) -> list[str]:
    """Return the CHECKs of a table's statement, without names or spaces."""
    found = []
    for begin in re.finditer(r"\bCHECK\s*\(", sql, re.IGNORECASE):
        depth, end = 1, begin.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            end += 1
        found.append(re.sub(r'[\s"]', "", sql[begin.end() : end - 1]))
    return found


def of_postgresql(held: psycopg.Connection) -> set[tuple[object, ...]]:
    """Return what a PostgreSQL database is made of."""
    return {
        (kind, *(CASTS.sub("", part) if isinstance(part, str) else part for part in row))
        for kind, asked in OF_POSTGRES.items()
        for row in held.execute(asked).fetchall()
    }
