"""Look once for what thousands of new rows hang on. The previous release may run; going back is safe.

PostgreSQL looked for the import of each row of ``task`` and the task of each row of ``taskstate``,
which took two thirds of the time of an import. Two triggers now look for those of a whole statement,
and two more keep a task that has a state, and an import that has tasks, from being deleted. SQLite
keeps its own check, which costs it little. Each step can be run again.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KEYS = """
SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'f' AND (
  conrelid = 'store_task'::regclass AND confrelid = 'store_import'::regclass
  OR conrelid = 'store_taskstate'::regclass AND confrelid = 'store_task'::regclass)
"""
REFUSE = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS ({strays}) THEN
    RAISE foreign_key_violation USING MESSAGE = '{message}';
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER {name} AFTER {event} FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""
KEY_AGAIN = (
    (
        "ALTER TABLE store_task ADD FOREIGN KEY (source_id) REFERENCES store_import"
        " DEFERRABLE INITIALLY DEFERRED"
    ),
    (
        "ALTER TABLE store_taskstate ADD FOREIGN KEY (task_id) REFERENCES store_task"
        " DEFERRABLE INITIALLY DEFERRED"
    ),
)
GUARDS = (
    (
        "store_task_has_import",
        "INSERT ON store_task REFERENCING NEW TABLE AS added",
        (
            "SELECT 1 FROM (SELECT DISTINCT source_id FROM added) a"
            " LEFT JOIN store_import i ON i.id = a.source_id WHERE i.id IS NULL"
        ),
        "a task hangs on no import",
    ),
    (
        "store_taskstate_has_task",
        "INSERT ON store_taskstate REFERENCING NEW TABLE AS added",
        (
            "SELECT 1 FROM added a WHERE NOT EXISTS"
            " (SELECT 1 FROM store_task t WHERE t.id = a.task_id)"
        ),
        "a state hangs on no task",
    ),
    (
        "store_task_has_no_state_left",
        "DELETE ON store_task REFERENCING OLD TABLE AS gone",
        "SELECT 1 FROM gone g JOIN store_taskstate s ON s.task_id = g.id",
        "a task that has a state is deleted",
    ),
    (
        "store_import_has_no_task_left",
        "DELETE ON store_import REFERENCING OLD TABLE AS gone",
        "SELECT 1 FROM gone g JOIN store_task t ON t.source_id = g.id",
        "an import that has tasks is deleted",
    ),
)


def look_once(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for name, event, strays, message in GUARDS:
        schema_editor.execute(
            REFUSE.format(name=name, event=event, strays=strays, message=message), params=None
        )
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(KEYS)
        keys = cursor.fetchall()
    for table, name in keys:
        schema_editor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"', params=None)


def look_at_each(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for statement in KEY_AGAIN:
        schema_editor.execute(statement, params=None)
    for name, *_ in GUARDS:
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE", params=None)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("store", "0026_cards"),
    ]

    operations = [
        migrations.RunPython(look_once, look_at_each),
    ]
