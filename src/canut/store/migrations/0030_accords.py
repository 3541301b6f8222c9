"""Keep price rounds, the votes on their offers, and the price agreements that end them.

The running release survives it: it does not know the tables, and opens projects as before. Going
back forgets the agreements, and with them the prices they set.
"""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the tables."""

    dependencies = (("store", "0029_rule_notes"),)

    operations = (
        migrations.CreateModel(
            name="Accord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=30)),
                ("place", models.CharField(blank=True, max_length=12)),
                ("hour_micro", models.BigIntegerField()),
                (
                    "quantile",
                    models.CharField(
                        choices=[("P50", "P50"), ("P75", "P75"), ("P90", "P90")], max_length=3
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("starts_ms", models.BigIntegerField()),
                ("ends_ms", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="AccordPrice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("time_ms", models.BigIntegerField()),
                ("measured_ms", models.BigIntegerField()),
                ("minimum_micro", models.BigIntegerField()),
                ("is_binding", models.BooleanField()),
                ("is_reopened", models.BooleanField(default=False)),
                ("at_ms", models.BigIntegerField()),
                (
                    "accord",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prices",
                        to="store.accord",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="store.project",
                    ),
                ),
                (
                    "rate",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="store.rateversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PriceOffer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hour_micro", models.BigIntegerField()),
                (
                    "quantile",
                    models.CharField(
                        choices=[("P50", "P50"), ("P75", "P75"), ("P90", "P90")], max_length=3
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("months", models.PositiveSmallIntegerField()),
                ("text", models.TextField()),
                ("at_ms", models.BigIntegerField()),
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
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.organisation",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="accord",
            name="offer",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accord",
                to="store.priceoffer",
            ),
        ),
        migrations.CreateModel(
            name="PriceRound",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=30)),
                ("place", models.CharField(blank=True, max_length=12)),
                ("opened_ms", models.BigIntegerField()),
                ("closes_ms", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("mandate", "MANDATE"),
                            ("offer", "OFFER"),
                            ("vote", "VOTE"),
                            ("signed", "SIGNED"),
                            ("failed", "FAILED"),
                        ],
                        max_length=7,
                    ),
                ),
                ("settled_ms", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["mandate", "offer", "vote"])),
                        fields=("kind", "place"),
                        name="price_round_one_at_a_time",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="priceoffer",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="offers",
                to="store.priceround",
            ),
        ),
        migrations.CreateModel(
            name="PriceMandate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("at_ms", models.BigIntegerField()),
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
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mandates",
                        to="store.priceround",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="accord",
            name="round",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accord",
                to="store.priceround",
            ),
        ),
        migrations.CreateModel(
            name="PriceVote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("opened_ms", models.BigIntegerField()),
                ("closes_ms", models.BigIntegerField()),
                ("voters", models.PositiveIntegerField()),
                ("box", models.JSONField(default=list)),
                ("counted_ms", models.BigIntegerField(null=True)),
                ("result", models.JSONField(null=True)),
                (
                    "offer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="vote",
                        to="store.priceoffer",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="store.priceround",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PriceVoter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("has_voted", models.BooleanField(default=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "vote",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="electorate",
                        to="store.pricevote",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AccordSignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at_ms", models.BigIntegerField()),
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
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.organisation",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signatures",
                        to="store.priceoffer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("offer", "by"),
                        condition=models.Q(("organisation", None)),
                        name="accord_signed_once_by_representative",
                    ),
                    models.UniqueConstraint(
                        fields=("offer", "organisation"),
                        condition=models.Q(("organisation__isnull", False)),
                        name="accord_signed_once_by_client",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="priceoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("hour_micro__gt", 0),
                    ("months__gte", 1),
                    ("months__lte", 24),
                    models.Q(("text", ""), _negated=True),
                ),
                name="price_offer_in_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="pricemandate",
            constraint=models.UniqueConstraint(fields=("round", "by"), name="price_mandate_once"),
        ),
        migrations.AddConstraint(
            model_name="accord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_ms__gt", models.F("starts_ms")),
                    (
                        "ends_ms__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("starts_ms"), "+", models.Value(63244800000)
                        ),
                    ),
                ),
                name="accord_at_most_24_months",
            ),
        ),
        migrations.AddConstraint(
            model_name="pricevoter",
            constraint=models.UniqueConstraint(fields=("vote", "person"), name="price_voter_once"),
        ),
    )
