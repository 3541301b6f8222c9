"""Keep what programs of Mechanical Turk use besides HITs: tests of qualifications and the rest.

The running release survives it: it knows none of the tables, and new columns have defaults. Going
back forgets them.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the tables and columns."""

    dependencies = (("store", "0050_studies"),)

    operations = (
        migrations.CreateModel(
            name="QualificationAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("test", models.TextField()),
                ("answer_key", models.TextField(blank=True)),
                ("started_ms", models.BigIntegerField()),
                ("ends_ms", models.BigIntegerField()),
                ("submitted_ms", models.BigIntegerField(null=True)),
                ("answers", models.JSONField(default=dict)),
                ("points", models.BigIntegerField(null=True)),
                ("value", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="TurkLayout",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(max_length=32, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("body", models.TextField()),
                ("at_ms", models.BigIntegerField()),
                ("ended_ms", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="TurkNotification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=10)),
                ("event_types", models.JSONField(default=list)),
                ("is_active", models.BooleanField(default=True)),
                ("seen_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="TurkReviewAction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(max_length=32, unique=True)),
                ("level", models.CharField(max_length=10)),
                (
                    "name",
                    models.CharField(
                        choices=[
                            ("approve", "Approve"),
                            ("reject", "Reject"),
                            ("extend", "Extend"),
                        ],
                        max_length=7,
                    ),
                ),
                ("score", models.PositiveSmallIntegerField()),
                ("error", models.CharField(blank=True, max_length=60)),
                ("at_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="TurkSubscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(max_length=36, unique=True)),
                ("token_hash", models.CharField(max_length=64)),
                ("created_ms", models.BigIntegerField()),
                ("confirmed_ms", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="TurkTopic",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=256)),
                ("created_ms", models.BigIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="hit",
            name="compared_answers",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="hit",
            name="layout_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
        migrations.AddField(
            model_name="hit",
            name="review_policies",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="hit",
            name="reviewable_ms",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="hit",
            name="scored_answers",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="qualification",
            name="answer_key",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="qualification",
            name="auto_value",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="qualification",
            name="test",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="qualification",
            name="test_s",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name="qualification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer_key", ""), ("test", ""), ("test_s", None)),
                    models.Q(
                        models.Q(("test", ""), _negated=True),
                        ("auto_value", None),
                        ("test_s__gt", 0),
                    ),
                    _connector="OR",
                ),
                name="qualification_test_has_a_time",
            ),
        ),
        migrations.AddField(
            model_name="qualificationattempt",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="qualification_attempts",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="qualificationattempt",
            name="project",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="store.project",
            ),
        ),
        migrations.AddField(
            model_name="qualificationattempt",
            name="qualification",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attempts",
                to="store.qualification",
            ),
        ),
        migrations.AddField(
            model_name="qualificationattempt",
            name="request",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="attempt",
                to="store.qualificationrequest",
            ),
        ),
        migrations.AddField(
            model_name="turklayout",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="turklayout",
            name="organisation",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.organisation"
            ),
        ),
        migrations.AddField(
            model_name="turknotification",
            name="hit_type",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notification",
                to="store.hittype",
            ),
        ),
        migrations.AddField(
            model_name="turknotification",
            name="webhook",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="store.webhook",
            ),
        ),
        migrations.AddField(
            model_name="turkreviewaction",
            name="answer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="store.answer",
            ),
        ),
        migrations.AddField(
            model_name="turkreviewaction",
            name="hit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="review_actions",
                to="store.hit",
            ),
        ),
        migrations.AddField(
            model_name="turkreviewaction",
            name="proposal",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="review_action",
                to="store.turkproposal",
            ),
        ),
        migrations.AddField(
            model_name="turksubscription",
            name="webhook",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="subscription",
                to="store.webhook",
            ),
        ),
        migrations.AddField(
            model_name="turktopic",
            name="organisation",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.organisation"
            ),
        ),
        migrations.AddField(
            model_name="turksubscription",
            name="topic",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="subscriptions",
                to="store.turktopic",
            ),
        ),
        migrations.AddField(
            model_name="turknotification",
            name="topic",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="store.turktopic",
            ),
        ),
        migrations.AddConstraint(
            model_name="qualificationattempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("submitted_ms", None)),
                fields=("qualification", "person"),
                name="qualification_attempt_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="qualificationattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("points", None), ("value", None)),
                    models.Q(
                        ("points__isnull", False),
                        ("submitted_ms__isnull", False),
                        ("value__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="qualification_attempt_scored",
            ),
        ),
        migrations.AddConstraint(
            model_name="turklayout",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_ms", None)),
                fields=("organisation", "name"),
                name="turk_layout_name_once",
            ),
        ),
        migrations.AddIndex(
            model_name="turkreviewaction",
            index=models.Index(fields=["hit", "id"], name="turk_review_action_of"),
        ),
        migrations.AddConstraint(
            model_name="turkreviewaction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answer__isnull", False)),
                fields=("hit", "level", "name", "answer"),
                name="turk_review_action_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="turkreviewaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", None), ("level", "HIT"), ("name", "extend")),
                    ("answer__isnull", False),
                    _connector="OR",
                ),
                name="turk_review_action_of_its_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="turktopic",
            constraint=models.UniqueConstraint(
                fields=("organisation", "name"), name="turk_topic_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="turknotification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("topic__isnull", False), ("webhook", None)),
                    models.Q(("topic", None), ("webhook__isnull", False)),
                    _connector="OR",
                ),
                name="turk_notification_goes_somewhere",
            ),
        ),
    )
