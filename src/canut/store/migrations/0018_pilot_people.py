"""Let a requester judge a pilot with those who are done.

The running release survives it. Going back, pilots wait for all their people again.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the number of people."""

    dependencies = (("store", "0017_account_requests"),)

    operations = (
        migrations.AddField(
            model_name="pilot",
            name="people",
            field=models.PositiveSmallIntegerField(null=True),
        ),
    )
