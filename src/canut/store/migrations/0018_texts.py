"""Note flags on their tasks, and make the index of texts. The previous release may run meanwhile.

Flags that nobody has looked at are noted on their tasks, as many rows as there are flags. The table
of texts is made in each database's own words, for which Django has none; texts come into it by a
job, later. Each step is a transaction of its own and can be run again.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

NOTE_FLAGS = """
UPDATE store_taskstate SET flagged_ms = (
  SELECT max(f.flagged_ms) FROM store_flag f WHERE f.task_id = store_taskstate.task_id)
WHERE task_id IN (SELECT task_id FROM store_flag)
"""
# Without content of its own: a view over the tasks would stand in the way of rebuilding them.
TEXTS_OF_SQLITE = """
CREATE VIRTUAL TABLE IF NOT EXISTS store_tasktext USING fts5(
  words, content='', columnsize=0, detail=none, tokenize='unicode61 remove_diacritics 2')
"""
TEXTS_OF_POSTGRES = """
CREATE TABLE IF NOT EXISTS store_tasktext (task_id bigint PRIMARY KEY, words tsvector NOT NULL);
CREATE INDEX IF NOT EXISTS task_words ON store_tasktext USING gin (words)
"""


def make_texts(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    schema_editor.execute(TEXTS_OF_SQLITE if is_sqlite else TEXTS_OF_POSTGRES, params=None)


def drop_texts(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute("DROP TABLE IF EXISTS store_tasktext", params=None)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("store", "0017_review"),
    ]

    operations = [
        migrations.RunSQL(NOTE_FLAGS, migrations.RunSQL.noop),
        migrations.RunPython(make_texts, drop_texts),
    ]
