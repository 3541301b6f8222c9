"""Bring the database of the environment to this version, and ask what is broken or lost.

``python -m tests.upgrade.recheck COUNTS`` prints JSON: tables that have fewer rows than before, and
the invariants that do not hold. Tables that went altogether are lost, too.
"""

import json
import sys
from pathlib import Path

from canut.__main__ import main

COUNT = "SELECT count(*) FROM %s"


def ask(counts: dict[str, int]) -> dict[str, list[str]]:
    """Migrate, then look."""
    if main(["migrate"]):
        raise SystemExit("canut migrate was refused")
    from django.db import connection

    from tests.support.invariants import broken

    lost = []
    with connection.cursor() as cursor:
        here = set(connection.introspection.table_names(cursor))
        for table, before in counts.items():
            now = 0
            if table in here:
                cursor.execute(COUNT % table)
                now = int(cursor.fetchone()[0])
            if now < before or table not in here:
                lost.append(f"{table}: {before} rows before, {now} now")
    return {"lost": lost, "broken": broken()}


if __name__ == "__main__":
    sys.stderr.write(json.dumps(ask(json.loads(Path(sys.argv[1]).read_text()))))
