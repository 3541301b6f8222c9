"""Keep own pages of requesters, which task shows which, and what a page sent under a lease.

The database refuses to change a page: who answered saw what stands there. The running release
survives it: it knows none of the tables. Going back forgets them.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

STAYS = "an own page stays as it was written"
GUARD_ON_SQLITE = f"""
CREATE TRIGGER IF NOT EXISTS own_page_stays BEFORE UPDATE ON store_requesterpage FOR EACH ROW
BEGIN SELECT RAISE(ABORT, '{STAYS}'); END
"""
GUARD_ON_POSTGRES = f"""
CREATE OR REPLACE FUNCTION canut_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation'; END $$;
CREATE OR REPLACE TRIGGER own_page_stays BEFORE UPDATE ON store_requesterpage FOR EACH ROW
EXECUTE FUNCTION canut_refuse('{STAYS}')
"""


def create_page_guard(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    schema_editor.execute(GUARD_ON_SQLITE if is_sqlite else GUARD_ON_POSTGRES, params=None)


def drop_page_guard(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    on = "" if schema_editor.connection.vendor == "sqlite" else " ON store_requesterpage"
    schema_editor.execute(f"DROP TRIGGER IF EXISTS own_page_stays{on}", params=None)


class Migration(migrations.Migration):
    """Create the tables, then the guard, which can run again."""

    atomic = False
    dependencies = (("store", "0046_ethics"),)

    operations = (
        migrations.CreateModel(
            name="RequesterPage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("html", "Html"),
                            ("external", "External"),
                            ("form", "Form"),
                            ("layout", "Layout"),
                        ],
                        max_length=8,
                    ),
                ),
                ("body", models.TextField()),
                ("sent", models.TextField(blank=True)),
                ("frame_height", models.PositiveIntegerField(default=0)),
                ("hosts", models.JSONField(default=list)),
                ("at_ms", models.BigIntegerField()),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="own_pages",
                        to="store.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PageSeat",
            fields=[
                (
                    "lease",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="page_seat",
                        serialize=False,
                        to="store.lease",
                    ),
                ),
                ("public_id", models.CharField(max_length=30, unique=True)),
                ("secret_hash", models.CharField(max_length=64, unique=True)),
                ("received", models.TextField(blank=True)),
                ("received_ms", models.BigIntegerField(null=True)),
                ("opened_ms", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("received", ""), _negated=True),
                        fields=["received_ms"],
                        name="seat_received",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("received", ""), ("received_ms__isnull", False), _connector="OR"
                        ),
                        name="seat_received_when",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaskPage",
            fields=[
                (
                    "task",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="own_page",
                        serialize=False,
                        to="store.task",
                    ),
                ),
                ("public_id", models.CharField(blank=True, max_length=30)),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="store.requesterpage",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="requesterpage",
            constraint=models.UniqueConstraint(fields=("project", "sha256"), name="own_page_once"),
        ),
        migrations.AddConstraint(
            model_name="requesterpage",
            constraint=models.CheckConstraint(
                condition=models.Q(("body", ""), _negated=True), name="own_page_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="taskpage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("public_id", ""), _negated=True),
                fields=("public_id",),
                name="task_page_id_once",
            ),
        ),
        migrations.RunPython(create_page_guard, drop_page_guard),
    )
