"""Write less for each task that comes in. The previous release may run meanwhile; going back is safe.

The index by confidence leaves out tasks that have none, which all new ones are. PostgreSQL no longer
looks for the project of each row of ``task`` and ``taskstate``: the import, or the task, that the
row hangs on keeps its project there. SQLite keeps that check, which costs it little and could only
be taken away by writing the tables anew.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState


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


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0019_life"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="taskstate",
            name="task_by_confidence",
        ),
        migrations.AddIndex(
            model_name="taskstate",
            index=models.Index(
                fields=["project", "confidence", "task"],
                name="task_by_confidence",
                condition=models.Q(("confidence__isnull", False)),
            ),
        ),
        AlterOnPostgres(
            model_name="task",
            name="project",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                to="store.project",
            ),
        ),
        AlterOnPostgres(
            model_name="taskstate",
            name="project",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                to="store.project",
            ),
        ),
    ]
