"""Keep what representatives say, drafts of releases, and links for an authority.

The database refuses to change or delete a statement. The running release survives it: it knows none
of the tables. Going back forgets statements, drafts and links.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLE = "store_representativesstatement"
STAYS = "a statement of representatives stays as it was signed"
GUARDS = {"spoken_statement_stays": "UPDATE", "spoken_statement_remains": "DELETE"}
REFUSE_ON_POSTGRES = """
CREATE OR REPLACE FUNCTION canut_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation'; END $$
"""


def statement_guards(vendor: str) -> list[str]:
    """Return the statements that create the guards, in the words of a database."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {TABLE} FOR EACH ROW"
            f" BEGIN SELECT RAISE(ABORT, '{STAYS}'); END"
            for name, event in GUARDS.items()
        ]
    return [
        REFUSE_ON_POSTGRES,
        *(
            f"CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {TABLE} FOR EACH ROW"
            f" EXECUTE FUNCTION canut_refuse('{STAYS}')"
            for name, event in GUARDS.items()
        ),
    ]


def create_statement_guards(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in statement_guards(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def drop_statement_guards(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    on = "" if schema_editor.connection.vendor == "sqlite" else f" ON {TABLE}"
    for name in GUARDS:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}", params=None)


class Migration(migrations.Migration):
    """Create the tables, then the guards, which can run again."""

    atomic = False
    dependencies = (("store", "0034_lessons"),)

    operations = (
        migrations.CreateModel(
            name="InspectionLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("authority", models.CharField(max_length=200)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("place", models.CharField(blank=True, max_length=6)),
                ("language", models.CharField(max_length=2)),
                ("demand", models.CharField(blank=True, max_length=500)),
                ("made_ms", models.BigIntegerField()),
                ("expires_ms", models.BigIntegerField()),
                ("used_ms", models.BigIntegerField(null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InspectionOpening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at_ms", models.BigIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[("shown", "Shown"), ("sent", "Sent"), ("refused", "Refused")],
                        max_length=7,
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="store.inspectionlink",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PortraitDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("period", models.CharField(max_length=7)),
                ("edition", models.PositiveIntegerField()),
                ("made_ms", models.BigIntegerField()),
                ("due_ms", models.BigIntegerField()),
                ("content", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("shared", models.JSONField()),
                ("withheld", models.JSONField()),
                ("released_ms", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("period", "edition"), name="portrait_draft_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PortraitDraftInput",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amounts", models.JSONField()),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="store.portraitdraft",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("draft", "person"), name="portrait_draft_input_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RepresentativesStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("release", "RELEASE"),
                            ("card", "CARD"),
                            ("inspect", "FILE"),
                            ("effects", "ASSESSMENT"),
                        ],
                        max_length=10,
                    ),
                ),
                ("subject", models.CharField(max_length=64)),
                ("document", models.CharField(blank=True, max_length=64)),
                ("signed_ms", models.BigIntegerField()),
                ("text_fr", models.TextField(blank=True)),
                ("text_en", models.TextField(blank=True)),
                ("sha256", models.CharField(max_length=64, unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "election",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.election",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["about", "subject"], name="statement_beside")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text_en", ""), ("text_fr", ""), _negated=True),
                        name="spoken_statement_in_words",
                    )
                ],
            },
        ),
        migrations.RunPython(create_statement_guards, drop_statement_guards),
    )
