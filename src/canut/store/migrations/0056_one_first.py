"""Ask one person first, and more where a model disagrees.

The running release survives it: the columns are empty or have a default, and all tasks keep their
number of answers until somebody asks for this. Going back leaves tasks with one answer at that
number: turn it off first, which gives them back their usual one.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the columns."""

    dependencies = (("store", "0054_curve"),)

    operations = (
        migrations.AddField(
            "project", "overlap_first", models.PositiveSmallIntegerField(null=True)
        ),
        migrations.AddField(
            "looprule", "asks_one", models.BooleanField(default=False, db_default=False)
        ),
        migrations.AddField("looprule", "one_ended_ms", models.BigIntegerField(null=True)),
    )
