"""Keep what happened to each incident: who owns it, why, what was repaired, and how it was proven.

The running release survives it: new columns have defaults. An incident that one person called
repaired waits for its proof, since nobody else verified it. Going back forgets the steps.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the tables and columns."""

    dependencies = (("store", "0042_pathways"),)

    operations = (
        migrations.CreateModel(
            name="IncidentEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=9)),
                ("words", models.CharField(blank=True, db_default="", default="", max_length=500)),
                ("at_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="IncidentRepair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("relabel", "relabel"),
                            ("hidden_sample", "hidden_sample"),
                            ("known_answers", "known_answers"),
                            ("withdraw", "withdraw"),
                            ("question", "question"),
                        ],
                        max_length=13,
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("data", "data"),
                            ("guideline", "guideline"),
                            ("class", "class"),
                            ("known_answers", "known_answers"),
                            ("model", "model"),
                            ("world", "world"),
                            ("unknown", "unknown"),
                        ],
                        max_length=13,
                    ),
                ),
                ("tasks", models.JSONField(default=list)),
                ("answers", models.BigIntegerField(db_default=0, default=0)),
                ("ms", models.BigIntegerField(db_default=0, default=0)),
                ("micro", models.BigIntegerField(db_default=0, default=0)),
                ("currency", models.CharField(blank=True, db_default="", default="", max_length=3)),
                (
                    "paid_by",
                    models.CharField(
                        choices=[("requester", "requester"), ("platform", "platform")], max_length=9
                    ),
                ),
                ("at_ms", models.BigIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="goldchange",
            name="in_favour",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RemoveConstraint(
            model_name="incident",
            name="incident_open_once",
        ),
        migrations.AddField(
            model_name="incident",
            name="accepted",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="incident",
            name="cause",
            field=models.CharField(
                blank=True,
                choices=[
                    ("data", "data"),
                    ("guideline", "guideline"),
                    ("class", "class"),
                    ("known_answers", "known_answers"),
                    ("model", "model"),
                    ("world", "world"),
                    ("unknown", "unknown"),
                ],
                db_default="",
                default="",
                max_length=13,
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="cause_words",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="incident",
            name="closed_ms",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="incident",
            name="decisions",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="incident",
            name="kind",
            field=models.CharField(
                choices=[
                    ("drift", "drift"),
                    ("slice", "slice"),
                    ("label_fault", "label_fault"),
                    ("gold_fault", "gold_fault"),
                    ("leak", "leak"),
                    ("harm", "harm"),
                    ("other", "other"),
                ],
                db_default="drift",
                default="drift",
                max_length=11,
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="linked",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="incident",
            name="opened_by",
            field=models.CharField(
                choices=[("machine", "Machine"), ("person", "Person")],
                db_default="machine",
                default="machine",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="owned_ms",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="incident",
            name="owner",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="paid_ms",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="incident",
            name="postmortem",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="incident",
            name="proof",
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name="incident",
            name="public_en",
            field=models.CharField(blank=True, db_default="", default="", max_length=600),
        ),
        migrations.AddField(
            model_name="incident",
            name="public_fr",
            field=models.CharField(blank=True, db_default="", default="", max_length=600),
        ),
        migrations.AddField(
            model_name="incident",
            name="redone",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="incident",
            name="reporter",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="severity",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="incident",
            name="since_ms",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="incident",
            name="slice",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="incident",
            name="state",
            field=models.CharField(
                choices=[
                    ("suspected", "suspected"),
                    ("confirmed", "confirmed"),
                    ("contained", "contained"),
                    ("diagnosed", "diagnosed"),
                    ("repairing", "repairing"),
                    ("proving", "proving"),
                    ("verified", "verified"),
                    ("closed", "closed"),
                    ("false_alarm", "false_alarm"),
                ],
                db_default="suspected",
                default="suspected",
                max_length=11,
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="told_ms",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="incident",
            name="touched",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="incident",
            name="verified_ms",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="incident",
            name="verifier",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="words",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AlterField(
            model_name="apikey",
            name="role",
            field=models.CharField(
                choices=[
                    ("requester", "Requester"),
                    ("worker", "Worker"),
                    ("reviewer", "Reviewer"),
                    ("operator", "Operator"),
                    ("auditor", "Auditor"),
                    ("representative", "Representative"),
                    ("maintainer", "Maintainer"),
                ],
                max_length=14,
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="role",
            field=models.CharField(
                choices=[
                    ("requester", "Requester"),
                    ("worker", "Worker"),
                    ("reviewer", "Reviewer"),
                    ("operator", "Operator"),
                    ("auditor", "Auditor"),
                    ("representative", "Representative"),
                    ("maintainer", "Maintainer"),
                ],
                max_length=14,
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("requester", "Requester"),
                    ("worker", "Worker"),
                    ("reviewer", "Reviewer"),
                    ("operator", "Operator"),
                    ("auditor", "Auditor"),
                    ("representative", "Representative"),
                    ("maintainer", "Maintainer"),
                ],
                max_length=14,
            ),
        ),
        migrations.RunSQL(
            [
                "UPDATE store_incident SET since_ms = at_ms",
                "UPDATE store_incident SET state = 'proving' WHERE repaired_ms IS NOT NULL",
            ],
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["project", "state"], name="incident_of_project"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("owner__isnull", True), ("told_ms__isnull", True)),
                fields=["at_ms"],
                name="incident_unowned",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("opened_by", "machine"),
                    ("repaired_ms", None),
                    models.Q(("state__in", ("closed", "false_alarm")), _negated=True),
                ),
                fields=("project",),
                name="incident_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "suspected",
                            "confirmed",
                            "contained",
                            "diagnosed",
                            "repairing",
                            "proving",
                            "verified",
                            "closed",
                            "false_alarm",
                        ],
                    )
                ),
                name="incident_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("verified", "closed")), _negated=True),
                    models.Q(
                        ("owner__isnull", False),
                        ("repaired_ms__isnull", False),
                        ("verifier__isnull", False),
                        models.Q(("verifier", models.F("owner")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="incident_verified_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(("severity__lte", 3), ("redone__lte", models.F("touched"))),
                name="incident_counts",
            ),
        ),
        migrations.AddField(
            model_name="incidentevent",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="incidentevent",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="events",
                to="store.incident",
            ),
        ),
        migrations.AddField(
            model_name="incidentevent",
            name="owner",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="incidentrepair",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="incidentrepair",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="repairs",
                to="store.incident",
            ),
        ),
    )
