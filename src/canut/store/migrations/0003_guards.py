"""Create what Django has no words for: the search index, the log guards, the reference checks.

- The search index of task texts: an FTS5 table on SQLite, a ``tsvector`` column on PostgreSQL. A job
  fills it later.
- The log guards: an entry of a log stays as it is; a tile keeps the hashes it has and may only gain
  some; a log keeps its name and never ends earlier than it did. A later migration that remakes one
  of these tables on SQLite drops its guards: it must run ``create_log_guards`` after it.
- The reference checks of large imports, on PostgreSQL alone: its foreign keys looked for the import
  of each new row of ``task`` and the task of each new row of ``taskstate``, two thirds of the time
  of an import. Triggers look for those of a whole statement at once. States of tasks that lie side
  by side are counted, a fifth of the cost of looking each one up. SQLite keeps its foreign keys,
  which cost it little.

Each step is a transaction of its own and can be run again. The running release survives it and does
not need it: it only searches less and refuses less. Going back loses the search index, which a job
fills again, and no row.
"""

from typing import NamedTuple

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# Without content of its own: a view over the tasks would stand in the way of rebuilding them.
TEXTS_OF_SQLITE = """
CREATE VIRTUAL TABLE IF NOT EXISTS store_tasktext USING fts5(
  words, content='', columnsize=0, detail=none, tokenize='unicode61 remove_diacritics 2')
"""
TEXTS_OF_POSTGRES = """
CREATE TABLE IF NOT EXISTS store_tasktext (task_id bigint PRIMARY KEY, words tsvector NOT NULL);
CREATE INDEX IF NOT EXISTS task_words ON store_tasktext USING gin (words)
"""


class LogGuard(NamedTuple):
    """One refusal: on which table, of what, when (in both databases' words), with which message."""

    name: str
    table: str
    event: str
    when: str
    message: str


ENTRY_STAYS = "an entry of the log stays as it is"
TILE_STAYS = "a tile of the log keeps the hashes it has"
LOG_STAYS = "a log keeps its name and its entries"
IS_OTHER_TILE = (
    "NEW.log_id <> OLD.log_id OR NEW.level <> OLD.level OR NEW.place <> OLD.place"
    " OR substr(NEW.body, 1, length(OLD.body)) <> OLD.body"
)
IS_OTHER_LOG = (
    "NEW.size < OLD.size OR NEW.origin <> OLD.origin"
    " OR coalesce(NEW.project_id, 0) <> coalesce(OLD.project_id, 0)"
)
LOG_GUARDS = (
    LogGuard("logentry_stays", "store_logentry", "UPDATE", "1 = 1", ENTRY_STAYS),
    LogGuard("logentry_remains", "store_logentry", "DELETE", "1 = 1", ENTRY_STAYS),
    LogGuard("logtile_grows", "store_logtile", "UPDATE", IS_OTHER_TILE, TILE_STAYS),
    LogGuard("logtile_remains", "store_logtile", "DELETE", "1 = 1", TILE_STAYS),
    LogGuard("log_grows", "store_log", "UPDATE", IS_OTHER_LOG, LOG_STAYS),
    LogGuard("log_remains", "store_log", "DELETE", "1 = 1", LOG_STAYS),
)
REFUSE_ON_POSTGRES = """
CREATE OR REPLACE FUNCTION canut_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation'; END $$
"""


class ReferenceCheck(NamedTuple):
    """One trigger of a statement: when it runs, which rows it refuses, what it may skip."""

    name: str
    event: str
    strays: str
    message: str
    declare: str = ""
    shortcut: str = ""


