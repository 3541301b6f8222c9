"""Look for the tasks of new states by their ends. The previous release may run; going back is safe.

Publishing writes the states of tasks that lie side by side: they are as many as there are numbers
from the first to the last. Where as many tasks lie there, each state has its own, and counting them
costs a fifth of looking each one up. Other states are looked up as before. This can be run again.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

LOOK = """
CREATE OR REPLACE FUNCTION store_taskstate_has_task() RETURNS trigger LANGUAGE plpgsql AS $$
{declared}
BEGIN
  {first}
  IF EXISTS (SELECT 1 FROM added a WHERE NOT EXISTS
      (SELECT 1 FROM store_task t WHERE t.id = a.task_id)) THEN
    RAISE foreign_key_violation USING MESSAGE = 'a state hangs on no task';
  END IF;
  RETURN NULL;
END $$;
"""
DECLARED = "DECLARE many bigint; lowest bigint; highest bigint;"
SIDE_BY_SIDE = """
  SELECT count(*), min(task_id), max(task_id) INTO many, lowest, highest FROM added;
  IF many > 1 AND highest - lowest = many - 1
      AND many = (SELECT count(*) FROM store_task WHERE id BETWEEN lowest AND highest) THEN
    RETURN NULL;
  END IF;
"""


def look_at_ends(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(LOOK.format(declared=DECLARED, first=SIDE_BY_SIDE), params=None)


def look_at_each(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(LOOK.format(declared="", first=""), params=None)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("store", "0029_begun"),
    ]

    operations = [
        migrations.RunPython(look_at_ends, look_at_each),
    ]
