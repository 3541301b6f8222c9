"""Keep what programs of Mechanical Turk ask for: keys, HITs, qualifications, bonuses, proposals.

An adjustment of pay may now follow from no decision, where it is a bonus. The running release
survives it: it makes none. Going back forgets the tables; it is refused once a bonus was paid.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the tables, and let a bonus stand without a decision."""

    dependencies = [
        ("store", "0047_own_pages"),
    ]

    operations = [
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(max_length=32, unique=True)),
                ("approved_ms", models.BigIntegerField(null=True)),
                ("feedback", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Hit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(max_length=32, unique=True)),
                ("places", models.PositiveIntegerField()),
                ("expires_ms", models.BigIntegerField()),
                ("annotation", models.CharField(blank=True, max_length=255)),
                ("is_reviewing", models.BooleanField(default=False)),
                ("disposed_ms", models.BigIntegerField(null=True)),
                ("created_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="HitType",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(max_length=32, unique=True)),
                ("digest", models.CharField(max_length=64)),
                ("title", models.CharField(max_length=128)),
                ("description", models.TextField()),
                ("keywords", models.CharField(blank=True, max_length=1000)),
                ("reward_micro", models.BigIntegerField()),
                ("duration_s", models.BigIntegerField()),
                ("approval_s", models.BigIntegerField()),
                ("requirements", models.JSONField(default=list)),
                ("created_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="RequestToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "family",
                    models.CharField(
                        choices=[("hit", "Hit"), ("bonus", "Bonus"), ("places", "Places")],
                        max_length=6,
                    ),
                ),
                ("token", models.CharField(max_length=64)),
                ("made", models.CharField(max_length=64)),
                ("at_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="TurkKey",
            fields=[
                (
                    "key",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="turk",
                        serialize=False,
                        to="store.apikey",
                    ),
                ),
                ("access_id", models.CharField(max_length=20, unique=True)),
                ("sealed", models.BinaryField()),
                ("profile", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="TurkProposal",
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
                        choices=[("rejection", "Rejection"), ("block", "Block")], max_length=9
                    ),
                ),
                ("words", models.TextField(blank=True)),
                ("at_ms", models.BigIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confirmed", "Confirmed"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=9,
                    ),
                ),
                ("settled_ms", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="WorkerAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(max_length=32, unique=True)),
            ],
        ),
        migrations.AlterField(
            model_name="payadjustment",
            name="decision",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="store.decision"
            ),
        ),
        migrations.AddConstraint(
            model_name="payadjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decision__isnull", False),
                    models.Q(("answer", None), ("piece_micro__gt", 0), ("reason", "bonus")),
                    _connector="OR",
                ),
                name="adjustment_by_decision_or_bonus",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="lease",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="assignment",
                to="store.lease",
            ),
        ),
        migrations.AddField(
            model_name="hit",
            name="organisation",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.organisation"
            ),
        ),
        migrations.AddField(
            model_name="hit",
            name="task",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="hit", to="store.task"
            ),
        ),
        migrations.AddField(
            model_name="hittype",
            name="organisation",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.organisation"
            ),
        ),
        migrations.AddField(
            model_name="hittype",
            name="project",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="hit_type",
                to="store.project",
            ),
        ),
        migrations.AddField(
            model_name="hit",
            name="hit_type",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="hits",
                to="store.hittype",
            ),
        ),
        migrations.AddField(
            model_name="requesttoken",
            name="organisation",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.organisation"
            ),
        ),
        migrations.AddField(
            model_name="turkproposal",
            name="answer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="turk_proposals",
                to="store.answer",
            ),
        ),
        migrations.AddField(
            model_name="turkproposal",
            name="decision",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="store.decision",
            ),
        ),
        migrations.AddField(
            model_name="turkproposal",
            name="key",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="store.apikey",
            ),
        ),
        migrations.AddField(
            model_name="turkproposal",
            name="organisation",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.organisation"
            ),
        ),
        migrations.AddField(
            model_name="turkproposal",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="turkproposal",
            name="settled_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="workeralias",
            name="organisation",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.organisation"
            ),
        ),
        migrations.AddField(
            model_name="workeralias",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="hittype",
            constraint=models.UniqueConstraint(
                fields=("organisation", "digest"), name="hit_type_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="hittype",
            constraint=models.CheckConstraint(
                condition=models.Q(("reward_micro__gte", 0)), name="hit_type_not_negative"
            ),
        ),
        migrations.AddIndex(
            model_name="hit",
            index=models.Index(fields=["organisation", "id"], name="hit_of_organisation"),
        ),
        migrations.AddIndex(
            model_name="hit",
            index=models.Index(fields=["hit_type", "id"], name="hit_of_type"),
        ),
        migrations.AddIndex(
            model_name="hit",
            index=models.Index(
                condition=models.Q(("disposed_ms", None)),
                fields=["expires_ms"],
                name="hit_to_expire",
            ),
        ),
        migrations.AddConstraint(
            model_name="hit",
            constraint=models.CheckConstraint(
                condition=models.Q(("places__gte", 1)), name="hit_has_a_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="requesttoken",
            constraint=models.UniqueConstraint(
                fields=("organisation", "family", "token"), name="request_token_once"
            ),
        ),
        migrations.AddIndex(
            model_name="turkproposal",
            index=models.Index(fields=["organisation", "id"], name="turk_proposal_of"),
        ),
        migrations.AddConstraint(
            model_name="turkproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "rejection"), ("outcome", "")),
                fields=("answer",),
                name="turk_rejection_proposed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="turkproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "block"), ("outcome", "")),
                fields=("organisation", "person"),
                name="turk_block_proposed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="turkproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", ""), ("settled_ms", None)),
                    models.Q(models.Q(("outcome", ""), _negated=True), ("settled_ms__gt", 0)),
                    _connector="OR",
                ),
                name="turk_proposal_settled_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="turkproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", None), ("kind", "block")),
                    models.Q(("answer__isnull", False), ("kind", "rejection")),
                    _connector="OR",
                ),
                name="turk_proposal_of_its_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="workeralias",
            constraint=models.UniqueConstraint(
                fields=("organisation", "person"), name="alias_of_person_once"
            ),
        ),
        migrations.CreateModel(
            name="Qualification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(max_length=32, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("keywords", models.CharField(blank=True, max_length=1000)),
                ("description", models.TextField(blank=True)),
                ("at_least", models.PositiveSmallIntegerField(default=0)),
                ("is_active", models.BooleanField(default=False)),
                ("retry_s", models.BigIntegerField(null=True)),
                ("at_ms", models.BigIntegerField()),
                ("ended_ms", models.BigIntegerField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="qualifications",
                        to="store.organisation",
                    ),
                ),
                (
                    "training",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trains_for",
                        to="store.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QualificationGrant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.BigIntegerField(default=1)),
                ("reason", models.TextField(blank=True)),
                ("at_ms", models.BigIntegerField()),
                ("ended_ms", models.BigIntegerField(null=True)),
                ("is_revoked", models.BooleanField(default=False)),
                ("end_reason", models.TextField(blank=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="store.apikey",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="qualifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "qualification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grants",
                        to="store.qualification",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Bonus",
            fields=[
                (
                    "adjustment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="bonus",
                        serialize=False,
                        to="store.payadjustment",
                    ),
                ),
                ("reason", models.TextField()),
                ("at_ms", models.BigIntegerField()),
                (
                    "answer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bonuses",
                        to="store.answer",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="store.apikey",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="bonus_in_words"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="qualification",
            index=models.Index(fields=["organisation", "id"], name="qualification_of"),
        ),
        migrations.AddConstraint(
            model_name="qualification",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_ms", None)),
                fields=("organisation", "name"),
                name="qualification_name_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="qualification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("at_least", 0), ("training", None)),
                    models.Q(
                        ("at_least__gt", 0), ("at_least__lt", 1000), ("training__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="qualification_earned_by_a_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="qualificationgrant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_ms", None)),
                fields=("qualification", "person"),
                name="qualification_granted_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="qualificationgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_revoked", False), ("ended_ms__isnull", False), _connector="OR"
                ),
                name="grant_revoked_ended",
            ),
        ),
        migrations.CreateModel(
            name="QualificationRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(max_length=32, unique=True)),
                ("words", models.TextField(blank=True)),
                ("at_ms", models.BigIntegerField()),
                ("proposed_ms", models.BigIntegerField(null=True)),
                ("proposed_words", models.TextField(blank=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("granted", "Granted"), ("refused", "Refused")],
                        max_length=7,
                    ),
                ),
                ("settled_ms", models.BigIntegerField(null=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="qualification_requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "qualification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="requests",
                        to="store.qualification",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "")),
                        fields=("qualification", "person"),
                        name="qualification_asked_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", ""), ("settled_ms", None)),
                            models.Q(
                                models.Q(("outcome", ""), _negated=True), ("settled_ms__gt", 0)
                            ),
                            _connector="OR",
                        ),
                        name="qualification_request_settled",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome", "refused"), ("reason", ""), _negated=True),
                        name="qualification_refused_in_words",
                    ),
                ],
            },
        ),
    ]
