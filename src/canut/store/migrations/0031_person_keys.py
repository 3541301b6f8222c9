"""Keep keys of people, what is sealed under them, and who was erased. New tables and empty columns, no row is rewritten: safe while the previous release runs, which writes entries in the open as before and shows sealed ones as erased; going back loses the keys, hence what they sealed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0030_published"),
    ]

    operations = [
        migrations.CreateModel(
            name="Erased",
            fields=[
                ("mark", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("at_ms", models.BigIntegerField()),
                ("pay_ms", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PersonKey",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("person", models.BigIntegerField()),
                (
                    "use",
                    models.CharField(choices=[("work", "Work"), ("pay", "Pay")], max_length=4),
                ),
                ("under", models.CharField(max_length=16)),
                ("wrapped", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "use", "under"), name="key_once_a_use"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="bankdetails",
            name="sealed_by",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="entrypending",
            name="sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="entrypending",
            name="sealed_by",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="platformentry",
            name="sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="platformentry",
            name="sealed_by",
            field=models.BigIntegerField(null=True),
        ),
    ]
