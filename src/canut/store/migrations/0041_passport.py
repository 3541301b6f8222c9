"""Let credentials be of lessons, of the course and of roles, and keep those brought from elsewhere.

The running release survives it: it makes none of the new kinds, and does not know the new tables.
Going back forgets what was brought and the drafts of files for recognition.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KINDS = [
    ("skill", "Skill"),
    ("work", "Work"),
    ("lesson", "Lesson"),
    ("course", "Course"),
    ("role", "Role"),
]


class Migration(migrations.Migration):
    """Widen the kinds of credentials; create the tables."""

    dependencies = (("store", "0040_lesson_labs"),)

    operations = (
        migrations.AlterField(
            model_name="passportcredential",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=8),
        ),
        migrations.AlterField(
            model_name="passportcredential",
            name="of",
            field=models.CharField(max_length=40),
        ),
        migrations.CreateModel(
            name="BroughtCredential",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("sealed_by", models.BigIntegerField()),
                ("sealed", models.BinaryField()),
                (
                    "standing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("holds", "Holds"),
                            ("revoked", "Revoked"),
                            ("unread", "Unread"),
                        ],
                        max_length=10,
                    ),
                ),
                ("standing_ms", models.BigIntegerField(null=True)),
                ("host_confirmed", models.BooleanField(default=False)),
                ("at_ms", models.BigIntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="brought_credentials",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecognitionDraft",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="recognition_draft",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("sealed_by", models.BigIntegerField()),
                ("sealed", models.BinaryField()),
                ("at_ms", models.BigIntegerField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="broughtcredential",
            constraint=models.UniqueConstraint(
                fields=("person", "sha256"), name="credential_brought_once"
            ),
        ),
    )
