"""Find the entry of an answer; keep entries of no project, and what witnesses and people sign. Additions alone, no row is rewritten: safe while the previous release runs, whose answers have no receipt to repeat; going back loses entries of no project and signatures."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0024_api_rates"),
    ]

    operations = [
        migrations.AddField(
            model_name="entrypending",
            name="answer",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="entrypending",
            index=models.Index(
                condition=models.Q(("answer__isnull", False)),
                fields=["answer"],
                name="entry_of_answer",
            ),
        ),
        migrations.CreateModel(
            name="PlatformEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("type", models.CharField(max_length=30)),
                ("payload", models.TextField()),
                ("nonce", models.BinaryField(max_length=32)),
                ("commitment", models.BinaryField(max_length=32)),
                ("created_ms", models.BigIntegerField()),
                ("place", models.BigIntegerField(null=True, unique=True)),
                ("statement", models.BigIntegerField(db_index=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Countersignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("statement", models.BigIntegerField(unique=True)),
                ("says", models.CharField(max_length=9)),
                ("did", models.CharField(max_length=100)),
                ("signature", models.CharField(max_length=100)),
                ("at_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("witness", models.CharField(max_length=300)),
                ("size", models.BigIntegerField()),
                ("checkpoint", models.TextField()),
                ("line", models.TextField()),
                ("at_s", models.BigIntegerField()),
                (
                    "log",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="store.log",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("log", "witness"), name="one_word_a_witness")
                ],
            },
        ),
    ]
