"""Keep the labs of lessons, the marks of anchors, and the item answered 60 days later.

The running release survives it: it does not know the tables. Going back forgets them: whoever
marked must not be trained there, and a screen shows its sample again.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLES = "store_lessonlab", "store_lessonanchormark", "store_lessonrecall"
STAYS = "what somebody answered, marked or signed in a lesson stays as it was written"
REFUSE = """
CREATE OR REPLACE FUNCTION canut_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation'; END $$
"""


def create_guards(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    if not is_sqlite:
        schema_editor.execute(REFUSE, params=None)
    for table in TABLES:
        name = f"{table.removeprefix('store_')}_stays"
        schema_editor.execute(
            f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE UPDATE ON {table} FOR EACH ROW"
            f" BEGIN SELECT RAISE(ABORT, '{STAYS}'); END"
            if is_sqlite
            else f"CREATE OR REPLACE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW"
            f" EXECUTE FUNCTION canut_refuse('{STAYS}')",
            params=None,
        )


def drop_guards(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for table in TABLES:
        on = "" if is_sqlite else f" ON {table}"
        name = f"{table.removeprefix('store_')}_stays"
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}", params=None)


class Migration(migrations.Migration):
    """Create the tables, and refuse a change of what they hold."""

    atomic = False
    dependencies = (("store", "0039_withdrawals"),)

    operations = (
        migrations.CreateModel(
            name="LessonLab",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("query", models.CharField(max_length=20)),
                (
                    "source",
                    models.CharField(
                        choices=[("own", "Own"), ("instance", "Instance")], max_length=8
                    ),
                ),
                ("words", models.JSONField()),
                ("keys", models.JSONField()),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="labs",
                        to="store.lessonattempt",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("attempt", "query"), name="lesson_lab_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="LessonAnchorMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lesson", models.CharField(max_length=40)),
                ("round", models.PositiveSmallIntegerField()),
                ("is_training", models.BooleanField()),
                ("anchor", models.CharField(max_length=40)),
                ("language", models.CharField(max_length=2)),
                ("levels", models.JSONField()),
                ("reference", models.JSONField()),
                ("at_ms", models.BigIntegerField()),
                (
                    "marker",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["marker", "lesson"], name="lesson_anchor_of_marker")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_training", True)),
                        fields=("marker", "lesson", "round", "anchor"),
                        name="lesson_anchor_once_a_round",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LessonRecall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(max_length=3)),
                ("answer", models.JSONField()),
                ("score_thousandths", models.PositiveSmallIntegerField()),
                ("at_ms", models.BigIntegerField()),
                (
                    "attempt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recall",
                        to="store.lessonattempt",
                    ),
                ),
            ],
        ),
        migrations.RunPython(create_guards, drop_guards),
    )