ADJACENT_TASKS = """\
  SELECT count(*), min(task_id), max(task_id) INTO many, lowest, highest FROM added;
  IF many > 1 AND highest - lowest = many - 1
      AND many = (SELECT count(*) FROM store_task WHERE id BETWEEN lowest AND highest) THEN
    RETURN NULL;
  END IF;
"""
REFERENCE_CHECKS = (
    ReferenceCheck(
        "store_task_has_import",
        "INSERT ON store_task REFERENCING NEW TABLE AS added",
        "SELECT 1 FROM (SELECT DISTINCT source_id FROM added) a"
        " LEFT JOIN store_import i ON i.id = a.source_id WHERE i.id IS NULL",
        "a task hangs on no import",
    ),
    ReferenceCheck(
        "store_taskstate_has_task",
        "INSERT ON store_taskstate REFERENCING NEW TABLE AS added",
        "SELECT 1 FROM added a WHERE NOT EXISTS"
        " (SELECT 1 FROM store_task t WHERE t.id = a.task_id)",
        "a state hangs on no task",
        "DECLARE many bigint; lowest bigint; highest bigint;\n",
        ADJACENT_TASKS,
    ),
    ReferenceCheck(
        "store_task_has_no_state_left",
        "DELETE ON store_task REFERENCING OLD TABLE AS gone",
        "SELECT 1 FROM gone g JOIN store_taskstate s ON s.task_id = g.id",
        "a task that has a state is deleted",
    ),
    ReferenceCheck(
        "store_import_has_no_task_left",
        "DELETE ON store_import REFERENCING OLD TABLE AS gone",
        "SELECT 1 FROM gone g JOIN store_task t ON t.source_id = g.id",
        "an import that has tasks is deleted",
    ),
)
CREATE_CHECK = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
{declare}BEGIN
{shortcut}  IF EXISTS ({strays}) THEN
    RAISE foreign_key_violation USING MESSAGE = '{message}';
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER {name} AFTER {event} FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""
FOREIGN_KEYS = """
SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'f' AND (
  conrelid = 'store_task'::regclass AND confrelid = 'store_import'::regclass
  OR conrelid = 'store_taskstate'::regclass AND confrelid = 'store_task'::regclass)
"""
RESTORE_FOREIGN_KEYS = """
ALTER TABLE store_task ADD FOREIGN KEY (source_id) REFERENCES store_import
  DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE store_taskstate ADD FOREIGN KEY (task_id) REFERENCES store_task
  DEFERRABLE INITIALLY DEFERRED;
"""


def create_search_index(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    schema_editor.execute(TEXTS_OF_SQLITE if is_sqlite else TEXTS_OF_POSTGRES, params=None)


def drop_search_index(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute("DROP TABLE IF EXISTS store_tasktext", params=None)


def create_log_guards(_apps: StateApps | None, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    if not is_sqlite:
        schema_editor.execute(REFUSE_ON_POSTGRES, params=None)
    for guard in LOG_GUARDS:
        begin = f"TRIGGER{' IF NOT EXISTS' if is_sqlite else ''} {guard.name} BEFORE {guard.event}"
        if is_sqlite:
            refuse = f"BEGIN SELECT RAISE(ABORT, '{guard.message}'); END"
        else:
            refuse = f"EXECUTE FUNCTION canut_refuse('{guard.message}')"
        schema_editor.execute(
            f"CREATE {'' if is_sqlite else 'OR REPLACE '}{begin} ON {guard.table} "
            f"FOR EACH ROW WHEN ({guard.when}) {refuse}",
            params=None,
        )


def drop_log_guards(_apps: StateApps | None, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for guard in LOG_GUARDS:
        on = "" if is_sqlite else f" ON {guard.table}"
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {guard.name}{on}", params=None)


def create_reference_checks(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for check in REFERENCE_CHECKS:
        schema_editor.execute(CREATE_CHECK.format(**check._asdict()), params=None)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(FOREIGN_KEYS)
        keys = cursor.fetchall()
    for table, name in keys:
        schema_editor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"', params=None)


def drop_reference_checks(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(RESTORE_FOREIGN_KEYS, params=None)
    for check in REFERENCE_CHECKS:
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {check.name}() CASCADE", params=None)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("store", "0002_tables")]

    operations = [
        migrations.RunPython(create_search_index, drop_search_index),
        migrations.RunPython(create_log_guards, drop_log_guards),
        migrations.RunPython(create_reference_checks, drop_reference_checks),
    ]
