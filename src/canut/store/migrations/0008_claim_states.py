"""Let people withdraw a claim of time, and hold time beyond the hours of a day or a week.

The running release survives it: it writes neither of the new words, and reads them as any other.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Make room for the new words."""

    dependencies = (("store", "0007_terms_changes"),)

    operations = (
        migrations.AlterField(
            "claim",
            "why",
            models.CharField(
                max_length=9,
                choices=[
                    ("paper", "Paper"),
                    ("crashed", "Crashed"),
                    ("other", "Other"),
                    ("too_long", "Too Long"),
                    ("not_right", "Not Right"),
                    ("unseen", "Unseen"),
                    ("hours", "Hours"),
                ],
            ),
        ),
        migrations.AlterField(
            "claim",
            "state",
            models.CharField(
                max_length=9,
                choices=[
                    ("accepted", "Accepted"),
                    ("pending", "Pending"),
                    ("granted", "Granted"),
                    ("refused", "Refused"),
                    ("withdrawn", "Withdrawn"),
                ],
            ),
        ),
    )
