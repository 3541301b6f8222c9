"""Add what reviews cost, and the voice of models. Additions alone: safe while the previous release runs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0021_log_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="project",
            name="models_vote",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="reviewrule",
            name="share_per_mille",
            field=models.PositiveSmallIntegerField(db_default=100, default=100),
        ),
        migrations.AddField(
            model_name="reviewrule",
            name="look_ms",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="statementcost",
            name="reviews",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="statementcost",
            name="reviews_micro",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="statementcost",
            name="review_ms",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
    ]
