"""Recruit on Prolific by its API, and let a study follow another as its next part.

The running release survives it: it knows none of the tables, and new columns have a value of their
own. Going back forgets them.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the tables; add which part of a study follows which, and when."""

    dependencies = (("store", "0051_turk_rest"),)

    operations = (
        migrations.AddField(
            model_name="study",
            name="follows",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="next_parts",
                to="store.study",
            ),
        ),
        migrations.AddField(
            model_name="study",
            name="open_days",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="study",
            name="wait_days",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.CreateModel(
            name="ProlificAccount",
            fields=[
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="prolific",
                        serialize=False,
                        to="store.organisation",
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("at_ms", models.BigIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProlificStudy",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="prolific",
                        serialize=False,
                        to="store.project",
                    ),
                ),
                ("number", models.CharField(max_length=60, unique=True)),
                ("title", models.CharField(max_length=120)),
                ("places", models.PositiveIntegerField()),
                ("minutes", models.PositiveIntegerField()),
                ("reward_micro", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("state", models.CharField(max_length=20)),
                ("at_ms", models.BigIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invitation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="store.invitation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TopUpBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=60)),
                ("amount_micro", models.BigIntegerField()),
                ("fees_micro", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("set-up", "Set Up"),
                            ("sent", "Sent"),
                            ("paid", "Paid"),
                            ("refused", "Refused"),
                        ],
                        max_length=7,
                    ),
                ),
                ("set_up_ms", models.BigIntegerField()),
                ("sent_ms", models.BigIntegerField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="batches",
                        to="store.prolificstudy",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TopUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("time_ms", models.BigIntegerField()),
                ("micro", models.BigIntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="top_ups",
                        to="store.topupbatch",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="prolificstudy",
            constraint=models.CheckConstraint(
                condition=models.Q(("reward_micro__gt", 0)), name="prolific_reward"
            ),
        ),
        migrations.AddConstraint(
            model_name="topup",
            constraint=models.UniqueConstraint(fields=("batch", "person"), name="top_up_once"),
        ),
        migrations.AddConstraint(
            model_name="topup",
            constraint=models.CheckConstraint(
                condition=models.Q(("micro__gt", 0)), name="top_up_amount"
            ),
        ),
    )
