"""Take entries in faster. The previous release may run meanwhile; going back is safe.

PostgreSQL no longer looks for log and waiting entry of each row of ``logentry``, which locked every
waiting entry once more and took more than all else: neither row is ever deleted, and who writes a
row has just read both. SQLite keeps that check, which costs it little and could only be taken away
by writing the table anew.
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
        ("store", "0031_person_keys"),
    ]

    operations = [
        AlterOnPostgres(
            model_name="logentry",
            name="log",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="store.log",
            ),
        ),
        AlterOnPostgres(
            model_name="logentry",
            name="pending",
            field=models.OneToOneField(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="store.entrypending",
            ),
        ),
    ]
