"""Keep smaller copies of pictures, and what models said of tasks. Additions alone: safe while the previous release runs. Going back loses pre-labels."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0013_api"),
    ]

    operations = [
        migrations.AddField(
            model_name="media",
            name="smaller",
            field=models.JSONField(null=True),
        ),
        migrations.CreateModel(
            name="ModelAuthor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("version", models.CharField(blank=True, default="", max_length=60)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="store.project"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ModelAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.TextField()),
                ("score", models.FloatField(null=True)),
                (
                    "task",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.task"
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="store.modelauthor"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="modelauthor",
            constraint=models.UniqueConstraint(
                fields=("project", "name", "version"), name="model_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="modelanswer",
            constraint=models.UniqueConstraint(fields=("task", "author"), name="model_answer_once"),
        ),
        migrations.AddConstraint(
            model_name="modelanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("score", None), models.Q(("score__gte", 0), ("score__lte", 1)), _connector="OR"
                ),
                name="model_score_share",
            ),
        ),
    ]
