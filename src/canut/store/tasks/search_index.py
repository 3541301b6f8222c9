"""Full-text index of tasks: FTS5 on SQLite, ``tsvector`` on PostgreSQL; without a model.

Words are found whatever their accents and capitals; the last one by its beginning where it ends
with a star, as "canu*", which takes its time. SQLite's table keeps no copy of the texts;
PostgreSQL's keeps their words. Before a task or its content is deleted, ``forget_texts`` takes
its words out: SQLite needs the content for that.
"""

import re
import unicodedata
from collections.abc import Sequence

from django.db import connection
from django.db.backends.utils import CursorWrapper

WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 8
# PostgreSQL has no folding of accents without an extension.
PLAIN = "aaaaaaceeeeiiiinooooouuuuyy" * 2
ACCENTED = "àâäáãåçèéêëìíîïñòóôöõùúûüýÿÀÂÄÁÃÅÇÈÉÊËÌÍÎÏÑÒÓÔÖÕÙÚÛÜÝŸ"
FOLDED = f"translate(lower(%s), '{ACCENTED}', '{PLAIN}')"
WORDS = {
    "sqlite": "(SELECT group_concat(j.value, ' ') FROM json_each(t.data) j)",
    "postgresql": "(SELECT string_agg(j.value, ' ') FROM json_each_text(CAST(t.data AS json)) j)",
}
NEXT = """
SELECT count(*), coalesce(max("row"), %s) FROM (SELECT "row" FROM store_task
WHERE source_id = %s AND "row" > %s ORDER BY "row" LIMIT %s) AS next_rows
"""
OF_ROWS = (
    ' FROM store_task t WHERE t.source_id = %s AND t."row" > %s AND t."row" <= %s ORDER BY t."row"'
)
INDEX = {
    "sqlite": f"INSERT INTO store_tasktext (rowid, words) SELECT t.id, {WORDS['sqlite']}{OF_ROWS}",
    "postgresql": "INSERT INTO store_tasktext (task_id, words) SELECT t.id, to_tsvector('simple', "
    f"coalesce({FOLDED % WORDS['postgresql']}, '')){OF_ROWS} ON CONFLICT (task_id) DO NOTHING",
}
FORGET = {
    "sqlite": """
INSERT INTO store_tasktext (store_tasktext, rowid, words)
SELECT 'delete', t.id, (SELECT group_concat(j.value, ' ') FROM json_each(t.data) j)
FROM store_task t JOIN store_textindex i ON i.source_id = t.source_id AND t."row" <= i."row"
WHERE t.id IN (SELECT value FROM json_each(%s))
""",
    "postgresql": "DELETE FROM store_tasktext WHERE task_id = ANY(CAST(%s AS bigint[]))",
}

BY_ITSELF = "INSERT INTO store_tasktext (store_tasktext, rank) VALUES ('automerge', 0)"
MERGE = "INSERT INTO store_tasktext (store_tasktext, rank) VALUES ('merge', %s)"
MERGED_PAGES = 16
NOTHING_MERGED = 2  # a merge that finds nothing to do changes fewer rows


def index_rows(source_id: int, after_row: int, limit: int) -> tuple[int, int]:
    """Index the next tasks of an import, in the caller's transaction.

    Returns:
        How many, and the row of the last.
    """
    with connection.cursor() as cursor:
        cursor.execute(NEXT, (after_row, source_id, after_row, limit))
        count, last = cursor.fetchone()
        if count:
            cursor.execute(INDEX[connection.vendor], (source_id, after_row, last))
    return int(count), int(last)


def leave_merging() -> None:
    """Disable SQLite's automatic index merge, which can take a tenth of a second.

    From then on whoever adds much calls ``merge_some`` in between. PostgreSQL's has no such merges.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(BY_ITSELF)


def merge_some() -> bool:
    """Merge a few pages of SQLite's index; return whether there was work."""
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        before = _changes(cursor)
        cursor.execute(MERGE, (MERGED_PAGES,))
        return _changes(cursor) - before >= NOTHING_MERGED


def _changes(cursor: CursorWrapper) -> int:
    cursor.execute("SELECT total_changes()")
    (count,) = cursor.fetchone()
    return int(count)


def forget_texts(task_ids: Sequence[int]) -> None:
    """Remove tasks from the index while their content is there; a few thousand at most."""
    listed = ",".join(map(str, task_ids))
    value = f"[{listed}]" if connection.vendor == "sqlite" else f"{{{listed}}}"
    with connection.cursor() as cursor:
        cursor.execute(FORGET[connection.vendor], (value,))


def words_asked(text: str) -> list[str]:
    """Return the words of a search, at most eight, without accents or capitals."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    return WORD.findall(plain.lower())[:MOST_WORDS]


def match_of(text: str) -> str:
    """Write a search as the database's match expression; empty without words."""
    words = words_asked(text)
    if not words:
        return ""
    begins = text.rstrip().endswith("*")
    if connection.vendor == "sqlite":
        return " AND ".join(f'"{word}"' for word in words) + ("*" if begins else "")
    return " & ".join(f"'{word}'" for word in words) + (":*" if begins else "")
