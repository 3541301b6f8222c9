"""Look once for what thousands of new rows hang on. The previous release may run; going back is safe.

PostgreSQL looked for the import of each row of ``task`` and the task of each row of ``taskstate``,
which took two thirds of the time of an import. Two triggers now look for those of a whole statement,
and a third keeps a task that has a state from being deleted. SQLite keeps its own check, which costs
it little and could only be taken away by writing the tables anew.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

REFUSE = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS ({strays}) THEN
    RAISE foreign_key_violation USING MESSAGE = '{message}';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER {name} AFTER {event} FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""
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
)


class AlterOnPostgres(migrations.AlterField):
    """Alter a field on PostgreSQL alone; SQLite would write the whole table anew."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)


class RunOnPostgres(migrations.RunSQL):
    """Run statements on PostgreSQL alone."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0024_api_rates"),
    ]

    operations = [
        AlterOnPostgres(
            model_name="task",
            name="source",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                to="store.import",
            ),
        ),
        AlterOnPostgres(
            model_name="taskstate",
            name="task",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="now",
                serialize=False,
                to="store.task",
            ),
        ),
        *(
            RunOnPostgres(
                REFUSE.format(name=name, event=event, strays=strays, message=message),
                f"DROP FUNCTION {name} CASCADE",
            )
            for name, event, strays, message in GUARDS
        ),
    ]
